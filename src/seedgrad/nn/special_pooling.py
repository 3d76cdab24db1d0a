"""Pooling by the p-norm, and over windows that lie at random."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from .functional.fractional_pool import fractional_max_pool2d, fractional_max_pool3d
from .functional.lp_pool import lp_pool1d, lp_pool2d, lp_pool3d
from .functional.windows import sizes
from .module import Module

IntOrTuple = int | tuple[int, ...]


class _LPPool(Module):
    """What the layers of p-norm pooling share."""

    def __init__(
        self, norm_type: float, kernel_size: Any, stride: IntOrTuple | None = None, ceil_mode: bool = False
    ) -> None:
        super().__init__()
        self.norm_type, self.kernel_size, self.stride, self.ceil_mode = norm_type, kernel_size, stride, ceil_mode

    def extra_repr(self) -> str:
        return (
            f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"ceil_mode={self.ceil_mode}"
        )


class LPPool1d(_LPPool):
    """The p-norm of every window of a sequence (N, C, L) or (C, L); see `LPPool2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.LPPool1d(2, 2)(sg.zeros(4, 3, 10)).shape
        seedgrad.Size([4, 3, 5])
    """

    def forward(self, input: Tensor) -> Tensor:
        return lp_pool1d(input, self.norm_type, self.kernel_size, self.stride, self.ceil_mode)


class LPPool2d(_LPPool):
    """The p-norm of every window of an image: (sum of x^p)^(1/p).

    Args:
        norm_type: p, not 0.
        kernel_size: height and width of a window, or one int for both.
        stride: from one window to the next. Default: kernel_size.
        ceil_mode: also use windows that reach past the end. Default: False.

    Shape:
        (N, C, H, W) or (C, H, W) to (N, C, H', W') or (C, H', W').

    Raises:
        RuntimeError: on the call, an argument is out of range, or the output would have no elements.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.LPPool2d(2, 2)(sg.tensor([[[3.0, 0.0], [0.0, 4.0]]]))
        tensor([[[5.]]])
    """

    def forward(self, input: Tensor) -> Tensor:
        return lp_pool2d(input, self.norm_type, self.kernel_size, self.stride, self.ceil_mode)


class LPPool3d(_LPPool):
    """The p-norm of every window of a volume (N, C, D, H, W) or (C, D, H, W); see `LPPool2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.LPPool3d(2, 2)(sg.zeros(4, 3, 4, 6, 8)).shape
        seedgrad.Size([4, 3, 2, 3, 4])
    """

    def forward(self, input: Tensor) -> Tensor:
        return lp_pool3d(input, self.norm_type, self.kernel_size, self.stride, self.ceil_mode)


class _FractionalMaxPool(Module):
    """What the layers of fractional max pooling share."""

    _dims: int

    def __init__(
        self,
        kernel_size: IntOrTuple,
        output_size: IntOrTuple | None = None,
        output_ratio: Any = None,
        return_indices: bool = False,
        _random_samples: Tensor | None = None,
    ) -> None:
        super().__init__()
        name, dims = self._get_name(), self._dims
        self.kernel_size = sizes(kernel_size, dims, name, "kernel_size")
        self.return_indices = return_indices
        self.register_buffer("_random_samples", _random_samples)
        self.output_size = None if output_size is None else sizes(output_size, dims, name, "output_size")
        self.output_ratio: Any = output_ratio
        if output_ratio is not None and not isinstance(output_ratio, (tuple, list)):
            self.output_ratio = (output_ratio,) * dims
        if (output_size is None) == (output_ratio is None):
            raise ValueError(
                f"{name} requires either output_size or output_ratio, got {output_size!r} and {output_ratio!r}"
            )
        if self.output_ratio is not None and not all(0 < r < 1 for r in self.output_ratio):
            raise ValueError(f"{name}: output_ratio must be between 0 and 1, got {output_ratio}")

    def _arguments(self) -> tuple[Any, ...]:
        return (self.kernel_size, self.output_size, self.output_ratio, self.return_indices, self._random_samples)


class FractionalMaxPool2d(_FractionalMaxPool):
    """The largest element of windows that lie at random, for any output size smaller than the image.

    Args:
        kernel_size: height and width of a window, or one int for both.
        output_size: (H', W'), or one int for both. Default: from output_ratio.
        output_ratio: (H' / H, W' / W) or one number for both, between 0 and 1. Default: from output_size.
        return_indices: return (output, indices). Default: False.
        _random_samples: (N, C, 2), the random numbers from [0, 1) to use, kept as a buffer. Default: drawn at each
            call.

    Shape:
        (N, C, H, W) or (C, H, W) to (N, C, H', W') or (C, H', W').

    Raises:
        ValueError: both or none of output_size and output_ratio; a ratio that is not between 0 and 1.
        RuntimeError: on the call, the windows do not fit.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.FractionalMaxPool2d(2, output_ratio=0.7)(sg.zeros(1, 3, 10, 20)).shape
        seedgrad.Size([1, 3, 7, 14])

    Source: Graham, Fractional max-pooling, 2014.
    """

    _dims = 2

    def forward(self, input: Tensor) -> Any:
        return fractional_max_pool2d(input, *self._arguments())


class FractionalMaxPool3d(_FractionalMaxPool):
    """The largest element of windows of a volume that lie at random; see `FractionalMaxPool2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.FractionalMaxPool3d(2, output_size=(3, 4, 5))(sg.zeros(1, 3, 6, 8, 10)).shape
        seedgrad.Size([1, 3, 3, 4, 5])
    """

    _dims = 3

    def forward(self, input: Tensor) -> Any:
        return fractional_max_pool3d(input, *self._arguments())
