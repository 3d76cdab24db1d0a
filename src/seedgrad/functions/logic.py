"""Logic of truth values and of bits, each element alone."""

from __future__ import annotations

from typing import Any

from ..core.dtype import BOOL
from ..core.op import Op
from ..core.tensor import Tensor
from ..ops import select as s
from .arguments import check_tensors
from .public import public


@public(inplace=True, out=True)
def logical_and(input: Tensor, other: Tensor) -> Tensor:
    """Whether both elements are not 0.

    Args:
        input: any shape and type.
        other: a tensor that broadcasts with it.

    Returns:
        bool, in the broadcast shape.

    Raises:
        TypeError: one of the two is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.logical_and(sg.tensor([True, True, False]), sg.tensor([True, False, False]))
        tensor([ True, False, False])
    """
    check_tensors("logical_and", input, other)
    return s.logical_and.call(input, other)


@public(inplace=True, out=True)
def logical_or(input: Tensor, other: Tensor) -> Tensor:
    """Whether at least one of the two elements is not 0.

    Args:
        input: any shape and type.
        other: a tensor that broadcasts with it.

    Returns:
        bool, in the broadcast shape.

    Raises:
        TypeError: one of the two is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.logical_or(sg.tensor([True, True, False]), sg.tensor([True, False, False]))
        tensor([ True,  True, False])
    """
    check_tensors("logical_or", input, other)
    return s.logical_or.call(input, other)


@public(inplace=True, out=True)
def logical_xor(input: Tensor, other: Tensor) -> Tensor:
    """Whether exactly one of the two elements is not 0.

    Args:
        input: any shape and type.
        other: a tensor that broadcasts with it.

    Returns:
        bool, in the broadcast shape.

    Raises:
        TypeError: one of the two is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.logical_xor(sg.tensor([True, True, False]), sg.tensor([True, False, False]))
        tensor([False,  True, False])
    """
    check_tensors("logical_xor", input, other)
    return s.logical_xor.call(input, other)


@public(inplace=True, out=True)
def logical_not(input: Tensor) -> Tensor:
    """Whether each element is 0.

    Args:
        input: any shape and type.

    Returns:
        bool, in the input's shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.logical_not(sg.tensor([0, 2]))
        tensor([ True, False])
    """
    return s.logical_not.call(input)


@public(inplace=True, out=True)
def bitwise_and(input: Any, other: Any) -> Tensor:
    """The bits set in both: `out = x & y`.

    Args:
        input: any shape; integer or bool.
        other: a tensor that broadcasts with it, or a number, likewise.

    Returns:
        In the broadcast shape and the common type.

    Raises:
        NotImplementedError: one of the two is floating-point.

    Example:
        >>> import seedgrad as sg
        >>> sg.bitwise_and(sg.tensor([6, 5]), sg.tensor([3, 1]))
        tensor([2, 1])
    """
    return s.bitwise_and.call(input, other)


@public(inplace=True, out=True)
def bitwise_or(input: Any, other: Any) -> Tensor:
    """The bits set in either: `out = x | y`.

    Args:
        input: any shape; integer or bool.
        other: a tensor that broadcasts with it, or a number, likewise.

    Returns:
        In the broadcast shape and the common type.

    Raises:
        NotImplementedError: one of the two is floating-point.

    Example:
        >>> import seedgrad as sg
        >>> sg.bitwise_or(sg.tensor([6, 5]), sg.tensor([3, 1]))
        tensor([7, 5])
    """
    return s.bitwise_or.call(input, other)


@public(inplace=True, out=True)
def bitwise_xor(input: Any, other: Any) -> Tensor:
    """The bits set in exactly one of the two: `out = x ^ y`.

    Args:
        input: any shape; integer or bool.
        other: a tensor that broadcasts with it, or a number, likewise.

    Returns:
        In the broadcast shape and the common type.

    Raises:
        NotImplementedError: one of the two is floating-point.

    Example:
        >>> import seedgrad as sg
        >>> sg.bitwise_xor(sg.tensor([6, 5]), sg.tensor([3, 1]))
        tensor([5, 4])
    """
    return s.bitwise_xor.call(input, other)


def _shifted(name: str, op: Op, input: Any, other: Any) -> Tensor:
    """Bits moved; NumPy would take bools for bytes."""
    if all(x.array.dtype == BOOL if isinstance(x, Tensor) else isinstance(x, bool) for x in (input, other)):
        raise NotImplementedError(f"{name} is not implemented for bool tensors. Convert one first: x.long()")
    result: Tensor = op.call(input, other)
    return result


@public(inplace=True, out=True)
def bitwise_left_shift(input: Any, other: Any) -> Tensor:
    """The bits moved to the left: `out = x << y`.

    Args:
        input: any shape; integer.
        other: a tensor that broadcasts with it, or a number, likewise.

    Returns:
        In the broadcast shape and the common type.

    Raises:
        NotImplementedError: one of the two is floating-point; both are bool.

    Example:
        >>> import seedgrad as sg
        >>> sg.bitwise_left_shift(sg.tensor([6, 5]), sg.tensor([3, 1]))
        tensor([48, 10])
    """
    return _shifted("bitwise_left_shift", s.left_shift, input, other)


@public(inplace=True, out=True)
def bitwise_right_shift(input: Any, other: Any) -> Tensor:
    """The bits moved to the right: `out = x >> y`.

    Args:
        input: any shape; integer.
        other: a tensor that broadcasts with it, or a number, likewise.

    Returns:
        In the broadcast shape and the common type.

    Raises:
        NotImplementedError: one of the two is floating-point; both are bool.

    Example:
        >>> import seedgrad as sg
        >>> sg.bitwise_right_shift(sg.tensor([6, 5]), sg.tensor([3, 1]))
        tensor([0, 2])
    """
    return _shifted("bitwise_right_shift", s.right_shift, input, other)


@public(inplace=True, out=True)
def bitwise_not(input: Tensor) -> Tensor:
    """The bits that are not set: `out = ~x`; for bools, the opposite.

    Args:
        input: any shape; integer or bool.

    Returns:
        In the input's shape and type.

    Raises:
        NotImplementedError: the input is floating-point.

    Example:
        >>> import seedgrad as sg
        >>> sg.bitwise_not(sg.tensor([True, False]))
        tensor([False,  True])
    """
    return s.invert.call(input)
