"""A table of vectors, taken by the bag."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from . import init
from .functional.embedding_bag import embedding_bag
from .module import Module
from .parameter import Parameter, empty


class EmbeddingBag(Module):
    """The sum, mean or largest elements of the vectors of each bag of indices, looked up in a table.

    The table starts normally distributed, with zeros at `padding_idx`.

    Args:
        num_embeddings: how many vectors.
        embedding_dim: the length of each.
        max_norm: vectors that are looked up and longer than this are shortened to it, in place. Default: never.
        norm_type: which norm `max_norm` means. Default: 2.
        scale_grad_by_freq: divide gradients by how often the index occurs; not for "max". Default: False.
        mode: "sum", "mean" or "max". Default: "mean".
        sparse: must be False; gradients are dense.
        include_last_offset: the offsets have one more element, where the last bag ends. Default: False.
        padding_idx: a vector that is left out of every bag. Negative numbers count from the end. Default: none.
        device: "cpu", the only one.
        dtype: of the table. Default: the default float type.

    Shape:
        Whole numbers (B, N), B bags of N, or (M) with offsets (B), where each bag starts; and factors of the input's
        shape for "sum". To (B, embedding_dim).

    Attributes:
        weight: (num_embeddings, embedding_dim).

    Raises:
        AssertionError: `padding_idx` is outside of the table.
        NotImplementedError: `sparse` is true.
        ValueError, RuntimeError: on the call, as `nn.functional.embedding_bag`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.EmbeddingBag(10, 3, mode="sum")(sg.tensor([1, 2, 4, 5]), sg.tensor([0, 3])).shape
        seedgrad.Size([2, 3])
    """

    weight: Parameter

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Tensor | None = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if padding_idx is not None:
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise AssertionError(
                    f"padding_idx must be within num_embeddings, got {padding_idx} and {num_embeddings}"
                )
            padding_idx %= num_embeddings
        if sparse:
            raise NotImplementedError("EmbeddingBag: sparse gradients are not supported; leave sparse=False")
        self.num_embeddings, self.embedding_dim, self.padding_idx = num_embeddings, embedding_dim, padding_idx
        self.max_norm, self.norm_type, self.scale_grad_by_freq = max_norm, norm_type, scale_grad_by_freq
        self.mode, self.sparse, self.include_last_offset = mode, sparse, include_last_offset
        if _weight is None:
            self.weight = Parameter(empty((num_embeddings, embedding_dim), device, dtype))
            self.reset_parameters()
        else:
            if _weight.array.shape != (num_embeddings, embedding_dim):
                raise AssertionError(
                    "Shape of weight does not match num_embeddings and embedding_dim: got "
                    f"{_weight.array.shape}, expected {(num_embeddings, embedding_dim)}"
                )
            self.weight = Parameter(_weight)

    def reset_parameters(self) -> None:
        """Draw a new table."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            self.weight.array[self.padding_idx] = 0

    def forward(self, input: Tensor, offsets: Tensor | None = None, per_sample_weights: Tensor | None = None) -> Tensor:
        return embedding_bag(
            input,
            self.weight,
            offsets,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.mode,
            self.sparse,
            per_sample_weights,
            self.include_last_offset,
            self.padding_idx,
        )

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
    ) -> EmbeddingBag:
        """An EmbeddingBag whose table is a given matrix, which it shares memory with.

        Args:
            embeddings: (num_embeddings, embedding_dim).
            freeze: whether the table is left out of training. Default: True.
            max_norm, norm_type, scale_grad_by_freq, mode, sparse, include_last_offset, padding_idx: as for the class.

        Raises:
            AssertionError: it is not a matrix.
        """
        if embeddings.array.ndim != 2:
            raise AssertionError(
                f"Embeddings parameter is expected to be 2-dimensional, got shape {embeddings.array.shape}"
            )
        settings = (max_norm, norm_type, scale_grad_by_freq, mode, sparse, embeddings, include_last_offset, padding_idx)
        rows, columns = embeddings.array.shape
        made = cls(rows, columns, *settings)
        made.weight.requires_grad = not freeze
        return made

    def extra_repr(self) -> str:
        text = f"{self.num_embeddings}, {self.embedding_dim}"
        if self.max_norm is not None:
            text += f", max_norm={self.max_norm}"
        if self.norm_type != 2:
            text += f", norm_type={self.norm_type}"
        if self.scale_grad_by_freq:
            text += f", scale_grad_by_freq={self.scale_grad_by_freq}"
        text += f", mode={self.mode!r}"
        return text if self.padding_idx is None else f"{text}, padding_idx={self.padding_idx}"
