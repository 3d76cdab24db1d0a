"""Scaled dot-product attention."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...core import dtype as dtypes
from ...core.batch_values import randomly
from ...core.op import tensor_namespace as xp
from ...core.random import draw_seed
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from ...ops.attention import attention


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """Each query gets a mean of the values, weighted by how well it fits their keys: softmax(scale q kᵀ + mask) v.

    A query whose mask leaves no key gets zeros.

    Args:
        query: (*, L, E), floating-point.
        key: (*, S, E); its leading dimensions broadcast with the query's.
        value: (*, S, D).
        attn_mask: broadcasts to (*, L, S): bools, True where to attend, or numbers of the query's type that are added
            to the scores. Default: none.
        dropout_p: the probability with which a weight becomes 0, the others divided by 1 - dropout_p, 0 to 1. It acts
            whenever it is not 0: give 0 in evaluation. Default: 0.
        is_causal: the i-th query sees the first i + 1 keys only. Default: False.
        scale: what the scores are multiplied by. Default: 1 / sqrt(E).
        enable_gqa: query (*, H, L, E) may have a multiple of the heads of key and value: neighbouring queries share a
            head. Default: False.

    Returns:
        (*, L, D).

    Raises:
        TypeError: an argument is not a Tensor.
        RuntimeError: the shapes or types don't fit; there are a mask and `is_causal`; `dropout_p` is not in [0, 1]; the
            number of heads does not divide that of the query.
        IndexError: `enable_gqa` without a dimension for heads.

    Example:
        >>> import seedgrad as sg
        >>> q, kv = sg.randn(2, 8, 5, 16), sg.randn(2, 4, 7, 16)
        >>> sg.nn.functional.scaled_dot_product_attention(q, kv, kv, enable_gqa=True).shape
        seedgrad.Size([2, 8, 5, 16])

    Source: Vaswani et al., "Attention is all you need", 2017.
    """
    check_tensors("scaled_dot_product_attention", query, key, value)
    _check_types(query, key, value, attn_mask)
    if attn_mask is not None and is_causal:
        raise RuntimeError(
            "scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True. Leave out one"
        )
    if not 0.0 <= dropout_p <= 1.0:
        raise RuntimeError(f"dropout probability has to be between 0 and 1, but got {dropout_p}")
    heads: tuple[int, ...] | None = None
    if enable_gqa:
        query, key, value, attn_mask, heads = _share_heads(query, key, value, attn_mask)
    _check_shapes(query, key, value, attn_mask)
    width = query.array.shape[-1]
    query = randomly(query) if dropout_p else query
    out = attention.call(
        query,
        key,
        value,
        attn_mask,
        scale=(1 / math.sqrt(width) if width else 1.0) if scale is None else float(scale),
        causal=is_causal,
        dropout=float(dropout_p),
        seed=draw_seed(None) if dropout_p else 0,
    )
    if heads is None:
        return out
    return xp.reshape(out, (*out.array.shape[:-4], *heads, *out.array.shape[-2:]))


def _check_types(query: Tensor, key: Tensor, value: Tensor, mask: Any) -> None:
    kinds = [t.array.dtype for t in (query, key, value)]
    if kinds[1] != kinds[0] or kinds[2] != kinds[0]:
        raise RuntimeError(
            "Expected query, key, and value to have the same dtype, but got query.dtype: "
            f"{query.dtype} key.dtype: {key.dtype} and value.dtype: {value.dtype} instead"
        )
    if not query.is_floating_point():
        raise RuntimeError(
            f"scaled_dot_product_attention: expected floating-point tensors, got {query.dtype}: use x.float()"
        )
    if mask is not None and mask.array.dtype not in (dtypes.BOOL, kinds[0]):
        raise RuntimeError(
            "Expected attn_mask dtype to be bool or to match query dtype, but got attn_mask.dtype: "
            f"{mask.dtype} and query.dtype: {query.dtype} instead"
        )


def _check_shapes(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> None:
    q, k, v = query.array.shape, key.array.shape, value.array.shape
    if min(len(q), len(k), len(v)) < 2:
        raise RuntimeError(
            f"Expected query, key, and value to all be at least 2 dimensional, but got shapes {q}, {k} and {v}"
        )
    if q[-1] != k[-1]:
        raise RuntimeError(f"query and key must have the same last dimension, got shapes {q} and {k}")
    if k[-2] != v[-2]:
        raise RuntimeError(f"key and value must have the same length, their dimension -2; got shapes {k} and {v}")
    lead = q[:-2]
    if k[:-2] != lead or v[:-2] != lead:
        try:
            lead = np.broadcast_shapes(lead, k[:-2])
            np.broadcast_shapes(lead, v[:-2])
        except ValueError:
            raise RuntimeError(
                f"the leading dimensions of query, key and value must broadcast; got shapes {q}, {k} and {v}"
            ) from None
    if mask is None:
        return
    shape, wanted = mask.array.shape, (*lead, q[-2], k[-2])
    if len(shape) > len(wanted) or any(n not in (1, w) for n, w in zip(shape[::-1], wanted[::-1], strict=False)):
        raise RuntimeError(f"attn_mask must broadcast to (..., L, S), here {wanted}, but has shape {shape}")


def _share_heads(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Any:
    """Everything with one more dimension, for the queries that share a head, and the number of heads of the query.

    Key and value are repeated by broadcasting, without a copy, unless they differ in their number of heads.
    """
    if min(t.array.ndim for t in (query, key, value)) < 3:
        raise IndexError(
            "Dimension out of range: with enable_gqa query, key and value must be (..., H, L, E), "
            f"got shapes {query.array.shape}, {key.array.shape} and {value.array.shape}"
        )
    many, keys, values = (t.array.shape[-3] for t in (query, key, value))
    if not keys or not values or many % keys or many % values:
        raise RuntimeError(
            "Number of heads in key and value must divide the number of heads in query: "
            f"got {keys} and {values} heads for {many}"
        )
    if keys != values:
        key, value = (_repeated(t, many) for t in (key, value))
        keys = many
    shape = query.array.shape
    query = xp.reshape(query, (*shape[:-3], keys, many // keys, *shape[-2:]))
    key, value = (xp.expand_dims(t, axis=-3) for t in (key, value))
    if mask is not None and mask.array.ndim > 2:
        shape = mask.array.shape
        groups = (keys, many // keys) if shape[-3] == many else (shape[-3], 1)
        mask = xp.reshape(mask, (*shape[:-3], *groups, *shape[-2:]))
    return query, key, value, mask, (many,)


def _repeated(t: Tensor, heads: int) -> Tensor:
    """Each head of t several times in a row, until there are `heads`."""
    lead, have, rest = t.array.shape[:-3], t.array.shape[-3], t.array.shape[-2:]
    wide = xp.broadcast_to(xp.expand_dims(t, axis=-3), (*lead, have, heads // have, *rest))
    return xp.reshape(wide, (*lead, heads, *rest))
