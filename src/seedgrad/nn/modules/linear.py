"""Layers that multiply by a weight. What PyTorch has under this path."""

from ..attention import NonDynamicallyQuantizableLinear as NonDynamicallyQuantizableLinear
from ..bilinear import Bilinear as Bilinear
from ..lazy_linear import LazyLinear as LazyLinear
from ..linear import Identity as Identity
from ..linear import Linear as Linear
