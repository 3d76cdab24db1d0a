"""Discrete Fourier transforms: of complex numbers, of real ones to half a spectrum, and back.

A transform is linear, so its derivative is a transform as well. Lengths are those of the input: `seedgrad.fft` cuts and
pads.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import namespace
from ..core.batching import along
from ..core.op import op

Array = np.ndarray[Any, Any]


def dft_array(x: Array, axes: tuple[int, ...], inverse: bool = False, scale: float = 1.0) -> Array:
    """sum_j x_j exp(∓2πi jk / n) along each axis, times scale."""
    # NumPy divides by the lengths in the direction that `norm` names; here nothing is divided.
    out = np.fft.ifftn(x, axes=axes, norm="forward") if inverse else np.fft.fftn(x, axes=axes, norm="backward")
    return out if scale == 1 else out * out.dtype.type(scale)


def rdft_array(x: Array, axis: int, scale: float = 1.0) -> Array:
    """The first n // 2 + 1 terms of the transform of real numbers; the others are their conjugates."""
    out = np.fft.rfft(x, axis=axis)
    return out if scale == 1 else out * out.dtype.type(scale)


def irdft_array(x: Array, axis: int, n: int, scale: float = 1.0) -> Array:
    """n real numbers from the first n // 2 + 1 terms of their spectrum, with exp(+2πi jk / n)."""
    out = np.fft.irfft(x, n, axis=axis, norm="forward")
    return out if scale == 1 else out * out.dtype.type(scale)


vars(namespace).update(dft=dft_array, rdft=rdft_array, irdft=irdft_array)


@op(cast=None, complex=True, name="FftC2C")
def dft(xp: Any, x: Any, /, axes: tuple[int, ...] = (), inverse: bool = False, scale: float = 1.0) -> Any:
    """The transform of complex numbers along several axes."""
    return xp.dft(x, axes, inverse, scale)


# The matrix of the transform is its own transpose.
dft.defvjp(x=lambda g, xp, axes, inverse, scale: xp.dft(g, axes, inverse, scale))


@op(cast=None, complex="own", name="FftR2C")
def rdft(xp: Any, x: Any, /, axis: int = -1, scale: float = 1.0) -> Any:
    """The transform of real numbers along an axis: half a spectrum."""
    return xp.rdft(x, axis, scale)


def _rdft_vjp(g: Any, xp: Any, x_shape: tuple[int, ...], axis: int, scale: float) -> Any:
    """The terms that were left out have no gradient of their own: zeros in their places."""
    widths = [(0, 0)] * len(x_shape)
    widths[axis] = (0, x_shape[axis] - g.shape[axis])
    return xp.real(xp.dft(xp.pad_constant(g, tuple(widths)), (axis,), True, scale))


rdft.defvjp(x=_rdft_vjp)


@op(cast=None, complex="own", name="FftC2R")
def irdft(xp: Any, x: Any, /, axis: int = -1, n: int = 1, scale: float = 1.0) -> Any:
    """n real numbers from half a spectrum along an axis."""
    return xp.irdft(x, axis, n, scale)


def _irdft_vjp(g: Any, xp: Any, x_shape: tuple[int, ...], axis: int, n: int, scale: float) -> Any:
    """Each term stands for its conjugate too, but for the first one and, if n is even, the last one."""
    counts = np.full(x_shape[axis], 2, np.float32)
    counts[0] = 1
    if not n % 2:
        counts[-1] = 1
    return xp.rdft(g, axis, scale) * counts.reshape((-1,) + (1,) * (len(x_shape) - 1 - axis % len(x_shape)))


irdft.defvjp(x=_irdft_vjp)

dft.defbatch(along("axes"))
rdft.defbatch(along("axis"))
irdft.defbatch(along("axis"))
