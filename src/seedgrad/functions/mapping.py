"""Python functions applied to every element."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.tensor import Tensor
from .arguments import check_tensors
from .filling import copy_
from .public import public
from .repeating import expand


def _numbers(name: str, *tensors: Any) -> None:
    check_tensors(name, *tensors)
    if tensors[0].node is not None:
        raise RuntimeError(f"Can't call {name}() on Variable that requires grad. Use var.detach().{name}() instead.")
    for t in tensors[1:]:
        if t.array.dtype != tensors[0].array.dtype:
            raise TypeError(f"{name}(): all tensors must have one type, got {tensors[0].dtype} and {t.dtype}")


@public()
def apply_(input: Tensor, callable: Callable[[Any], Any]) -> Tensor:
    """Replace each element by callable(element), in place. It is called once for each: slow.

    Raises:
        RuntimeError: the tensor requires grad.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([1.0, 2.0]).apply_(lambda v: v * 10)
        tensor([10., 20.])
    """
    _numbers("apply_", input)
    return _mapped(input, callable)


@public()
def map_(input: Tensor, tensor: Tensor, callable: Callable[[Any, Any], Any]) -> Tensor:
    """Replace each element by callable(element, element of another tensor), in place: slow.

    Raises:
        RuntimeError: the tensor requires grad, or the shapes don't fit.
        TypeError: the types differ.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([1.0, 2.0]).map_(sg.tensor([5.0, 6.0]), lambda a, b: a + b)
        tensor([6., 8.])
    """
    _numbers("map_", input, tensor)
    return _mapped(input, callable, tensor)


@public()
def map2_(input: Tensor, x: Tensor, y: Tensor, callable: Callable[[Any, Any, Any], Any]) -> Tensor:
    """Replace each element by callable(element, element of x, element of y), in place: slow."""
    _numbers("map2_", input, x, y)
    return _mapped(input, callable, x, y)


def _mapped(input: Tensor, function: Callable[..., Any], *others: Tensor) -> Tensor:
    rows = [t.reshape(-1).tolist() for t in (input.detach(), *(expand(t, input.array.shape) for t in others))]
    values = [function(*row) for row in zip(*rows, strict=True)]
    kind = input.array.dtype
    if kind.kind in "iu":
        values = [int(v) if isinstance(v, float) else operator.index(v) for v in values]
    return copy_(input, Tensor(np.array(values, kind).reshape(input.array.shape)))
