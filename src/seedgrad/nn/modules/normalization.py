"""Normalisation of layers, groups and neighbours. What PyTorch has under this path."""

from ..groupnorm import GroupNorm as GroupNorm
from ..layernorm import LayerNorm as LayerNorm
from ..local_norm import CrossMapLRN2d as CrossMapLRN2d
from ..local_norm import LocalResponseNorm as LocalResponseNorm
from ..rmsnorm import RMSNorm as RMSNorm
