"""Batch normalisation. What PyTorch has under this path."""

from ..batchnorm import BatchNorm1d as BatchNorm1d
from ..batchnorm import BatchNorm2d as BatchNorm2d
from ..batchnorm import BatchNorm3d as BatchNorm3d
from ..batchnorm import SyncBatchNorm as SyncBatchNorm
from ..batchnorm import _BatchNorm as _BatchNorm
from ..lazy_norm import LazyBatchNorm1d as LazyBatchNorm1d
from ..lazy_norm import LazyBatchNorm2d as LazyBatchNorm2d
from ..lazy_norm import LazyBatchNorm3d as LazyBatchNorm3d
from ..norm_base import NormBase as _NormBase
