"""Variances and standard deviations over dimensions."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from ..ops import complex as c
from ..ops import reduce as r
from .arguments import some_axes
from .public import public
from .reduction import need_float


def _spread(
    name: str, op: Any, input: Tensor, dim: Any, unbiased: bool | None, correction: Any, keepdim: bool
) -> tuple[Tensor, Any]:
    """The variance or its root, and the axes; `dim` may be `unbiased`, as in PyTorch's short form."""
    need_float(name, input)
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if unbiased is not None:
        if correction is not None:
            raise TypeError(
                f"{name}() takes either unbiased or correction, got unbiased={unbiased}, correction={correction}"
            )
        correction = int(unbiased)
    axes = some_axes(name, input, dim)
    settings = {"axis": axes, "correction": 1 if correction is None else correction, "keepdims": keepdim}
    if input.array.dtype.kind != "c":
        return op.call(input, **settings), axes
    # The mean of |z - mean|^2: that of the real parts plus that of the imaginary ones.
    out = r.var.call(c.real.call(input), **settings) + r.var.call(c.imag.call(input), **settings)
    return out if op is r.var else out.sqrt(), axes


@public(out=True)
def var(
    input: Tensor,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> Tensor:
    """The variance: `out = sum (x_i - mean)^2 / (n - correction)`.

    Args:
        input: any shape; floating-point.
        dim: the dimension or dimensions to reduce. Default: None, all.
        unbiased: True is correction 1, False is correction 0. Default: None.
        keepdim: leave them with length 1. Default: False.
        correction: what is taken from the number n of elements. Default: 1, as in an estimate from a sample.

    Returns:
        The variances, in the shape of the other dimensions; NaN or inf where n does not exceed the
        correction.

    Raises:
        RuntimeError: the input holds integers.
        IndexError: a dimension is out of range.
        TypeError: both unbiased and correction are given.

    Example:
        >>> import seedgrad as sg
        >>> sg.var(sg.tensor([1.0, 2.0, 3.0, 4.0]), correction=0)
        tensor(1.2500)
    """
    return _spread("var", r.var, input, dim, unbiased, correction, keepdim)[0]


@public(out=True)
def std(
    input: Tensor,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> Tensor:
    """The standard deviation: `out = (sum (x_i - mean)^2 / (n - correction))^(1/2)`; its derivative at 0 is
    0.

    Args:
        input: any shape; floating-point.
        dim: the dimension or dimensions to reduce. Default: None, all.
        unbiased: True is correction 1, False is correction 0. Default: None.
        keepdim: leave them with length 1. Default: False.
        correction: what is taken from the number n of elements. Default: 1, as in an estimate from a sample.

    Returns:
        The deviations, in the shape of the other dimensions; NaN or inf where n does not exceed the
        correction.

    Raises:
        RuntimeError: the input holds integers.
        IndexError: a dimension is out of range.
        TypeError: both unbiased and correction are given.

    Example:
        >>> import seedgrad as sg
        >>> sg.std(sg.tensor([1.0, 3.0]), correction=0)
        tensor(1.)
    """
    return _spread("std", r.std, input, dim, unbiased, correction, keepdim)[0]


@public(method=False, out=True)
def var_mean(
    input: Tensor,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Tensor, Tensor]:
    """The variance and the mean: see `var`.

    Args:
        input: any shape; floating-point.
        dim: the dimension or dimensions to reduce. Default: None, all.
        unbiased: True is correction 1, False is correction 0. Default: None.
        keepdim: leave them with length 1. Default: False.
        correction: what is taken from the number n of elements. Default: 1.

    Returns:
        Both, in the shape of the other dimensions.

    Raises:
        RuntimeError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.var_mean(sg.tensor([1.0, 3.0]), correction=0)
        (tensor(1.), tensor(2.))
    """
    spread, axes = _spread("var_mean", r.var, input, dim, unbiased, correction, keepdim)
    return spread, r.mean.call(input, axis=axes, keepdims=keepdim)


@public(method=False, out=True)
def std_mean(
    input: Tensor,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Tensor, Tensor]:
    """The standard deviation and the mean: see `std`.

    Args:
        input: any shape; floating-point.
        dim: the dimension or dimensions to reduce. Default: None, all.
        unbiased: True is correction 1, False is correction 0. Default: None.
        keepdim: leave them with length 1. Default: False.
        correction: what is taken from the number n of elements. Default: 1.

    Returns:
        Both, in the shape of the other dimensions.

    Raises:
        RuntimeError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.std_mean(sg.tensor([1.0, 3.0]), correction=0)
        (tensor(1.), tensor(2.))
    """
    spread, axes = _spread("std_mean", r.std, input, dim, unbiased, correction, keepdim)
    return spread, r.mean.call(input, axis=axes, keepdims=keepdim)
