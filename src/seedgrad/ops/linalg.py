"""Products of matrices."""

from __future__ import annotations

import math
from typing import Any

from ..core.batching import aligned, sample_ndim
from ..core.kernel import LARGE
from ..core.op import op


@op(ufunc=True, cast=None, complex=True, name="Mm")
def matmul(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.matmul(x, y)


def _matmul_x(g: Any, xp: Any, x_shape: tuple[int, ...], y: Any) -> Any:
    """g yᵀ, with vectors as a row on the left and a column on the right."""
    if y.ndim == 1:
        return g[..., None] * y if len(x_shape) > 1 else g * y
    if len(x_shape) == 1:
        return xp.matmul(y, g[..., None])[..., 0]
    return xp.matmul(g, xp.swapaxes(y, -1, -2))


def _matmul_y(g: Any, xp: Any, x: Any, y_shape: tuple[int, ...]) -> Any:
    """xᵀ g, with vectors as a row on the left and a column on the right."""
    if x.ndim == 1:
        return x[:, None] * g[..., None, :] if len(y_shape) > 1 else g * x
    if len(y_shape) == 1:
        return xp.matmul(g[..., None, :], x)[..., 0, :]
    if len(y_shape) == 2 and x.ndim > 2:  # one product over all leading axes, instead of a sum of small ones
        return xp.matmul(xp.swapaxes(_rows(xp, x), 0, 1), _rows(xp, g))
    return xp.matmul(xp.swapaxes(x, -1, -2), g)


matmul.defvjp(x=_matmul_x, y=_matmul_y)


@op(complex=True, name="Linear")
def linear(xp: Any, x: Any, weight: Any, bias: Any = None, /) -> Any:
    """x weightᵀ + bias over the last axis."""
    out = xp.matmul(x, xp.transpose(weight))
    if bias is not None:
        out += bias
    return out


def _rows(xp: Any, x: Any) -> Any:
    return x if x.ndim == 2 else xp.reshape(x, (math.prod(x.shape[:-1]), x.shape[-1]))


linear.defvjp(
    x=lambda g, xp, weight: xp.matmul(g, weight),
    weight=lambda g, xp, x: xp.matmul(xp.transpose(_rows(xp, g)), _rows(xp, x)),
    bias=lambda g, xp: xp.sum(_rows(xp, g), axis=0),
)
linear.large = LARGE  # a kernel takes it: compiled code is loaded even if this is the first large op of a program


def _batched_matmul(op: Any, xs: list[Any], has: list[bool], size: int) -> Any:
    """Vectors become matrices, so that every sample is a stack of matrices."""
    row, column = (sample_ndim(x, b) == 1 for x, b in zip(xs, has, strict=True))
    x, y = xs
    x = x[..., None, :] if row else x
    y = y[..., None] if column else y
    out = op.call(*aligned([x, y], has))
    if column:
        out = out[..., 0]
    return out[..., 0, :] if row and not column else out[..., 0] if row else out


def _batched_linear(op: Any, xs: list[Any], has: list[bool], size: int) -> Any:
    """One product for all samples where they share the weight, else one for each."""
    x, weight, bias = (*xs, None)[:3]
    if not any((*has, False)[1:3]):
        return op.call(*xs)
    from ..core.op import tensor_namespace as xp

    row = sample_ndim(x, has[0]) == 1
    x = x[..., None, :] if row else x
    out = xp.matmul(*aligned([x, xp.swapaxes(weight, -1, -2)], has[:2]))
    out = out[..., 0, :] if row else out
    return out if bias is None else xp.add(*aligned([out, bias], [True, has[2]]))


matmul.defbatch(_batched_matmul)
linear.defbatch(_batched_linear)
