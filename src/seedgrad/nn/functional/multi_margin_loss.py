"""Margin losses of classifiers: the scores of right classes should exceed those of the others."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core import dtype as dtypes
from ...core.batch_values import all_values, on_values
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors, one_axis
from ...ops import elementwise as e
from ...ops.activation import logsigmoid, relu
from ...ops.index import take_along_axis
from ...ops.reduce import sum as _sum
from .reduction import checked_reduction, reduced


def _check_scores(name: str, input: Tensor, target: Tensor) -> None:
    """Raise unless there are scores of classes, with class numbers as targets."""
    check_tensors(name, input, target)
    kind, shape = input.array.dtype, input.array.shape
    if kind not in (dtypes.F32, dtypes.F64):
        raise NotImplementedError(f"{name} is not implemented for {input.dtype} scores. Convert them: x.float()")
    if len(shape) > 2 or 0 in shape[-1:]:
        raise RuntimeError(
            f"Expected non-empty vector or matrix with optional 0-dim batch size, but got: {list(shape)}: "
            f"{name} takes scores of shape (N, C) or (C)"
        )
    if target.array.dtype != np.int64:
        raise RuntimeError(
            f"expected scalar type Long but found {target.dtype}: the targets of {name} are class numbers. "
            "Convert them first: target.long()"
        )


def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The score of the right class above all others: `loss = sum of max(0, margin - x[y] + x[i])^p over i != y, / C`.

    Args:
        input: scores, (N, C) or (C), float32 or float64.
        target: class numbers from 0 to C - 1, int64, (N) or ().
        p: 1 (default) or 2.
        margin: by how much the right score should exceed the others. Default: 1.
        weight: (C), a factor for each class, of the input's type. Default: 1 for all.
        size_average, reduce: PyTorch's old names for `reduction`; each gives a warning.
        reduction: "mean" (default; over the samples), "sum" or "none".

    Returns:
        A number; for "none" the target's shape.

    Raises:
        ValueError: `p` is neither 1 nor 2, `weight` is not one-dimensional, or `reduction` is none of the three.
        RuntimeError: the shape or type of target or weight does not fit, or a target is not a class number.
        NotImplementedError: the input is neither float32 nor float64.

    Example:
        >>> import seedgrad as sg
        >>> scores = sg.tensor([[0.0, 0.5, 2.0]])
        >>> sg.nn.functional.multi_margin_loss(scores, sg.tensor([2]), margin=2.0)
        tensor(0.1667)
    """
    reduction = checked_reduction(reduction, size_average, reduce)
    if p not in (1, 2):
        raise ValueError(f"only p == 1 and p == 2 supported, got p={p}")
    if weight is not None and weight.array.ndim != 1:
        raise ValueError(f"weight must be one-dimensional, got shape {weight.array.shape}")
    _check_scores("multi_margin_loss", input, target)
    shape, t = input.array.shape, target.array
    n, c = (shape[0] if len(shape) == 2 else 1), (shape[-1] if shape else 1)
    if t.ndim > 1 or t.size != n:
        raise RuntimeError(
            "multi_margin_loss: target tensor should be 1-D with size equal to the number of input samples (batch "
            f"size). Expected target size [{n}], but got {list(t.shape)}. Input has shape {list(shape)}"
        )
    values = all_values(target)
    if values.size and not 0 <= values.min() <= values.max() < c:
        raise RuntimeError(f"target out of range: the classes are 0 to {c - 1}, got {values.min()} to {values.max()}")
    x, index = input.reshape(n, c), target.reshape(n, 1)
    loss = relu.call(margin - take_along_axis.call(x, index, axis=1) + x)
    if p == 2:
        loss = loss * loss
    kind = input.array.dtype.type
    others = on_values(lambda i: (np.arange(c) != i) / kind(c), index)
    loss = _sum.call(e.multiply.call(loss, others), axis=1)
    if weight is not None:
        if weight.array.size != c:
            raise RuntimeError(f"inconsistent weight size, expected {c} but got {list(weight.array.shape)}")
        if weight.array.dtype != input.array.dtype:
            raise RuntimeError(f"expected scalar type {input.dtype} but found {weight.dtype}: the type of the weight")
        loss = e.multiply.call(loss, take_along_axis.call(weight, target.reshape(n), axis=0))
    return reduced(loss.reshape(t.shape if len(shape) < 2 else (n,)), reduction)


def multilabel_margin_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Scores of several right classes above all others: `loss = sum of max(0, 1 - (x[y] - x[i])) over y and i, / C`.

    The sum runs over the right classes y of a sample and over all i that are none of them.

    Args:
        input: scores, (N, C) or (C), float32 or float64.
        target: the right classes of each sample in any order, then -1; int64, of the input's shape.
        size_average, reduce: PyTorch's old names for `reduction`; each gives a warning.
        reduction: "mean" (default), "sum" or "none".

    Returns:
        A number; for "none" (N) or ().

    Raises:
        ValueError: `reduction` is none of the three.
        RuntimeError: the shape or type of the target does not fit, or a target is neither a class number nor -1.
        NotImplementedError: the input is neither float32 nor float64.

    Example:
        >>> import seedgrad as sg
        >>> x, y = sg.tensor([[0.1, 0.2, 0.4, 0.8]]), sg.tensor([[3, 0, -1, 1]])
        >>> sg.nn.functional.multilabel_margin_loss(x, y)
        tensor(0.8500)
    """
    reduction = checked_reduction(reduction, size_average, reduce)
    _check_scores("multilabel_margin_loss", input, target)
    shape, t = input.array.shape, target.array
    if t.shape != shape:
        raise RuntimeError(f"inconsistent target size: {list(t.shape)} for input of size: {list(shape)}")
    c = shape[-1] if shape else 1
    values = all_values(target)
    if values.size and not -1 <= values.min() <= values.max() < c:
        raise RuntimeError(
            f"argument #2 'target' is out of range: the classes are 0 to {c - 1} and -1 ends the list, "
            f"got {values.min()} to {values.max()}"
        )
    x, rows, kind = input.reshape(-1, c), target.reshape(-1, c), input.array.dtype
    most = int(np.logical_and.accumulate(values.reshape(-1, c) >= 0, axis=1).sum(axis=1).max(initial=0))

    def found(rows: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], ...]:
        """The listed classes, and which pairs of a listed and another class count."""
        listed = np.logical_and.accumulate(rows >= 0, axis=-1)
        index = np.where(listed, rows, c)
        right = np.zeros((*rows.shape[:-1], c + 1), bool)  # the last column takes what is not listed
        np.put_along_axis(right, index, True, axis=-1)
        pairs = listed[..., :most, None] & ~right[..., None, :c]
        return np.minimum(index[..., :most], c - 1), pairs / kind.type(c)

    index, pairs = on_values(found, rows)
    scores = take_along_axis.call(x, index, axis=1)
    loss = relu.call(1 - scores.unsqueeze(2) + x.unsqueeze(1))
    loss = _sum.call(e.multiply.call(loss, pairs), axis=(1, 2))
    return reduced(loss.reshape(shape[:-1]), reduction)


def multilabel_soft_margin_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """A yes-or-no question for each class: `loss = -(y log(s) + (1 - y) log(1 - s))`, averaged over the classes.

    s is sigmoid(x).

    Args:
        input: scores, (*, C), floating-point.
        target: 0 or 1, a shape that broadcasts with the input's.
        weight: a factor for each class; broadcasts to the input. Default: 1 for all.
        size_average, reduce: PyTorch's old names for `reduction`; each gives a warning.
        reduction: "mean" (default), "sum" or "none".

    Returns:
        A number; for "none" the input's shape without C.

    Raises:
        ValueError: `reduction` is none of the three.
        RuntimeError: the shapes can't be broadcast.
        IndexError: the input has no dimension.
        NotImplementedError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.multilabel_soft_margin_loss(sg.tensor([[0.0, 0.0]]), sg.tensor([[1.0, 0.0]]))
        tensor(0.6931)
    """
    check_tensors("multilabel_soft_margin_loss", input, target)
    if size_average is not None or reduce is not None:
        reduction = checked_reduction(reduction, size_average, reduce)
    if not dtypes.differentiable(input.array.dtype):
        raise NotImplementedError(
            f"multilabel_soft_margin_loss is not implemented for {input.dtype} scores. Convert them: x.float()"
        )
    if not input.array.ndim:
        raise IndexError("multilabel_soft_margin_loss: the input must be (*, C), but tensor has no dimensions")
    loss = -(target * logsigmoid.call(input) + (1 - target) * logsigmoid.call(-input))
    if weight is not None:
        loss = loss * weight
    dim = one_axis("multilabel_soft_margin_loss", loss, input.array.ndim - 1)
    loss = loss.sum(dim=dim) / input.array.shape[-1]
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not valid for reduction: it is 'none', 'mean' or 'sum'")
    return reduced(loss, reduction)
