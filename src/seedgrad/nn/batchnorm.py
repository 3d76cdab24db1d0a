"""Batch normalisation."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batching import Batched
from ..core.memory import bump
from ..core.tensor import Tensor
from .functional.batch_norm import batch_norm
from .module import Module
from .norm_base import NormBase


class _BatchNorm(NormBase):
    """What batch normalisation shares for all numbers of dimensions."""

    _dims: tuple[int, ...]
    _layout: str

    def forward(self, input: Tensor) -> Tensor:
        self._check(input)
        tracking = self.training and self.track_running_stats
        momentum = self.momentum
        if tracking and self.num_batches_tracked is not None:
            tracked = self.num_batches_tracked
            if type(tracked) is Batched:
                tracked.add_(1)
            else:
                np.add(tracked.array, 1, out=tracked.array)
                bump(tracked)
            if momentum is None:
                momentum = 1.0 / float(tracked.array)  # the mean of all batches
        use_batch = self.training or (self.running_mean is None and self.running_var is None)
        keep = not self.training or self.track_running_stats
        return batch_norm(
            input,
            self.running_mean if keep else None,
            self.running_var if keep else None,
            self.weight,
            self.bias,
            use_batch,
            0.0 if momentum is None else momentum,
            self.eps,
        )

    def _check(self, input: Any) -> None:
        who = f"{self._get_name()}({self.num_features})"
        if not isinstance(input, Tensor):
            raise TypeError(f"{who}: the input must be a Tensor, got {type(input).__name__}")
        shape = input.array.shape
        if len(shape) not in self._dims:
            dims = " or ".join(f"{n}D" for n in self._dims)
            raise ValueError(f"{who}: expected {dims} input {self._layout} (got {len(shape)}D input of shape {shape})")
        if shape[1] != self.num_features:
            raise RuntimeError(
                f"{who}: the input must have {self.num_features} channels in dimension 1, got shape {shape}"
            )


class BatchNorm1d(_BatchNorm):
    """Batch normalisation of vectors or sequences; the arguments are those of `BatchNorm2d`.

    Shape:
        (N, C) or (N, C, L); the output has the same.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.BatchNorm1d(100)(sg.randn(20, 100)).shape
        seedgrad.Size([20, 100])
    """

    _dims = (2, 3)
    _layout = "(N, C) or (N, C, L)"


class BatchNorm2d(_BatchNorm):
    """Batch normalisation of images: each channel is brought to mean 0 and variance 1, then scaled and
    shifted.

    y = (x - mean) / sqrt(variance + eps) · weight + bias, with mean and variance over N, H and W.

    While training they are those of the batch, and running averages of them are kept (of the unbiased
    variance); in evaluation mode the running averages are used.

    Args:
        num_features: C.
        eps: added to the variance. Default: 1e-5.
        momentum: the part of the running average that a new batch replaces; None for the mean of all.
            Default: 0.1.
        affine: whether there are weight and bias. Default: True.
        track_running_stats: whether there are running averages; without them the batch's are always used.
            Default: True.
        device: "cpu", the only one.
        dtype: of the parameters and averages. Default: the default float type.
        bias: whether there is a bias, with `affine`. Default: True.

    Shape:
        (N, C, H, W); the output has the same.

    Attributes:
        weight, bias: (C), or None.
        running_mean, running_var: (C), or None.
        num_batches_tracked: a number, or None.

    Raises:
        ValueError: on the call, another number of dimensions; one value per channel while training.
        RuntimeError: on the call, another number of channels.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.BatchNorm2d(3)(sg.randn(8, 3, 4, 4)).shape
        seedgrad.Size([8, 3, 4, 4])

    Source: Ioffe, Szegedy, Batch normalization, 2015.
    """

    _dims = (4,)
    _layout = "(N, C, H, W)"


class BatchNorm3d(_BatchNorm):
    """Batch normalisation of volumes; the arguments are those of `BatchNorm2d`.

    Shape:
        (N, C, D, H, W); the output has the same.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.BatchNorm3d(3)(sg.randn(2, 3, 4, 4, 4)).shape
        seedgrad.Size([2, 3, 4, 4, 4])
    """

    _dims = (5,)
    _layout = "(N, C, D, H, W)"


class SyncBatchNorm(_BatchNorm):
    """Batch normalisation whose statistics are those of all processes together.

    Seedgrad computes in one process, so that this is BatchNorm for any number of dimensions; the statistics are
    always those of the whole batch.

    Args:
        num_features, eps, momentum, affine, track_running_stats: as for `BatchNorm2d`.
        process_group: None, the only group there is.
        device: "cpu", the only one.
        dtype: of parameters and statistics. Default: the default float type.
        bias: whether an affine layer has one. Default: True.

    Shape:
        (N, C, *); the output has the same.

    Raises:
        ValueError: `process_group` is not None; on the call, the input has fewer than 2 dimensions or no channels.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.SyncBatchNorm(3)(sg.randn(2, 3, 4)).shape
        seedgrad.Size([2, 3, 4])
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        process_group: None = None,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        if process_group is not None:
            raise ValueError(f"process_group must be None: there is one process, got {process_group!r}")
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)
        self.process_group = process_group

    def _check(self, input: Tensor) -> None:
        shape = input.array.shape
        if len(shape) < 2:
            raise ValueError(f"expected at least 2D input (got {len(shape)}D input)")
        if shape[1] == 0:
            raise ValueError(f"SyncBatchNorm number of input channels should be non-zero, got shape {shape}")

    @classmethod
    def convert_sync_batchnorm(cls, module: Module, process_group: None = None) -> Module:
        """Replace every BatchNorm in a module by a SyncBatchNorm with the same parameters and statistics.

        Args:
            module: it is changed, unless it is a BatchNorm itself.
            process_group: None, the only group there is.

        Returns:
            The module, or what replaces it.

        Example:
            >>> from seedgrad import nn
            >>> nn.SyncBatchNorm.convert_sync_batchnorm(nn.Sequential(nn.BatchNorm2d(3)))
            Sequential(
              (0): SyncBatchNorm(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
            )
        """
        result = module
        if isinstance(module, _BatchNorm):
            result = cls(
                module.num_features,
                module.eps,
                module.momentum,
                module.affine,
                module.track_running_stats,
                process_group,
                bias=module.bias is not None,
            )
            for name in ("weight", "bias", "running_mean", "running_var", "num_batches_tracked"):
                setattr(result, name, getattr(module, name))
            result.training = module.training
        for name, child in module.named_children():
            result.add_module(name, cls.convert_sync_batchnorm(child, process_group))
        return result
