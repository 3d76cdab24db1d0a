"""Matrix products of arrays, led to BLAS by the shortest way."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .dtype import F32
from .mode import mode
from .parallel import parallel_for, product

Array = np.ndarray[Any, Any]

# Multiplications from which on a compiled product of matrices is not slower than that of BLAS; also of a matrix and a vector,
# which threads of BLAS share much earlier. They wait 25 ms or longer for the next one, at the expense of ours.
LARGE, LARGE_BY_VECTOR = 1 << 18, 1 << 13

# From so many elements on, one product of a copy is faster than a product for each matrix in a permuted stack.
WORTH_A_COPY = 1 << 14
# Up to so many multiplications nothing but the overhead counts.
SMALL = 1 << 13
# Multiplications of a stack of products that are worth a second thread, and of one product that BLAS splits without much loss.
WORTH_SHARING, WORTH_SPLITTING = 1 << 24, 1 << 25

_tiles: Callable[..., Array] | None = None


def use_product(function: Callable[..., Array]) -> None:
    """Have function(x, y) multiply matrices of float32 from now on, where `by_tiles` says so."""
    global _tiles
    _tiles = function


def compiled_product() -> Callable[..., Array] | None:
    """The function given to `use_product`; it writes to the third argument, if there is one."""
    return _tiles


def by_tiles(rows: int, sums: int, columns: int) -> bool:
    """Whether a compiled function multiplies two matrices of float32, if there is one."""
    return rows * sums * columns >= (LARGE if rows > 1 and columns > 1 else LARGE_BY_VECTOR)


def _tiles_for(x: Array, y: Array) -> Callable[..., Array] | None:
    """The compiled function that multiplies these matrices, if there is one for them."""
    if x.dtype is not F32 or not by_tiles(len(x), *y.shape):
        return None
    if mode.now.trace is not None:
        from .kernel import load

        load()  # a recording is for many steps, so it does not begin without them
    return _tiles


def dot(x: Array, y: Array) -> Array:
    """x y for arrays with one or two axes, by tiles or by BLAS."""
    rows, columns = x if x.ndim == 2 else x[None], y if y.ndim == 2 else y[:, None]
    tiles, trace = _tiles_for(rows, columns), mode.now.trace
    if tiles is None:
        # (not a method of x, which a recording can't follow where x is none of its arrays)
        return product(functools.partial(np.dot, x), y, rows.size * columns.shape[1])
    if rows.shape[1] != len(y):
        raise ValueError("the shapes don't fit")
    plain = trace is None or type(x) is type(y) is np.ndarray
    out = tiles(rows, columns) if plain else trace.call(tiles, (rows, columns), {})
    return out if x.ndim == y.ndim == 2 else out.reshape(*x.shape[:-1], *y.shape[1:])


def matmul(x: Array, y: Array) -> Array:
    """x @ y; float16 and bfloat16 are computed in float32.

    Raises:
        RuntimeError: the shapes don't fit, or the types differ.
        NotImplementedError: the type is bool.
    """
    kind = x.dtype
    if y.dtype is not kind and y.dtype != kind:
        raise RuntimeError(
            f"expected m1 and m2 to have the same dtype, but got {kind} and {y.dtype}. Convert one: x.to(y.dtype)"
        )
    # The kinds f, d and complex F, D have BLAS routines; 16-bit floats would take loops 100 times as slow.
    if kind.itemsize == 2 and kind.kind not in "iu":
        return matmul(x.astype(np.float32), y.astype(np.float32)).astype(kind)
    if kind.kind == "b":
        raise NotImplementedError("matmul is not implemented for bool tensors. Convert them first: x.float()")
    try:
        if 0 < x.ndim <= 2 and 0 < y.ndim <= 2:
            if x.size * y.shape[-1] < SMALL:
                return x.dot(y)  # the same as @ here, at a third of its overhead
            if x.shape[-1] == 1 and x.ndim == y.ndim and len(y) == 1 and not _tiles_for(x, y):
                return x * y  # a column times a row: BLAS takes up to five times as long
            return dot(x, y)
        if x.ndim > 2 and y.ndim <= 2 and x.flags.c_contiguous and y.ndim and x.size:
            # One product over all leading axes instead of one for each.
            rows = x.reshape(math.prod(x.shape[:-1]), x.shape[-1])
            return dot(rows, y).reshape(*x.shape[:-1], *y.shape[1:])
        if x.ndim > 2 and y.ndim == 2 and x.size >= WORTH_A_COPY and x.strides[-1] == x.itemsize:
            return matmul(np.ascontiguousarray(x), y)
        return _stacked(_straight(x), _straight(y))
    except ValueError:
        raise RuntimeError(_mismatch(x.shape, y.shape)) from None


def _stacked(x: Array, y: Array) -> Array:
    """The products of stacks of matrices: those of many small ones are shared by threads that compute whole products."""
    stack = x.shape[:-2]
    if not stack or stack != y.shape[:-2] or x.shape[-1] != y.shape[-2] or not type(x) is type(y) is np.ndarray:
        return np.matmul(x, y)
    each = math.prod(x.shape[-2:]) * y.shape[-1]
    if each > WORTH_SPLITTING or math.prod(stack) * each < WORTH_SHARING:
        return np.matmul(x, y)
    if stack[0] == 1:
        return _stacked(x[0], y[0])[None] if x.ndim > 3 else np.matmul(x, y)
    out = np.empty((*stack, x.shape[-2], y.shape[-1]), x.dtype)
    parallel_for(lambda i, j: np.matmul(x[i:j], y[i:j], out=out[i:j]), len(x), blas=True)
    return out


def _straight(x: Array) -> Array:
    """Memory that BLAS can read: neighbours in a row or in a column lie side by side."""
    if x.flags.c_contiguous or x.ndim < 2:
        return x
    row, column = x.strides[-2:]
    if x.itemsize in (row, column) and row > 0 and column > 0:
        return x
    return np.ascontiguousarray(x)


def _mismatch(a: tuple[int, ...], b: tuple[int, ...]) -> str:
    if not a or not b:
        return f"both arguments to matmul need to be at least 1D, but they are {len(a)}D and {len(b)}D"
    inner = b[0] if len(b) == 1 else b[-2]
    if a[-1] != inner:
        which = "the last" if len(b) == 1 else "the second to last" if len(b) > 2 else "the first"
        return (
            f"mat1 and mat2 shapes cannot be multiplied ({_product(a)} and {_product(b)}): the last "
            f"dimension of the left "
            f"operand, {a[-1]}, must equal {which} of the right one, {inner}; the shapes are {a} and {b}"
        )
    return f"matmul: the batch dimensions {a[:-2]} of {a} and {b[:-2]} of {b} can't be broadcast together"


def _product(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))
