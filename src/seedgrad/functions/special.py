"""The error function, the gamma function, the logistic function and their relatives."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from ..ops import special as ops
from ..ops.select import clip
from .public import public


@public(inplace=True, out=True)
def erf(input: Tensor) -> Tensor:
    """The error function: `out = 2/sqrt(pi) * integral of exp(-t^2) from 0 to x`.

    Args:
        input: any shape.

    Returns:
        Numbers in [-1, 1], in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.erf(sg.tensor([0.0, 1.0]))
        tensor([0.0000, 0.8427])
    """
    return ops.erf.call(input)


@public(inplace=True, out=True)
def erfc(input: Tensor) -> Tensor:
    """The complement of the error function: `out = 1 - erf(x)`, accurate for large x.

    Args:
        input: any shape.

    Returns:
        Numbers in [0, 2], in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.erfc(sg.tensor([0.0, 1.0]))
        tensor([1.0000, 0.1573])
    """
    return ops.erfc.call(input)


@public(inplace=True, out=True)
def erfinv(input: Tensor) -> Tensor:
    """The inverse of the error function: `erf(out) = x`.

    Args:
        input: any shape; in [-1, 1], NaN elsewhere.

    Returns:
        Real numbers, inf at the ends, in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.erfinv(sg.tensor([0.0, 0.5]))
        tensor([0.0000, 0.4769])
    """
    return ops.erfinv.call(input)


@public(inplace=True, out=True)
def lgamma(input: Tensor) -> Tensor:
    """The logarithm of the gamma function: `out = ln |gamma(x)|`.

    Args:
        input: any shape.

    Returns:
        Real numbers, inf at 0 and the negative integers, in the input's shape; integers give the default
        float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.lgamma(sg.tensor([1.0, 4.0]))
        tensor([0.0000, 1.7918])
    """
    return ops.lgamma.call(input)


@public(inplace=True, out=True)
def digamma(input: Tensor) -> Tensor:
    """The derivative of `lgamma`: `out = gamma'(x) / gamma(x)`.

    Args:
        input: any shape.

    Returns:
        Real numbers, NaN at the negative integers, in the input's shape; integers give the default float
        type.

    Example:
        >>> import seedgrad as sg
        >>> sg.digamma(sg.tensor([1.0, 4.0]))
        tensor([-0.5772,  1.2561])
    """
    return ops.digamma.call(input)


@public(inplace=True, out=True)
def sigmoid(input: Tensor) -> Tensor:
    """The logistic function: `out = 1 / (1 + exp(-x))`.

    Args:
        input: any shape.

    Returns:
        Numbers in [0, 1], in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.sigmoid(sg.tensor([0.0, 2.0]))
        tensor([0.5000, 0.8808])
    """
    return ops.sigmoid.call(input)


@public(inplace=True, out=True)
def logit(input: Tensor, eps: float | None = None) -> Tensor:
    """The inverse of the logistic function: `out = ln(x / (1 - x))`.

    Args:
        input: any shape; in [0, 1], NaN elsewhere.
        eps: hold the input between eps and 1 - eps first. Default: None, do not.

    Returns:
        Real numbers, inf at the ends, in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.logit(sg.tensor([0.5, 0.75]))
        tensor([0.0000, 1.0986])
    """
    return ops.logit.call(input if eps is None else clip.call(input, eps, 1 - eps))


@public(inplace=True, out=True)
def xlogy(input: Any, other: Any) -> Tensor:
    """A number times a logarithm: `out = x ln(y)`, and 0 where x is 0, whatever y is.

    Args:
        input: any shape, or a number.
        other: a tensor that broadcasts with it, or a number; not negative, NaN elsewhere.

    Returns:
        The products, in the broadcast shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.xlogy(sg.tensor([0.0, 2.0]), sg.tensor([0.0, 1.0]))
        tensor([0., 0.])
    """
    return ops.xlogy.call(input, other)
