"""The Transformer: stacks of encoder and decoder layers."""

from __future__ import annotations

import copy
from typing import Any

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from . import init
from .functional.masks import additive, is_causal_mask, square_subsequent_mask
from .functional.piecewise import relu
from .layernorm import LayerNorm
from .lists import ModuleList
from .module import Module
from .parameter import check_device
from .transformer_layers import Activation, TransformerDecoderLayer, TransformerEncoderLayer


def _copies(module: Module, count: int) -> ModuleList:
    return ModuleList([copy.deepcopy(module) for _ in range(count)])


def _length(x: Tensor, batch_first: bool) -> int:
    """The length of the sequences, with or without a batch."""
    return x.array.shape[1 if batch_first and x.array.ndim == 3 else 0]


class TransformerEncoder(Module):
    """A stack of equal encoder layers. They start with equal parameters: draw new ones if you train from scratch.

    Args:
        encoder_layer: the layer to copy.
        num_layers: how many copies.
        norm: a module for the result. Default: none.
        enable_nested_tensor: accepted for programs written for PyTorch, which may leave out padding in evaluation with
            it. Here padded places are computed like the others. Default: True.
        mask_check: accepted likewise; it belongs to nested tensors. Default: True.

    Shape:
        As for `TransformerEncoderLayer`.

    Raises:
        AssertionError: a mask holds integers.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.TransformerEncoderLayer(16, 4, 32, batch_first=True)
        >>> sg.nn.TransformerEncoder(layer, 2)(sg.randn(2, 5, 16)).shape
        seedgrad.Size([2, 5, 16])

    Source: Vaswani et al., "Attention is all you need", 2017.
    """

    def __init__(
        self,
        encoder_layer: Module,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        super().__init__()
        self.layers = _copies(encoder_layer, num_layers)
        self.num_layers, self.norm = num_layers, norm
        self.enable_nested_tensor, self.mask_check = enable_nested_tensor, mask_check

    def forward(
        self,
        src: Tensor,
        mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool | None = None,
    ) -> Tensor:
        """Run the layers; whether `mask` is the causal one is found out, unless `is_causal` says so."""
        kind = src.array.dtype
        padding = additive(src_key_padding_mask, "src_key_padding_mask", mask, kind, "mask")
        mask = additive(mask, "mask", None, kind)
        causal = is_causal_mask(mask, is_causal, _length(src, self.layers[0].self_attn.batch_first))
        out = src
        for layer in self.layers:
            out = layer(out, src_mask=mask, is_causal=causal, src_key_padding_mask=padding)
        return out if self.norm is None else self.norm(out)


class TransformerDecoder(Module):
    """A stack of equal decoder layers. They start with equal parameters: draw new ones if you train from scratch.

    Args:
        decoder_layer: the layer to copy.
        num_layers: how many copies.
        norm: a module for the result. Default: none.

    Shape:
        As for `TransformerDecoderLayer`.

    Raises:
        AssertionError: a mask holds integers.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.TransformerDecoderLayer(16, 4, 32)
        >>> sg.nn.TransformerDecoder(layer, 2)(sg.randn(5, 2, 16), sg.randn(7, 2, 16)).shape
        seedgrad.Size([5, 2, 16])

    Source: Vaswani et al., "Attention is all you need", 2017.
    """

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        super().__init__()
        self.layers = _copies(decoder_layer, num_layers)
        self.num_layers, self.norm = num_layers, norm

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Run the layers; whether `tgt_mask` is the causal one is found out, unless `tgt_is_causal` says so."""
        causal = is_causal_mask(tgt_mask, tgt_is_causal, _length(tgt, self.layers[0].self_attn.batch_first))
        out = tgt
        for layer in self.layers:
            out = layer(
                out,
                memory,
                tgt_mask=tgt_mask,
                memory_mask=memory_mask,
                tgt_key_padding_mask=tgt_key_padding_mask,
                memory_key_padding_mask=memory_key_padding_mask,
                tgt_is_causal=causal,
                memory_is_causal=memory_is_causal,
            )
        return out if self.norm is None else self.norm(out)


class Transformer(Module):
    """Encoder and decoder: from a source sequence and the target so far to features of the next target.

    All matrices start Xavier-uniform.

    Args:
        d_model: the number E of features. Default: 512.
        nhead: how many heads; divides E. Default: 8.
        num_encoder_layers, num_decoder_layers: how many layers. Default: 6.
        dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias: as for
            `TransformerEncoderLayer`.
        custom_encoder, custom_decoder: modules in place of the usual ones. Default: none.
        device: "cpu", the only one.
        dtype: of the parameters. Default: the default float type.

    Shape:
        src (S, B, E) and tgt (T, B, E), the batch first with `batch_first`, or without B, and the masks of encoder and
        decoder; to (T, B, E).

    Raises:
        RuntimeError: on the call, src and tgt differ in their batch, or have not E features.

    Example:
        >>> import seedgrad as sg
        >>> model = sg.nn.Transformer(16, 4, 1, 1, 32)
        >>> mask = model.generate_square_subsequent_mask(5)
        >>> model(sg.randn(7, 2, 16), sg.randn(5, 2, 16), tgt_mask=mask).shape
        seedgrad.Size([5, 2, 16])

    Source: Vaswani et al., "Attention is all you need", 2017.
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = relu,
        custom_encoder: Module | None = None,
        custom_decoder: Module | None = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        settings = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias)
        made = {"device": device, "dtype": dtype}

        def norm() -> LayerNorm:
            return LayerNorm(d_model, layer_norm_eps, bias=bias, **made)

        if custom_encoder is None:
            layer: Module = TransformerEncoderLayer(*settings, **made)
            custom_encoder = TransformerEncoder(layer, num_encoder_layers, norm())
        if custom_decoder is None:
            layer = TransformerDecoderLayer(*settings, **made)
            custom_decoder = TransformerDecoder(layer, num_decoder_layers, norm())
        self.encoder, self.decoder = custom_encoder, custom_decoder
        self._reset_parameters()
        self.d_model, self.nhead, self.batch_first = d_model, nhead, batch_first

    def forward(
        self,
        src: Tensor,
        tgt: Tensor,
        src_mask: Tensor | None = None,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Encode src, and decode tgt with it."""
        a, b = src.array.shape, tgt.array.shape
        axis = 0 if self.batch_first else 1
        if len(a) == 3 and a[axis] != b[axis]:
            raise RuntimeError(f"the batch number of src and tgt must be equal, got shapes {a} and {b}")
        if a[-1] != self.d_model or b[-1] != self.d_model:
            raise RuntimeError(
                f"the feature number of src and tgt must be equal to d_model, {self.d_model}, got shapes {a} and {b}"
            )
        memory = self.encoder(src, mask=src_mask, src_key_padding_mask=src_key_padding_mask, is_causal=src_is_causal)
        out: Tensor = self.decoder(
            tgt,
            memory,
            tgt_mask=tgt_mask,
            memory_mask=memory_mask,
            tgt_key_padding_mask=tgt_key_padding_mask,
            memory_key_padding_mask=memory_key_padding_mask,
            tgt_is_causal=tgt_is_causal,
            memory_is_causal=memory_is_causal,
        )
        return out

    @staticmethod
    def generate_square_subsequent_mask(sz: int, device: Any = None, dtype: Any = None) -> Tensor:
        """The (sz, sz) mask that is -inf where the key is later than the query, else 0; True and False as bools."""
        check_device(device)
        return square_subsequent_mask(sz, dtypes.default() if dtype is None else dtypes.to_numpy(dtype))

    def _reset_parameters(self) -> None:
        """Draw new matrices."""
        for parameter in self.parameters():
            if parameter.array.ndim > 1:
                init.xavier_uniform_(parameter)
