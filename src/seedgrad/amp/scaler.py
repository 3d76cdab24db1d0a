"""Scaled losses: gradients that would vanish in float16 are computed larger, and brought back before the step."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..core.mode import no_grad
from ..core.tensor import Tensor

_READY, _UNSCALED, _STEPPED = "ready", "unscaled", "stepped"
_AGAIN = "unscale_() has already been called on this optimizer since the last update()."


class GradScaler:
    """Multiplies losses by a scale, divides gradients by it, and leaves out steps whose gradients are not finite.

    scaler.scale(loss).backward(); scaler.step(optimizer); scaler.update()

    The scale grows after `growth_interval` good steps in a row and shrinks after a bad one.

    Args:
        device: "cpu"; another one turns it off with a warning, as in PyTorch without it. Default: "cuda".
        init_scale: the first scale. Default: 65536.
        growth_factor: what the scale is multiplied by to grow, above 1. Default: 2.
        backoff_factor: what it is multiplied by to shrink, below 1. Default: 0.5.
        growth_interval: how many good steps in a row make it grow. Default: 2000.
        enabled: False makes all methods pass things through. Default: True.

    Raises:
        AssertionError: a factor is on the wrong side of 1.

    Example:
        >>> import seedgrad as sg
        >>> p = sg.nn.Parameter(sg.ones(1))
        >>> optimizer, scaler = sg.optim.SGD([p], lr=0.5), sg.amp.GradScaler("cpu")
        >>> scaler.scale(p.sum()).backward()
        >>> p.grad
        tensor([65536.])
        >>> scaler.step(optimizer)
        >>> scaler.update()
        >>> p.item()
        0.5

    Source: Micikevicius et al., "Mixed Precision Training", 2018.
    """

    def __init__(
        self,
        device: str = "cuda",
        init_scale: float = 2.0**16,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        enabled: bool = True,
    ) -> None:
        self._device = device
        self._enabled = enabled and device == "cpu"
        if enabled and not self._enabled:
            name = "CUDA" if device == "cuda" else device
            warnings.warn(f"GradScaler is enabled, but {name} is not available.  Disabling.", UserWarning, stacklevel=2)
        if not growth_factor > 1.0:
            raise AssertionError(f"The growth factor must be > 1.0, got {growth_factor}.")
        if not backoff_factor < 1.0:
            raise AssertionError(f"The backoff factor must be < 1.0, got {backoff_factor}.")
        self._init_scale = init_scale
        self._scale: np.float32 | None = None  # made by the first call of scale()
        self._growth_factor, self._backoff_factor = growth_factor, backoff_factor
        self._growth_interval, self._growth_tracker = growth_interval, 0
        # For each optimizer since the last update(): how far it is, and whether a gradient was not finite.
        self._stages: dict[int, str] = {}
        self._found: dict[int, bool] = {}

    def _need_scale(self, what: str) -> np.float32:
        if self._scale is None:
            raise AssertionError(
                f"Attempted {what} but _scale is None.  This may indicate your script did not use scaler.scale(loss or "
                "outputs) earlier in the iteration."
            )
        return self._scale

    def scale(self, outputs: Any) -> Any:
        """The outputs times the scale.

        Args:
            outputs: a tensor, or tensors in lists and tuples.

        Raises:
            ValueError: something else.
        """
        if not self._enabled:
            return outputs
        if self._scale is None:
            self._scale = np.float32(self._init_scale)
        if isinstance(outputs, Tensor):
            return outputs * Tensor(np.asarray(self._scale))
        if isinstance(outputs, Iterable) and not isinstance(outputs, (str, bytes)):
            scaled = map(self.scale, outputs)
            return type(outputs)(scaled) if isinstance(outputs, (list, tuple)) else scaled
        raise ValueError(f"outputs must be a Tensor or an iterable of Tensors, got {type(outputs).__name__}")

    def unscale_(self, optimizer: Any) -> None:
        """Divide the gradients of an optimizer's parameters by the scale, before they are clipped.

        Raises:
            RuntimeError: it was called already since the last update(), or after step().
            ValueError: a gradient is of float16: parameters belong in float32.
            AssertionError: nothing was scaled yet.
        """
        if not self._enabled:
            return
        scale = self._need_scale("unscale_")
        stage = self._stages.get(id(optimizer), _READY)
        if stage != _READY:
            raise RuntimeError(_AGAIN if stage == _UNSCALED else "unscale_() is being called after step().")
        inverse, bad = float(np.float32(1 / float(scale))), None
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                if p.grad.array.dtype == np.float16:
                    raise ValueError(
                        "Attempting to unscale FP16 gradients. Keep the parameters in float32: model.float()"
                    )
                bad = bool(bad) or not np.isfinite(p.grad.array).all()
                with no_grad():
                    p.grad.mul_(inverse)
        if bad is not None:
            self._found[id(optimizer)] = bad
        self._stages[id(optimizer)] = _UNSCALED

    def step(self, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        """The optimizer's step, unless a gradient is infinite or NaN; unscales before, if that was not done yet.

        Returns:
            What the optimizer's step returns; None where it was left out.

        Raises:
            RuntimeError: it was called already since the last update(); or a closure is given.
            AssertionError: nothing was scaled yet, or no parameter has a gradient.
        """
        if not self._enabled:
            return optimizer.step(*args, **kwargs)
        if "closure" in kwargs:
            raise RuntimeError("Closure use is not currently supported if GradScaler is enabled.")
        self._need_scale("step")
        stage = self._stages.get(id(optimizer), _READY)
        if stage == _STEPPED:
            raise RuntimeError("step() has already been called since the last update().")
        if stage == _READY:
            self.unscale_(optimizer)
        if id(optimizer) not in self._found:
            raise AssertionError("No inf checks were recorded for this optimizer: no parameter of it has a gradient.")
        result = None if self._found[id(optimizer)] else optimizer.step(*args, **kwargs)
        self._stages[id(optimizer)] = _STEPPED
        return result

    def update(self, new_scale: float | Tensor | None = None) -> None:
        """Make the scale smaller after a bad step, larger after many good ones.

        Args:
            new_scale: set it to this instead. Default: None.

        Raises:
            AssertionError: nothing was scaled, or no gradient looked at, since the last update(); `new_scale` is not one
                number.
        """
        if not self._enabled:
            return
        scale = self._need_scale("update")
        if new_scale is not None:
            if isinstance(new_scale, Tensor) and (new_scale.array.size != 1 or new_scale.requires_grad):
                raise AssertionError(
                    "new_scale should be a float or a tensor of 1 element with requires_grad=False, got a tensor of shape "
                    f"{new_scale.array.shape}"
                )
            self._scale = np.float32(float(new_scale))
        elif not self._found:
            raise AssertionError("No inf checks were recorded prior to update.")
        elif any(self._found.values()):
            self._scale, self._growth_tracker = np.float32(float(scale) * self._backoff_factor), 0
        else:
            self._growth_tracker += 1
            if self._growth_tracker == self._growth_interval:
                self._grow(scale)
        self._stages, self._found = {}, {}

    def _grow(self, scale: np.float32) -> None:
        with np.errstate(over="ignore"):
            grown = np.float32(float(scale) * self._growth_factor)
        if np.isfinite(grown):
            self._scale = grown
        self._growth_tracker = 0

    def get_scale(self) -> float:
        """The scale; 1 if it is not enabled."""
        if not self._enabled:
            return 1.0
        return float(self._init_scale if self._scale is None else self._scale)

    def get_growth_factor(self) -> float:
        """What the scale is multiplied by to grow."""
        return self._growth_factor

    def set_growth_factor(self, new_factor: float) -> None:
        """Set what the scale is multiplied by to grow."""
        self._growth_factor = new_factor

    def get_backoff_factor(self) -> float:
        """What the scale is multiplied by to shrink."""
        return self._backoff_factor

    def set_backoff_factor(self, new_factor: float) -> None:
        """Set what the scale is multiplied by to shrink."""
        self._backoff_factor = new_factor

    def get_growth_interval(self) -> int:
        """How many good steps in a row make the scale grow."""
        return self._growth_interval

    def set_growth_interval(self, new_interval: int) -> None:
        """Set how many good steps in a row make the scale grow."""
        self._growth_interval = new_interval

    def is_enabled(self) -> bool:
        """Whether it does anything."""
        return self._enabled

    def state_dict(self) -> dict[str, Any]:
        """Its state; empty if it is not enabled."""
        if not self._enabled:
            return {}
        return {
            "scale": self.get_scale(),
            "growth_factor": self._growth_factor,
            "backoff_factor": self._backoff_factor,
            "growth_interval": self._growth_interval,
            "_growth_tracker": self._growth_tracker,
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go back to a state.

        Raises:
            RuntimeError: it is empty.
        """
        if not self._enabled:
            return
        if not state_dict:
            raise RuntimeError(
                "The source state dict is empty, possibly because it was saved from a disabled instance of GradScaler."
            )
        self._init_scale = state_dict["scale"]
        if self._scale is not None:
            self._scale = np.float32(state_dict["scale"])
        self._growth_factor, self._backoff_factor = state_dict["growth_factor"], state_dict["backoff_factor"]
        self._growth_interval, self._growth_tracker = state_dict["growth_interval"], state_dict["_growth_tracker"]
