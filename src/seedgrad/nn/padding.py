"""Layers that add elements around their input."""

from __future__ import annotations

from ..core.tensor import Tensor
from .functional.pad import pad
from .module import Module

IntOrTuple = int | tuple[int, ...]


class Pad(Module):
    """What the padding layers share; a subclass names the mode and the number of dimensions."""

    _dims: int
    _mode = "constant"

    def __init__(self, padding: IntOrTuple) -> None:
        super().__init__()
        self.padding = tuple(padding) if isinstance(padding, (tuple, list)) else (padding,) * (2 * self._dims)

    def forward(self, input: Tensor) -> Tensor:
        return pad(input, self.padding, self._mode)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class _ConstantPad(Pad):
    def __init__(self, padding: IntOrTuple, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, input: Tensor) -> Tensor:
        return pad(input, self.padding, "constant", self.value)

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class _ZeroPad(_ConstantPad):
    def __init__(self, padding: IntOrTuple) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class ConstantPad1d(_ConstantPad):
    """Surrounds sequences (N, C, L) or (C, L) with copies of a number: (left, right).

    See `ConstantPad2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.ConstantPad1d(1, 1.5)(sg.tensor([[1.0, 2.0, 3.0]])).tolist()
        [[1.5, 1.0, 2.0, 3.0, 1.5]]
    """

    _dims = 1


class ConstantPad2d(_ConstantPad):
    """Surrounds images with copies of a number.

    Args:
        padding: (left, right, top, bottom), or one int for all. Negative numbers cut.
        value: the number.

    Shape:
        (N, C, H, W) or (C, H, W); H and W grow by the padding.

    Raises:
        RuntimeError: on the call, the padding is too large for the input, or cuts more than there is.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.ConstantPad2d(1, 1.5)(sg.ones(2, 3, 4, 5)).shape
        seedgrad.Size([2, 3, 6, 7])
    """

    _dims = 2


class ConstantPad3d(_ConstantPad):
    """Surrounds volumes (N, C, D, H, W) or (C, D, H, W) with copies of a number: (left, right, top, bottom, front, back).

    See `ConstantPad2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.ConstantPad3d(1, 1.5)(sg.ones(2, 3, 4, 5, 6)).shape
        seedgrad.Size([2, 3, 6, 7, 8])
    """

    _dims = 3


class ZeroPad1d(_ZeroPad):
    """Surrounds sequences (N, C, L) or (C, L) with zeros: (left, right).

    See `ZeroPad2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.ZeroPad1d(1)(sg.tensor([[1.0, 2.0, 3.0]])).tolist()
        [[0.0, 1.0, 2.0, 3.0, 0.0]]
    """

    _dims = 1


class ZeroPad2d(_ZeroPad):
    """Surrounds images with zeros.

    Args:
        padding: (left, right, top, bottom), or one int for all. Negative numbers cut.

    Shape:
        (N, C, H, W) or (C, H, W); H and W grow by the padding.

    Raises:
        RuntimeError: on the call, the padding is too large for the input, or cuts more than there is.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.ZeroPad2d(1)(sg.ones(2, 3, 4, 5)).shape
        seedgrad.Size([2, 3, 6, 7])
    """

    _dims = 2


class ZeroPad3d(_ZeroPad):
    """Surrounds volumes (N, C, D, H, W) or (C, D, H, W) with zeros: (left, right, top, bottom, front, back).

    See `ZeroPad2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.ZeroPad3d(1)(sg.ones(2, 3, 4, 5, 6)).shape
        seedgrad.Size([2, 3, 6, 7, 8])
    """

    _dims = 3
