"""Activations, exponentials and their derivatives over whole arrays of float32, one pass each, in all threads."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.dtype import F32
from ..core.kernel import LARGE, loops
from ..core.node import ALONE
from ..core.op import Op
from ..ops import activation, special, transcendental
from .compile import Array, compiled, flat, in_order_of
from .loops import call_loop
from .numba_chain import loop_of
from .sharing import in_parts

# Elements that are worth a thread.
GRAIN = 1 << 13
# Elements from which on a kernel is faster than what takes NumPy several passes, once it is there.
SEVERAL = 1024


@compiled
def _run(address: int, out: Array, a: Array, b: Array, numbers: Array, start: int, stop: int) -> None:
    at = 4 * start
    call_loop(
        address, out.ctypes.data + at, a.ctypes.data + at, 1, b.ctypes.data + at, 1, stop - start, numbers.ctypes.data
    )


def add_kernel(op: Op, name: str, large: int) -> None:
    """Give an elementwise op with one input, whose rule reads the input or the result, the loops of that name.

    They are for so many elements or more.
    """
    defaults = op.defaults

    def settings_of(settings: dict[str, Any]) -> tuple[float, ...]:
        return tuple(map(float, {**defaults, **settings}.values()))

    def forward(x: Array, **settings: Any) -> Any:
        row: Any = flat(x) if x.dtype is F32 and x.size >= large else None
        if row is None:
            return NotImplemented
        out = np.empty_like(x)
        into: Any = flat(out)
        s = settings_of(settings)
        loop = loop_of(name, s)
        address, numbers = loop.address(), loop.numbers
        in_parts(_run, x.size, GRAIN, address, into, row, row, numbers)
        return out, s

    def backward(g: Array, needs: Any, inputs: tuple[Any, ...], out: Any, s: Any, last: int) -> Any:
        v = out if inputs[0] is None else inputs[0]
        ordered = in_order_of(v, g)
        # What is in the cache already need not be read again before it is written.
        dx = ordered if last == ALONE or ordered is not g else np.empty_like(v)
        y: Any = flat(ordered)
        row: Any = flat(v)
        into: Any = flat(dx)
        loop = loop_of(f"{name}_vjp", s)
        address, numbers = loop.address(), loop.numbers
        in_parts(_run, v.size, GRAIN, address, into, y, row, numbers)
        return (dx,)

    op.kernel("numba")(forward)
    op.kernel_vjp("numba")(backward)
    loops[forward] = lambda settings: (loop_of(name, s := settings_of(settings)), s)
    loops[backward] = lambda s: loop_of(f"{name}_vjp", s)
    op.large = large


for _module, _large, _names in (
    (transcendental, LARGE, ("exp", "expm1", "log", "log1p", "tanh")),
    (special, LARGE, ("sigmoid",)),
    (activation, LARGE, ("relu",)),
    (special, SEVERAL, ("erf",)),
    (
        activation,
        SEVERAL,
        (
            "leaky_relu",
            "elu",
            "silu",
            "mish",
            "gelu",
            "gelu_tanh",
            "softplus",
            "logsigmoid",
            "softsign",
            "tanhshrink",
            "hardtanh",
            "hardsigmoid",
            "hardswish",
        ),
    ),
):
    for _name in _names:
        add_kernel(getattr(_module, _name), _name, _large)
