"""How compiled updates are called: one call for all parameters of a group where that can be, else one for each.

The addresses of parameters and states are looked up once. At each step it is checked that the arrays are the same ones; those of
gradients, which are new at nearly every step, are looked up anew where they are. No gradient is held.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from operator import is_
from typing import Any

import numpy as np

from ..core.dtype import F32
from ..core.kernel import find, functions
from ..core.memory import note_write
from ..core.parallel import parallel_for
from ..core.tensor import Tensor
from . import blocks

Array = np.ndarray[Any, Any]


def run_compiled(
    kernel: Callable[..., Any],
    p: Array,
    g: Array,
    maximize: bool,
    state: list[Array],
    numbers: list[np.float32],
    grain: int,
) -> None:
    """Call a compiled update, for parts of the parameter in several threads if it is large."""
    if p.size < 2 * grain and not maximize:
        kernel(p, g, *state, *numbers)
        return

    def work(start: int, stop: int) -> None:
        length = blocks.BLOCK if maximize else stop - start  # the negative gradient is made block by block
        for i in range(start, stop, length):
            part = slice(i, min(i + length, stop))
            kernel(p[part], -g[part] if maximize else g[part], *[x[part] for x in state], *numbers)

    parallel_for(work, p.size, grain)


class Rows:
    """The table of a group: see kernels/numba_optim_rows.py.

    Args:
        columns: the arrays of the parameters, then those of each state.
        counts: the numbers of steps, or nothing.
    """

    def __init__(self, columns: list[list[Array]], counts: list[Array]) -> None:
        self.columns, self.counts = columns, counts
        self.sizes = [p.size for p in columns[0]]
        self.total = sum(self.sizes)
        self.table = np.zeros((len(self.sizes), 3 + len(columns)), np.int64)
        self.table[:, 0] = np.cumsum([0, *self.sizes[:-1]])
        self.table[:, 1] = self.sizes
        for n, column in enumerate(columns):
            self.table[:, 2 + n + (n > 0)] = list(map(_address, column))
        self.places = np.array(list(map(_address, counts)), np.int64)
        self.gradients: list[Any] = [_gone] * len(self.sizes)

    def same(self, columns: list[list[Array]], counts: list[Array]) -> bool:
        """Whether parameters and states lie where they lay."""
        return all(
            len(old) == len(new) and all(map(is_, old, new))
            for old, new in zip((*self.columns, self.counts), (*columns, counts), strict=True)
        )

    def take(self, gradients: list[Array]) -> bool:
        """Enter where the gradients lie; whether they are of the kind that the compiled code takes."""
        enter, table, kept = functions["enter_gradient"], self.table, self.gradients
        for n, (g, size) in enumerate(zip(gradients, self.sizes, strict=True)):
            if kept[n]() is not g:
                if not _fits(g) or g.size != size:
                    return False
                enter(table, n, g.ravel())
                kept[n] = weakref.ref(g)
        return True

    def count(self) -> int:
        """One more step for all; how many there were, or -1, and nothing is counted, where they differ."""
        return int(functions["count_together"](self.places))

    def run(self, name: str, numbers: Sequence[float]) -> None:
        """Update all parameters."""
        functions[name](self.table, self.total, *map(np.float32, numbers))


def update_together(optimizer: Any, place: int, params: list[Tensor]) -> bool:
    """Update all parameters of the group at that place by one call; False, and nothing is done, where that can't be."""
    group = optimizer.param_groups[place]
    form = optimizer.together(group)
    if form is None or group.get("maximize", False):
        return False
    name, names = f"{form[0]}_rows", form[1]
    states = [optimizer.state.get(p) for p in params]
    try:
        columns = [[p.array for p in params], *([s[key].array for s in states] for key in names)]
        counts = [s["step"].array for s in states] if optimizer.counts_steps else []
    except (AttributeError, KeyError, TypeError):  # some parameter has no state yet
        return False
    known = optimizer.__dict__.setdefault("_rows", {})
    rows = known[place] = _rows_of(known.get(place), columns, counts, name)
    if rows is None or not rows.take([p._grad.array for p in params if p._grad is not None]):
        return False
    numbers = optimizer.numbers_of(group, rows.count() if counts else 0)
    if numbers is None:
        return False
    rows.run(name, numbers)
    for p in params:
        note_write(p.array)
    return True


def _rows_of(known: Rows | None, columns: list[list[Array]], counts: list[Array], name: str) -> Rows | None:
    """The known table, or a new one where arrays changed; None if they are not what the compiled code takes."""
    if known is not None and known.same(columns, counts):
        return known
    flat = [a for column in columns for a in column]
    sizes = [a.size for a in columns[0]]
    if not all([_fits(a) and a.flags.writeable for a in flat]) or any(
        [a.size for a in column] != sizes for column in columns
    ):
        return None
    if any(c.dtype is not F32 or c.ndim for c in counts) or len({*map(id, flat), *map(id, counts)}) < len(flat) + len(
        counts
    ):
        return None
    return Rows(columns, counts) if find(name, sum(sizes)) else None


def _fits(a: Array) -> bool:
    flags = a.flags
    return a.dtype is F32 and flags.c_contiguous and flags.aligned


def _address(a: Array) -> int:
    return int(a.__array_interface__["data"][0])


def _gone() -> None:
    """In the place of a reference to a gradient that is not known yet."""
