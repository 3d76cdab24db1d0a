"""Kernels of convolutions in the order that tiles read, and back: turned around, a square of registers at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types

from .compile import compiled, written
from .tile import F32, I32, I64, LANES, WIDE, padded

# What is summed over at a time, with a panel of places, and output channels: both stay in the cache.
PACKED = 16
OUTPUTS = 64


@written
def square(typing: Any, source: Any, source_row: Any, target: Any, target_row: Any) -> Any:
    """target[j, i] = source[i, j] for a square of LANES by LANES; two addresses, each with the length of its rows."""
    vector = ir.VectorType(F32, LANES)

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        source, source_row, target, target_row = args

        def row(start: Any, step: Any, i: int) -> Any:
            return build.inttoptr(build.add(start, build.shl(build.mul(step, I64(i)), I64(2))), vector.as_pointer())

        rows = []
        for i in range(LANES):
            rows.append(build.load(row(source, source_row, i)))
            rows[-1].align = 4
        half = LANES // 2
        while half:  # the upper right quarter changes places with the lower left one, then inside each quarter
            upper = ir.Constant(ir.VectorType(I32, LANES), [LANES + k - half if k & half else k for k in range(LANES)])
            lower = ir.Constant(ir.VectorType(I32, LANES), [LANES + k if k & half else k + half for k in range(LANES)])
            for i in range(LANES):
                if not i & half:
                    a, b = rows[i], rows[i | half]
                    rows[i], rows[i | half] = build.shuffle_vector(a, b, upper), build.shuffle_vector(a, b, lower)
            half //= 2
        for i in range(LANES):
            build.store(rows[i], row(target, target_row, i)).align = 4
        return context.get_dummy_value()

    return types.void(*(types.intp,) * 4), emit


@written
def copy_number(typing: Any, source: Any, target: Any) -> Any:
    """The 32 bits at the address `source`, copied to the address `target`."""

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        source, target = (build.inttoptr(a, I32.as_pointer()) for a in args)
        build.store(build.load(source), target)
        return context.get_dummy_value()

    return types.void(types.intp, types.intp), emit


@written
def copy_vector(typing: Any, source: Any, target: Any) -> Any:
    """LANES numbers at the address `source`, copied to the address `target`."""
    vector = ir.VectorType(F32, LANES)

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        source, target = (build.inttoptr(a, vector.as_pointer()) for a in args)
        value = build.load(source)
        value.align = 4
        build.store(value, target).align = 4
        return context.get_dummy_value()

    return types.void(types.intp, types.intp), emit


@compiled
def copy_run(source: int, target: int, numbers: int) -> None:
    """The same for any number of them. (Assigning a slice to a slice takes ten times as long for a few vectors.)"""
    whole = numbers - numbers % LANES
    for i in range(0, whole, LANES):
        copy_vector(source + 4 * i, target + 4 * i)
    for i in range(whole, numbers):
        copy_number(source + 4 * i, target + 4 * i)


@compiled
def pack_part(
    w: Any,
    target: int,
    sums: int,
    places: int,
    taps: int,
    by_place: bool,
    group: int,
    begin: int,
    first: int,
    last: int,
) -> None:
    """One panel of the kernel, from the place `begin` on: (tap, what is summed over from first to last, place)."""
    each = taps if by_place else (taps + LANES - 1) // LANES * LANES
    buffer = np.empty((PACKED * each, WIDE), np.float32)
    real = min(WIDE, places - begin)
    width = padded(real)
    buffer[:, real:] = 0
    for low in range(first, last, PACKED):
        many = min(PACKED, last - low)
        if by_place:
            for place in range(0, real, LANES):
                at = ((group * places + begin + place) * sums + low) * taps
                for row in range(0, many * taps, LANES):
                    if place + LANES <= real and row + LANES <= many * taps:
                        source = w.ctypes.data + 4 * (at + row)
                        square(source, sums * taps, buffer.ctypes.data + 4 * (row * WIDE + place), WIDE)
                    else:
                        for i in range(min(LANES, real - place)):
                            for j in range(row, min(row + LANES, many * taps)):
                                buffer[j, place + i] = w[at + i * sums * taps + j]
        else:
            for k in range(many):
                for place in range(0, real, LANES):
                    at = ((group * sums + low + k) * places + begin + place) * taps
                    for tap in range(0, taps, LANES):
                        if place + LANES <= real and at + tap + (LANES - 1) * taps + LANES <= w.size:
                            source = w.ctypes.data + 4 * (at + tap)
                            square(source, taps, buffer.ctypes.data + 4 * ((k * each + tap) * WIDE + place), WIDE)
                        else:
                            for i in range(min(LANES, real - place)):
                                for j in range(tap, min(tap + LANES, taps)):
                                    buffer[k * each + j, place + i] = w[at + i * taps + j]
        for tap in range(taps):
            for k in range(many):
                source = buffer.ctypes.data + 4 * (k * each + tap) * WIDE
                copy_run(source, target + 4 * (tap * (last - first) + low - first + k) * width, width)


@compiled
def pack(w: Any, panels: Any, sums: int, places: int, taps: int, by_place: bool, first: int, last: int) -> None:
    """The kernel as (group, panel of places, tap, what is summed over, place), zeros behind the last place.

    In w, flat, the places come first (`by_place`: the output channels are the places) or what is summed over does.
    `first` to `last` counts the panels of the groups.
    """
    strips = (places + WIDE - 1) // WIDE
    for unit in range(first, last):
        group, begin = unit // strips, unit % strips * WIDE
        target = panels.ctypes.data + 4 * taps * sums * (group * padded(places) + begin)
        pack_part(w, target, sums, places, taps, by_place, group, begin, 0, sums)


@compiled
def unpack_part(
    source: int, row: int, tap_row: int, w: Any, group: int, low: int, high: int, begin: int, end: int
) -> None:
    """The output channels low to high and input channels begin to end of w (group, O, channel, tap).

    `source` is the address of theirs in (tap, channel, O), with so many elements from channel to channel and tap to tap.
    """
    inner, taps = w.shape[2:]
    buffer = np.empty((PACKED * taps, OUTPUTS), np.float32)
    for left in range(low, high, OUTPUTS):
        real = min(OUTPUTS, high - left)
        for top in range(begin, end, PACKED):
            rows = min(PACKED, end - top) * taps
            for tap in range(taps):
                for c in range(rows // taps):
                    here = source + 4 * (tap * tap_row + (top - begin + c) * row + left - low)
                    copy_run(here, buffer.ctypes.data + 4 * (c * taps + tap) * OUTPUTS, real)
            for o in range(0, real, LANES):
                for i in range(0, rows, LANES):
                    if o + LANES <= real and i + LANES <= rows:
                        target = w.ctypes.data + 4 * (((group * w.shape[1] + left + o) * inner + top) * taps + i)
                        square(buffer.ctypes.data + 4 * (i * OUTPUTS + o), OUTPUTS, target, inner * taps)
                    else:
                        for k in range(o, min(o + LANES, real)):
                            for j in range(i, min(i + LANES, rows)):
                                w[group, left + k, top + j // taps, j % taps] = buffer[j, k]


@compiled
def unpack(sums: Any, w: Any, first: int, last: int) -> None:
    """(group, tap, channel, O) as (group, O, channel, tap), for the blocks of OUTPUTS of a group's O first to last."""
    _, taps, inner, wide = sums.shape
    outer = w.shape[1]
    blocks = (outer + OUTPUTS - 1) // OUTPUTS
    for unit in range(first, last):
        group, low = unit // blocks, unit % blocks * OUTPUTS
        source = sums.ctypes.data + 4 * (group * taps * inner * wide + low)
        unpack_part(source, wide, inner * wide, w, group, low, min(low + OUTPUTS, outer), 0, inner)
