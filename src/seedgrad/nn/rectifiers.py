"""Activations made of straight lines, as layers."""

from __future__ import annotations

import warnings
from typing import Any

from ..core.tensor import Tensor
from .functional.piecewise import (
    hardshrink,
    hardsigmoid,
    hardswish,
    hardtanh,
    leaky_relu,
    prelu,
    relu,
    relu6,
    softshrink,
    threshold,
)
from .init import constant_
from .module import Module
from .parameter import Parameter, empty


class InplaceActivation(Module):
    """What activations share whose only setting is `inplace`."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class ReLU(InplaceActivation):
    """max(x, 0) of each element.

    Args:
        inplace: write the result into the input. Default: False.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.ReLU()(sg.tensor([-1.0, 2.0])).tolist()
        [0.0, 2.0]
    """

    def forward(self, input: Tensor) -> Tensor:
        return relu(input, self.inplace)


class ReLU6(InplaceActivation):
    """min(max(x, 0), 6) of each element.

    Args:
        inplace: write the result into the input. Default: False.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.ReLU6()(sg.tensor([-1.0, 2.0, 7.0])).tolist()
        [0.0, 2.0, 6.0]
    """

    def forward(self, input: Tensor) -> Tensor:
        return relu6(input, self.inplace)


class LeakyReLU(Module):
    """x where x is positive, negative_slope · x elsewhere.

    Args:
        negative_slope: the slope on the left. Default: 0.01.
        inplace: write the result into the input. Default: False.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.LeakyReLU(0.5)(sg.tensor([-1.0, 2.0])).tolist()
        [-0.5, 2.0]
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope, self.inplace = negative_slope, inplace

    def forward(self, input: Tensor) -> Tensor:
        return leaky_relu(input, self.negative_slope, self.inplace)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}{', inplace=True' if self.inplace else ''}"


class Hardtanh(Module):
    """x held between min_val and max_val.

    Args:
        min_val: the smallest result. Default: -1.
        max_val: the greatest. Default: 1.
        inplace: write the result into the input. Default: False.
        min_value, max_value: old names of min_val and max_val, with a warning.

    Raises:
        AssertionError: max_val is not greater than min_val.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Hardtanh()(sg.tensor([-3.0, 0.5])).tolist()
        [-1.0, 0.5]
    """

    def __init__(
        self,
        min_val: float = -1.0,
        max_val: float = 1.0,
        inplace: bool = False,
        min_value: float | None = None,
        max_value: float | None = None,
    ) -> None:
        super().__init__()
        if min_value is not None:
            _renamed("min_value", "min_val")
            min_val = min_value
        if max_value is not None:
            _renamed("max_value", "max_val")
            max_val = max_value
        if max_val <= min_val:
            raise AssertionError(f"max_val ({max_val}) must be greater than min_val ({min_val})")
        self.min_val, self.max_val, self.inplace = min_val, max_val, inplace

    def forward(self, input: Tensor) -> Tensor:
        return hardtanh(input, self.min_val, self.max_val, self.inplace)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}{', inplace=True' if self.inplace else ''}"


def _renamed(old: str, new: str) -> None:
    warnings.warn(f"keyword argument `{old}` is deprecated and renamed to `{new}`", FutureWarning, stacklevel=3)


class PReLU(Module):
    """x where x is positive, weight · x elsewhere; the weight is learned.

    Args:
        num_parameters: 1 for all channels together, or the number of channels (dimension 1). Default: 1.
        init: the initial weight. Default: 0.25.
        device: "cpu", the only one.
        dtype: of the weight. Default: the default float type.

    Attributes:
        weight: (num_parameters).

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.PReLU()(sg.tensor([-1.0, 2.0])).tolist()
        [-0.25, 2.0]

    Source: He et al., Delving deep into rectifiers, 2015.
    """

    weight: Parameter

    def __init__(self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        self.num_parameters, self.init = num_parameters, init
        self.weight = Parameter(empty((num_parameters,), device, dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the weight back to its initial value."""
        constant_(self.weight, self.init)

    def forward(self, input: Tensor) -> Tensor:
        return prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class Hardsigmoid(InplaceActivation):
    """x / 6 + 1/2, held between 0 and 1.

    Args:
        inplace: write the result into the input. Default: False.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Hardsigmoid()(sg.tensor([-4.0, 0.0, 4.0])).tolist()
        [0.0, 0.5, 1.0]
    """

    def forward(self, input: Tensor) -> Tensor:
        return hardsigmoid(input, self.inplace)

    def extra_repr(self) -> str:
        return ""  # as in PyTorch, which does not show this setting here


class Hardswish(InplaceActivation):
    """x · Hardsigmoid(x) of each element.

    Args:
        inplace: write the result into the input. Default: False.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Hardswish()(sg.tensor([0.0, 4.0])).tolist()
        [0.0, 4.0]

    Source: Howard et al., Searching for MobileNetV3, 2019.
    """

    def forward(self, input: Tensor) -> Tensor:
        return hardswish(input, self.inplace)

    def extra_repr(self) -> str:
        return ""  # as in PyTorch, which does not show this setting here


class Threshold(Module):
    """x where x is above the threshold, a fixed value elsewhere.

    Args:
        threshold: above it x stays.
        value: what replaces the others.
        inplace: write the result into the input. Default: False.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Threshold(1.0, 9.0)(sg.tensor([0.5, 2.0])).tolist()
        [9.0, 2.0]
    """

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        self.threshold, self.value, self.inplace = threshold, value, inplace

    def forward(self, input: Tensor) -> Tensor:
        return threshold(input, self.threshold, self.value, self.inplace)

    def extra_repr(self) -> str:
        return f"threshold={self.threshold}, value={self.value}{', inplace=True' if self.inplace else ''}"


class Hardshrink(Module):
    """x where |x| is above lambd, 0 elsewhere.

    Args:
        lambd: the half width of the part around 0, at least 0. Default: 0.5.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Hardshrink()(sg.tensor([-0.5, 2.0])).tolist()
        [0.0, 2.0]
    """

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Tensor) -> Tensor:
        return hardshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return str(self.lambd)


class Softshrink(Module):
    """x moved towards 0 by lambd, and 0 where |x| is below it.

    Args:
        lambd: the half width of the part around 0, at least 0. Default: 0.5.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Softshrink()(sg.tensor([-0.5, 2.0])).tolist()
        [0.0, 1.5]
    """

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Tensor) -> Tensor:
        return softshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return str(self.lambd)
