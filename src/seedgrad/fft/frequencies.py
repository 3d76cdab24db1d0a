"""Which frequency each term of a spectrum belongs to, and the zero frequency in the middle."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.tensor import Tensor
from ..functions.arguments import check_tensors
from ..functions.forms import with_out
from ..functions.sizes import check_device, element_type, wrap
from ..functions.transposing import roll


@with_out
def fftfreq(n: int, d: float = 1.0, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """The frequency of each term of `fft`: `[0, 1, ..., (n - 1) // 2, -(n // 2), ..., -1] / (d n)`.

    Args:
        n: the length of the signal.
        d: the time between samples. Default: 1.
        dtype: the element type. Default: None, the default float type.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.

    Returns:
        n frequencies, in cycles per unit of d.

    Raises:
        RuntimeError: n is negative.

    Example:
        >>> import seedgrad as sg
        >>> sg.fft.fftfreq(4)
        tensor([ 0.0000,  0.2500, -0.5000, -0.2500])
    """
    numbers = np.arange(_length("fftfreq", n))
    numbers[(n + 1) // 2 :] -= n
    return _frequencies(numbers, n, d, dtype, device, requires_grad)


@with_out
def rfftfreq(n: int, d: float = 1.0, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """The frequency of each term of `rfft`: `[0, 1, ..., n // 2] / (d n)`.

    Args:
        n, d, dtype, device, requires_grad: as in `fftfreq`.

    Returns:
        n // 2 + 1 frequencies, in cycles per unit of d.

    Raises:
        RuntimeError: n is negative.

    Example:
        >>> import seedgrad as sg
        >>> sg.fft.rfftfreq(4)
        tensor([0.0000, 0.2500, 0.5000])
    """
    return _frequencies(np.arange(_length("rfftfreq", n) // 2 + 1), n, d, dtype, device, requires_grad)


def _length(name: str, n: int) -> int:
    if n < 0:
        raise RuntimeError(f"{name}(): Trying to create tensor with negative dimension {n}: n is the signal's length")
    return n


def _frequencies(numbers: Any, n: int, d: float, dtype: Any, device: Any, requires_grad: bool) -> Tensor:
    check_device(device)
    kind = element_type(dtype)
    return wrap((numbers.astype(kind) * kind.type(1.0 / (n * d) if n else np.nan)).astype(kind), requires_grad)


def fftshift(input: Tensor, dim: Any = None) -> Tensor:
    """Move the zero frequency from the front to the middle.

    Args:
        input: any shape.
        dim: along which dimensions. Default: None, all.

    Returns:
        In the input's shape.

    Raises:
        IndexError: a dimension is out of range.
        RuntimeError: there is no dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.fft.fftshift(sg.fft.fftfreq(4))
        tensor([-0.5000, -0.2500,  0.0000,  0.2500])
    """
    return _shifted("fftshift", input, dim, lambda n: n // 2)


def ifftshift(input: Tensor, dim: Any = None) -> Tensor:
    """The inverse of `fftshift`: move the zero frequency from the middle to the front.

    Args:
        input, dim: as in `fftshift`.

    Returns:
        In the input's shape.

    Raises:
        IndexError: a dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.arange(5)
        >>> sg.fft.ifftshift(sg.fft.fftshift(x))
        tensor([0, 1, 2, 3, 4])
    """
    return _shifted("ifftshift", input, dim, lambda n: (n + 1) // 2)


def _shifted(name: str, input: Tensor, dim: Any, by: Any) -> Tensor:
    check_tensors(name, input)
    dims = tuple(range(input.ndim)) if dim is None else (dim,) if isinstance(dim, int) else tuple(dim)
    for d in dims:
        if not -input.ndim <= d < input.ndim:
            raise IndexError(
                f"{name}(): Dimension out of range (expected to be in range of [{-input.ndim}, {input.ndim - 1}], but got {d})"
            )
    if not dims:
        raise RuntimeError(
            f"{name}(): there are no dimensions to shift: the input has shape {tuple(input.shape)}, dim is {dim}"
        )
    return roll(input, tuple(by(input.shape[d]) for d in dims), dims)
