"""Multi-head attention as a layer."""

from __future__ import annotations

from typing import Any

from ..core.op import tensor_namespace as xp
from ..core.tensor import Tensor
from . import init
from .functional.multi_head import multi_head_attention_forward
from .linear import Linear
from .module import Module
from .parameter import Parameter, empty


class NonDynamicallyQuantizableLinear(Linear):
    """A Linear under the name by which PyTorch shows the last layer of MultiheadAttention."""


class MultiheadAttention(Module):
    """Attention in several heads: project query, key and value, attend in each head, put together and project.

    Args:
        embed_dim: the length E of a query.
        num_heads: how many heads; divides E.
        dropout: the probability with which an attention weight becomes 0 while training. Default: 0.
        bias: whether the projections have biases. Default: True.
        add_bias_kv: learn one more key and value for all sequences. Default: False.
        add_zero_attn: one more key and value of zeros. Default: False.
        kdim, vdim: the length of a key and of a value. Default: E.
        batch_first: whether the batch is the first dimension. Default: False.
        device: "cpu", the only one.
        dtype: of the parameters. Default: the default float type.

    Shape:
        query (L, B, E), key (S, B, kdim) and value (S, B, vdim), the batch first with `batch_first`, or without B; to
        (L, B, E), and the weights (B, L, S), or (B, num_heads, L, S) if they are not averaged, or None.

    Attributes:
        in_proj_weight: (3E, E); with other kdim or vdim q_proj_weight (E, E), k_proj_weight (E, kdim) and
            v_proj_weight (E, vdim) in its place.
        in_proj_bias: (3E), or None.
        bias_k, bias_v: (1, 1, E), or None.
        out_proj: Linear(E, E).

    Raises:
        ValueError: `embed_dim` or `num_heads` is not positive.
        AssertionError: `num_heads` does not divide `embed_dim`; on the call, the shapes don't fit.
        RuntimeError: on the call, `is_causal` without a mask, or the mask has a wrong shape.

    Example:
        >>> import seedgrad as sg
        >>> out, weights = sg.nn.MultiheadAttention(16, 4)(sg.randn(5, 2, 16), sg.randn(7, 2, 16), sg.randn(7, 2, 16))
        >>> out.shape, weights.shape
        (seedgrad.Size([5, 2, 16]), seedgrad.Size([2, 5, 7]))

    Source: Vaswani et al., "Attention is all you need", 2017.
    """

    in_proj_weight: Parameter | None
    in_proj_bias: Parameter | None
    bias_k: Parameter | None
    bias_v: Parameter | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError(
                "embed_dim and num_heads must be greater than 0, "
                f"got embed_dim={embed_dim} and num_heads={num_heads} instead"
            )
        super().__init__()
        if embed_dim % num_heads:
            raise AssertionError(f"embed_dim must be divisible by num_heads, got {embed_dim} and {num_heads}")
        self.embed_dim, self.num_heads, self.head_dim = embed_dim, num_heads, embed_dim // num_heads
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self.dropout, self.batch_first, self.add_zero_attn = dropout, batch_first, add_zero_attn
        self._qkv_same_embed_dim = self.kdim == embed_dim == self.vdim

        def parameter(*shape: int) -> Parameter:
            return Parameter(empty(shape, device, dtype))

        if self._qkv_same_embed_dim:
            self.in_proj_weight = parameter(3 * embed_dim, embed_dim)
            for name in ("q_proj_weight", "k_proj_weight", "v_proj_weight"):
                self.register_parameter(name, None)
        else:
            self.q_proj_weight = parameter(embed_dim, embed_dim)
            self.k_proj_weight = parameter(embed_dim, self.kdim)
            self.v_proj_weight = parameter(embed_dim, self.vdim)
            self.register_parameter("in_proj_weight", None)
        self.register_parameter("in_proj_bias", parameter(3 * embed_dim) if bias else None)
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias=bias, device=device, dtype=dtype)
        self.bias_k = parameter(1, 1, embed_dim) if add_bias_kv else None
        self.bias_v = parameter(1, 1, embed_dim) if add_bias_kv else None
        self._reset_parameters()

    def _reset_parameters(self) -> None:
        """Draw new weights; biases of the projections become 0."""
        for weight in (self.in_proj_weight, self.q_proj_weight, self.k_proj_weight, self.v_proj_weight):
            if weight is not None:
                init.xavier_uniform_(weight)
        for bias in (self.in_proj_bias, self.out_proj.bias):
            if bias is not None:
                init.zeros_(bias)
        for extra in (self.bias_k, self.bias_v):
            if extra is not None:
                init.xavier_normal_(extra)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """Attend; the masks are those of `nn.functional.multi_head_attention_forward`."""
        turned = self.batch_first and isinstance(query, Tensor) and query.array.ndim == 3
        if turned:  # what is the same tensor stays so: it is projected once
            seen: dict[int, Tensor] = {}
            query, key, value = (
                seen.setdefault(id(t), xp.swapaxes(t, axis1=0, axis2=1) if t.array.ndim > 1 else t)
                for t in (query, key, value)
            )
        out, weights = multi_head_attention_forward(
            query,
            key,
            value,
            self.embed_dim,
            self.num_heads,
            self.in_proj_weight,
            self.in_proj_bias,
            self.bias_k,
            self.bias_v,
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            training=self.training,
            key_padding_mask=key_padding_mask,
            need_weights=need_weights,
            attn_mask=attn_mask,
            use_separate_proj_weight=not self._qkv_same_embed_dim,
            q_proj_weight=self.q_proj_weight,
            k_proj_weight=self.k_proj_weight,
            v_proj_weight=self.v_proj_weight,
            average_attn_weights=average_attn_weights,
            is_causal=is_causal,
        )
        return (xp.swapaxes(out, axis1=0, axis2=1) if turned else out), weights
