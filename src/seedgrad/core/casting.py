"""Operands of one type: how numbers and mixed arrays are brought together before an op computes."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from . import dtype as dtypes
from .dtype import F32, F64
from .errors import bools_error
from .mode import mode

if TYPE_CHECKING:
    from .op import Op

NDArray = np.ndarray
FLOATS = (F32, F64)


def constant(value: float, kind: np.dtype[Any]) -> NDArray:
    """A Python number as a 0-d array of the type: NumPy computes twice as fast with it as with the number."""
    # 0.0 and -0.0 are equal, so neither is a key; the int 0 may be one.
    return _constant(value, kind) if value or type(value) is int else mode.now.run(np.asarray, value, kind)


@functools.lru_cache(maxsize=1024)
def _constant(value: float, kind: np.dtype[Any]) -> NDArray:
    array = to_type(value, kind)
    array.flags.writeable = False
    return array


def cast(op: Op, arrays: list[Any], numbers: bool) -> list[Any]:
    """Bring the arrays and numbers to their common type, as the op's `cast` asks."""
    raw = op.raw
    taking_part = [a for i, a in enumerate(arrays) if i not in raw and a is not None] if raw else arrays
    kinds = {a.dtype for a in taking_part if isinstance(a, NDArray)}
    if not op.bools and any([a.dtype == dtypes.BOOL if isinstance(a, NDArray) else type(a) is bool for a in arrays]):
        raise bools_error(op.name)
    if len(kinds) == 1 and not numbers:
        (kind,) = kinds
    else:
        kind = dtypes.result_type([a for a in taking_part if a is not None])
    if op.cast == "float" and kind not in FLOATS and dtypes.category(kind) < dtypes.FLOAT:
        kind = dtypes.default()
    return [
        a if a is None or getattr(a, "dtype", None) is kind or i in raw else to_type(a, kind)
        for i, a in enumerate(arrays)
    ]


def to_type(a: Any, kind: np.dtype[Any]) -> Any:
    """An array or number as an array of the type; integers wrap around as in PyTorch."""
    if isinstance(a, NDArray):
        return a.astype(kind)
    if type(a) is int and kind.kind in "iu":
        return np.asarray(a - 2**64 if 2**63 <= a < 2**64 else a, np.int64).astype(kind)
    return mode.now.run(np.asarray, a, kind)
