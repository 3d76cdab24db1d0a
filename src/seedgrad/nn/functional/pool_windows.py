"""How the arguments of a pooling function make windows."""

from __future__ import annotations

import functools
from typing import Any

from ...core.tensor import Tensor
from ...ops.pool_arrays import Windows
from .windows import sizes, text

Sizes = tuple[int, ...]


def windows_of(
    name: str,
    ndim: int,
    x: Tensor,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
) -> Windows:
    """The checked arguments, and how many windows there are."""
    kernel = sizes(kernel_size, ndim, name, "kernel_size")
    steps = kernel if stride is None or stride in ((), []) else sizes(stride, ndim, name, "stride")
    pads, gaps = sizes(padding, ndim, name, "padding"), sizes(dilation, ndim, name, "dilation")
    check_image(name, ndim, x)
    return _windows(name, x.array.shape, kernel, steps, pads, gaps, bool(ceil_mode))


@functools.lru_cache(maxsize=1024)
def _windows(
    name: str, shape: Sizes, kernel: Sizes, steps: Sizes, pads: Sizes, gaps: Sizes, ceil_mode: bool
) -> Windows:
    for what, values in (("kernel_size", kernel), ("stride", steps), ("dilation", gaps)):
        if min(values) < 1:
            raise RuntimeError(f"{name}(): {what} must be greater than zero, got {values}")
    if any(p < 0 or 2 * p > d * (k - 1) + 1 for p, k, d in zip(pads, kernel, gaps, strict=True)):
        raise RuntimeError(
            f"{name}(): padding must be non-negative and at most half of the window, "
            f"got padding={pads}, kernel_size={kernel}, dilation={gaps}"
        )
    size = shape[-len(kernel) :]
    out = tuple(_count(*numbers, ceil_mode) for numbers in zip(size, kernel, steps, pads, gaps, strict=True))
    if min(out) < 1:
        raise RuntimeError(
            f"{name}(): the calculated output size ({text(out)}) is too small for an input of shape "
            f"{shape}, kernel_size={kernel}, stride={steps}, padding={pads}, dilation={gaps}"
        )
    return Windows(size, kernel, steps, pads, gaps, out)


def _count(n: int, k: int, s: int, p: int, d: int, ceil_mode: bool) -> int:
    """The number of windows along an axis."""
    rest = n + 2 * p - d * (k - 1) - 1
    if not ceil_mode:
        return rest // s + 1
    found = -(-rest // s) + 1
    # The last window must begin inside the input or the padding before it.
    return found - 1 if (found - 1) * s >= n + p else found


def check_image(name: str, ndim: int, x: Tensor) -> None:
    """The right number of dimensions, none of them empty but the batch."""
    if not isinstance(x, Tensor):
        raise TypeError(f"{name}(): input must be a Tensor, got {type(x).__name__}")
    shape = x.array.shape
    if len(shape) not in (ndim + 1, ndim + 2) or 0 in shape[len(shape) - ndim - 1 :]:
        raise RuntimeError(
            f"{name}(): expected a {ndim + 1}D or {ndim + 2}D (batch mode) input in which only the batch "
            f"may be empty, but got shape {shape}"
        )
