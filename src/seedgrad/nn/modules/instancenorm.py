"""Normalisation of each channel of each sample. What PyTorch has under this path."""

from ..instancenorm import InstanceNorm1d as InstanceNorm1d
from ..instancenorm import InstanceNorm2d as InstanceNorm2d
from ..instancenorm import InstanceNorm3d as InstanceNorm3d
from ..instancenorm import _InstanceNorm as _InstanceNorm
from ..lazy_norm import LazyInstanceNorm1d as LazyInstanceNorm1d
from ..lazy_norm import LazyInstanceNorm2d as LazyInstanceNorm2d
from ..lazy_norm import LazyInstanceNorm3d as LazyInstanceNorm3d
