"""Window functions: weights that fade a signal in and out."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from .public import public
from .sizes import check_device, element_type, wrap

Array = np.ndarray[Any, Any]


def _window(
    name: str,
    shape: Callable[[int], Array],
    length: Any,
    periodic: Any,
    dtype: Any,
    device: Any,
    requires_grad: bool,
) -> Tensor:
    """`shape(n)`, a symmetric window of n weights; a periodic one leaves out the last of n + 1."""
    check_device(device)
    if isinstance(length, bool) or not isinstance(length, (int, np.integer)):
        raise TypeError(f"{name}(): argument 'window_length' must be int, not {type(length).__name__}")
    length = int(length)
    if length < 0:
        raise RuntimeError(f"{name} requires non-negative window_length, got window_length={length}")
    kind = element_type(dtype)
    if dtypes.category(kind) != dtypes.FLOAT:
        raise RuntimeError(f"{name} expects floating point dtypes, got: {dtypes.from_numpy(kind)}")
    if length < 2:
        return wrap(np.ones(length, kind), requires_grad)
    weights = shape(length + 1)[:-1] if periodic else shape(length)
    return wrap(weights.astype(kind), requires_grad)


def _cosines(*factors: float) -> Callable[[int], Array]:
    """a_0 - a_1 cos(2 pi k / (n - 1)) + a_2 cos(4 pi k / (n - 1)) - ..."""

    def shape(n: int) -> Array:
        angle = np.arange(n) * (2 * math.pi / (n - 1))
        terms = [(-1) ** i * a * np.cos(i * angle) for i, a in enumerate(factors)]
        return np.sum(terms, axis=0)

    return shape


@public(method=False)
def bartlett_window(
    window_length: int, periodic: bool = True, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """The triangular window: `w_k = 1 - |2k / (n - 1) - 1|`.

    Args:
        window_length: the number n of weights.
        periodic: leave out the last of n + 1 weights, so that windows join. Default: True.
        dtype: a floating-point type. Default: the default one.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.

    Returns:
        A tensor of shape (n,).

    Raises:
        RuntimeError: the length is negative, or the type is not floating-point.

    Example:
        >>> import seedgrad as sg
        >>> sg.bartlett_window(4)
        tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """
    return _window("bartlett_window", np.bartlett, window_length, periodic, dtype, device, requires_grad)


@public(method=False)
def blackman_window(
    window_length: int, periodic: bool = True, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """The Blackman window: `w_k = 0.42 - 0.5 cos(2 pi k / (n - 1)) + 0.08 cos(4 pi k / (n - 1))`.

    Args:
        window_length: the number n of weights.
        periodic: leave out the last of n + 1 weights, so that windows join. Default: True.
        dtype: a floating-point type. Default: the default one.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.

    Returns:
        A tensor of shape (n,).

    Raises:
        RuntimeError: the length is negative, or the type is not floating-point.

    Example:
        >>> import seedgrad as sg
        >>> sg.blackman_window(5, periodic=False)[1:4]
        tensor([0.3400, 1.0000, 0.3400])
    """
    shape = _cosines(0.42, 0.5, 0.08)
    return _window("blackman_window", shape, window_length, periodic, dtype, device, requires_grad)


@public(method=False)
def hann_window(
    window_length: int, periodic: bool = True, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """The Hann window: `w_k = 0.5 - 0.5 cos(2 pi k / (n - 1))`.

    Args:
        window_length: the number n of weights.
        periodic: leave out the last of n + 1 weights, so that windows join. Default: True.
        dtype: a floating-point type. Default: the default one.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.

    Returns:
        A tensor of shape (n,).

    Raises:
        RuntimeError: the length is negative, or the type is not floating-point.

    Example:
        >>> import seedgrad as sg
        >>> sg.hann_window(4)
        tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """
    return _window("hann_window", _cosines(0.5, 0.5), window_length, periodic, dtype, device, requires_grad)


@public(method=False)
def hamming_window(
    window_length: int,
    periodic: bool = True,
    alpha: float = 0.54,
    beta: float = 0.46,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The Hamming window: `w_k = alpha - beta cos(2 pi k / (n - 1))`.

    Args:
        window_length: the number n of weights.
        periodic: leave out the last of n + 1 weights, so that windows join. Default: True.
        alpha: the mean. Default: 0.54.
        beta: the amplitude. Default: 0.46.
        dtype: a floating-point type. Default: the default one.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.

    Returns:
        A tensor of shape (n,).

    Raises:
        RuntimeError: the length is negative, or the type is not floating-point.

    Example:
        >>> import seedgrad as sg
        >>> sg.hamming_window(4)
        tensor([0.0800, 0.5400, 1.0000, 0.5400])
    """
    shape = _cosines(alpha, beta)
    return _window("hamming_window", shape, window_length, periodic, dtype, device, requires_grad)


@public(method=False)
def kaiser_window(
    window_length: int,
    periodic: bool = True,
    beta: float = 12.0,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The Kaiser window: `w_k = I_0(beta (1 - (2k / (n - 1) - 1)^2)^(1/2)) / I_0(beta)`, with the Bessel function I_0.

    Args:
        window_length: the number n of weights.
        periodic: leave out the last of n + 1 weights, so that windows join. Default: True.
        beta: how narrow it is. Default: 12.
        dtype: a floating-point type. Default: the default one.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.

    Returns:
        A tensor of shape (n,).

    Raises:
        RuntimeError: the length is negative, or the type is not floating-point.

    Example:
        >>> import seedgrad as sg
        >>> sg.kaiser_window(4, beta=5.0)
        tensor([0.0367, 0.5529, 1.0000, 0.5529])

    Source: Kaiser (1974), "Nonrecursive digital filter design using the I_0-sinh window function".
    """
    return _window("kaiser_window", lambda n: np.kaiser(n, beta), window_length, periodic, dtype, device, requires_grad)
