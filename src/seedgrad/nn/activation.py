"""Functions of each element, as layers."""

from __future__ import annotations

from ..core.tensor import Tensor
from .functional.activation import elu, gelu, hardtanh, leaky_relu, relu, relu6, sigmoid, silu, softplus, tanh
from .module import Module


class _InplaceActivation(Module):
    """What activations share whose only setting is `inplace`."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class ReLU(_InplaceActivation):
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


class ReLU6(_InplaceActivation):
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


class SiLU(_InplaceActivation):
    """x · sigmoid(x) of each element; also called swish.

    Args:
        inplace: write the result into the input. Default: False.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.SiLU()(sg.tensor([0.0])).tolist()
        [0.0]

    Source: Hendrycks, Gimpel, Gaussian error linear units, 2016.
    """

    def forward(self, input: Tensor) -> Tensor:
        return silu(input, self.inplace)


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


class ELU(Module):
    """x where x is positive, alpha · (exp(x) - 1) elsewhere.

    Args:
        alpha: minus the limit on the left. Default: 1.
        inplace: write the result into the input. Default: False.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.ELU()(sg.tensor([0.0, 2.0])).tolist()
        [0.0, 2.0]

    Source: Clevert et al., Fast and accurate deep network learning by exponential linear units, 2015.
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha, self.inplace = alpha, inplace

    def forward(self, input: Tensor) -> Tensor:
        return elu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}{', inplace=True' if self.inplace else ''}"


class GELU(Module):
    """x · Φ(x) of each element, Φ being the normal distribution's cumulative function.

    Args:
        approximate: "none", or "tanh" for the formula with tanh. Default: "none".

    Raises:
        RuntimeError: on the call, `approximate` is neither.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.GELU()(sg.tensor([0.0])).tolist()
        [0.0]

    Source: Hendrycks, Gimpel, Gaussian error linear units, 2016.
    """

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        return gelu(input, approximate=self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class Sigmoid(Module):
    """1 / (1 + exp(-x)) of each element.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Sigmoid()(sg.tensor([0.0])).tolist()
        [0.5]
    """

    def forward(self, input: Tensor) -> Tensor:
        return sigmoid(input)


class Tanh(Module):
    """The hyperbolic tangent of each element.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Tanh()(sg.tensor([0.0])).tolist()
        [0.0]
    """

    def forward(self, input: Tensor) -> Tensor:
        return tanh(input)


class Softplus(Module):
    """log(1 + exp(beta · x)) / beta, a smooth ReLU; x itself where beta · x exceeds the threshold.

    Args:
        beta: how sharp the bend is. Default: 1.
        threshold: beyond it the function is linear. Default: 20.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Softplus()(sg.tensor([30.0])).tolist()
        [30.0]
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta, self.threshold = beta, threshold

    def forward(self, input: Tensor) -> Tensor:
        return softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class Hardtanh(Module):
    """x held between min_val and max_val.

    Args:
        min_val: the smallest result. Default: -1.
        max_val: the greatest. Default: 1.
        inplace: write the result into the input. Default: False.

    Raises:
        AssertionError: max_val is not greater than min_val.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Hardtanh()(sg.tensor([-3.0, 0.5])).tolist()
        [-1.0, 0.5]
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        if max_val <= min_val:
            raise AssertionError(f"max_val ({max_val}) must be greater than min_val ({min_val})")
        self.min_val, self.max_val, self.inplace = min_val, max_val, inplace

    def forward(self, input: Tensor) -> Tensor:
        return hardtanh(input, self.min_val, self.max_val, self.inplace)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}{', inplace=True' if self.inplace else ''}"
