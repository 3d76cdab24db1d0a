"""Pooling to a given output size: the windows follow from it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...core.batch_values import on_values
from ...core.mode import mode
from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from ...ops import pool as ops
from ...ops.pool_arrays import Windows, counts
from ...ops.resample import resample
from ...ops.window_max import window_argmax
from .interpolation import mean_taps, window_bounds
from .pool import max_pool1d, max_pool2d, max_pool3d
from .windows import batched, like, sizes

Sizes = tuple[int, ...]
MAX_POOL = {1: max_pool1d, 2: max_pool2d, 3: max_pool3d}


def adaptive_avg_pool1d(input: Tensor, output_size: Any) -> Tensor:
    """The mean of L' windows that together cover a sequence (N, C, L) or (C, L); see `adaptive_avg_pool2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.adaptive_avg_pool1d(sg.tensor([[1.0, 2.0, 6.0]]), 2)
        tensor([[1.5000, 4.0000]])
    """
    return _average("adaptive_avg_pool1d", 1, input, output_size)


def adaptive_avg_pool2d(input: Tensor, output_size: Any) -> Tensor:
    """The mean of H' x W' windows that together cover the image.

    Window y of H' goes from floor(y H / H') to ceil((y + 1) H / H').

    Args:
        input: (N, C, H, W), or (C, H, W) without a batch; floating point.
        output_size: (H', W'), or one int for both; None keeps the input's.

    Returns:
        (N, C, H', W') or (C, H', W').

    Raises:
        RuntimeError: another number of sizes or of dimensions, a negative size, an empty image.
        TypeError: output_size holds something else than ints and None.
        NotImplementedError: integer, bool or complex input.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.functional.adaptive_pool import adaptive_avg_pool2d
        >>> adaptive_avg_pool2d(sg.tensor([[[1.0, 2.0, 6.0]]]), (None, 2))
        tensor([[[1.5000, 4.0000]]])

    Source: He et al., Spatial pyramid pooling in deep convolutional networks, 2014.
    """
    return _average("adaptive_avg_pool2d", 2, input, output_size)


def adaptive_avg_pool3d(input: Tensor, output_size: Any) -> Tensor:
    """The mean of D' x H' x W' windows that together cover the volume; see `adaptive_avg_pool2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.adaptive_avg_pool3d(sg.ones(1, 4, 5, 6), (2, None, 1)).shape
        seedgrad.Size([1, 2, 5, 1])
    """
    return _average("adaptive_avg_pool3d", 3, input, output_size)


def adaptive_max_pool1d(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
    """The largest element of L' windows that together cover a sequence; see `adaptive_max_pool2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.adaptive_max_pool1d(sg.tensor([[1.0, 2.0, 6.0]]), 2)
        tensor([[2., 6.]])
    """
    return _maximum("adaptive_max_pool1d", 1, input, output_size, return_indices)


def adaptive_max_pool2d(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
    """The largest element of H' x W' windows that together cover the image.

    Window y of H' goes from floor(y H / H') to ceil((y + 1) H / H'). Ties and NaN as in `max_pool2d`.

    Args:
        input: (N, C, H, W), or (C, H, W) without a batch; floating point.
        output_size: (H', W'), or one int for both; None keeps the input's.
        return_indices: return (output, indices) instead of the output. Default: False.

    Returns:
        (N, C, H', W') or (C, H', W'). The indices (int64, same shape) count places of an image: y * W + x.

    Raises:
        RuntimeError: another number of sizes or of dimensions, a negative size, an empty image.
        TypeError: output_size holds something else than ints and None.
        NotImplementedError: integer, bool or complex input.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.functional.adaptive_pool import adaptive_max_pool2d
        >>> adaptive_max_pool2d(sg.tensor([[[1.0, 2.0, 6.0]]]), (None, 2))
        tensor([[[2., 6.]]])
    """
    return _maximum("adaptive_max_pool2d", 2, input, output_size, return_indices)


def adaptive_max_pool3d(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
    """The largest element of D' x H' x W' windows that together cover the volume; see `adaptive_max_pool2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.adaptive_max_pool3d(sg.ones(1, 4, 5, 6), (2, None, 1)).shape
        seedgrad.Size([1, 2, 5, 1])
    """
    return _maximum("adaptive_max_pool3d", 3, input, output_size, return_indices)


def adaptive_max_pool1d_with_indices(
    input: Tensor, output_size: Any, return_indices: bool = False
) -> tuple[Tensor, Tensor]:
    """`adaptive_max_pool1d` that always returns (output, indices).

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.adaptive_max_pool1d_with_indices(sg.tensor([[1.0, 2.0, 6.0]]), 2)[1]
        tensor([[1, 2]])
    """
    found: tuple[Tensor, Tensor] = adaptive_max_pool1d(input, output_size, return_indices=True)
    return found


def adaptive_max_pool2d_with_indices(
    input: Tensor, output_size: Any, return_indices: bool = False
) -> tuple[Tensor, Tensor]:
    """`adaptive_max_pool2d` that always returns (output, indices).

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.adaptive_max_pool2d_with_indices(sg.tensor([[[1.0, 2.0, 6.0]]]), (1, 2))[1]
        tensor([[[1, 2]]])
    """
    found: tuple[Tensor, Tensor] = adaptive_max_pool2d(input, output_size, return_indices=True)
    return found


def adaptive_max_pool3d_with_indices(
    input: Tensor, output_size: Any, return_indices: bool = False
) -> tuple[Tensor, Tensor]:
    """`adaptive_max_pool3d` that always returns (output, indices).

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.adaptive_max_pool3d_with_indices(sg.tensor([[[[1.0, 2.0, 6.0]]]]), (1, 1, 2))[1]
        tensor([[[[1, 2]]]])
    """
    found: tuple[Tensor, Tensor] = adaptive_max_pool3d(input, output_size, return_indices=True)
    return found


def pick_max(x: Tensor, places: tuple[Any, ...]) -> tuple[Tensor, Tensor]:
    """The maxima of windows and where they are; see `window_argmax` for the places."""
    ndim = x.array.ndim
    steps = [p if isinstance(p, Tensor) else Tensor(p) for p in places]

    def chosen(array: Any, *places: Any) -> Any:
        front = array.shape[: array.ndim - ndim]  # the samples of a vmap are more images
        rows = array.reshape(-1, *array.shape[array.ndim - ndim + 1 :])
        own = [p[(0,) * len(front)] if p.ndim == len(front) + 2 else p.reshape(-1, *p.shape[-3:]) for p in places]
        found = mode.now.run(window_argmax, rows, tuple(own))  # without NumPy's warnings about NaN
        return np.array(found).reshape(*front, array.shape[len(front)], *found.shape[1:])

    indices = on_values(chosen, x, *steps)
    lead, space, shape = x.array.shape[:2], x.array.shape[2:], indices.array.shape
    flat = xp.reshape(x, (*lead, math.prod(space)))
    taken = xp.take_along_axis(flat, xp.reshape(indices, (*lead, math.prod(shape[2:]))), axis=2)
    return xp.reshape(taken, shape), indices


def _average(name: str, ndim: int, x: Tensor, output_size: Any) -> Tensor:
    size, out = _output(name, ndim, x, output_size, channels=ndim == 3)
    if out == (1,) * ndim:
        return xp.mean(x, axis=tuple(range(-ndim, 0)), keepdims=True)
    if x.array.size and 0 not in out and all(n % m == 0 for n, m in zip(size, out, strict=True)):
        windows = _even(size, out)
        return like(ops.avg_pool.call(batched(x, ndim), windows=windows, divisor=counts(windows, True)), x)
    taps = tuple(None if n == m else mean_taps(n, m) for n, m in zip(size, out, strict=True))
    return like(resample.call(batched(x, ndim), taps=taps), x)


def _maximum(name: str, ndim: int, x: Tensor, output_size: Any, return_indices: bool) -> Any:
    size, out = _output(name, ndim, x, output_size, channels=True)
    if 0 not in out and all(n % m == 0 for n, m in zip(size, out, strict=True)):
        return MAX_POOL[ndim](x, _even(size, out).kernel, return_indices=return_indices)
    found, indices = pick_max(batched(x, ndim), tuple(_places(n, m) for n, m in zip(size, out, strict=True)))
    return (like(found, x), like(indices, x)) if return_indices else like(found, x)


def _output(name: str, ndim: int, x: Tensor, output_size: Any, channels: bool) -> tuple[Sizes, Sizes]:
    """The spatial shapes before and after; `channels` says whether there must be some."""
    check_tensors(name, x)
    shape = x.array.shape
    filled = shape[len(shape) - ndim - channels :]
    if len(shape) not in (ndim + 1, ndim + 2) or 0 in filled:
        raise RuntimeError(
            f"{name}(): expected a {ndim + 1}D or {ndim + 2}D (batch mode) input in which only the batch "
            f"may be empty, but got shape {shape}"
        )
    if x.array.dtype.kind in "biuc":
        raise NotImplementedError(f"{name}() is not implemented for {x.dtype}; convert the input with .float()")
    size = shape[-ndim:]
    wanted = output_size if isinstance(output_size, (tuple, list)) else (output_size,) * ndim
    if len(wanted) != ndim:
        raise RuntimeError(f"{name}(): output_size must hold {ndim} sizes, got {output_size!r}")
    if ndim == 1 and None in wanted:
        raise TypeError(f"{name}(): output_size must be an int, not None")
    out = sizes([n if m is None else m for n, m in zip(size, wanted, strict=True)], ndim, name, "output_size")
    if min(out) < 0:
        raise RuntimeError(f"{name}(): output_size must be greater than or equal to 0, got {output_size!r}")
    return size, out


def _even(size: Sizes, out: Sizes) -> Windows:
    kernel = tuple(n // m for n, m in zip(size, out, strict=True))
    none, ones = (0,) * len(size), (1,) * len(size)
    return Windows(size, kernel, kernel, none, ones, out)


def _places(n: int, m: int) -> Any:
    """(m, longest window): the places of each window, short ones filled up with their last."""
    starts, ends = window_bounds(n, m)
    places = starts[:, None] + np.arange(int((ends - starts).max(initial=1)))
    return np.minimum(places, ends[:, None] - 1)
