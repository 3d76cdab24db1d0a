"""`torch.amp`: mixed precision, on a CPU that computes in float32."""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Callable
from typing import Any

import seedgrad as sg


class autocast:
    """A context and decorator in which PyTorch would compute products in 16 bits; here everything keeps its type.

    Args:
        device_type: "cpu"; "cuda" is turned off with a warning, as in PyTorch without it.
        dtype: the type of 16 bits. Default: bfloat16.
        enabled: False does nothing. Default: True.
        cache_enabled: accepted: there is nothing to keep.

    Raises:
        RuntimeError: the device is none that PyTorch knows.
    """

    def __init__(
        self, device_type: str, dtype: Any = None, enabled: bool = True, cache_enabled: bool | None = None
    ) -> None:
        if not isinstance(device_type, str):
            raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")
        self.device = sg.device(device_type).type
        self.fast_dtype = sg.bfloat16 if dtype is None else dtype
        if enabled and self.device != "cpu":
            warnings.warn(f"autocast: {self.device} is not available. Disabling autocast.", UserWarning, stacklevel=2)
        elif enabled and self.fast_dtype is not sg.float32:
            warnings.warn(
                f"autocast('cpu', {self.fast_dtype}): there is no mixed precision here; everything is computed in the "
                "types that the tensors have, which is more exact",
                UserWarning,
                stacklevel=2,
            )

    def __enter__(self) -> autocast:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def inside(*arguments: Any, **named: Any) -> Any:
            with self:
                return function(*arguments, **named)

        return inside


def is_autocast_available(device_type: str) -> bool:
    """Whether mixed precision works on a device: no."""
    return False


def _identity(function: Any = None, **options: Any) -> Any:
    return (lambda f: f) if function is None else function


custom_fwd = custom_bwd = _identity


class GradScaler:
    """Multiplies losses by a scale and divides gradients by it, and leaves out steps whose gradients are not finite.

    Args:
        device: "cpu"; "cuda" is turned off with a warning, as in PyTorch without it. Default: "cuda".
        init_scale: the first scale. Default: 65536.
        growth_factor: its factor after `growth_interval` good steps. Default: 2.
        backoff_factor: its factor after a bad step. Default: 0.5.
        growth_interval: how many. Default: 2000.
        enabled: False makes all methods pass things through. Default: True.
    """

    def __init__(
        self,
        device: str = "cuda",
        init_scale: float = 65536.0,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        enabled: bool = True,
    ) -> None:
        if enabled and device != "cpu":
            warnings.warn(
                f"GradScaler is enabled, but {device} is not available. Disabling.", UserWarning, stacklevel=2
            )
            enabled = False
        if growth_factor <= 1.0 or backoff_factor >= 1.0:
            raise AssertionError(
                f"growth_factor must be > 1 and backoff_factor < 1, got {growth_factor}, {backoff_factor}"
            )
        self._enabled, self._scale = enabled, init_scale
        self._growth, self._backoff, self._interval, self._good = growth_factor, backoff_factor, growth_interval, 0
        self._found: dict[int, bool] = {}

    def scale(self, outputs: Any) -> Any:
        """The outputs times the scale."""
        if not self._enabled:
            return outputs
        if isinstance(outputs, (list, tuple)):
            return type(outputs)(self.scale(x) for x in outputs)
        return outputs * self._scale

    def unscale_(self, optimizer: Any) -> None:
        """Divide the gradients of an optimizer's parameters by the scale, once before its step."""
        if not self._enabled:
            return
        if id(optimizer) in self._found:
            raise RuntimeError("unscale_() has already been called on this optimizer since the last update().")
        bad = False
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    with sg.no_grad():
                        p.grad.mul_(1 / self._scale)
                    bad = bad or not bool(sg.isfinite(p.grad).all())
        self._found[id(optimizer)] = bad

    def step(self, optimizer: Any, *arguments: Any, **named: Any) -> Any:
        """The optimizer's step, unless a gradient is infinite or NaN."""
        if not self._enabled:
            return optimizer.step(*arguments, **named)
        if id(optimizer) not in self._found:
            self.unscale_(optimizer)
        return None if self._found[id(optimizer)] else optimizer.step(*arguments, **named)

    def update(self, new_scale: float | None = None) -> None:
        """Make the scale smaller after a bad step, larger after many good ones."""
        if not self._enabled:
            return
        if new_scale is not None:
            self._scale = float(new_scale)
        elif any(self._found.values()):
            self._scale, self._good = self._scale * self._backoff, 0
        else:
            self._good += 1
            if self._good == self._interval:
                grown = self._scale * self._growth
                self._scale, self._good = grown if math.isfinite(grown) else self._scale, 0
        self._found = {}

    def get_scale(self) -> float:
        """The scale."""
        return self._scale if self._enabled else 1.0

    def is_enabled(self) -> bool:
        """Whether it does anything."""
        return self._enabled

    def state_dict(self) -> dict[str, Any]:
        """Its state."""
        if not self._enabled:
            return {}
        return {
            "scale": self._scale,
            "growth_factor": self._growth,
            "backoff_factor": self._backoff,
            "growth_interval": self._interval,
            "_growth_tracker": self._good,
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go back to a state."""
        if not self._enabled:
            return
        if not state_dict:
            raise RuntimeError(
                "The source state dict is empty, possibly because it was saved from a disabled GradScaler."
            )
        self._scale, self._growth = state_dict["scale"], state_dict["growth_factor"]
        self._backoff, self._interval = state_dict["backoff_factor"], state_dict["growth_interval"]
        self._good = state_dict["_growth_tracker"]
