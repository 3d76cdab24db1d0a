"""`compile(..., debug=True)`: each replay beside the function as it is written, on the same state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.memory import note_write
from ..core.random import default_generator
from ..core.tensor import Tensor
from .errors import Mismatch
from .program import leaves

if TYPE_CHECKING:
    from .compiled import Compiled
    from .recording import Recording

# Fused and unfused sums may differ by rounding, in units of the last place of the largest element.
ROUNDING = 64


class State:
    """What a step may change: the tensors that the guards see, their gradients, optimizers and generators."""

    def __init__(self, recording: Recording, tensors: list[Tensor]) -> None:
        guards = recording.guards
        self.named = dict(guards.tensors)
        self.named.update({id(t): (t, f"argument {n}") for n, t in enumerate(tensors)})
        self.values = {key: t.array.copy() for key, (t, _) in self.named.items()}
        self.grads = {
            key: (t._grad, None if t._grad is None else t._grad.array.copy()) for key, (t, _) in self.named.items()
        }
        self.optimizers = [(o, {p: _copied(s) for p, s in o.state.items()}) for o, _ in guards.optimizers]
        self.generators = [(g, g.numpy.bit_generator.state) for g in (default_generator, *guards.generators)]

    def restore(self) -> None:
        """Bring it all back."""
        for key, (t, _) in self.named.items():
            if t.array.flags.writeable and t.array.tobytes() != self.values[key].tobytes():
                np.copyto(t.array, self.values[key])
                note_write(t.array)
            grad, content = self.grads[key]
            if grad is not None and content is not None:
                np.copyto(grad.array, content)
            t._grad = grad
        for optimizer, states in self.optimizers:
            optimizer.state.clear()
            optimizer.state.update(states)
        for generator, state in self.generators:
            generator.numpy.bit_generator.state = state

    def difference(self, other: State) -> str:
        """What differs first from another state, for a message; "" if nothing does."""
        for key, (_, name) in self.named.items():
            found = _difference(self.values[key], other.values[key])
            if found:
                return f"{name}: {found}"
            mine, theirs = self.grads[key][1], other.grads[key][1]
            if (mine is None) != (theirs is None):
                return f"the gradient of {name}: it is None in one of them"
            found = "" if mine is None or theirs is None else _difference(mine, theirs)
            if found:
                return f"the gradient of {name}: {found}"
        for (_, first), (_, second) in zip(self.generators, other.generators, strict=True):
            if first != second:
                return "the state of a random generator"
        return ""


def _copied(state: Any) -> Any:
    return {k: Tensor(v.array.copy()) if isinstance(v, Tensor) else v for k, v in state.items()}


def _difference(x: Any, y: Any) -> str:
    if x.shape != y.shape or x.dtype != y.dtype:
        return f"{x.dtype} of shape {x.shape} in the replay, {y.dtype} of shape {y.shape} as it is written"
    if x.dtype.kind not in "fc":
        return "" if x.tobytes() == y.tobytes() else f"{np.count_nonzero(x != y)} elements differ"
    if not x.size or x.tobytes() == y.tobytes():
        return ""
    with np.errstate(all="ignore"):
        finite = np.isfinite(y)
        scale = float(np.abs(y[finite]).max()) if finite.any() else 0.0
        limit = ROUNDING * float(np.finfo(x.dtype).eps) * max(scale, float(np.finfo(x.dtype).tiny))
        wrong = ~((np.abs(x - y) <= limit) | (x == y) | ((x != x) & (y != y)))
    if not wrong.any():
        return ""
    place = tuple(int(n) for n in np.argwhere(wrong)[0])
    return f"at {place} the replay has {x[place]}, the function as it is written {y[place]}"


def run_beside(compiled: Compiled, recording: Recording, tensors: list[Tensor], args: Any, kwargs: Any) -> Any:
    """Replay, go back, run the function as it is written, and compare; its result and its state are kept.

    Raises:
        RuntimeError: they differ; the message names the first tensor that does.
    """
    before = State(recording, tensors)
    try:
        replayed = recording.replay(tensors)
    except Mismatch:
        before.restore()
        return compiled.function(*args, **kwargs)
    values = [t.array.copy() for t in leaves(replayed) if isinstance(t, Tensor)]
    after = State(recording, tensors)
    before.restore()
    result = compiled.function(*args, **kwargs)
    written = State(recording, tensors)
    found = ""
    for n, (x, t) in enumerate(zip(values, [t for t in leaves(result) if isinstance(t, Tensor)], strict=False)):
        different = _difference(x, t.array)
        found = found or (f"result {n}: {different}" if different else "")
    found = found or after.difference(written)
    if found:
        raise RuntimeError(
            f"{compiled.name}: the replay differs from the function as it is written, first in {found}. Something that no "
            f"guard can see has changed (the clock, a file, the content of an array); pass it as an argument"
        )
    return result
