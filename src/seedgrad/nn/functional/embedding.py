"""Vectors for numbered things."""

from __future__ import annotations

import math

import numpy as np

from ...core.batch_values import all_values, on_values
from ...core.memory import bump
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from ...ops import embedding as ops


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """The rows of a table by number: `out[i] = weight[input[i]]`.

    Args:
        input: numbers of rows, 0 to V - 1, int64 or int32, any shape.
        weight: the table, (V, D).
        padding_idx: the row that gets no gradient; negative numbers count from the end. Default: none.
        max_norm: rows in use with a larger norm are first scaled to it, in place. Default: none.
        norm_type: the p of that norm. Default: 2.
        scale_grad_by_freq: divide each row's gradient by how often the row is used. Default: False.
        sparse: sparse gradients, which do not exist here: only False.

    Returns:
        (*, D).

    Raises:
        IndexError: a number is not that of a row.
        RuntimeError: the input is not int64 or int32, or the weight is not (V, D).
        AssertionError: `padding_idx` is not the number of a row.
        NotImplementedError: `sparse` is true.

    Example:
        >>> import seedgrad as sg
        >>> table = sg.tensor([[1.0, 2.0], [3.0, 4.0]])
        >>> sg.nn.functional.embedding(sg.tensor([1, 1]), table)
        tensor([[3., 4.],
                [3., 4.]])
    """
    check_tensors("embedding", input, weight)
    indices, table = input.array, weight.array
    if indices.dtype != np.int64 and indices.dtype != np.int32:
        raise RuntimeError(
            f"embedding: the numbers of the rows must be int64 or int32, but got {input.dtype}. Convert "
            "them first: "
            f"input.long(). (The input comes before the weight.)"
        )
    if table.ndim != 2:
        raise RuntimeError(f"'weight' must be 2-D: (rows, features), got shape {table.shape}")
    if sparse:
        raise NotImplementedError("embedding: sparse gradients are not supported; use sparse=False")
    rows = len(table)
    if padding_idx is None:
        padding_idx = -1
    else:
        if not -rows <= padding_idx < rows:
            raise AssertionError(f"Padding_idx must be within num_embeddings ({rows} rows), got {padding_idx}")
        padding_idx %= rows
    values = all_values(input)
    wrong = out_of_range(values, rows)
    if wrong is not None:
        raise IndexError(f"index out of range in self: embedding has {rows} rows, got index {values.flat[wrong]}")
    if max_norm is not None:
        shrink_rows(weight, indices, max_norm, norm_type)
    out = ops.embedding.call(weight, input, padding_idx=padding_idx)
    return shared_gradient(out, input, rows) if scale_grad_by_freq else out


def out_of_range(indices: np.ndarray, rows: int) -> int | None:
    """The position of the first number that is not that of a row, or None."""
    # Negative numbers are large as unsigned ones: one pass finds both kinds of mistake.
    if indices.size and np.maximum.reduce(indices.view(f"u{indices.itemsize}"), axis=None) >= rows:
        return int(np.flatnonzero((indices < 0) | (indices >= rows))[0])
    return None


def shared_gradient(picked: Tensor, indices: Tensor, rows: int) -> Tensor:
    """The rows that were picked, whose gradients are divided by how often their row was."""
    if not picked.requires_grad:
        return picked
    kind, ndim = picked.array.dtype, indices.array.ndim
    return ops.scale_gradient.call(picked, on_values(lambda i: _shares(i, ndim, rows).astype(kind), indices))


def _shares(indices: np.ndarray, ndim: int, rows: int) -> np.ndarray:
    """1 / how often each index occurs among those of the last `ndim` axes, with an axis behind for the features."""
    front = indices.shape[: indices.ndim - ndim]
    tables = np.arange(math.prod(front)).reshape((*front, *(1,) * ndim))
    own = indices + tables * rows
    return np.asarray(1 / np.bincount(own.reshape(-1), minlength=rows)[own])[..., None]


def shrink_rows(weight: Tensor, indices: np.ndarray, max_norm: float, norm_type: float) -> None:
    """Scale the rows in use to a norm of at most `max_norm`, in place and outside the graph."""
    used = np.unique(indices)
    norms = np.linalg.norm(weight.array[used], norm_type, axis=1)
    large = norms > max_norm
    if large.any():
        # The small number is PyTorch's, against division by 0.
        weight.array[used[large]] *= (max_norm / (norms[large] + 1e-7)).astype(weight.array.dtype)[:, None]
        bump(weight)
