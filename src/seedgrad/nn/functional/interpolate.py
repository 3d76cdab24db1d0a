"""Images, sequences and volumes in another size."""

from __future__ import annotations

import math
import operator
import warnings
from typing import Any

import numpy as np

from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from ...ops.resample import resample
from .adaptive_pool import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d
from .interpolation import axis_taps, byte_taps

# The number of spatial axes that a mode is for, and what it does along each.
SMOOTH = {
    "linear": (1, "linear"),
    "bilinear": (2, "linear"),
    "bicubic": (2, "cubic"),
    "trilinear": (3, "linear"),
    "lanczos": (2, "lanczos"),
}
MODES = ("nearest", "nearest-exact", "area", *SMOOTH)
AREA = {1: adaptive_avg_pool1d, 2: adaptive_avg_pool2d, 3: adaptive_avg_pool3d}


def interpolate(
    input: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """The input in another spatial size.

    Elements are taken to be squares (or cubes) whose edges touch: element i of H' new ones lies at
    (i + 0.5) H / H' - 0.5 of the old ones, or, with align_corners, at i (H - 1) / (H' - 1).

    Args:
        input: (N, C, L), (N, C, H, W) or (N, C, D, H, W); floating point, or uint8 for the modes nearest,
            nearest-exact, bilinear, bicubic and lanczos.
        size: the new spatial size, one int for all axes or one for each. Default: from scale_factor.
        scale_factor: new size / old size, one number for all axes or one for each; the new size is rounded down.
            Default: from size.
        mode: "nearest" (the element floor(i H / H')), "nearest-exact" (the element that lies nearest), "linear" (of
            L), "bilinear" (of H, W), "bicubic" (of H, W; the cubic of Keys with a = -0.75), "trilinear" (of D, H, W),
            "area" (the mean of the part that a new element covers), "lanczos" (of H, W, with antialias).
            Default: "nearest".
        align_corners: whether the corner elements of input and output lie upon each other; only for linear, bilinear,
            bicubic and trilinear. Default: None, which is False.
        recompute_scale_factor: place elements by the quotient of the sizes, instead of by scale_factor, which differs
            where the size was rounded. Default: None, which is False.
        antialias: widen the weights where the image shrinks, so that each old element counts; only for bilinear,
            bicubic (here a = -0.5) and lanczos. Default: False.

    Returns:
        (N, C, *size).

    Raises:
        ValueError: both or none of size and scale_factor; a number of them that is not that of the spatial axes;
            align_corners, recompute_scale_factor or antialias where they have no meaning.
        RuntimeError: a size below 1, or an input in which more than the batch is empty.
        NotImplementedError: an unknown mode, one that is not for this number of dimensions, another type.
        TypeError: size holds something else than ints, scale_factor something else than numbers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.interpolate(sg.tensor([[[1.0, 3.0]]]), size=4, mode="linear")
        tensor([[[1.0000, 1.5000, 2.5000, 3.0000]]])

    Source: Keys, Cubic convolution interpolation for digital image processing, 1981.
    """
    check_tensors("interpolate", input)
    _check_options(mode, size, align_corners, recompute_scale_factor, antialias, input)
    shape = input.array.shape
    space = shape[2:]
    out, scales = _sizes(space, size, scale_factor, shape)
    _check_mode(mode, shape)
    if recompute_scale_factor:
        scales = (None,) * len(space)
    if mode == "area":
        return AREA[len(space)](input, out)
    if min((*out, *space)) < 1 or 0 in shape[1:]:
        raise RuntimeError(
            f"interpolate(): input and output sizes should be greater than 0 (but for the batch), but got an input "
            f"of shape {shape} and the output size {out}"
        )
    _check_type(mode, input)
    return _resampled(input, out, scales, mode, bool(align_corners), antialias)


def _resampled(
    x: Tensor, out: tuple[int, ...], scales: tuple[Any, ...], mode: str, align_corners: bool, antialias: bool
) -> Tensor:
    kind, space = x.array.dtype, x.array.shape[2:]
    along = SMOOTH[mode][1] if mode in SMOOTH else mode
    smooth_bytes = kind == np.uint8 and mode in SMOOTH
    wide = "float64" if smooth_bytes or kind == np.float64 else "float32"
    if len(space) == 2 and along == mode:  # PyTorch has other rules for copies in two dimensions
        wide = "float32"
        if mode == "nearest":
            scales = tuple(None if m in (n, 2 * n) else s for n, m, s in zip(space, out, scales, strict=True))
    taps = [
        axis_taps(along, n, m, s, align_corners, antialias, wide) for n, m, s in zip(space, out, scales, strict=True)
    ]
    if not smooth_bytes:
        return resample.call(x, taps=tuple(taps))
    for axis, tap in reversed(list(enumerate(taps))):  # bytes are rounded after each axis
        if tap is not None and space[axis] != out[axis]:
            one = tuple(byte_taps(tap) if i == axis else None for i in range(len(taps)))
            smooth = resample.call(xp.astype(x, np.dtype(np.float64)), taps=one)
            x = xp.astype(xp.clip(xp.floor(smooth + 0.5), 0, 255), kind)
    return x


def _check_options(
    mode: str, size: Any, align_corners: bool | None, recompute: bool | None, antialias: bool, x: Tensor
) -> None:
    if mode in ("nearest", "area", "nearest-exact"):
        if align_corners is not None:
            raise ValueError(
                f"align_corners can only be set with the modes {', '.join(SMOOTH)}, got {align_corners} for {mode!r}"
            )
    if mode == "lanczos":
        if not antialias:
            raise ValueError("the mode 'lanczos' requires antialias=True")
        if align_corners:
            raise ValueError("the mode 'lanczos' does not support align_corners=True")
    if antialias and (mode not in ("bilinear", "bicubic", "lanczos") or x.array.ndim != 4):
        raise ValueError(
            f"antialias is for the modes bilinear, bicubic and lanczos of a 4-D input, got {mode!r} of an input of "
            f"shape {x.array.shape}"
        )
    if recompute and size is not None:
        raise ValueError("recompute_scale_factor is not meaningful with an explicit size; leave it out")


def _check_mode(mode: str, shape: tuple[int, ...]) -> None:
    if len(shape) not in (3, 4, 5) or mode not in MODES:
        raise NotImplementedError(
            f"interpolate(): the input must have 3, 4 or 5 dimensions and the mode be one of {MODES}, got shape "
            f"{shape} and mode {mode!r}"
        )
    if mode in SMOOTH and SMOOTH[mode][0] != len(shape) - 2:
        raise NotImplementedError(
            f"interpolate(): the mode {mode!r} needs a {SMOOTH[mode][0] + 2}-D input, got shape {shape}"
        )


def _check_type(mode: str, x: Tensor) -> None:
    kind = x.array.dtype
    bytes_too = mode not in ("linear", "trilinear")
    if kind.kind in "bcui" and not (kind == np.uint8 and bytes_too):
        raise NotImplementedError(
            f"interpolate() is not implemented for {x.dtype} in the mode {mode!r}; convert the input with .float()"
        )


def _sizes(
    space: tuple[int, ...], size: Any, scale_factor: Any, shape: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[Any, ...]]:
    """The new sizes, and the scale of each axis if one was given."""
    if size is None and scale_factor is None:
        raise ValueError("either size or scale_factor should be defined")
    if size is not None and scale_factor is not None:
        raise ValueError(f"only one of size or scale_factor should be defined, got {size!r} and {scale_factor!r}")
    what, given = ("size", size) if scale_factor is None else ("scale_factor", scale_factor)
    values = tuple(given) if isinstance(given, (tuple, list)) else (given,) * len(space)
    if len(values) != len(space):
        raise ValueError(
            f"input and {what} must have the same number of spatial dimensions, but got an input of shape {shape} and "
            f"{what}={given!r}. Give one number, or one for each of the last {len(space)} dimensions"
        )
    if what == "scale_factor":
        if not all(isinstance(s, (int, float, np.number)) for s in values):
            raise TypeError(f"interpolate(): scale_factor must be a number or a tuple of numbers, got {scale_factor!r}")
        scales = tuple(float(s) for s in values)
        return tuple(math.floor(n * s) for n, s in zip(space, scales, strict=True)), scales
    try:
        return tuple(operator.index(n) for n in values), (None,) * len(space)
    except TypeError:
        raise TypeError(f"interpolate(): size must be an int or a tuple of ints, got {size!r}") from None


def upsample(
    input: Tensor, size: Any = None, scale_factor: Any = None, mode: str = "nearest", align_corners: bool | None = None
) -> Tensor:
    """The old name of `interpolate`; warns.

    Example:
        >>> import seedgrad as sg, warnings
        >>> with warnings.catch_warnings(action="ignore"):
        ...     sg.nn.functional.upsample(sg.tensor([[[1.0, 3.0]]]), scale_factor=2)
        tensor([[[1., 1., 3., 3.]]])
    """
    return _deprecated("upsample", input, size, scale_factor, mode, align_corners)


def upsample_nearest(input: Tensor, size: Any = None, scale_factor: Any = None) -> Tensor:
    """`interpolate` with the mode "nearest"; warns, for it is the old name.

    Example:
        >>> import seedgrad as sg, warnings
        >>> with warnings.catch_warnings(action="ignore"):
        ...     sg.nn.functional.upsample_nearest(sg.tensor([[[1.0, 3.0]]]), 3)
        tensor([[[1., 1., 3.]]])
    """
    return _deprecated("upsample_nearest", input, size, scale_factor, "nearest", None)


def upsample_bilinear(input: Tensor, size: Any = None, scale_factor: Any = None) -> Tensor:
    """`interpolate` with the mode "bilinear" and aligned corners; warns, for it is the old name.

    Example:
        >>> import seedgrad as sg, warnings
        >>> with warnings.catch_warnings(action="ignore"):
        ...     sg.nn.functional.upsample_bilinear(sg.tensor([[[[1.0, 3.0]]]]), (1, 3))
        tensor([[[[1., 2., 3.]]]])
    """
    return _deprecated("upsample_bilinear", input, size, scale_factor, "bilinear", True)


def _deprecated(name: str, x: Tensor, size: Any, scale: Any, mode: str, align_corners: bool | None) -> Tensor:
    warnings.warn(
        f"`nn.functional.{name}` is deprecated. Use `nn.functional.interpolate` instead.", UserWarning, stacklevel=3
    )
    return interpolate(x, size, scale, mode, align_corners)
