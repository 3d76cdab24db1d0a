"""`torch.cpu.amp`, the old names of mixed precision on the CPU."""

from __future__ import annotations

from typing import Any

from seedgrad import amp


class autocast(amp.autocast):
    """`torch.amp.autocast("cpu", ...)`."""

    def __init__(self, dtype: Any = None, enabled: bool = True, cache_enabled: bool = True) -> None:
        super().__init__("cpu", dtype, enabled, cache_enabled)


class GradScaler(amp.GradScaler):
    """`torch.amp.GradScaler("cpu", ...)`."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__("cpu", *arguments, **named)
