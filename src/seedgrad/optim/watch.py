"""The silent-failure guard's look at optimizer steps: parameters that never learn. See core/guard.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.guard import guard, tell
from ..core.memory import count
from ..core.tensor import Tensor

if TYPE_CHECKING:
    from .optimizer import Optimizer

STEPS = 3


class MissingGradients:
    """What is remembered of an optimizer's steps in which some parameter had no gradient.

    Attributes:
        steps: how many there were in which others had one.
        last: the number (see core/memory.py) that was due at the last step without any gradient.
        had: the parameters (their ids) that had a gradient in one of them.
        some: whether a parameter had a gradient in one step and none in another: the model chooses what it uses, as a mixture
            of experts does, and nothing can be said.
    """

    __slots__ = ("had", "last", "some", "steps")

    def __init__(self) -> None:
        self.steps, self.some = 0, False
        self.last = 0
        self.had: set[int] = set()

    def look(self, optimizer: Optimizer) -> None:
        """Look at a step in which some parameter had no gradient."""
        if not guard.on or self.some or self.steps >= STEPS:
            return
        params = [p for group in optimizer.param_groups for p in group["params"] if p.node is not None]
        having = {id(p) for p in params if p._grad is not None}
        if not having:
            before, self.last = self.last, count()
            # Nothing was computed in between, at most rates that are tensors were written: a schedule is being drawn.
            rates = sum(isinstance(v, Tensor) for group in optimizer.param_groups for v in group.values())
            if not before or self.last <= before + 1 + 2 * rates:
                return
            tell(
                "step without gradients",
                f"{type(optimizer).__name__}.step() changed nothing: no parameter has a gradient. Call loss.backward() "
                f"before it, and zero_grad() after it or before backward(); or the loss does not depend on these parameters",
            )
            return
        if len(having) == len(params):  # the others are frozen
            return
        self.steps += 1
        self.some = any(id(p) in self.had for p in params if p._grad is None) or (
            self.steps > 1 and not having <= self.had
        )
        self.had |= having
        if self.steps == STEPS and not self.some:
            self._warn(optimizer)

    def _warn(self, optimizer: Optimizer) -> None:
        lost = [
            _describe(group, i, j)
            for i, group in enumerate(optimizer.param_groups)
            for j, p in enumerate(group["params"])
            if p.node is not None and p._grad is None
        ]
        shown = "; ".join(lost[:5]) + (f"; and {len(lost) - 5} more" if len(lost) > 5 else "")
        tell(
            "parameter without gradient",
            f"{len(lost)} parameter(s) of {type(optimizer).__name__} had no gradient in {STEPS} steps, so they do not learn: "
            f"{shown}. Does forward() use them? Is their result detached, or computed in no_grad()? Freeze what is meant to "
            f"stay as it is: requires_grad_(False)",
        )


def look_for_missing(optimizer: Optimizer) -> None:
    """After a step in which some parameter had no gradient: warn if that looks like an accident."""
    vars(optimizer).setdefault("_missing", MissingGradients()).look(optimizer)


def _describe(group: dict[str, object], i: int, j: int) -> str:
    params = group["params"]
    assert isinstance(params, list)
    p: Tensor = params[j]
    names = group.get("param_names")
    name = f"{names[j]!r}" if isinstance(names, list) else f"number {j} of group {i}"
    return f"{name}, shape {tuple(p.shape)}"
