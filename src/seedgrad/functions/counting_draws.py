"""Random counts: Poisson and binomial draws."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.batch_values import all_values, random_values_of
from ..core.random import Generator, draw_from
from ..core.tensor import Tensor
from ..ops.draw import drawn
from ..ops.shape import broadcast_to
from .arguments import check_tensors
from .public import public

Array = np.ndarray[Any, Any]


@public(method=False)
def poisson(input: Tensor, generator: Generator | None = None) -> Tensor:
    """Counts of events that happen at given rates: `P(k) = rate^k exp(-rate) / k!`, with the gradient 0.

    Args:
        input: the rates, >= 0; floating-point.
        generator: where the draws come from. Default: the default generator.

    Returns:
        Whole numbers, in the shape and type of `input`.

    Raises:
        RuntimeError: a rate is negative, NaN or infinite.
        NotImplementedError: `input` is not floating-point.

    Example:
        >>> import seedgrad as sg
        >>> sg.poisson(sg.tensor([0.0, 3.0])).shape
        seedgrad.Size([2])
    """
    check_tensors("poisson", input)
    rates = input.array
    if dtypes.category(rates.dtype) != dtypes.FLOAT:
        raise NotImplementedError(f"poisson is not implemented for {rates.dtype} rates; use a floating-point dtype")
    values = all_values(input).astype(np.float64)
    if not ((values >= 0) & (values < 2.0**62)).all():
        raise RuntimeError("invalid Poisson rate, expected rate to be non-negative and less than 2^62")

    def draw(rates: Array) -> Array:
        return np.asarray(draw_from(generator).poisson(rates.astype(np.float64))).astype(rates.dtype)

    return drawn.call(input, None, random_values_of(draw, input.detach()))


@public(method=False)
def binomial(count: Tensor, prob: Tensor, generator: Generator | None = None) -> Tensor:
    """How many of `count` trials succeed, each with the probability `prob`; with the gradient 0.

    Args:
        count: the numbers of trials, whole numbers of type float32 or float64. Below 0 they count as 0.
        prob: the probabilities, of the same type, of a shape that broadcasts with it. Outside of [0, 1] they count as
            0 or 1.
        generator: where the draws come from. Default: the default generator.

    Returns:
        Whole numbers, in the common shape.

    Raises:
        ValueError: count is not floating-point.
        RuntimeError: the types differ, the shapes don't fit, or a number is NaN or infinite.
        NotImplementedError: float16 or bfloat16.
        TypeError: prob is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.binomial(sg.tensor([10.0, 10.0]), sg.tensor([0.0, 1.0]))
        tensor([ 0., 10.])
    """
    check_tensors("binomial", count, prob)
    n, p = count.array, prob.array
    if dtypes.category(n.dtype) != dtypes.FLOAT:
        raise ValueError(f"binomial only supports floating-point dtypes for count, got: {count.dtype}")
    if n.dtype != p.dtype:
        raise RuntimeError(f"binomial: Found dtype {prob.dtype} but expected {count.dtype}, the one of count")
    if n.dtype not in (dtypes.F32, dtypes.F64):
        raise NotImplementedError(f"binomial is not implemented for {count.dtype}; use float32 or float64")
    if not all(np.isfinite(all_values(t)).all() for t in (count, prob)):
        raise RuntimeError("binomial: count and prob must be finite")
    try:
        shape = np.broadcast_shapes(n.shape, p.shape)
    except ValueError:
        raise RuntimeError(f"binomial: count {n.shape} and prob {p.shape} can't be broadcast together") from None

    def draw(n: Array, p: Array) -> Array:
        trials = np.maximum(n, 0).astype(np.int64)
        return np.asarray(draw_from(generator).binomial(trials, np.clip(p.astype(np.float64), 0, 1))).astype(n.dtype)

    wide = [broadcast_to.call(t.detach(), shape=shape) for t in (count, prob)]
    return drawn.call(count, prob, random_values_of(draw, *wide))
