"""How kernels are compiled, and what they take."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core.ccallback import CFunc
from numba.extending import intrinsic, register_jitable

from ..core.dtype import F32, F64
from ..core.kernel import LARGE, fixed

Array = np.ndarray[Any, Any]
Function = Callable[..., Any]


def _sources() -> str:
    """A hash of the files of this folder.

    Kernels contain functions of each other's files, and numba, which compiles a function anew when its own file has
    changed, would take an old one from the disk when only another one has.
    """
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


_SOURCES = _sources()
_kept: list[Any] = []  # code lives as long as its object


def _compiled(function: Function, freedom: set[str]) -> Function:
    made: Any = numba.njit(nogil=True, cache=True, error_model="numpy", fastmath=freedom)(function)
    made._cache._cache_file._source_stamp = _SOURCES
    return made


def compiled(function: Function) -> Function:
    """Machine code for one thread that lets others run; compiled at the first call, then kept on disk.

    numba keeps it beside the source, or in the user's cache folder where it may not write there. Products and
    sums may be fused ("contract"); nothing is assumed about NaN and infinity.
    """
    return _compiled(function, {"contract"})


def compiled_sums(function: Function) -> Function:
    """The same, where sums may also be taken in another order: a loop that adds up then uses all lanes at once."""
    return _compiled(function, {"contract", "reassoc"})


def address_of(function: Function, signature: Any) -> int:
    """The address of the machine code of a function of numbers, kept on disk like the others."""
    made: Any = CFunc(function, (signature.args, signature.return_type), {}, {"error_model": "numpy", "nopython": True})
    made.enable_caching()
    made._cache._cache_file._source_stamp = _SOURCES
    made.compile()
    _kept.append(made)
    return int(made.address)


def written(function: Function) -> Function:
    """A function for kernels whose instructions are written by hand, in the language of LLVM.

    `function` takes numba's context of types and the types of the arguments, and returns the signature and what
    writes the instructions. Kernels call it with the arguments alone.
    """
    made: Any = intrinsic(function)
    return made


def part(function: Function) -> Function:
    """A function that becomes a part of the kernels that call it; its own sums keep their order.

    A loop with a call left in it has no vector instructions, so it is inlined whatever its size.
    """
    return register_jitable(fastmath={"contract"}, error_model="numpy", forceinline=True)(function)


def part_sums(function: Function) -> Function:
    """The same for functions whose sums may be taken in another order."""
    return register_jitable(fastmath={"contract", "reassoc"}, error_model="numpy", forceinline=True)(function)


def takes(x: Array) -> bool:
    """Whether kernels take x: floats of 32 bits; and of 64 bits where they are many, since for these all is compiled anew."""
    return bool(x.size) if x.dtype is F32 else x.dtype is F64 and x.size >= LARGE


def memory_order(x: Array) -> list[int] | None:
    """The axes from the widest stride to the narrowest, if x fills its memory without gaps in that order; else None."""
    if x.flags.c_contiguous:
        return list(range(x.ndim))
    order = sorted(range(x.ndim), key=lambda axis: -x.strides[axis])
    return order if x.transpose(order).flags.c_contiguous else None


def flat(x: Array) -> Array | None:
    """The memory of x as one row, or None where x leaves gaps."""
    if x.flags.c_contiguous:
        return x.reshape(-1)
    order = memory_order(x)
    return None if order is None else x.transpose(order).reshape(-1)


def row_of(v: Array | None, count: int, kind: Any, missing: int) -> Array:
    """A weight or bias as a contiguous row; one that is missing is all ones, or zeros."""
    if v is None:
        return fixed(np.full(count, missing, kind))
    return v if v.ndim == 1 and v.flags.c_contiguous else np.ascontiguousarray(v).reshape(count)


def in_order_of(x: Array, y: Array) -> Array:
    """y, of x's shape, in x's memory layout and type, copied if it must be."""
    if y.strides == x.strides and y.dtype is x.dtype:
        return y
    if x.flags.c_contiguous:
        return np.ascontiguousarray(y, x.dtype)
    copy = np.empty_like(x)
    np.copyto(copy, y)
    return copy


def lines(x: Array, axis: int) -> tuple[int, int, int] | None:
    """The shape (outer, n, inner) in which the memory of x has `axis` in the middle; None where x leaves gaps."""
    order = memory_order(x)
    if order is None or not x.ndim:
        return None
    place = order.index(axis % x.ndim)
    sizes = [x.shape[a] for a in order]
    return math.prod(sizes[:place]), sizes[place], math.prod(sizes[place + 1 :])


def channels_last(x: Array) -> Array | None:
    """The contiguous (N, H, W, C) array behind an (N, C, H, W) one of float32, or None if there is none.

    Kernels are compiled for this one type and layout: each further one would cost its compilation.
    """
    if x.ndim != 4 or x.dtype is not F32:
        return None
    rows = x.transpose(0, 2, 3, 1)
    return rows if rows.flags.c_contiguous else None
