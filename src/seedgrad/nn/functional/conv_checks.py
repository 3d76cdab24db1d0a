"""What the arguments of a convolution must be."""

from __future__ import annotations

from typing import Any

from ...core import dtype as dtypes
from ...core.tensor import Tensor
from .windows import sizes


def check_input(name: str, ndim: int, x: Tensor, weight: Tensor, bias: Tensor | None) -> None:
    """Tensors of the right number of dimensions and of one type."""
    for what, t in (("input", x), ("weight", weight), ("bias", bias)):
        if not isinstance(t, Tensor) and not (t is None and what == "bias"):
            raise TypeError(f"{name}(): {what} must be a Tensor, got {type(t).__name__}")
    if x.array.ndim not in (ndim + 1, ndim + 2):
        raise RuntimeError(
            f"Expected {ndim + 1}D (unbatched) or {ndim + 2}D (batched) input to {name}, "
            f"but got input of shape {x.array.shape}"
        )
    if weight.array.ndim != ndim + 2:
        raise RuntimeError(
            f"{name}(): expected a weight of {ndim + 2} dimensions (out, in / groups, and {ndim} of the "
            f"kernel), got shape {weight.array.shape}"
        )
    shape = x.array.shape
    if 0 in shape[-ndim:] and 0 not in shape[:-ndim]:
        raise RuntimeError(f"{name}(): only the batch or the channels may be empty, but got input of shape {shape}")
    kind = x.array.dtype
    for what, t in (("weight", weight), ("bias", bias)):
        if t is not None and t.array.dtype != kind:
            raise RuntimeError(
                f"{name}(): input and {what} should have the same type, got {x.dtype} and {t.dtype}. "
                f"Convert one, for example with {what}.to(input.dtype)"
            )
    if kind == dtypes.BOOL:
        raise NotImplementedError(f"{name}() is not implemented for bool; convert the input with .float()")


def check_steps(name: str, stride: tuple[int, ...], dilation: tuple[int, ...], groups: int) -> None:
    for what, values in (("stride", stride), ("dilation", dilation), ("groups", (groups,))):
        if min(values) < 1:
            raise RuntimeError(
                f"{name}(): non-positive {what} is not supported, got {values if len(values) > 1 else groups}"
            )


def check_bias(name: str, bias: Tensor | None, outer: int, shape: tuple[int, ...]) -> None:
    if bias is not None and bias.array.shape != (outer,):
        raise RuntimeError(
            f"{name}(): given a weight of shape {shape}, expected bias to be 1-dimensional with {outer} "
            f"elements, but got bias of shape {bias.array.shape} instead"
        )


def pairs(
    name: str,
    padding: Any,
    ndim: int,
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> tuple[tuple[int, int], ...]:
    """The padding before and after, for each axis."""
    if isinstance(padding, str):
        if padding == "valid":
            return ((0, 0),) * ndim
        if padding != "same":
            raise RuntimeError(f"{name}(): invalid padding string {padding!r}, expected 'valid' or 'same'")
        if max(stride) > 1:
            raise RuntimeError(
                f"{name}(): padding='same' is not supported for strided convolutions, got stride={stride}"
            )
        totals = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
        return tuple((n // 2, n - n // 2) for n in totals)
    amounts = sizes(padding, ndim, name, "padding")
    if min(amounts) < 0:
        raise RuntimeError(f"{name}(): negative padding is not supported, got {amounts}")
    return tuple((n, n) for n in amounts)
