"""Arrays of random numbers of one law, in a given type."""

from __future__ import annotations

import functools
import math
import warnings
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.casting import constant
from ..core.random import Generator, draw_from

Array = np.ndarray[Any, Any]
# Up to 2 to this power a float type can tell whole numbers apart.
WHOLE_DIGITS = {"float64": 53, "float32": 24, "float16": 11, "bfloat16": 8}
# A few whole numbers are remainders of 64 random bits: three times as fast as NumPy's `integers`, whose checks cost more
# than the numbers. Below this width their probabilities differ from each other by less than 2^-32 of themselves.
FEW, NARROW = 64, 2**32
WORD = np.dtype(np.uint64)


def draw_uniform(shape: Any, kind: np.dtype[Any], generator: Generator | None) -> Array:
    """Numbers in [0, 1) of a float type; both parts of complex numbers."""
    rng = draw_from(generator)
    if kind is dtypes.F32 or kind is dtypes.F64:
        return np.asarray(rng.random(shape, kind))
    if kind.kind == "c":
        parts = rng.random((2, *shape), np.float32 if kind.itemsize == 8 else np.float64)
        return np.asarray(parts[0] + 1j * parts[1]).astype(kind)
    _need_float("uniform", kind)
    # As many bits as the type holds, so that nothing is rounded up to 1.
    bits = 11 if kind == np.float16 else 8
    return np.asarray(rng.integers(0, 1 << bits, shape) / np.float32(1 << bits)).astype(kind)


def draw_normal(shape: Any, kind: np.dtype[Any], generator: Generator | None) -> Array:
    """Numbers from the normal distribution with mean 0 and deviation 1, of a float or complex type."""
    rng = draw_from(generator)
    if kind is dtypes.F32 or kind is dtypes.F64:
        return np.asarray(rng.standard_normal(shape, kind))
    if kind.kind == "c":
        parts = rng.standard_normal((2, *shape)) * np.sqrt(0.5)
        return np.asarray(parts[0] + 1j * parts[1]).astype(kind)
    _need_float("normal", kind)
    return np.asarray(rng.standard_normal(shape, np.float32)).astype(kind)


def draw_integers(shape: Any, low: int, high: int, kind: np.dtype[Any], generator: Generator | None) -> Array:
    """Whole numbers in [low, high)."""
    if kind is dtypes.I64 and 0 < high - low <= NARROW and math.prod(shape) <= FEW:
        bits = draw_from(generator).bit_generator.random_raw(shape)
        found: Array = np.remainder(bits, constant(high - low, WORD), bits).view(
            dtypes.I64
        )  # they fit into either type
        return found + low if low else found
    if kind.kind == "c":
        raise NotImplementedError(f"random whole numbers are not implemented for {kind}")
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    if kind.kind in "iub":
        bottom, top = _range(kind)
        if not bottom <= low <= high - 1 <= top:
            raise RuntimeError(f"the range {low} to {high - 1} is out of bounds for {kind}")
    else:
        digits = WHOLE_DIGITS[kind.name]
        if max(-low, high - 1) > 2**digits:
            warnings.warn(
                f"{kind} can tell whole numbers apart only in [-(2^{digits}), 2^{digits}]: those from {low} to "
                f"{high - 1} are rounded",
                UserWarning,
                stacklevel=3,
            )
    return np.asarray(draw_from(generator).integers(low, high, shape)).astype(kind)


@functools.cache
def _range(kind: np.dtype[Any]) -> tuple[int, int]:
    """The smallest and the largest number of an integer type, or of bool."""
    return (0, 1) if kind == dtypes.BOOL else (int(np.iinfo(kind).min), int(np.iinfo(kind).max))


def _need_float(what: str, kind: np.dtype[Any]) -> None:
    if dtypes.category(kind) != dtypes.FLOAT:
        raise NotImplementedError(f"{what} numbers are not implemented for {kind}; use a floating-point dtype")
