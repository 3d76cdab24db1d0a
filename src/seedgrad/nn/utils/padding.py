"""Sequences of different lengths as one tensor, filled up, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor


def pad_sequence(
    sequences: Iterable[Tensor], batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Tensor:
    """Sequences side by side, the shorter ones filled up to the length of the longest.

    Args:
        sequences: tensors (L, *), each with its own L.
        batch_first: whether the batch becomes the first dimension. Default: False.
        padding_value: what fills up. Default: 0.
        padding_side: "right", after the end, or "left", before the start. Default: "right".

    Returns:
        (T, B, *), or (B, T, *) with `batch_first`, in the type of the first sequence.

    Raises:
        RuntimeError: `sequences` is not iterable, or empty; a sequence is 0-d; their other dimensions differ;
            `padding_side` is neither of the two.
        TypeError: a sequence is not a Tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.utils.rnn.pad_sequence([sg.tensor([1, 2, 3]), sg.tensor([4])], batch_first=True)
        tensor([[1, 2, 3],
                [4, 0, 0]])
    """
    listed = _checked(sequences, padding_side)
    kind, rest = listed[0].array.dtype, listed[0].array.shape[1:]
    lengths = np.array([len(s.array) for s in listed])
    times, batch = int(lengths.max()), len(listed)
    number = np.repeat(np.arange(batch), lengths)
    time = np.arange(len(number)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    if padding_side == "left":
        time += times - lengths[number]
    places = number * times + time if batch_first else time * batch + number
    rows = xp.concatenate([s if s.array.dtype == kind else xp.astype(s, kind=kind) for s in listed], axis=0)
    empty = Tensor(np.full((times * batch, *rest), padding_value, kind))
    shape = (batch, times) if batch_first else (times, batch)
    return xp.reshape(xp.setitem(empty, rows, index=(places,)), (*shape, *rest))


def _checked(sequences: Any, padding_side: str) -> list[Tensor]:
    """The sequences as a list, if they can be padded."""
    if not isinstance(sequences, Iterable):
        raise RuntimeError(
            f"pad_sequence: Expected iterable for input sequences, but got arg of type: {type(sequences).__name__}"
        )
    listed = list(sequences)
    if not listed:
        raise RuntimeError("received an empty list of sequences")
    if padding_side not in ("left", "right"):
        raise RuntimeError(f"Expected padding_side to be one of left or right, but got {padding_side}.")
    for k, s in enumerate(listed):
        if not isinstance(s, Tensor):
            raise TypeError(
                f"pad_sequence: expected Tensor as element {k} of the sequences, but got {type(s).__name__}"
            )
        if not s.array.ndim or s.array.shape[1:] != listed[0].array.shape[1:]:
            raise RuntimeError(
                "pad_sequence: the sequences must be (L, ...) with the same sizes after L, "
                f"got {listed[0].array.shape} and {s.array.shape}"
            )
    return listed


def unpad_sequence(padded_sequences: Tensor, lengths: Tensor, batch_first: bool = False) -> list[Tensor]:
    """The reverse of `pad_sequence`, for padding on the right.

    Args:
        padded_sequences: (T, B, *), or (B, T, *) with `batch_first`.
        lengths: the length of each sequence, (B).
        batch_first: whether the batch is the first dimension. Default: False.

    Returns:
        B tensors (L, *), copies, each with its own L.

    Raises:
        ValueError: there are not B lengths.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.utils.rnn.unpad_sequence(sg.tensor([[1, 4], [2, 0], [3, 0]]), sg.tensor([3, 1]))
        [tensor([1, 2, 3]), tensor([4])]
    """
    rows = xp.unbind(padded_sequences, axis=0 if batch_first else 1)
    wanted = lengths.tolist()
    if len(wanted) != len(rows):
        raise ValueError(f"unpad_sequence: the batch has {len(rows)} sequences, got {len(wanted)} lengths")
    return [xp.copy(row[:n]) for row, n in zip(rows, wanted, strict=True)]
