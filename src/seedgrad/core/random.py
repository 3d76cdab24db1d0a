"""Random numbers: explicit generators, and one default behind `manual_seed`."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .batching import depth, levels
from .mode import mode
from .tensor import Tensor

# Where every generator starts, as PyTorch's do: programs that set no seed are repeatable.
FIRST_SEED = 67_280_421_310_721
# The state of a generator in bytes: its seed, the state and the stream of PCG64, and half a draw that was kept.
_PARTS = {"seed": 8, "state": 16, "inc": 16, "uinteger": 4, "has_uint32": 1}
STATE_SIZE = sum(_PARTS.values())


class Generator:
    """A source of random numbers with a state of its own.

    Args:
        device: "cpu", the only one.
        seed: a whole number. Default: 67280421310721, the seed that every generator starts from.

    Raises:
        RuntimeError: another device.

    Example:
        >>> import seedgrad as sg
        >>> g = sg.Generator().manual_seed(0)
        >>> a = sg.rand(2, generator=g)
        >>> b = sg.rand(2, generator=g.manual_seed(0))
        >>> bool((a == b).all())
        True
    """

    def __init__(self, device: str = "cpu", *, seed: int = FIRST_SEED) -> None:
        if str(device).split(":")[0] != "cpu":
            raise RuntimeError(f"Expected the device 'cpu', the only one there is, got {device!r}")
        self.device = "cpu"
        self.manual_seed(seed)

    def manual_seed(self, seed: int) -> Generator:
        """Start again from `seed` (any integer of 64 bits; negative ones wrap around) and return the generator.

        Raises:
            RuntimeError: the seed is not a whole number.
            ValueError: it does not fit in 64 bits.
        """
        _not_recorded("manual_seed")
        if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
            raise RuntimeError(f"manual_seed expected a long, but got {type(seed).__name__}")
        if not -(2**63) <= seed < 2**64:
            raise ValueError(f"Overflow when unpacking long long: the seed must fit in 64 bits, got {seed}")
        self._seed = int(seed) % 2**64
        vars(self).pop("numpy", None)
        return self

    @functools.cached_property
    def numpy(self) -> np.random.Generator:
        """NumPy's generator behind it. Made at the first draw: importing `numpy.random` takes a tenth of the import."""
        return np.random.Generator(np.random.PCG64(self._seed))

    def seed(self) -> int:
        """Start again from a seed of the system's, and return it."""
        return self.manual_seed(int.from_bytes(os.urandom(8), "little"))._seed

    def initial_seed(self) -> int:
        """The seed it last started from."""
        return self._seed

    def get_state(self) -> Tensor:
        """The state, for `set_state`: a uint8 tensor, to be kept or saved like any other."""
        _not_recorded("get_state")
        kept = self.numpy.bit_generator.state
        values = {**kept, **kept["state"], "seed": self._seed}
        parts = [int(values[name]).to_bytes(size, "little") for name, size in _PARTS.items()]
        return Tensor(np.frombuffer(bytearray(b"".join(parts)), np.uint8))

    def set_state(self, new_state: Tensor) -> Generator:
        """Go back to a state that `get_state` gave.

        Raises:
            TypeError: it is not a uint8 tensor.
            RuntimeError: it has another size.
        """
        _not_recorded("set_state")
        if not isinstance(new_state, Tensor):
            raise TypeError(f"expected a ByteTensor, the state that get_state() gives, but got {_name(new_state)}")
        if new_state.array.dtype != np.uint8:
            raise TypeError(f"RNG state must be a ByteTensor, the state that get_state() gives, got {new_state.dtype}")
        if new_state.array.shape != (STATE_SIZE,):
            raise RuntimeError(
                f"Expected a generator state of size {STATE_SIZE} but found the shape {new_state.array.shape}"
            )
        data, at, values = new_state.array.tobytes(), 0, {}
        for name, size in _PARTS.items():
            values[name], at = int.from_bytes(data[at : at + size], "little"), at + size
        self._seed = values["seed"]
        self.numpy.bit_generator.state = {
            "bit_generator": "PCG64",
            "state": {"state": values["state"], "inc": values["inc"]},
            "has_uint32": values["has_uint32"],
            "uinteger": values["uinteger"],
        }
        return self

    def clone_state(self) -> Generator:
        """Another generator in the same state."""
        return Generator().set_state(self.get_state())


def _not_recorded(what: str) -> None:
    """End a recording of `seedgrad.compile`: a replay would not do this again."""
    if mode.now.trace is not None:
        mode.now.trace.fail(f"it calls {what}() of a generator")


def _name(value: Any) -> str:
    return type(value).__name__


default_generator = Generator()


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
    return default_generator.manual_seed(int(seed))


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


def get_rng_state() -> Tensor:
    """The state of the default generator, a uint8 tensor.

    Example:
        >>> import seedgrad as sg
        >>> state = sg.get_rng_state()
        >>> a = sg.rand(2)
        >>> sg.set_rng_state(state)
        >>> bool((a == sg.rand(2)).all())
        True
    """
    return default_generator.get_state()


def set_rng_state(new_state: Tensor) -> None:
    """Set the state of the default generator.

    Example:
        >>> import seedgrad as sg
        >>> sg.set_rng_state(sg.get_rng_state())
    """
    default_generator.set_state(new_state)


@contextlib.contextmanager
def fork_rng(
    devices: Sequence[Any] | None = None, enabled: bool = True, *, device_type: str | None = None
) -> Iterator[None]:
    """A context at whose end the default generator is in the state that it was in at the beginning.

    Args:
        devices: must be empty or None: there are no devices but the CPU, whose generator is always kept.
        enabled: False does nothing, so that the context need not be taken away. Default: True.
        device_type: "cpu" or None.

    Raises:
        RuntimeError: other devices.

    Example:
        >>> import seedgrad as sg
        >>> state = sg.get_rng_state()
        >>> with sg.random.fork_rng():
        ...     _ = sg.rand(3)
        >>> bool((sg.get_rng_state() == state).all())
        True
    """
    if devices or device_type not in (None, "cpu"):
        raise RuntimeError(f"fork_rng: the only device is the CPU, got devices={devices}, device_type={device_type!r}")
    if not enabled:
        yield
        return
    state = default_generator.get_state()
    try:
        yield
    finally:
        default_generator.set_state(state)


def draw_from(generator: Generator | None) -> np.random.Generator:
    """NumPy's generator behind `generator`, or behind the default one.

    Raises:
        TypeError: it is not a Generator.
        RuntimeError: inside `vmap`, unless it was told what random numbers mean there.
    """
    if depth.value and "error" in levels.random:
        raise RuntimeError(
            "vmap: called random operation while in randomness error mode. Pass randomness='same' to draw once for all "
            "samples, or 'different' to draw for each"
        )
    if generator is None:
        rng = default_generator.numpy
    elif isinstance(generator, Generator):
        rng = generator.numpy
    else:
        raise TypeError(f"argument 'generator' must be seedgrad.Generator, not {_name(generator)}")
    trace = mode.now.trace
    return rng if trace is None else trace.random(generator, rng)


def draw_seed(generator: Generator | None) -> int:
    """A seed, drawn from `generator`, for a function that makes random numbers by itself.

    Raises:
        TypeError, RuntimeError: as `draw_from`.
    """
    trace = mode.now.trace
    if trace is None:
        return int(draw_from(generator).integers(2**63))
    draw_from(generator)  # for its checks
    seed: int = trace.seed(generator, (generator or default_generator).numpy)
    return seed
