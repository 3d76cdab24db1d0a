"""One layer of the encoder and one of the decoder of a Transformer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core.tensor import Tensor
from .attention import MultiheadAttention
from .dropout import Dropout
from .functional.activation import gelu
from .functional.masks import additive
from .functional.piecewise import relu
from .layernorm import LayerNorm
from .linear import Linear
from .module import Module

Activation = str | Callable[[Tensor], Tensor]


def _activation(given: Activation) -> Callable[[Tensor], Tensor]:
    """The function of a name, or what was given."""
    if not isinstance(given, str):
        return given
    known: dict[str, Callable[[Tensor], Tensor]] = {"relu": relu, "gelu": gelu}
    if given not in known:
        raise RuntimeError(f"activation should be relu/gelu, not {given}; or give a function")
    return known[given]


class TransformerEncoderLayer(Module):
    """Self-attention, then two linear layers, each with a way around it and a LayerNorm.

    x = norm1(x + attention(x)), x = norm2(x + linear2(activation(linear1(x)))); with `norm_first`
    x = x + attention(norm1(x)), x = x + linear2(activation(linear1(norm2(x)))).

    Args:
        d_model: the number E of features.
        nhead: how many heads; divides E.
        dim_feedforward: the number of features between the linear layers. Default: 2048.
        dropout: the probability of zeros in the attention weights and after each part. Default: 0.1.
        activation: "relu", "gelu" or a function of a tensor. Default: relu.
        layer_norm_eps: added to the variance in LayerNorm. Default: 1e-5.
        batch_first: whether the batch is the first dimension. Default: False.
        norm_first: normalise before each part instead of after it. Default: False.
        bias: whether the layers have biases. Default: True.
        device: "cpu", the only one.
        dtype: of the parameters. Default: the default float type.

    Shape:
        src (S, B, E), or (B, S, E) with `batch_first`, or (S, E); src_mask (S, S) or (B * nhead, S, S), and
        src_key_padding_mask (B, S) or (S): True, or -inf, where not to attend. The output has the shape of src.

    Raises:
        RuntimeError: the activation's name is unknown.
        AssertionError: `nhead` does not divide `d_model`; a mask holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.TransformerEncoderLayer(16, 4, 32)(sg.randn(5, 2, 16)).shape
        seedgrad.Size([5, 2, 16])

    Source: Vaswani et al., "Attention is all you need", 2017.
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        made = {"bias": bias, "device": device, "dtype": dtype}
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, batch_first=batch_first, **made)
        self.linear1 = Linear(d_model, dim_feedforward, **made)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, **made)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, **made)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, **made)
        self.dropout1, self.dropout2 = Dropout(dropout), Dropout(dropout)
        self.activation = _activation(activation)

    def forward(
        self,
        src: Tensor,
        src_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        """Run the layer; `is_causal` says that `src_mask` is the causal mask, so that the faster form may be used."""
        kind = src.array.dtype
        padding = additive(src_key_padding_mask, "src_key_padding_mask", src_mask, kind, "src_mask")
        mask = additive(src_mask, "src_mask", None, kind)
        if self.norm_first:
            x = src + self._attend(self.norm1(src), mask, padding, is_causal)
            return x + self._feed(self.norm2(x))
        x = self.norm1(src + self._attend(src, mask, padding, is_causal))
        out: Tensor = self.norm2(x + self._feed(x))
        return out

    def _attend(self, x: Tensor, mask: Tensor | None, padding: Tensor | None, is_causal: bool) -> Tensor:
        out = self.self_attn(x, x, x, padding, need_weights=False, attn_mask=mask, is_causal=is_causal)[0]
        dropped: Tensor = self.dropout1(out)
        return dropped

    def _feed(self, x: Tensor) -> Tensor:
        out: Tensor = self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))
        return out


class TransformerDecoderLayer(Module):
    """Self-attention, attention to the encoder's output, then two linear layers, each with a way around it and a LayerNorm.

    Args:
        d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias: as for
            `TransformerEncoderLayer`.
        device: "cpu", the only one.
        dtype: of the parameters. Default: the default float type.

    Shape:
        tgt (T, B, E) and memory (S, B, E), the batch first with `batch_first`, or without B; tgt_mask (T, T) and
        memory_mask (T, S), or with B * nhead in front, and the padding masks (B, T) and (B, S): True, or -inf, where
        not to attend. The output has the shape of tgt.

    Raises:
        RuntimeError: the activation's name is unknown.
        AssertionError: `nhead` does not divide `d_model`; a mask holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.TransformerDecoderLayer(16, 4, 32)(sg.randn(5, 2, 16), sg.randn(7, 2, 16)).shape
        seedgrad.Size([5, 2, 16])

    Source: Vaswani et al., "Attention is all you need", 2017.
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        made = {"bias": bias, "device": device, "dtype": dtype}
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, batch_first=batch_first, **made)
        self.multihead_attn = MultiheadAttention(d_model, nhead, dropout, batch_first=batch_first, **made)
        self.linear1 = Linear(d_model, dim_feedforward, **made)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, **made)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, **made)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, **made)
        self.norm3 = LayerNorm(d_model, layer_norm_eps, **made)
        self.dropout1, self.dropout2, self.dropout3 = Dropout(dropout), Dropout(dropout), Dropout(dropout)
        self.activation = _activation(activation)

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Run the layer; the last two say that a mask is the causal one, so that the faster form may be used."""

        def attend(x: Tensor) -> Tensor:
            out = self.self_attn(x, x, x, tgt_key_padding_mask, False, tgt_mask, is_causal=tgt_is_causal)[0]
            dropped: Tensor = self.dropout1(out)
            return dropped

        def look(x: Tensor) -> Tensor:
            given = (memory_key_padding_mask, False, memory_mask)
            dropped: Tensor = self.dropout2(
                self.multihead_attn(x, memory, memory, *given, is_causal=memory_is_causal)[0]
            )
            return dropped

        if self.norm_first:
            x = tgt + attend(self.norm1(tgt))
            x = x + look(self.norm2(x))
            return x + self._feed(self.norm3(x))
        x = self.norm1(tgt + attend(tgt))
        x = self.norm2(x + look(x))
        out: Tensor = self.norm3(x + self._feed(x))
        return out

    def _feed(self, x: Tensor) -> Tensor:
        out: Tensor = self.dropout3(self.linear2(self.dropout(self.activation(self.linear1(x)))))
        return out
