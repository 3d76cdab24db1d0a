"""Inverses, determinants and functions of square matrices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from ..ops import linalg_solve as s
from ..ops import linalg_spectral as spectral
from ..ops.linalg import matmul as product
from . import return_types as types
from .arguments import check_tensors
from .matrix_checks import SINGULAR, check_matrix, check_precise, check_square, check_squares, raise_first
from .public import public


@public(out=True)
def inverse(input: Tensor) -> Tensor:
    """The inverse of a square matrix: `input @ out` is the identity.

    Args:
        input: (..., n, n), float32, float64 or complex.

    Returns:
        The input's shape.

    Raises:
        LinAlgError: a matrix is singular; the text says which.
        RuntimeError: the matrices are not square, or of another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.inverse(sg.tensor([[2.0, 0.0], [0.0, 4.0]]))
        tensor([[0.5000, 0.0000],
                [0.0000, 0.2500]])
    """
    check_squares("linalg.inv", input, RuntimeError)
    out, info = s.inv.call(input)
    raise_first(info, f"linalg.inv: {SINGULAR}")
    return out


def pseudoinverse(A: Tensor, atol: Any, rtol: Any, hermitian: bool, name: str) -> Tensor:
    """The pseudoinverse with the tolerances of `linalg.pinv`."""
    check_tensors(name, A)
    if A.array.ndim < 2:
        raise RuntimeError(f"{name}: expected a tensor with 2 or more dimensions, got the shape {A.array.shape}")
    (check_squares if hermitian else check_precise)(name, A, RuntimeError)
    return spectral.pinv.call(A, *tolerances(A, atol, rtol), hermitian=hermitian)


def tolerances(A: Tensor, atol: Any, rtol: Any) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Below what a singular value counts as 0: absolutely, and as a part of the largest; ready to be compared.

    Default: atol 0; rtol 0 where atol is greater, else the rounding unit times the longer side.
    """
    kind = A.array.dtype.type(0).real.dtype
    usual = np.finfo(kind).eps * max(A.array.shape[-2:])
    bounds = [np.asarray(t.array if isinstance(t, Tensor) else t, kind) for t in (0.0 if atol is None else atol,)]
    if rtol is None:
        bounds.append(np.where(bounds[0] > 0, kind.type(0), kind.type(usual)))
    else:
        bounds.append(np.asarray(rtol.array if isinstance(rtol, Tensor) else rtol, kind))
    return bounds[0][..., None], bounds[1][..., None]


@public()
def pinverse(input: Tensor, rcond: float = 1e-15) -> Tensor:
    """The pseudoinverse of Moore and Penrose: see `seedgrad.linalg.pinv`.

    Args:
        input: (..., m, n), float32, float64 or complex.
        rcond: singular values up to `rcond` times the largest count as 0. Default: 1e-15.

    Returns:
        (..., n, m).

    Raises:
        RuntimeError: the input has less than 2 dimensions, or another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.pinverse(sg.tensor([[2.0], [0.0]]))
        tensor([[0.5000, 0.0000]])
    """
    return pseudoinverse(input, None, rcond, False, "linalg.pinv")


@public()
def det(input: Tensor) -> Tensor:
    """The determinant of a square matrix; its gradient is right for singular matrices too.

    Args:
        input: (..., n, n), float32, float64 or complex.

    Returns:
        The batch dimensions.

    Raises:
        RuntimeError: the matrices are not square, or of another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.det(sg.tensor([[1.0, 2.0], [3.0, 4.0]]))
        tensor(-2.)
    """
    check_squares("linalg.det", input)
    return s.det.call(input)


@public(out=True)
def slogdet(input: Tensor) -> types.SignLogdet:
    """The sign of the determinant and the logarithm of its size, which does not overflow.

    Args:
        input: (..., n, n), float32, float64 or complex.

    Returns:
        A named tuple (sign, logabsdet) with the batch dimensions: `det = sign * exp(logabsdet)`. The sign is 0 and
        the logarithm -inf for a singular matrix.

    Raises:
        RuntimeError: the matrices are not square, or of another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.slogdet(-sg.eye(3))
        seedgrad.return_types.slogdet(
        sign=tensor(-1.),
        logabsdet=tensor(0.))
    """
    check_squares("linalg.slogdet", input)
    return types.slogdet(*s.slogdet.call(input))


@public()
def logdet(input: Tensor) -> Tensor:
    """The logarithm of the determinant; NaN where it is negative, -inf where it is 0.

    Args:
        input: (..., n, n), float32, float64 or complex.

    Returns:
        The batch dimensions.

    Raises:
        RuntimeError: the matrices are not square, or of another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.logdet(sg.eye(3))
        tensor(0.)
    """
    check_squares("logdet", input, RuntimeError)
    sign, size = s.slogdet.call(input)
    if dtypes.category(sign.array.dtype) == dtypes.COMPLEX:
        return sign.log() + size
    return size.masked_fill(sign == -1, math.nan)


@public(out=True)
def matrix_power(input: Tensor, n: int) -> Tensor:
    """The product of n copies of a square matrix; of its inverse, where n is negative.

    Args:
        input: (..., m, m).
        n: how often; 0 gives the identity.

    Returns:
        The input's shape.

    Raises:
        RuntimeError: the matrices are not square.
        LinAlgError: n is negative and a matrix singular.
        TypeError: n is not an int.

    Example:
        >>> import seedgrad as sg
        >>> sg.matrix_power(sg.tensor([[1.0, 1.0], [0.0, 1.0]]), 3)
        tensor([[1., 3.],
                [0., 1.]])
    """
    check_square("linalg.matrix_power", input)
    if not isinstance(n, int) or isinstance(n, bool):
        raise TypeError(f"linalg.matrix_power(): argument 'n' must be int, not {type(n).__name__}")
    if n == 0:
        diagonal = Tensor(np.eye(input.array.shape[-1], dtype=bool))
        return input.masked_fill(~diagonal, 0).masked_fill(diagonal, 1)
    power = inverse(input) if n < 0 else input
    out = None
    n = abs(n)
    while True:
        if n & 1:
            out = power if out is None else product.call(out, power)
        n >>= 1
        if not n:
            break
        power = product.call(power, power)
    assert out is not None
    return out.clone() if out is input else out


@public()
def matrix_exp(input: Tensor) -> Tensor:
    """The exponential of a square matrix, `sum of input^k / k!`.

    Args:
        input: (..., n, n), floating-point or complex; 16 bits are computed with 32.

    Returns:
        The input's shape.

    Raises:
        RuntimeError: the matrices are not square, or hold integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.matrix_exp(sg.zeros(2, 2))
        tensor([[1., 0.],
                [0., 1.]])

    Source:
        A. Al-Mohy and N. Higham, A new scaling and squaring algorithm for the matrix exponential, 2009.
    """
    check_matrix("linalg.matrix_exp", input)
    check_precise("linalg.matrix_exp", input, None)
    check_square("linalg.matrix_exp", input)
    if input.array.dtype.itemsize == 2:
        return s.matrix_exp.call(input.float()).to(input.dtype)
    return s.matrix_exp.call(input)
