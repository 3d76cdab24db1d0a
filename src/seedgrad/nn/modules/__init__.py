"""The layers under the paths that PyTorch gives them: `nn.modules.Linear`, `nn.modules.module`, `nn.modules.lazy`."""

from __future__ import annotations

import sys
from typing import Any

from . import lazy as lazy
from . import module as module


def __getattr__(name: str) -> Any:
    layers = sys.modules[__name__.rpartition(".")[0]]
    if not name.startswith("_") and name in vars(layers):
        return vars(layers)[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
