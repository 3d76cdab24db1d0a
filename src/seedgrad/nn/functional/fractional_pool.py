"""Max pooling over windows that begin at random places, for any output size."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ...core.batch_values import on_values, random_values
from ...core.random import draw_from
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from .adaptive_pool import pick_max
from .windows import batched, like, sizes

IntOrTuple = int | tuple[int, ...]


def fractional_max_pool2d(
    input: Tensor,
    kernel_size: IntOrTuple,
    output_size: IntOrTuple | None = None,
    output_ratio: tuple[float, ...] | None = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> Any:
    """The largest element of windows that lie at random, about (H - kH) / (H' - 1) apart.

    With a = (H - kH) / (H' - 1) and a random u for each image and channel, window i of H' begins at
    floor((i + u) a) - floor(u a), the last one at H - kH.

    Args:
        input: (N, C, H, W), or (C, H, W) without a batch; floating point.
        kernel_size: the size of a window.
        output_size: (H', W'), or one int for both. Default: from output_ratio.
        output_ratio: (H' / H, W' / W), each rounded down. Default: from output_size.
        return_indices: return (output, indices) instead of the output. Default: False.
        _random_samples: (N, C, 2), the random numbers u from [0, 1): for W, then for H; without a batch (1, C, 2).
            Default: random_values from the global generator.

    Returns:
        (N, C, H', W') or (C, H', W'). The indices (int64, same shape) count places of an image: y * W + x.

    Raises:
        ValueError: neither output_size nor output_ratio.
        RuntimeError: windows that do not fit, a wrong number of sizes or dimensions, wrong random samples.
        TypeError: output_ratio is a single number, or an int is something else.
        NotImplementedError: an input that is not floating point.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.fractional_max_pool2d(sg.rand(1, 7, 9), 2, output_size=(4, 5)).shape
        seedgrad.Size([1, 4, 5])

    Source: Graham, Fractional max-pooling, 2014.
    """
    result = _pool("fractional_max_pool2d", 2, input, kernel_size, output_size, output_ratio, _random_samples)
    return result if return_indices else result[0]


def fractional_max_pool3d(
    input: Tensor,
    kernel_size: IntOrTuple,
    output_size: IntOrTuple | None = None,
    output_ratio: tuple[float, ...] | None = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> Any:
    """The largest element of windows of a volume that lie at random; see `fractional_max_pool2d`.

    The random samples are (N, C, 3): for D, for H, for W.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.fractional_max_pool3d(sg.rand(1, 7, 9, 8), 2, output_ratio=(0.5, 0.6, 0.5)).shape
        seedgrad.Size([1, 3, 5, 4])
    """
    result = _pool("fractional_max_pool3d", 3, input, kernel_size, output_size, output_ratio, _random_samples)
    return result if return_indices else result[0]


def fractional_max_pool2d_with_indices(
    input: Tensor,
    kernel_size: IntOrTuple,
    output_size: IntOrTuple | None = None,
    output_ratio: tuple[float, ...] | None = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """`fractional_max_pool2d` that always returns (output, indices).

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.fractional_max_pool2d_with_indices(sg.ones(1, 2, 2), 2, output_size=1)[1]
        tensor([[[0]]])
    """
    return _pool("fractional_max_pool2d", 2, input, kernel_size, output_size, output_ratio, _random_samples)


def fractional_max_pool3d_with_indices(
    input: Tensor,
    kernel_size: IntOrTuple,
    output_size: IntOrTuple | None = None,
    output_ratio: tuple[float, ...] | None = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """`fractional_max_pool3d` that always returns (output, indices).

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.fractional_max_pool3d_with_indices(sg.ones(1, 3, 3, 3), 2, output_size=1)[1]
        tensor([[[[13]]]])
    """
    return _pool("fractional_max_pool3d", 3, input, kernel_size, output_size, output_ratio, _random_samples)


def _pool(
    name: str, ndim: int, x: Tensor, kernel_size: Any, output_size: Any, output_ratio: Any, samples: Tensor | None
) -> tuple[Tensor, Tensor]:
    check_tensors(name, x)
    if output_size is None and output_ratio is None:
        raise ValueError(f"{name}() requires either an output_size or an output_ratio")
    shape = x.array.shape
    if len(shape) < ndim + 1:
        raise IndexError(f"{name}(): the input must have {ndim + 1} or {ndim + 2} dimensions, got shape {shape}")
    if len(shape) > ndim + 2 or 0 in shape[-ndim - 1 :]:
        raise RuntimeError(
            f"{name}(): expected a {ndim + 1}D or {ndim + 2}D (batch mode) input in which only the batch "
            f"may be empty, but got shape {shape}"
        )
    if x.array.dtype.kind in "biuc":
        raise NotImplementedError(f"{name}() is not implemented for {x.dtype}; convert the input with .float()")
    size = shape[-ndim:]
    kernel = sizes(kernel_size, ndim, name, "kernel_size")
    if output_size is None:
        if ndim == 3 and isinstance(output_ratio, (int, float)):  # PyTorch takes it for volumes only
            output_ratio = (output_ratio,) * ndim
        if not isinstance(output_ratio, (tuple, list)):
            raise TypeError(f"{name}(): output_ratio must hold {ndim} numbers, got {output_ratio!r}")
        if len(output_ratio) < ndim:
            raise IndexError(f"{name}(): output_ratio must hold {ndim} numbers, got {output_ratio!r}")
        output_size = tuple(int(n * r) for n, r in zip(size, output_ratio, strict=True))
    out = sizes(output_size, ndim, name, "output_size")
    spare = int(ndim == 3)  # PyTorch asks for one more place in volumes
    if any(m + k - 1 + spare > n for n, m, k in zip(size, out, kernel, strict=True)):
        raise RuntimeError(
            f"{name}(): the windows do not fit: output_size={out} must be at most the input's size {size} - "
            f"kernel_size={kernel} + {1 - spare}"
        )
    full = batched(x, ndim)
    lead = full.array.shape[:2]
    if samples is None:
        rng = draw_from(None)
        u = random_values(rng.random, (*lead, ndim))
    else:
        u = _checked(name, ndim, samples, full)
    order = reversed(range(ndim)) if ndim == 2 else range(ndim)
    places = tuple(
        on_values(functools.partial(_window_places, j, n, m, k), u)
        for j, n, m, k in zip(order, size, out, kernel, strict=True)
    )
    found, indices = pick_max(full, places)
    return like(found, x), like(indices, x)


def _checked(name: str, ndim: int, samples: Tensor, full: Tensor) -> Any:
    """The random samples of each image and channel."""
    check_tensors(name, samples)
    shape, wanted = samples.array.shape, (*full.array.shape[:2], ndim)
    if samples.array.dtype != full.array.dtype:
        raise RuntimeError(
            f"{name}(): _random_samples must have the type of the input, {full.dtype}, but got {samples.dtype}"
        )
    if len(shape) != 3 or shape[0] < wanted[0] or shape[1:] != wanted[1:]:
        raise RuntimeError(f"{name}(): _random_samples must have the shape {wanted}, but got {shape}")
    return samples[: wanted[0]].detach()


def _window_places(axis: int, size: int, out: int, kernel: int, u: Any) -> Any:
    """The places of the windows along an axis, from random numbers (..., axes)."""
    return _starts(u[..., axis], size, out, kernel)[..., None] + np.arange(max(kernel, 1))


def _starts(u: Any, size: int, out: int, kernel: int) -> Any:
    """(N, C, out): where the windows along one axis begin."""
    step = u.dtype.type(size - kernel) / u.dtype.type(out - 1) if out > 1 else u.dtype.type(0)
    moved = (np.arange(out, dtype=u.dtype) + u[..., None]) * step
    starts = moved.astype(np.int64) - (u * step).astype(np.int64)[..., None]
    starts[..., out - 1 :] = size - kernel
    return starts
