"""Random choices that have a gradient."""

from __future__ import annotations

import warnings

import numpy as np

from ...core.batch_values import on_values, random_values
from ...core.op import tensor_namespace as xp
from ...core.random import Generator, draw_from
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors, one_axis


def gumbel_softmax(
    logits: Tensor,
    tau: float = 1,
    hard: bool = False,
    eps: float = 1e-10,
    dim: int = -1,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """A random vector near one of the unit vectors, random_values with the probabilities softmax(logits).

    softmax((logits + g) / tau) with g = -log(-log(u)), u uniform: the largest element is where a choice by the
    probabilities would fall, and the smaller tau, the closer all others are to 0.

    Args:
        logits: any shape, floating-point: logarithms of the probabilities, up to a constant.
        tau: how soft the choice is, positive. Default: 1.
        hard: return the unit vector itself, with the gradient of the soft one. Default: False.
        eps: deprecated, without effect.
        dim: the dimension along which to choose. Default: the last.
        generator: where the randomness comes from. Default: the global generator.

    Returns:
        The logits' shape; sums to 1 along `dim`.

    Raises:
        IndexError: there is no such dimension.
        RuntimeError: the logits hold integers.

    Example:
        >>> import seedgrad as sg
        >>> out = sg.nn.functional.gumbel_softmax(sg.zeros(4, 3), hard=True)
        >>> out.sum(1)
        tensor([1., 1., 1., 1.])

    Source: Jang, Gu, Poole, "Categorical reparameterization with Gumbel-softmax", 2017.
    """
    check_tensors("gumbel_softmax", logits)
    if not logits.is_floating_point():
        raise RuntimeError(f"gumbel_softmax: the logits must be floating-point, got {logits.dtype}: use x.float()")
    if eps != 1e-10:
        warnings.warn("`eps` parameter of gumbel_softmax is deprecated and has no effect.", stacklevel=2)
    axis = one_axis("gumbel_softmax", logits, dim)
    # The logarithm of an exponential number is that of -log(u).
    rng, kind = draw_from(generator), logits.array.dtype
    noise = random_values(
        lambda shape: np.asarray(-np.log(rng.standard_exponential(shape))).astype(kind), logits.array.shape
    )
    soft: Tensor = xp.softmax((logits + noise) / tau, axis=axis)
    if not hard:
        return soft
    behind = axis - logits.array.ndim

    def rest(soft: np.ndarray) -> np.ndarray:
        if behind == 0:  # a 0-d tensor
            return 1 - soft
        chosen = np.zeros_like(soft)
        np.put_along_axis(chosen, soft.argmax(behind, keepdims=True), 1, behind)
        return chosen - soft

    return on_values(rest, soft) + soft
