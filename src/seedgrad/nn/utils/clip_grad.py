"""Limiting gradients."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from ...core import dtype as dtypes
from ...core import namespace
from ...core.memory import bump
from ...core.mode import mode
from ...core.tensor import Tensor
from ..old_names import deprecated

Tensors = Tensor | Iterable[Tensor]


def _listed(tensors: Tensors) -> list[Tensor]:
    return [tensors] if isinstance(tensors, Tensor) else list(tensors)


def _gradients(parameters: Tensors) -> list[Tensor]:
    return [p.grad for p in _listed(parameters) if p.grad is not None]


def get_total_norm(
    tensors: Tensors, norm_type: float = 2.0, error_if_nonfinite: bool = False, foreach: bool | None = None
) -> Tensor:
    """The norm of all tensors together, as if they were one vector.

    Args:
        tensors: one or several, of any shapes.
        norm_type: p of the p-norm; `float("inf")` for the largest absolute value. Default: 2.
        error_if_nonfinite: whether NaN or infinity is an error. Default: False.
        foreach: accepted for programs written for PyTorch, where it chooses between implementations of the
            same.

    Returns:
        A 0-d tensor.

    Raises:
        RuntimeError: the norm is not finite and `error_if_nonfinite` is set; a tensor holds integers; a tensor is empty
            where the norm is inf or below 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.utils.get_total_norm([sg.tensor([3.0]), sg.tensor([4.0])]).item()
        5.0
    """
    p = float(norm_type)
    total = mode.now.run(_total, [t.array for t in _listed(tensors)], p)
    if error_if_nonfinite and not np.isfinite(total):
        raise RuntimeError(
            f"The total norm of order {p} for gradients from `parameters` is non-finite ({total}), so it "
            "cannot be "
            f"clipped. To disable this error and scale the gradients by the non-finite norm anyway, set "
            f"`error_if_nonfinite=False`"
        )
    return Tensor(total)


def _total(arrays: list[np.ndarray[Any, Any]], p: float) -> np.ndarray[Any, Any]:
    """The p-norm of all arrays together."""
    norms = [_norm(a, p) for a in arrays]
    kind = functools.reduce(dtypes.promote_types, (n.dtype for n in norms)) if norms else np.dtype(np.float32)
    return np.asarray(float(_norm(np.asarray(norms, kind), p)) if norms else 0.0, kind)


def _norm(a: np.ndarray[Any, Any], p: float) -> np.ndarray[Any, Any]:
    """The p-norm of all elements, in their real type."""
    if not dtypes.differentiable(a.dtype):
        raise RuntimeError(
            f"get_total_norm(): expected floating point or complex tensors, got {dtypes.from_numpy(a.dtype)}"
        )
    if (p < 0 or p == math.inf) and not a.size:
        raise RuntimeError(f"get_total_norm(): the {p} norm of an empty tensor of shape {a.shape} is not defined")
    with np.errstate(all="ignore"):
        found: Any
        if abs(p) == math.inf:
            found = np.abs(a).max() if p > 0 else np.abs(a).min()
        elif p == 0:
            found = np.count_nonzero(a)
        elif p == 2:
            found = math.sqrt(_squares(a))
        else:
            found = np.float64(np.sum(np.abs(a) ** p, dtype=np.float64)) ** (1.0 / p)
        return namespace.astype(np.asarray(found), np.abs(a.ravel()[:0]).dtype)


def _squares(a: np.ndarray[Any, Any]) -> float:
    """The sum of squares. Blocks are added up in float64, so that a long vector loses nothing."""
    if a.dtype not in (np.float32, np.float64):
        a = np.abs(a).astype(np.float64)
    flat = a.ravel(order="K")
    return float(sum(float(np.dot(part, part)) for part in np.array_split(flat, flat.size // 65536 + 1)))


def clip_grads_with_norm_(
    parameters: Tensors, max_norm: float, total_norm: Tensor, foreach: bool | None = None
) -> None:
    """Multiply all gradients by max_norm / total_norm, if that is below 1.

    Args:
        parameters: whose gradients are scaled, in place.
        max_norm: the norm they should have at most.
        total_norm: the norm they have, from `get_total_norm`.
        foreach: accepted for programs written for PyTorch.

    Raises:
        TypeError: `total_norm` is not a Tensor.
        RuntimeError: it has more than one element.
    """
    if not isinstance(total_norm, Tensor):
        raise TypeError(
            f"clip_grads_with_norm_(): total_norm must be a Tensor, from get_total_norm(), not {type(total_norm).__name__}"
        )
    if total_norm.array.ndim:
        raise RuntimeError(
            f"clip_grads_with_norm_(): total_norm must be a scalar tensor, got the shape {total_norm.array.shape}"
        )
    grads = _gradients(parameters)
    arrays, trace = [g.array for g in grads], mode.now.trace
    if trace is None:
        clipped = mode.now.run(_clip, arrays, max_norm, total_norm.array)
    else:
        clipped = trace.changing(_clip, arrays, max_norm, total_norm.array)
    if clipped:
        for g in grads:
            bump(g)


def _clip(arrays: list[np.ndarray[Any, Any]], max_norm: float, total: np.ndarray[Any, Any]) -> bool:
    """Scale the arrays if their norm is too large; whether it was."""
    factor = float(max_norm) / (float(total) + 1e-6)
    clip = factor < 1 or math.isnan(factor)
    if clip:
        for a in arrays:
            np.multiply(a, np.asarray(factor, a.dtype), a)
    return clip


def clip_grad_norm_(
    parameters: Tensors,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scale the gradients of all parameters together, in place, so that their norm is at most `max_norm`.

    Args:
        parameters: one or several; those without a gradient are left out.
        max_norm: at least 0.
        norm_type: p of the p-norm; `float("inf")` for the largest absolute value. Default: 2.
        error_if_nonfinite: whether a norm that is NaN or infinite is an error. Default: False.
        foreach: accepted for programs written for PyTorch, where it chooses between implementations of the
            same.

    Returns:
        The norm before, a 0-d tensor.

    Raises:
        RuntimeError: the norm is not finite and `error_if_nonfinite` is set.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.tensor([3.0, 4.0], requires_grad=True)
        >>> (w * w).sum().backward()
        >>> sg.nn.utils.clip_grad_norm_([w], max_norm=1.0).item()
        10.0
        >>> [round(g, 2) for g in w.grad.tolist()]
        [0.6, 0.8]

    Source: Pascanu, Mikolov, Bengio, On the difficulty of training recurrent neural networks, 2013.
    """
    parameters = _listed(parameters)
    total = get_total_norm(_gradients(parameters), norm_type, error_if_nonfinite)
    clip_grads_with_norm_(parameters, max_norm, total)
    return total


clip_grad_norm = deprecated(clip_grad_norm_, "seedgrad.nn.utils", "clip_grad_norm")


def clip_grad_value_(parameters: Tensors, clip_value: float, foreach: bool | None = None) -> None:
    """Hold every element of the gradients between -clip_value and clip_value, in place.

    Args:
        parameters: one or several; those without a gradient are left out.
        clip_value: at least 0.
        foreach: accepted for programs written for PyTorch.

    Raises:
        NotImplementedError: a gradient is complex.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.tensor([3.0, -0.25], requires_grad=True)
        >>> (w * w).sum().backward()
        >>> sg.nn.utils.clip_grad_value_([w], 1.0)
        >>> w.grad.tolist()
        [1.0, -0.5]
    """
    for g in _gradients(parameters):
        if g.array.dtype.kind == "c":
            raise NotImplementedError("clip_grad_value_(): complex gradients have no order; use clip_grad_norm_()")
        limit = namespace.astype(np.asarray(float(clip_value)), g.array.dtype)
        np.minimum(np.maximum(g.array, -limit), limit, out=g.array)
        bump(g)
