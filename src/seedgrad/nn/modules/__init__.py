"""The layers under the paths that PyTorch gives them: `nn.modules.Linear`, `nn.modules.conv.Conv2d`.

A layer has one home, a file of `seedgrad.nn`. The modules here are made from the table in `paths.py`, apart from those that
have a file of their own.
"""

from __future__ import annotations

import sys
from typing import Any

from . import lazy as lazy
from . import module as module
from . import utils as utils
from .paths import LAYERS, make

for _name in LAYERS:
    globals()[_name] = sys.modules[f"{__name__}.{_name}"] = make(__name__, _name)


def __getattr__(name: str) -> Any:
    layers = vars(sys.modules[__name__.rpartition(".")[0]])
    if not name.startswith("_") and isinstance(layers.get(name), type):
        return layers[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
