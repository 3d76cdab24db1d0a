"""Complex numbers: conjugates, parts and the way back.

Their gradients are PyTorch's: of a real loss with respect to z = x + iy it is dL/dx + i dL/dy. Ops that are holomorphic
need nothing for it (see core/plan.py, `Conjugated`); those here are not, and say so: `complex="own"`.
"""

from __future__ import annotations

from typing import Any

from ..core.op import op


@op(cast=None, ufunc=True, complex="own")
def conj(xp: Any, x: Any, /) -> Any:
    """x - iy of x + iy."""
    return xp.conj(x)


conj.defvjp(x=lambda g, xp: xp.conj(g))
