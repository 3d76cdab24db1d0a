"""Batch and instance normalisation, with the number of channels left open."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.tensor import Tensor
from .batchnorm import BatchNorm1d, BatchNorm2d, BatchNorm3d
from .instancenorm import InstanceNorm1d, InstanceNorm2d, InstanceNorm3d
from .lazy import LazyModuleMixin
from .norm_base import NormBase
from .parameter import is_lazy
from .uninitialized import UninitializedBuffer, UninitializedParameter


class _LazyNorm(LazyModuleMixin, NormBase):
    """What they share; `num_features` is the size of the channels' dimension of the first input."""

    def __init__(
        self,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(0, eps, momentum, False, False, device, dtype, bias=False)
        self.affine, self.track_running_stats = affine, track_running_stats
        if affine:
            self.weight = UninitializedParameter(device=device, dtype=dtype)
            if bias:
                self.bias = UninitializedParameter(device=device, dtype=dtype)
        if track_running_stats:
            self.running_mean = UninitializedBuffer(device=device, dtype=dtype)
            self.running_var = UninitializedBuffer(device=device, dtype=dtype)
            self.num_batches_tracked = Tensor(np.zeros((), np.int64))

    def reset_parameters(self) -> None:
        """Forget what was learned, if the shapes are known."""
        if not self.has_uninitialized_params() and self.num_features != 0:
            super().reset_parameters()

    def initialize_parameters(self, input: Tensor) -> None:
        """Take the size of the channels' dimension for `num_features`."""
        if self.has_uninitialized_params():
            self.num_features = input.shape[self._channels(input)]
            for t in (self.weight, self.bias, self.running_mean, self.running_var):
                if is_lazy(t):
                    t.materialize((self.num_features,))  # type: ignore[union-attr]
            self.reset_parameters()
        elif self.num_features == 0:  # the parameters were loaded
            for t in (self.weight, self.running_mean):
                if t is not None:
                    self.num_features = len(t.array)

    def _channels(self, input: Tensor) -> int:
        return 1


class _LazyInstanceNorm(_LazyNorm):
    def _channels(self, input: Tensor) -> int:
        return input.dim() - self._dims + 1


class LazyBatchNorm1d(_LazyNorm, BatchNorm1d):
    """A BatchNorm1d whose `num_features` comes from its first input; the other arguments are those of BatchNorm1d.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.LazyBatchNorm1d()
        >>> layer(sg.randn(20, 100)).shape
        seedgrad.Size([20, 100])
    """

    cls_to_become = BatchNorm1d


class LazyBatchNorm2d(_LazyNorm, BatchNorm2d):
    """A BatchNorm2d whose `num_features` comes from its first input; the other arguments are those of BatchNorm2d.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.LazyBatchNorm2d()
        >>> layer(sg.randn(2, 3, 4, 4)).shape
        seedgrad.Size([2, 3, 4, 4])
    """

    cls_to_become = BatchNorm2d


class LazyBatchNorm3d(_LazyNorm, BatchNorm3d):
    """A BatchNorm3d whose `num_features` comes from its first input; the other arguments are those of BatchNorm3d.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.LazyBatchNorm3d()
        >>> layer(sg.randn(2, 3, 4, 4, 4)).shape
        seedgrad.Size([2, 3, 4, 4, 4])
    """

    cls_to_become = BatchNorm3d


class LazyInstanceNorm1d(_LazyInstanceNorm, InstanceNorm1d):
    """An InstanceNorm1d whose `num_features` comes from its first input; affine and tracking by default.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.LazyInstanceNorm1d()
        >>> layer(sg.randn(2, 3, 8)).shape
        seedgrad.Size([2, 3, 8])
    """

    cls_to_become = InstanceNorm1d


class LazyInstanceNorm2d(_LazyInstanceNorm, InstanceNorm2d):
    """An InstanceNorm2d whose `num_features` comes from its first input; affine and tracking by default.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.LazyInstanceNorm2d()
        >>> layer(sg.randn(2, 3, 4, 4)).shape
        seedgrad.Size([2, 3, 4, 4])
    """

    cls_to_become = InstanceNorm2d


class LazyInstanceNorm3d(_LazyInstanceNorm, InstanceNorm3d):
    """An InstanceNorm3d whose `num_features` comes from its first input; affine and tracking by default.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.LazyInstanceNorm3d()
        >>> layer(sg.randn(2, 3, 4, 4, 4)).shape
        seedgrad.Size([2, 3, 4, 4, 4])
    """

    cls_to_become = InstanceNorm3d
