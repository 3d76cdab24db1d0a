"""Random numbers: explicit generators, and one default behind `manual_seed`."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from .batching import levels


class Generator:
    """A source of random numbers with a state of its own.

    Args:
        device: "cpu", the only one.
        seed: a whole number; drawn from the system if not given.

    Example:
        >>> import seedgrad as sg
        >>> g = sg.Generator().manual_seed(0)
        >>> a = sg.rand(2, generator=g)
        >>> b = sg.rand(2, generator=g.manual_seed(0))
        >>> bool((a == b).all())
        True
    """

    def __init__(self, device: str = "cpu", *, seed: int | None = None) -> None:
        self.device = device
        self.manual_seed(int.from_bytes(os.urandom(8), "little") if seed is None else seed)

    def manual_seed(self, seed: int) -> Generator:
        """Start again from `seed` (any integer of 64 bits; negative ones wrap around) and return the generator."""
        if not -(2**63) <= seed < 2**64:
            raise RuntimeError(f"Overflow when unpacking long: the seed must fit in 64 bits, got {seed}")
        self._seed = int(seed) % 2**64
        self.numpy = np.random.Generator(np.random.PCG64(self._seed))
        return self

    def seed(self) -> int:
        """Start again from a seed of the system's, and return it."""
        return self.manual_seed(int.from_bytes(os.urandom(8), "little"))._seed

    def initial_seed(self) -> int:
        """The seed it last started from."""
        return self._seed

    def get_state(self) -> dict[str, Any]:
        """The state, for `set_state`: plain numbers and strings, so it can be saved as JSON."""
        return {"seed": self._seed, **self.numpy.bit_generator.state}

    def set_state(self, new_state: dict[str, Any]) -> Generator:
        """Go back to a state that `get_state` gave."""
        state = dict(new_state)
        self._seed = state.pop("seed")
        self.numpy.bit_generator.state = state
        return self


# The seed that PyTorch starts from as well: programs that set none are repeatable.
default_generator = Generator(seed=67_280_421_310_721)


def manual_seed(seed: int) -> Generator:
    """Seed the default generator, and return it.

    Example:
        >>> import seedgrad as sg
        >>> _ = sg.manual_seed(0)
        >>> a = sg.rand(3)
        >>> _ = sg.manual_seed(0)
        >>> bool((a == sg.rand(3)).all())
        True
    """
    return default_generator.manual_seed(seed)


def seed() -> int:
    """Seed the default generator from the system, and return the seed.

    Example:
        >>> import seedgrad as sg
        >>> sg.seed() == sg.initial_seed()
        True
    """
    return default_generator.seed()


def initial_seed() -> int:
    """The seed the default generator last started from.

    Example:
        >>> import seedgrad as sg
        >>> _ = sg.manual_seed(7)
        >>> sg.initial_seed()
        7
    """
    return default_generator.initial_seed()


def get_rng_state() -> dict[str, Any]:
    """The state of the default generator.

    Example:
        >>> import seedgrad as sg
        >>> state = sg.get_rng_state()
        >>> a = sg.rand(2)
        >>> sg.set_rng_state(state)
        >>> bool((a == sg.rand(2)).all())
        True
    """
    return default_generator.get_state()


def set_rng_state(new_state: dict[str, Any]) -> None:
    """Set the state of the default generator.

    Example:
        >>> import seedgrad as sg
        >>> sg.set_rng_state(sg.get_rng_state())
    """
    default_generator.set_state(new_state)


def draw_from(generator: Generator | None) -> np.random.Generator:
    """NumPy's generator behind `generator`, or behind the default one.

    Raises:
        RuntimeError: inside `vmap`, unless it was told what random numbers mean there.
    """
    if "error" in levels.random:
        raise RuntimeError(
            "vmap: called random operation while in randomness error mode. Pass randomness='same' to draw once for all "
            "samples, or draw outside and map over the numbers"
        )
    return (generator or default_generator).numpy
