"""Products of vectors and matrices."""

from __future__ import annotations

import math
from typing import Any

from ..core.tensor import Tensor
from ..ops import elementwise as e
from ..ops import shape as o
from ..ops.linalg import matmul as product
from .arguments import check_tensors, one_axis
from .public import public


def _check(name: str, *operands: tuple[Any, int]) -> None:
    """Raise unless the operands are tensors of one type with the given numbers of dimensions."""
    check_tensors(name, *(t for t, _ in operands))
    for i, (t, ndim) in enumerate(operands, 1):
        if t.array.ndim != ndim:
            what = {1: "a vector", 2: "a matrix", 3: "a batch of matrices (3D)"}[ndim]
            raise RuntimeError(f"{name}(): argument {i} must be {what}, got shape {t.array.shape}")
    _one_type(name, *(t for t, _ in operands))


def _one_type(name: str, *tensors: Tensor) -> None:
    first = tensors[0]
    for t in tensors[1:]:
        if t.array.dtype != first.array.dtype:
            raise RuntimeError(
                f"{name}(): expected operands to have the same dtype, but got {first.dtype} and {t.dtype}. "
                f"Convert one: x.to(y.dtype)"
            )


@public()
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
    _one_type("matmul", input, other)
    return product.call(input, other)


@public()
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


@public()
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
            f"Expected size for first two dimensions of batch2 tensor to be: [{a[0]}, {a[2]}] but got: [{b[0]}, {b[1]}] "
            f"(bmm of shapes {a} and {b})"
        )
    return product.call(input, mat2)


@public()
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


@public()
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
            f"inconsistent tensor size, expected tensors of one length, got {input.array.shape} and {tensor.array.shape}"
        )
    return product.call(input, tensor)


@public()
def inner(input: Tensor, other: Tensor) -> Tensor:
    """The sums of products over the last dimension of both.

    Args:
        input: (..., n), or 0-d.
        other: (..., n), or 0-d.

    Returns:
        The leading dimensions of `input`, then those of `other`.

    Raises:
        RuntimeError: the last dimensions differ.

    Example:
        >>> import seedgrad as sg
        >>> sg.inner(sg.ones(2, 3), sg.ones(4, 3)).shape
        seedgrad.Size([2, 4])
    """
    check_tensors("inner", input, other)
    if not input.array.ndim or not other.array.ndim:
        return e.multiply.call(input, other)
    if input.array.shape[-1] != other.array.shape[-1]:
        raise RuntimeError(
            f"inner(): the last dimensions must match, got the shapes {input.array.shape} and {other.array.shape}"
        )
    return tensordot(input, other, ([-1], [-1]))


@public(alias=("ger",))
def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """The products of each element of a vector with each of another.

    Args:
        input: (m,).
        vec2: (n,).

    Returns:
        (m, n).

    Raises:
        RuntimeError: they are not vectors.

    Example:
        >>> import seedgrad as sg
        >>> sg.outer(sg.tensor([1, 2]), sg.tensor([1, 10]))
        tensor([[ 1, 10],
                [ 2, 20]])
    """
    check_tensors("outer", input, vec2)
    for name, t in (("self", input), ("vec2", vec2)):
        if t.array.ndim != 1:
            raise RuntimeError(f"outer: Expected 1-D argument {name}, but got {t.array.ndim}-D")
    return e.multiply.call(o.expand_dims.call(input, axis=1), vec2)


def _sum_of(name: str, input: Tensor, term: Tensor, beta: Any, alpha: Any) -> Tensor:
    """beta * input + alpha * term, where input is left out, NaN and all, if beta is 0."""
    check_tensors(name, input)
    _one_type(name, input, term)
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


@public(inplace=True)
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


@public(inplace=True)
def addmv(input: Tensor, mat: Tensor, vec: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """beta * input + alpha * (mat @ vec), for a matrix and a vector."""
    return _sum_of("addmv", input, mv(mat, vec), beta, alpha)


@public(inplace=True)
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


@public(inplace=True)
def addbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """beta * input + alpha * the sum of the products of two batches of matrices."""
    return _sum_of("addbmm", input, bmm(batch1, batch2).sum(0), beta, alpha)


def tensordot(a: Tensor, b: Tensor, dims: Any = 2) -> Tensor:
    """Sums of products over several dimensions.

    Args:
        a: any shape.
        b: any shape.
        dims: how many: the last of `a` and the first of `b`; or two lists, of dimensions of `a` and of `b`. Default: 2.

    Returns:
        The other dimensions of `a`, then those of `b`.

    Raises:
        RuntimeError: the sizes differ, or the lists differ in length.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensordot(sg.ones(2, 3, 4), sg.ones(3, 4, 5)).shape
        seedgrad.Size([2, 5])
    """
    check_tensors("tensordot", a, b)
    _one_type("tensordot", a, b)
    if isinstance(dims, int):
        if dims < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
        if dims > min(a.array.ndim, b.array.ndim):
            raise RuntimeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}")
        left, right = list(range(a.array.ndim - dims, a.array.ndim)), list(range(dims))
    else:
        left = [one_axis("tensordot", a, d) for d in dims[0]]
        right = [one_axis("tensordot", b, d) for d in dims[1]]
        if len(left) != len(right):
            raise RuntimeError(f"both dimension lists should have same length, got {dims[0]} and {dims[1]}")
    for i, j in zip(left, right, strict=True):
        if a.array.shape[i] != b.array.shape[j]:
            raise RuntimeError(
                f"contracted dimensions need to match, but first has size {a.array.shape[i]} in dim {i} and second has "
                f"size {b.array.shape[j]} in dim {j} (shapes {a.array.shape} and {b.array.shape})"
            )
    rest_a = [i for i in range(a.array.ndim) if i not in left]
    rest_b = [j for j in range(b.array.ndim) if j not in right]
    k = math.prod(a.array.shape[i] for i in left)
    shape_a, shape_b = [a.array.shape[i] for i in rest_a], [b.array.shape[j] for j in rest_b]
    rows = o.reshape.call(o.transpose.call(a, axes=(*rest_a, *left)), shape=(math.prod(shape_a), k))
    columns = o.reshape.call(o.transpose.call(b, axes=(*right, *rest_b)), shape=(k, math.prod(shape_b)))
    return o.reshape.call(product.call(rows, columns), shape=(*shape_a, *shape_b))


@public()
def kron(input: Tensor, other: Tensor) -> Tensor:
    """The Kronecker product: each element of one, times the whole other, as blocks.

    Args:
        input: any shape.
        other: any shape.

    Returns:
        A tensor whose sizes are the products of theirs.

    Example:
        >>> import seedgrad as sg
        >>> sg.kron(sg.eye(2), sg.ones(1, 2))
        tensor([[1., 1., 0., 0.],
                [0., 0., 1., 1.]])
    """
    check_tensors("kron", input, other)
    n = max(input.array.ndim, other.array.ndim)
    a = (1,) * (n - input.array.ndim) + input.array.shape
    b = (1,) * (n - other.array.ndim) + other.array.shape
    left = o.reshape.call(input, shape=tuple(m for size in a for m in (size, 1)))
    right = o.reshape.call(other, shape=tuple(m for size in b for m in (1, size)))
    return o.reshape.call(e.multiply.call(left, right), shape=tuple(p * q for p, q in zip(a, b, strict=True)))


@public()
def cross(input: Tensor, other: Tensor, dim: int | None = None) -> Tensor:
    """The cross products of vectors of length 3.

    Args:
        input: any shape with a dimension of size 3.
        other: a shape that can be broadcast with it.
        dim: the dimension of the vectors. Default: the first of size 3.

    Returns:
        The common shape.

    Raises:
        RuntimeError: the dimension does not have size 3, or there is none.

    Example:
        >>> import seedgrad as sg
        >>> sg.cross(sg.tensor([1.0, 0.0, 0.0]), sg.tensor([0.0, 1.0, 0.0]), dim=0)
        tensor([0., 0., 1.])
    """
    check_tensors("cross", input, other)
    if input.array.ndim != other.array.ndim:
        raise RuntimeError(
            f"cross(): inputs must have the same number of dimensions, got {input.array.ndim} and {other.array.ndim}"
        )
    if dim is None:
        if 3 not in input.array.shape:
            raise RuntimeError(f"no dimension of size 3 in input: cross() of shape {input.array.shape}")
        dim = input.array.shape.index(3)
    axis = one_axis("cross", input, dim)
    for t in (input, other):
        if not t.array.ndim or t.array.shape[axis] != 3:
            raise RuntimeError(
                f"cross(): inputs dimension {dim} must have length 3. Got the shapes {input.array.shape} and "
                f"{other.array.shape}"
            )
    # (a2 b3 - a3 b2, a3 b1 - a1 b3, a1 b2 - a2 b1): both rolled by one place, and by two.
    a1, a2 = (o.roll.call(input, shift=-k, axis=axis) for k in (1, 2))
    b1, b2 = (o.roll.call(other, shift=-k, axis=axis) for k in (1, 2))
    return a1 * b2 - a2 * b1
