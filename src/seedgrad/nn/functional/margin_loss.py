"""Losses that want numbers on the right side of a margin: rankings, and answers of 1 or -1."""

from __future__ import annotations

from ...core import dtype as dtypes
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from ...ops import elementwise as e
from ...ops.activation import log1p_exp
from ...ops.select import clip_numbers, where
from .reduction import checked_reduction, reduced


def at_least_zero(x: Tensor) -> Tensor:
    """max(x, 0), whose derivative at 0 is 1."""
    return clip_numbers.call(x, low=0)


def margin_ranking_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Of two scores the right one should be larger: `loss = max(0, -y (x1 - x2) + margin)`.

    Args:
        input1: scores, any shape.
        input2: scores; broadcasts with `input1` and has as many dimensions.
        target: 1 where the first score should be larger, -1 where the second; has as many dimensions.
        margin: by how much it should be larger. Default: 0.
        size_average, reduce: PyTorch's old names for `reduction`; each gives a warning.
        reduction: "mean" (default), "sum" or "none".

    Returns:
        A number; for "none" the broadcast shape.

    Raises:
        RuntimeError: the numbers of dimensions differ, or the shapes can't be broadcast.
        ValueError: `reduction` is none of the three.

    Example:
        >>> import seedgrad as sg
        >>> x1, x2, y = sg.tensor([1.0, 1.0]), sg.tensor([0.5, 3.0]), sg.tensor([1.0, 1.0])
        >>> sg.nn.functional.margin_ranking_loss(x1, x2, y, reduction="none")
        tensor([0., 2.])
    """
    check_tensors("margin_ranking_loss", input1, input2, target)
    reduction = checked_reduction(reduction, size_average, reduce)
    if not input1.array.ndim == input2.array.ndim == target.array.ndim:
        raise RuntimeError(
            "margin_ranking_loss: All input tensors should have same dimension but got sizes: "
            f"input1: {input1.array.shape}, input2: {input2.array.shape}, target: {target.array.shape}"
        )
    return reduced(at_least_zero(-target * (input1 - input2) + float(margin)), reduction)


def hinge_embedding_loss(
    input: Tensor,
    target: Tensor,
    margin: float = 1.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Distances of like things small, of unlike ones large: `loss = x` where y = 1, `max(0, margin - x)` where -1.

    Args:
        input: distances, any shape.
        target: 1 or -1, a shape that broadcasts with the input's. (Elsewhere the loss is the sum of both.)
        margin: how far unlike things should be apart. Default: 1.
        size_average, reduce: PyTorch's old names for `reduction`; each gives a warning.
        reduction: "mean" (default), "sum" or "none".

    Returns:
        A number; for "none" the broadcast shape.

    Raises:
        RuntimeError: the shapes can't be broadcast.
        ValueError: `reduction` is none of the three.

    Example:
        >>> import seedgrad as sg
        >>> x, y = sg.tensor([0.25, 0.25]), sg.tensor([1, -1])
        >>> sg.nn.functional.hinge_embedding_loss(x, y, reduction="none")
        tensor([0.2500, 0.7500])

    Source: Hadsell, Chopra and LeCun, "Dimensionality Reduction by Learning an Invariant Mapping", 2006.
    """
    check_tensors("hinge_embedding_loss", input, target)
    reduction = checked_reduction(reduction, size_average, reduce)
    kind = float if input.is_floating_point() else int  # integers stay integers
    apart = where.call(target != 1, at_least_zero(kind(margin) - input), 0)
    return reduced(apart + where.call(target != -1, input, 0), reduction)


def soft_margin_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Two-class logistic loss: `loss = log(1 + exp(-y x))`, computed without overflow.

    Args:
        input: scores, any shape, floating-point.
        target: 1 or -1, a shape that broadcasts with the input's.
        size_average, reduce: PyTorch's old names for `reduction`; each gives a warning.
        reduction: "mean" (default), "sum" or "none".

    Returns:
        A number; for "none" the broadcast shape.

    Raises:
        RuntimeError: the shapes can't be broadcast, or the input holds integers.
        ValueError: `reduction` is none of the three.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.soft_margin_loss(sg.tensor([0.0]), sg.tensor([1.0]))
        tensor(0.6931)
    """
    check_tensors("soft_margin_loss", input, target)
    reduction = checked_reduction(reduction, size_average, reduce)
    if not dtypes.differentiable(input.array.dtype):
        raise RuntimeError(
            f"result type Float can't be cast to the desired output type {input.dtype}: soft_margin_loss needs "
            "floating-point scores. Convert them first: x.float()"
        )
    return reduced(log1p_exp.call(e.negative.call(input * target)), reduction)
