"""NumPy's errors about operands, in PyTorch's classes and with the shapes and types that met."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def explain(name: str, operands: Sequence[Any], error: Exception) -> Exception:
    """What to raise instead of `error`, which NumPy raised when `name` was computed on the operands.

    Errors that are not about the operands' shapes or types come back as they are.
    """
    arrays = [x for x in operands if isinstance(x, np.ndarray)]
    text = str(error)
    if isinstance(error, ValueError):
        if "be broadcast" in text:
            return RuntimeError(f"{name}: {_mismatch([x.shape for x in arrays])}")
        if "negative integer powers" in text:
            return RuntimeError(
                "Integers to negative integer powers are not allowed. Convert the base to a float first: x.float()"
            )
    elif isinstance(error, TypeError) and arrays:
        kinds = " and ".join(dict.fromkeys(str(x.dtype) for x in arrays))
        if "numpy boolean" in text:
            return bools_error(name)
        if "not supported for the input types" in text or "did not contain a loop" in text:
            return NotImplementedError(
                f"{name} is not implemented for {kinds} tensors. Convert them first: x.to(dtype)"
            )
    return error


def bools_error(name: str) -> RuntimeError:
    return RuntimeError(
        f"{name} is not supported for bool tensors. Use ~x to invert a mask, `^` for the difference of two, "
        f"x.long() to compute with 0 and 1"
    )


def complex_error(name: str, kind: type[Exception]) -> Exception:
    return kind(f"{name} is not implemented for complex numbers. Give it real ones, such as x.real or x.abs()")


def _mismatch(shapes: list[tuple[int, ...]]) -> str:
    """Name the first dimension, from the last backwards, in which the shapes disagree."""
    width = max(map(len, shapes))
    for back in range(1, width + 1):
        sizes = {shape[-back] for shape in shapes if len(shape) >= back} - {1}
        if len(sizes) > 1:
            return (
                f"the shapes {' and '.join(map(str, shapes))} can't be broadcast together: the sizes "
                f"{sorted(sizes)} meet at dimension {width - back}. "
                f"Sizes must be equal or 1, counted from the last"
            )
    return f"the shapes {' and '.join(map(str, shapes))} can't be broadcast together"
