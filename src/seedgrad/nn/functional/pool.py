"""Pooling: the largest or the mean element of windows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...core import dtype as dtypes
from ...core.tensor import Tensor
from ...ops import pool as ops
from ...ops.pool_arrays import counts
from .pool_windows import windows_of
from .windows import batched, like

IntOrTuple = int | tuple[int, ...]


def max_pool1d(
    input: Tensor,
    kernel_size: IntOrTuple,
    stride: IntOrTuple | None = None,
    padding: IntOrTuple = 0,
    dilation: IntOrTuple = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest element of every window of a sequence (N, C, L) or (C, L); see `max_pool2d`.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.functional.pool import max_pool1d
        >>> max_pool1d(sg.tensor([[1.0, 3.0, 2.0, 0.0]]), 2)
        tensor([[3., 2.]])
    """
    return _max_pool("max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool2d(
    input: Tensor,
    kernel_size: IntOrTuple,
    stride: IntOrTuple | None = None,
    padding: IntOrTuple = 0,
    dilation: IntOrTuple = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest element of every window of an image.

    out[n, c, y, x] = max over i, j of
    input[n, c, y * stride - padding + i * dilation, x * stride - padding + j * dilation]

    The gradient goes to that element, to the first of several equal ones. A window that holds NaN gives NaN.

    Args:
        input: (N, C, H, W), or (C, H, W) without a batch.
        kernel_size: the size of a window, at least 1.
        stride: from one window to the next. Default: kernel_size.
        padding: places around the input that count as -inf, at most half of the window. Default: 0.
        dilation: between the places of a window, at least 1. Default: 1.
        ceil_mode: also use windows that begin inside the input and reach past its end. Default: False.
        return_indices: return (output, indices) instead of the output. Default: False.

    Returns:
        (N, C, H', W') or (C, H', W'), H' = (H + 2 padding - dilation (kernel_size - 1) - 1) / stride + 1,
        rounded down, or up with ceil_mode. The indices (int64, same shape) count places of an image: y * W +
        x.

    Raises:
        RuntimeError: an argument out of range, an output without elements, another number of dimensions.
        TypeError: an argument that should hold ints holds something else.
        NotImplementedError: bool or complex input.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.functional.pool import max_pool2d
        >>> max_pool2d(sg.tensor([[[1.0, 3.0], [2.0, 0.0]]]), 2, return_indices=True)
        (tensor([[[3.]]]), tensor([[[1]]]))
    """
    return _max_pool("max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool3d(
    input: Tensor,
    kernel_size: IntOrTuple,
    stride: IntOrTuple | None = None,
    padding: IntOrTuple = 0,
    dilation: IntOrTuple = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest element of every window of a volume (N, C, D, H, W) or (C, D, H, W); see `max_pool2d`.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.functional.pool import max_pool3d
        >>> max_pool3d(sg.ones(1, 2, 2, 2), 2)
        tensor([[[[1.]]]])
    """
    return _max_pool("max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def avg_pool1d(
    input: Tensor,
    kernel_size: IntOrTuple,
    stride: IntOrTuple | None = None,
    padding: IntOrTuple = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The mean of every window of a sequence (N, C, L) or (C, L); see `avg_pool2d`.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.functional.pool import avg_pool1d
        >>> avg_pool1d(sg.tensor([[1.0, 3.0, 2.0, 0.0]]), 2)
        tensor([[2., 1.]])
    """
    return _avg_pool("avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


def avg_pool2d(
    input: Tensor,
    kernel_size: IntOrTuple,
    stride: IntOrTuple | None = None,
    padding: IntOrTuple = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of every window of an image.

    out[n, c, y, x] = sum over i, j of input[n, c, y * stride - padding + i, x * stride - padding + j] /
    divisor

    Args:
        input: (N, C, H, W), or (C, H, W) without a batch.
        kernel_size: the size of a window, at least 1.
        stride: from one window to the next. Default: kernel_size.
        padding: zeros around the input, at most half of the window. Default: 0.
        ceil_mode: also use windows that begin inside the input and reach past its end. Default: False.
        count_include_pad: whether the divisor counts padding (what lies past it never counts). Default: True.
        divisor_override: divide by this instead of the number of elements; not 0. Default: None.

    Returns:
        (N, C, H', W') or (C, H', W'), as for `max_pool2d` without dilation.

    Raises:
        RuntimeError: an argument out of range, an output without elements, another number of dimensions.
        TypeError: an argument that should hold ints holds something else.
        NotImplementedError: bool or complex input, or integers other than int64.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.functional.pool import avg_pool2d
        >>> avg_pool2d(sg.tensor([[[1.0, 3.0], [2.0, 0.0]]]), 2)
        tensor([[[1.5000]]])
    """
    return _avg_pool(
        "avg_pool2d",
        2,
        input,
        kernel_size,
        stride,
        padding,
        ceil_mode,
        count_include_pad,
        divisor_override,
    )


def avg_pool3d(
    input: Tensor,
    kernel_size: IntOrTuple,
    stride: IntOrTuple | None = None,
    padding: IntOrTuple = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of every window of a volume (N, C, D, H, W) or (C, D, H, W); see `avg_pool2d`.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.functional.pool import avg_pool3d
        >>> avg_pool3d(sg.ones(1, 2, 2, 2), 2)
        tensor([[[[1.]]]])
    """
    return _avg_pool(
        "avg_pool3d",
        3,
        input,
        kernel_size,
        stride,
        padding,
        ceil_mode,
        count_include_pad,
        divisor_override,
    )


def _max_pool(
    name: str,
    ndim: int,
    x: Tensor,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
    return_indices: bool,
) -> Any:
    windows = windows_of(name, ndim, x, kernel_size, stride, padding, dilation, ceil_mode)
    if x.array.dtype.kind in "bc":
        raise NotImplementedError(f"{name}() is not implemented for {x.dtype}; convert the input to a real type")
    full = batched(x, ndim)
    out = ops.max_pool.call(full, windows=windows)
    if not return_indices:
        return like(out, x)
    places = np.arange(math.prod(windows.size)).reshape(windows.size)
    places = np.broadcast_to(places, full.array.shape)
    indices = ops.max_pick.call(places, full.detach(), out.detach(), windows=windows)
    return like(out, x), like(indices, x)


def _avg_pool(
    name: str,
    ndim: int,
    x: Tensor,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Tensor:
    if divisor_override == 0:
        raise RuntimeError(f"{name}(): divisor_override must be not zero")
    windows = windows_of(name, ndim, x, kernel_size, stride, padding, 1, ceil_mode)
    if x.array.dtype.kind in "biuc" and x.array.dtype != dtypes.I64:
        raise NotImplementedError(f"{name}() is not implemented for {x.dtype}; convert the input with .float()")
    divisor = divisor_override or counts(windows, count_include_pad)
    return like(ops.avg_pool.call(batched(x, ndim), windows=windows, divisor=divisor), x)
