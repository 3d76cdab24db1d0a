"""Images as columns of windows, and back."""

from __future__ import annotations

import math
from typing import Any

from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from ...ops.fold import columns_image, image_columns
from ...ops.pool_arrays import Windows
from .windows import sizes, text

IntOrTuple = int | tuple[int, ...]


def unfold(
    input: Tensor,
    kernel_size: IntOrTuple,
    dilation: IntOrTuple = 1,
    padding: IntOrTuple = 0,
    stride: IntOrTuple = 1,
) -> Tensor:
    """The windows that a convolution sees, each as a column of C · kH · kW elements.

    out[n, (c, i, j), (y, x)] = input[n, c, y * stride - padding + i * dilation, x * stride - padding + j * dilation]

    Args:
        input: (N, C, H, W), or (C, H, W) without a batch; only the batch may be empty.
        kernel_size: the size of a window, at least 1; an int or a pair, as in the following.
        dilation: between the places of a window, at least 1. Default: 1.
        padding: zeros around the input, at least 0. Default: 0.
        stride: from one window to the next, at least 1. Default: 1.

    Returns:
        (N, C · kH · kW, L) or (C · kH · kW, L) for the L windows, row by row.

    Raises:
        RuntimeError: an argument out of range, no window, another number of dimensions, an empty image.
        NotImplementedError: integer input.
        TypeError: an argument that should hold ints holds something else.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.unfold(sg.tensor([[[1.0, 2.0, 3.0]]]), (1, 2))
        tensor([[1., 2.],
                [2., 3.]])
    """
    name = "unfold"
    check_tensors(name, input)
    kernel, gaps, pads, steps = _settings(name, kernel_size, dilation, padding, stride)
    shape = input.array.shape
    if len(shape) not in (3, 4) or 0 in shape[-3:]:
        raise (IndexError if len(shape) < 3 else RuntimeError)(
            f"{name}(): expected a 3D or 4D (batch mode) input in which only the batch may be empty, but got "
            f"shape {shape}"
        )
    _no_integers(name, input)
    out = _counts(shape[-2:], kernel, gaps, pads, steps)
    if min(out) < 1:
        raise RuntimeError(
            f"{name}(): given an input of shape {shape}, kernel_size={kernel}, dilation={gaps}, padding={pads}, the "
            f"calculated number of windows is {text(out)}, but it must be at least one along each axis"
        )
    windows = Windows(shape[-2:], kernel, steps, pads, gaps, out)
    found = image_columns.call(_batch(input, 4), windows=windows)
    return found if len(shape) == 4 else found[0]


def fold(
    input: Tensor,
    output_size: IntOrTuple,
    kernel_size: IntOrTuple,
    dilation: IntOrTuple = 1,
    padding: IntOrTuple = 0,
    stride: IntOrTuple = 1,
) -> Tensor:
    """The image to which windows add up: the gradient of `unfold` as an operation of its own.

    Elements that lie in several windows receive the sum, so `fold(unfold(x))` is x times the number of windows
    that hold each element.

    Args:
        input: (N, C · kH · kW, L), or (C · kH · kW, L) without a batch; only the batch may be empty.
        output_size: (H, W), or one int for both.
        kernel_size: the size of a window, at least 1; an int or a pair, as in the following.
        dilation: between the places of a window, at least 1. Default: 1.
        padding: rows and columns cut off around the output, at least 0. Default: 0.
        stride: from one window to the next, at least 1. Default: 1.

    Returns:
        (N, C, H, W) or (C, H, W).

    Raises:
        RuntimeError: an argument out of range; rows that are no multiple of the window; a number of columns
            that is not the number of windows; another number of dimensions.
        NotImplementedError: integer input.
        TypeError: an argument that should hold ints holds something else.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.fold(sg.tensor([[1.0, 2.0], [2.0, 3.0]]), (1, 3), (1, 2))
        tensor([[[1., 4., 3.]]])
    """
    name = "fold"
    check_tensors(name, input)
    size = _pair(name, "output_size", output_size)
    kernel, gaps, pads, steps = _settings(name, kernel_size, dilation, padding, stride)
    shape = input.array.shape
    if len(shape) not in (2, 3) or 0 in shape[-2:]:
        raise (IndexError if len(shape) < 2 else RuntimeError)(
            f"{name}(): expected a 2D or 3D (batch mode) input in which only the batch may be empty, but got "
            f"shape {shape}"
        )
    rows, columns = shape[-2:]
    if rows % math.prod(kernel):
        raise RuntimeError(
            f"{name}(): the input's dimension -2 must be divisible by the product of kernel_size, but got shape "
            f"{shape} and kernel_size={kernel}"
        )
    out = _counts(size, kernel, gaps, pads, steps)
    if min(out) < 1 or columns != math.prod(out):
        raise RuntimeError(
            f"{name}(): given output_size={size}, kernel_size={kernel}, dilation={gaps}, padding={pads}, "
            f"stride={steps}, expected {text(out)} columns, but got an input of shape {shape} with {columns}"
        )
    _no_integers(name, input)
    windows = Windows(size, kernel, steps, pads, gaps, out)
    found = columns_image.call(_batch(input, 3), windows=windows)
    return found if len(shape) == 3 else found[0]


def _settings(name: str, *values: Any) -> tuple[tuple[int, ...], ...]:
    """kernel_size, dilation, padding and stride as pairs within their ranges."""
    found = []
    for what, value in zip(("kernel_size", "dilation", "padding", "stride"), values, strict=True):
        pair = _pair(name, what, value)
        least = 0 if what == "padding" else 1
        if min(pair) < least:
            raise RuntimeError(f"{name}(): {what} must be at least {least}, but got {pair}")
        found.append(pair)
    return tuple(found)


def _pair(name: str, what: str, value: Any) -> tuple[int, ...]:
    if isinstance(value, (tuple, list)) and len(value) == 1:
        raise RuntimeError(f"{name}(): expected {what} to be a single int or a tuple of 2 ints, got {value!r}")
    return sizes(value, 2, name, what)


def _no_integers(name: str, x: Tensor) -> None:
    if x.array.dtype.kind in "iu":
        raise NotImplementedError(f"{name}() is not implemented for {x.dtype}; convert the input with .float()")


def _counts(
    size: tuple[int, ...], kernel: tuple[int, ...], gaps: tuple[int, ...], pads: tuple[int, ...], steps: tuple[int, ...]
) -> tuple[int, ...]:
    """The number of windows along each axis."""
    axes = zip(size, kernel, gaps, pads, steps, strict=True)
    return tuple((n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, d, p, s in axes)


def _batch(x: Tensor, ndim: int) -> Tensor:
    return x if x.array.ndim == ndim else x[None]
