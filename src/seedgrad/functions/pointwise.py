"""Arithmetic of each element, with broadcasting and PyTorch's promotion of types."""

from __future__ import annotations

from typing import Any

from ..core import dtype as dtypes
from ..core.dtype import F32, F64, scalar_category
from ..core.tensor import Tensor
from ..ops import elementwise as e
from ..ops import select as s
from .arguments import check_held, check_tensors
from .public import public


def _scaled(name: str, input: Any, other: Any, alpha: Any) -> Any:
    """alpha times other; alpha must be a number that their common type can hold."""
    kind = dtypes.result_type([x.array if isinstance(x, Tensor) else x for x in (input, other)])
    given, common = scalar_category(alpha), dtypes.category(kind)
    if given == dtypes.BOOLEAN and common != dtypes.BOOLEAN:
        raise RuntimeError(f"{name}(): Boolean alpha only supported for Boolean results, got {alpha} for {kind}")
    if given == dtypes.COMPLEX and common != dtypes.COMPLEX:
        raise RuntimeError(
            f"{name}(): For non-complex input tensors, argument alpha must not be a complex number, got {alpha}"
        )
    if given == dtypes.FLOAT and common < dtypes.FLOAT:
        raise RuntimeError(
            f"{name}(): For integral input tensors, argument alpha must not be a floating point number, got {alpha}"
        )
    if common == dtypes.BOOLEAN:
        alpha = bool(alpha)
    check_held(alpha, kind)
    if not isinstance(other, Tensor):
        return other and alpha if common == dtypes.BOOLEAN else other * alpha
    # In the common type: `other` alone may be too narrow for the product.
    return e.multiply.call(s.astype.call(other, kind=kind), alpha)


@public(inplace=True, out=True)
def add(input: Any, other: Any, *, alpha: Any = 1) -> Tensor:
    """The sum: `out = x + alpha y`.

    Args:
        input: any shape.
        other: a tensor that broadcasts with it, or a number.
        alpha: a factor for other. Default: 1.

    Returns:
        The sums, in the broadcast shape and the common type.

    Raises:
        RuntimeError: the shapes can't be broadcast; alpha is fractional and the tensors hold integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.add(sg.tensor([1.0, 2.0]), sg.tensor([3.0, 4.0]), alpha=10)
        tensor([31., 42.])
    """
    return e.add.call(input, other if type(alpha) is int and alpha == 1 else _scaled("add", input, other, alpha))


@public(inplace=True, alias=("subtract",), out=True)
def sub(input: Any, other: Any, *, alpha: Any = 1) -> Tensor:
    """The difference: `out = x - alpha y`.

    Args:
        input: any shape.
        other: a tensor that broadcasts with it, or a number.
        alpha: a factor for other. Default: 1.

    Returns:
        The differences, in the broadcast shape and the common type.

    Raises:
        RuntimeError: the shapes can't be broadcast; one holds bools; alpha is fractional and the tensors hold
            integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.sub(sg.tensor([1.0, 2.0]), 1)
        tensor([0., 1.])
    """
    if _is_bool(input) or _is_bool(other):
        raise RuntimeError("sub(): subtraction of bools is not supported. Use `^` for the difference of two masks")
    return e.subtract.call(input, other if type(alpha) is int and alpha == 1 else _scaled("sub", input, other, alpha))


def _is_bool(x: Any) -> bool:
    return x.array.dtype == dtypes.BOOL if isinstance(x, Tensor) else isinstance(x, bool)


@public(method=False)
def rsub(input: Tensor, other: Any, *, alpha: Any = 1) -> Tensor:
    """The difference from the other side: `out = y - alpha x`.

    Args:
        input: x: any shape.
        other: y: a tensor that broadcasts with it, or a number.
        alpha: a factor for the input. Default: 1.

    Returns:
        The differences, in the broadcast shape and the common type.

    Raises:
        TypeError: the input is not a tensor.
        RuntimeError: as `sub`.

    Example:
        >>> import seedgrad as sg
        >>> sg.rsub(sg.tensor([1.0, 2.0]), 3)
        tensor([2., 1.])
    """
    check_tensors("rsub", input)
    return sub(other, input, alpha=alpha)


@public(inplace=True, alias=("multiply",), out=True)
def mul(input: Any, other: Any) -> Tensor:
    """The product: `out = x y`.

    Args:
        input: any shape.
        other: a tensor that broadcasts with it, or a number.

    Returns:
        The products, in the broadcast shape and the common type.

    Raises:
        RuntimeError: the shapes can't be broadcast.

    Example:
        >>> import seedgrad as sg
        >>> sg.mul(sg.tensor([[1.0], [2.0]]), sg.tensor([3.0, 4.0]))
        tensor([[3., 4.],
                [6., 8.]])
    """
    return e.multiply.call(input, other)


@public(inplace=True, alias=("divide",), out=True)
def div(input: Any, other: Any, *, rounding_mode: str | None = None) -> Tensor:
    """The quotient: `out = x / y`, rounded on request.

    Args:
        input: any shape.
        other: a tensor that broadcasts with it, or a number.
        rounding_mode: "floor" rounds towards minus infinity, "trunc" towards zero. Default: None, do not
            round.

    Returns:
        The quotients, in the broadcast shape and the common type; without rounding, integers give the default
        float type.

    Raises:
        RuntimeError: the shapes can't be broadcast; an unknown rounding mode; integers divided by 0 with
            rounding.

    Example:
        >>> import seedgrad as sg
        >>> sg.div(sg.tensor([-7.0, 7.0]), 2, rounding_mode="floor")
        tensor([-4.,  3.])
    """
    if rounding_mode is None:
        return e.divide.call(input, other)
    if rounding_mode == "floor":
        return e.floor_divide.call(input, other)
    if rounding_mode == "trunc":
        return e.trunc_divide.call(input, other)
    raise RuntimeError(f"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found {rounding_mode!r}")


@public(inplace=True, out=True)
def true_divide(input: Any, other: Any) -> Tensor:
    """The quotient without rounding: `div(input, other)`.

    Args:
        input: any shape.
        other: a tensor that broadcasts with it, or a number.

    Returns:
        The quotients, in the broadcast shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.true_divide(sg.tensor([1, 2]), 2)
        tensor([0.5000, 1.0000])
    """
    return e.divide.call(input, other)


@public(inplace=True, out=True)
def floor_divide(input: Any, other: Any) -> Tensor:
    """The quotient rounded towards minus infinity: `out = floor(x / y)`; the derivative is 0.

    Args:
        input: any shape.
        other: a tensor that broadcasts with it, or a number.

    Returns:
        The rounded quotients, in the broadcast shape and the common type.

    Raises:
        RuntimeError: the shapes can't be broadcast; integers divided by 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.floor_divide(sg.tensor([-7, 7]), 2)
        tensor([-4,  3])
    """
    return e.floor_divide.call(input, other)


@public(inplace=True, out=True)
def remainder(input: Any, other: Any) -> Tensor:
    """What floor division leaves, with the sign of the divisor: `out = x - y floor(x / y)`.

    Args:
        input: any shape.
        other: the divisor, a tensor that broadcasts with it, or a number.

    Returns:
        The remainders, in the broadcast shape and the common type.

    Raises:
        RuntimeError: the shapes can't be broadcast; integers divided by 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.remainder(sg.tensor([-7.0, 7.0]), 3)
        tensor([2., 1.])
    """
    return e.remainder.call(input, other)


@public(inplace=True, out=True)
def fmod(input: Any, other: Any) -> Tensor:
    """What division rounded towards zero leaves, with the sign of the input: `out = x - y trunc(x / y)`.

    Args:
        input: any shape.
        other: the divisor, a tensor that broadcasts with it, or a number.

    Returns:
        The remainders, in the broadcast shape and the common type.

    Raises:
        RuntimeError: the shapes can't be broadcast; integers divided by 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.fmod(sg.tensor([-7.0, 7.0]), 3)
        tensor([-1.,  1.])
    """
    check_tensors("fmod", input)
    return e.fmod.call(input, other)


@public(inplace=True, out=True)
def pow(input: Any, exponent: Any) -> Tensor:
    """The power: `out = x^exponent`.

    Args:
        input: the base: any shape, or a number where the exponent is a tensor.
        exponent: a tensor that broadcasts with it, or a number.

    Returns:
        The powers, in the broadcast shape and the common type. 0 to the power of 0 is 1.

    Raises:
        RuntimeError: integers to a negative integer power, or to one that their type can't hold; the shapes
            can't be broadcast.
        NotImplementedError: base and exponent are both bool.

    Example:
        >>> import seedgrad as sg
        >>> sg.pow(sg.tensor([1.0, 2.0, 3.0]), 2)
        tensor([1., 4., 9.])
    """
    if isinstance(input, Tensor) and type(exponent) in (int, float):
        kind = input.array.dtype
        if kind is F32 or kind is F64 or dtypes.category(kind) >= dtypes.FLOAT:
            return e.power_number.call(input, exponent=exponent)
        if exponent < 0 and type(exponent) is int:
            raise RuntimeError(
                f"Integers to negative integer powers are not allowed: {input.dtype} ** {exponent}. "
                f"Convert the base to a float first: x.float()"
            )
        if type(exponent) is int:
            check_held(exponent, kind)
    if isinstance(exponent, Tensor) and _is_bool(input) and _is_bool(exponent):
        raise NotImplementedError("pow is not implemented for bool to the power of bool. Convert one: x.long()")
    return e.power.call(input, exponent)


subtract = sub
multiply = mul
divide = div
