"""Zeros and ones for dropout, from a generator that counts: number i depends on the key and on i alone.

So the parts of an array can be filled in any order, by any number of threads. The generator is Philox 4x32 with 10
rounds. Source: Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3" (2011).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.kernel import functions
from .compile import Array, compiled, part
from .sharing import in_parts

U, W = np.uint32, np.uint64
# Draws of one counter that lie this far apart, so that neighbours in memory come from neighbouring counters and all
# lanes of the processor do the same.
RUN = 64
# Draws of a block of counters.
BLOCK = 4 * RUN
# Numbers that are worth a thread.
GRAIN = 1 << 13

_FACTOR0, _FACTOR1 = W(0xD2511F53), W(0xCD9E8D57)
_STEP0, _STEP1 = U(0x9E3779B9), U(0xBB67AE85)


@part
def _draw(low: Any, high: Any, key0: Any, key1: Any) -> tuple[Any, Any, Any, Any]:
    """Four random numbers of 32 bits for a counter and a key of 64 bits."""
    a, b, c, d = low, high, U(0), U(0)
    for _ in range(10):
        x, y = W(a) * _FACTOR0, W(c) * _FACTOR1
        a, b, c, d = U(U(y >> W(32)) ^ b ^ key0), U(y), U(U(x >> W(32)) ^ d ^ key1), U(x)
        key0, key1 = U(key0 + _STEP0), U(key1 + _STEP1)
    return a, b, c, d


@compiled
def _fill(out: Any, begin: int, skipped: int, key0: Any, key1: Any, limit: Any, first: int, last: int) -> None:
    """1 where the draw is at least `limit`, else 0; `out` starts with number `begin`.

    That is in the block `skipped`, from which `first` and `last` count the blocks.
    """
    room = np.empty(BLOCK, np.float32)
    for block in range(skipped + first, skipped + last):
        start = W(block) * W(RUN)
        for j in range(RUN):
            counter = start + W(j)
            a, b, c, d = _draw(U(counter), U(counter >> W(32)), key0, key1)
            room[j] = np.float32(a >= limit)
            room[j + RUN] = np.float32(b >= limit)
            room[j + 2 * RUN] = np.float32(c >= limit)
            room[j + 3 * RUN] = np.float32(d >= limit)
        place = block * BLOCK - begin
        for j in range(max(0, -place), min(BLOCK, out.size - place)):
            out[place + j] = room[j]


def noise(out: Array, p: float, seed: int, begin: int = 0) -> None:
    """Fill a float32 row with numbers `begin` and following: 1, each with probability 1 - p, and 0."""
    key0, key1 = U(seed & 0xFFFFFFFF), U(seed >> 32 & 0xFFFFFFFF)
    limit = U(int(p * 2**32))
    skipped = begin // BLOCK
    blocks = -(-(begin + out.size) // BLOCK) - skipped
    in_parts(_fill, blocks, GRAIN // BLOCK, out, begin, skipped, key0, key1, limit)


functions["noise"] = noise
