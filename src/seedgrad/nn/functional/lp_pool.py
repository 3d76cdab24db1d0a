"""Pooling by the p-norm of windows."""

from __future__ import annotations

import math
from typing import Any

from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from .pool import avg_pool1d, avg_pool2d, avg_pool3d, max_pool1d, max_pool2d, max_pool3d
from .windows import sizes

IntOrTuple = int | tuple[int, ...]
AVERAGE = {1: avg_pool1d, 2: avg_pool2d, 3: avg_pool3d}
MAXIMUM = {1: max_pool1d, 2: max_pool2d, 3: max_pool3d}


def lp_pool1d(
    input: Tensor,
    norm_type: float,
    kernel_size: int,
    stride: IntOrTuple | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """The p-norm of every window of a sequence (N, C, L) or (C, L); see `lp_pool2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.lp_pool1d(sg.tensor([[3.0, 4.0, 6.0, 8.0]]), 2, 2)
        tensor([[ 5., 10.]])
    """
    return _lp_pool("lp_pool1d", 1, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool2d(
    input: Tensor,
    norm_type: float,
    kernel_size: IntOrTuple,
    stride: IntOrTuple | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """The p-norm of every window of an image.

    out = (sum over the window of x^p)^(1/p); where the sum is negative, which an odd p allows, NaN. For the infinite p
    the largest (or smallest) absolute value.

    Args:
        input: (N, C, H, W), or (C, H, W) without a batch.
        norm_type: p, not 0: 1 for the sum, 2 for the Euclidean norm, inf or -inf.
        kernel_size: the size of a window, at least 1.
        stride: from one window to the next. Default: kernel_size.
        ceil_mode: also use windows that reach past the end; their sum is scaled up to that of a whole window.
            Default: False.

    Returns:
        (N, C, H', W') or (C, H', W'), as for `max_pool2d`.

    Raises:
        RuntimeError: an argument out of range, an output without elements, another number of dimensions.
        ZeroDivisionError: norm_type is 0.
        TypeError: an argument that should hold ints holds something else.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.lp_pool2d(sg.tensor([[[3.0, 0.0], [0.0, 4.0]]]), 2, 2)
        tensor([[[5.]]])

    Source: Boureau et al., A theoretical analysis of feature pooling in visual recognition, 2010.
    """
    return _lp_pool("lp_pool2d", 2, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool3d(
    input: Tensor,
    norm_type: float,
    kernel_size: IntOrTuple,
    stride: IntOrTuple | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """The p-norm of every window of a volume (N, C, D, H, W) or (C, D, H, W); see `lp_pool2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.lp_pool3d(sg.ones(1, 2, 2, 1), 2, (2, 2, 1))
        tensor([[[[2.]]]])
    """
    return _lp_pool("lp_pool3d", 3, input, norm_type, kernel_size, stride, ceil_mode)


def _lp_pool(name: str, ndim: int, x: Tensor, p: float, kernel_size: Any, stride: Any, ceil_mode: bool) -> Tensor:
    check_tensors(name, x)
    if p == 0:
        raise ZeroDivisionError(f"{name}(): norm_type must not be 0")
    if ndim == 1 and isinstance(kernel_size, (tuple, list)):
        raise TypeError(f"{name}(): kernel_size must be an int, got {kernel_size!r}")
    if math.isinf(p):
        size = xp.absolute(x) if p > 0 else -xp.absolute(x)
        found: Tensor = MAXIMUM[ndim](size, kernel_size, stride, 0, 1, ceil_mode)
        return found if p > 0 else -found
    places = math.prod(sizes(kernel_size, ndim, name, "kernel_size"))
    mean = AVERAGE[ndim](x**p, kernel_size, stride, 0, ceil_mode)
    kept = xp.where(mean == 0, 0, mean)  # so that a window of zeros has the gradient 0, where the root has none
    result: Tensor = (kept * places) ** (1.0 / p)
    return result
