"""Questions about a tensor and its numbers: their kind, their count, the infinities."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from ..core.batch_values import on_values
from ..core.tensor import Tensor
from ..ops import select as s
from .arguments import check_tensors
from .public import public


def is_tensor(obj: Any) -> builtins.bool:
    """Whether something is a Tensor.

    Args:
        obj: anything.

    Returns:
        A Python bool.

    Example:
        >>> import seedgrad as sg
        >>> sg.is_tensor(sg.tensor(1.0)), sg.is_tensor(1.0)
        (True, False)
    """
    return isinstance(obj, Tensor)


def is_floating_point(input: Tensor) -> builtins.bool:
    """Whether the elements are real floats.

    Args:
        input: any shape.

    Returns:
        A Python bool.

    Raises:
        TypeError: the input is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.is_floating_point(sg.tensor([1.0]))
        True
    """
    check_tensors("is_floating_point", input)
    return input.is_floating_point()


def is_complex(input: Tensor) -> builtins.bool:
    """Whether the elements are complex.

    Args:
        input: any shape.

    Returns:
        A Python bool.

    Raises:
        TypeError: the input is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.is_complex(sg.tensor([1.0]))
        False
    """
    check_tensors("is_complex", input)
    return input.is_complex()


@public()
def is_signed(input: Tensor) -> builtins.bool:
    """Whether the elements' type has negative numbers.

    Args:
        input: any shape.

    Returns:
        A Python bool: False for bool and uint8.

    Raises:
        TypeError: the input is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.is_signed(sg.tensor([1.0])), sg.is_signed(sg.tensor([True]))
        (True, False)
    """
    check_tensors("is_signed", input)
    return builtins.bool(input.dtype.is_signed)


@public()
def is_nonzero(input: Tensor) -> builtins.bool:
    """Whether the only element is not 0.

    Args:
        input: one element, of any type.

    Returns:
        A Python bool.

    Raises:
        TypeError: the input is not a tensor.
        RuntimeError: there is more than one element, or none.

    Example:
        >>> import seedgrad as sg
        >>> sg.is_nonzero(sg.tensor([0.5]))
        True
    """
    check_tensors("is_nonzero", input)
    return builtins.bool(input)


def numel(input: Tensor) -> int:
    """The number of elements.

    Args:
        input: any shape.

    Returns:
        A Python int; 1 for a 0-d tensor.

    Raises:
        TypeError: the input is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.numel(sg.zeros(2, 3))
        6
    """
    check_tensors("numel", input)
    return input.numel()


setattr(Tensor, "nelement", Tensor.numel)  # noqa: B010  (attached by name, as all methods are)


@public()
def isreal(input: Tensor) -> Tensor:
    """Whether each element has no imaginary part.

    Args:
        input: any shape.

    Returns:
        bool, in the input's shape; True for all that is not complex.

    Raises:
        TypeError: the input is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.isreal(sg.tensor([1.0, 1j]))
        tensor([ True, False])
    """
    check_tensors("isreal", input)
    return on_values(np.isreal, input)


@public(out=True)
def isposinf(input: Tensor) -> Tensor:
    """Whether each element is inf.

    Args:
        input: any shape; not complex.

    Returns:
        bool, in the input's shape.

    Raises:
        TypeError: the input is not a tensor.
        RuntimeError: the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.isposinf(sg.tensor([1.0, float("inf"), -float("inf")]))
        tensor([False,  True, False])
    """
    return _is("isposinf", input, float("inf"))


@public(out=True)
def isneginf(input: Tensor) -> Tensor:
    """Whether each element is -inf.

    Args:
        input: any shape; not complex.

    Returns:
        bool, in the input's shape.

    Raises:
        TypeError: the input is not a tensor.
        RuntimeError: the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.isneginf(sg.tensor([1.0, float("inf"), -float("inf")]))
        tensor([False, False,  True])
    """
    return _is("isneginf", input, -float("inf"))


def _is(name: str, input: Tensor, value: float) -> Tensor:
    check_tensors(name, input)
    if input.array.dtype.kind == "c":
        raise RuntimeError(f"{name} does not support complex inputs, which have no sign, got {input.dtype}")
    return s.equal.call(input, value)
