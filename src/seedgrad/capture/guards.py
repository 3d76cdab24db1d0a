"""What a recording depends on besides its arguments.

The tensors that the walk finds are also the only ones that the step may use: a tensor from elsewhere (the next batch of an
iterator) would be another one at the next call, and nobody would notice.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from ..core.memory import owner
from ..core.tensor import Tensor
from .walk import Walk


class Guards(Walk):
    """All that a recording depends on, and what it may use."""

    def __init__(self, roots: list[tuple[Any, str]]) -> None:
        super().__init__(roots)
        self._states = self._random_states()

    def holds(self) -> bool:
        """Whether everything is as it was."""
        return not any(self.empty) and all([p.holds() for p in self.parts])

    def difference(self) -> str:
        """What changed first, for a message."""
        found = next((p.difference() for p in self.parts if not p.holds()), "")
        return found or next(
            (f"the length of {path} changed" for x, path in zip(self.empty, self.empty_paths, strict=True) if x), ""
        )

    def touches(self, t: Tensor) -> bool:
        """Whether a tensor lies in memory that was found."""
        return id(owner(t.array)) in self.arrays

    def knows(self, x: Any) -> bool:
        """Whether an object was found, so that it is the program's own."""
        return id(x) in self._seen

    def drew(self) -> bool:
        """Whether random numbers that are not ours were drawn since the walk."""
        return self._states != self._random_states()

    def _random_states(self) -> list[str]:
        """The states of the generators that are not ours."""
        return [
            repr(random.getstate()),
            repr(np.random.get_state(legacy=False)),
            *(_state(source) for source, _ in self.sources),
        ]


def _state(source: Any) -> str:
    if isinstance(source, random.Random):
        return "" if isinstance(source, random.SystemRandom) else repr(source.getstate())
    bits = source if isinstance(source, np.random.BitGenerator) else getattr(source, "bit_generator", None)
    return repr(bits.state if bits is not None else source.get_state(legacy=False))
