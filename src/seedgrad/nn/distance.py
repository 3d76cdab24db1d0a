"""Distances and directions of vectors, as layers."""

from __future__ import annotations

from ..core.tensor import Tensor
from .functional.distance import cosine_similarity, pairwise_distance
from .module import Module


class PairwiseDistance(Module):
    """The p-norm of x1 - x2 + eps over the last dimension.

    Args:
        p: which norm: any number, `inf` for the largest difference. Default: 2.
        eps: added to every difference, so that the derivative exists where x1 = x2. Default: 1e-6.
        keepdim: whether to keep the last dimension, with length 1. Default: False.

    Shape:
        x1, x2: (*, D), broadcast together. Output: (*), or (*, 1).

    Example:
        >>> import seedgrad as sg
        >>> f"{sg.nn.PairwiseDistance()(sg.tensor([0.0, 0.0]), sg.tensor([3.0, 4.0])):.4f}"
        '5.0000'
    """

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        super().__init__()
        self.norm, self.eps, self.keepdim = p, eps, keepdim

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        return pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)


class CosineSimilarity(Module):
    """The cosine of the angle of two vectors along a dimension.

    Args:
        dim: along which the vectors lie. Default: 1.
        eps: the least length of a vector, so that nothing is divided by 0. Default: 1e-8.

    Shape:
        x1, x2: any, broadcast together. Output: without `dim`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.CosineSimilarity()(sg.tensor([[2.0, 0.0]]), sg.tensor([[0.0, 3.0]])).tolist()
        [0.0]
    """

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        super().__init__()
        self.dim, self.eps = dim, eps

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        return cosine_similarity(x1, x2, self.dim, self.eps)
