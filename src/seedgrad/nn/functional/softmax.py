"""softmax and its relatives along one dimension."""

from __future__ import annotations

import warnings
from typing import Any

from ...core import dtype as dtypes
from ...core.tensor import Tensor
from ...functions.arguments import one_axis
from ...functions.public import public
from ...ops import softmax as ops
from ...ops.select import astype


def _prepared(name: str, input: Tensor, dim: int | None, stacklevel: int, dtype: Any) -> tuple[Tensor, int]:
    """The input in the type asked for, and the axis."""
    if dtype is not None:
        input = astype.call(input, kind=dtypes.to_numpy(dtype))
    axis = one_axis(name, input, dim if dim is not None else _implicit(name, input, stacklevel))
    if not dtypes.differentiable(input.array.dtype):
        raise NotImplementedError(
            f"{name} is not implemented for {input.dtype} tensors. Convert the input first: x.float(), or pass dtype="
        )
    return input, axis


def _implicit(name: str, input: Tensor, stacklevel: int) -> int:
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.",
        stacklevel=stacklevel + 2,
    )
    return 0 if input.dim() in (0, 1, 3) else 1


@public(out=True)
def softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """Positive numbers that sum to 1 along a dimension: `out = exp(x) / sum(exp(x))`.

    Args:
        input: any shape.
        dim: the dimension along which the result sums to 1. (Without it the choice is PyTorch's old one, with
            a warning.)
        dtype: convert the input to this type first. Default: its own.

    Returns:
        The input's shape.

    Raises:
        IndexError: there is no such dimension.
        NotImplementedError: the input holds integers and there is no `dtype`.

    Example:
        >>> import seedgrad as sg
        >>> sg.softmax(sg.tensor([0.0, 0.0]), dim=0)
        tensor([0.5000, 0.5000])
    """
    input, axis = _prepared("softmax", input, dim, _stacklevel, dtype)
    return ops.softmax.call(input, axis=axis)


@public(out=True)
def log_softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """The logarithm of softmax, accurate also where softmax is 0: `out = x - log(sum(exp(x)))`.

    Args:
        input: any shape.
        dim: the dimension along which exp(out) sums to 1. (Without it the choice is PyTorch's old one, with a
            warning.)
        dtype: convert the input to this type first. Default: its own.

    Returns:
        Numbers of at most 0, in the input's shape.

    Raises:
        IndexError: there is no such dimension.
        NotImplementedError: the input holds integers and there is no `dtype`.

    Example:
        >>> import seedgrad as sg
        >>> sg.log_softmax(sg.tensor([0.0, 0.0]), dim=0)
        tensor([-0.6931, -0.6931])
    """
    input, axis = _prepared("log_softmax", input, dim, _stacklevel, dtype)
    return ops.log_softmax.call(input, axis=axis)


def softmin(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """The softmax of -x: the smallest number gets the largest share.

    Args:
        input: any shape.
        dim: the dimension along which the result sums to 1. (Without it the choice is PyTorch's old one, with
            a warning.)
        dtype: convert the input to this type first. Default: its own.

    Returns:
        The input's shape.

    Raises:
        IndexError: there is no such dimension.
        NotImplementedError: the input holds integers and there is no `dtype`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.softmin(sg.tensor([0.0, 0.0]), dim=0)
        tensor([0.5000, 0.5000])
    """
    input, axis = _prepared("softmin", input, dim, _stacklevel, dtype)
    return ops.softmax.call(-input, axis=axis)
