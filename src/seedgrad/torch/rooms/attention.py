"""`torch.nn.attention`: kernels are named and not chosen, since there is one; causal masks for sizes that differ."""

from __future__ import annotations

import contextlib
import enum
from collections.abc import Iterator
from typing import Any

import seedgrad as sg


class SDPBackend(enum.IntEnum):
    """Kernels of PyTorch's attention."""

    ERROR = -1
    MATH = 0
    FLASH_ATTENTION = 1
    EFFICIENT_ATTENTION = 2
    CUDNN_ATTENTION = 3
    OVERRIDEABLE = 4


@contextlib.contextmanager
def sdpa_kernel(backends: Any, set_priority: bool = False) -> Iterator[dict[Any, Any]]:
    """Accept a kernel or several.

    Raises:
        AssertionError: something else is given.
    """
    chosen = backends if isinstance(backends, (list, tuple)) else [backends]
    if not all(isinstance(b, SDPBackend) for b in chosen):
        raise AssertionError(f"Backend must be an instance of SDPBackend or a list of them, got {backends!r}")
    yield {}


def causal_upper_left(*size: int) -> sg.Tensor:
    """Bools (L, S): query i sees the keys 0 to i."""
    return sg.ones(*size, dtype=sg.bool).tril()


def causal_lower_right(*size: int) -> sg.Tensor:
    """Bools (L, S): the last query sees all keys, each one before it a key less."""
    length, keys = size
    return sg.ones(length, keys, dtype=sg.bool).tril(diagonal=keys - length)
