"""Random tensors. All draw from `generator=`, or from the default generator behind `manual_seed`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.batch_values import random_values
from ..core.batching import levels
from ..core.random import Generator, draw_from
from ..core.tensor import Tensor
from .arguments import check_tensors
from .draw_arrays import WHOLE_DIGITS, draw_integers, draw_normal, draw_uniform
from .public import public
from .sizes import as_sizes, check_place, element_type, in_format, wrap


@public(method=False, out=True)
def rand(
    *sizes: Any,
    size: Any = None,
    generator: Generator | None = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Uniform random numbers in [0, 1).

    Args:
        sizes: the length of each dimension, as numbers or as one tuple (which may also be given as `size=`).
        generator: where they come from. Default: the default generator.
        dtype: a floating-point type. Default: the default one.
        layout: `seedgrad.strided`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.
        pin_memory: must be False: there is no accelerator. Default: False.

    Returns:
        A tensor of shape `sizes`.

    Raises:
        NotImplementedError: the type is not floating-point.
        RuntimeError: a length is negative.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.rand(2, 3)
        >>> bool(((x >= 0) & (x < 1)).all())
        True
    """
    check_place(layout, pin_memory, device)
    shape = _shape("rand", sizes, size)
    kind = element_type(dtype)
    return wrap(random_values(lambda shape: draw_uniform(shape, kind, generator), shape), requires_grad)


@public(method=False, out=True)
def randn(
    *sizes: Any,
    size: Any = None,
    generator: Generator | None = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Random numbers from the normal distribution with mean 0 and deviation 1.

    Args:
        sizes: the length of each dimension, as numbers or as one tuple (which may also be given as `size=`).
        generator: where they come from. Default: the default generator.
        dtype: a floating-point or complex type. Default: the default float type.
        layout: `seedgrad.strided`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.
        pin_memory: must be False: there is no accelerator. Default: False.

    Returns:
        A tensor of shape `sizes`.

    Raises:
        NotImplementedError: the type is neither floating-point nor complex.
        RuntimeError: a length is negative.

    Example:
        >>> import seedgrad as sg
        >>> sg.randn(2, 3).shape
        seedgrad.Size([2, 3])
    """
    check_place(layout, pin_memory, device)
    shape = _shape("randn", sizes, size)
    kind = element_type(dtype)
    return wrap(random_values(lambda shape: draw_normal(shape, kind, generator), shape), requires_grad)


def _shape(name: str, sizes: tuple[Any, ...], size: Any) -> tuple[int, ...]:
    if size is not None:
        sizes = (tuple(size),)
    elif not sizes:
        raise TypeError(f'{name}() missing 1 required positional argument: "size"')
    return as_sizes(name, sizes)


@public(method=False, out=True)
def randint(
    low: Any = 0,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Random whole numbers from low to high - 1; `randint(high, size)` starts at 0.

    Args:
        low: the smallest. Default: 0.
        high: one more than the largest.
        size: the shape, a tuple.
        generator: where they come from. Default: the default generator.
        dtype: the element type. Default: int64.
        layout: `seedgrad.strided`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it (float types). Default: False.
        pin_memory: must be False: there is no accelerator. Default: False.

    Returns:
        A tensor of shape `size`.

    Raises:
        RuntimeError: low >= high, or the range does not fit the type.
        TypeError: there is no size.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.randint(3, 5, (100,))
        >>> int(x.min()), int(x.max())
        (3, 4)
    """
    check_place(layout, pin_memory, device)
    if size is None and isinstance(high, (tuple, list)):
        low, high, size = 0, low, high
    elif high is None and size is not None:
        low, high = 0, low
    if high is None or not isinstance(size, (tuple, list)):
        raise TypeError("randint() takes (high, size) or (low, high, size), where size is a tuple of ints")
    shape, kind = as_sizes("randint", (size,)), element_type(dtype, dtypes.I64)
    if kind.kind == "c":
        raise RuntimeError(f"randint handles only integral, floating-point and boolean types, got {kind}")
    first, end = _whole("randint", "low", low), _whole("randint", "high", high)
    return wrap(random_values(lambda shape: draw_integers(shape, first, end, kind, generator), shape), requires_grad)


def _whole(name: str, argument: str, value: Any) -> int:
    """An int from an int or a one-element tensor of an integer type."""
    if type(value) is int and -(2**63) <= value < 2**63:
        return value
    if isinstance(value, Tensor) and value.array.size == 1 and value.array.dtype.kind in "iu":
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name}(): argument '{argument}' must be int, not {type(value).__name__}")
    if not -(2**63) <= value < 2**63:
        raise ValueError(f"Overflow when unpacking long long: {name}() got {argument}={value}")
    return int(value)


@public(method=False, out=True)
def randperm(
    n: int,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """The numbers 0 to n - 1 in random order.

    Args:
        n: how many.
        generator: where the order comes from. Default: the default generator.
        dtype: the element type. Default: int64.
        layout: `seedgrad.strided`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it (float types). Default: False.
        pin_memory: must be False: there is no accelerator. Default: False.

    Returns:
        A tensor of shape (n,).

    Raises:
        RuntimeError: n is negative.

    Example:
        >>> import seedgrad as sg
        >>> sorted(sg.randperm(4).tolist())
        [0, 1, 2, 3]
    """
    check_place(layout, pin_memory, device)
    n, kind = _whole("randperm", "n", n), element_type(dtype, dtypes.I64)
    if n < 0:
        raise RuntimeError(f"randperm(): n must be non-negative, got {n}")
    if kind.kind in "bc":
        raise NotImplementedError(f"randperm is not implemented for {kind}")
    # The first whole number that the type lacks.
    end = np.iinfo(kind).max + 1 if kind.kind in "iu" else 2 ** WHOLE_DIGITS[kind.name] + 1
    if n > end:
        raise RuntimeError(f"randperm(): n cannot be greater than {end} for {kind}, got {n}")
    rng = draw_from(generator)

    def draw(shape: tuple[int, ...]) -> Any:
        if len(shape) == 1:
            return rng.permutation(n).astype(kind)
        return rng.permuted(np.broadcast_to(np.arange(n), shape), axis=-1).astype(kind)

    return wrap(random_values(draw, (n,)), requires_grad)


@public(method=False, out=True)
def rand_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """`rand` with the shape and type of another tensor."""
    check_place(layout, pin_memory, device)
    kind = _like("rand_like", input, dtype)
    return wrap(_drawn_like(input, draw_uniform, kind, generator, memory_format), requires_grad)


@public(method=False, out=True)
def randn_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """`randn` with the shape and type of another tensor."""
    check_place(layout, pin_memory, device)
    kind = _like("randn_like", input, dtype)
    return wrap(_drawn_like(input, draw_normal, kind, generator, memory_format), requires_grad)


def randint_like(
    input: Tensor,
    low: int,
    high: int | None = None,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """`randint` with the shape and type of another tensor."""
    check_place(layout, pin_memory, device)
    kind = _like("randint_like", input, dtype)
    first, end = (0, low) if high is None else (low, high)
    first, end = _whole("randint_like", "low", first), _whole("randint_like", "high", end)

    def draw(shape: tuple[int, ...], kind: np.dtype[Any], generator: Generator | None) -> Any:
        return draw_integers(shape, first, end, kind, generator)

    return wrap(_drawn_like(input, draw, kind, generator, memory_format), requires_grad)


def _drawn_like(
    input: Tensor, draw: Callable[..., Any], kind: np.dtype[Any], generator: Generator | None, memory_format: Any
) -> Tensor:
    """What `draw` gives, in the shape of a tensor."""
    shape = input.array.shape
    if memory_format is None or levels.sizes:  # in vmap, samples lie one after another
        return random_values(lambda shape: draw(shape, kind, generator), shape)
    return Tensor(in_format(draw(shape, kind, generator), memory_format))


def _like(name: str, input: Any, dtype: Any) -> np.dtype[Any]:
    check_tensors(name, input)
    return element_type(dtype, input.array.dtype)
