"""What multi-head attention asks of its arguments."""

from __future__ import annotations

from ...core.tensor import Tensor


def check_shapes(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    key_padding_mask: Tensor | None,
    attn_mask: Tensor | None,
    num_heads: int,
) -> bool:
    """Whether there is a batch dimension.

    Raises:
        AssertionError: the numbers of dimensions don't fit.
    """
    ndim = query.array.ndim
    if ndim not in (2, 3):
        raise AssertionError(
            f"query should be unbatched 2D or batched 3D tensor but received a query of shape {query.array.shape}"
        )
    what = "batched (3-D)" if ndim == 3 else "unbatched (2-D)"
    if key.array.ndim != ndim or value.array.ndim != ndim:
        raise AssertionError(
            f"For {what} `query`, expected `key` and `value` to be {ndim}-D "
            f"but found shapes {key.array.shape} and {value.array.shape}"
        )
    if key_padding_mask is not None and key_padding_mask.array.ndim != ndim - 1:
        raise AssertionError(
            f"For {what} `query`, expected `key_padding_mask` to be `None` or {ndim - 1}-D "
            f"but found shape {key_padding_mask.array.shape}"
        )
    if attn_mask is None:
        return ndim == 3
    if attn_mask.array.ndim not in (2, 3):
        raise AssertionError(
            f"For {what} `query`, expected `attn_mask` to be `None`, 2-D or 3-D but found shape {attn_mask.array.shape}"
        )
    if ndim == 2 and attn_mask.array.ndim == 3:
        wanted = (num_heads, query.array.shape[0], key.array.shape[0])
        if attn_mask.array.shape != wanted:
            raise AssertionError(f"Expected `attn_mask` shape to be {wanted} but got {attn_mask.array.shape}")
    return ndim == 3


def check_mask(mask: Tensor | None, times: int, keys: int, rows: int) -> Tensor | None:
    """The mask, if its shape is (times, keys) or (rows, times, keys).

    Raises:
        RuntimeError: it is not.
    """
    if mask is None:
        return None
    shape = mask.array.shape
    wanted = (times, keys) if len(shape) == 2 else (rows, times, keys)
    if shape != wanted:
        raise RuntimeError(f"The shape of the {len(shape)}D attn_mask is {shape}, but should be {wanted}")
    return mask


def check_fixed(name: str, t: Tensor, rows: int, width: int) -> None:
    """Raise AssertionError unless a given key or value is (rows, S, width)."""
    shape = t.array.shape
    if len(shape) != 3 or shape[0] != rows or shape[2] != width:
        raise AssertionError(f"expecting {name} of shape ({rows}, S, {width}), but got {shape}")
