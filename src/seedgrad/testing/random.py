"""Random tensors to test functions on."""

from __future__ import annotations

from typing import Any

import seedgrad as sg


def _bounds(kind: Any, low: float | None, high: float | None) -> tuple[float, float]:
    """The range to draw from: the one that was asked for as far as the type has it."""
    if kind is sg.bool:
        lowest, highest, default = 0.0, 2.0, (0.0, 2.0)
    elif kind.is_floating_point or kind.is_complex:
        facts = sg.finfo(kind)
        lowest, highest, default = facts.min, facts.max, (-9.0, 9.0)
    else:
        whole = sg.iinfo(kind)
        lowest, highest = whole.min, whole.max
        default = (max(-9, lowest), 10)
    a, b = (d if x is None else x for x, d in zip((low, high), default, strict=True))
    if a >= b:
        raise ValueError(f"`low` must be less than `high`, but got {a} >= {b}")
    return max(a, lowest), min(b, highest)


def make_tensor(
    *shape: Any,
    dtype: Any,
    device: Any,
    low: float | None = None,
    high: float | None = None,
    requires_grad: bool = False,
    noncontiguous: bool = False,
    exclude_zero: bool = False,
    memory_format: Any = None,
) -> sg.Tensor:
    """A tensor of numbers drawn evenly from [low, high).

    Args:
        shape: sizes, or one sequence of them.
        dtype: the element type.
        device: "cpu".
        low: the smallest number. Default: -9; 0 for bools and unsigned types.
        high: the end of the range. Default: 9; 10 for integers, 2 for bools.
        requires_grad: whether it is a leaf with a gradient. Default: False.
        noncontiguous: every other element of a tensor twice as long. Default: False.
        exclude_zero: zeros become the smallest positive number. Default: False.
        memory_format: such as channels_last. Default: that of a contiguous tensor.

    Raises:
        ValueError: low is not less than high; requires_grad for integers; noncontiguous together with memory_format.

    Example:
        >>> import seedgrad as sg
        >>> sg.testing.make_tensor((2, 3), dtype=sg.int64, device="cpu").shape
        seedgrad.Size([2, 3])
    """
    if noncontiguous and memory_format is not None:
        raise ValueError(f"The parameters `noncontiguous` and `memory_format` are mutually exclusive: {memory_format}")
    real = dtype.is_floating_point or dtype.is_complex
    if requires_grad and not real:
        raise ValueError(
            f"`requires_grad=True` is not supported for boolean and integral dtypes, but got dtype={dtype}"
        )
    sizes = tuple(shape[0]) if len(shape) == 1 and not isinstance(shape[0], int) else shape
    a, b = _bounds(dtype, low, high)
    if dtype.is_complex:
        parts = [sg.rand(*sizes, dtype=sg.float64) * (b - a) + a for _ in range(2)]
        x = sg.complex(*parts).to(dtype)
    elif real:
        x = (sg.rand(*sizes, dtype=sg.float64) * (b - a) + a).to(dtype)
    else:
        x = sg.randint(int(a), int(b), sizes).to(dtype)
    x = x.to(device=device)
    if exclude_zero:
        x[x == 0] = sg.finfo(dtype).tiny if real else 1
    if noncontiguous and x.numel() > 1:
        x = x.repeat_interleave(2, dim=-1)[..., ::2]
    if memory_format is not None:
        x = x.contiguous(memory_format=memory_format)
    return x.requires_grad_() if requires_grad else x
