"""Modified Bessel functions of the first kind, plain and scaled by exp(-|x|)."""

from __future__ import annotations

from typing import Any

from ..core import namespace
from ..core.batching import elementwise
from ..core.op import op

vars(namespace).update(
    i0=lambda x: namespace.by_scipy("i0", x),
    i0e=lambda x: namespace.by_scipy("i0e", x),
    i1=lambda x: namespace.by_scipy("i1", x),
    i1e=lambda x: namespace.by_scipy("i1e", x),
)


@op(cast="float")
def i0(xp: Any, x: Any, /) -> Any:
    return xp.i0(x)


@op(cast="float", name="SpecialI0E")
def i0e(xp: Any, x: Any, /) -> Any:
    return xp.i0e(x)


@op(cast="float", name="SpecialI1")
def i1(xp: Any, x: Any, /) -> Any:
    return xp.i1(x)


@op(cast="float", name="SpecialI1E")
def i1e(xp: Any, x: Any, /) -> Any:
    return xp.i1e(x)


def _over(xp: Any, out: Any, x: Any) -> Any:
    """out / x for an `out` that goes like x / 2 near 0."""
    return xp.where(x == 0, 0.5, out / xp.where(x == 0, 1.0, x))


i0.defvjp(x=lambda g, xp, x: g * xp.i1(x))
i0e.defvjp(x=lambda g, xp, x, out: g * (xp.i1e(x) - xp.sign(x) * out))
i1.defvjp(x=lambda g, xp, x, out: g * (xp.i0(x) - _over(xp, out, x)))
i1e.defvjp(x=lambda g, xp, x, out: g * (xp.i0e(x) - xp.sign(x) * out - _over(xp, out, x)))


for each in (i0, i0e, i1, i1e):
    each.defbatch(elementwise)
