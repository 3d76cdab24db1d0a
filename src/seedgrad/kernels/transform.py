"""Winograd's matrices for tiles of 4x4 outputs of a 3x3 or 2x2 kernel, and their products with tiles, in registers.

    y = A ((G w Gᵀ) * (B x Bᵀ)) Aᵀ

is the convolution of a 6x6 tile x with a 3x3 kernel w: 36 multiplications for 4x4 outputs instead of 144. It is the
product of polynomials by their values at six points, one of them infinity. Any points do; these were chosen for
accuracy. With the usual 0, 1, -1, 2, -2 the largest error of 64 channels is 4.5e-5 of the outputs' deviation, with
these 6e-6; summing the convolution itself leaves 1e-6. For a 2x2 kernel and 5x5 tiles there are 25 instead of 64.

Sources: S. Winograd, Arithmetic Complexity of Computations, 1980. A. Lavin, S. Gray, Fast Algorithms for Convolutional
Neural Networks, CVPR 2016. On the choice of points: B. Barabasz et al., Error Analysis and Improving the Accuracy of
Winograd Convolution for Deep Neural Networks, ACM Transactions on Mathematical Software 46 (4), 2020.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types

from .compile import written
from .tile import F32, I64, LANES

Matrix = list[list[float]]
# Of a kernel of so many taps along each axis. A point and its negative stand side by side at the end.
POINTS = {
    taps: [Fraction(p) for p in text.split()] for taps, text in ((3, "0 5/8 -5/8 3/2 -3/2"), (2, "1/2 -1/2 5/4 -5/4"))
}
OUT = 4


def matrices(points: Sequence[Fraction], taps: int = 3) -> tuple[Matrix, Matrix, Matrix]:
    """A, G and B, 4x6, 6x3 and 6x6 for five points: A evaluates and G and B interpolate, so that the identity holds."""
    size = len(points) + 1
    out = size + 1 - taps
    a = [[float(p**i) for p in points] + [float(i == out - 1)] for i in range(out)]
    scale = [prod(p - q for q in points if q != p) for p in points]
    g = [[float(p**i / s) for i in range(taps)] for p, s in zip(points, scale, strict=True)]
    g.append([float(i == taps - 1) for i in range(taps)])
    # B is what makes the sum over k of A[i, k] G[k, j] B[k, l] one where l = i + j, else zero.
    both = np.array([[a[i][k] * g[k][j] for k in range(size)] for i in range(out) for j in range(taps)])
    wanted = np.array([[float(m == i + j) for m in range(size)] for i in range(out) for j in range(taps)])
    b = np.linalg.lstsq(both, wanted, rcond=None)[0]
    b[np.abs(b) < 1e-12] = 0
    return a, g, b.tolist()


def transposed(matrix: Matrix) -> Matrix:
    return [list(row) for row in zip(*matrix, strict=True)]


def _signs(a: list[float], b: list[float]) -> list[bool] | None:
    """Where b is a (True) and where -a, if it is one of them everywhere, up to rounding."""
    same = [abs(x - y) <= 1e-9 for x, y in zip(a, b, strict=True)]
    other = [abs(x + y) <= 1e-9 for x, y in zip(a, b, strict=True)]
    return same if all(s or o for s, o in zip(same, other, strict=True)) else None


def _pairs(lines: Matrix) -> dict[int, list[bool]]:
    """The lines of points p that -p follows, and where the two agree: all such pairs, or none of them."""
    if len(lines) < OUT + 1:
        return {}
    starts = range((len(lines) - 1) % 2, len(lines) - 2, 2)
    found = {k: _signs(lines[k], lines[k + 1]) for k in starts}
    return {k: same for k, same in found.items() if same} if all(found.values()) else {}


class _Line:
    """The code of a product with one matrix, for vectors. Points p and -p share half of their work."""

    def __init__(self, build: Any, matrix: Matrix, lanes: int) -> None:
        self.build, self.matrix = build, matrix
        self.vector = ir.VectorType(F32, lanes)
        kind = ir.FunctionType(self.vector, [self.vector] * 3)
        self.fused = cgutils.get_or_insert_function(build.module, kind, f"llvm.fmuladd.v{lanes}f32")

    def _sum(self, row: list[float], values: list[Any], keep: list[bool]) -> Any:
        """The sum of row * values where `keep`; None if it is empty."""
        total = None
        for factor, value, kept in zip(row, values, keep, strict=True):
            if not kept or factor == 0:
                continue
            constant = ir.Constant(self.vector, [float(np.float32(factor))] * self.vector.count)
            if total is None:
                total = value if factor == 1 else self.build.fmul(value, constant)
            elif factor == 1:
                total = self.build.fadd(total, value)
            else:
                total = self.build.call(self.fused, [value, constant, total])
        return total

    def __call__(self, values: list[Any]) -> list[Any]:
        build, matrix = self.build, self.matrix
        everything = [True] * len(values)
        if same := _pairs(transposed(matrix)):
            rest = [k for k in range(len(values)) if k not in same and k - 1 not in same]
            plus = {k: build.fadd(values[k], values[k + 1]) for k in same}
            minus = {k: build.fsub(values[k], values[k + 1]) for k in same}
            out = []
            for i, row in enumerate(matrix):
                pairs = [(plus if same[k][i] else minus)[k] for k in same]
                short = [row[k] for k in (*rest, *same)]
                out.append(self._sum(short, [*(values[k] for k in rest), *pairs], [True] * len(short)))
            return out
        out, i, same = [], 0, _pairs(matrix)
        while i < len(matrix):
            if i not in same:
                out.append(self._sum(matrix[i], values, everything))
                i += 1
                continue
            even, odd = (self._sum(matrix[i], values, [s == kept for s in same[i]]) for kept in (True, False))
            out += [build.fadd(even, odd), build.fsub(even, odd)]
            i += 2
        return out


def transform(matrix: Matrix, lanes: int = LANES, plus: bool = False) -> Any:
    """A function of numba for target = M source Mᵀ: (source, its row, its column, target, its row, its column, added).

    Source and target are addresses of float32; rows and columns are steps, in elements, to the next place of the
    tile. At each place there is a vector. `added` is the address of one that is added to all of the target, if `plus`.
    """
    many, few = len(matrix), len(matrix[0])

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        line = _Line(build, matrix, lanes)

        def place(tile: Any, i: int, j: int) -> Any:
            start, row, column = tile
            steps = build.add(build.mul(row, I64(i)), build.mul(column, I64(j)))
            return build.inttoptr(build.add(start, build.shl(steps, I64(2))), line.vector.as_pointer())

        def load(address: Any) -> Any:
            value = build.load(address)
            value.align = 4
            return value

        source, target = args[:3], args[3:6]
        half = [
            line([load(place(source, i, j)) for i in range(few)]) for j in range(few)
        ]  # (column, row of the target)
        added = load(build.inttoptr(args[6], line.vector.as_pointer())) if plus else None
        for i in range(many):
            for j, value in enumerate(line([column[i] for column in half])):
                result = build.fadd(value, added) if plus else value
                build.store(result, place(target, i, j)).align = 4
        return context.get_dummy_value()

    def declare(
        typing: Any,
        source: Any,
        source_row: Any,
        source_column: Any,
        target: Any,
        target_row: Any,
        target_column: Any,
        added: Any,
    ) -> Any:
        return types.void(*(types.intp,) * 7), emit

    return written(declare)
