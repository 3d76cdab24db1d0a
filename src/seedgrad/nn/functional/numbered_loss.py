"""Losses as they are named at the top of the package: the reduction is a number, 0 none, 1 mean, 2 sum.

`nn.functional` has the same losses with names for it, and more options. PyTorch declares 1 as the default here, but what its
functions do without one is 0; so do these.
"""

from __future__ import annotations

from typing import Any

from ...core.tensor import Tensor
from . import binary_loss, ctc, embedding_loss, likelihood_loss, margin_loss
from . import loss as losses
from .reduction import reduced


def _named(name: str, reduction: Any) -> str:
    """As in PyTorch a number that is neither 1 nor 2 means none."""
    if type(reduction) is not int:
        raise TypeError(
            f"{name}(): argument 'reduction' must be int (0 none, 1 mean, 2 sum), not {type(reduction).__name__}; "
            f"nn.functional.{name} takes names"
        )
    return {1: "mean", 2: "sum"}.get(reduction, "none")


def cosine_embedding_loss(
    input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0.0, reduction: int = 0
) -> Tensor:
    """`nn.functional.cosine_embedding_loss` with a number for the reduction.

    Raises:
        TypeError: the reduction is no int.

    Example:
        >>> import seedgrad as sg
        >>> sg.cosine_embedding_loss(sg.tensor([[1.0, 0.0]]), sg.tensor([[0.0, 1.0]]), sg.tensor([1]))
        tensor([1.])
    """
    named = _named("cosine_embedding_loss", reduction)
    return embedding_loss.cosine_embedding_loss(input1, input2, target, margin, reduction=named)


def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: int = 0,
) -> Tensor:
    """`nn.functional.triplet_margin_loss` with a number for the reduction.

    Raises:
        TypeError: the reduction is no int.

    Example:
        >>> import seedgrad as sg
        >>> sg.triplet_margin_loss(sg.zeros(1, 2), sg.zeros(1, 2), sg.ones(1, 2) * 9)
        tensor([0.])
    """
    named = _named("triplet_margin_loss", reduction)
    return embedding_loss.triplet_margin_loss(anchor, positive, negative, margin, p, eps, swap, reduction=named)


def hinge_embedding_loss(input: Tensor, target: Tensor, margin: float = 1.0, reduction: int = 0) -> Tensor:
    """`nn.functional.hinge_embedding_loss` with a number for the reduction.

    Raises:
        TypeError: the reduction is no int.

    Example:
        >>> import seedgrad as sg
        >>> sg.hinge_embedding_loss(sg.tensor([1.0, 0.25]), sg.tensor([1.0, -1.0]))
        tensor([1.0000, 0.7500])
    """
    named = _named("hinge_embedding_loss", reduction)
    return margin_loss.hinge_embedding_loss(input, target, margin, reduction=named)


def margin_ranking_loss(
    input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0.0, reduction: int = 0
) -> Tensor:
    """`nn.functional.margin_ranking_loss` with a number for the reduction.

    Raises:
        TypeError: the reduction is no int.

    Example:
        >>> import seedgrad as sg
        >>> sg.margin_ranking_loss(sg.tensor([1.0]), sg.tensor([3.0]), sg.tensor([1.0]), reduction=1)
        tensor(2.)
    """
    named = _named("margin_ranking_loss", reduction)
    return margin_loss.margin_ranking_loss(input1, input2, target, margin, reduction=named)


def kl_div(input: Tensor, target: Tensor, reduction: int = 0, *, log_target: bool = False) -> Tensor:
    """`nn.functional.kl_div` with a number for the reduction.

    Raises:
        TypeError: the reduction is no int.

    Example:
        >>> import seedgrad as sg
        >>> sg.kl_div(sg.tensor([0.5, 0.5]).log(), sg.tensor([0.5, 0.5]), 2)
        tensor(0.)
    """
    named = _named("kl_div", reduction)
    return reduced(losses.kl_div(input, target, reduction="none", log_target=log_target), named)


def poisson_nll_loss(input: Tensor, target: Tensor, log_input: bool, full: bool, eps: float, reduction: int) -> Tensor:
    """`nn.functional.poisson_nll_loss` with a number for the reduction, and no defaults.

    Raises:
        TypeError: the reduction is no int.

    Example:
        >>> import seedgrad as sg
        >>> sg.poisson_nll_loss(sg.tensor([0.0]), sg.tensor([2.0]), True, False, 1e-8, 1)
        tensor(1.)
    """
    named = _named("poisson_nll_loss", reduction)
    return likelihood_loss.poisson_nll_loss(input, target, log_input, full, eps=eps, reduction=named)


def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: int = 0,
    zero_infinity: bool = False,
) -> Tensor:
    """`nn.functional.ctc_loss` with a number for the reduction.

    Raises:
        TypeError: the reduction is no int.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.zeros(4, 1, 3).log_softmax(2)
        >>> sg.ctc_loss(x, sg.tensor([[1, 2]]), sg.tensor([4]), sg.tensor([2]), reduction=2)
        tensor(1.6864)
    """
    named = _named("ctc_loss", reduction)
    return ctc.ctc_loss(log_probs, targets, input_lengths, target_lengths, blank, named, zero_infinity)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    pos_weight: Tensor | None = None,
    reduction: int = 0,
) -> Tensor:
    """`nn.functional.binary_cross_entropy_with_logits` with a number for the reduction.

    Raises:
        TypeError: the reduction is no int.

    Example:
        >>> import seedgrad as sg
        >>> sg.binary_cross_entropy_with_logits(sg.tensor([0.0]), sg.tensor([1.0]))
        tensor([0.6931])
    """
    named = _named("binary_cross_entropy_with_logits", reduction)
    return binary_loss.binary_cross_entropy_with_logits(input, target, weight, pos_weight=pos_weight, reduction=named)
