"""The compiled half of the one pool of threads: boxes through which a thread is given work, and where it waits for it.

A box belongs to one thread of the pool. Its state says what the thread is to do; whoever gives it a product of BLAS to
compute writes job, number, data and extra first. A thread that has nothing to do looks at its box for about a
millisecond, with an instruction that leaves the core to others between two looks, and then sleeps until it is woken.

Boxes lie side by side. The first one has no thread: it is their head, with a lock for the one product that is computed,
because a second one would use the same memory of the library.
"""

from __future__ import annotations

import functools
import platform
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types

from .compile import address_of, part, written

# In bytes: the size of a box, and the places of its numbers of 8 bytes; then those of the head.
BOX = 128
STATE, JOB, NUMBER, DATA, EXTRA, THREAD = 0, 8, 16, 24, 32, 40
LOCK, ALONE = 0, 8
# States. STOP: there is no thread, or it is to end. PARTS: it is at work in Python; MORE: and shall look there once more.
STOP, IDLE, ASLEEP, PRODUCT, PARTS, MORE = range(6)

# The number of the system call futex. Without it there is no sleep that compiled code can wake.
FUTEX = {"x86_64": 202, "aarch64": 98}.get(platform.machine(), 0)
# What leaves a core to its other thread: the name of the instruction, and its arguments.
_PAUSE = ("llvm.x86.sse2.pause", []) if platform.machine() == "x86_64" else ("llvm.aarch64.hint", [1])
_WAIT, _WAKE = 128, 129  # of futex, private to the process
# How often one looks before the core is offered to others, and before a late thread is given up.
_SHARE, _GIVE_UP = 1 << 12, 1 << 14

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
def pause(typing: Any) -> Any:
    """Leave the core to its other thread for some cycles."""

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        name, numbers = _PAUSE
        kind = ir.FunctionType(ir.VoidType(), [I32] * len(numbers))
        build.call(cgutils.get_or_insert_function(build.module, kind, name), [I32(n) for n in numbers])
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
def offer_core(typing: Any) -> Any:
    """Let another thread run that waits for this core."""

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        return build.call(_external(build, "sched_yield", 0), [])

    return N(), emit


@written
def begin_thread(typing: Any, place: Any, function: Any, data: Any) -> Any:
    """Start a thread that calls the function; `place` gets its name. 0, or why there is none."""

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        found = build.call(_external(build, "pthread_create", 4), [args[0], I64(0), *args[1:]])
        return build.sext(build.trunc(found, I32), I64)

    return N(N, N, N), emit


@written
def end_thread(typing: Any, name: Any) -> Any:
    """Wait until a thread has ended."""

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        return build.call(_external(build, "pthread_join", 2), [args[0], I64(0)])

    return N(N), emit


@written
def call(typing: Any, job: Any, number: Any, data: Any, extra: Any) -> Any:
    """Compute one part of a product."""

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [I32, I64, I32])
        job, number, data, extra = args
        build.call(build.inttoptr(job, kind.as_pointer()), [build.trunc(number, I32), data, build.trunc(extra, I32)])
        return context.get_dummy_value()

    return types.void(N, N, N, N), emit


@written
def remembered(typing: Any, address: Any) -> Any:
    """The address that was given last; 0 asks for it. BLAS has no place for it among the arguments of `products`."""

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        name = "seedgrad_boxes"
        place = build.module.globals.get(name) or cgutils.add_global_variable(build.module, I64, name)
        place.linkage, place.initializer = "internal", I64(0)
        with build.if_then(build.icmp_signed("!=", args[0], I64(0))):
            build.store_atomic(args[0], place, "release", 8)
        return build.load_atomic(place, "acquire", 8)

    return N(N), emit


@part
def _compute(box: int) -> None:
    call(load(box + JOB), load(box + NUMBER), load(box + DATA), load(box + EXTRA))


@part
def _given(box: int, state: int) -> bool:
    """Give work to a thread if it has none; whether it had none."""
    if swap_if(box, IDLE, state):
        return True
    if swap_if(box, ASLEEP, state):
        futex(box, _WAKE, 1)
        return True
    return False


def _serve(box, patience):
    """Compute products that are put into the box, until there are parts to do in Python, or the end: the state."""
    # In this order: more parts may be offered at any moment until the thread is idle.
    if not swap_if(box, PARTS, IDLE) and swap_if(box, MORE, PARTS):
        return PARTS
    waited = 0
    while True:
        state = load(box)
        if state == PRODUCT:
            _compute(box)
            store(box, IDLE)
            waited = 0
        elif state == PARTS or state == STOP:
            return state
        elif state == MORE:  # called twice before it looked
            swap_if(box, MORE, PARTS)
            waited = 0
        elif waited < patience:
            pause()
            waited += 1
        else:
            swap_if(box, IDLE, ASLEEP)
            futex(box, _WAIT, ASLEEP)
            waited = 0


def _offer(box):
    """Call a thread to parts in Python, unless it computes a product."""
    if not _given(box, PARTS):
        swap_if(box, PARTS, MORE)


def _stop(box):
    """Have a thread end when it has done what it is at; 0 while it computes a product."""
    if _given(box, STOP) or swap_if(box, PARTS, STOP) or swap_if(box, MORE, STOP):
        return 1
    return 0


def _rest(times):
    """So many pauses."""
    for _ in range(times):
        pause()


def _alone(box):
    """What a thread outside of the pool does: one part of a product."""
    _compute(box)
    return 0


def _products(sync, job, count, size, data, extra):
    """What BLAS calls to have `count` jobs done, all at the same time, because each waits for what others have done.

    A thread of the pool that is at work on something else is waited for, but not for long, since it may itself wait for
    this product to end. Instead of it, and where the pool has too few, a thread is started for the job.
    Without a job: remember the address of the boxes.
    """
    head = remembered(data if job == 0 else 0)
    if job == 0:
        return
    if count == 1:
        call(job, 0, data, extra)
        return
    looks = 0
    while not swap_if(head + LOCK, 0, 1):
        pause()
        looks += 1
        if looks > _SHARE:
            offer_core()
    looks = 0
    for i in range(1, count):
        box = head + i * BOX
        store(box + JOB, job)
        store(box + NUMBER, i)
        store(box + DATA, data + i * size)
        store(box + EXTRA, extra)
        while load(box) >= PARTS and looks < _GIVE_UP:
            pause()
            looks += 1
        store(box + THREAD, 0)
        if not _given(box, PRODUCT):
            while begin_thread(box + THREAD, load(head + ALONE), box) != 0:
                offer_core()
    call(job, 0, data, extra)
    looks = 0
    for i in range(1, count):
        box = head + i * BOX
        if load(box + THREAD) != 0:
            end_thread(load(box + THREAD))
        else:
            while load(box) == PRODUCT:
                pause()
                looks += 1
                if looks > _SHARE:
                    offer_core()
    store(head + LOCK, 0)


@functools.cache
def addresses() -> dict[str, int]:
    """The machine code of the functions, by name."""
    i = types.int32
    return {
        "serve": address_of(_serve, N(N, N)),
        "offer": address_of(_offer, types.void(N)),
        "stop": address_of(_stop, N(N)),
        "rest": address_of(_rest, types.void(N)),
        "alone": address_of(_alone, N(N)),
        "products": address_of(_products, types.void(i, N, i, N, N, i)),
    }
