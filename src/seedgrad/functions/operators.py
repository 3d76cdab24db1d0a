"""Python's operators on Tensors.

Arithmetic operators are the op's own call, so that `x * y` costs one Python frame. Whatever is neither a Tensor, an
array nor a number gets the chance to handle the operator itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.calls import binary_call, is_operand
from ..core.inplace import write
from ..core.op import Op
from ..core.tensor import Tensor
from ..ops import elementwise as e
from ..ops import select as s
from ..ops.linalg import matmul
from . import logic, pointwise, rounding
from .transposing import flip


def _operator(call: Op | Callable[..., Any]) -> Callable[..., Any]:
    if isinstance(call, Op):
        return binary_call(call, operator=True)

    def forward(self: Tensor, other: Any) -> Any:
        return call(self, other) if is_operand(other) else NotImplemented

    return forward


def _reflected(call: Op | Callable[..., Any]) -> Callable[..., Any]:
    function = call.call if isinstance(call, Op) else call

    def backward(self: Tensor, other: Any) -> Any:
        return function(other, self) if is_operand(other) else NotImplemented

    return backward


def _into(call: Op | Callable[..., Any]) -> Callable[..., Any]:
    function = call.call if isinstance(call, Op) else call

    def into(self: Tensor, other: Any) -> Any:
        return write(self, function, other) if is_operand(other) else NotImplemented

    return into


_ARITHMETIC: dict[str, Op | Callable[..., Any]] = {
    "add": e.add,
    "sub": e.subtract,
    "mul": e.multiply,
    "truediv": e.divide,
    "floordiv": pointwise.floor_divide,
    "mod": e.remainder,
    "pow": pointwise.pow,
    "and": s.bitwise_and,
    "or": s.bitwise_or,
    "xor": s.bitwise_xor,
    "lshift": logic.bitwise_left_shift,
    "rshift": logic.bitwise_right_shift,
}
_COMPARISONS = {
    "lt": s.less,
    "le": s.less_equal,
    "gt": s.greater,
    "ge": s.greater_equal,
    "eq": s.equal,
    "ne": s.not_equal,
}


def _invert(self: Tensor) -> Tensor:
    if self.array.dtype.kind not in "iub":
        raise TypeError(
            f"~ (operator.invert) is only implemented on integer and Boolean-type tensors, got {self.dtype}. "
            f"For truth values, convert it first: ~x.bool()"
        )
    return s.invert.call(self)


def _reversed(self: Tensor) -> Tensor:
    return flip(self, 0) if self.array.ndim else self


def _matmul(self: Tensor, other: Any) -> Any:
    return matmul.call(self, other) if isinstance(other, (Tensor, np.ndarray)) else NotImplemented


def _rmatmul(self: Tensor, other: Any) -> Any:
    return matmul.call(other, self) if isinstance(other, (Tensor, np.ndarray)) else NotImplemented


_UNARY = {
    "neg": e.negative.call,
    "abs": rounding.abs,
    "pos": rounding.positive,
    "invert": _invert,
    "reversed": _reversed,
}

for _name, _call in _ARITHMETIC.items():
    setattr(Tensor, f"__{_name}__", _operator(_call))
    setattr(Tensor, f"__r{_name}__", _reflected(_call))
    setattr(Tensor, f"__i{_name}__", _into(_call))
setattr(Tensor, "__matmul__", _matmul)  # noqa: B010  (operators are attached by name throughout)
setattr(Tensor, "__rmatmul__", _rmatmul)  # noqa: B010
for _name, _op in _COMPARISONS.items():
    setattr(Tensor, f"__{_name}__", _operator(_op))
for _name, _function in _UNARY.items():
    setattr(Tensor, f"__{_name}__", _function)
