"""Multi-head attention, with the parameters as arguments."""

from __future__ import annotations

import math

from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from .attention import scaled_dot_product_attention
from .dropout import dropout
from .linear import linear
from .masks import additive
from .multi_head_checks import check_fixed, check_mask, check_shapes
from .pad import pad


def multi_head_attention_forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None,
    bias_k: Tensor | None,
    bias_v: Tensor | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Tensor,
    out_proj_bias: Tensor | None,
    training: bool = True,
    key_padding_mask: Tensor | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None,
    static_k: Tensor | None = None,
    static_v: Tensor | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Attention in several heads: project query, key and value, attend in each head, put together and project.

    Args:
        query: (L, B, E), or (L, E).
        key, value: (S, B, E), or (S, E); with separate weights they may have other last dimensions.
        embed_dim_to_check: E.
        num_heads: how many heads; divides E.
        in_proj_weight: (3E, E), for query, key and value; None with separate weights.
        in_proj_bias: (3E), or None.
        bias_k, bias_v: (1, 1, E), one more key and value for all; or None.
        add_zero_attn: one more key and value of zeros.
        dropout_p: the probability with which an attention weight becomes 0, while training.
        out_proj_weight, out_proj_bias: (E, E), and (E) or None.
        training: whether to drop. Default: True.
        key_padding_mask: (B, S), or (S): True, or -inf, where the key is padding; numbers are added to the scores.
        need_weights: also give the attention weights. Default: True.
        attn_mask: (L, S) or (B * num_heads, L, S): True, or -inf, where not to attend; numbers are added.
        use_separate_proj_weight: use the next three in place of in_proj_weight. Default: False.
        q_proj_weight, k_proj_weight, v_proj_weight: (E, E), (E, K) and (E, V).
        static_k, static_v: (B * num_heads, S, E / num_heads), in place of the projected key and value.
        average_attn_weights: give the mean of the heads' weights. Default: True.
        is_causal: a hint that `attn_mask` is the causal mask; without `need_weights` and `key_padding_mask` the
            causal form is then used in its place.

    Returns:
        (L, B, E) or (L, E), and the weights: None, (B, L, S), or (B, num_heads, L, S) if not averaged; without B for
        input without. With `need_weights` a query that may attend to nothing gives NaN, else zeros, as in PyTorch.

    Raises:
        AssertionError: the shapes don't fit; a mask holds integers; a weight is missing.
        RuntimeError: `is_causal` without a mask; the mask has a wrong shape.

    Example:
        >>> import seedgrad as sg
        >>> x, w = sg.randn(5, 2, 8), sg.randn(24, 8)
        >>> out, weights = sg.nn.functional.multi_head_attention_forward(
        ...     x, x, x, 8, 4, w, None, None, None, False, 0.0, sg.eye(8), None
        ... )
        >>> out.shape, weights.shape
        (seedgrad.Size([5, 2, 8]), seedgrad.Size([2, 5, 5]))

    Source: Vaswani et al., "Attention is all you need", 2017.
    """
    check_tensors("multi_head_attention_forward", query, key, value)
    batched = check_shapes(query, key, value, key_padding_mask, attn_mask, num_heads)
    kind = query.array.dtype
    key_padding_mask = additive(key_padding_mask, "key_padding_mask", attn_mask, kind)
    if is_causal and attn_mask is None:
        raise RuntimeError(
            "Need attn_mask if specifying the is_causal hint. "
            "Transformer.generate_square_subsequent_mask makes one for you"
        )
    causal = is_causal and key_padding_mask is None and not need_weights
    attn_mask = None if causal else additive(attn_mask, "attn_mask", None, kind)
    separate = (q_proj_weight, k_proj_weight, v_proj_weight) if use_separate_proj_weight else None
    q, k, v = _projected(query, key, value, embed_dim_to_check, num_heads, in_proj_weight, in_proj_bias, separate)
    if not batched:
        q, k, v = (xp.expand_dims(t, axis=1) for t in (q, k, v))
        if key_padding_mask is not None:
            key_padding_mask = xp.expand_dims(key_padding_mask, axis=0)
    times, batch, width = q.array.shape[0], q.array.shape[1], embed_dim_to_check // num_heads
    attn_mask = check_mask(attn_mask, times, k.array.shape[0], batch * num_heads)
    if bias_k is not None and bias_v is not None:
        if static_k is not None or static_v is not None:
            raise AssertionError("bias_k and bias_v cannot be added to static key or value")
        row = (1, batch, embed_dim_to_check)
        k, v = (xp.concatenate([t, xp.broadcast_to(b, row)], axis=0) for t, b in ((k, bias_k), (v, bias_v)))
        attn_mask, key_padding_mask = _one_more(attn_mask), _one_more(key_padding_mask)
    elif bias_k is not None or bias_v is not None:
        raise AssertionError("bias_k and bias_v come together: one of them is None")
    q, k, v = (
        xp.transpose(xp.reshape(t, (len(t.array), batch, num_heads, width)), axes=(1, 2, 0, 3)) for t in (q, k, v)
    )
    if static_k is not None:
        check_fixed("static_k", static_k, batch * num_heads, width)
        k = xp.reshape(static_k, (batch, num_heads, *static_k.array.shape[1:]))
    if static_v is not None:
        check_fixed("static_v", static_v, batch * num_heads, width)
        v = xp.reshape(static_v, (batch, num_heads, *static_v.array.shape[1:]))
    if add_zero_attn:
        k, v = (pad(t, (0, 0, 0, 1)) for t in (k, v))
        attn_mask, key_padding_mask = _one_more(attn_mask), _one_more(key_padding_mask)
    mask = _merged(attn_mask, key_padding_mask, batch, num_heads, k.array.shape[2])
    drop = dropout_p if training else 0.0
    weights = None
    if need_weights:
        weights = xp.matmul(q * math.sqrt(1 / width), xp.swapaxes(k, -1, -2))
        if mask is not None:  # in mixed precision the products have 16 bits, and the mask has the input's type
            weights = weights + xp.astype(mask, kind=weights.array.dtype)
        weights = dropout(xp.softmax(weights, axis=-1), drop)
        out = xp.matmul(weights, v)
    else:
        out = scaled_dot_product_attention(q, k, v, mask, drop, causal)
    out = xp.reshape(xp.transpose(out, axes=(2, 0, 1, 3)), (times * batch, embed_dim_to_check))
    out = linear(out, out_proj_weight, out_proj_bias)
    out = xp.reshape(out, (times, batch, -1) if batched else (times, -1))
    if weights is not None and average_attn_weights:
        weights = xp.mean(weights, axis=1)
    if weights is not None and not batched:
        weights = xp.squeeze(weights, axis=0)
    return out, weights


def _projected(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim: int,
    num_heads: int,
    weight: Tensor | None,
    bias: Tensor | None,
    separate: tuple[Tensor | None, ...] | None,
) -> tuple[Tensor, ...]:
    """The projections of query, key and value, by as few products as they are different tensors."""
    width = query.array.shape[-1]
    if width != embed_dim:
        raise AssertionError(f"was expecting embedding dimension of {embed_dim}, but got {width}")
    if embed_dim % num_heads:
        raise AssertionError(f"embed_dim {embed_dim} not divisible by num_heads {num_heads}")
    keys, values = key.array.shape, value.array.shape
    thirds = (embed_dim,) * 3
    if separate is not None:
        if keys[:-1] != values[:-1]:
            raise AssertionError(f"key's sequence and batch dims {keys[:-1]} do not match value's {values[:-1]}")
        if any(w is None for w in separate):
            raise AssertionError(
                "use_separate_proj_weight is True but q_proj_weight, k_proj_weight or v_proj_weight is None"
            )
        biases = (None, None, None) if bias is None else xp.split(bias, thirds, axis=0)
        given = zip((query, key, value), separate, biases, strict=True)
        return tuple(linear(t, w, b) for t, w, b in given)  # type: ignore[arg-type]
    if keys != values:
        raise AssertionError(f"key shape {keys} does not match value shape {values}")
    if weight is None:
        raise AssertionError("use_separate_proj_weight is False but in_proj_weight is None")
    if key is value and query is key:
        found: tuple[Tensor, ...] = xp.split(linear(query, weight, bias), thirds, axis=-1)
        return found
    parts = thirds if key is not value else (embed_dim, 2 * embed_dim)
    weights = xp.split(weight, parts, axis=0)
    biases = (None,) * len(parts) if bias is None else xp.split(bias, parts, axis=0)
    outs = [linear(t, w, b) for t, w, b in zip((query, key, value), weights, biases, strict=False)]
    return (outs[0], *xp.split(outs[1], thirds[:2], axis=-1)) if key is value else tuple(outs)


def _one_more(mask: Tensor | None) -> Tensor | None:
    """The mask with one more key that may be seen."""
    return None if mask is None else pad(mask, (0, 1))


def _merged(
    attn_mask: Tensor | None, key_padding_mask: Tensor | None, batch: int, heads: int, keys: int
) -> Tensor | None:
    """The sum of both masks, which broadcasts to (batch, heads, L, S)."""
    if attn_mask is not None and attn_mask.array.ndim == 3:
        attn_mask = xp.reshape(attn_mask, (batch, heads, *attn_mask.array.shape[1:]))
    if key_padding_mask is None:
        return attn_mask
    if key_padding_mask.array.shape != (batch, keys):
        raise AssertionError(
            f"expecting key_padding_mask shape of {(batch, keys)}, but got {key_padding_mask.array.shape}"
        )
    padding = xp.reshape(key_padding_mask, (batch, 1, 1, keys))
    return padding if attn_mask is None else attn_mask + padding
