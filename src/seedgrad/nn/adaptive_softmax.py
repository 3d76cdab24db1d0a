"""A softmax over many classes that computes rare ones only where they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..core.tensor import Tensor
from ..functions.joining import cat
from .functional.softmax import log_softmax
from .linear import Linear
from .lists import ModuleList
from .module import Module
from .sequential import Sequential


class _ASMoutput(NamedTuple):
    """The log-probability of each target, and minus their mean."""

    output: Tensor
    loss: Tensor


class AdaptiveLogSoftmaxWithLoss(Module):
    """The log-probabilities of classes that are sorted from frequent to rare, in clusters.

    The frequent classes (the shortlist) and one entry for each cluster of rare ones share a softmax, the head. Each
    cluster has a softmax of its own, behind a projection to fewer features, which is computed only for the samples
    whose target is in it.

    Args:
        in_features: size of the last dimension of the input.
        n_classes: the number of classes.
        cutoffs: where clusters begin: increasing class numbers from 1 to n_classes - 1.
        div_value: cluster i (from 1) has in_features / div_value^i features, rounded down. Default: 4.
        head_bias: whether the head has a bias. Default: False.
        device: "cpu", the only one.
        dtype: of the parameters. Default: the default float type.

    Shape:
        input: (N, in_features) or (in_features). target: class numbers (N) or (). Output: (N) or (); loss: ().

    Attributes:
        head: Linear to the shortlist and the clusters.
        tail: for each cluster, two Linear layers in a Sequential.

    Raises:
        ValueError: the cutoffs are none, or not as described.
        RuntimeError: on the call, the shapes do not fit together, or a target is not a class number.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.AdaptiveLogSoftmaxWithLoss(8, 100, cutoffs=[10, 50], div_value=2.0)
        >>> output, loss = layer(sg.randn(5, 8), sg.tensor([0, 3, 20, 70, 99]))
        >>> output.shape, layer.log_prob(sg.randn(5, 8)).shape
        (seedgrad.Size([5]), seedgrad.Size([5, 100]))

    Source: Grave et al., Efficient softmax approximation for GPUs, 2017.
    """

    head: Linear
    tail: ModuleList

    def __init__(
        self,
        in_features: int,
        n_classes: int,
        cutoffs: Sequence[int],
        div_value: float = 4.0,
        head_bias: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        cutoffs = list(cutoffs)
        if not cutoffs:
            raise ValueError("cutoffs should be a sequence of length larger than 0")
        if (
            cutoffs != sorted(set(cutoffs))
            or not 0 < cutoffs[0] <= cutoffs[-1] < n_classes
            or any(int(c) != c for c in cutoffs)
        ):
            raise ValueError(
                "cutoffs should be a sequence of unique, positive integers sorted in an increasing order, where each "
                f"value is between 1 and n_classes-1, got {cutoffs} for n_classes={n_classes}"
            )
        self.in_features, self.n_classes = in_features, n_classes
        self.cutoffs = [*cutoffs, n_classes]
        self.div_value, self.head_bias = div_value, head_bias
        self.shortlist_size = self.cutoffs[0]
        self.n_clusters = len(self.cutoffs) - 1
        self.head_size = self.shortlist_size + self.n_clusters
        self.head = Linear(in_features, self.head_size, bias=head_bias, device=device, dtype=dtype)
        self.tail = ModuleList()
        for i, (low, high) in enumerate(self._clusters(), 1):
            hidden = int(in_features // div_value**i)
            self.tail.append(
                Sequential(
                    Linear(in_features, hidden, bias=False, device=device, dtype=dtype),
                    Linear(hidden, high - low, bias=False, device=device, dtype=dtype),
                )
            )

    def _clusters(self) -> Iterator[tuple[int, int]]:
        """The first class of each cluster, and the first behind it."""
        return zip(self.cutoffs[:-1], self.cutoffs[1:], strict=True)

    def reset_parameters(self) -> None:
        """Draw new initial values."""
        self.head.reset_parameters()
        for layer in self.tail.modules():
            if isinstance(layer, Linear):
                layer.reset_parameters()

    def forward(self, input_: Tensor, target_: Tensor) -> _ASMoutput:
        """The log-probability of each target, and minus their mean."""
        self._check(input_, target_)
        single = not target_.array.ndim
        x, target = (input_.unsqueeze(0), target_.array[None]) if single else (input_, target_.array)
        place = target.copy()  # in the head
        rows, found = [np.flatnonzero(target < self.shortlist_size)], [x.new_zeros(0)]
        found.append(x.new_zeros(len(rows[0])))
        for i, (low, high) in enumerate(self._clusters()):
            here = np.flatnonzero((target >= low) & (target < high))
            if len(here):
                place[here] = self.shortlist_size + i
                logp = log_softmax(self.tail[i](x[Tensor(here)]), 1)
                found.append(logp.gather(1, Tensor(target[here, None] - low)).squeeze(1))
                rows.append(here)
        inside = cat(found)[Tensor(np.argsort(np.concatenate(rows)))]
        head = log_softmax(self.head(x), 1)
        output = inside + head.gather(1, Tensor(place[:, None])).squeeze(1)
        loss = -output.mean()
        return _ASMoutput(output.squeeze(0) if single else output, loss)

    def _check(self, input: Tensor, target: Tensor) -> None:
        shape, t = input.array.shape, target.array
        if t.ndim > 1:
            raise RuntimeError(f"0D or 1D target tensor expected, multi-target not supported: got shape {t.shape}")
        if t.ndim and len(shape) and shape[0] != len(t):
            raise RuntimeError(
                f"Input and target should have the same size in the batch dimension, got {shape} and {t.shape}"
            )
        if len(shape) != t.ndim + 1:
            raise RuntimeError(
                f"{t.ndim}D target tensor expects {t.ndim + 1}D input tensors, but found inputs with size {list(shape)}"
            )
        if t.size and not 0 <= t.min() <= t.max() < self.n_classes:
            raise RuntimeError(
                f"Target values should be in [0, {self.n_classes - 1}], but values in range [{t.min()}, {t.max()}] "
                "were found."
            )

    def log_prob(self, input: Tensor) -> Tensor:
        """The log-probabilities of all classes.

        Args:
            input: (N, in_features).

        Returns:
            (N, n_classes).
        """
        return self._all(input, self.head(input))

    def _all(self, x: Tensor, scores: Tensor) -> Tensor:
        head = log_softmax(scores, 1)
        parts = [head[:, : self.shortlist_size]]
        for i in range(self.n_clusters):
            parts.append(log_softmax(self.tail[i](x), 1) + head[:, self.shortlist_size + i].unsqueeze(1))
        return cat(parts, 1)

    def predict(self, input: Tensor) -> Tensor:
        """The most probable class of each sample: `log_prob(input).argmax(dim=1)`, with clusters computed only for
        the samples that the head gives to one.

        Args:
            input: (N, in_features).

        Returns:
            (N).
        """
        scores = self.head(input)
        best = scores.argmax(1)
        rare = np.flatnonzero(best.array >= self.shortlist_size)
        if len(rare):
            chosen = self._all(input[Tensor(rare)], scores[Tensor(rare)]).argmax(1)
            best.array[rare] = chosen.array
        return best
