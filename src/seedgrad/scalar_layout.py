"""Where the boxes and arrows of a graph's picture go: columns, few crossings, nearly straight arrows.

This is Sugiyama's method (K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of hierarchical
system structures", 1981): give each Value a column, order the columns, then choose the heights.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .scalar import Value

COLUMN_GAP, BOX_GAP = 72.0, 20.0


@dataclass(eq=False)
class Box:
    """A place in the picture: the box of a Value, or a bend where an arrow passes through a column.

    Attributes:
        x, y: of the left edge and of the vertical centre.
        sources, targets: the neighbours in the columns on the left and on the right.
    """

    value: Value | None = None
    width: float = 0.0
    height: float = 0.0
    x: float = 0.0
    y: float = 0.0
    sources: list[Box] = field(default_factory=list)
    targets: list[Box] = field(default_factory=list)


@dataclass(eq=False)
class Arrow:
    """From a parent's box through bends to the box of a Value computed from it."""

    path: list[Box]
    local_grad: float | None


def place(values: Sequence[Value], sizes: Mapping[Value, tuple[float, float]]) -> tuple[dict[Value, Box], list[Arrow]]:
    """Give every Value a place, such that few arrows cross and most are nearly straight.

    Args:
        values: a result and all that it was computed from, from the oldest to the newest.
        sizes: the width and height of each box.

    Returns:
        The box of each Value, the top left of all at (0, 0), and the arrows between them.
    """
    boxes = {v: Box(v, *sizes[v]) for v in values}
    column: dict[Value, int] = {}
    first_use: dict[Value, int] = {}
    for v in values:
        column[v] = 1 + max((column[p] for p in v.parents), default=-1)
        for p in v.parents:
            first_use[p] = min(column[v], first_use.get(p, column[v]))
    for v in values:
        if not v.parents:
            column[v] = first_use.get(v, 1) - 1  # a leaf stands next to where it is first used
    columns: list[list[Box]] = [[] for _ in range(max(column.values()) + 1)]
    arrows: list[Arrow] = []
    waiting, placed = [values[-1]], set()
    while waiting:  # depth first from the result: the order in which a tree has no crossings at all
        v = waiting.pop()
        if v in placed:
            continue
        placed.add(v)
        columns[column[v]].append(boxes[v])
        for p, local_grad in zip(v.parents, v.local_grads or [None] * len(v.parents), strict=True):
            bends = []
            for at in range(column[p] + 1, column[v]):
                bends.append(Box())
                columns[at].append(bends[-1])
            path = [boxes[p], *bends, boxes[v]]
            for left, right in pairwise(path):
                left.targets.append(right)
                right.sources.append(left)
            arrows.append(Arrow(path, local_grad))
        waiting.extend(reversed(v.parents))
    _order(columns)
    _align(columns)
    return boxes, arrows


def _order(columns: list[list[Box]]) -> None:
    """Sort each column by the mean place of its neighbours, back and forth, and keep the best order seen."""
    best, fewest = [list(c) for c in columns], _crossings(columns)
    for sweep in range(12):
        forward = sweep % 2 == 0
        for at in range(len(columns)) if forward else reversed(range(len(columns))):
            beside = at - 1 if forward else at + 1
            if 0 <= beside < len(columns):
                rank = {box: float(i) for i, box in enumerate(columns[beside])}
                mean = {}
                for i, box in enumerate(columns[at]):
                    neighbours = box.sources if forward else box.targets
                    mean[box] = _mean([rank[n] for n in neighbours], otherwise=float(i))
                columns[at].sort(key=mean.__getitem__)
        crossings = _crossings(columns)
        if crossings < fewest:
            best, fewest = [list(c) for c in columns], crossings
    columns[:] = best


def _mean(numbers: list[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise


def _crossings(columns: list[list[Box]]) -> int:
    total = 0
    for left, right in pairwise(columns):
        rank = {box: i for i, box in enumerate(right)}
        ends: list[int] = []
        for box in left:
            for end in sorted(rank[target] for target in box.targets):
                total += len(ends) - bisect_right(ends, end)  # the arrows from above that end below
                insort(ends, end)
    return total


def _align(columns: list[list[Box]]) -> None:
    """Move each box to the mean height of its neighbours, as far as the others in its column allow."""
    x = 0.0
    for boxes in columns:
        width = max(box.width for box in boxes)
        for box in boxes:
            box.x, box.width = x, width
        _separate(boxes, [0.0] * len(boxes))
        x += width + COLUMN_GAP
    for sweep in range(24):
        for boxes in columns if sweep % 2 else reversed(columns):
            _separate(boxes, [_mean([n.y for n in box.sources + box.targets], otherwise=box.y) for box in boxes])
    top = min(box.y - box.height / 2 for boxes in columns for box in boxes)
    for boxes in columns:
        for box in boxes:
            box.y -= top


def _separate(boxes: list[Box], wanted: list[float]) -> None:
    """The heights nearest to the wanted ones, by least squares, that keep the order and the gaps.

    Measured from where the boxes would be if they stood as close as they may, the heights must not decrease;
    the nearest such numbers are means of runs, found by joining neighbours that are out of order.
    """
    offsets = [0.0]
    for above, below in pairwise(boxes):
        offsets.append(offsets[-1] + (above.height + below.height) / 2 + BOX_GAP)
    runs: list[tuple[float, int]] = []  # (sum, length)
    for want, offset in zip(wanted, offsets, strict=True):
        runs.append((want - offset, 1))
        while len(runs) > 1 and runs[-2][0] / runs[-2][1] > runs[-1][0] / runs[-1][1]:
            (s, n), (t, m) = runs[-2:]
            runs[-2:] = [(s + t, n + m)]
    heights = [s / n for s, n in runs for _ in range(n)]
    for box, height, offset in zip(boxes, heights, offsets, strict=True):
        box.y = height + offset
