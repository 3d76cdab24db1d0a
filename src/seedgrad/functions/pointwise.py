"""Functions of each element."""

from __future__ import annotations

from typing import Any

from ..core.dtype import scalar_category
from ..core.tensor import Tensor
from ..ops import elementwise as e
from ..ops.select import astype
from .public import public


@public(inplace=True)
def pow(input: Any, exponent: Any) -> Tensor:
    if isinstance(input, Tensor) and scalar_category(exponent) in (1, 2) and input.is_floating_point():
        return e.power_number.call(input, exponent=exponent)
    return e.power.call(input, exponent)


@public(inplace=True)
def floor_divide(input: Any, other: Any) -> Tensor:
    raise NotImplementedError


@public(inplace=True)
def exp(input: Tensor) -> Tensor:
    return e.exp.call(input)


@public(inplace=True)
def sin(input: Tensor) -> Tensor:
    return e.sin.call(input)


@public(inplace=True)
def tanh(input: Tensor) -> Tensor:
    return e.tanh.call(input)


@public(inplace=True)
def mul(input: Tensor, other: Any) -> Tensor:
    return e.multiply.call(input, other)


@public()
def sum(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    from ..ops.reduce import sum

    return sum.call(input, axis=dim, keepdims=keepdim)
