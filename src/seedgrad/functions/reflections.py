"""Products of Householder reflections."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_values import on_values
from ..core.tensor import Tensor
from ..ops import linalg_arrays as arrays
from ..ops import linalg_solve as s
from ..ops.linalg import matmul as product
from . import return_types as types
from .matrix_checks import check_matrices, check_matrix, check_precise
from .public import public


@public(out=True)
def geqrf(input: Tensor) -> types.geqrf:
    """The QR factorization as Householder reflections; it has no gradient.

    Args:
        input: (..., m, n), float32, float64 or complex.

    Returns:
        A named tuple (a, tau): R on and above the diagonal of `a`, the vectors below it, and their factors.

    Raises:
        RuntimeError: the input has less than 2 dimensions, or another type.

    Example:
        >>> import seedgrad as sg
        >>> a, tau = sg.geqrf(sg.randn(4, 2))
        >>> a.shape, tau.shape
        (seedgrad.Size([4, 2]), seedgrad.Size([2]))
    """
    check_matrices("geqrf", input)

    def found(x: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], ...]:
        turned, tau = arrays.qr(x, mode="raw")
        return turned.swapaxes(-1, -2).astype(x.dtype), tau.astype(x.dtype)

    return types.geqrf(*on_values(found, input))


def _reflections(name: str, input: Tensor, tau: Tensor) -> None:
    check_matrix(name, input, "input")
    check_precise(name, input)
    m, n = input.array.shape[-2:]
    k = tau.array.shape[-1] if tau.array.ndim else 0
    if m < n:
        raise RuntimeError(
            f"{name}: input.shape[-2] must be greater than or equal to input.shape[-1], got the shape "
            f"{input.array.shape}"
        )
    if n < k:
        raise RuntimeError(
            f"{name}: input.shape[-1] must be greater than or equal to tau.shape[-1], got {n} columns and {k} factors"
        )
    if tau.array.shape[:-1] != input.array.shape[:-2]:
        raise RuntimeError(
            f"{name}: Expected batch dimensions of tau to be equal to input.shape[:-2], {input.array.shape[:-2]}, "
            f"but got {tau.array.shape[:-1]}"
        )


def _compact(input: Tensor, tau: Tensor) -> tuple[Tensor, Tensor]:
    """V and T with H_1 ... H_k = I - V T Vᴴ: T⁻¹ is the upper part of VᴴV with 1/tau on its diagonal."""
    m, k = input.array.shape[-2], tau.array.shape[-1]
    v = input[..., :k].tril(-1) + Tensor(np.eye(m, k, dtype=input.array.dtype))
    above = product.call(s.adjoint.call(v), v).triu(1)
    scale = tau.diag_embed()
    return v, s.solve_triangular.call(product.call(scale, above), scale, upper=True, unit=True)


@public(out=True)
def orgqr(input: Tensor, input2: Tensor) -> Tensor:
    """The first columns of a product of Householder reflections: see `seedgrad.linalg.householder_product`.

    Args:
        input: (..., m, n), m >= n: the vectors below the diagonal, as from `geqrf`.
        input2: (..., k), k <= n: their factors.

    Returns:
        (..., m, n).

    Raises:
        RuntimeError: the shapes don't fit.

    Example:
        >>> import seedgrad as sg
        >>> Q = sg.orgqr(*sg.geqrf(sg.randn(4, 2)))
        >>> sg.allclose(Q.T @ Q, sg.eye(2), atol=1e-5)
        True
    """
    _reflections("linalg.householder_product", input, input2)
    m, n = input.array.shape[-2:]
    v, t = _compact(input, input2)
    turned = product.call(t, s.adjoint.call(v)[..., :n])
    return Tensor(np.eye(m, n, dtype=input.array.dtype)) - product.call(v, turned)


@public(out=True)
def ormqr(input: Tensor, input2: Tensor, input3: Tensor, left: bool = True, transpose: bool = False) -> Tensor:
    """The product of a matrix with the square Q of Householder reflections, without making Q.

    Args:
        input: (..., m, k): the vectors below the diagonal, as from `geqrf`.
        input2: (..., k): their factors.
        input3: (..., m, n); (..., n, m) without `left`.
        left: Q stands on the left. Default: True.
        transpose: use Qᴴ in place of Q. Default: False.

    Returns:
        The shape of `input3`.

    Raises:
        RuntimeError: the shapes don't fit.

    Example:
        >>> import seedgrad as sg
        >>> a, tau = sg.geqrf(sg.randn(4, 2))
        >>> sg.ormqr(a, tau, sg.randn(4, 3)).shape
        seedgrad.Size([4, 3])
    """
    _reflections("ormqr", input, input2)
    check_matrix("ormqr", input3, "other")
    m, side = input.array.shape[-2], input3.array.shape[-2 if left else -1]
    if m != side:
        raise RuntimeError(
            f"ormqr: other.shape[{-2 if left else -1}] must be equal to input.shape[-2], got {side} and {m}"
        )
    v, t = _compact(input, input2)
    if transpose:
        t = s.adjoint.call(t)
    vh = s.adjoint.call(v)
    if left:
        return input3 - product.call(v, product.call(t, product.call(vh, input3)))
    return input3 - product.call(product.call(product.call(input3, v), t), vh)
