"""Products with a weight."""

from __future__ import annotations

from typing import Any

from ...core.tensor import Tensor
from ...ops.linalg import linear as _linear
from ...ops.linalg import matmul


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """x Wᵀ + b over the last dimension.

    Args:
        input: (*, in_features), or (in_features) alone.
        weight: (out_features, in_features), or (in_features) for a single number out, without bias.
        bias: (out_features). Default: none.

    Returns:
        (*, out_features).

    Raises:
        TypeError: an argument is not a Tensor.
        RuntimeError: the last dimension of the input is not in_features; the element types differ.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn import functional as F
        >>> F.linear(sg.ones(2, 3), sg.ones(4, 3), sg.zeros(4)).shape
        seedgrad.Size([2, 4])
    """
    return apply_linear("linear()", input, weight, bias)


def apply_linear(who: Any, input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """`linear`, with errors in the name of `who`: a text, or a function that gives one."""
    try:
        a, w = input.array, weight.array
        fits = (
            a.shape[-1:] == w.shape[-1:]
            and a.dtype is w.dtype
            and w.ndim == 2
            and (bias is None or (bias.array.shape == w.shape[:1] and bias.array.dtype is w.dtype))
        )
    except AttributeError:
        _check(who, input, weight, bias)
        raise
    if not fits:
        _check(who, input, weight, bias)
        if weight.array.ndim == 1:
            return matmul.call(input, weight)
    return _linear.call(input, weight, bias)


def _check(who: Any, input: Any, weight: Any, bias: Any) -> None:
    """Raise if `linear` can't take these; the slow way, off the common path."""
    who = who if isinstance(who, str) else who()
    for name, value in (("input", input), ("weight", weight), ("bias", bias)):
        if not isinstance(value, Tensor) and not (value is None and name == "bias"):
            raise TypeError(
                f"{who}: {name} must be a Tensor, got {type(value).__name__}. Convert it first: seedgrad.tensor(x)"
            )
    shape, wanted = input.array.shape, weight.array.shape
    if not shape or not wanted:
        raise RuntimeError(f"{who}: input and weight must have at least 1 dimension, got shapes {shape} and {wanted}")
    if len(wanted) > 2:
        raise RuntimeError(f"{who}: weight must be (out_features, in_features), got shape {wanted}")
    features = wanted[-1]
    if shape[-1] != features:
        raise RuntimeError(
            f"{who}: the last dimension of the input must be {features}, got shape {shape}.{_advice(shape, features)}"
        )
    for name, value in (("weight", weight), ("bias", bias)):
        if value is not None and value.array.dtype != input.array.dtype:
            raise RuntimeError(
                f"{who}: input and {name} must have the same dtype, but got {input.dtype} and {value.dtype}. "
                f"Convert one of them: x.to({value.dtype}), or module.to({input.dtype})"
            )
    if bias is not None and len(wanted) == 1:
        raise RuntimeError(f"{who}: a bias needs a weight of shape (out_features, in_features), got {wanted}")
    if bias is not None and bias.array.shape not in ((wanted[0],), (1,), ()):
        raise RuntimeError(f"{who}: bias must have shape ({wanted[0]},), got {bias.array.shape}")


def _advice(shape: tuple[int, ...], features: int) -> str:
    """What to do about a last dimension that does not fit."""
    size = 1
    for start in range(len(shape) - 1, -1, -1):
        size *= shape[start]
        if size == features and start:
            return f" Flatten it first: x.flatten({start})"
    if len(shape) == 2 and shape[0] == features:
        return " Transpose it first: x.T"
    return ""
