"""Normalisation over neighbouring channels."""

from __future__ import annotations

from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from ...ops.pool import window_sum
from ...ops.pool_arrays import Windows


def local_response_norm(input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Tensor:
    """Divide each element by a power of the mean square of its neighbours in other channels.

    out[n, c] = input[n, c] / (k + alpha / size * sum of input[n, j]^2)^beta over the `size` channels j from
    c - size // 2 on, as far as they exist.

    Args:
        input: (N, C, *), at least 3 dimensions.
        size: the number of neighbouring channels, at least 1.
        alpha: the factor of the mean square. Default: 1e-4.
        beta: the exponent. Default: 0.75.
        k: what is added. Default: 1.

    Returns:
        A tensor of the input's shape.

    Raises:
        ValueError: the input has fewer than 3 dimensions.
        RuntimeError: size is below 1.
        TypeError: size is not an int.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.local_response_norm(sg.ones(1, 2, 1), 1, alpha=3.0, beta=0.5).flatten()
        tensor([0.5000, 0.5000])

    Source: Krizhevsky et al., ImageNet classification with deep convolutional neural networks, 2012.
    """
    name = "local_response_norm"
    check_tensors(name, input)
    if input.array.ndim < 3:
        raise ValueError(f"{name}(): expected an input of at least 3 dimensions, got shape {input.array.shape}")
    if not isinstance(size, int):
        raise TypeError(f"{name}(): size must be int, not {type(size).__name__}")
    if size < 1:
        raise RuntimeError(f"{name}(): size must be at least 1, got {size}")
    result: Tensor = input / (neighbour_squares(input, size // 2, (size - 1) // 2) * (alpha / size) + k) ** beta
    return result


def neighbour_squares(x: Tensor, before: int, after: int) -> Tensor:
    """For each channel the sum of the squares from `before` channels before it to `after` channels after it."""
    shape = x.array.shape
    if not x.array.size:
        return x * x
    squares = xp.reshape(x * x, (shape[0], 1, shape[1], -1))
    # One window begins `before` channels before each channel; what lies beyond the last counts 0.
    size = squares.array.shape[2:]
    windows = Windows(size, (before + after + 1, 1), (1, 1), (before, 0), (1, 1), size)
    return xp.reshape(window_sum.call(squares, windows=windows), shape)
