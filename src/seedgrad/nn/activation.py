"""Smooth functions of each element, as layers."""

from __future__ import annotations

from ..core.tensor import Tensor
from ..functions.special import sigmoid
from ..functions.trigonometric import tanh
from .functional.activation import (
    celu,
    elu,
    gelu,
    glu,
    logsigmoid,
    mish,
    selu,
    silu,
    softplus,
    softsign,
    tanhshrink,
)
from .module import Module
from .rectifiers import InplaceActivation


class SiLU(InplaceActivation):
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


class SELU(InplaceActivation):
    """scale · ELU(x) with the two constants that keep mean 0 and variance 1 from layer to layer.

    Args:
        inplace: write the result into the input. Default: False.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.SELU()(sg.tensor([0.0])).tolist()
        [0.0]

    Source: Klambauer et al., Self-normalizing neural networks, 2017.
    """

    def forward(self, input: Tensor) -> Tensor:
        return selu(input, self.inplace)


class CELU(Module):
    """max(x, 0) + min(0, alpha · (exp(x / alpha) - 1)): ELU with a continuous slope for every alpha.

    Args:
        alpha: minus the limit on the left; not 0. Default: 1.
        inplace: write the result into the input. Default: False.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.CELU()(sg.tensor([0.0, 2.0])).tolist()
        [0.0, 2.0]

    Source: Barron, Continuously differentiable exponential linear units, 2017.
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha, self.inplace = alpha, inplace

    def forward(self, input: Tensor) -> Tensor:
        return celu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}{', inplace=True' if self.inplace else ''}"


class Mish(InplaceActivation):
    """x · tanh(softplus(x)) of each element.

    Args:
        inplace: write the result into the input. Default: False.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Mish()(sg.tensor([0.0])).tolist()
        [0.0]

    Source: Misra, Mish: a self regularized non-monotonic activation function, 2019.
    """

    def forward(self, input: Tensor) -> Tensor:
        return mish(input, self.inplace)


class LogSigmoid(Module):
    """log(sigmoid(x)) of each element, without underflow.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.LogSigmoid()(sg.tensor([-1000.0])).tolist()
        [-1000.0]
    """

    def forward(self, input: Tensor) -> Tensor:
        return logsigmoid(input)


class Softsign(Module):
    """x / (1 + |x|) of each element.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Softsign()(sg.tensor([-1.0, 3.0])).tolist()
        [-0.5, 0.75]
    """

    def forward(self, input: Tensor) -> Tensor:
        return softsign(input)


class Tanhshrink(Module):
    """x - tanh(x) of each element.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Tanhshrink()(sg.tensor([0.0])).tolist()
        [0.0]
    """

    def forward(self, input: Tensor) -> Tensor:
        return tanhshrink(input)


class GLU(Module):
    """a · sigmoid(b), a and b being the two halves of the input along a dimension.

    Args:
        dim: along which the input is cut; its length is even. Default: -1.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.GLU()(sg.tensor([2.0, 0.0])).tolist()
        [1.0]

    Source: Dauphin et al., Language modeling with gated convolutional networks, 2016.
    """

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        return glu(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"
