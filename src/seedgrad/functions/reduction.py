"""Sums, means, products and tests over dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.dtype import F32, F64
from ..core.tensor import Tensor
from ..ops import reduce as r
from ..ops import select as s
from .arguments import check_tensors, some_axes
from .public import public


def total_type(name: str, input: Tensor, dtype: Any) -> Tensor:
    """The input in the type in which it is added up: the one asked for, or int64 for integers and bools."""
    check_tensors(name, input)
    kind = input.array.dtype
    if dtype is not None:
        wanted = dtypes.to_numpy(dtype)
    elif kind is F32 or kind is F64 or dtypes.category(kind) >= dtypes.FLOAT:
        return input
    else:
        wanted = dtypes.I64
    return input if kind == wanted else s.astype.call(input, kind=wanted)


def need_float(name: str, input: Tensor) -> None:
    """Raise for tensors that hold integers or bools."""
    check_tensors(name, input)
    if not dtypes.differentiable(input.array.dtype):
        raise RuntimeError(
            f"{name}(): the input dtype must be floating point or complex, got {input.dtype}. "
            f"Convert it first: x.float()"
        )


@public(out=True)
def sum(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The sum of the elements: `out = sum x_i`; 0 where there are none.

    Args:
        input: any shape.
        dim: the dimension or dimensions to add up. Default: None, all.
        keepdim: leave them with length 1. Default: False.
        dtype: convert the input first. Default: None; integers and bools become int64.

    Returns:
        The sums, in the shape of the other dimensions.

    Raises:
        IndexError: a dimension is out of range.
        RuntimeError: a dimension appears twice.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([[1.0, 2.0], [3.0, 4.0]])
        >>> x.sum(), x.sum(0)
        (tensor(10.), tensor([4., 6.]))
    """
    input = total_type("sum", input, dtype)
    return r.sum.call(input, axis=None if dim is None else some_axes("sum", input, dim), keepdims=keepdim)


@public(out=True)
def nansum(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The sum of the elements that are not NaN.

    Args:
        input: any shape.
        dim: the dimension or dimensions to add up. Default: None, all.
        keepdim: leave them with length 1. Default: False.
        dtype: convert the input first. Default: None; integers and bools become int64.

    Returns:
        The sums, in the shape of the other dimensions.

    Raises:
        IndexError: a dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.nansum(sg.tensor([1.0, float("nan"), 2.0]))
        tensor(3.)
    """
    input = total_type("nansum", input, dtype)
    return r.sum.call(_without_nan(input), axis=some_axes("nansum", input, dim), keepdims=keepdim)


def _without_nan(input: Tensor) -> Tensor:
    if input.array.dtype.kind == "c":
        raise RuntimeError(f"nansum and nanmean do not support complex inputs, got {input.dtype}")
    if not dtypes.differentiable(input.array.dtype):
        return input
    return s.where.call(s.isnan.call(input), 0.0, input)


@public(out=True)
def mean(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The mean of the elements: `out = sum x_i / n`; NaN where there are none.

    Args:
        input: any shape; floating-point, unless `dtype` is given.
        dim: the dimension or dimensions to average. Default: None, all.
        keepdim: leave them with length 1. Default: False.
        dtype: convert the input first. Default: None.

    Returns:
        The means, in the shape of the other dimensions.

    Raises:
        RuntimeError: the input holds integers; a dimension appears twice.
        IndexError: a dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([[1.0, 2.0], [3.0, 4.0]]).mean(1)
        tensor([1.5000, 3.5000])
    """
    if dtype is not None:
        input = total_type("mean", input, dtype)
    need_float("mean", input)
    return r.mean.call(input, axis=None if dim is None else some_axes("mean", input, dim), keepdims=keepdim)


@public(out=True)
def nanmean(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The mean of the elements that are not NaN.

    Args:
        input: any shape; floating-point.
        dim: the dimension or dimensions to average. Default: None, all.
        keepdim: leave them with length 1. Default: False.
        dtype: convert the input first. Default: None.

    Returns:
        The means, in the shape of the other dimensions.

    Raises:
        RuntimeError: the input holds integers.
        IndexError: a dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.nanmean(sg.tensor([1.0, float("nan"), 2.0]))
        tensor(1.5000)
    """
    need_float("nanmean", input)
    if dtype is not None:
        input = total_type("nanmean", input, dtype)
    axes = some_axes("nanmean", input, dim)
    there = s.astype.call(s.equal.call(input.detach(), input.detach()), kind=input.array.dtype)
    return r.sum.call(_without_nan(input), axis=axes, keepdims=keepdim) / r.sum.call(there, axis=axes, keepdims=keepdim)


@public(out=True)
def prod(input: Tensor, dim: int | None = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The product of the elements: `out = x_1 x_2 ... x_n`; 1 where there are none.

    Args:
        input: any shape.
        dim: the dimension to multiply up. Default: None, all.
        keepdim: leave it with length 1. Default: False.
        dtype: convert the input first. Default: None; integers and bools become int64.

    Returns:
        The products, in the shape of the other dimensions.

    Raises:
        IndexError: the dimension is out of range.
        TypeError: several dimensions.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([[1.0, 2.0], [3.0, 4.0]]).prod(0)
        tensor([3., 8.])
    """
    input = total_type("prod", input, dtype)
    if isinstance(dim, (tuple, list)):
        raise TypeError(f"prod(): argument 'dim' must be int, not {type(dim).__name__}")
    return r.prod.call(input, axis=some_axes("prod", input, dim), keepdims=keepdim)


@public(out=True)
def logsumexp(input: Tensor, dim: Any, keepdim: bool = False) -> Tensor:
    """The logarithm of the sum of exponentials: `out = ln sum exp(x_i)`, without overflow; -inf where there
    are none.

    Args:
        input: any shape.
        dim: the dimension or dimensions to add up.
        keepdim: leave them with length 1. Default: False.

    Returns:
        The logarithms, in the shape of the other dimensions; integers give the default float type.

    Raises:
        IndexError: a dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.logsumexp(sg.tensor([1000.0, 1000.0]), 0)
        tensor(1000.6932)
    """
    return r.logsumexp.call(input, axis=some_axes("logsumexp", input, dim), keepdims=keepdim)


def _test(name: str, op: Any, input: Tensor, dim: Any, keepdim: bool) -> Tensor:
    axes = some_axes(name, input, dim)
    if isinstance(dim, (tuple, list)) and not dim:  # PyTorch tests each element alone here
        out = s.not_equal.call(input, 0)
    else:
        out = op.call(input, axis=axes, keepdims=keepdim)
    # PyTorch keeps uint8, which was its bool once.
    return s.astype.call(out, kind=input.array.dtype) if input.array.dtype == np.uint8 else out


@public(out=True)
def all(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether all elements are not 0; True where there are none.

    Args:
        input: any shape and type.
        dim: the dimension or dimensions to test along. Default: None, all.
        keepdim: leave them with length 1. Default: False.

    Returns:
        bool (uint8 for uint8), in the shape of the other dimensions.

    Raises:
        IndexError: a dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([[True, False], [True, True]]).all(1)
        tensor([False,  True])
    """
    return _test("all", r.all, input, dim, keepdim)


@public(out=True)
def any(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether some element is not 0; False where there are none.

    Args:
        input: any shape and type.
        dim: the dimension or dimensions to test along. Default: None, all.
        keepdim: leave them with length 1. Default: False.

    Returns:
        bool (uint8 for uint8), in the shape of the other dimensions.

    Raises:
        IndexError: a dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([[True, False], [False, False]]).any(1)
        tensor([ True, False])
    """
    return _test("any", r.any, input, dim, keepdim)


@public()
def count_nonzero(input: Tensor, dim: Any = None) -> Tensor:
    """How many elements are not 0.

    Args:
        input: any shape and type.
        dim: the dimension or dimensions to count along. Default: None, all.

    Returns:
        int64, in the shape of the other dimensions.

    Raises:
        IndexError: a dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.count_nonzero(sg.tensor([[0, 1], [2, 3]]), 1)
        tensor([1, 2])
    """
    return r.count_nonzero.call(input, axis=some_axes("count_nonzero", input, dim))
