"""Inverses, pseudoinverses, determinants and functions of square matrices."""

from __future__ import annotations

import math
from typing import Any

from ..core.tensor import Tensor
from ..functions import inverses as top
from ..functions import return_types as types
from ..functions.arguments import check_tensors
from ..functions.matrix_checks import SINGULAR, check_squares, raise_first
from ..ops import linalg_solve as s
from .results import takes_out


@takes_out
def inv(A: Tensor) -> Tensor:
    """The inverse of a square matrix: `A @ out` is the identity.

    Args:
        A: (..., n, n), float32, float64 or complex.

    Returns:
        (..., n, n).

    Raises:
        LinAlgError: a matrix is singular; the text says which.
        RuntimeError: the matrices are not square, or of another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.inv(sg.tensor([[2.0, 0.0], [0.0, 4.0]]))
        tensor([[0.5000, 0.0000],
                [0.0000, 0.2500]])
    """
    return top.inverse(A)


@takes_out
def inv_ex(A: Tensor, *, check_errors: bool = False) -> types.linalg_inv_ex:
    """The inverse, with a report in place of an error where there is none.

    Args:
        A: (..., n, n), float32, float64 or complex.
        check_errors: raise all the same. Default: False.

    Returns:
        A named tuple (inverse, info): info, int32, is 0 where there is an inverse; elsewhere it is the place of the
        first zero pivot, counted from 1, and the inverse is NaN.

    Raises:
        LinAlgError: a matrix is singular and check_errors is True.
        RuntimeError: the matrices are not square, or of another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.inv_ex(sg.zeros(2, 2)).info
        tensor(1, dtype=seedgrad.int32)
    """
    check_squares("linalg.inv_ex", A, RuntimeError)
    found = types.linalg_inv_ex(*s.inv.call(A))
    if check_errors:
        raise_first(found.info, f"linalg.inv_ex: {SINGULAR}")
    return found


@takes_out
def pinv(input: Tensor, rcond: Any = None, hermitian: bool = False, *, atol: Any = None, rtol: Any = None) -> Tensor:
    """The pseudoinverse of Moore and Penrose: for `input = U diag(S) Vᴴ` it is V diag(1/S) Uᴴ, where 1/0 is 0.

    The gradient holds where the rank does not change.

    Args:
        input: (..., m, n), float32, float64 or complex.
        rcond: the same as rtol. Default: None.
        hermitian: the input is symmetric (or Hermitian); only its lower triangle is read. Default: False.
        atol: singular values up to it count as 0; a number or a tensor of the batch dimensions. Default: 0.
        rtol: so do those up to rtol times the largest. Default: max(m, n) times the type's rounding unit, or 0 where
            atol is greater than 0.

    Returns:
        (..., n, m).

    Raises:
        RuntimeError: the input has less than 2 dimensions or another type, or is not square though hermitian.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.pinv(sg.tensor([[2.0], [0.0]]))
        tensor([[0.5000, 0.0000]])
    """
    return top.pseudoinverse(input, atol, rtol if rcond is None else rcond, hermitian, "linalg.pinv")


@takes_out
def det(A: Tensor) -> Tensor:
    """The determinant of a square matrix; its gradient is right for singular matrices too.

    Args:
        A: (..., n, n), float32, float64 or complex.

    Returns:
        The batch dimensions.

    Raises:
        RuntimeError: the matrices are not square, or of another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.det(2 * sg.eye(3))
        tensor(8.)
    """
    return top.det(A)


@takes_out
def slogdet(A: Tensor) -> types.SignLogdet:
    """The sign of the determinant and the logarithm of its size: `det = sign * exp(logabsdet)`.

    Args:
        A: (..., n, n), float32, float64 or complex.

    Returns:
        A named tuple (sign, logabsdet) with the batch dimensions; (0, -inf) for a singular matrix.

    Raises:
        RuntimeError: the matrices are not square, or of another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.slogdet(-sg.eye(3)).sign
        tensor(-1.)
    """
    return types.linalg_slogdet(top.slogdet(A))


@takes_out
def matrix_power(input: Tensor, n: int) -> Tensor:
    """The product of n copies of a square matrix; of its inverse, where n is negative.

    Args:
        input: (..., m, m).
        n: how often; 0 gives the identity.

    Returns:
        (..., m, m).

    Raises:
        RuntimeError: the matrices are not square.
        LinAlgError: n is negative and a matrix singular.
        TypeError: n is not an int.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.matrix_power(2 * sg.eye(2), -2)
        tensor([[0.2500, 0.0000],
                [0.0000, 0.2500]])
    """
    return top.matrix_power(input, n)


def matrix_exp(input: Tensor) -> Tensor:
    """The exponential of a square matrix, `sum of input^k / k!`.

    Args:
        input: (..., n, n), floating-point or complex.

    Returns:
        (..., n, n).

    Raises:
        RuntimeError: the matrices are not square, or hold integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.matrix_exp(sg.zeros(2, 2))
        tensor([[1., 0.],
                [0., 1.]])
    """
    return top.matrix_exp(input)


@takes_out
def tensorinv(input: Tensor, ind: int = 2) -> Tensor:
    """The inverse of a tensor as a linear map: `tensordot(out, input, ind)` is the identity.

    Args:
        input: a shape whose first `ind` sizes and whose others have one product.
        ind: how many dimensions are the result of the map. Default: 2.

    Returns:
        The other sizes, then the first `ind`.

    Raises:
        RuntimeError: the products differ, or ind is not positive.
        LinAlgError: there is no inverse.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.tensorinv(sg.eye(6).reshape(2, 3, 6)).shape
        seedgrad.Size([6, 2, 3])
    """
    check_tensors("linalg.tensorinv", input)
    if ind <= 0:
        raise RuntimeError(f"Expected a strictly positive integer for 'ind', but got {ind}")
    shape = input.array.shape
    rows, columns = math.prod(shape[:ind]), math.prod(shape[ind:])
    if rows != columns:
        raise RuntimeError(
            f"Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind]), but got "
            f"{columns} != {rows} (the shape is {shape} and ind is {ind})"
        )
    return top.inverse(input.reshape(rows, columns)).reshape(*shape[ind:], *shape[:ind])
