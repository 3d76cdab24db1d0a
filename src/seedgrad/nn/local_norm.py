"""Normalisation over neighbouring channels."""

from __future__ import annotations

from ..core.op import tensor_namespace as xp
from ..core.tensor import Tensor
from .functional.local_norm import local_response_norm, neighbour_squares
from .module import Module


class LocalResponseNorm(Module):
    """Divides each element by a power of the mean square of its neighbours in other channels.

    Args:
        size: the number of neighbouring channels, at least 1.
        alpha: the factor of the mean square. Default: 1e-4.
        beta: the exponent. Default: 0.75.
        k: what is added. Default: 1.

    Shape:
        (N, C, *), at least 3 dimensions; the output has the same.

    Raises:
        ValueError: on the call, the input has fewer than 3 dimensions.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.LocalResponseNorm(2)(sg.zeros(32, 5, 24, 24)).shape
        seedgrad.Size([32, 5, 24, 24])

    Source: Krizhevsky et al., ImageNet classification with deep convolutional neural networks, 2012.
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, input: Tensor) -> Tensor:
        return local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"


class CrossMapLRN2d(Module):
    """`LocalResponseNorm` of images, over as many channels after each channel as before it.

    As in PyTorch, the first channel stays in the sums of all channels after it, also of those it is no neighbour of.
    PyTorch's gradient is not that of its output; this one is.

    Args:
        size: the number of neighbouring channels; an even one sums over size - 1 and still divides by size.
        alpha: the factor of the mean square. Default: 1e-4.
        beta: the exponent. Default: 0.75.
        k: what is added. Default: 1.

    Shape:
        (N, C, H, W); the output has the same.

    Raises:
        ValueError: on the call, the input does not have 4 dimensions.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.CrossMapLRN2d(3)(sg.zeros(2, 5, 4, 4)).shape
        seedgrad.Size([2, 5, 4, 4])
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1) -> None:
        super().__init__()
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, input: Tensor) -> Tensor:
        if input.array.ndim != 4:
            raise ValueError(f"CrossMapLRN2d: expected a 4D input, got shape {input.array.shape}")
        side = (self.size - 1) // 2
        squares = neighbour_squares(input, side, side)
        if input.array.shape[1] > side + 1:
            first = input[:, :1] * input[:, :1]
            squares = xp.concatenate([squares[:, : side + 1], squares[:, side + 1 :] + first], axis=1)
        result: Tensor = input / (squares * (self.alpha / self.size) + self.k) ** self.beta
        return result

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
