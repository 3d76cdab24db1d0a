"""Orthogonal matrices as functions of matrices without constraint.

Three maps lead from any matrix X to one with orthonormal columns: the exponential of the skew-symmetric A = L - Lᵀ, L being
the lower triangle of X; Cayley's (I - A/2)⁻¹ (I + A/2); and the product of the Householder reflections whose vectors are the
columns of X below the diagonal. A matrix that is wider than tall is treated as its transpose.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Any, TypeVar

import numpy as np

from ...core import dtype as dtypes
from ...core.mode import no_grad
from ...core.op import tensor_namespace as xp
from ...core.random import draw_from
from ...core.tensor import Tensor
from ...functions.inverses import matrix_exp
from ...functions.reflections import geqrf, orgqr
from ...ops.complex import conj
from ...ops.linalg_solve import solve
from ..module import Module
from .parametrize import register_parametrization

M = TypeVar("M", bound=Module)


class _OrthMaps(Enum):
    matrix_exp = auto()
    cayley = auto()
    householder = auto()


def _adjoint(x: Tensor) -> Tensor:
    return conj.call(x).mT if x.is_complex() else x.mT


def _is_orthogonal(q: Tensor) -> bool:
    """Whether the columns are orthonormal, as far as the type can tell."""
    a = q.array
    error = np.abs(np.swapaxes(a, -1, -2).conj() @ a - np.eye(a.shape[-1], dtype=a.dtype))
    return bool((error <= 10 * a.shape[-2] * np.finfo(a.dtype).eps).all())


def _make_orthogonal(x: Tensor) -> Tensor:
    """The Q of the QR factorization whose R has a positive diagonal."""
    with no_grad():
        reflections, tau = geqrf(x)
        q = orgqr(reflections, tau)
        diagonal = reflections.array.diagonal(axis1=-2, axis2=-1)
        size = np.abs(diagonal)
        signs = np.divide(diagonal, size, out=np.zeros_like(diagonal), where=size > 0)
        return q * Tensor(signs[..., None, :])


class _Orthogonal(Module):
    """X to a matrix with orthonormal columns, or rows if it is wide.

    Args:
        weight: of the shape that the result has.
        orthogonal_map: which of the three maps.
        use_trivialization: multiply the result from the left by a fixed orthogonal matrix, the buffer `base`, so that any
            orthogonal matrix can be assigned.
    """

    base: Tensor | None

    def __init__(self, weight: Tensor, orthogonal_map: _OrthMaps, *, use_trivialization: bool = True) -> None:
        super().__init__()
        if weight.is_complex() and orthogonal_map == _OrthMaps.householder:
            raise ValueError("The householder parametrization does not support complex tensors.")
        self.shape = weight.shape
        self.orthogonal_map = orthogonal_map
        self.use_trivialization = use_trivialization
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, X: Tensor) -> Tensor:
        wide = X.shape[-2] < X.shape[-1]
        if wide:
            X = X.mT
        n, k = X.shape[-2:]
        if self.orthogonal_map == _OrthMaps.householder:
            below = X.tril(-1)
            tau = 2.0 / (1.0 + (below * below).sum(-2))
            # The diagonal holds the signs that reflections alone cannot have; they are not trained.
            signs = np.trunc(X.array.diagonal(axis1=-2, axis2=-1))
            q = orgqr(below, tau) * Tensor(signs[..., None, :])
        else:
            lower = X.tril()
            if n != k:
                lower = xp.concatenate([lower, Tensor(np.zeros((*X.shape[:-1], n - k), X.array.dtype))], axis=-1)
            skew = lower - _adjoint(lower)
            if self.orthogonal_map == _OrthMaps.matrix_exp:
                q = matrix_exp(skew)
            else:
                one = Tensor(np.eye(n, dtype=X.array.dtype))
                q, _ = solve.call(one - skew * 0.5, one + skew * 0.5)
            if n != k:
                q = q[..., :k]
        if self.use_trivialization:
            q = xp.matmul(self.base, q)
        return q.mT if wide else q

    def right_inverse(self, Q: Tensor) -> Tensor:
        if Q.shape != self.shape:
            raise ValueError(
                f"Expected a matrix or batch of matrices of shape {tuple(self.shape)}. "
                f"Got a tensor of shape {tuple(Q.shape)}."
            )
        wide = Q.shape[-2] < Q.shape[-1]
        q = Q.detach().mT if wide else Q.detach()
        x = self._trivial(q) if self.use_trivialization else self._stored(q)
        return x.mT if wide else x

    def _trivial(self, q: Tensor) -> Tensor:
        """Put all of q into the base; what is stored is then -I, which the maps take to I."""
        n, k = q.shape[-2:]
        if n == k:
            self.base = q.clone() if _is_orthogonal(q) else _make_orthogonal(q)
        else:
            more = draw_from(None).standard_normal((*q.shape[:-1], n - k)).astype(q.array.dtype)
            self.base = _make_orthogonal(Tensor(np.concatenate([q.array, more], axis=-1)))
        x = np.zeros_like(q.array)
        x[..., range(k), range(k)] = -1
        return Tensor(x)

    def _stored(self, q: Tensor) -> Tensor:
        """What the Householder map takes to q."""
        if self.orthogonal_map != _OrthMaps.householder:
            raise NotImplementedError(
                "It is not possible to assign to the matrix exponential or the Cayley parametrizations when "
                "use_trivialization=False."
            )
        reflections, tau = geqrf(q)
        x = reflections.array.copy()
        places = range(x.shape[-1])
        signs = np.sign(x[..., places, places])
        # Of a factor 0 the map makes a reflection all the same: take it back.
        x[..., places, places] = np.where(tau.array == 0, -signs, signs)
        return Tensor(x)


def orthogonal(
    module: M, name: str = "weight", orthogonal_map: str | None = None, *, use_trivialization: bool = True
) -> M:
    """Keep a weight orthogonal: QᵀQ = I for tall and square matrices, QQᵀ = I for wide ones.

    Args:
        module: the module that has the weight.
        name: the name of a parameter of two dimensions or more; the last two hold a matrix. Default: "weight".
        orthogonal_map: "matrix_exp", "cayley" or "householder". Default: "matrix_exp" for square and for complex matrices,
            else "householder".
        use_trivialization: keep a fixed orthogonal matrix that the result is multiplied by, so that any orthogonal matrix
            can be assigned, and optimization starts from it; it takes the memory of one more square matrix.
            Default: True.

    Returns:
        The module. Its weight starts as the orthogonal matrix of the weight's QR factorization, or, for the first two maps
        without trivialization, as their value at the weight.

    Raises:
        ValueError: there is no such tensor; it is not a matrix; the map is unknown, or is "householder" for complex numbers.
        TypeError: the matrix is of another type than float32, float64 or complex.
        NotImplementedError: on assignment, with the first two maps without trivialization.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.utils.parametrizations.orthogonal(sg.nn.Linear(20, 40))
        >>> sg.allclose(layer.weight.T @ layer.weight, sg.eye(20), atol=1e-5)
        True

    Source: Lezcano-Casado, Martínez-Rubio, Cheap orthogonal constraints in neural networks, 2019; Lezcano-Casado,
        Trivializations for gradient-based optimization on manifolds, 2019.
    """
    weight: Any = getattr(module, name, None)
    if not isinstance(weight, Tensor):
        raise ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    if weight.ndim < 2:
        raise ValueError(f"Expected a matrix or batch of matrices. Got a tensor of {weight.ndim} dimensions.")
    if weight.dtype not in (dtypes.float32, dtypes.float64, dtypes.complex64, dtypes.complex128):
        raise TypeError(
            f"orthogonal: {name} must be float32, float64 or complex, got {weight.dtype}. Convert the module"
        )
    if orthogonal_map is None:
        square = weight.shape[-2] == weight.shape[-1]
        orthogonal_map = "matrix_exp" if square or weight.is_complex() else "householder"
    if orthogonal_map not in _OrthMaps.__members__:
        raise ValueError(
            f'orthogonal_map has to be one of "matrix_exp", "cayley", "householder". Got: {orthogonal_map}'
        )
    chosen = _Orthogonal(weight, _OrthMaps[orthogonal_map], use_trivialization=use_trivialization)
    return register_parametrization(module, name, chosen, unsafe=True)
