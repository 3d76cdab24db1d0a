"""The limits of element types: the largest numbers, the smallest, and the distance from 1 to the next."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import dtype as dtypes


class _Info:
    """What both have: equality by type, and a text of the public attributes."""

    __slots__ = ("bits", "dtype")
    bits: int
    dtype: str

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.dtype == other.dtype

    __hash__ = None  # type: ignore[assignment]


class finfo(_Info):
    """The limits of a floating-point type; of a complex type, those of its parts.

    Args:
        type: the type. Default: None, the default float type.

    Attributes:
        bits: bits of one number.
        eps: the distance from 1 to the next larger number.
        max, min: the largest and the smallest finite number.
        tiny, smallest_normal: the smallest positive number with all its digits.
        resolution: 10 to the minus number of decimal digits that are sure.
        dtype: the name of the type.

    Raises:
        TypeError: the type is not floating-point.

    Example:
        >>> import seedgrad as sg
        >>> sg.finfo(sg.float32).eps
        1.1920928955078125e-07
        >>> sg.finfo(sg.float16).max
        65504.0
    """

    __slots__ = ("eps", "max", "min", "resolution", "smallest_normal", "tiny")

    def __init__(self, type: Any = None) -> None:
        # Python's float is a double here, as in PyTorch, whatever the default type is.
        kind = dtypes.get_default_dtype() if type is None else dtypes.float64 if type is float else type
        if not isinstance(kind, dtypes.dtype):
            raise TypeError(f"finfo(): argument 'type' must be a seedgrad.dtype, not {kind!r}")
        if kind.category < dtypes.FLOAT:
            raise TypeError(f"finfo() requires a floating point input type, got {kind}. Use iinfo for integer types")
        kind = kind.to_real()
        if kind.name == "bfloat16":
            import ml_dtypes

            found: Any = ml_dtypes.finfo(kind.dtype)
        else:
            found = np.finfo(kind.dtype)
        self.bits, self.dtype = 8 * kind.itemsize, kind.name
        self.eps, self.max, self.min = float(found.eps), float(found.max), float(found.min)
        self.tiny = self.smallest_normal = float(found.smallest_normal)
        self.resolution = {"float16": 1e-3, "bfloat16": 1e-2, "float32": 1e-6, "float64": 1e-15}[kind.name]

    def __repr__(self) -> str:
        names = ("resolution", "min", "max", "eps", "smallest_normal", "tiny")
        values = ", ".join(f"{name}={getattr(self, name):g}" for name in names)
        return f"finfo({values}, dtype={self.dtype})"


class iinfo(_Info):
    """The limits of an integer type.

    Args:
        type: the type.

    Attributes:
        bits: bits of one number.
        max, min: the largest and the smallest number.
        dtype: the name of the type.

    Raises:
        TypeError: the type is not an integer type.

    Example:
        >>> import seedgrad as sg
        >>> sg.iinfo(sg.int16).max
        32767
        >>> sg.iinfo(sg.uint8)
        iinfo(min=0, max=255, dtype=uint8)
    """

    __slots__ = ("max", "min")

    def __init__(self, type: Any) -> None:
        kind = dtypes.int64 if type is int else type
        if not isinstance(kind, dtypes.dtype):
            raise TypeError(f"iinfo(): argument 'type' must be a seedgrad.dtype, not {kind!r}")
        if kind.category != dtypes.INTEGER:
            raise TypeError(f"iinfo() requires an integer input type, got {kind}. Use finfo for floating-point types")
        found = np.iinfo(kind.dtype)
        self.bits, self.dtype = 8 * kind.itemsize, kind.name
        self.max, self.min = int(found.max), int(found.min)

    def __repr__(self) -> str:
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"
