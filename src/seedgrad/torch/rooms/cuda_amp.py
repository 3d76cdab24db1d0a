"""`torch.cuda.amp`, which is turned off where there is no such device."""

from __future__ import annotations

from typing import Any

from . import amp
from .amp import custom_bwd as custom_bwd
from .amp import custom_fwd as custom_fwd


class autocast(amp.autocast):
    """`torch.amp.autocast("cuda", ...)`."""

    def __init__(self, enabled: bool = True, dtype: Any = None, cache_enabled: bool = True) -> None:
        super().__init__("cuda", dtype, enabled, cache_enabled)


class GradScaler(amp.GradScaler):
    """`torch.amp.GradScaler("cuda", ...)`."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__("cuda", *arguments, **named)
