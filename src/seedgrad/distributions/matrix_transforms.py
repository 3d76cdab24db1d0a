"""Functions from vectors and matrices onto Cholesky factors and positive definite matrices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import seedgrad as sg

from . import constraints
from .transform import Transform


class CorrCholeskyTransform(Transform):
    """n (n - 1) / 2 numbers to the Cholesky factor of an n by n correlation matrix, row by row through tanh.

    Args:
        cache_size: 0 or 1. Default: 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.CorrCholeskyTransform()(sg.zeros(1))
        tensor([[1., 0.],
                [0., 1.]])

    Source: Lewandowski, Kurowicka, Joe, "Generating random correlation matrices", 2009.
    """

    domain, codomain = constraints.real_vector, constraints.corr_cholesky
    bijective, _bare = True, True

    def _call(self, x: sg.Tensor) -> sg.Tensor:
        eps = sg.finfo(x.dtype).eps
        r = _below(x.tanh().clamp(min=-1 + eps, max=1 - eps))
        n = r.shape[-1]
        left = (1 - r**2).sqrt().cumprod(-1)
        r = r + sg.eye(n, dtype=r.dtype)
        return r * sg.nn.functional.pad(left[..., :-1], [1, 0], value=1)

    def _inverse(self, y: sg.Tensor) -> sg.Tensor:
        left = (1 - (y * y).cumsum(-1)).clamp(min=sg.finfo(y.dtype).tiny)
        left = sg.nn.functional.pad(left[..., :-1], [1, 0], value=1)
        t = _taken(y, -1) / _taken(left, -1).sqrt()
        return (t.log1p() - (-t).log1p()) / 2

    def log_abs_det_jacobian(self, x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
        # What is left of a row's length after each step, as far as it scales an element below the diagonal.
        left = 1 - (y * y).cumsum(-1)
        rows = 0.5 * _taken(left, -2).log().sum(-1)
        return rows - 2 * (x + sg.nn.functional.softplus(-2 * x) - math.log(2)).sum(-1)

    def forward_shape(self, shape: Sequence[int]) -> sg.Size:
        if len(shape) < 1:
            raise ValueError("Too few dimensions on input: at least one is needed")
        n = _side(shape[-1])
        return sg.Size((*shape[:-1], n, n))

    def inverse_shape(self, shape: Sequence[int]) -> sg.Size:
        if len(shape) < 2:
            raise ValueError("Too few dimensions on input: at least two are needed")
        if shape[-2] != shape[-1]:
            raise ValueError(f"Input is not square: the last dimensions are {tuple(shape[-2:])}")
        return sg.Size((*shape[:-2], shape[-1] * (shape[-1] - 1) // 2))


def _side(count: int) -> int:
    """n, given n (n - 1) / 2."""
    n = round((0.25 + 2 * count) ** 0.5 + 0.5)
    if n * (n - 1) // 2 != count:
        raise ValueError(f"Input is not a flattened lower-diagonal number: {count} is not n (n - 1) / 2 for any n")
    return n


def _below(x: sg.Tensor) -> sg.Tensor:
    """A vector as the part of a matrix below the diagonal, by rows."""
    n = _side(x.shape[-1])
    rows, columns = sg.tril_indices(n, n, -1)
    flat = sg.zeros((*x.shape[:-1], n * n), dtype=x.dtype)
    return flat.index_copy(-1, rows * n + columns, x).unflatten(-1, (n, n))


def _taken(matrix: sg.Tensor, diagonal: int) -> sg.Tensor:
    """The elements on and below a diagonal, by rows."""
    n = matrix.shape[-1]
    rows, columns = sg.tril_indices(n, n, diagonal)
    return matrix.flatten(-2).index_select(-1, rows * n + columns)


class LowerCholeskyTransform(Transform):
    """A square matrix to a lower triangle whose diagonal is positive: exp on the diagonal, zeros above.

    Args:
        cache_size: 0 or 1. Default: 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.LowerCholeskyTransform()(sg.zeros(2, 2))
        tensor([[1., 0.],
                [0., 1.]])
    """

    domain, _bare = constraints.independent(constraints.real, 2), True
    codomain: Any = constraints.lower_cholesky

    def _call(self, x: sg.Tensor) -> sg.Tensor:
        return x.tril(-1) + x.diagonal(dim1=-2, dim2=-1).exp().diag_embed()

    def _inverse(self, y: sg.Tensor) -> sg.Tensor:
        return y.tril(-1) + y.diagonal(dim1=-2, dim2=-1).log().diag_embed()


class PositiveDefiniteTransform(LowerCholeskyTransform):
    """A square matrix to a positive definite one: L L^T of the lower triangle.

    Args:
        cache_size: 0 or 1. Default: 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.PositiveDefiniteTransform()(sg.zeros(2, 2))
        tensor([[1., 0.],
                [0., 1.]])
    """

    codomain: Any = constraints.positive_definite

    def _call(self, x: sg.Tensor) -> sg.Tensor:
        lower = super()._call(x)
        return lower @ lower.mT

    def _inverse(self, y: sg.Tensor) -> sg.Tensor:
        return super()._inverse(sg.linalg.cholesky(y))
