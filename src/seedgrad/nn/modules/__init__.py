"""The layers under the paths that PyTorch gives them: `nn.modules.Linear`, `nn.modules.conv.Conv2d`.

A layer has one home, a file of `seedgrad.nn`; the files here only name it.
"""

from __future__ import annotations

import sys
from typing import Any

from . import activation as activation
from . import adaptive as adaptive
from . import batchnorm as batchnorm
from . import channelshuffle as channelshuffle
from . import container as container
from . import conv as conv
from . import distance as distance
from . import dropout as dropout
from . import flatten as flatten
from . import fold as fold
from . import instancenorm as instancenorm
from . import lazy as lazy
from . import linear as linear
from . import loss as loss
from . import module as module
from . import normalization as normalization
from . import padding as padding
from . import pixelshuffle as pixelshuffle
from . import pooling as pooling
from . import rnn as rnn
from . import sparse as sparse
from . import transformer as transformer
from . import upsampling as upsampling
from . import utils as utils


def __getattr__(name: str) -> Any:
    layer = None if name.startswith("_") else getattr(sys.modules[__name__.rpartition(".")[0]], name, None)
    if isinstance(layer, type):
        return layer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
