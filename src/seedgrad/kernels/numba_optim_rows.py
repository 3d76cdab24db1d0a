"""Updates of all parameters of a group by one call, which for many small ones costs less than a call for each.

A row of the table is a parameter: where it begins in the count of all elements, how many it has, and the addresses of the
parameter, its gradient and its states. `start` and `stop` count elements, so that threads can share the work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import carray

from ..core.kernel import functions
from .compile import Array, compiled
from .loops import pointer
from .numba_optim import adam, sgd, sgd_momentum
from .sharing import in_parts

# Elements that are worth a thread.
GRAIN = 1 << 14


@compiled
def count_together(counts: Array) -> float:
    """Add one to the numbers at these addresses and return them; -1, and nothing is done, where they differ."""
    first = carray(pointer(counts[0]), 1)[0]
    for k in range(counts.size):
        if carray(pointer(counts[k]), 1)[0] != first:
            return -1.0
    for k in range(counts.size):
        carray(pointer(counts[k]), 1)[0] = first + 1
    return float(carray(pointer(counts[0]), 1)[0])


@compiled
def enter_gradient(table: Array, row: int, g: Array) -> None:
    """Write the address of a gradient into its parameter's row: compiled code reads it in a tenth of the time."""
    table[row, 3] = g.ctypes.data


@compiled
def _sgd(table: Array, lr: Any, decay: Any, start: int, stop: int) -> None:
    for k in range(table.shape[0]):
        low, high = max(start - table[k, 0], 0), min(stop - table[k, 0], table[k, 1])
        if low < high:
            p, g = (
                carray(pointer(table[k, 2] + 4 * low), high - low),
                carray(pointer(table[k, 3] + 4 * low), high - low),
            )
            sgd(p, g, lr, decay)


@compiled
def _sgd_momentum(
    table: Array, lr: Any, decay: Any, momentum: Any, share: Any, ahead: Any, start: int, stop: int
) -> None:
    for k in range(table.shape[0]):
        low, high = max(start - table[k, 0], 0), min(stop - table[k, 0], table[k, 1])
        if low < high:
            n = high - low
            p, g = carray(pointer(table[k, 2] + 4 * low), n), carray(pointer(table[k, 3] + 4 * low), n)
            b = carray(pointer(table[k, 4] + 4 * low), n)
            sgd_momentum(p, g, b, lr, decay, momentum, share, ahead)


@compiled
def _adam(
    table: Array,
    weight1: Any,
    beta2: Any,
    weight2: Any,
    size: Any,
    root: Any,
    eps: Any,
    penalty: Any,
    shrink: Any,
    start: int,
    stop: int,
) -> None:
    for k in range(table.shape[0]):
        low, high = max(start - table[k, 0], 0), min(stop - table[k, 0], table[k, 1])
        if low < high:
            n = high - low
            p, g = carray(pointer(table[k, 2] + 4 * low), n), carray(pointer(table[k, 3] + 4 * low), n)
            m, v = carray(pointer(table[k, 4] + 4 * low), n), carray(pointer(table[k, 5] + 4 * low), n)
            adam(p, g, m, v, weight1, beta2, weight2, size, root, eps, penalty, shrink)


def _shared(kernel: Callable[..., None]) -> Callable[..., None]:
    def update(table: Array, elements: int, *numbers: Any) -> None:
        in_parts(kernel, elements, GRAIN, table, *numbers)

    return update


functions.update(count_together=count_together, enter_gradient=enter_gradient)
functions.update(sgd_rows=_shared(_sgd), sgd_momentum_rows=_shared(_sgd_momentum), adam_rows=_shared(_adam))
