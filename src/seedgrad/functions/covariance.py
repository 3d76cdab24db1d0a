"""Covariances and correlations of variables."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from ..ops import complex as c
from ..ops import reduce as r
from ..ops import select as s
from .arguments import check_tensors
from .choice import clamp
from .public import public


@public()
def cov(
    input: Tensor, *, correction: int = 1, fweights: Tensor | None = None, aweights: Tensor | None = None
) -> Tensor:
    """The covariances of variables: `C_ij = sum_k w_k (x_ik - m_i) (x_jk - m_j)* / (sum w - correction)`.

    Args:
        input: (variables, observations), or the observations of one variable, 1-d or 0-d.
        correction: what is taken from the number of observations. Default: 1, as in an estimate from a sample.
        fweights: how often each observation was made, whole numbers >= 0, 1-d. Default: None, once.
        aweights: the weight of each observation, floats >= 0, 1-d. Default: None, 1.

    Returns:
        (variables, variables), or 0-d for one variable.

    Raises:
        RuntimeError: there are more than two dimensions; the input is bool; the weights have another length or type,
            are negative or sum to zero.

    Example:
        >>> import seedgrad as sg
        >>> sg.cov(sg.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
        tensor([[ 1., -1.],
                [-1.,  1.]])
    """
    check_tensors("cov", input)
    _check_dimensions("cov", input)
    if input.array.dtype == dtypes.BOOL:
        raise RuntimeError("cov(): bool dtype is not supported for input. Convert it first: x.float()")
    x = input.reshape(1, -1) if input.array.ndim < 2 else input
    n = x.array.shape[1]
    times, weights = _weights("fweights", fweights, n), _weights("aweights", aweights, n)
    if dtypes.category(x.array.dtype) < dtypes.FLOAT:
        x = s.astype.call(x, kind=dtypes.default())
    w = times if weights is None else weights if times is None else times * weights
    count: Any = n if w is None else r.sum.call(w)
    if w is not None and not count.array:
        raise RuntimeError("cov(): weights sum to zero, can't be normalized")
    mean = r.sum.call(x if w is None else x * w, axis=1, keepdims=True) / (count if n else float("nan"))
    free = count - correction
    if weights is not None and correction:
        free = count - correction * r.sum.call(w * weights) / count
    if (free.item() if isinstance(free, Tensor) else free) <= 0:
        warnings.warn(
            "cov(): degrees of freedom is <= 0. Correction should be strictly less than the number of observations.",
            stacklevel=2,
        )
        free = 0.0
    away = x - mean
    other = away if w is None else away * w
    other = c.conj.call(other) if other.array.dtype.kind == "c" else other
    return ((away @ other.T) / free).squeeze()


@public()
def corrcoef(input: Tensor) -> Tensor:
    """The correlations of variables: `R_ij = C_ij / (C_ii C_jj)^(1/2)`, in [-1, 1].

    Args:
        input: (variables, observations), or the observations of one variable, 1-d or 0-d.

    Returns:
        (variables, variables), or 0-d for one variable.

    Raises:
        RuntimeError: there are more than two dimensions; the input is bool.

    Example:
        >>> import seedgrad as sg
        >>> sg.corrcoef(sg.tensor([[1.0, 2.0, 3.0], [6.0, 4.0, 2.0]]))
        tensor([[ 1., -1.],
                [-1.,  1.]])
    """
    check_tensors("corrcoef", input)
    _check_dimensions("corrcoef", input)
    found = cov(input)
    if not found.array.ndim:
        return found / found
    spread = found.diagonal().abs().sqrt()  # variances are real
    out = found / spread.unsqueeze(1) / spread
    return out if out.array.dtype.kind == "c" else clamp(out, -1.0, 1.0)


def _check_dimensions(name: str, input: Tensor) -> None:
    if input.array.ndim > 2:
        raise RuntimeError(
            f"{name}(): expected input to have two or fewer dimensions, got the shape {input.array.shape}"
        )


def _weights(name: str, weights: Any, n: int) -> Tensor | None:
    """The weights of n observations, checked."""
    if weights is None:
        return None
    check_tensors("cov", weights)
    w = weights.array
    if w.ndim > 1:
        raise RuntimeError(f"cov(): expected {name} to have one or fewer dimensions, got the shape {w.shape}")
    wanted, category = ("integral", dtypes.INTEGER) if name == "fweights" else ("floating point", dtypes.FLOAT)
    if dtypes.category(w.dtype) != category:
        raise RuntimeError(f"cov(): expected {name} to have {wanted} dtype but got {weights.dtype}")
    if w.size != n:
        raise RuntimeError(f"cov(): expected {name} to have one weight for each of {n} observations, got {w.size}")
    if np.any(w < 0):
        raise RuntimeError(f"cov(): {name} cannot be negative, got {w.min()}")
    return weights
