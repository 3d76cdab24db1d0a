"""Sums of the columns of a matrix, four lines at a time, so that each sum is read and written once for four numbers.

Channels that are neighbours in memory make short lines. `wide` takes several of them as one line with as many columns,
whose sums are joined afterwards.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compile import Array, part_sums

# Columns below which lines are taken together.
WIDE = 128
# Lines whose sums are taken in the type of the numbers, before they are joined with others'.
LINES = 64
# Numbers of a row that stay in the nearest cache while they are read twice.
BLOCK = 1024


def wide(rows: Array) -> Array:
    """Contiguous matrices with rows side by side, as many as fit evenly into lines of WIDE numbers or little more."""
    *front, many, columns = rows.shape
    together = 1
    while columns * together < WIDE and many % (2 * together) == 0:
        together *= 2
    return rows.reshape(*front, many // together, columns * together)


@part_sums
def column_sums(lines: Any, total: Any) -> None:
    """Of at least one line."""
    whole = len(lines) // 4 * 4
    total[:] = 0
    for r in range(0, whole, 4):
        one, two, three, four = lines[r], lines[r + 1], lines[r + 2], lines[r + 3]
        for i in range(total.size):
            total[i] += one[i] + two[i] + three[i] + four[i]
    for r in range(whole, len(lines)):
        line = lines[r]
        for i in range(total.size):
            total[i] += line[i]


@part_sums
def _block_statistics(lines: Any, mean: Any, square: Any) -> None:
    """`column_statistics` of few lines.

    They are taken as distances from the first line: where numbers are large and differ little, their squares would
    leave nothing of the difference. One first number that is far from all others costs as many digits as there are
    lines, so these must be few.
    """
    first, whole = lines[0], len(lines) // 4 * 4
    mean[:] = 0
    square[:] = 0
    for r in range(0, whole, 4):
        one, two, three, four = lines[r], lines[r + 1], lines[r + 2], lines[r + 3]
        for i in range(first.size):
            a, b, c, d = one[i] - first[i], two[i] - first[i], three[i] - first[i], four[i] - first[i]
            mean[i] += a + b + c + d
            square[i] += a * a + b * b + c * c + d * d
    for r in range(whole, len(lines)):
        line = lines[r]
        for i in range(first.size):
            a = line[i] - first[i]
            mean[i] += a
            square[i] += a * a
    kind = first.dtype.type
    one, none = 1 / kind(len(lines)), kind(0)
    for i in range(first.size):
        away = mean[i] * one
        rest = square[i] - mean[i] * away
        square[i] = none if rest < none else rest
        mean[i] = first[i] + away


@part_sums
def column_statistics(lines: Any, mean: Any, square: Any) -> None:
    """The means, and the sums of squared distances from them: of LINES lines at a time."""
    kind = mean.dtype.type
    _block_statistics(lines[:LINES], mean, square)
    more = np.empty((2, mean.size if len(lines) > LINES else 0), mean.dtype)
    for begin in range(LINES, len(lines), LINES):
        part = lines[begin : begin + LINES]
        _block_statistics(part, more[0], more[1])
        # Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979.
        share = kind(len(part) / (begin + len(part)))
        weight = kind(begin) * share
        for i in range(mean.size):
            d = more[0, i] - mean[i]
            mean[i] += d * share
            square[i] += more[1, i] + d * d * weight


@part_sums
def column_products(g: Any, x: Any, centre: Any, along: Any, plain: Any) -> None:
    """The sums of g (x - centre) and of g."""
    whole = len(x) // 4 * 4
    along[:] = 0
    plain[:] = 0
    for r in range(0, whole, 4):
        one, two, three, four = x[r], x[r + 1], x[r + 2], x[r + 3]
        a, b, c, d = g[r], g[r + 1], g[r + 2], g[r + 3]
        for i in range(centre.size):
            m = centre[i]
            plain[i] += a[i] + b[i] + c[i] + d[i]
            along[i] += a[i] * (one[i] - m) + b[i] * (two[i] - m) + c[i] * (three[i] - m) + d[i] * (four[i] - m)
    for r in range(whole, len(x)):
        line, y = x[r], g[r]
        for i in range(centre.size):
            plain[i] += y[i]
            along[i] += y[i] * (line[i] - centre[i])


@part_sums
def row_statistics(row: Any) -> Any:
    """The mean of one row, and the sum of squared distances from it: of BLOCK numbers at a time, joined in float64."""
    kind = row.dtype.type
    mean, square, before = 0.0, 0.0, 0
    for begin in range(0, row.size, BLOCK):
        part = row[begin : begin + BLOCK]
        some, rest, away = kind(0), kind(0), kind(0)
        for i in range(part.size):
            some += part[i]
        middle = some / kind(part.size)
        for i in range(part.size):
            d = part[i] - middle
            rest += d
            away += d * d
        # What `middle` lacks of the mean, because it is rounded, is in `rest`.
        here = float(part.size)
        less = rest / here
        d = middle + less - mean
        share = here / (before + here)
        mean += d * share
        square += max(0.0, away - rest * less) + d * d * before * share
        before += part.size
    return kind(mean), kind(square)
