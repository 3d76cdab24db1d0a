"""Random numbers: a replay draws anew, from the same generators in the same order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.random import default_generator
from .errors import Escape

if TYPE_CHECKING:
    from .tape import Tape


class Draws:
    """NumPy's generator while recording."""

    def __init__(self, tape: Tape, generator: Any, rng: Any) -> None:
        self._tape, self._generator, self._rng = tape, generator, rng

    def __getattr__(self, name: str) -> Any:
        if self._tape.state != "on":
            return getattr(self._rng, name)
        if name in ("shuffle", "bit_generator", "spawn"):
            self._tape.give_up(f"the generator's {name} is used")
            return getattr(self._rng, name)

        def method(*args: Any, **kwargs: Any) -> Any:
            if self._tape.depth:
                raise Escape  # it would have drawn before; nothing is lost, for no number was drawn yet
            return self._tape.call(draw, (self._generator, name, *args), kwargs, kind="draw")

        return method


def draw(generator: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    """Random numbers of a generator, or of the default one."""
    return getattr((generator or default_generator).numpy, name)(*args, **kwargs)


def draw_seed(generator: Any) -> int:
    """A seed of a generator, or of the default one."""
    return int((generator or default_generator).numpy.integers(2**63))
