"""Adding elements around a tensor."""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...core import dtype as dtypes
from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ...ops.shape import pad_constant

Pairs = tuple[tuple[int, int], ...]
MODES = ("constant", "reflect", "replicate", "circular")


def pad(input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:
    """Add elements before and after the last dimensions.

    Args:
        input: of any shape for "constant"; for the other modes (C, L), (C, H, W) or (C, D, H, W), or those
            with a batch before.
        pad: (before, after) for the last dimension, then for the one before it, and so on. Negative numbers
            cut.
        mode: "constant"; "reflect": mirrored at the edge element; "replicate": the edge element again;
            "circular": from the other end. Default: "constant".
        value: what "constant" adds. Default: 0.

    Returns:
        A tensor whose padded dimensions have length before + n + after.

    Raises:
        TypeError: an amount is not an int, or the value is no number.
        RuntimeError: an odd number of amounts, or more than the input has dimensions; a dimension would
            become negative; "reflect" by as much as the dimension is long or "circular" by more; a `value`
            with another mode than "constant".
        NotImplementedError: an unknown mode, or a shape that the mode does not take.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.pad(sg.tensor([[1.0, 2.0, 3.0]]), (2, 1), mode="reflect").tolist()
        [[3.0, 2.0, 1.0, 2.0, 3.0, 2.0]]
    """
    pairs, widths = _amounts(input, pad)
    if isinstance(value, Tensor):
        value = value.item()
    if value is not None and not isinstance(value, (int, float, np.number)):
        raise TypeError(f"pad(): value must be a number, got {value!r}")
    if mode == "constant":
        return pad_constant.call(input, widths, value or 0.0)
    _check(input, pairs, mode, value)
    for axis, (before, after) in enumerate(pairs, start=1):
        if before or after:
            input = _extend(input, -axis, before, after, mode)
    return input


def _amounts(input: Tensor, pad: Sequence[int]) -> tuple[Pairs, Pairs]:
    """What is added before and after: the last dimension first; and to all dimensions, in their order."""
    try:
        amounts, shape = tuple(map(operator.index, pad)), input.array.shape
    except TypeError:
        raise TypeError(f"pad(): pad must hold ints, got {pad!r}") from None
    pairs, widths, cuts = _pairs(amounts, len(shape))
    if cuts:
        for axis, (before, after) in enumerate(pairs, start=1):
            if shape[-axis] + min(before, 0) + min(after, 0) < 0:
                raise RuntimeError(
                    f"the padding {before}, {after} of dimension {-axis} results in a negative size: the input "
                    f"has shape {shape}"
                )
    return pairs, widths


@functools.lru_cache(1024)
def _pairs(amounts: tuple[int, ...], ndim: int) -> tuple[Pairs, Pairs, bool]:
    """`_amounts` for so many dimensions, and whether some are negative."""
    if len(amounts) % 2:
        raise RuntimeError(f"Padding length must be divisible by 2, got {amounts}")
    if len(amounts) > 2 * ndim:
        raise RuntimeError(
            "Padding length should be less than or equal to two times the input dimension but got padding "
            f"length {len(amounts)} and input of dimension {ndim}"
        )
    pairs = tuple(zip(amounts[::2], amounts[1::2], strict=True))
    return pairs, ((0, 0),) * (ndim - len(pairs)) + pairs[::-1], min(amounts, default=0) < 0


def _check(input: Tensor, pairs: Pairs, mode: str, value: float | None) -> None:
    shape = input.array.shape
    if mode not in MODES:
        raise NotImplementedError(f"Unrecognised padding mode {mode!r}; the modes are {MODES}")
    if value is not None and value != 0:
        raise RuntimeError(f'Padding mode "{mode}" doesn\'t take in value argument, got {value}')
    if len(pairs) > 3 or len(shape) - len(pairs) not in (1, 2):
        raise NotImplementedError(
            f"Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now: mode {mode!r} "
            "pads the last "
            f"1, 2 or 3 dimensions of a tensor that has 1 or 2 more, got {len(pairs)} of shape {shape}"
        )
    if mode != "circular":
        if input.array.dtype == dtypes.BOOL:
            raise NotImplementedError(
                f"{mode} padding is not implemented for bool tensors. Convert it first: x.float()"
            )
        if 0 in shape[len(shape) - len(pairs) - 1 :]:
            raise RuntimeError(f"{mode} padding: only the batch may be empty, got input of shape {shape}")
    for axis, amounts in enumerate(pairs, start=1):
        n = shape[-axis]
        if mode != "circular" and n + sum(amounts) == 0:
            raise RuntimeError(f"input of shape {shape} is too small: dimension {-axis} padded by {amounts} has size 0")
        if mode == "reflect" and max(amounts) >= n:
            raise RuntimeError(
                "Padding size should be less than the corresponding input dimension, but got: padding "
                f"{amounts} at "
                f"dimension {-axis} of input {shape}"
            )
        if mode == "circular" and max(amounts) > n + min(0, *amounts):
            raise RuntimeError(
                f"Padding value causes wrapping around more than once: padding {amounts} at dimension "
                f"{-axis} of "
                f"input {shape}"
            )


def _extend(x: Tensor, axis: int, before: int, after: int, mode: str) -> Tensor:
    """Pad one dimension; negative amounts cut."""
    n = x.array.shape[axis]

    def part(start: int, stop: int) -> Any:
        return xp.getitem(x, (..., slice(start, stop), *(slice(None),) * (-axis - 1)))

    def edge(position: int, times: int) -> Any:
        shape = list(x.array.shape)
        shape[axis] = times
        return xp.broadcast_to(part(position, position + 1), tuple(shape))

    first, last = max(0, -before), n - max(0, -after)
    pieces = [part(first, last)]
    if before > 0:
        if mode == "reflect":
            pieces.insert(0, xp.flip(part(1, before + 1), axis))
        else:
            pieces.insert(0, edge(0, before) if mode == "replicate" else part(last - before, last))
    if after > 0:
        if mode == "reflect":
            pieces.append(xp.flip(part(n - 1 - after, n - 1), axis))
        else:
            pieces.append(edge(n - 1, after) if mode == "replicate" else part(first, first + after))
    return xp.concatenate(pieces, axis=axis) if len(pieces) > 1 else pieces[0]


def constant_pad_nd(input: Tensor, pad: Sequence[int], value: complex = 0) -> Tensor:
    """Add elements of one value before and after the last dimensions: `pad` in the mode "constant".

    The value may be complex where the input is.

    Example:
        >>> import seedgrad as sg
        >>> sg.constant_pad_nd(sg.tensor([1.0, 2.0]), (1, 0), 5.0)
        tensor([5., 1., 2.])
    """
    if isinstance(value, complex) and input.is_complex():
        return pad_constant.call(input, _amounts(input, pad)[1], value)
    if isinstance(value, complex):
        raise RuntimeError(f"constant_pad_nd(): a complex value needs a complex tensor, got {value} for {input.dtype}")
    return _pad(input, pad, "constant", value)


_pad = pad
