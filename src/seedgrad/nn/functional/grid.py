"""Images seen through a grid of points."""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...core.batch_values import on_values
from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from ...ops.sample import sample_places
from .grid_points import axis_weights

MODES = ("bilinear", "nearest", "bicubic")
PADDINGS = ("zeros", "border", "reflection")
CHANGED = (
    "Default grid_sample and affine_grid behavior has changed to align_corners=False since PyTorch 1.3.0. "
    "Please specify align_corners=True if the old behavior is desired."
)


def grid_sample(
    input: Tensor,
    grid: Tensor,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Tensor:
    """The values of an image at the points of a grid.

    out[n, c, i, j] = the value of input[n, c] at x = grid[n, i, j, 0], y = grid[n, i, j, 1]; -1 and 1 are the left and
    right (upper and lower) ends of the image. Differentiable, to any order, by the image and by the points.

    Args:
        input: (N, C, H, W), or (N, C, D, H, W).
        grid: (N, H', W', 2), or (N, D', H', W', 3) with x, y, z; of the input's type.
        mode: between elements: "bilinear" (in a volume, trilinear), "nearest" or, for images, "bicubic".
            Default: "bilinear".
        padding_mode: what lies beyond the ends: "zeros", "border" (the nearest element of the image) or "reflection"
            (the image mirrored at its ends). Default: "zeros".
        align_corners: whether -1 and 1 are the middles of the outermost elements, rather than their outer edges.
            Default: None, which is False and warns.

    Returns:
        (N, C, H', W') or (N, C, D', H', W').

    Raises:
        ValueError: an unknown mode or padding_mode.
        RuntimeError: shapes that do not fit, types that differ, "bicubic" for a volume, an image without elements.
        NotImplementedError: an input that is not floating point.

    Example:
        >>> import seedgrad as sg
        >>> image, points = sg.tensor([[[[1.0, 3.0]]]]), sg.tensor([[[[-1.0, 0.0], [0.5, 0.0]]]])
        >>> sg.nn.functional.grid_sample(image, points, align_corners=True)
        tensor([[[[1.0000, 2.5000]]]])

    Source: Jaderberg et al., Spatial transformer networks, 2015.
    """
    name = "grid_sample"
    if mode not in MODES:
        raise ValueError(f"{name}(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: {mode!r}")
    if padding_mode not in PADDINGS:
        raise ValueError(
            f"{name}(): expected padding_mode to be 'zeros', 'border' or 'reflection', but got: {padding_mode!r}"
        )
    if align_corners is None:
        warnings.warn(CHANGED, UserWarning, stacklevel=2)
    _check(name, input, grid, mode)
    return _sampled(input, grid, mode, padding_mode, bool(align_corners))


def _check(name: str, x: Tensor, grid: Tensor, mode: str) -> None:
    check_tensors(name, x, grid)
    shape, points = x.array.shape, grid.array.shape
    if len(points) == len(shape) and len(shape) in (4, 5):
        fits = shape[0] == points[0] and points[-1] == len(shape) - 2
    else:
        fits = False
    if not fits:
        raise RuntimeError(
            f"{name}(): expected an input (N, C, H, W) with a grid (N, H', W', 2), or (N, C, D, H, W) with "
            f"(N, D', H', W', 3), but got an input of shape {shape} and a grid of shape {points}"
        )
    if 0 in shape[2:]:
        raise RuntimeError(f"{name}(): expected an input with non-empty spatial dimensions, but got shape {shape}")
    if mode == "bicubic" and len(shape) != 4:
        raise RuntimeError(f"{name}(): the mode 'bicubic' is for inputs (N, C, H, W), but got shape {shape}")
    if x.array.dtype != grid.array.dtype:
        raise RuntimeError(f"{name}(): input and grid must have the same type, but got {x.dtype} and {grid.dtype}")
    if x.array.dtype.kind in "biuc":
        raise NotImplementedError(f"{name}() is not implemented for {x.dtype}; convert the input with .float()")


def _sampled(x: Tensor, grid: Tensor, mode: str, padding_mode: str, align_corners: bool) -> Tensor:
    kind, space, out = x.array.dtype, x.array.shape[2:], grid.array.shape[1:-1]
    images, count = x.array.shape[0], math.prod(out)
    if kind.itemsize == 2:  # half types are computed in float32
        x, grid = xp.astype(x, np.dtype(np.float32)), xp.astype(grid, np.dtype(np.float32))
    places: Any = None
    weights: Any = None
    for axis, size in enumerate(space):
        points = xp.reshape(xp.getitem(grid, (..., len(space) - 1 - axis)), (images, count))
        place, weight = axis_weights(points, size, mode, padding_mode, align_corners)
        if places is None:
            places, weights = place, weight
            continue
        places = on_values(functools.partial(_joined, size), places, place)
        weights = xp.multiply(xp.expand_dims(weights, 2), xp.expand_dims(weight, 1))
        weights = xp.reshape(weights, places.array.shape)
    flat = xp.reshape(x, (*x.array.shape[:2], math.prod(space)))
    found = xp.reshape(sample_places.call(flat, weights, places), (*x.array.shape[:2], *out))
    return xp.astype(found, kind)


def _joined(size: int, rows: Any, places: Any) -> Any:
    """The numbers of elements, (..., K * k, P), from those of K rows and k places in a row of that size; -1 is outside."""
    rows, places = rows[..., :, None, :], places[..., None, :, :]
    found = np.where((rows < 0) | (places < 0), -1, rows * size + places)
    return found.reshape(*found.shape[:-3], found.shape[-3] * found.shape[-2], found.shape[-1])


def affine_grid(theta: Tensor, size: Sequence[int], align_corners: bool | None = None) -> Tensor:
    """The points that an affine map sends the places of an image to: a grid for `grid_sample`.

    out[n, i, j] = theta[n] (x_j, y_i, 1), where x and y go from -1 to 1 over the output.

    Args:
        theta: (N, 2, 3), or (N, 3, 4) for volumes; floating point.
        size: the shape (N, C, H, W), or (N, C, D, H, W), of the image to be sampled.
        align_corners: whether -1 and 1 are the middles of the outermost elements, rather than their outer edges.
            Default: None, which is False and warns.

    Returns:
        (N, H, W, 2) or (N, D, H, W, 3).

    Raises:
        ValueError: theta is not floating point or has another shape; a size below 1.
        NotImplementedError: a size of neither 4 nor 5 numbers.
        RuntimeError: theta has another batch than size.

    Example:
        >>> import seedgrad as sg
        >>> mirror = sg.tensor([[[-1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]])
        >>> sg.nn.functional.affine_grid(mirror, (1, 1, 1, 2), align_corners=False)
        tensor([[[[ 0.5000,  0.0000],
                  [-0.5000,  0.0000]]]])

    Source: Jaderberg et al., Spatial transformer networks, 2015.
    """
    name, sizes = "affine_grid", tuple(int(n) for n in size)
    check_tensors(name, theta)
    if theta.array.dtype.kind in "biuc":
        raise ValueError(f"{name}(): expected theta to be floating point, but got {theta.dtype}")
    if len(sizes) not in (4, 5):
        raise NotImplementedError(f"{name}() takes sizes of 4 or 5 numbers, for images or volumes, got {sizes}")
    dims = len(sizes) - 2
    if theta.array.shape[1:] != (dims, dims + 1) or theta.array.ndim != 3:
        raise ValueError(
            f"{name}(): expected theta of shape (N, {dims}, {dims + 1}) for the size {sizes}, got {theta.array.shape}"
        )
    if align_corners is None:
        warnings.warn(CHANGED, UserWarning, stacklevel=2)
    elif align_corners and 1 in sizes[2:]:
        warnings.warn(
            "Since PyTorch 1.3.0, affine_grid puts the one element of an axis of length 1 at 0 when "
            "align_corners=True. This is not an intended use case of affine_grid.",
            UserWarning,
            stacklevel=2,
        )
    if min(sizes) < 1:
        raise ValueError(f"{name}(): expected a positive output size, got {sizes}")
    if theta.array.shape[0] != sizes[0]:
        raise RuntimeError(
            f"{name}(): theta and size must have the same batch, got {theta.array.shape[0]} and {sizes[0]}"
        )
    kind = theta.array.dtype
    wide = np.dtype(np.float32) if kind.itemsize == 2 else kind
    base = np.ones((*sizes[2:], dims + 1), wide)
    for axis, n in enumerate(sizes[2:]):
        shape = [1] * dims
        shape[axis] = n
        base[..., dims - 1 - axis] = _line(n, bool(align_corners), wide).reshape(shape)
    rows = Tensor(base.reshape(1, -1, dims + 1).astype(kind))
    found = xp.matmul(rows, xp.swapaxes(theta, 1, 2))
    return xp.reshape(found, (sizes[0], *sizes[2:], dims))


def _line(n: int, align_corners: bool, kind: np.dtype[Any]) -> Any:
    """The middles of n equal parts of [-1, 1], or, with align_corners, n points from end to end."""
    if n == 1:
        return np.zeros(1, kind)
    points = np.linspace(-1, 1, n, dtype=kind)
    return points if align_corners else points * kind.type((n - 1) / n)


def affine_grid_generator(theta: Tensor, size: Sequence[int], align_corners: bool) -> Tensor:
    """`affine_grid` whose `align_corners` must be given.

    Example:
        >>> import seedgrad as sg
        >>> sg.affine_grid_generator(sg.ones(1, 2, 3), (1, 1, 2, 2), True).shape
        seedgrad.Size([1, 2, 2, 2])
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return affine_grid(theta, size, align_corners)


def grid_sampler(
    input: Tensor, grid: Tensor, interpolation_mode: int, padding_mode: int, align_corners: bool
) -> Tensor:
    """`grid_sample` with numbers for the modes.

    Args:
        input, grid, align_corners: as for `grid_sample`.
        interpolation_mode: 0 for "bilinear", 1 for "nearest", 2 for "bicubic".
        padding_mode: 0 for "zeros", 1 for "border", 2 for "reflection".

    Raises:
        ValueError: another number.

    Example:
        >>> import seedgrad as sg
        >>> sg.grid_sampler(sg.ones(1, 1, 2, 2), sg.zeros(1, 1, 1, 2), 0, 0, False)
        tensor([[[[1.]]]])
    """
    for what, number in (("interpolation_mode", interpolation_mode), ("padding_mode", padding_mode)):
        if number not in (0, 1, 2):
            raise ValueError(f"grid_sampler(): {what} must be 0, 1 or 2, got {number!r}")
    return grid_sample(input, grid, MODES[interpolation_mode], PADDINGS[padding_mode], align_corners)
