"""Recurrent layers, float32: compiled runs over whole sequences, whose threads share the batch.

Where sequences are too few for that, the steps are those of the NumPy kernels, with compiled cells: single products of
a wide weight with few rows are left to the threads of BLAS.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.dtype import F32
from ..core.kernel import LARGE
from ..core.parallel import get_num_threads
from ..ops import recurrent
from ..ops import recurrent_arrays as arrays
from .compile import Array
from .numba_product import product
from .product import ZEROS, panels_of
from .recurrent_cells import gru_cell, gru_cell_vjp, lstm_cell, lstm_cell_vjp
from .recurrent_runs import gru_return, gru_run, lstm_return, lstm_run, rnn_return, rnn_run
from .sharing import in_parts
from .tile import line_address

# Sequences that are worth a thread, and the size of a weight up to which one thread alone reads it as fast as two.
FEW, WIDE = 4, 1 << 18
NONE, NO_ROWS = np.empty(0, np.float32), np.empty((0, 0), np.float32)


def _covers(x: Array, *others: Array | None) -> bool:
    return (
        x.dtype is F32
        and x.size >= LARGE
        and x.flags.c_contiguous
        and all([a is None or a.dtype is F32 for a in others])
    )


def _by_threads(sizes: tuple[int, ...], weight: Array) -> bool:
    """Whether each thread runs sequences of its own."""
    return sizes[0] >= FEW * get_num_threads() or weight.size <= WIDE


def _run(
    part: Callable[..., None], sizes: tuple[int, ...], backwards: bool, panels: tuple[Any, ...], *rest: Any
) -> None:
    """Call a function of `recurrent_runs` for the sequences of each thread."""
    spans = np.array([(rows.start, n) for rows, n in arrays.steps(sizes, backwards)], np.int64)
    address, count = line_address(), sizes[0]
    # Sequences stand from long to short: of unequal ones each thread takes several pieces.
    pieces = get_num_threads() * (1 if sizes[-1] == count else 2)
    in_parts(part, count, max(FEW, count // pieces), address, ZEROS, *panels, spans, *rest)


def _rows(g: Array | None) -> Array:
    return NO_ROWS if g is None else np.ascontiguousarray(g)


def _state(g: Array | None, like: Array) -> Array:
    """A copy to be overwritten; zeros where there is no gradient."""
    return np.zeros(like.shape, like.dtype) if g is None else np.array(g, order="C")


@recurrent.lstm.kernel("numba")
def lstm_forward(
    x: Array,
    h: Array,
    c: Array,
    weight: Array,
    projection: Array | None = None,
    /,
    sizes: tuple[int, ...] = (),
    backwards: bool = False,
) -> Any:
    if not _covers(x, h, c, weight, projection):
        return NotImplemented
    if not _by_threads(sizes, weight):
        return arrays.lstm_forward(x, h, c, weight, projection, sizes, backwards, lstm_cell)
    h, c = _state(h, h), _state(c, c)
    gates, h_before, out = np.empty_like(x), np.empty((len(x), h.shape[1]), F32), np.empty((len(x), h.shape[1]), F32)
    c_before, c_tanh = np.empty((2, len(x), c.shape[1]), F32)
    hidden = None if projection is None else np.empty_like(c_before)
    panels = panels_of(weight, True), NONE if projection is None else panels_of(projection, True)
    kept = gates, h_before, c_before, c_tanh
    _run(lstm_run, sizes, backwards, panels, x, h, c, *kept, out if hidden is None else hidden, out)
    return (out, h, c), (*kept, hidden, sizes, backwards)


@recurrent.lstm.kernel_vjp("numba")
def lstm_backward(g: Any, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: int) -> Any:
    _, h, c, weight, projection = inputs
    gates, h_before, c_before, c_tanh, hidden, sizes, backwards = saved
    if not _by_threads(sizes, weight):
        return arrays.lstm_backward(g, needs, inputs, out, saved, last, lstm_cell_vjp)
    da, dh, dc = gates if last else np.empty_like(gates), _state(g[1], h), _state(g[2], c)
    projected = NO_ROWS if projection is None else np.empty_like(h_before)
    panels = panels_of(weight), NONE if projection is None else panels_of(projection)
    _run(lstm_return, sizes, backwards, panels, _rows(g[0]), gates, c_before, c_tanh, da, projected, dh, dc)
    return (
        da,
        dh,
        dc,
        product(da.T, h_before) if needs[3] else None,
        product(projected.T, hidden) if needs[4] else None,
    )


@recurrent.gru.kernel("numba")
def gru_forward(
    x: Array,
    h: Array,
    weight: Array,
    bias: Array | None = None,
    /,
    sizes: tuple[int, ...] = (),
    backwards: bool = False,
) -> Any:
    if not _covers(x, h, weight, bias):
        return NotImplemented
    if not _by_threads(sizes, weight):
        return arrays.gru_forward(x, h, weight, bias, sizes, backwards, gru_cell)
    h, gates, out = _state(h, h), np.empty_like(x), np.empty((len(x), h.shape[1]), F32)
    before, inner = np.empty((2, *out.shape), F32)
    start = NONE if bias is None else np.ascontiguousarray(bias)
    _run(gru_run, sizes, backwards, (panels_of(weight, True), start), x, h, gates, before, inner, out)
    return (out, h), (gates, before, inner, sizes, backwards)


@recurrent.gru.kernel_vjp("numba")
def gru_backward(g: Any, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: int) -> Any:
    h, weight = inputs[1:3]
    gates, before, inner, sizes, backwards = saved
    if not _by_threads(sizes, weight):
        return arrays.gru_backward(g, needs, inputs, out, saved, last, gru_cell_vjp)
    dx, dy, dh = gates if last else np.empty_like(gates), np.empty_like(gates), _state(g[1], h)
    _run(gru_return, sizes, backwards, (panels_of(weight),), _rows(g[0]), gates, before, inner, dx, dy, dh)
    return (
        dx,
        dh,
        product(dy.T, before) if needs[2] else None,
        np.add.reduce(dy, axis=0) if needs[3] else None,
    )


@recurrent.rnn.kernel("numba")
def rnn_forward(
    x: Array,
    h: Array,
    weight: Array,
    /,
    sizes: tuple[int, ...] = (),
    backwards: bool = False,
    relu: bool = False,
) -> Any:
    if not _covers(x, h, weight) or not _by_threads(sizes, weight):
        return NotImplemented
    h, (before, after) = _state(h, h), np.empty((2, *x.shape), F32)
    _run(rnn_run, sizes, backwards, (panels_of(weight, True), relu), x, h, before, after)
    return (after.copy(), h), (before, after, sizes, backwards, relu)


@recurrent.rnn.kernel_vjp("numba")
def rnn_backward(g: Any, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: int) -> Any:
    before, after, sizes, backwards, relu = saved
    da, dh = np.empty_like(after), _state(g[1], inputs[1])
    _run(rnn_return, sizes, backwards, (panels_of(inputs[2]), relu), _rows(g[0]), after, da, dh)
    return da, dh, product(da.T, before) if needs[2] else None
