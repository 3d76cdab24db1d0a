"""The loss of connectionist temporal classification: a sequence of labels, with no times given.

A path names a label or the blank at every time; without repetitions and blanks it reads as a sequence of labels.
The loss is minus the logarithm of the probability of all paths that read as the target. They are paths through
the extended target, which has a blank before, between and behind the labels (L = 2 S + 1 positions): a step stays,
moves to the next position, or jumps over a blank between two different labels.

`alpha[t, n, s]` is the logarithm of the probability of all beginnings that are at position s at time t, `beta` that
of all endings that are there. The derivative is PyTorch's, exp(x) - p, where p is the probability of the class at
that time among those paths: it assumes that x comes from log_softmax, through which it is exact.

Source: Graves, Fernández, Gomez and Schmidhuber, "Connectionist Temporal Classification", 2006.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import namespace
from ..core.op import op

NDArray = np.ndarray[Any, Any]
# In place of the logarithm of 0 in the definition: differences of infinities have no derivative.
_NEVER = -1e30


def _no_value(x: NDArray) -> NDArray:
    """Zeros in the shape of x."""
    return np.zeros_like(x)


vars(namespace).update(no_value=_no_value)


@op(ufunc=True, cast=None)
def no_value(xp: Any, x: Any, /) -> Any:
    """Zeros with the derivative of x."""
    return xp.no_value(x)


no_value.defvjp(x=lambda g: g)


@op(cast=None)
def ctc_loss(xp: Any, x: Any, extended: Any, jump: Any, times: Any, labels: Any, /, zero_infinity: bool = False) -> Any:
    """The losses (N) of log-probabilities x (T, N, C): the specification of the kernel below.

    `extended` (N, L) are the extended targets, `jump` says which positions may be reached over a blank; `times` and
    `labels` (N) are the lengths of inputs and targets.
    """
    at = xp.take_along_axis(x, xp.broadcast_to(extended[None], (x.shape[0], *extended.shape)), 2)
    position = xp.cumsum(xp.ones_like(extended), 1) - 1
    alpha = xp.where(position < 2, at[0], _NEVER)
    steps = [alpha]
    for t in range(1, x.shape[0]):
        before = xp.pad_constant(alpha, ((0, 0), (2, 0)), _NEVER)
        ways = xp.stack([alpha, before[:, 1:-1], xp.where(jump, before[:, :-2], _NEVER)], 0)
        alpha = _log_of_sum(xp, ways) + at[t]
        steps.append(alpha)
    # The final positions, the last label and the blank behind it, are counted from two that are never reached.
    room = xp.pad_constant(xp.stack(steps, 0), ((0, 0), (0, 0), (2, 0)), _NEVER)
    when = xp.broadcast_to(xp.maximum(times - 1, 0)[None, :, None], (1, *room.shape[1:]))
    final = xp.take_along_axis(room, when, 0)[0]
    ends = xp.stack([2 * labels + 1, 2 * labels + 2], 1)
    loss = -_log_of_sum(xp, xp.swapaxes(xp.take_along_axis(final, ends, 1), 0, 1))
    loss = xp.where(times > 0, loss, xp.where(labels > 0, -_NEVER, 0.0))
    seen = xp.cumsum(xp.ones_like(x[:, :, 0]), 0) <= times
    loss = loss + xp.no_value(xp.sum(xp.exp(x) * xp.expand_dims(seen, 2), axis=(0, 2)))
    return xp.astype(xp.where(loss > -0.1 * _NEVER, 0.0 if zero_infinity else math.inf, loss), x.dtype)


def _log_sum(a: NDArray, b: NDArray, c: NDArray) -> NDArray:
    """log(exp(a) + exp(b) + exp(c))."""
    top = np.maximum(np.maximum(a, b), c)
    top[top == -np.inf] = 0
    return np.log(np.exp(a - top) + np.exp(b - top) + np.exp(c - top)) + top


def _log_of_sum(xp: Any, x: Any) -> Any:
    """log(sum(exp(x))) over the first axis."""
    top = xp.max(x, axis=0)
    return xp.log(xp.sum(xp.exp(x - top), axis=0)) + top


@ctc_loss.kernel("numpy")
def _forward(
    x: NDArray,
    extended: NDArray,
    jump: NDArray,
    times: NDArray,
    labels: NDArray,
    /,
    zero_infinity: bool = False,
) -> Any:
    n, length = extended.shape
    at = np.take_along_axis(x, extended[None], 2)
    bar = np.where(jump, 0, -np.inf).astype(x.dtype)
    # Two positions that are never reached stand before the others, so that steps are slices.
    room = np.full((len(x), n, length + 2), -np.inf, x.dtype)
    alpha = room[:, :, 2:]
    alpha[0, :, 0] = at[0, :, 0]
    if length > 1:
        alpha[0, :, 1] = at[0, :, 1]
    for t in range(1, len(x)):
        before = room[t - 1]
        alpha[t] = _log_sum(before[:, 2:], before[:, 1:-1], before[:, :-2] + bar) + at[t]
    sample = np.arange(n)
    # For no labels the position before the first is one of those that are never reached.
    final = room[np.maximum(times - 1, 0), sample]
    loss = -np.logaddexp(final[sample, 2 * labels + 2], final[sample, 2 * labels + 1])
    loss = np.where(times > 0, loss, np.where(labels > 0, np.inf, -0.0)).astype(x.dtype)
    out = np.where(np.isinf(loss), 0, loss).astype(x.dtype) if zero_infinity else loss
    return out, (room, loss, zero_infinity)


@ctc_loss.kernel_vjp("numpy")
def _backward(g: NDArray, needs: Any, inputs: Any, out: Any, saved: Any, last: int) -> tuple[Any, ...]:
    x, extended, jump, times, labels = inputs
    room, loss, zero_infinity = saved
    n, length = extended.shape
    sample = np.arange(n)
    path = _path_probabilities(x, extended, jump, times, labels, room[:, :, 2:], loss)
    dx = np.exp(x)
    blank = extended[0, 0]
    dx[:, :, blank] -= path[:, :, ::2].sum(axis=2)
    if length > 1:
        # The positions of one label of one sample, put side by side, are added up.
        key = (extended[:, 1::2] + x.shape[2] * sample[:, None]).reshape(-1)
        order = np.argsort(key, kind="stable")
        first = np.flatnonzero(np.diff(key[order], prepend=-1))
        total = np.add.reduceat(path[:, :, 1::2].reshape(len(x), -1)[:, order], first, axis=1)
        dx.reshape(len(x), -1)[:, key[order][first]] -= total
    infinite = np.isinf(loss)
    dx[:, infinite] = 0 if zero_infinity else np.nan
    dx *= g[:, None]
    dx[np.arange(len(x))[:, None] >= times] = 0
    if zero_infinity:
        dx[:, infinite] = 0
    return dx, None, None, None, None


def _path_probabilities(
    x: NDArray,
    extended: NDArray,
    jump: NDArray,
    times: NDArray,
    labels: NDArray,
    alpha: NDArray,
    loss: NDArray,
) -> NDArray:
    """(T, N, L): how probable each position is at each time, among the paths that read as the target."""
    n, length = extended.shape
    at = np.take_along_axis(x, extended[None], 2)
    bar = np.full((n, length + 2), -np.inf, x.dtype)
    bar[:, :length][jump] = 0
    position = np.arange(length)
    final = (position <= 2 * labels[:, None]) & (position >= 2 * labels[:, None] - 1)
    beta = np.full((n, length + 2), -np.inf, x.dtype)
    path = np.empty(at.shape, x.dtype)
    for t in reversed(range(len(x))):
        here = _log_sum(beta[:, :-2], beta[:, 1:-1], beta[:, 2:] + bar[:, 2:])
        here[times == t + 1] = np.where(final[times == t + 1], 0, -np.inf)
        # Without x at this time, which alpha has already.
        np.exp(alpha[t] + here + loss[:, None], out=path[t])
        beta[:, :-2] = here + at[t]
    return path
