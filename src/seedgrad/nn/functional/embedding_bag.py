"""Sums, means and maxima of bags of vectors."""

from __future__ import annotations

import numpy as np

from ...core import dtype as dtypes
from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from .embedding import shared_gradient, shrink_rows
from .embedding_bag_checks import check_arguments, check_bags

NDArray = np.ndarray


def embedding_bag(
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """The sum, mean or largest elements of the vectors of each bag of indices; zeros for an empty bag.

    Args:
        input: numbers of rows, int64 or int32: (B, N), B bags of N, or (M), all bags one after another.
        weight: the table, (V, D).
        offsets: for an input (M): where each bag starts, (B), from 0 and never falling.
        max_norm: rows in use with a larger norm are first scaled to it, in place. Default: none.
        norm_type: the p of that norm. Default: 2.
        scale_grad_by_freq: divide each row's gradient by how often the row is used; not for "max". Default: False.
        mode: "sum", "mean" or "max". Default: "mean".
        sparse: sparse gradients, which do not exist here: only False.
        per_sample_weights: factors of the vectors, of the input's shape; only for "sum". Default: none.
        include_last_offset: `offsets` has one more element, where the last bag ends. Default: False.
        padding_idx: a row that is left out of every bag; negative numbers count from the end. Default: none.

    Returns:
        (B, D).

    Raises:
        ValueError: the mode is unknown; the shapes don't fit; an option does not go with "max".
        RuntimeError: a number is not that of a row; types or offsets are wrong; `padding_idx` is not that of a row.
        NotImplementedError: `sparse`; `per_sample_weights` with another mode than "sum".

    Example:
        >>> import seedgrad as sg
        >>> table = sg.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
        >>> sg.nn.functional.embedding_bag(sg.tensor([0, 1, 2]), table, sg.tensor([0, 2]), mode="sum")
        tensor([[4., 6.],
                [5., 6.]])
    """
    check_tensors("embedding_bag", input, weight)
    padding = check_arguments(input, weight, offsets, mode, scale_grad_by_freq, sparse, per_sample_weights, padding_idx)
    starts, ends = check_bags(input, offsets, include_last_offset)
    bags = np.repeat(np.arange(len(starts)), ends - starts)
    indices = input.array.reshape(-1)[: len(bags)]
    if max_norm is not None:
        shrink_rows(weight, input.array, max_norm, norm_type)
    factors = None if per_sample_weights is None else xp.reshape(per_sample_weights, (-1,))
    if factors is not None and (padding is not None or len(bags) < factors.array.size):
        kept = np.arange(len(bags)) if padding is None else np.flatnonzero(indices != padding)
        factors = xp.take(factors, index=(kept,))
    if padding is not None:
        real = indices != padding
        indices, bags = indices[real], bags[real]
    if mode == "max":
        return _largest(weight, indices, bags, len(starts))
    rows = xp.embedding(weight, Tensor(indices))
    if scale_grad_by_freq:
        rows = shared_gradient(rows, Tensor(indices), len(weight.array))
    if factors is not None:
        rows = rows * xp.expand_dims(factors, axis=1)
    kind = weight.array.dtype
    if kind.itemsize == 2:  # sums of many numbers need more digits
        rows = xp.astype(rows, kind=dtypes.F32)
    out = xp.embedding_sum(rows, Tensor(bags), rows=len(starts))
    if mode == "mean":
        counts = np.maximum(np.bincount(bags, minlength=len(starts)), 1)[:, None]
        out = out * Tensor((1 / counts).astype(out.array.dtype))
    return xp.astype(out, kind=kind) if kind.itemsize == 2 else out


def _largest(weight: Tensor, indices: NDArray, bags: NDArray, count: int) -> Tensor:
    """The largest elements of each bag; the first of equal ones receives the gradient."""
    filled, starts = np.unique(bags, return_index=True)
    if not len(filled):
        return xp.embedding_sum(xp.embedding(weight, Tensor(indices)), Tensor(bags), rows=count)
    values = weight.array[indices]
    unknown = np.isnan(values)
    if unknown.any():  # as in PyTorch, a NaN counts only where it is the first of its bag
        first = unknown[starts]
        values[unknown] = -np.inf
        values[starts] = np.where(first, np.inf, values[starts])
    best = np.maximum.reduceat(values, starts, axis=0)
    runs = np.repeat(np.arange(len(filled)), np.diff(starts, append=len(bags)))
    places = np.where(values == best[runs], np.arange(len(bags))[:, None], len(bags))
    chosen = indices[np.minimum.reduceat(places, starts, axis=0)]
    out = xp.take_along_axis(weight, Tensor(chosen), axis=0)
    return out if len(filled) == count else xp.embedding_sum(out, Tensor(filled), rows=count)
