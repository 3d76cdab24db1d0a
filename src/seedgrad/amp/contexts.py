"""`autocast`: where mixed precision is on, and the settings of the running thread."""

from __future__ import annotations

import functools
import inspect
import threading
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

from ..core import dtype as dtypes
from ..core.kinds import device as _device
from ..core.mode import mode
from .rules import Precision
from .switch import turn

F = TypeVar("F", bound=Callable[..., Any])
_HALVES = (dtypes.bfloat16, dtypes.float16)


class _Settings(threading.local):
    """Of this thread: the type of 16 bits by device, the devices that are on, the cache, and how deep contexts nest."""

    def __init__(self) -> None:
        self.kinds: dict[str, Any] = {}
        self.on: set[str] = set()
        self.cache = True
        self.depth = 0
        self.kept: dict[Any, Any] = {}


_settings = _Settings()


def _name(device_type: Any) -> str:
    if not isinstance(device_type, str):
        raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")
    return _device(device_type).type


def is_autocast_available(device_type: str) -> bool:
    """Whether PyTorch has mixed precision for a kind of device; here it is turned off for all but "cpu".

    Example:
        >>> import seedgrad as sg
        >>> sg.amp.is_autocast_available("cpu")
        True
    """
    return _name(device_type) in ("cpu", "cuda", "xpu", "mps", "hpu", "mtia", "maia", "xla", "ipu", "privateuseone")


def get_autocast_dtype(device_type: str) -> Any:
    """The type that `autocast` lowers to on a device: bfloat16 on the CPU, float16 elsewhere, unless set.

    Example:
        >>> import seedgrad as sg
        >>> sg.get_autocast_dtype("cpu")
        seedgrad.bfloat16
    """
    name = _name(device_type)
    return _settings.kinds.get(name, dtypes.bfloat16 if name in ("cpu", "xla") else dtypes.float16)


def set_autocast_dtype(device_type: str, dtype: Any) -> None:
    """Set the type that `autocast` lowers to on a device, in this thread.

    Example:
        >>> import seedgrad as sg
        >>> sg.set_autocast_dtype("cpu", sg.bfloat16)
    """
    _settings.kinds[_name(device_type)] = dtype
    _apply()


def is_autocast_enabled(device_type: str = "cuda") -> bool:
    """Whether mixed precision is on for a device, in this thread.

    Args:
        device_type: the kind of device. Default: "cuda", as in PyTorch.

    Example:
        >>> import seedgrad as sg
        >>> with sg.autocast("cpu"):
        ...     sg.is_autocast_enabled("cpu")
        True
    """
    return _name(device_type) in _settings.on


def set_autocast_enabled(device_type: str, enabled: bool) -> None:
    """Turn mixed precision on or off for a device, in this thread.

    Example:
        >>> import seedgrad as sg
        >>> sg.set_autocast_enabled("cpu", False)
    """
    (_settings.on.add if enabled else _settings.on.discard)(_name(device_type))
    _apply()


def is_autocast_cache_enabled() -> bool:
    """Whether converted parameters are kept, in this thread.

    Example:
        >>> import seedgrad as sg
        >>> sg.is_autocast_cache_enabled()
        True
    """
    return _settings.cache


def set_autocast_cache_enabled(enabled: bool) -> None:
    """Keep converted parameters, or convert them at each use.

    Example:
        >>> import seedgrad as sg
        >>> sg.set_autocast_cache_enabled(True)
    """
    _settings.cache = enabled
    _apply()


def clear_autocast_cache() -> None:
    """Forget the converted parameters.

    Example:
        >>> import seedgrad as sg
        >>> sg.clear_autocast_cache()
    """
    _settings.kept.clear()


def autocast_increment_nesting() -> int:
    """One more context of mixed precision; the number that are open.

    Example:
        >>> import seedgrad as sg
        >>> sg.autocast_increment_nesting(), sg.autocast_decrement_nesting()
        (1, 0)
    """
    _settings.depth += 1
    return _settings.depth


def autocast_decrement_nesting() -> int:
    """One context of mixed precision less; the number that are open. See `autocast_increment_nesting`."""
    _settings.depth -= 1
    return _settings.depth


def _apply() -> None:
    """Make the mode of this thread what its settings say."""
    if "cpu" not in _settings.on:
        turn(None)
        return
    kind = get_autocast_dtype("cpu").dtype
    now = mode.now.lower
    if now is not None and now.kind != kind:
        _settings.kept.clear()
    turn(Precision(kind, _settings.kept if _settings.cache else None))


class autocast:
    """A context, and a decorator, in which products compute in 16 bits, and losses and factorizations in 32.

    The functions of PyTorch's lists for the CPU convert their floating-point arguments: products (matmul, linear,
    convolutions, attention) to `dtype`; most losses, factorizations and Fourier transforms to float32. All others, such
    as sums and activations, compute in the type that arrives. float64, integers and complex numbers stay as they are.
    Gradients have the types of the parameters. The backward pass belongs outside.

    Args:
        device_type: "cpu"; another one is turned off with a warning, as in PyTorch without it.
        dtype: bfloat16 or float16. Default: bfloat16.
        enabled: False turns it off inside of an outer one. Default: True.
        cache_enabled: convert a parameter that is used several times once only. Default: True.

    Raises:
        ValueError: device_type is no string.
        RuntimeError: it is no kind of device.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.Linear(2, 3)
        >>> with sg.autocast("cpu", dtype=sg.bfloat16):
        ...     y = layer(sg.ones(1, 2))
        ...     loss = sg.nn.functional.mse_loss(y, sg.zeros(1, 3))
        >>> y.dtype, loss.dtype
        (seedgrad.bfloat16, seedgrad.float32)
        >>> loss.backward()
        >>> layer.weight.grad.dtype
        seedgrad.float32

    Source: Micikevicius et al., "Mixed Precision Training", 2018.
    """

    def __init__(
        self, device_type: str, dtype: Any = None, enabled: bool = True, cache_enabled: bool | None = None
    ) -> None:
        self.device = _name(device_type)
        self.fast_dtype = get_autocast_dtype(self.device) if dtype is None else dtype
        if not is_autocast_available(self.device):
            raise RuntimeError(f"User specified an unsupported autocast device_type '{self.device}'")
        self._cache_enabled = is_autocast_cache_enabled() if cache_enabled is None else cache_enabled
        self._enabled = enabled
        if enabled and self.device != "cpu":
            what = "CUDA is not available" if self.device == "cuda" else f"there is no device '{self.device}' here"
            warnings.warn(f"autocast: {what}. Disabling autocast.", UserWarning, stacklevel=2)
            self._enabled = False
        elif enabled and self.fast_dtype not in _HALVES:
            warnings.warn(
                f"In CPU autocast, but the target dtype {self.fast_dtype} is not supported. Disabling autocast.\nCPU Autocast "
                f"only supports dtypes of {_HALVES[0]}, {_HALVES[1]} currently.",
                UserWarning,
                stacklevel=2,
            )
            self._enabled = False
        self._before: list[tuple[bool, bool, Any]] = []

    def __enter__(self) -> autocast:
        cache, on, kind = is_autocast_cache_enabled(), is_autocast_enabled(self.device), get_autocast_dtype(self.device)
        self._before.append((cache, on, kind))
        _settings.cache = self._cache_enabled
        _settings.kinds[self.device] = self.fast_dtype
        autocast_increment_nesting()
        set_autocast_enabled(self.device, self._enabled)
        return self

    def __exit__(self, *error: object) -> None:
        cache, on, kind = self._before.pop()
        if autocast_decrement_nesting() == 0:
            clear_autocast_cache()
        _settings.cache, _settings.kinds[self.device] = cache, kind
        set_autocast_enabled(self.device, on)

    def __call__(self, function: F) -> F:
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def later(*args: Any, **named: Any) -> Any:
                with self:
                    return await function(*args, **named)

            return later  # type: ignore[return-value]

        @functools.wraps(function)
        def inside(*args: Any, **named: Any) -> Any:
            with self:
                return function(*args, **named)

        return inside  # type: ignore[return-value]


def uncached(precision: Precision | None) -> autocast:
    """The same mixed precision, or none, without kept parameters: for a part of a program that is run again."""
    kind = None if precision is None else dtypes.from_numpy(precision.kind)
    return autocast("cpu", kind, enabled=precision is not None, cache_enabled=False)
