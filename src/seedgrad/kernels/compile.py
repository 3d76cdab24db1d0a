"""How kernels are compiled, and what they take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from ..core.dtype import F32

Array = np.ndarray[Any, Any]


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Machine code for one thread that lets others run; compiled at the first call, then kept on disk.

    numba keeps it beside the source, or in the user's cache folder where it may not write there. Products and
    sums may be fused ("contract"); nothing is assumed about NaN and infinity.
    """
    return numba.njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})(function)


def channels_last(x: Array) -> Array | None:
    """The contiguous (N, H, W, C) array behind an (N, C, H, W) one of float32, or None if there is none.

    Kernels are compiled for this one type and layout: each further one would cost its compilation.
    """
    if x.ndim != 4 or x.dtype is not F32:
        return None
    rows = x.transpose(0, 2, 3, 1)
    return rows if rows.flags.c_contiguous else None


def as_channels_last(x: Array) -> Array:
    """The same, copied if it must be."""
    return np.ascontiguousarray(x.transpose(0, 2, 3, 1), np.float32)
