"""The methods that fill a tensor with random numbers. What the tensor was before gets the gradient 0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.batch_values import random_values
from ..core.inplace import write
from ..core.mode import mode
from ..core.random import Generator, draw_from
from ..core.tensor import Tensor
from .draw_arrays import WHOLE_DIGITS, draw_integers, draw_normal, draw_uniform
from .draws import bernoulli_values, normal_array

Array = np.ndarray[Any, Any]
_REST: Any = object()  # stands for "up to the largest", where None already means that


def _filled(self: Tensor, draw: Callable[[tuple[int, ...], np.dtype[Any]], Any]) -> Tensor:
    """Write draw(shape, type), converted to the type."""
    shape, kind = self.array.shape, self.array.dtype

    def made(t: Tensor) -> Tensor:
        # A draw may be beyond the largest number of a small type: inf, without NumPy's warning.
        return random_values(
            lambda shape: mode.now.run(lambda: np.asarray(draw(shape, kind)).astype(kind, copy=False)), shape
        )

    return write(self, made)


def _from(name: str, given: Any, named: dict[str, Any]) -> Any:
    """The argument `from`, which has the name of a Python keyword, so that it can come as `**{"from": 2}` only."""
    given = named.pop("from", given)
    if named:
        raise TypeError(f"{name}() got an unexpected keyword argument {next(iter(named))!r}")
    return given


def _need_float(name: str, t: Tensor, error: type[Exception] = RuntimeError) -> None:
    if dtypes.category(t.array.dtype) != dtypes.FLOAT:
        raise error(f"{name} draws from a continuous distribution: dtype must be a floating point, got {t.dtype}")


def uniform_(
    self: Tensor, from_: float = 0.0, to: float = 1.0, *, generator: Generator | None = None, **named: Any
) -> Tensor:
    """Fill the tensor with uniform random numbers in [from, to)."""
    low = _from("uniform_", from_, named)
    kind = self.array.dtype
    if dtypes.category(kind) < dtypes.FLOAT:
        raise NotImplementedError(f"uniform numbers are not implemented for {kind}; use a floating-point dtype")
    largest = dtypes.limits(np.empty(0, kind).real.dtype if kind.kind == "c" else kind)[0]
    for name, end in (("from", low), ("to", to)):
        if not -largest <= end <= largest:
            raise RuntimeError(f"uniform_: {name}={end} is out of bounds for {kind}")
    if low > to:
        raise RuntimeError(f"uniform_ expects to return a [from, to) range, but found from={low} > to={to}")

    def draw(shape: tuple[int, ...], kind: np.dtype[Any]) -> Array:
        u = draw_uniform(shape, kind, generator)
        return np.asarray(u * (to - low) + (low * (1 + 1j) if kind.kind == "c" else low))

    return _filled(self, draw)


def normal_(self: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Fill the tensor with random numbers from a normal distribution."""
    return _filled(self, lambda shape, kind: normal_array(shape, kind, mean, std, generator))


def log_normal_(self: Tensor, mean: float = 1.0, std: float = 2.0, *, generator: Generator | None = None) -> Tensor:
    """Fill the tensor with exp(x), x from the normal distribution with the given mean and deviation."""
    if not std > 0:
        raise RuntimeError(f"log_normal_ expects std > 0.0, but found std={std}")
    _need_float("log_normal_", self, NotImplementedError)

    def draw(shape: tuple[int, ...], kind: np.dtype[Any]) -> Array:
        x = draw_normal(shape, kind if kind.itemsize > 2 else dtypes.F32, generator)
        return np.asarray(np.exp(x * std + mean))

    return _filled(self, draw)


def bernoulli_(self: Tensor, p: Any = 0.5, *, generator: Generator | None = None) -> Tensor:
    """Fill the tensor with ones, with probability p (a number, or a tensor of probabilities), and zeros."""
    return write(self, lambda t: bernoulli_values(t, p, generator))


def exponential_(self: Tensor, lambd: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Fill the tensor with random numbers from the exponential distribution lambd * exp(-lambd * x)."""
    if not lambd > 0:
        raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={lambd}")
    _need_float("exponential_", self)
    return _filled(self, lambda shape, kind: draw_from(generator).standard_exponential(shape) / lambd)


def cauchy_(self: Tensor, median: float = 0.0, sigma: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Fill the tensor from the Cauchy distribution 1 / (pi sigma (1 + ((x - median) / sigma)^2))."""
    if not sigma > 0:
        raise RuntimeError(f"cauchy_ expects sigma > 0.0, but found sigma={sigma}")
    _need_float("cauchy_", self)
    return _filled(self, lambda shape, kind: draw_from(generator).standard_cauchy(shape) * sigma + median)


def geometric_(self: Tensor, p: float, *, generator: Generator | None = None) -> Tensor:
    """Fill the tensor with the number k of trials up to the first success: P(k) = (1 - p)^(k - 1) p, k = 1, 2, ..."""
    if isinstance(p, bool) or not isinstance(p, (int, float)):
        raise TypeError(f"geometric_(): argument 'p' must be float, not {type(p).__name__}")
    if not 0 < p < 1:
        raise RuntimeError(f"geometric_ expects p to be in (0, 1), but got p={p}")
    if dtypes.category(self.array.dtype) not in (dtypes.INTEGER, dtypes.FLOAT):
        raise NotImplementedError(f"geometric_ is not implemented for {self.array.dtype} tensors")
    return _filled(self, lambda shape, kind: draw_from(generator).geometric(p, shape))


def random_(
    self: Tensor, from_: int | None = None, to: int | None = _REST, *, generator: Generator | None = None, **named: Any
) -> Tensor:
    """Fill the tensor with whole numbers: random_(to) in [0, to), random_(from, to) in [from, to), random_(from, None)
    from `from` on, and random_() in [0, the largest that the type holds]."""
    low = _from("random_", from_, named)
    kind = self.array.dtype
    if to is _REST and low is not None and not named and from_ is not None:
        low, to = 0, low
    if to is _REST or to is None:
        to = _largest(kind) + 1
    low, high = low or 0, to
    return _filled(self, lambda shape, kind: draw_integers(shape, low, high, kind, generator))


def _largest(kind: np.dtype[Any]) -> int:
    """The largest whole number below which the type lacks none."""
    if kind == dtypes.BOOL:
        return 1
    return int(np.iinfo(kind).max) if kind.kind in "iu" else 2 ** WHOLE_DIGITS.get(kind.name, 0)


for _form in (
    bernoulli_,
    cauchy_,
    exponential_,
    geometric_,
    log_normal_,
    normal_,
    random_,
    uniform_,
):
    setattr(Tensor, _form.__name__, _form)
