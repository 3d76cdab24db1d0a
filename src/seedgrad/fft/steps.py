"""The three kinds of transforms along several dimensions, by those along one."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from ..ops import fourier
from ..ops.complex import conj
from .lengths import as_complex, as_real, checked, resized, scale, some_dims


def _lengths(name: str, input: Tensor, dims: tuple[int, ...], s: tuple[int, ...]) -> list[int]:
    return [checked(name, input.shape[d] if n == -1 else n) for d, n in zip(dims, s, strict=True)]


def of_complex(name: str, input: Tensor, s: Any, dim: Any, norm: str | None, inverse: bool) -> Tensor:
    dims, sizes = some_dims(name, input, s, dim)
    lengths = _lengths(name, input, dims, sizes)
    x = resized(as_complex(name, input), dict(zip(dims, lengths, strict=True)))
    return fourier.dft.call(x, axes=dims, inverse=inverse, scale=scale(name, norm, lengths, inverse))


def to_half(name: str, input: Tensor, s: Any, dim: Any, norm: str | None, inverse: bool) -> Tensor:
    """The spectrum of real numbers: half of it along the last dimension."""
    x = as_real(name, input)
    dims, sizes = some_dims(name, x, s, dim)
    if not dims:
        raise RuntimeError(
            f"{name} must transform at least one axis, got a tensor of shape {tuple(x.shape)} and no dims"
        )
    lengths = _lengths(name, x, dims, sizes)
    x = resized(x, dict(zip(dims, lengths, strict=True)))
    x = fourier.rdft.call(x, axis=dims[-1], scale=scale(name, norm, lengths, inverse))
    return fourier.dft.call(x, axes=dims[:-1]) if len(dims) > 1 else x


def from_half(name: str, input: Tensor, s: Any, dim: Any, norm: str | None, inverse: bool) -> Tensor:
    """Real numbers from a spectrum of which half is given along the last dimension."""
    x = as_complex(name, input)
    dims, sizes = some_dims(name, x, s, dim)
    if not dims:
        raise RuntimeError(
            f"{name} must transform at least one axis, got a tensor of shape {tuple(x.shape)} and no dims"
        )
    n = 2 * (x.shape[dims[-1]] - 1) if sizes[-1] == -1 else sizes[-1]
    lengths = [*_lengths(name, x, dims[:-1], sizes[:-1]), checked(name, n)]
    x = resized(x, dict(zip(dims, [*lengths[:-1], lengths[-1] // 2 + 1], strict=True)))
    x = x if inverse else conj.call(x)
    if len(dims) > 1:
        x = fourier.dft.call(x, axes=dims[:-1], inverse=True)
    return fourier.irdft.call(x, axis=dims[-1], n=lengths[-1], scale=scale(name, norm, lengths, inverse))
