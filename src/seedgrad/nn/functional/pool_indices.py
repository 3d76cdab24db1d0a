"""Max pooling that always tells where the maxima were."""

from __future__ import annotations

from ...core.tensor import Tensor
from .pool import max_pool1d, max_pool2d, max_pool3d

IntOrTuple = int | tuple[int, ...]


def max_pool1d_with_indices(
    input: Tensor,
    kernel_size: IntOrTuple,
    stride: IntOrTuple | None = None,
    padding: IntOrTuple = 0,
    dilation: IntOrTuple = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> tuple[Tensor, Tensor]:
    """`max_pool1d` that always returns (output, indices).

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.max_pool1d_with_indices(sg.tensor([[1.0, 3.0, 2.0, 0.0]]), 2)
        (tensor([[3., 2.]]), tensor([[1, 2]]))
    """
    found: tuple[Tensor, Tensor] = max_pool1d(input, kernel_size, stride, padding, dilation, ceil_mode, True)
    return found


def max_pool2d_with_indices(
    input: Tensor,
    kernel_size: IntOrTuple,
    stride: IntOrTuple | None = None,
    padding: IntOrTuple = 0,
    dilation: IntOrTuple = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> tuple[Tensor, Tensor]:
    """`max_pool2d` that always returns (output, indices).

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.max_pool2d_with_indices(sg.tensor([[[1.0, 3.0], [2.0, 0.0]]]), 2)
        (tensor([[[3.]]]), tensor([[[1]]]))
    """
    found: tuple[Tensor, Tensor] = max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode, True)
    return found


def max_pool3d_with_indices(
    input: Tensor,
    kernel_size: IntOrTuple,
    stride: IntOrTuple | None = None,
    padding: IntOrTuple = 0,
    dilation: IntOrTuple = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> tuple[Tensor, Tensor]:
    """`max_pool3d` that always returns (output, indices).

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.max_pool3d_with_indices(sg.tensor([[[[1.0, 3.0], [2.0, 0.0]]]]), (1, 2, 2))
        (tensor([[[[3.]]]]), tensor([[[[1]]]]))
    """
    found: tuple[Tensor, Tensor] = max_pool3d(input, kernel_size, stride, padding, dilation, ceil_mode, True)
    return found
