"""Batch normalisation."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.backward import bump
from ..core.tensor import Tensor
from . import init
from .functional.batch_norm import batch_norm
from .module import Module
from .parameter import Parameter, empty


class _BatchNorm(Module):
    """What batch normalisation shares for all numbers of dimensions."""

    _dims: tuple[int, ...]
    _layout: str
    weight: Parameter | None
    bias: Parameter | None
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        shape = (num_features,)
        self.register_parameter("weight", Parameter(empty(shape, device, dtype)) if affine else None)
        self.register_parameter("bias", Parameter(empty(shape, device, dtype)) if affine and bias else None)
        self.register_buffer("running_mean", empty(shape, device, dtype) if track_running_stats else None)
        self.register_buffer("running_var", empty(shape, device, dtype) if track_running_stats else None)
        self.register_buffer("num_batches_tracked", Tensor(np.zeros((), np.int64)) if track_running_stats else None)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """Forget the statistics: mean 0, variance 1."""
        if self.running_mean is not None and self.running_var is not None and self.num_batches_tracked is not None:
            init.zeros_(self.running_mean)
            init.ones_(self.running_var)
            init.zeros_(self.num_batches_tracked)

    def reset_parameters(self) -> None:
        """Forget what was learned: weight 1, bias 0, and the statistics."""
        self.reset_running_stats()
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def forward(self, input: Tensor) -> Tensor:
        self._check(input)
        tracking = self.training and self.track_running_stats
        momentum = self.momentum
        if tracking and self.num_batches_tracked is not None:
            tracked = self.num_batches_tracked
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

    def _load_from_state_dict(
        self,
        state_dict: dict[str, Any],
        prefix: str,
        local_metadata: dict[str, Any],
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        # Checkpoints of early PyTorch versions have no count of batches.
        key = f"{prefix}num_batches_tracked"
        if self.num_batches_tracked is not None and key not in state_dict:
            state_dict[key] = self.num_batches_tracked
        super()._load_from_state_dict(
            state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs
        )

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
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
