"""softmax and log_softmax along one axis.

The largest element is subtracted first, so that no exponential overflows. A slice that is all -inf gives NaN,
as in PyTorch.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import namespace
from ..core.batching import along
from ..core.kernel import LARGE
from ..core.op import op

NDArray = np.ndarray[Any, Any]

# Elements whose several passes stay within the second-level cache.
BLOCK = 1 << 15


def blocks(x: NDArray, axis: int) -> tuple[NDArray, NDArray, list[slice]] | None:
    """x as (outer, n, inner), an empty array of x's layout seen the same way, and the blocks of `outer`.

    None where x is small, or its memory can't be seen so without a copy.
    """
    if x.size <= BLOCK or not x.flags.forc:
        return None
    axis %= x.ndim
    order = sorted(range(x.ndim), key=lambda a: -x.strides[a]) if not x.flags.c_contiguous else range(x.ndim)
    moved = x.transpose(tuple(order))
    place = list(order).index(axis)
    outer = math.prod(moved.shape[:place])
    if not moved.flags.c_contiguous or outer == 1:
        return None
    shape = (outer, x.shape[axis], -1)
    whole = np.empty(moved.shape, x.dtype)
    rows = max(1, BLOCK * outer // x.size)
    cuts = [slice(i, min(i + rows, outer)) for i in range(0, outer, rows)]
    return moved.reshape(shape), whole.reshape(shape), cuts


def restore(x: NDArray, filled: NDArray) -> NDArray:
    """What `blocks` made for x, seen in x's shape."""
    if x.flags.c_contiguous:
        return filled.reshape(x.shape)
    order = sorted(range(x.ndim), key=lambda a: -x.strides[a])
    inverse = sorted(range(x.ndim), key=order.__getitem__)
    return filled.reshape([x.shape[a] for a in order]).transpose(inverse)


def _softmax(x: NDArray, axis: int = -1) -> NDArray:
    """exp(x) / sum(exp(x)) along an axis."""
    if x.dtype.itemsize == 2:
        return _softmax(x.astype(np.float32), axis).astype(x.dtype)
    if not x.ndim:
        return _softmax(x.reshape(1)).reshape(())
    if not x.size:
        return x.copy()
    found = blocks(x, axis)
    if found is None:
        return _softmax_into(x, np.empty_like(x), axis)
    x3, out3, cuts = found
    for cut in cuts:
        _softmax_into(x3[cut], out3[cut], 1)
    return restore(x, out3)


def _softmax_into(x: NDArray, out: NDArray, axis: int) -> NDArray:
    np.subtract(x, np.maximum.reduce(x, axis=axis, keepdims=True), out=out)
    np.exp(out, out=out)
    out /= np.add.reduce(out, axis=axis, keepdims=True)
    return out


def _log_softmax(x: NDArray, axis: int = -1) -> NDArray:
    """x - log(sum(exp(x))) along an axis."""
    if x.dtype.itemsize == 2:
        return _log_softmax(x.astype(np.float32), axis).astype(x.dtype)
    if not x.ndim:
        return _log_softmax(x.reshape(1)).reshape(())
    if not x.size:
        return x.copy()
    found = blocks(x, axis)
    if found is None:
        return _log_softmax_into(x, np.empty_like(x), axis)
    x3, out3, cuts = found
    for cut in cuts:
        _log_softmax_into(x3[cut], out3[cut], 1)
    return restore(x, out3)


def _log_softmax_into(x: NDArray, out: NDArray, axis: int) -> NDArray:
    np.subtract(x, np.maximum.reduce(x, axis=axis, keepdims=True), out=out)
    total = np.add.reduce(np.exp(out), axis=axis, keepdims=True)
    out -= np.log(total, out=total)
    return out


vars(namespace).update(softmax=_softmax, log_softmax=_log_softmax)


@op(ufunc=True, cast="float", real=NotImplementedError)
def softmax(xp: Any, x: Any, /, axis: int = -1) -> Any:
    return xp.softmax(x, axis)


@op(ufunc=True, cast="float", name="LogSoftmax", real=NotImplementedError)
def log_softmax(xp: Any, x: Any, /, axis: int = -1) -> Any:
    return xp.log_softmax(x, axis)


def _softmax_vjp(g: Any, xp: Any, out: Any, axis: int) -> Any:
    weighted = g * out
    return weighted - out * xp.sum(weighted, axis=axis if out.ndim else None, keepdims=True)


softmax.defvjp(x=_softmax_vjp)
log_softmax.defvjp(
    x=lambda g, xp, out, axis: g - xp.exp(out) * xp.sum(g, axis=axis if out.ndim else None, keepdims=True)
)


for each in (softmax, log_softmax):
    each.defbatch(along("axis"))
    each.large = LARGE
