"""Comparisons, tests and logic of each element; and whether two tensors are the same."""

from __future__ import annotations

import builtins
from typing import Any

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from ..ops import select as s
from .arguments import check_tensors
from .public import public


@public(inplace=True, out=True)
def eq(input: Tensor, other: Any) -> Tensor:
    """Whether each element is equal: `out = x = y`.

    Args:
        input: any shape.
        other: a tensor that broadcasts with it, or a number.

    Returns:
        bool, in the broadcast shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.eq(sg.tensor([1.0, 2.0, 3.0]), 2)
        tensor([False,  True, False])
    """
    check_tensors("eq", input)
    return s.equal.call(input, other)


@public(inplace=True, alias=("not_equal",), out=True)
def ne(input: Tensor, other: Any) -> Tensor:
    """Whether each element is different: `out = x != y`.

    Args:
        input: any shape.
        other: a tensor that broadcasts with it, or a number.

    Returns:
        bool, in the broadcast shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.ne(sg.tensor([1.0, 2.0, 3.0]), 2)
        tensor([ True, False,  True])
    """
    check_tensors("ne", input)
    return s.not_equal.call(input, other)


@public(inplace=True, alias=("less",), out=True)
def lt(input: Tensor, other: Any) -> Tensor:
    """Whether each element is less: `out = x < y`.

    Args:
        input: any shape.
        other: a tensor that broadcasts with it, or a number.

    Returns:
        bool, in the broadcast shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.lt(sg.tensor([1.0, 2.0, 3.0]), 2)
        tensor([ True, False, False])
    """
    check_tensors("lt", input)
    return s.less.call(input, other)


@public(inplace=True, alias=("less_equal",), out=True)
def le(input: Tensor, other: Any) -> Tensor:
    """Whether each element is less or equal: `out = x <= y`.

    Args:
        input: any shape.
        other: a tensor that broadcasts with it, or a number.

    Returns:
        bool, in the broadcast shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.le(sg.tensor([1.0, 2.0, 3.0]), 2)
        tensor([ True,  True, False])
    """
    check_tensors("le", input)
    return s.less_equal.call(input, other)


@public(inplace=True, alias=("greater",), out=True)
def gt(input: Tensor, other: Any) -> Tensor:
    """Whether each element is greater: `out = x > y`.

    Args:
        input: any shape.
        other: a tensor that broadcasts with it, or a number.

    Returns:
        bool, in the broadcast shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.gt(sg.tensor([1.0, 2.0, 3.0]), 2)
        tensor([False, False,  True])
    """
    check_tensors("gt", input)
    return s.greater.call(input, other)


@public(inplace=True, alias=("greater_equal",), out=True)
def ge(input: Tensor, other: Any) -> Tensor:
    """Whether each element is greater or equal: `out = x >= y`.

    Args:
        input: any shape.
        other: a tensor that broadcasts with it, or a number.

    Returns:
        bool, in the broadcast shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.ge(sg.tensor([1.0, 2.0, 3.0]), 2)
        tensor([False,  True,  True])
    """
    check_tensors("ge", input)
    return s.greater_equal.call(input, other)


@public()
def isnan(input: Tensor) -> Tensor:
    """Whether each element is NaN.

    Args:
        input: any shape.

    Returns:
        bool, in the input's shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.isnan(sg.tensor([1.0, float("nan"), float("inf")]))
        tensor([False,  True, False])
    """
    return s.isnan.call(input)


@public()
def isinf(input: Tensor) -> Tensor:
    """Whether each element is inf or -inf.

    Args:
        input: any shape.

    Returns:
        bool, in the input's shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.isinf(sg.tensor([1.0, float("nan"), float("inf")]))
        tensor([False, False,  True])
    """
    return s.isinf.call(input)


@public()
def isfinite(input: Tensor) -> Tensor:
    """Whether each element is neither NaN nor infinite.

    Args:
        input: any shape.

    Returns:
        bool, in the input's shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.isfinite(sg.tensor([1.0, float("nan"), float("inf")]))
        tensor([ True, False, False])
    """
    return s.isfinite.call(input)


@public()
def isclose(input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Tensor:
    """Whether each pair of elements is nearly equal: `out = |x - y| <= atol + rtol |y|`.

    Args:
        input: any shape.
        other: a tensor of the same type that broadcasts with it.
        rtol: the tolerance relative to other. Default: 1e-05.
        atol: the absolute tolerance. Default: 1e-08.
        equal_nan: NaN equals NaN. Default: False.

    Returns:
        bool, in the broadcast shape.

    Raises:
        TypeError: one of the two is not a tensor.
        RuntimeError: the types differ; a tolerance is negative.

    Example:
        >>> import seedgrad as sg
        >>> sg.isclose(sg.tensor([1.0, 2.0]), sg.tensor([1.0, 2.1]))
        tensor([ True, False])
    """
    check_tensors("isclose", input, other)
    if input.array.dtype != other.array.dtype:
        raise RuntimeError(f"isclose compares tensors of one type: {input.dtype} did not match {other.dtype}")
    for name, tolerance in (("rtol", rtol), ("atol", atol)):
        if tolerance < 0:
            raise RuntimeError(f"{name} must be greater than or equal to zero, but got {tolerance}")
    x, y = input.detach(), other.detach()
    close = x == y
    if equal_nan and dtypes.differentiable(x.array.dtype):
        close = close | (isnan(x) & isnan(y))
    if rtol == 0 and atol == 0:
        return close
    # An infinite distance or bound says nothing about closeness: only equal infinities are close.
    distance = abs(x - y) if x.array.dtype != dtypes.BOOL else s.not_equal.call(x, y)
    return close | (isfinite(distance) & (distance <= atol + abs(rtol * y)))


@public()
def allclose(
    input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> builtins.bool:
    """Whether all pairs of elements are nearly equal: `all |x - y| <= atol + rtol |y|`.

    Args:
        input: any shape.
        other: a tensor of the same type that broadcasts with it.
        rtol: the tolerance relative to other. Default: 1e-05.
        atol: the absolute tolerance. Default: 1e-08.
        equal_nan: NaN equals NaN. Default: False.

    Returns:
        A Python bool.

    Raises:
        RuntimeError: the types differ; a tolerance is negative.

    Example:
        >>> import seedgrad as sg
        >>> sg.allclose(sg.tensor([1.0, 2.0]), sg.tensor([1.0, 2.0 + 1e-6]))
        True
    """
    return bool(isclose(input, other, rtol, atol, equal_nan).array.all())


@public()
def equal(input: Tensor, other: Tensor) -> builtins.bool:
    """Whether two tensors have the same shape and the same elements; NaN equals nothing.

    Args:
        input: any shape.
        other: any shape.

    Returns:
        A Python bool.

    Raises:
        TypeError: one of the two is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.equal(sg.tensor([1, 2]), sg.tensor([1, 2]))
        True
    """
    check_tensors("equal", input, other)
    return input.array.shape == other.array.shape and bool(s.equal.call(input.detach(), other.detach()).array.all())


not_equal = ne
less = lt
less_equal = le
greater = gt
greater_equal = ge
