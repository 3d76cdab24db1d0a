"""What embedding_bag asks of its arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core.tensor import Tensor
from .embedding import out_of_range

NDArray = np.ndarray[Any, Any]


def check_arguments(
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None,
    mode: str,
    scale_grad_by_freq: bool,
    sparse: bool,
    factors: Tensor | None,
    padding_idx: int | None,
) -> int | None:
    """The number of the padding row, from 0, or None."""
    table = weight.array
    if mode not in ("sum", "mean", "max"):
        raise ValueError(f"mode has to be one of sum, mean or max, got {mode!r}")
    if factors is not None and factors.array.shape != input.array.shape:
        raise ValueError(
            f"embedding_bag: per_sample_weights must have the shape of the input, {input.array.shape}, "
            f"got {factors.array.shape}"
        )
    if table.ndim != 2:
        raise ValueError(f"weight has to be a 2D Tensor (rows, features), got shape {table.shape}")
    if mode == "max" and (scale_grad_by_freq or sparse):
        what = "scaling the gradient by the frequency" if scale_grad_by_freq else "sparse weights"
        raise ValueError(f"max mode does not support {what}")
    if sparse:
        raise NotImplementedError("embedding_bag: sparse gradients are not supported; use sparse=False")
    if factors is not None and mode != "sum":
        raise NotImplementedError(
            f"embedding_bag: per_sample_weights is only supported for mode='sum' (got mode={mode!r})"
        )
    if factors is not None and factors.array.dtype != table.dtype:
        raise RuntimeError(
            "embedding_bag: per_sample_weights must have the type of the weight, "
            f"{weight.dtype}, got {factors.dtype}: use per_sample_weights.to(weight.dtype)"
        )
    for name, numbers in (("input", input), ("offsets", offsets)):
        if numbers is not None and numbers.array.dtype.name not in ("int64", "int32"):
            raise RuntimeError(
                f"embedding_bag: {name} must have one of the types int64 and int32, got {numbers.dtype}: use .long()"
            )
    rows = len(table)
    if padding_idx is not None:
        if not -rows <= padding_idx < rows:
            raise RuntimeError(
                f"padding_idx must be within the number of embeddings, {-rows} through {rows - 1}, but got {padding_idx}"
            )
        padding_idx %= rows
    wrong = out_of_range(input.array, rows)
    if wrong is not None:
        raise RuntimeError(
            f"embedding_bag: Index {wrong} of input takes value {input.array.flat[wrong]} which is not in the valid "
            f"range [0, {rows})"
        )
    return padding_idx


def check_bags(input: Tensor, offsets: Tensor | None, include_last_offset: bool) -> tuple[NDArray, NDArray]:
    """Where each bag starts and ends in the flat input."""
    shape = input.array.shape
    if len(shape) == 2:
        if offsets is not None:
            raise ValueError(
                "if input is 2D, then offsets has to be None, as input is treated is a mini-batch of fixed length "
                f"sequences; got an input of shape {shape} and offsets of shape {offsets.array.shape}"
            )
        edges = np.arange(shape[0] + 1) * shape[1]
        return edges[:-1], edges[1:]
    if len(shape) != 1:
        raise ValueError(f"input has to be 1D or 2D Tensor, but got shape {shape}")
    if offsets is None or offsets.array.ndim != 1:
        got = None if offsets is None else f"shape {offsets.array.shape}"
        raise ValueError(f"offsets has to be a 1D Tensor for a 1D input, but got {got}")
    edges = offsets.array.astype(np.int64)
    if include_last_offset and not len(edges):
        raise RuntimeError("embedding_bag: with include_last_offset there is at least 1 offset, got none")
    if len(edges) and edges[0] != 0:
        raise RuntimeError(f"offsets[0] has to be 0, the start of the first bag; got {edges[0]}")
    if len(edges) and edges[-1] > len(input.array):
        raise RuntimeError(
            f"offsets[-1] can not be greater than input's length {len(input.array)} but got offsets[-1] of {edges[-1]}"
        )
    if (np.diff(edges) < 0).any():
        raise RuntimeError(f"embedding_bag: offsets must never fall, got {edges.tolist()}")
    if include_last_offset:
        return edges[:-1], edges[1:]
    return edges, np.append(edges[1:], len(input.array)) if len(edges) else edges
