"""The silent-failure guard: warnings about programs that run, and learn nothing or the wrong thing.

It looks in the losses, in the backward pass and in optimizer steps, never in an op; it is on by default, and each kind of
warning appears once. `seedgrad.set_guard(False)`, or the environment variable SEEDGRAD_GUARD=0, turns it off.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING, Any

from .plan import RuleNode

if TYPE_CHECKING:
    from .node import Node
    from .tensor import Tensor

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class SilentFailureWarning(UserWarning):
    """A program that runs probably does not do what was meant."""


class _Guard:
    __slots__ = ("on", "told")

    def __init__(self) -> None:
        self.on = os.environ.get("SEEDGRAD_GUARD", "1") != "0"
        self.told: set[str] = set()  # the kinds of warning that were given


guard = _Guard()


def set_guard(mode: bool) -> None:
    """Turn the silent-failure guard on or off; turned on, it gives each warning once more.

    Args:
        mode: on or off.

    Example:
        >>> import seedgrad as sg
        >>> sg.set_guard(False)
        >>> sg.is_guard_enabled()
        False
        >>> sg.set_guard(True)
    """
    guard.on = bool(mode)
    guard.told.clear()


def is_guard_enabled() -> bool:
    """Whether the silent-failure guard is on.

    Example:
        >>> import seedgrad as sg
        >>> sg.is_guard_enabled()
        True
    """
    return guard.on


def tell(kind: str, text: str) -> None:
    """Give a warning, at the user's line, unless one of its kind was given before."""
    if not guard.on or kind in guard.told:
        return
    guard.told.add(kind)
    level, frame = 1, sys._getframe(0)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(
        f"{text}. (seedgrad.set_guard(False) turns these checks off.)", SilentFailureWarning, stacklevel=level
    )


def op_of(node: Node | None) -> str:
    """The op that made a node, looking through changes of shape; "" where it is none of ours."""
    while isinstance(node, RuleNode):
        op = node.plan.op
        if not (op.view or op.name in ("reshape", "astype")):
            return op.name
        node = node.edges[0]
    return ""


def check_scores(loss: str, input: Tensor, refused: str, instead: str) -> None:
    """Warn if what a loss takes as scores, or as log-probabilities, has been through `refused` already."""
    if input.node is not None and guard.on and op_of(input.node) == refused:
        tell(
            f"{refused} before {loss}",
            f"{loss} was given the output of {refused}. {instead}; with {refused} before it the gradients are small and "
            f"training is slow or stops",
        )


class Spent(tuple[Any, ...]):
    """What a node saved that has been through a backward pass, and could go through another one unnoticed."""

    __slots__ = ()


def check_spent(node: Node) -> None:
    """After a backward pass that freed what it could: warn if the root had been through one before, and mark it."""
    if not isinstance(node, RuleNode):
        return
    if type(node.saved) is Spent:
        tell(
            "backward twice",
            "backward() was called a second time on the same graph. Nothing it needs was freed, so it added the same "
            "gradients once more. Compute the loss again, or say retain_graph=True the first time if this is meant",
        )
    elif type(node.saved) is tuple:
        node.saved = Spent(node.saved)


def check_broadcast(root: Node) -> None:
    """Warn about mean((x - y)²) and its like where x is (N, 1) and y, a constant, (N,): every x meets every y."""
    if not isinstance(root, RuleNode) or root.plan.op.name not in ("mean", "sum"):
        return
    node = root.edges[0]
    if not isinstance(node, RuleNode):
        return
    name = node.plan.op.name
    if name == "multiply" and len(node.edges) == 2 and node.edges[0] is node.edges[1]:
        name = "square"
    if name not in ("square", "absolute", "power_number"):
        return
    difference = node.edges[0]
    if not isinstance(difference, RuleNode) or difference.plan.op.name != "subtract" or len(difference.edges) != 1:
        return
    out, given = difference.shape, difference.edges[0].shape
    if len(out) == 2 and out[0] == out[1] > 1 and given in ((out[0], 1), (out[0],)):
        other = (out[0],) if len(given) == 2 else (out[0], 1)
        tell(
            "broadcast in a loss",
            f"a loss is computed from the difference of shape {tuple(out)} of a prediction of shape {tuple(given)} and a "
            f"target, probably of shape {other}: broadcasting compared every prediction with every target. Give both "
            f"one shape, for example with target.view_as(prediction)",
        )
