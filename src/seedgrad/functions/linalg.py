"""Products of vectors and matrices."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from ..ops import elementwise as e
from ..ops.linalg import matmul as product
from .arguments import check_tensors
from .public import public


def _check(name: str, *operands: tuple[Any, int]) -> None:
    """Raise unless the operands are tensors of one type with the given numbers of dimensions."""
    check_tensors(name, *(t for t, _ in operands))
    for i, (t, ndim) in enumerate(operands, 1):
        if t.array.ndim != ndim:
            what = {1: "a vector", 2: "a matrix", 3: "a batch of matrices (3D)"}[ndim]
            raise RuntimeError(f"{name}(): argument {i} must be {what}, got shape {t.array.shape}")
    check_one_type(name, *(t for t, _ in operands))


def check_one_type(name: str, *tensors: Tensor) -> None:
    first = tensors[0]
    for t in tensors[1:]:
        if t.array.dtype != first.array.dtype:
            raise RuntimeError(
                f"{name}(): expected operands to have the same dtype, but got {first.dtype} and {t.dtype}. "
                f"Convert one: x.to(y.dtype)"
            )


@public(out=True)
def matmul(input: Tensor, other: Tensor) -> Tensor:
    """The matrix product, also of vectors and of batches of matrices: `input @ other`.

    Args:
        input: (..., m, k) or (k,).
        other: (..., k, n) or (k,). The leading dimensions are broadcast.

    Returns:
        (..., m, n), without m where `input` is a vector and without n where `other` is one.

    Raises:
        RuntimeError: the shapes don't fit, the types differ, or an operand has no dimensions.

    Example:
        >>> import seedgrad as sg
        >>> (sg.ones(2, 3) @ sg.ones(3, 4)).shape
        seedgrad.Size([2, 4])
    """
    check_tensors("matmul", input, other)
    check_one_type("matmul", input, other)
    return product.call(input, other)


@public(out=True)
def mm(input: Tensor, mat2: Tensor) -> Tensor:
    """The product of two matrices.

    Args:
        input: (m, k).
        mat2: (k, n).

    Returns:
        (m, n).

    Raises:
        RuntimeError: they are not matrices, the shapes don't fit, or the types differ.

    Example:
        >>> import seedgrad as sg
        >>> sg.mm(sg.ones(2, 3), sg.ones(3, 1))
        tensor([[3.],
                [3.]])
    """
    _check("mm", (input, 2), (mat2, 2))
    return product.call(input, mat2)


@public(out=True)
def bmm(input: Tensor, mat2: Tensor) -> Tensor:
    """The products of two batches of matrices.

    Args:
        input: (b, m, k).
        mat2: (b, k, n).

    Returns:
        (b, m, n).

    Raises:
        RuntimeError: they are not 3D, the shapes don't fit, or the types differ.

    Example:
        >>> import seedgrad as sg
        >>> sg.bmm(sg.ones(5, 2, 3), sg.ones(5, 3, 4)).shape
        seedgrad.Size([5, 2, 4])
    """
    _check("bmm", (input, 3), (mat2, 3))
    a, b = input.array.shape, mat2.array.shape
    if a[0] != b[0] or a[2] != b[1]:
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{a[0]}, {a[2]}] but got: "
            f"[{b[0]}, {b[1]}] "
            f"(bmm of shapes {a} and {b})"
        )
    return product.call(input, mat2)


@public(out=True)
def mv(input: Tensor, vec: Tensor) -> Tensor:
    """The product of a matrix and a vector.

    Args:
        input: (m, k).
        vec: (k,).

    Returns:
        (m,).

    Raises:
        RuntimeError: the shapes don't fit, or the types differ.

    Example:
        >>> import seedgrad as sg
        >>> sg.mv(sg.ones(2, 3), sg.ones(3))
        tensor([3., 3.])
    """
    _check("mv", (input, 2), (vec, 1))
    return product.call(input, vec)


@public(out=True)
def dot(input: Tensor, tensor: Tensor) -> Tensor:
    """The sum of the products of the elements of two vectors.

    Args:
        input: (n,).
        tensor: (n,).

    Returns:
        A 0-d tensor.

    Raises:
        RuntimeError: they are not vectors of one length, or the types differ.

    Example:
        >>> import seedgrad as sg
        >>> sg.dot(sg.tensor([1.0, 2.0]), sg.tensor([3.0, 4.0]))
        tensor(11.)
    """
    _check("dot", (input, 1), (tensor, 1))
    if input.array.shape != tensor.array.shape:
        raise RuntimeError(
            f"inconsistent tensor size, expected tensors of one length, got {input.array.shape} and "
            f"{tensor.array.shape}"
        )
    return product.call(input, tensor)


def _sum_of(name: str, input: Tensor, term: Tensor, beta: Any, alpha: Any) -> Tensor:
    """beta * input + alpha * term, where input is left out, NaN and all, if beta is 0."""
    check_tensors(name, input)
    check_one_type(name, input, term)
    kind = term.array.dtype.kind
    if kind in "iu":
        beta, alpha = int(beta), int(alpha)
    elif kind != "c" and (isinstance(beta, complex) or isinstance(alpha, complex)):
        raise RuntimeError(f"{name}(): beta and alpha must be real for {term.dtype} tensors, got {beta} and {alpha}")
    if alpha != 1:
        term = term * alpha
    shape = input.array.shape
    if len(shape) > term.array.ndim or any(
        a not in (1, b) for a, b in zip(reversed(shape), reversed(term.array.shape), strict=False)
    ):
        raise RuntimeError(
            f"{name}(): input of shape {shape} can't be expanded to the shape {term.array.shape} of the product"
        )
    if beta == 0:
        return term
    return e.add.call(input if beta == 1 else input * beta, term)


@public(inplace=True, out=True)
def addmm(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """beta * input + alpha * (mat1 @ mat2).

    Args:
        input: what can be expanded to (m, n).
        mat1: (m, k).
        mat2: (k, n).
        beta: a factor; 0 leaves `input` out. Default: 1.
        alpha: a factor. Default: 1.

    Returns:
        (m, n).

    Raises:
        RuntimeError: the shapes don't fit, or the types differ.

    Example:
        >>> import seedgrad as sg
        >>> sg.addmm(sg.ones(2), sg.ones(1, 3), sg.ones(3, 2))
        tensor([[4., 4.]])
    """
    return _sum_of("addmm", input, mm(mat1, mat2), beta, alpha)


@public(inplace=True, out=True)
def addmv(input: Tensor, mat: Tensor, vec: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """beta * input + alpha * (mat @ vec), for a matrix and a vector."""
    return _sum_of("addmv", input, mv(mat, vec), beta, alpha)


@public(inplace=True, out=True)
def baddbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """beta * input + alpha * (batch1 @ batch2), for batches of matrices.

    Args:
        input: what can be expanded to (b, m, n).
        batch1: (b, m, k).
        batch2: (b, k, n).
        beta: a factor; 0 leaves `input` out. Default: 1.
        alpha: a factor. Default: 1.

    Returns:
        (b, m, n).

    Raises:
        RuntimeError: the shapes don't fit, or the types differ.

    Example:
        >>> import seedgrad as sg
        >>> sg.baddbmm(sg.ones(1), sg.ones(5, 2, 3), sg.ones(5, 3, 4)).shape
        seedgrad.Size([5, 2, 4])
    """
    return _sum_of("baddbmm", input, bmm(batch1, batch2), beta, alpha)


@public(inplace=True, out=True)
def addbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """beta * input + alpha * the sum of the products of two batches of matrices."""
    return _sum_of("addbmm", input, bmm(batch1, batch2).sum(0, dtype=batch1.dtype), beta, alpha)
