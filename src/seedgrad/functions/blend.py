"""Masks and mixtures: where, masked_fill, lerp, addcmul, addcdiv."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.batching import Batched
from ..core.tensor import Tensor
from ..ops import elementwise as e
from ..ops import select as s
from .arguments import check_tensors, held
from .public import public


@public(method=False, out=True)
def where(condition: Tensor, input: Any = None, other: Any = None) -> Any:
    """Choose by a mask: `out = x where the condition holds, else y`.

    Args:
        condition: a bool (or uint8) tensor.
        input: a tensor that broadcasts with it, or a number.
        other: likewise. With the condition alone, the indices where it holds are returned.

    Returns:
        The chosen elements, in the broadcast shape and the common type of input and other; or, without them,
        a tuple
        of index tensors, one for each dimension.

    Raises:
        TypeError: the condition is not a tensor; one of input and other is missing.
        RuntimeError: the condition is neither bool nor uint8; the shapes can't be broadcast.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([-1.0, 2.0])
        >>> sg.where(x > 0, x, 0.0)
        tensor([0., 2.])
    """
    check_tensors("where", condition)
    if input is None and other is None:
        return tuple(Tensor(i) for i in np.nonzero(np.atleast_1d(condition.array)))
    if input is None or other is None:
        raise TypeError("where() takes the condition alone, or the condition with both input and other")
    if condition.array.dtype != dtypes.BOOL:
        if condition.array.dtype != np.uint8:
            raise RuntimeError(
                f"where expected condition to be a boolean tensor, "
                f"but got a tensor with dtype {condition.dtype}. "
                f"Compare it first: x != 0"
            )
        condition = condition != 0
    return s.where.call(condition, input, other)


@public(inplace=True)
def masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """Put one value where a mask holds: `out = value where mask, else x`.

    Args:
        input: any shape.
        mask: a bool tensor that broadcasts with it.
        value: a number or a 0-d tensor.

    Returns:
        The filled tensor, in the broadcast shape and the input's type.

    Raises:
        TypeError: the mask is not a tensor.
        RuntimeError: the mask is not bool; the value has dimensions, or the type can't hold it; the shapes can't be
            broadcast.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([1.0, -2.0])
        >>> x.masked_fill(x < 0, 0.0)
        tensor([1., 0.])
    """
    check_tensors("masked_fill", input, mask)
    if mask.array.dtype != dtypes.BOOL:
        raise RuntimeError(f"masked_fill only supports boolean masks, but got mask with dtype {mask.dtype}")
    return s.masked_fill.call(input, mask, one_value("masked_fill", input, value))


def one_value(name: str, input: Tensor, value: Any) -> Tensor:
    """A number or 0-d tensor as a 0-d tensor that fits the input's type."""
    number = value
    if isinstance(value, Tensor):
        if value.array.ndim:
            raise RuntimeError(
                f"{name} only supports a 0-dimensional value tensor, but got a tensor of shape {value.array.shape}"
            )
        if type(value) is Batched and (value.array.dtype.kind != "c" or input.array.dtype.kind == "c"):
            return value
        number = value.item()
    elif dtypes.scalar_category(value) < 0:
        raise TypeError(f"{name}(): the value must be a number or a 0-d Tensor, not {type(value).__name__}")
    kind = input.array.dtype
    if isinstance(value, Tensor):
        if isinstance(number, complex):
            held(name, number, kind)
        return value
    return Tensor(held(name, number, kind))


@public(inplace=True, out=True)
def lerp(input: Tensor, end: Tensor, weight: Any) -> Tensor:
    """Linear interpolation: `out = x + weight (end - x)`.

    Args:
        input: the start, any shape; floating-point.
        end: a tensor of its type that broadcasts with it.
        weight: a number or a tensor of the same type: 0 gives the start, 1 the end.

    Returns:
        The mixtures, in the broadcast shape.

    Raises:
        TypeError: input or end is not a tensor.
        RuntimeError: the types differ or are not floating-point; the shapes can't be broadcast.

    Example:
        >>> import seedgrad as sg
        >>> sg.lerp(sg.tensor([0.0, 10.0]), sg.tensor([10.0, 20.0]), 0.25)
        tensor([ 2.5000, 12.5000])
    """
    check_tensors("lerp", input, end)
    kind = input.array.dtype
    if not dtypes.differentiable(kind):
        raise NotImplementedError(f"lerp is not implemented for {input.dtype} tensors. Convert them first: x.float()")
    for name, x in (("end", end), ("weight", weight)):
        if isinstance(x, Tensor) and x.array.dtype != kind:
            raise RuntimeError(f"lerp expected dtype {input.dtype} for `{name}` but got dtype {x.dtype}")
    _check_factor("lerp", weight, input)
    return e.lerp.call(input, end, weight)


@public(inplace=True, out=True)
def addcmul(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Any = 1) -> Tensor:
    """Add a product: `out = x + value y z`.

    Args:
        input: any shape.
        tensor1: y, a tensor that broadcasts with it.
        tensor2: z, likewise.
        value: a factor. Default: 1.

    Returns:
        The sums, in the broadcast shape and the common type.

    Raises:
        TypeError: one of the three is not a tensor.
        RuntimeError: the shapes can't be broadcast; a fractional value for integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.addcmul(sg.tensor([1.0]), sg.tensor([2.0]), sg.tensor([3.0]), value=10)
        tensor([61.])
    """
    check_tensors("addcmul", input, tensor1, tensor2)
    if dtypes.scalar_category(value) >= dtypes.FLOAT and not _any_float(input, tensor1, tensor2):
        raise RuntimeError(f"addcmul: for integer tensors the value must be an integer, got {value}")
    _check_factor("addcmul", value, input, tensor1, tensor2)
    return e.addcmul.call(input, tensor1, tensor2, value=value)


@public(inplace=True, out=True)
def addcdiv(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Any = 1) -> Tensor:
    """Add a quotient: `out = x + value y / z`.

    Args:
        input: any shape.
        tensor1: y, a tensor that broadcasts with it.
        tensor2: z, likewise; y and z may not both hold integers.
        value: a factor. Default: 1.

    Returns:
        The sums, in the broadcast shape and the common type.

    Raises:
        TypeError: one of the three is not a tensor.
        RuntimeError: the shapes can't be broadcast; an integer is divided by an integer.

    Example:
        >>> import seedgrad as sg
        >>> sg.addcdiv(sg.tensor([1.0]), sg.tensor([6.0]), sg.tensor([3.0]), value=10)
        tensor([21.])
    """
    check_tensors("addcdiv", input, tensor1, tensor2)
    if not _any_float(tensor1, tensor2):
        raise RuntimeError("Integer division with addcdiv is not supported. Convert one of the tensors: x.float()")
    _check_factor("addcdiv", value, input, tensor1, tensor2)
    return e.addcdiv.call(input, tensor1, tensor2, value=value)


def _check_factor(name: str, value: Any, *tensors: Tensor) -> None:
    if isinstance(value, complex) and not any(t.is_complex() for t in tensors):
        raise RuntimeError(f"{name}: a complex value needs a complex tensor, got {value} for {tensors[0].dtype}")


def _any_float(*values: Tensor) -> bool:
    return any(dtypes.differentiable(x.array.dtype) for x in values)


def _where_method(self: Tensor, condition: Tensor, other: Any) -> Tensor:
    """`where(condition, self, other)`."""
    chosen: Tensor = where(condition, self, other)
    return chosen


setattr(Tensor, "where", _where_method)  # noqa: B010  (attached by name, as all methods are)
