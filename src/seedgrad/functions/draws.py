"""Random draws with parameters, and the methods that fill a tensor with random numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.inplace import write
from ..core.random import Generator, draw_from
from ..core.tensor import Tensor
from .arguments import check_tensors
from .public import public
from .random import draw_integers, draw_normal, draw_uniform
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
    else:
        try:
            shape = np.broadcast_shapes(*(t.array.shape for t in tensors))
        except ValueError:
            raise RuntimeError(f"normal(): mean {mean.shape} and std {std.shape} can't be broadcast together") from None
        kind = tensors[0].array.dtype
    a, b = (x.array if isinstance(x, Tensor) else x for x in (mean, std))
    return wrap(_normal(shape, kind, a, b, generator), requires_grad)


def _normal(shape: Any, kind: np.dtype[Any], mean: Any, std: Any, generator: Generator | None) -> Array:
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
    if p is None and dtypes.category(input.array.dtype) != dtypes.FLOAT:
        raise NotImplementedError(
            f"bernoulli is not implemented for {input.array.dtype} probabilities; use a floating-point dtype"
        )
    return wrap(_bernoulli(input.array, input.array if p is None else p, generator))


def _bernoulli(like: Array, p: Any, generator: Generator | None) -> Array:
    chance = p.array if isinstance(p, Tensor) else np.asarray(p)
    if not ((chance >= 0) & (chance <= 1)).all():
        raise RuntimeError(
            f"bernoulli expects p to be in [0, 1], but got p={chance.flat[0] if chance.size == 1 else chance}"
        )
    exact = np.float64 if chance.dtype == dtypes.F64 else np.float32
    return np.asarray(draw_from(generator).random(like.shape, exact) < chance).astype(like.dtype)


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
    weights = weights.astype(np.float64)
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    total = weights.sum(axis=-1, keepdims=True)
    if not (total > 0).all():
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")
    rng = draw_from(generator)
    if replacement:
        ends = np.cumsum(weights / total, axis=-1)
        ends /= ends[..., -1:]
        draws = rng.random((*weights.shape[:-1], num_samples))
        if weights.ndim == 1:
            return wrap(np.searchsorted(ends, draws, side="right").astype(np.int64))
        # Rows are kept apart by adding their number: one search finds all.
        rows = np.arange(len(ends))[:, None]
        found = np.searchsorted((ends + rows).ravel(), (draws + rows).ravel(), side="right")
        return wrap(np.minimum(found.reshape(draws.shape) - rows * n, n - 1))
    with np.errstate(divide="ignore"):
        waits = rng.standard_exponential(weights.shape) / weights
    return wrap(np.argsort(waits, axis=-1, kind="stable")[..., :num_samples].astype(np.int64))


def uniform_(self: Tensor, from_: float = 0.0, to: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Fill the tensor with uniform random numbers in [from, to)."""
    if from_ > to:
        raise RuntimeError(f"uniform_ expects to return a [from, to) range, but found from={from_} > to={to}")

    def draw(t: Tensor) -> Tensor:
        u = draw_uniform(t.array.shape, t.array.dtype, generator)
        return Tensor(np.asarray(u * (to - from_) + from_).astype(u.dtype, copy=False))

    return write(self, draw)


def normal_(self: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Fill the tensor with random numbers from a normal distribution."""
    return write(self, lambda t: Tensor(_normal(t.array.shape, t.array.dtype, mean, std, generator)))


def bernoulli_(self: Tensor, p: Any = 0.5, *, generator: Generator | None = None) -> Tensor:
    """Fill the tensor with ones, with probability p (a number, or a tensor of probabilities), and zeros."""
    return write(self, lambda t: Tensor(_bernoulli(t.array, p, generator)))


def exponential_(self: Tensor, lambd: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Fill the tensor with random numbers from the exponential distribution lambd * exp(-lambd * x)."""
    if lambd <= 0:
        raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={lambd}")
    if dtypes.category(self.array.dtype) != dtypes.FLOAT:
        raise NotImplementedError(f"exponential numbers are not implemented for {self.array.dtype}")
    return write(
        self,
        lambda t: Tensor(
            np.asarray(draw_from(generator).standard_exponential(t.array.shape) / lambd).astype(t.array.dtype)
        ),
    )


def random_(
    self: Tensor, from_: int | None = None, to: int | None = None, *, generator: Generator | None = None
) -> Tensor:
    """Fill the tensor with whole numbers: in [from, to); in [0, to) for `random_(to)`; alone, all that the "
    "type holds."""
    if from_ is not None and to is None:
        from_, to = 0, from_
    kind = self.array.dtype
    if to is None:
        if dtypes.category(kind) == dtypes.FLOAT:
            # Up to the number from which on the type can't tell whole numbers apart.
            to = 2 ** {"float64": 53, "float32": 24, "float16": 11, "bfloat16": 8}[kind.name] + 1
        else:
            to = 2 if kind == dtypes.BOOL else int(np.iinfo(kind).max)
    low, high = from_ or 0, to
    return write(self, lambda t: Tensor(draw_integers(t.array.shape, low, high, kind, generator)))


for _form in (uniform_, normal_, bernoulli_, exponential_, random_):
    setattr(Tensor, _form.__name__, _form)
