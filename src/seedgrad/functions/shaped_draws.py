"""Draws that have a gradient with respect to the shape of their distribution: gamma and Dirichlet."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.random import Generator, draw_from
from ..core.tensor import Tensor
from ..ops.draw_slopes import dirichlet_drawn, gamma_drawn
from .arguments import check_tensors


def _positive_floats(name: str, x: Tensor) -> Any:
    check_tensors(name, x)
    if dtypes.category(x.array.dtype) != dtypes.FLOAT:
        raise NotImplementedError(f"{name} is not implemented for {x.dtype}; use a floating-point dtype")
    return x.array.astype(np.float64)


def _log_gamma_draws(a: Any, rng: np.random.Generator) -> Any:
    """Logarithms of gamma draws: below a = 1 they may be smaller than the smallest number."""
    # With u uniform, x of concentration a + 1 times u^(1/a) is one of concentration a.
    small = a < 1
    logs = np.log(rng.standard_gamma(np.where(small, a + 1, a)))
    return np.where(small, logs - rng.standard_exponential(a.shape) / a, logs)


def _standard_gamma(self: Tensor, generator: Generator | None = None) -> Tensor:
    """Draws from gamma distributions with rate 1, with the gradient of a draw that keeps its place in the distribution.

    Args:
        self: the concentrations, positive; floating-point.
        generator: where the draws come from. Default: the default generator.
    """
    a = _positive_floats("_standard_gamma", self)
    kind = self.array.dtype
    drawn = np.exp(_log_gamma_draws(a, draw_from(generator)))
    tiny = np.finfo(kind).tiny if kind.itemsize > 2 else np.finfo(np.float32).tiny
    return gamma_drawn.call(self, Tensor(np.asarray(np.maximum(drawn, tiny)).astype(kind)))


def _sample_dirichlet(self: Tensor, generator: Generator | None = None) -> Tensor:
    """Draws from Dirichlet distributions, with the gradient of draws that keep their places.

    Args:
        self: the exponents along the last dimension, positive; floating-point.
        generator: where the draws come from. Default: the default generator.
    """
    logs = _log_gamma_draws(_positive_floats("_sample_dirichlet", self), draw_from(generator))
    if logs.size:
        logs = np.exp(logs - logs.max(-1, keepdims=True))
    drawn = logs / logs.sum(-1, keepdims=True)
    return dirichlet_drawn.call(self, Tensor(np.asarray(drawn).astype(self.array.dtype)))
