"""Instance normalisation: each channel of each sample for itself."""

from __future__ import annotations

import warnings
from typing import Any

from ..core.tensor import Tensor
from .functional.batch_norm import instance_norm
from .norm_base import NormBase


class _InstanceNorm(NormBase):
    """What instance normalisation shares; a subclass names its number of dimensions with a batch."""

    _dims: int

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)

    def forward(self, input: Tensor) -> Tensor:
        self._check(input)
        batched = input.array.ndim == self._dims
        out = instance_norm(
            input if batched else input.unsqueeze(0),
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            0.0 if self.momentum is None else self.momentum,
            self.eps,
        )
        return out if batched else out.squeeze(0)

    def _check(self, input: Any) -> None:
        name = self._get_name()
        if not isinstance(input, Tensor):
            raise TypeError(f"{name}: the input must be a Tensor, got {type(input).__name__}")
        shape, dims = input.array.shape, self._dims
        if len(shape) not in (dims - 1, dims):
            raise ValueError(f"{name}: expected {dims - 1}D or {dims}D input (got {len(shape)}D input)")
        axis = len(shape) - dims + 1
        if shape[axis] != self.num_features:
            if self.affine:
                raise ValueError(
                    f"{name}: expected input's size at dim={axis} to match num_features ({self.num_features}), "
                    f"but got: {shape[axis]}, in the shape {shape}"
                )
            warnings.warn(
                f"input's size at dim={axis} does not match num_features. You can silence this warning by not passing "
                "in num_features, which is not used because affine=False",
                stacklevel=4,
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
        found = [prefix + name for name in ("running_mean", "running_var") if prefix + name in state_dict]
        if found and not self.track_running_stats:
            error_msgs.append(
                f"Unexpected running stats buffer(s) {' and '.join(map(repr, found))} for {self._get_name()} with "
                "track_running_stats=False. Remove these keys from state_dict, or make the layer with "
                "track_running_stats=True."
            )
            for key in found:
                state_dict.pop(key)
        super()._load_from_state_dict(
            state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs
        )


class InstanceNorm1d(_InstanceNorm):
    """Instance normalisation of sequences; the arguments are those of `InstanceNorm2d`.

    Shape:
        (N, C, L) or (C, L); the output has the same.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.InstanceNorm1d(3)(sg.randn(2, 3, 8)).shape
        seedgrad.Size([2, 3, 8])
    """

    _dims = 3


class InstanceNorm2d(_InstanceNorm):
    """Instance normalisation of images: each channel of each image is brought to mean 0 and variance 1.

    Args:
        num_features: C, the channels; looked at only if `affine` or `track_running_stats`.
        eps: added to the variance. Default: 1e-5.
        momentum: the part of the new value in the running statistics. Default: 0.1.
        affine: whether to scale and shift each channel with learned parameters. Default: False.
        track_running_stats: whether to keep running statistics, which take the place of the images' own in evaluation
            mode. Default: False.
        device: "cpu", the only one.
        dtype: of parameters and statistics. Default: the default float type.
        bias: whether an affine layer has one. Default: True.

    Shape:
        (N, C, H, W) or (C, H, W); the output has the same.

    Raises:
        ValueError: on the call, another number of dimensions; other channels than C if `affine`; one pixel.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.InstanceNorm2d(3)(sg.randn(2, 3, 4, 4)).shape
        seedgrad.Size([2, 3, 4, 4])

    Source: Ulyanov et al., Instance normalization, 2016.
    """

    _dims = 4


class InstanceNorm3d(_InstanceNorm):
    """Instance normalisation of volumes; the arguments are those of `InstanceNorm2d`.

    Shape:
        (N, C, D, H, W) or (C, D, H, W); the output has the same.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.InstanceNorm3d(3)(sg.randn(2, 3, 4, 4, 4)).shape
        seedgrad.Size([2, 3, 4, 4, 4])
    """

    _dims = 5
