"""Activations, exponentials and their derivatives over whole arrays of float32, one pass each, in all threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.dtype import F32
from ..core.kernel import LARGE
from ..core.op import Op
from ..core.parallel import parallel_for
from ..ops import activation, special, transcendental
from . import activation_parts as parts
from .compile import Array, compiled, flat, in_order_of

# Elements that are worth a thread: it takes 18 us to start one, in which a core does about 60,000 exponentials.
GRAIN = 1 << 16


def _forward_loop(f: Callable[..., Any]) -> Callable[..., None]:
    @compiled
    def run(x: Any, out: Any, s: Any) -> None:
        for i in range(x.size):
            out[i] = f(x[i], s)

    return run


def _backward_loop(f: Callable[..., Any]) -> Callable[..., None]:
    @compiled
    def run(g: Any, v: Any, out: Any, s: Any) -> None:
        for i in range(v.size):
            out[i] = f(g[i], v[i], s)

    return run


def add_kernel(op: Op, f: Callable[..., Any], f_vjp: Callable[..., Any]) -> None:
    """Give an elementwise op with one input, whose rule reads the input or the result, the kernels f and f_vjp."""
    forward_loop, backward_loop = _forward_loop(f), _backward_loop(f_vjp)
    defaults = op.defaults

    def forward(x: Array, **settings: Any) -> Any:
        row = flat(x) if x.dtype is F32 and x.size >= LARGE else None
        if row is None:
            return NotImplemented
        out = np.empty_like(x)
        into: Any = flat(out)
        s = tuple([np.float32(v) for v in {**defaults, **settings}.values()]) or (np.float32(0),)
        parallel_for(lambda a, b: forward_loop(row[a:b], into[a:b], s), x.size, GRAIN)
        return out, s

    def backward(g: Array, needs: Any, inputs: tuple[Any, ...], out: Any, s: Any, last: bool) -> Any:
        v = out if inputs[0] is None else inputs[0]
        dx = np.empty_like(v)
        y: Any = flat(in_order_of(v, g))
        row: Any = flat(v)
        into: Any = flat(dx)
        parallel_for(lambda a, b: backward_loop(y[a:b], row[a:b], into[a:b], s), v.size, GRAIN)
        return (dx,)

    op.kernel("numba")(forward)
    op.kernel_vjp("numba")(backward)


for _module, _names in (
    (transcendental, ("exp", "expm1", "log", "log1p", "tanh")),
    (special, ("erf", "sigmoid")),
    (
        activation,
        (
            "relu",
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
        add_kernel(getattr(_module, _name), getattr(parts, _name), getattr(parts, f"{_name}_vjp"))
