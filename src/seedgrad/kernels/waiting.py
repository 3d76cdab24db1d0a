"""Boxes through which a thread of the pool is given work, and in which it waits for it: without Python and its lock.

A box belongs to one thread. Its state says what the thread is to do. A thread that has nothing to do looks at its box for
about a millisecond, with an instruction that leaves the core to others between two looks, and then sleeps until it
is woken, which takes 50 us.
"""

from __future__ import annotations

import functools
import platform
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types

from .compile import address_of, compiled, part, written

# In bytes: the size of a box, which no two threads share a line of the cache for, and the places of its numbers of 8 bytes.
BOX = 128
STATE, JOB = 0, 8
# A job: a function, the address of its data, places, parts, the next part, and what an error says; behind it, whom it
# was given to.
FUNCTION, DATA, PLACES, PARTS, NEXT, ERROR, HELPERS = range(0, 56, 8)
# States. STOP: the thread is to end. TAKEN: a job is being written. PYTHON: it is at work in Python; AGAIN: and shall
# look there once more.
STOP, IDLE, ASLEEP, TAKEN, GIVEN, BEGUN, PYTHON, AGAIN = range(8)

# The number of the system call futex. Without it there is no sleep that compiled code can wake.
FUTEX = {"x86_64": 202, "aarch64": 98}.get(platform.machine(), 0)
_WAIT, _WAKE = 128, 129  # of futex, private to the process
# What leaves a core to its other thread: the name of the instruction, and its arguments.
_PAUSE = ("llvm.x86.sse2.pause", []) if platform.machine() == "x86_64" else ("llvm.aarch64.hint", [1])
# How often one looks before the core is offered to others.
_OFTEN = 64

I64, I32, N = ir.IntType(64), ir.IntType(32), types.intp


def _word(build: Any, address: Any) -> Any:
    return build.inttoptr(address, I64.as_pointer())


def _external(build: Any, name: str, count: int, variadic: bool = False) -> Any:
    return cgutils.get_or_insert_function(build.module, ir.FunctionType(I64, [I64] * count, variadic), name)


@written
def load(typing: Any, address: Any) -> Any:
    """A number that another thread may have written, and all that it wrote before."""

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        return build.load_atomic(_word(build, args[0]), "acquire", 8)

    return N(N), emit


@written
def store(typing: Any, address: Any, value: Any) -> Any:
    """Write a number, for others to see after all that was written before."""

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        build.store_atomic(args[1], _word(build, args[0]), "release", 8)
        return context.get_dummy_value()

    return types.void(N, N), emit


@written
def swap_if(typing: Any, address: Any, old: Any, value: Any) -> Any:
    """Write a number if the old one is there; whether it was."""

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        found = build.cmpxchg(_word(build, args[0]), args[1], args[2], "seq_cst", "seq_cst")
        return build.extract_value(found, 1)

    return types.boolean(N, N, N), emit


@written
def count_up(typing: Any, address: Any) -> Any:
    """A number, which nobody else gets, because it is one higher afterwards."""

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        return build.atomic_rmw("add", _word(build, args[0]), I64(1), "seq_cst")

    return N(N), emit


@written
def pause(typing: Any) -> Any:
    """Leave the core to its other thread for some cycles."""

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        name, numbers = _PAUSE
        kind = ir.FunctionType(ir.VoidType(), [I32] * len(numbers))
        build.call(cgutils.get_or_insert_function(build.module, kind, name), [I32(n) for n in numbers])
        return context.get_dummy_value()

    return types.void(), emit


@written
def offer_core(typing: Any) -> Any:
    """Let another thread run that waits for this core."""

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        build.call(_external(build, "sched_yield", 0), [])
        return context.get_dummy_value()

    return types.void(), emit


@written
def futex(typing: Any, address: Any, what: Any, value: Any) -> Any:
    """Sleep while the number is the value, or wake so many sleepers."""

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        system = _external(build, "syscall", 1, variadic=True)
        return build.call(system, [I64(FUTEX), *args, I64(0), I64(0), I64(0)])

    return N(N, N, N), emit


@written
def call(typing: Any, function: Any, job: Any, first: Any, last: Any) -> Any:
    """Compute one part of a job."""

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [I64] * 3)
        build.call(build.inttoptr(args[0], kind.as_pointer()), args[1:])
        return context.get_dummy_value()

    return types.void(N, N, N, N), emit


@part
def _look_again(looks: int) -> None:
    """Between two looks at what another thread will change."""
    if looks % _OFTEN:
        pause()
    else:
        offer_core()


@compiled
def _work(job: int) -> None:
    """Compute parts until none is left."""
    places, parts = load(job + PLACES), load(job + PARTS)
    while True:
        i = count_up(job + NEXT)
        if i >= parts:
            return
        call(load(job + FUNCTION), job, places * i // parts, places * (i + 1) // parts)


@compiled
def run_job(job: int, boxes: int, helpers: int) -> None:
    """Compute a job with the threads of the first boxes, as far as they have nothing else to do."""
    for i in range(helpers):
        box, given = boxes + i * BOX, 0
        if swap_if(box, IDLE, TAKEN):
            given = 1
        elif swap_if(box, ASLEEP, TAKEN):
            given = 2
        store(job + HELPERS + 8 * i, given)
        if given:
            store(box + JOB, job)
            store(box, GIVEN)
        if given == 2:
            futex(box, _WAKE, 1)
    _work(job)
    looks = 0
    for i in range(helpers):
        # A thread that did not begin in time is not waited for: there is nothing left for it.
        box = boxes + i * BOX
        if load(job + HELPERS + 8 * i) and not swap_if(box, GIVEN, IDLE):
            while load(box) == BEGUN and load(box + JOB) == job:  # it may be at another's by now
                looks += 1
                _look_again(looks)


def _serve(box, patience):
    """Compute what is put into the box, until there are parts to do in Python, or the end: the state."""
    # In this order: more may be offered at any moment until the thread is idle.
    if not swap_if(box, PYTHON, IDLE) and swap_if(box, AGAIN, PYTHON):
        return PYTHON
    looks = 0
    while True:
        state = load(box)
        if state == GIVEN:
            if swap_if(box, GIVEN, BEGUN):
                _work(load(box + JOB))
                store(box, IDLE)
            looks = 0
        elif state == PYTHON or state == STOP:
            return state
        elif state == AGAIN:  # called twice before it looked
            swap_if(box, AGAIN, PYTHON)
        elif looks < patience or state == TAKEN:
            looks += 1
            _look_again(looks)
        else:
            swap_if(box, IDLE, ASLEEP)
            futex(box, _WAIT, ASLEEP)
            looks = 0


def _offer(box):
    """Call a thread to work in Python, unless it computes a job."""
    if swap_if(box, ASLEEP, PYTHON):
        futex(box, _WAKE, 1)
    elif not swap_if(box, IDLE, PYTHON):
        swap_if(box, PYTHON, AGAIN)


def _stop(box):
    """Have a thread end when it has done what it is at; 0 while it computes a job."""
    if swap_if(box, ASLEEP, STOP):
        futex(box, _WAKE, 1)
        return 1
    return swap_if(box, IDLE, STOP) or swap_if(box, PYTHON, STOP) or swap_if(box, AGAIN, STOP)


def _rest(times):
    """So many looks."""
    for i in range(times):
        _look_again(i)


@functools.cache
def addresses() -> dict[str, int]:
    """The machine code of the functions, by name."""
    return {
        "serve": address_of(_serve, N(N, N)),
        "offer": address_of(_offer, types.void(N)),
        "stop": address_of(_stop, N(N)),
        "rest": address_of(_rest, types.void(N)),
    }
