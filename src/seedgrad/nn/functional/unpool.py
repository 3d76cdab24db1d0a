"""Undoing max pooling: values go back to where their maxima were."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...core.batch_values import all_values
from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from .windows import batched, like, sizes

IntOrTuple = int | tuple[int, ...]


def max_unpool1d(
    input: Tensor,
    indices: Tensor,
    kernel_size: IntOrTuple,
    stride: IntOrTuple | None = None,
    padding: IntOrTuple = 0,
    output_size: Any = None,
) -> Tensor:
    """Undo `max_pool1d`: zeros, but for the maxima at their old places; see `max_unpool2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.max_unpool1d(sg.tensor([[3.0, 2.0]]), sg.tensor([[1, 2]]), 2)
        tensor([[0., 3., 2., 0.]])
    """
    return _unpool("max_unpool1d", 1, input, indices, kernel_size, stride, padding, output_size)


def max_unpool2d(
    input: Tensor,
    indices: Tensor,
    kernel_size: IntOrTuple,
    stride: IntOrTuple | None = None,
    padding: IntOrTuple = 0,
    output_size: Any = None,
) -> Tensor:
    """Undo `max_pool2d`: zeros, but for the maxima at their old places.

    out[n, c].flatten()[indices[n, c, i, j]] = input[n, c, i, j]

    Args:
        input: (N, C, H, W), or (C, H, W) without a batch; floating point.
        indices: int64, of the same shape: the indices that `max_pool2d` returned.
        kernel_size: that of the pooling.
        stride: that of the pooling. Default: kernel_size.
        padding: that of the pooling. Default: 0.
        output_size: the spatial size, or the whole shape, of what was pooled: several sizes may lead to the same
            pooled size. Default: (H - 1) stride - 2 padding + kernel_size.

    Returns:
        (N, C, H', W') or (C, H', W'). Where an index occurs twice one of the values stays.

    Raises:
        RuntimeError: shapes that differ, indices of another type or out of range, another number of dimensions.
        ValueError: an output_size of another length, or further than a stride from the default.
        TypeError: an argument is no tensor, or an int is something else.
        NotImplementedError: an input that is not floating point.

    Example:
        >>> import seedgrad as sg
        >>> F = sg.nn.functional
        >>> pooled, indices = F.max_pool2d(sg.tensor([[[1.0, 3.0], [2.0, 0.0]]]), 2, return_indices=True)
        >>> F.max_unpool2d(pooled, indices, 2)
        tensor([[[0., 3.],
                 [0., 0.]]])

    Source: Zeiler et al., Adaptive deconvolutional networks for mid and high level feature learning, 2011.
    """
    return _unpool("max_unpool2d", 2, input, indices, kernel_size, stride, padding, output_size)


def max_unpool3d(
    input: Tensor,
    indices: Tensor,
    kernel_size: IntOrTuple,
    stride: IntOrTuple | None = None,
    padding: IntOrTuple = 0,
    output_size: Any = None,
) -> Tensor:
    """Undo `max_pool3d`: zeros, but for the maxima at their old places; see `max_unpool2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.max_unpool3d(sg.ones(1, 1, 1, 1), sg.tensor([[[[7]]]]), 2).flatten()
        tensor([0., 0., 0., 0., 0., 0., 0., 1.])
    """
    return _unpool("max_unpool3d", 3, input, indices, kernel_size, stride, padding, output_size)


def _unpool(
    name: str, ndim: int, x: Tensor, indices: Tensor, kernel_size: Any, stride: Any, padding: Any, output_size: Any
) -> Tensor:
    check_tensors(name, x, indices)
    kernel = sizes(kernel_size, ndim, name, "kernel_size")
    steps = kernel if stride is None else sizes(stride, ndim, name, "stride")
    pads = sizes(padding, ndim, name, "padding")
    shape = x.array.shape
    if len(shape) not in (ndim + 1, ndim + 2) or 0 in shape[len(shape) - ndim - 1 :]:
        raise RuntimeError(
            f"{name}(): expected a {ndim + 1}D or {ndim + 2}D (batch mode) input in which only the batch "
            f"may be empty, but got shape {shape}"
        )
    if ndim == 3 and min(steps) < 1:
        raise RuntimeError(f"{name}(): stride must be greater than zero, got {steps}")
    if x.array.dtype.kind in "biuc":
        raise NotImplementedError(f"{name}() is not implemented for {x.dtype}; convert the input with .float()")
    if indices.array.dtype != np.int64:
        raise RuntimeError(f"{name}(): indices must be int64, but got {indices.dtype}")
    if indices.array.shape != shape:
        raise RuntimeError(f"{name}(): indices must have the input's shape {shape}, but got {indices.array.shape}")
    out = _output_size(name, shape, kernel, steps, pads, output_size)
    count = math.prod(out)
    values = all_values(indices)
    if values.size and (values.min() < 0 or values.max() >= count):
        wrong = values.min() if values.min() < 0 else values.max()
        raise RuntimeError(
            f"{name}(): found an invalid max index: {wrong}; the output's spatial shape {out} has {count} elements"
        )
    full = batched(x, ndim)
    lead = full.array.shape[:2]
    rows = (*lead, math.prod(shape[-ndim:]))
    flat, places = xp.reshape(full, rows), xp.reshape(batched(indices, ndim), rows)
    zeros = Tensor(np.zeros((*lead, count), x.array.dtype))
    return like(xp.reshape(xp.scatter(zeros, places, flat, axis=2), (*lead, *out)), x)


def _output_size(
    name: str,
    shape: tuple[int, ...],
    kernel: tuple[int, ...],
    steps: tuple[int, ...],
    pads: tuple[int, ...],
    wanted: Any,
) -> tuple[int, ...]:
    """The spatial shape of the output: the wanted one, if it may have led to the input's."""
    ndim = len(kernel)
    usual = tuple((n - 1) * s + k - 2 * p for n, k, s, p in zip(shape[-ndim:], kernel, steps, pads, strict=True))
    if wanted is None and min(usual) >= 0:
        return usual
    if wanted is None:
        raise ValueError(
            f"{name}(): the output would have the spatial size {usual} for an input of shape {shape}, kernel_size="
            f"{kernel}, stride={steps}, padding={pads}"
        )
    found = tuple(int(n) for n in wanted)
    if len(found) == ndim + 2:
        found = found[-ndim:]
    if len(found) != ndim:
        raise ValueError(f"{name}(): output_size must hold {ndim} or {ndim + 2} sizes, but it holds {len(found)}")
    if min(found) < 0:
        raise ValueError(f"{name}(): output_size must not be negative, got {found}")
    if any(not low - s < n < low + s for n, low, s in zip(found, usual, steps, strict=True)):
        ranges = ", ".join(f"{low - s + 1} to {low + s - 1}" for low, s in zip(usual, steps, strict=True))
        raise ValueError(f"{name}(): invalid output_size {found}, each size must be within {ranges}")
    return found
