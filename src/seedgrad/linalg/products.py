"""Products of matrices and vectors."""

from __future__ import annotations

from typing import Any

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from ..functions import chains, diagonals
from ..functions import linalg as top
from ..functions import products as several
from ..functions.arguments import check_tensors
from ..functions.matrix_checks import check_precise, check_same
from ..ops.complex import conj
from .results import takes_out


@takes_out
def matmul(input: Tensor, other: Tensor) -> Tensor:
    """The matrix product: see `seedgrad.matmul`.

    Args:
        input: (..., m, k) or (k,).
        other: (..., k, n) or (k,).

    Returns:
        (..., m, n), without m where `input` is a vector and without n where `other` is one.

    Raises:
        RuntimeError: the shapes don't fit, or the types differ.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.matmul(sg.ones(2, 3), sg.ones(3, 4)).shape
        seedgrad.Size([2, 4])
    """
    return top.matmul(input, other)


@takes_out
def multi_dot(tensors: Any) -> Tensor:
    """The product of several matrices, in the order that takes the fewest multiplications.

    Args:
        tensors: two or more; the first may be a row (k,), the last a column (k,), the others are matrices.

    Returns:
        (m, n), without m where the first is a vector and without n where the last is one.

    Raises:
        RuntimeError: fewer than two tensors; the shapes don't fit, or the types differ.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.multi_dot([sg.ones(2, 9), sg.ones(9, 2), sg.ones(2, 1)])
        tensor([[18.],
                [18.]])
    """
    return chains.multiply_in_best_order("multi_dot", tensors)


@takes_out
def vecdot(x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
    """The sums of conj(x) * y along a dimension.

    Args:
        x: any shape, floating-point or complex.
        y: a shape that can be broadcast with it, of its type.
        dim: the dimension of the vectors, counted in the common shape. Default: -1.

    Returns:
        The common shape without the dimension.

    Raises:
        RuntimeError: the types differ or are integers; the shapes don't fit.
        IndexError: the dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.vecdot(sg.ones(2, 3), sg.ones(3))
        tensor([3., 3.])
    """
    check_tensors("linalg.vecdot", x, y)
    check_precise("linalg.vecdot", x, None)
    check_same("linalg.vecdot", x, y, ("x", "y"))
    return (conj.call(x) * y if x.array.dtype.kind == "c" else x * y).sum(dim)


@takes_out
def cross(input: Tensor, other: Tensor, *, dim: int = -1) -> Tensor:
    """The cross products of vectors of length 3.

    Args:
        input: any shape with size 3 at `dim`.
        other: as many dimensions, a shape that can be broadcast with it.
        dim: the dimension of the vectors. Default: -1.

    Returns:
        The common shape.

    Raises:
        RuntimeError: the dimension does not have size 3; the numbers of dimensions differ.
        IndexError: the dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.cross(sg.tensor([1.0, 0.0, 0.0]), sg.tensor([0.0, 1.0, 0.0]))
        tensor([0., 0., 1.])
    """
    return several.cross(input, other, dim)


def diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The diagonals of matrices, as a view: see `seedgrad.diagonal`.

    Args:
        A: (..., m, n).
        offset: which diagonal; above the main one if positive. Default: 0.
        dim1: the dimension of the rows. Default: -2.
        dim2: the dimension of the columns. Default: -1.

    Returns:
        The other dimensions, then the diagonal.

    Raises:
        RuntimeError: both dimensions are the same.
        IndexError: a dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.diagonal(sg.tensor([[1.0, 2.0], [3.0, 4.0]]))
        tensor([1., 4.])
    """
    return diagonals.diagonal(A, offset, dim1, dim2)


@takes_out
def vander(x: Tensor, *, N: int | None = None) -> Tensor:
    """The powers 0 to N - 1 of each element.

    Args:
        x: (..., n), floating-point of 32 bits or more, complex or integers.
        N: how many powers, 2 or more. Default: n.

    Returns:
        (..., n, N); int64 for integers.

    Raises:
        RuntimeError: N is less than 2; x holds bools or 16-bit floats.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.vander(sg.tensor([2, 3]), N=3)
        tensor([[1, 2, 4],
                [1, 3, 9]])
    """
    check_tensors("linalg.vander", x)
    kind = x.array.dtype
    if kind == dtypes.BOOL or (dtypes.category(kind) == dtypes.FLOAT and kind.itemsize == 2):
        raise RuntimeError(
            f"linalg.vander supports floating point, complex, and integer tensors, but got {x.dtype}. "
            f"Convert it first: x.float()"
        )
    if not x.array.ndim:
        return chains.powers(x.reshape(1), N)
    return chains.powers(x, N if N is not None else x.array.shape[-1])
