"""Layers that make images larger or smaller."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from .functional.interpolate import interpolate
from .module import Module


class Upsample(Module):
    """The input in another spatial size; see `seedgrad.nn.functional.interpolate`.

    Args:
        size: the new spatial size, one int for all axes or one for each. Default: from scale_factor.
        scale_factor: new size / old size, one number for all axes or one for each. Default: from size.
        mode: "nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear" or "area". Default: "nearest".
        align_corners: whether the corner elements of input and output lie upon each other. Default: None, which is
            False.
        recompute_scale_factor: place elements by the quotient of the sizes. Default: None, which is False.

    Shape:
        (N, C, L), (N, C, H, W) or (N, C, D, H, W) to (N, C, *size).

    Raises:
        ValueError: on the call, both or none of size and scale_factor; options that have no meaning in the mode.
        NotImplementedError: on the call, the mode is not for this number of dimensions.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Upsample(scale_factor=2, mode="bilinear")(sg.zeros(1, 3, 4, 5)).shape
        seedgrad.Size([1, 3, 8, 10])
    """

    def __init__(
        self,
        size: Any = None,
        scale_factor: Any = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        super().__init__()
        self.name = type(self).__name__
        self.size = size
        self.scale_factor: Any = scale_factor
        if isinstance(scale_factor, (tuple, list)):
            self.scale_factor = tuple(float(s) for s in scale_factor)
        elif scale_factor:
            self.scale_factor = float(scale_factor)
        self.mode, self.align_corners, self.recompute_scale_factor = mode, align_corners, recompute_scale_factor

    def forward(self, input: Tensor) -> Tensor:
        return interpolate(
            input, self.size, self.scale_factor, self.mode, self.align_corners, self.recompute_scale_factor
        )

    def extra_repr(self) -> str:
        given = f"size={self.size}" if self.scale_factor is None else f"scale_factor={self.scale_factor}"
        return f"{given}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """Images in another size, each new element the old one in which it begins.

    Args:
        size: the new height and width, or one int for both. Default: from scale_factor.
        scale_factor: new size / old size, one number or a pair. Default: from size.

    Shape:
        (N, C, H, W) to (N, C, H', W').

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.UpsamplingNearest2d(scale_factor=2)(sg.tensor([[[[1.0, 2.0]]]]))[0, 0, 0]
        tensor([1., 1., 2., 2.])
    """

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, "nearest")


class UpsamplingBilinear2d(Upsample):
    """Images in another size, by bilinear interpolation with the corner elements upon each other.

    Args:
        size: the new height and width, or one int for both. Default: from scale_factor.
        scale_factor: new size / old size, one number or a pair. Default: from size.

    Shape:
        (N, C, H, W) to (N, C, H', W').

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.UpsamplingBilinear2d(size=(1, 3))(sg.tensor([[[[1.0, 2.0]]]]))[0, 0, 0]
        tensor([1.0000, 1.5000, 2.0000])
    """

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, "bilinear", True)
