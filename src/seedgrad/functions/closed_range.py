"""The range that includes its end."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from ..core.tensor import Tensor
from .public import public
from .ranges import range_ends
from .sizes import check_device, element_type, wrap


@public(method=False, out=True)
def range(
    start: Any = 0,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The numbers start, start + step, ... up to end, which is part of it. Deprecated: use `arange`.

    Args:
        start: the first number. Default: 0.
        end: the number beyond which the range does not go.
        step: the distance. Default: 1.
        dtype: the element type. Default: the default float type.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.

    Returns:
        A tensor of shape (floor((end - start) / step) + 1,).

    Raises:
        RuntimeError: the step is 0 or leads away from `end`; an end is not finite.
        TypeError: there is no end.

    Example:
        >>> import seedgrad as sg
        >>> import warnings; warnings.simplefilter("ignore")
        >>> sg.range(1, 2, 0.5)
        tensor([1.0000, 1.5000, 2.0000])
    """
    if end is None:
        raise TypeError("range() missing 1 required positional argument: 'end'; arange(end) starts at 0")
    warnings.warn(
        "seedgrad.range is deprecated, because unlike Python's range it includes its end: use seedgrad.arange",
        UserWarning,
        stacklevel=2,
    )
    check_device(device)
    start, end, step = range_ends("range", start, end, step)
    n = math.floor((end - start) / step) + 1
    return wrap((start + np.arange(n) * step).astype(element_type(dtype)), requires_grad)
