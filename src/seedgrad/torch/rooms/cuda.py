"""`torch.cuda` and other devices: there are none."""

from __future__ import annotations

from typing import Any

_TEXT = (
    "seedgrad computes on the CPU: torch.cuda.{} is refused, and torch.cuda.is_available() is False. Ask that before you "
    "choose a device"
)


def is_available() -> bool:
    """False."""
    return False


def is_built() -> bool:
    """False."""
    return False


def is_initialized() -> bool:
    """False."""
    return False


def is_bf16_supported(including_emulation: bool = True) -> bool:
    """False."""
    return False


def device_count() -> int:
    """0."""
    return 0


def manual_seed(seed: int) -> None:
    """Nothing: there is no generator but the CPU's."""


def manual_seed_all(seed: int) -> None:
    """Nothing: there is no generator but the CPU's."""


def empty_cache() -> None:
    """Nothing: there is no cache."""


def init() -> None:
    """Refused."""
    raise AssertionError(_TEXT.format("init"))


def _zero(*arguments: Any, **named: Any) -> int:
    return 0


memory_allocated = max_memory_allocated = memory_reserved = max_memory_reserved = _zero


def reset_peak_memory_stats(device: Any = None) -> None:
    """Nothing: there is no memory to watch."""


def _refused(name: str) -> Any:
    def refuse(*arguments: Any, **named: Any) -> Any:
        raise AssertionError(_TEXT.format(name))

    refuse.__name__ = name
    return refuse


current_device, set_device, synchronize = _refused("current_device"), _refused("set_device"), _refused("synchronize")
get_device_name, get_device_properties = _refused("get_device_name"), _refused("get_device_properties")
get_device_capability, current_stream = _refused("get_device_capability"), _refused("current_stream")
get_rng_state, set_rng_state = _refused("get_rng_state"), _refused("set_rng_state")
Stream, Event, stream, device = _refused("Stream"), _refused("Event"), _refused("stream"), _refused("device")
FloatTensor, LongTensor = _refused("FloatTensor"), _refused("LongTensor")


def get_rng_state_all() -> list[Any]:
    """An empty list."""
    return []


def set_rng_state_all(new_states: Any) -> None:
    """Nothing, for no device."""


class OutOfMemoryError(RuntimeError):
    """What a device without room raises; never raised here."""
