"""Lengths of vectors and matrices, distances, and what is cut back to a length."""

from __future__ import annotations

import math
import warnings
from typing import Any

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from ..ops import reduce as r
from ..ops import select as s
from .arguments import check_tensors, one_axis, some_axes
from .factorizations import singular_values
from .public import public
from .transposing import movedim


@public(out=True)
def norm(
    input: Tensor, p: float | str | None = "fro", dim: Any = None, keepdim: bool = False, dtype: Any = None
) -> Tensor:
    """The length of a vector: `out = (sum |x_i|^p)^(1/p)`; its derivative at 0 is 0.

    Args:
        input: any shape; floating-point.
        p: which norm: inf is the largest |x|, -inf the smallest, 0 counts the non-zeros, "fro" is 2; "nuc", the sum of
            the singular values, is a norm of matrices. Default: "fro".
        dim: the dimension or dimensions that hold a vector. Default: None, all.
        keepdim: leave them with length 1. Default: False.
        dtype: convert the input first, to a type at least as wide. Default: None.

    Returns:
        The norms, not negative, in the shape of the other dimensions.

    Raises:
        RuntimeError: the input holds integers; an unknown or complex p; the largest of no elements is asked for; "fro"
            of more than two dimensions, "nuc" of other than two; `dtype` is narrower than the input.
        IndexError: a dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.norm(sg.tensor([[3.0, 4.0], [6.0, 8.0]]), dim=1)
        tensor([ 5., 10.])
    """
    check_tensors("norm", input)
    kind = input.array.dtype
    if not dtypes.differentiable(kind):
        raise RuntimeError(
            f"norm(): Expected a floating point or complex tensor as input, got {input.dtype}: x.float()"
        )
    if isinstance(p, str) and p not in ("fro", "nuc"):
        raise RuntimeError(f"norm: the order {p!r} is not supported; p is a number, 'fro' or 'nuc'")
    if isinstance(p, complex):
        raise RuntimeError(f"norm: Expected a non-complex scalar as the order of norm, got {p}")
    if p == "nuc" and input.ndim < 2:
        raise RuntimeError(
            f"norm: 'nuc' is a norm of matrices, so dim must be a 2-tuple; the shape is {tuple(input.shape)}"
        )
    axes = some_axes("norm", input, dim)
    if p == "fro" and isinstance(axes, tuple) and len(axes) > 2:
        raise RuntimeError(f"norm: dim must be one or two dimensions for p='fro', got {dim}")
    if dtype is not None:
        input = _widened(input, dtype)
    if p == "nuc":
        return _sum_of_singular_values("norm", input, axes, keepdim)
    order = 2.0 if p is None or isinstance(p, str) else float(p)
    return length_of("norm", input, order, axes, keepdim)


def _widened(input: Tensor, dtype: Any) -> Tensor:
    have, kind = input.array.dtype, dtypes.to_numpy(dtype)
    if dtypes.promote_types(have, kind) != kind:
        raise RuntimeError(
            f"norm: the dtype of the input ({input.dtype}) should be convertible without narrowing to the specified "
            f"dtype ({dtypes.from_numpy(kind)})"
        )
    return input if kind == have else s.astype.call(input, kind=kind)


def sizes(x: Tensor) -> Tensor:
    """What a norm is computed on: complex numbers count by their absolute values."""
    return x.abs() if x.array.dtype.kind == "c" else x


def length_of(name: str, x: Tensor, p: float, axes: Any, keepdim: bool) -> Tensor:
    if (p < 0 or p == math.inf) and r.length(x.array.shape, axes) == 0:
        raise RuntimeError(f"{name}: the {p} norm of no elements is not defined, got the shape {x.array.shape}")
    return r.norm.call(sizes(x), p=p, axis=axes, keepdims=keepdim)


def _sum_of_singular_values(name: str, x: Tensor, axes: Any, keepdim: bool) -> Tensor:
    """Of the matrices that lie in two dimensions."""
    axes = tuple(range(x.ndim)) if axes is None else axes
    if not isinstance(axes, tuple) or len(axes) != 2:
        raise RuntimeError(
            f"{name}: 'nuc' is a norm of matrices, so dim must be a 2-tuple, got {axes} for the shape {tuple(x.shape)}"
        )
    out = singular_values(movedim(x, axes, (-2, -1))).sum(-1)
    if keepdim:
        for axis in sorted(axes):
            out = out.unsqueeze(axis)
    return out


@public(method=False, out=True)
def nuclear_norm(input: Tensor, dim: Any = (-2, -1), keepdim: bool = False) -> Tensor:
    """The sum of the singular values of matrices. Deprecated: use `linalg.matrix_norm`.

    Args:
        input: at least two dimensions; floating-point.
        dim: the two dimensions that hold a matrix. Default: the last two.
        keepdim: leave them with length 1. Default: False.

    Returns:
        The norms, in the shape of the other dimensions.

    Raises:
        RuntimeError: there are not two dimensions; the input holds integers.
        IndexError: a dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> import warnings; warnings.simplefilter("ignore")
        >>> sg.nuclear_norm(sg.tensor([[3.0, 0.0], [0.0, -4.0]]))
        tensor(7.)
    """
    warnings.warn("nuclear_norm is deprecated: use linalg.matrix_norm(x, 'nuc')", UserWarning, stacklevel=2)
    return norm(input, "nuc", dim, keepdim)


@public(method=False, out=True)
def frobenius_norm(input: Tensor, dim: Any, keepdim: bool = False) -> Tensor:
    """The root of the sum of squares over one or two dimensions. Deprecated: use `linalg.norm`.

    Args:
        input: any shape; floating-point.
        dim: the dimension or dimensions; all for an empty tuple.
        keepdim: leave them with length 1. Default: False.

    Returns:
        The norms, in the shape of the other dimensions.

    Raises:
        RuntimeError: more than two dimensions; the input holds integers.
        IndexError: a dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> import warnings; warnings.simplefilter("ignore")
        >>> sg.frobenius_norm(sg.tensor([[3.0, 4.0], [6.0, 8.0]]), 1)
        tensor([ 5., 10.])
    """
    warnings.warn("frobenius_norm is deprecated: use norm(x) or linalg.norm(x)", UserWarning, stacklevel=2)
    axes = some_axes("frobenius_norm", input, dim)
    if isinstance(axes, tuple) and len(axes) > 2:
        raise RuntimeError(f"frobenius_norm: Expected at most 2 dimensions, but got {len(axes)} dimensions instead")
    return norm(input, 2.0, dim, keepdim)


@public()
def dist(input: Tensor, other: Tensor, p: float = 2) -> Tensor:
    """The distance of two tensors: `out = (sum |x_i - y_i|^p)^(1/p)`.

    Args:
        input: any shape.
        other: a shape that broadcasts with it.
        p: which norm, as in `norm`. Default: 2.

    Returns:
        A 0-d tensor.

    Raises:
        RuntimeError: the shapes can't be broadcast; both hold integers; the largest of no elements is asked for.

    Example:
        >>> import seedgrad as sg
        >>> sg.dist(sg.tensor([1.0, 2.0]), sg.tensor([4.0, 6.0]))
        tensor(5.)
    """
    check_tensors("dist", input, other)
    away = input - other
    if not dtypes.differentiable(away.array.dtype):
        raise RuntimeError(f"dist(): input dtype should be either floating point or complex, got {away.dtype} instead")
    return length_of("dist", away, float(p), None, False)


@public(inplace=True, out=True)
def renorm(input: Tensor, p: float, dim: int, maxnorm: float) -> Tensor:
    """Scale each slice along a dimension whose p-norm exceeds maxnorm down to it: `out = x min(1, maxnorm / |x|)`.

    Args:
        input: at least two dimensions; floating-point.
        p: which norm, > 0.
        dim: the dimension whose slices are scaled.
        maxnorm: the largest norm, >= 0.

    Returns:
        The slices, in the input's shape.

    Raises:
        RuntimeError: p <= 0, maxnorm < 0, fewer than two dimensions, or integers.
        IndexError: the dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.renorm(sg.tensor([[3.0, 4.0], [0.3, 0.4]]), 2, 0, 1)
        tensor([[0.6000, 0.8000],
                [0.3000, 0.4000]])
    """
    check_tensors("renorm", input)
    if isinstance(p, complex) or p <= 0:
        raise RuntimeError(f"renorm: non-positive-norm not supported, got p={p}")
    if maxnorm < 0:
        raise RuntimeError(f"renorm: expected maxnorm to be >= 0 but got {maxnorm}")
    if input.array.ndim < 2:
        raise RuntimeError(f"renorm: input needs at least 2 dimensions, got the shape {input.array.shape}")
    if not dtypes.differentiable(input.array.dtype):
        raise RuntimeError(f"renorm: Expected a floating point or complex tensor as input, got {input.dtype}")
    axis = one_axis("renorm", input, dim)
    others = tuple(a for a in range(input.array.ndim) if a != axis)
    wide = input if input.array.dtype.itemsize > 2 else s.astype.call(input, kind=dtypes.F32)
    if not input.array.size:
        return s.copy.call(input)
    size = length_of("renorm", wide, float(p), others, True)
    # PyTorch keeps the quotient from the rounding of the norm by 1e-7.
    scale = s.where.call(size > maxnorm, maxnorm / (size + 1e-7), 1.0)
    return input * (scale if wide is input else s.astype.call(scale, kind=input.array.dtype))
