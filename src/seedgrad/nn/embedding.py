"""A table of vectors."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from . import init
from .functional.embedding import embedding
from .module import Module
from .parameter import Parameter, empty


class Embedding(Module):
    """A vector for each of a number of things, looked up by index.

    The table starts normally distributed, with zeros at `padding_idx`.

    Args:
        num_embeddings: how many vectors.
        embedding_dim: the length of each.
        padding_idx: the vector that stands for "nothing": it starts at zero and receives no gradient.
            Negative numbers count from the end. Default: none.
        max_norm: vectors that are looked up and longer than this are shortened to it, in place. Default:
            never.
        norm_type: which norm `max_norm` means. Default: 2.
        scale_grad_by_freq: divide gradients by how often the index occurs in the batch. Default: False.
        sparse: must be False; gradients are dense.
        device: "cpu", the only one.
        dtype: of the table. Default: the default float type.

    Shape:
        Whole numbers of any shape (*) to (*, embedding_dim).

    Attributes:
        weight: (num_embeddings, embedding_dim).

    Raises:
        AssertionError: `padding_idx` is outside of the table.
        IndexError: on the call, an index is outside of the table.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Embedding(10, 3)(sg.tensor([[1, 2, 4, 5]])).shape
        seedgrad.Size([1, 4, 3])
    """

    weight: Parameter

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Tensor | None = None,
        _freeze: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if padding_idx is not None:
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise AssertionError(
                    f"Padding_idx must be within num_embeddings, got {padding_idx} and {num_embeddings}"
                )
            padding_idx %= num_embeddings
        if sparse:
            raise NotImplementedError("Embedding: sparse gradients are not supported; leave sparse=False")
        self.num_embeddings, self.embedding_dim, self.padding_idx = num_embeddings, embedding_dim, padding_idx
        self.max_norm, self.norm_type = max_norm, norm_type
        self.scale_grad_by_freq, self.sparse = scale_grad_by_freq, sparse
        if _weight is None:
            self.weight = Parameter(empty((num_embeddings, embedding_dim), device, dtype), not _freeze)
            self.reset_parameters()
        else:
            if _weight.array.shape != (num_embeddings, embedding_dim):
                raise AssertionError(
                    "Shape of weight does not match num_embeddings and embedding_dim: got "
                    f"{_weight.array.shape}, "
                    f"expected {(num_embeddings, embedding_dim)}"
                )
            self.weight = Parameter(_weight, not _freeze)

    def reset_parameters(self) -> None:
        """Draw a new table."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            self.weight.array[self.padding_idx] = 0

    def forward(self, input: Tensor) -> Tensor:
        return embedding(input, self.weight, self.padding_idx, self.max_norm, self.norm_type, self.scale_grad_by_freq)

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
    ) -> Embedding:
        """An Embedding whose table is a given matrix, which it shares memory with.

        Args:
            embeddings: (num_embeddings, embedding_dim).
            freeze: whether the table is left out of training. Default: True.
            padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse: as for the class.

        Raises:
            AssertionError: it is not a matrix.
        """
        if embeddings.array.ndim != 2:
            raise AssertionError(
                f"Embeddings parameter is expected to be 2-dimensional, got shape {embeddings.array.shape}"
            )
        rows, columns = embeddings.array.shape
        return cls(
            rows,
            columns,
            padding_idx=padding_idx,
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=scale_grad_by_freq,
            sparse=sparse,
            _weight=embeddings,
            _freeze=freeze,
        )

    def extra_repr(self) -> str:
        text = f"{self.num_embeddings}, {self.embedding_dim}"
        if self.padding_idx is not None:
            text += f", padding_idx={self.padding_idx}"
        if self.max_norm is not None:
            text += f", max_norm={self.max_norm}"
        if self.norm_type != 2:
            text += f", norm_type={self.norm_type}"
        if self.scale_grad_by_freq:
            text += f", scale_grad_by_freq={self.scale_grad_by_freq}"
        return text
