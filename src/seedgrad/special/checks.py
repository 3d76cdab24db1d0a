"""What the functions of this room take: real numbers of single or double precision."""

from __future__ import annotations

from typing import Any

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from ..functions.arguments import check_tensors


def one(name: str, input: Any) -> Any:
    """The input, if it is a tensor of a type that the function is computed in."""
    check_tensors(name, input)
    _check_precision(name, input)
    return input


def two(name: str, input: Any, other: Any, half: bool = False) -> tuple[Any, Any]:
    """The inputs, if one of them is a tensor and all are of types that the function is computed in; `half`: 16 bits, too."""
    if not isinstance(input, Tensor) and not isinstance(other, Tensor):
        raise TypeError(f"{name}() takes at least one Tensor, got {type(input).__name__} and {type(other).__name__}")
    if not half:
        _check_precision(name, input, other)
    return input, other


def _check_precision(name: str, *values: Any) -> None:
    kind = dtypes.result_type([value.array if isinstance(value, Tensor) else value for value in values])
    if kind.itemsize == 2 and dtypes.category(kind) == dtypes.FLOAT:
        raise NotImplementedError(
            f"{name} is not implemented for {dtypes.from_numpy(kind)}. Convert the input first: x.float()"
        )
