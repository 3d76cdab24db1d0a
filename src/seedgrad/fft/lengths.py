"""What all transforms check and prepare: types, dimensions, lengths and scales."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..core import dtype as dtypes
from ..core.op import tensor_namespace as xp
from ..core.tensor import Tensor
from ..functions.arguments import check_tensors, one_axis


def as_complex(name: str, input: Tensor) -> Tensor:
    """The input as complex numbers."""
    kind = as_real(name, input, any_number=True).array.dtype
    return input if kind.kind == "c" else xp.astype(input, kind=dtypes.complex_of(_float(kind)))


def as_real(name: str, input: Tensor, any_number: bool = False) -> Tensor:
    """The input as floats; complex numbers only where `any_number`."""
    check_tensors(name, input)
    kind = input.array.dtype
    if kind.itemsize == 2 and dtypes.category(kind) == dtypes.FLOAT:
        raise RuntimeError(f"{name}(): Unsupported dtype {input.dtype}. Convert it first: x.float()")
    if kind.kind == "c":
        if not any_number:
            raise RuntimeError(
                f"{name} expects a real input tensor, but got {input.dtype}. Use fft for complex numbers, or pass x.real"
            )
        return input
    return input if any_number else xp.astype(input, kind=_float(kind))


def _float(kind: Any) -> Any:
    return kind if dtypes.category(kind) == dtypes.FLOAT else dtypes.default()


def one_dim(name: str, input: Tensor, dim: int) -> int:
    """The dimension of a one-dimensional transform."""
    check_tensors(name, input)
    if not input.ndim:
        raise IndexError(f"{name}(): Dimension specified as {dim} but tensor has no dimensions")
    return one_axis(name, input, dim)


def some_dims(name: str, input: Tensor, s: Any, dim: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The dimensions of a transform over several, and the length of each: -1, as it is, where none was given."""
    check_tensors(name, input)
    s = (s,) if isinstance(s, int) else None if s is None else tuple(s)
    dim = (dim,) if isinstance(dim, int) else dim
    if dim is not None:
        dims = tuple(one_dim(name, input, d) for d in dim)
        if len(set(dims)) < len(dims):
            raise RuntimeError(f"{name}(): FFT dims must be unique, got {tuple(dim)}")
        if s is not None and len(s) != len(dims):
            raise RuntimeError(
                f"{name}(): When given, dim and shape arguments must have the same length, got {len(dims)} and {len(s)}"
            )
    elif s is not None:
        if len(s) > input.ndim:
            raise RuntimeError(
                f"{name}(): Got shape with {len(s)} values but input tensor only has {input.ndim} dimensions."
            )
        dims = tuple(range(input.ndim - len(s), input.ndim))
    else:
        dims = tuple(range(input.ndim))
    return dims, s if s is not None else (-1,) * len(dims)


def checked(name: str, n: Any) -> int:
    """A length, which must be positive."""
    if not isinstance(n, int) or isinstance(n, bool):
        raise TypeError(f"{name}(): argument 'n' must be int, not {type(n).__name__}")
    if n < 1:
        raise RuntimeError(f"{name}(): Invalid number of data points ({n}) specified; a transform needs at least 1")
    return n


def resized(input: Tensor, lengths: dict[int, int]) -> Tensor:
    """Cut, or pad with zeros at the end, each dimension to its length."""
    shape = input.shape
    if any(n < shape[d] for d, n in lengths.items()):
        index = [slice(None)] * input.ndim
        for d, n in lengths.items():
            index[d] = slice(0, n)
        input = xp.getitem(input, index=tuple(index))
    if any(n > shape[d] for d, n in lengths.items()):
        widths = [(0, 0)] * input.ndim
        for d, n in lengths.items():
            widths[d] = (0, n - input.shape[d])
        input = xp.pad_constant(input, widths=tuple(widths))
    return input


def scale(name: str, norm: str | None, lengths: Sequence[int], inverse: bool) -> float:
    """The factor: "backward" (default) divides by the number of points in the inverse, "ortho" by its root in both."""
    n = math.prod(lengths)
    if norm == "ortho":
        return 1 / math.sqrt(n)
    if norm not in (None, "backward", "forward"):
        raise RuntimeError(f'{name}(): Invalid normalization mode: "{norm}"; it is "forward", "backward" or "ortho"')
    return 1 / n if inverse == (norm != "forward") else 1.0
