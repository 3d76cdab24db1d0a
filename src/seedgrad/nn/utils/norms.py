"""The mathematics behind weight_norm and spectral_norm."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core.memory import bump
from ...core.op import tensor_namespace as xp
from ...core.random import draw_from
from ...core.tensor import Tensor


def norm_except_dim(v: Tensor, dim: int) -> Tensor:
    """The Euclidean norms of the slices of v along `dim`, broadcastable to v; of all of v, a number, for -1."""
    if dim == -1:
        return xp.norm(v)
    if not -v.ndim <= dim < v.ndim:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-v.ndim}, {v.ndim - 1}], but got {dim}) for a tensor of "
            f"shape {tuple(v.shape)}"
        )
    rows = rows_along(v, dim)
    shape = [1] * v.ndim
    shape[dim] = v.shape[dim]
    return xp.reshape(xp.norm(rows, axis=(1,)), tuple(shape))


def scaled_to(v: Tensor, g: Tensor, dim: int) -> Tensor:
    """v with the norms g: v g / |v|."""
    return v * (g / norm_except_dim(v, dim))


def rows_along(weight: Tensor, dim: int) -> Tensor:
    """The weight as a matrix with one row for each index of `dim`."""
    moved = xp.moveaxis(weight, source=dim, destination=0) if dim else weight
    size = weight.shape[dim]
    return xp.reshape(moved, (size, weight.array.size // size if size else 0))


def unit(x: np.ndarray[Any, Any], eps: float) -> np.ndarray[Any, Any]:
    """x / max(|x|, eps)."""
    return x / np.maximum(np.linalg.norm(x), np.asarray(eps, x.real.dtype))


def random_unit(size: int, like: Tensor, eps: float) -> Tensor:
    """A vector of random direction, of the type of `like`."""
    drawn = draw_from(None).standard_normal(size, np.float32 if like.array.dtype == np.float32 else np.float64)
    return Tensor(unit(drawn.astype(like.array.dtype), eps))


def overwrite(target: Tensor, values: np.ndarray[Any, Any]) -> None:
    """Write into a buffer outside of any graph."""
    np.copyto(target.array, values)
    bump(target)


def stretch(matrix: Tensor, u: Tensor, v: Tensor) -> Tensor:
    """uᴴ W v, the largest singular value of W if u and v are its singular vectors; they count as constants."""
    left, right = Tensor(u.array.conj().copy()), Tensor(v.array.copy())
    return xp.matmul(left, xp.matmul(matrix, right))
