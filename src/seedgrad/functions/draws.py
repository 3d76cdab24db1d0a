"""Random draws with parameters."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.batch_values import all_values, random_values, random_values_of
from ..core.random import Generator, draw_from
from ..core.tensor import Tensor
from ..ops.draw import drawn
from ..ops.shape import broadcast_to
from .arguments import check_tensors
from .draw_arrays import draw_normal
from .public import public
from .sizes import as_sizes, check_device, element_type, wrap

Array = np.ndarray[Any, Any]


@public(method=False, out=True)
def normal(
    mean: Any = 0.0,
    std: Any = 1.0,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Random numbers from normal distributions.

    Args:
        mean: the means: a tensor, or a number.
        std: the standard deviations, likewise.
        size: the shape, a tuple, if both are numbers.
        generator: where they come from. Default: the default generator.
        dtype: a floating-point type, if both are numbers. Default: the default one.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.

    Returns:
        A tensor of shape `size`, or of the common shape of the tensors.

    Raises:
        RuntimeError: a deviation is negative, or the shapes don't fit.
        NotImplementedError: a tensor is not floating-point.
        TypeError: both are numbers and there is no size.

    Example:
        >>> import seedgrad as sg
        >>> sg.normal(sg.zeros(2, 3), 1.0).shape
        seedgrad.Size([2, 3])
    """
    check_device(device)
    tensors = [x for x in (mean, std) if isinstance(x, Tensor)]
    if not tensors:
        if size is None:
            raise TypeError("normal() needs a size if mean and std are numbers: normal(0.0, 1.0, (2, 3))")
        shape, kind = as_sizes("normal", (size,)), element_type(dtype)
        numbers = random_values(lambda shape: normal_array(shape, kind, mean, std, generator), shape)
        return wrap(numbers, requires_grad)
    try:
        shape = np.broadcast_shapes(*(t.array.shape for t in tensors))
    except ValueError:
        raise RuntimeError(f"normal(): mean {mean.shape} and std {std.shape} can't be broadcast together") from None
    kind = tensors[0].array.dtype

    def draw(*arrays: Array) -> Array:
        left = iter(arrays)
        a, b = (next(left) if isinstance(x, Tensor) else x for x in (mean, std))
        return normal_array(arrays[0].shape, kind, a, b, generator)

    wide = [broadcast_to.call(t.detach(), shape=shape) for t in tensors]
    made = wrap(random_values_of(draw, *wide), requires_grad)
    return drawn.call(*(x if isinstance(x, Tensor) else None for x in (mean, std)), made)


def normal_array(shape: Any, kind: np.dtype[Any], mean: Any, std: Any, generator: Generator | None) -> Array:
    """Normal numbers with given means and deviations, arrays or numbers."""
    if type(std) is not float or not std >= 0:
        if np.iscomplexobj(std):
            raise RuntimeError("normal expects standard deviation to be non-complex")
        if not np.all(np.asarray(std) >= 0):
            raise RuntimeError(f"normal expects all elements of std >= 0.0, but found std {np.min(std)}")
    out = draw_normal(shape, kind, generator)
    return np.asarray(out * std + mean).astype(kind, copy=False)


@public(out=True)
def bernoulli(input: Tensor, p: Any = None, *, generator: Generator | None = None) -> Tensor:
    """1 with the probability that each element says, else 0.

    Args:
        input: probabilities in [0, 1], of a floating-point type.
        p: one probability instead, with the shape and type of `input`.
        generator: where the draws come from. Default: the default generator.

    Returns:
        A tensor of zeros and ones of the shape and type of `input`.

    Raises:
        RuntimeError: a probability is not in [0, 1].
        NotImplementedError: `input` is not floating-point and there is no `p`.

    Example:
        >>> import seedgrad as sg
        >>> sg.bernoulli(sg.tensor([0.0, 1.0]))
        tensor([0., 1.])
    """
    check_tensors("bernoulli", input)
    if isinstance(p, Tensor):
        raise TypeError("bernoulli(): p is one probability, not a Tensor: draw with bernoulli(p), or x.bernoulli_(p)")
    if p is None and dtypes.category(input.array.dtype) != dtypes.FLOAT:
        raise NotImplementedError(
            f"bernoulli is not implemented for {input.array.dtype} probabilities; use a floating-point dtype"
        )
    made = wrap(bernoulli_values(input, input if p is None else p, generator))
    return drawn.call(input, None, made) if dtypes.differentiable(input.array.dtype) else made


def bernoulli_values(like: Tensor, p: Any, generator: Generator | None) -> Tensor:
    """Zeros and ones in the shape and type of `like`, with the probability or probabilities p of a one."""
    shape, kind = like.array.shape, like.array.dtype
    if dtypes.category(kind) == dtypes.COMPLEX:
        raise NotImplementedError(f"bernoulli is not implemented for {kind} tensors")
    if not isinstance(p, Tensor):
        return random_values(lambda shape: _ones_with(np.asarray(p), shape, kind, generator), shape)
    given = p.array
    if dtypes.category(given.dtype) != dtypes.FLOAT:
        raise NotImplementedError(f"bernoulli is not implemented for {given.dtype} probabilities")
    if len(given.shape) > len(shape) or any(
        a not in (1, b) for a, b in zip(given.shape[::-1], shape[::-1], strict=False)
    ):
        raise RuntimeError(f"bernoulli: probabilities of shape {given.shape} can't be expanded to the shape {shape}")
    chances = broadcast_to.call(p.detach(), shape=shape)
    return random_values_of(lambda chance: _ones_with(chance, chance.shape, kind, generator), chances)


def _ones_with(chance: Array, shape: tuple[int, ...], kind: np.dtype[Any], generator: Generator | None) -> Array:
    """Ones with the probabilities `chance`."""
    if not ((chance >= 0) & (chance <= 1)).all():
        raise RuntimeError(
            f"bernoulli expects p to be in [0, 1], but got p={chance.flat[0] if chance.size == 1 else chance}"
        )
    exact = np.float64 if chance.dtype == dtypes.F64 else np.float32
    return np.asarray(draw_from(generator).random(shape, exact) < chance).astype(kind)


@public(out=True)
def multinomial(
    input: Tensor, num_samples: int, replacement: bool = False, *, generator: Generator | None = None
) -> Tensor:
    """Draw positions with the probabilities that the elements, which need not sum to 1, say.

    Args:
        input: weights >= 0, (n,) or (rows, n), floating-point.
        num_samples: how many positions for each row.
        replacement: whether a position may be drawn again. Default: False.
        generator: where the draws come from. Default: the default generator.

    Returns:
        An int64 tensor of shape (num_samples,) or (rows, num_samples).

    Raises:
        RuntimeError: the weights are not floating-point, negative, infinite, NaN or all 0; there are more than two
            dimensions, or fewer positions than samples.

    Example:
        >>> import seedgrad as sg
        >>> sg.multinomial(sg.tensor([0.0, 3.0]), 4, replacement=True)
        tensor([1, 1, 1, 1])

    Source: Efraimidis and Spirakis (2006), "Weighted random sampling with a reservoir": without replacement, the
        largest of u ** (1 / weight), or the smallest of exponential draws over the weights.
    """
    check_tensors("multinomial", input)
    weights = input.array
    if dtypes.category(weights.dtype) != dtypes.FLOAT:
        raise RuntimeError(f"multinomial only supports floating-point dtypes for input, got: {input.dtype}")
    if weights.ndim not in (1, 2):
        raise RuntimeError(f"prob_dist must be 1 or 2 dim, got shape {weights.shape}")
    if num_samples <= 0:
        raise RuntimeError(f"cannot sample n_sample <= 0 samples, got {num_samples}")
    n = weights.shape[-1]
    if not replacement and num_samples > n:
        raise RuntimeError(
            f"cannot sample n_sample > prob_dist.size(-1) samples without replacement: {num_samples} of {n}"
        )
    values = all_values(input).astype(np.float64)
    if not (np.isfinite(values) & (values >= 0)).all():
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    if not (values.sum(axis=-1) > 0).all():
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")
    if n > 2**24:
        raise RuntimeError(f"multinomial: number of categories cannot exceed 2^24, got {n}")
    rng = draw_from(generator)
    return wrap(
        random_values_of(lambda rows: _chosen(rows.astype(np.float64), num_samples, replacement, rng), input.detach())
    )


def _chosen(weights: Array, count: int, replacement: bool, rng: np.random.Generator) -> Array:
    """`count` indices for each row of weights along the last axis."""
    if not replacement:
        with np.errstate(divide="ignore"):
            waits = rng.standard_exponential(weights.shape) / weights
        return np.argsort(waits, axis=-1, kind="stable")[..., :count].astype(np.int64)
    n = weights.shape[-1]
    ends = np.cumsum(weights / weights.sum(axis=-1, keepdims=True), axis=-1)
    ends /= ends[..., -1:]
    draws = rng.random((*weights.shape[:-1], count))
    if weights.ndim == 1:
        return np.searchsorted(ends, draws, side="right").astype(np.int64)
    # Rows are kept apart by adding their number: one search finds all.
    rows = np.arange(ends.size // n).reshape(*ends.shape[:-1], 1)
    found = np.searchsorted((ends + rows).ravel(), (draws + rows).ravel(), side="right")
    return np.minimum(found.reshape(draws.shape) - rows * n, n - 1)
