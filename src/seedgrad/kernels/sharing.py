"""Compiled functions whose parts are computed by all threads of the pool, without Python in between.

A part of Python's begins when its thread has got Python's lock, 50 us after it was called; a part of these begins at
once, in a thread that is awake. So work of 50 us is worth two threads, where it was 200.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.callconv import RETCODE_USEREXC, Status, excinfo_ptr_t

from ..core.kernel import functions
from ..core.mode import mode
from ..core.parallel import get_num_threads, parallel_for, split, threads
from .compile import Array, compiled, part, written
from .pool import AwakePool
from .waiting import DATA, ERROR, FUNCTION, HELPERS, I64, NEXT, PARTS, PLACES, N, load, run_job, swap_if

# Parts for each thread: handing one out costs nothing here, and the smaller the last one, the shorter the others wait.
PARTS_EACH = 8
# What gives a thread its number.
THREAD = "GetCurrentThreadId" if sys.platform == "win32" else "pthread_self"


class Table(NamedTuple):
    """An argument of kernels: numbers, and arrays that they know by address; `entries` makes it an array of whole numbers."""

    entries: Callable[[Any, Any], Array]
    numbers: tuple[int, ...]
    arrays: tuple[Array, ...]

    def made(self) -> Array:
        """The array. It is good as long as the arrays of the table live."""
        return self.entries(self.numbers, self.arrays)


def plain(arguments: Any) -> Any:
    """The arguments as compiled code takes them; the first one may be a table."""
    return (arguments[0].made(), *arguments[1:]) if arguments and type(arguments[0]) is Table else arguments


def in_parts(kernel: Callable[..., None], n: int, grain: int, *arguments: Any) -> None:
    """Call kernel(*arguments, start, stop), a compiled function, for parts of n places, like `parallel_for`."""
    trace = mode.now.trace
    if trace is not None and trace.following:
        trace.launch(kernel, n, grain, *arguments)
        return
    held, arguments = arguments, plain(arguments)
    parts = split(n, grain, PARTS_EACH) if n >= 2 * grain else 0
    pool = threads() if parts > 1 else None
    if isinstance(pool, AwakePool):
        launcher(kernel)((pool.boxes, min(parts - 1, pool.threads), parts, n), *arguments)
    elif pool is not None:
        parallel_for(lambda start, stop: kernel(*arguments, start, stop), n, grain)
    elif n:
        kernel(*arguments, 0, n)
    del held  # until here: compiled code may know arrays of it by their addresses


functions.update(in_parts=in_parts)


@functools.cache
def launcher(kernel: Any) -> Callable[..., None]:
    """A compiled function that shares parts of the kernel, or with 0 parts writes the job down (see `share`).

    It is made of text, because numba keeps a function that refers to a kernel by a name of its own, but not one that
    has it in a closure: there each process has another name for it.
    """
    function = kernel.py_func
    cells = [cell.cell_contents.__name__ for cell in function.__closure__ or ()]
    name = re.sub(r"\W+", "_", "_".join([function.__module__.rsplit(".")[-1], function.__qualname__, *cells]))
    text = f"def {name}(team, *arguments):\n    share(kernel, team, arguments)\n"
    scope = {"__name__": __name__, "share": share, "kernel": kernel}
    exec(compile(text, __file__, "exec"), scope)
    return compiled(scope[name])


def _word_of(build: Any, job: Any, place: int) -> Any:
    return build.inttoptr(build.add(job, I64(place)), I64.as_pointer())


def _without_owners(context: Any, build: Any, kind: Any, value: Any) -> Any:
    """Arguments whose arrays belong to nobody: who wrote them down sees that they live."""
    if isinstance(kind, types.BaseTuple):
        kinds: Any = kind
        items = zip(kinds, cgutils.unpack_tuple(build, value), strict=True)
        return context.make_tuple(build, kind, [_without_owners(context, build, k, x) for k, x in items])
    if not isinstance(kind, types.Array):
        return value
    array = context.make_array(kind)(context, build, value)
    for name in ("meminfo", "parent"):
        setattr(array, name, ir.Constant(getattr(array, name).type, None))
    return array._getvalue()


@written
def _enter(typing: Any, job: Any, room: Any, function: Any, arguments: Any) -> Any:
    """Write the function and a copy of its arguments into a job.

    The copy lies at the address `room`, or lives as long as the caller's frame if this is 0.
    """
    kind = types.void(*arguments.types, N, N)
    function.get_call_type(typing, kind.args, {})

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        made = function.dispatcher.get_compile_result(kind)
        context.active_code_library.add_linking_library(made.library)
        data = cgutils.alloca_once_value(build, args[3])
        name = f"part.{made.fndesc.mangled_name}"
        inner = ir.Function(build.module, ir.FunctionType(ir.VoidType(), [I64] * 3), name)
        inner.linkage = "internal"
        within = ir.IRBuilder(inner.append_basic_block())
        here = _word_of(within, inner.args[0], DATA)
        given = within.load(within.inttoptr(within.load(here), data.type))
        target = context.declare_function(build.module, made.fndesc)
        values = [*cgutils.unpack_tuple(within, given), *inner.args[1:]]
        status, _ = context.call_conv.call_function(within, target, types.none, kind.args, values)
        with within.if_then(status.is_user_exc):
            said = within.ptrtoint(status.excinfoptr, I64)
            within.store_atomic(said, _word_of(within, inner.args[0], ERROR), "release", 8)
        within.ret_void()
        for place, value in ((FUNCTION, inner), (DATA, data)):
            build.store(build.ptrtoint(value, I64), _word_of(build, args[0], place))
        with build.if_then(build.icmp_unsigned("!=", args[1], I64(0))):
            lasting = _without_owners(context, build, arguments, args[3])
            build.store(lasting, build.inttoptr(args[1], data.type))
            build.store(args[1], _word_of(build, args[0], DATA))
        return context.get_dummy_value()

    return types.void(job, room, function, arguments), emit


@written
def raise_error(typing: Any, job: Any) -> Any:
    """Raise what a part of the job raised, if one did: the last one's error."""

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        said = build.load_atomic(_word_of(build, args[0], ERROR), "acquire", 8)
        yes, no = cgutils.true_bit, cgutils.false_bit
        with cgutils.if_unlikely(build, build.icmp_unsigned("!=", said, I64(0))):
            known = build.inttoptr(said, excinfo_ptr_t)
            status = Status(RETCODE_USEREXC, no, no, yes, no, no, yes, known)
            context.call_conv.return_status_propagate(build, status)
        return context.get_dummy_value()

    return types.void(job), emit


@written
def _thread(typing: Any) -> Any:
    """A number, never 0, that no other living thread has."""

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        kind = ir.FunctionType(I64, [])
        return build.call(cgutils.get_or_insert_function(build.module, kind, THREAD), [])

    return N(), emit


@part
def own_place(owners: Any) -> Any:
    """The place of this thread among the owners, who are 0 before, and whether it is there for the first time.

    For what each thread makes for itself: a core reads from another's cache more slowly than it computes anew.
    """
    me = _thread()
    for i in range(owners.size):
        owner = owners.ctypes.data + 8 * i
        if load(owner) == me:
            return i, False
        if swap_if(owner, 0, me):
            return i, True
    raise RuntimeError("more threads than places")


def owners() -> Array:
    """For `own_place`, with a place for each thread."""
    return np.zeros(get_num_threads(), np.int64)


@part
def share(function: Any, team: Any, arguments: Any) -> None:
    """Call function(*arguments, start, stop) for parts of some places; `team` is made by `in_parts`.

    With 0 parts nothing is called: function and arguments are written to the address that stands in the place of the
    boxes, as a job that `jobs` runs.
    """
    boxes, helpers, parts, places = team
    job = np.empty(HELPERS // 8 + helpers, np.int64)
    job[PLACES // 8], job[PARTS // 8], job[NEXT // 8], job[ERROR // 8] = places, parts, 0, 0
    here = np.intp(job.ctypes.data) if parts else boxes
    _enter(here, 0 if parts else boxes + HELPERS, function, arguments)
    if parts:
        run_job(here, boxes, helpers)
        raise_error(here)
    job[0] = 0  # (an array whose last use is behind it would be free memory by now)
