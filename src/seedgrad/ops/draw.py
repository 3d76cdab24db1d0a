"""Random draws in the graph: what is drawn does not depend on its parameters in a way that has a derivative."""

from __future__ import annotations

from typing import Any

from ..core.batching import everywhere
from ..core.op import op


@op(cast=None, complex=True, name="Draw")
def drawn(xp: Any, a: Any, b: Any, value: Any, /) -> Any:
    """value, drawn with the parameters a and b, either of which may be None."""
    return value


# PyTorch gives the gradient 0 to the parameters of its draws, rather than none.
drawn.defvjp(
    a=lambda g, xp, a_shape: xp.zeros_of(g, a_shape),
    b=lambda g, xp, b_shape: xp.zeros_of(g, b_shape),
    value=None,
)


def _of_samples(op: Any, xs: list[Any], has: list[bool], size: int) -> Any:
    return op.call(*everywhere(xs, has, size))


drawn.defbatch(_of_samples)
