"""Gradients against differences, element by element."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .numbers import SAFETY, sides, slope
from .subject import Array

GOOD, WRONG, KINK = "within rounding", "wrong", "at a kink"


@dataclass
class Row:
    """One variable in one order: the element whose gradient is worst.

    Attributes:
        index: of the element in the variable; `part` is "real" or "imag" for complex ones.
        allowed: the error that rounding explains.
        elements: how many were looked at, of how many.
    """

    order: str
    label: str
    shape: tuple[int, ...]
    verdict: str
    index: tuple[int, ...] | None = None
    part: str = ""
    analytic: float = np.nan
    numeric: float = np.nan
    allowed: float = np.nan
    elements: tuple[int, int] = (0, 0)

    @property
    def error(self) -> float:
        return abs(self.analytic - self.numeric)


def spacing(arrays: list[Array]) -> float:
    """The spacing at 1 of the coarsest type."""
    return max(float(np.finfo(a.dtype).eps) for a in arrays)


def normal(draw: np.random.Generator, like: Array) -> Array:
    numbers: Any = draw.standard_normal(like.shape)
    if like.dtype.kind == "c":
        numbers = numbers + 1j * draw.standard_normal(like.shape)
    return np.asarray(numbers, like.dtype)


def weighted(weights: list[Array], arrays: list[Array]) -> tuple[float, float]:
    """The sum of weights · arrays, and of the sizes of its terms."""
    products = [(np.conj(w) * a).real for w, a in zip(weights, arrays, strict=True)]
    return float(sum(p.sum() for p in products)), float(sum(np.abs(p).sum() for p in products))


class Comparison:
    """Analytic gradients of a number against its differences, for one variable after the other."""

    def __init__(
        self, order: str, measure: Callable[[], tuple[float, float]], eps: float, most: int, seed: int
    ) -> None:
        self.order, self.measure, self.eps, self.most = order, measure, eps, most
        self.draw = np.random.default_rng(seed)

    def row(self, label: str, memory: Array, analytic: Array | None) -> Row:
        """Compare one variable.

        Args:
            memory: the variable's own numbers, which are shifted and put back.
            analytic: its gradient, None if there is none.
        """
        gradient = np.zeros_like(memory) if analytic is None else analytic
        axes = [(1.0, "")] if memory.dtype.kind != "c" else [(1.0, "real"), (1j, "imag")]
        every = [(i, axis, part) for i in range(memory.size) for axis, part in axes]
        few = len(every) > self.most
        chosen = [every[k] for k in sorted(self.draw.choice(len(every), self.most, replace=False))] if few else every
        rows = [self._element(label, memory, gradient, *one) for one in chosen]
        if few and all(r.verdict != WRONG for r in rows):
            found = self._search(memory, gradient, np.arange(memory.size))
            rows += [self._element(label, memory, gradient, found, *axis) for axis in axes if found is not None]
        if not rows:
            return Row(self.order, label, memory.shape, "empty")
        worst = max(rows, key=lambda r: (r.verdict == WRONG, np.nan_to_num(r.error, nan=np.inf) / (r.allowed or 1)))
        worst.elements = (len(chosen), len(every))
        if analytic is None:
            worst.verdict = "no gradient: wrong" if worst.verdict == WRONG else "no gradient, none needed"
        return worst

    def _judge(self, memory: Array, gradient: Array, along: Array) -> tuple[float, float, float, str]:
        """Along a line: the analytic derivative, the one by differences, the error that is allowed, the verdict."""
        start = memory.copy()

        def line(step: float) -> tuple[float, float]:
            np.copyto(memory, start + step * along)
            try:
                return self.measure()
            finally:
                np.copyto(memory, start)

        analytic = float((np.conj(along) * gradient).real.sum())
        found = slope(line, self.eps)
        allowed = SAFETY * found.error + 64 * self.eps * float(np.abs(gradient * along).sum())
        settled = found.error <= 1e-2 * (abs(found.value) + 1)
        if settled and abs(analytic - found.value) <= allowed:
            return analytic, found.value, allowed, GOOD
        both = sides(line, self.eps)
        between = both is not None and both[0] <= analytic <= both[1]
        return analytic, found.value, allowed, KINK if between else WRONG

    def _element(self, label: str, memory: Array, gradient: Array, i: int, axis: complex, part: str) -> Row:
        index = tuple(int(k) for k in np.unravel_index(i, memory.shape))
        along = np.zeros_like(memory)
        along[index] = axis
        analytic, numeric, allowed, verdict = self._judge(memory, gradient, along)
        return Row(self.order, label, memory.shape, verdict, index, part, analytic, numeric, allowed)

    def _search(self, memory: Array, gradient: Array, among: Array) -> int | None:
        """The element that is wrong, if the gradient along a random direction through all of them is: by halves."""
        along = np.zeros(memory.size, memory.dtype)
        along[among] = normal(self.draw, along[among]) / np.sqrt(among.size)
        if self._judge(memory, gradient, along.reshape(memory.shape))[3] != WRONG:
            return None
        if among.size == 1:
            return int(among[0])
        half = among.size // 2
        for part in (among[:half], among[half:]):
            found = self._search(memory, gradient, part)
            if found is not None:
                return found
        return None
