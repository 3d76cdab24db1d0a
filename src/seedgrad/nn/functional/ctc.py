"""The loss for sequences whose labels have no times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...core import dtype as dtypes
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from ...ops import ctc as ops
from ...ops import elementwise as e
from ...ops.shape import expand_dims, reshape
from .reduction import checked_reduction, reduced

NDArray = np.ndarray[Any, Any]
Lengths = Tensor | Sequence[int]


def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Lengths,
    target_lengths: Lengths,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """How improbable a sequence of labels is, over all ways to spread it over time: `loss = -log p(target | x)`.

    At every time there is a label or the blank; repeated labels count once unless a blank lies between them.

    Args:
        log_probs: (T, N, C) or (T, C), log-probabilities as from log_softmax, float32 or float64. The gradient is
            the one that is right through log_softmax.
        targets: class numbers other than the blank: (N, S) padded with anything, or one after the other in one
            dimension.
        input_lengths: (N), how many times of each sample count, 0 to T; a Tensor of integers or a sequence.
        target_lengths: (N), how many labels each target has; of the same kind as `input_lengths`.
        blank: the class number of the blank. Default: 0.
        reduction: "mean" (default): each loss divided by the length of its target (at least 1), then averaged;
            "sum" or "none".
        zero_infinity: 0 in place of infinite losses (of targets too long for their inputs), and of their
            gradients, which are NaN otherwise. Default: False.

    Returns:
        A number; for "none" (N) or ().

    Raises:
        TypeError: only one of the lengths is a Tensor.
        NotImplementedError: `log_probs` is neither float32 nor float64.
        RuntimeError: a shape, a length, the blank or a label does not fit.
        ValueError: `reduction` is none of the three.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.zeros(4, 1, 3).log_softmax(2)
        >>> sg.nn.functional.ctc_loss(x, sg.tensor([[1, 2]]), sg.tensor([4]), sg.tensor([2]), reduction="sum")
        tensor(1.6864)

    Source: Graves, Fernández, Gomez and Schmidhuber, "Connectionist Temporal Classification", 2006.
    """
    check_tensors("ctc_loss", log_probs, targets)
    reduction = checked_reduction(reduction)
    if isinstance(input_lengths, Tensor) != isinstance(target_lengths, Tensor):
        raise TypeError("ctc_loss(): input_lengths and target_lengths must both be Tensors, or both sequences of ints")
    x, single = log_probs, log_probs.array.ndim == 2
    if single:
        x = expand_dims.call(x, axis=1)
    _check_log_probs(x, blank)
    count, samples, classes = x.array.shape
    times = _lengths("input_lengths", input_lengths, samples)
    labels = _lengths("target_lengths", target_lengths, samples)
    if times.max() > count:
        raise RuntimeError(
            f"Expected input_lengths to have value at most {count}, but got value {times.max()}: log_probs of shape "
            f"{log_probs.array.shape} has {count} times"
        )
    padded = _padded(targets.array, labels, blank)
    if padded.size and not 0 <= padded.min() <= padded.max() < classes:
        raise RuntimeError(f"targets must be class numbers, 0 to {classes - 1}, got {padded.min()} to {padded.max()}")
    extended = np.full((samples, 2 * padded.shape[1] + 1), blank, np.int64)
    extended[:, 1::2] = padded
    jump = np.zeros(extended.shape, bool)
    jump[:, 3::2] = padded[:, 1:] != padded[:, :-1]
    settings = [Tensor(a) for a in (extended, jump, times, labels)]
    loss = ops.ctc_loss.call(x, *settings, zero_infinity=zero_infinity)
    if reduction == "mean":
        loss = e.divide.call(loss, Tensor(np.maximum(labels, 1).astype(x.array.dtype)))
    if single and reduction == "none":
        return reshape.call(loss, shape=())
    return reduced(loss, reduction)


def _check_log_probs(x: Tensor, blank: int) -> None:
    """Raise unless there are log-probabilities for all times, samples and classes, and one of those is the blank."""
    shape = x.array.shape
    if len(shape) != 3:
        raise RuntimeError(f"ctc_loss: log_probs must be (T, N, C) or (T, C), got {len(shape)} dimensions: {shape}")
    if x.array.dtype not in (dtypes.F32, dtypes.F64):
        raise NotImplementedError(f"ctc_loss is not implemented for {x.dtype} tensors. Convert them first: x.float()")
    if 0 in shape:
        raise RuntimeError(f"log_probs tensor must not be empty, got shape {shape}")
    if not 0 <= blank < shape[2]:
        raise RuntimeError(f"blank must be in label range, 0 to {shape[2] - 1}, got {blank}")


def _lengths(name: str, given: Lengths, samples: int) -> NDArray:
    """The lengths as int64, one for each sample."""
    if isinstance(given, Tensor) and dtypes.category(given.array.dtype) >= dtypes.FLOAT:
        raise RuntimeError(f"{name} must be integral, got {given.dtype}. Convert them first: lengths.long()")
    found = np.asarray(given.array if isinstance(given, Tensor) else list(given), np.int64).reshape(-1)
    if len(found) != samples:
        raise RuntimeError(f"{name} must be of size batch_size: there are {samples} samples, got {len(found)} lengths")
    if found.min() < 0:
        raise RuntimeError(f"Expected {name} to have value at least 0, but got value {found.min()}")
    return found


def _padded(targets: NDArray, labels: NDArray, blank: int) -> NDArray:
    """The targets as (N, S) for the longest of them, filled up with blanks."""
    samples, longest = len(labels), int(labels.max())
    used = np.arange(longest) < labels[:, None]
    padded = np.full((samples, longest), blank, np.int64)
    if targets.ndim == 1:
        if targets.size != labels.sum():
            raise RuntimeError(
                f"Expected tensor to have size {labels.sum()} at dimension 0, but got size {targets.size} for "
                "targets: it must be as long as the target_lengths together"
            )
        padded[used] = targets
        return padded
    if targets.ndim != 2:
        raise RuntimeError(f"Expected 1 to 2 dimensions, but got {targets.ndim}-dimensional targets: {targets.shape}")
    if len(targets) != samples:
        raise RuntimeError(
            f"Expected tensor to have size {samples} at dimension 0, but got size {len(targets)} for targets: "
            "one row for each sample"
        )
    if targets.shape[1] < longest:
        raise RuntimeError(
            f"Expected tensor to have size at least {longest} at dimension 1, but got size {targets.shape[1]} for "
            "targets: one of the target_lengths is longer than the targets"
        )
    padded[used] = targets[:, :longest][used]
    return padded
