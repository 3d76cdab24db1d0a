"""Base classes and helpers of layers that programs import from `torch.nn.modules`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any

from seedgrad import nn

_BatchNorm: Any = nn.BatchNorm1d.__mro__[1]
_ConvNd: Any = nn.Conv1d.__mro__[1]
_Loss: Any = nn.MSELoss.__mro__[1]


def _ntuple(n: int) -> Callable[[Any], tuple[Any, ...]]:
    def parse(x: Any) -> tuple[Any, ...]:
        return tuple(x) if isinstance(x, Iterable) else tuple(repeat(x, n))

    return parse


_single, _pair, _triple, _quadruple = _ntuple(1), _ntuple(2), _ntuple(3), _ntuple(4)
