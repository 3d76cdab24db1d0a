"""Degrees and radians, and the sine over its angle."""

from __future__ import annotations

import math

from ..core.tensor import Tensor
from ..ops import elementwise as e
from ..ops import floats as ops
from .arguments import check_tensors
from .public import public


def _scaled(name: str, input: Tensor, factor: float) -> Tensor:
    check_tensors(name, input)
    if input.array.dtype.kind == "c":
        raise RuntimeError(f"{name} is not supported for complex tensors, got {input.dtype}")
    return e.multiply.call(input, factor)


@public(inplace=True, out=True)
def deg2rad(input: Tensor) -> Tensor:
    """Degrees as radians: `out = x pi / 180`.

    Args:
        input: any shape; in degrees.

    Returns:
        Radians, in the input's shape; integers give the default float type.

    Raises:
        RuntimeError: the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.deg2rad(sg.tensor([180.0, 90.0]))
        tensor([3.1416, 1.5708])
    """
    return _scaled("deg2rad", input, math.pi / 180)


@public(inplace=True, out=True)
def rad2deg(input: Tensor) -> Tensor:
    """Radians as degrees: `out = x 180 / pi`.

    Args:
        input: any shape; in radians.

    Returns:
        Degrees, in the input's shape; integers give the default float type.

    Raises:
        RuntimeError: the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.rad2deg(sg.tensor([3.14159265, 1.0]))
        tensor([180.0000,  57.2958])
    """
    return _scaled("rad2deg", input, 180 / math.pi)


@public(inplace=True, out=True)
def sinc(input: Tensor) -> Tensor:
    """The normalised sine over its angle: `out = sin(pi x) / (pi x)`, and 1 at 0.

    Args:
        input: any shape.

    Returns:
        Numbers of size at most 1, in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.sinc(sg.tensor([0.0, 0.5]))
        tensor([1.0000, 0.6366])
    """
    return ops.sinc.call(input)
