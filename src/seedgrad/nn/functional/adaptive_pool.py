"""Pooling to a given output size: the windows follow from it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ...ops import pool as ops
from ...ops.pool_arrays import Windows, counts
from .pool import max_pool2d
from .pool_windows import check_image
from .windows import batched, like, sizes

Sizes = tuple[int, ...]


def adaptive_avg_pool2d(input: Tensor, output_size: Any) -> Tensor:
    """The mean of H' x W' windows that together cover the image.

    Window y of H' goes from floor(y H / H') to ceil((y + 1) H / H').

    Args:
        input: (N, C, H, W), or (C, H, W) without a batch; floating point.
        output_size: (H', W'), or one int for both; None keeps the input's.

    Returns:
        (N, C, H', W') or (C, H', W').

    Raises:
        RuntimeError: another number of sizes or of dimensions, a negative size.
        TypeError: output_size holds something else than ints and None.
        NotImplementedError: integer or bool input.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.functional.adaptive_pool import adaptive_avg_pool2d
        >>> adaptive_avg_pool2d(sg.tensor([[[1.0, 2.0, 6.0]]]), (None, 2))
        tensor([[[1.5000, 4.0000]]])

    Source: He et al., Spatial pyramid pooling in deep convolutional networks, 2014.
    """
    name = "adaptive_avg_pool2d"
    out = _output(name, input, output_size)
    size = input.array.shape[-2:]
    if out == (1, 1):
        return xp.mean(input, axis=(-2, -1), keepdims=True)
    if 0 not in out and all(n % m == 0 for n, m in zip(size, out, strict=True)):
        windows = _even(size, out)
        divisor = counts(windows, True)
        return like(ops.avg_pool.call(batched(input, 2), windows=windows, divisor=divisor), input)
    # Uneven windows: along each axis the product with a matrix whose rows are the windows.
    tall, wide = (_averages(n, m) for n, m in zip(size, out, strict=True))
    kind = input.array.dtype
    wider = np.dtype(np.float32) if kind.itemsize == 2 else kind  # half types are added up in float32
    rows = xp.matmul(xp.astype(input, wider), Tensor(wide.T.astype(wider)))
    return xp.astype(xp.matmul(Tensor(tall.astype(wider)), rows), kind)


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
        RuntimeError: another number of sizes or of dimensions, a negative size.
        TypeError: output_size holds something else than ints and None.
        NotImplementedError: integer or bool input.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.functional.adaptive_pool import adaptive_max_pool2d
        >>> adaptive_max_pool2d(sg.tensor([[[1.0, 2.0, 6.0]]]), (None, 2))
        tensor([[[2., 6.]]])
    """
    out = _output("adaptive_max_pool2d", input, output_size)
    size = input.array.shape[-2:]
    if 0 not in out and all(n % m == 0 for n, m in zip(size, out, strict=True)):
        return max_pool2d(input, _even(size, out).kernel, return_indices=return_indices)
    # Uneven windows: gather each. Short ones are filled up with their first place, which changes no maximum.
    places = [_places(n, m) for n, m in zip(size, out, strict=True)]
    flat = places[0][:, None, :, None] * size[1] + places[1][None, :, None, :]  # (H', W', kH, kW)
    flat = flat.reshape(*out, flat.shape[2] * flat.shape[3])
    x = input.array.reshape(*input.array.shape[:-2], size[0] * size[1])
    seen = x[..., flat]  # (N, C, H', W', kH kW)
    nan = np.isnan(seen)
    best = np.argmax(seen, axis=-1) if seen.size else np.zeros(seen.shape[:-1], np.int64)
    if nan.any():  # the last NaN of a window counts
        last = seen.shape[-1] - 1 - np.argmax(nan[..., ::-1], axis=-1)
        best = np.where(nan.any(axis=-1), last, best)
    rows, columns = np.ogrid[: out[0], : out[1]]
    indices = flat[rows, columns, best]  # (N, C, H', W')
    lead = input.array.shape[:-2]
    flat_input = xp.reshape(input, (*lead, size[0] * size[1]))
    taken = xp.take_along_axis(flat_input, indices.reshape(*lead, out[0] * out[1]), axis=len(lead))
    result = xp.reshape(taken, (*lead, *out))
    return (result, Tensor(indices)) if return_indices else result


def _output(name: str, x: Tensor, output_size: Any) -> Sizes:
    check_image(name, 2, x)
    if x.array.dtype.kind in "biu":
        raise NotImplementedError(f"{name}() is not implemented for {x.dtype}; convert the input with .float()")
    size = x.array.shape[-2:]
    wanted = output_size if isinstance(output_size, (tuple, list)) else (output_size,)
    if len(wanted) == 1:
        wanted = (wanted[0],) * 2
    if len(wanted) != 2:
        raise RuntimeError(f"{name}(): output_size must hold 2 sizes, got {output_size!r}")
    out = sizes([n if m is None else m for n, m in zip(size, wanted, strict=True)], 2, name, "output_size")
    if min(out) < 0:
        raise RuntimeError(f"{name}(): output_size must be greater than or equal to 0, got {output_size!r}")
    return out


def _even(size: Sizes, out: Sizes) -> Windows:
    kernel = tuple(n // m for n, m in zip(size, out, strict=True))
    return Windows(size, kernel, kernel, (0, 0), (1, 1), out)


def _bounds(n: int, m: int) -> tuple[Any, Any]:
    """Where the m windows over n places begin and end."""
    i = np.arange(m)
    return i * n // max(m, 1), -(-(i + 1) * n // max(m, 1))


def _averages(n: int, m: int) -> Any:
    """The (m, n) matrix that takes the mean of each window."""
    starts, ends = _bounds(n, m)
    place = np.arange(n)
    inside = (place >= starts[:, None]) & (place < ends[:, None])
    return inside / np.maximum(ends - starts, 1)[:, None]


def _places(n: int, m: int) -> Any:
    """(m, longest window): the places of each window, short ones filled up with their first."""
    starts, ends = _bounds(n, m)
    longest = int((ends - starts).max()) if m else 1
    places = starts[:, None] + np.arange(longest)
    return np.where(places < ends[:, None], places, starts[:, None])
