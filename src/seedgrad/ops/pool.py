"""Pooling over any number of spatial axes of (batch, channel, *space).

The largest element of a window is found once; its gradient needs to know where it was, which x and the output
tell together. `window_sum` and `window_spread` are each other's gradients, as are `max_pick` and `max_place`,
so every order of derivative is there. A setting `windows` says how the windows lie (`pool_arrays.Windows`).
"""

from __future__ import annotations

from typing import Any

from ..core import namespace
from ..core.batch_rules import folded
from ..core.op import op
from . import pool_arrays

Sizes = tuple[int, ...]

vars(namespace).update(
    max_pool=pool_arrays.max_pool,
    max_place=pool_arrays.max_place,
    max_pick=pool_arrays.max_pick,
    window_sum=pool_arrays.window_sum,
    window_spread=pool_arrays.window_spread,
)


@op(cast=None, name="MaxPool")
def max_pool(xp: Any, x: Any, /, windows: Any = None) -> Any:
    """The largest element of every window; NaN where there is one."""
    return xp.max_pool(x, windows)


@op(cast=None, name="MaxPoolBackward")
def max_place(xp: Any, y: Any, x: Any, top: Any, /, windows: Any = None) -> Any:
    """Zeros of x's shape with y added at the first place where each window of x has its maximum `top`."""
    return xp.max_place(y, x, top, windows)


@op(cast=None, name="MaxPick")
def max_pick(xp: Any, v: Any, x: Any, top: Any, /, windows: Any = None) -> Any:
    """The elements of v, of x's shape, at the places where the windows of x have their maximum `top`."""
    return xp.max_pick(v, x, top, windows)


# The maxima are kept as a copy: the output may be overwritten, as by a ReLU in place that follows.
@max_pool.kernel("numpy")
def _max_pool(x: Any, windows: Any = None) -> Any:
    top = pool_arrays.max_pool(x, windows)
    return top, (top.copy(), windows)


@max_pool.kernel_vjp("numpy")
def _max_pool_vjp(g: Any, needs: Any, inputs: Any, out: Any, saved: Any, last: int) -> Any:
    return (pool_arrays.max_place(g, inputs[0], *saved),)


max_pool.defvjp(x=lambda g, xp, x, windows: xp.max_place(g, x, xp.max_pool(x, windows=windows), windows=windows))
max_place.defvjp(y=lambda g, xp, x, top, windows: xp.max_pick(g, x, top, windows=windows), x=None, top=None)
max_pick.defvjp(v=lambda g, xp, x, top, windows: xp.max_place(g, x, top, windows=windows), x=None, top=None)


@op(cast=None)
def window_sum(xp: Any, x: Any, /, windows: Any = None) -> Any:
    """The sum of every window."""
    return xp.window_sum(x, windows)


@op(cast=None)
def window_spread(xp: Any, y: Any, /, windows: Any = None) -> Any:
    """The sum, at every place of x, of the y of the windows that hold it."""
    return xp.window_spread(y, windows)


window_sum.defvjp(x=lambda g, xp, windows: xp.window_spread(g, windows=windows))
window_spread.defvjp(y=lambda g, xp, windows: xp.window_sum(g, windows=windows))


@op(cast=None, name="AvgPool")
def avg_pool(xp: Any, x: Any, /, windows: Any = None, divisor: Any = 1) -> Any:
    """The sum of every window divided by `divisor`, a number or one for every window."""
    return xp.astype(xp.window_sum(x, windows) / divisor, x.dtype)


avg_pool.defvjp(x=lambda g, xp, windows, divisor: xp.window_spread(g / divisor, windows=windows))


for each in (max_pool, max_place, max_pick, window_sum, window_spread, avg_pool):
    each.defbatch(folded)
