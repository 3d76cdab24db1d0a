"""The normal distribution, entropy, and zeta."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from ..functions.forms import with_out
from ..ops import gamma, normal
from .checks import one, two


@with_out
def erfcx(input: Tensor) -> Tensor:
    """The complement of the error function, scaled: `out = exp(x^2) erfc(x)`.

    Args:
        input: any shape.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.erfcx(sg.tensor([0.5, 2.0]))
        tensor([0.6157, 0.2554])
    """
    return normal.erfcx.call(one("erfcx", input))


@with_out
def ndtr(input: Tensor) -> Tensor:
    """The normal distribution: `out = the integral of exp(-t^2 / 2) / sqrt(2 pi) from -inf to x`.

    Args:
        input: any shape.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.ndtr(sg.tensor([0.5, 2.0]))
        tensor([0.6915, 0.9772])
    """
    return normal.ndtr.call(input)


@with_out
def ndtri(input: Tensor) -> Tensor:
    """The inverse of the normal distribution: `ndtr(out) = x`.

    Args:
        input: any shape; in [0, 1], NaN elsewhere.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.ndtri(sg.tensor([0.5, 0.975]))
        tensor([0.0000, 1.9600])
    """
    return normal.ndtri.call(one("ndtri", input))


@with_out
def log_ndtr(input: Tensor) -> Tensor:
    """The logarithm of the normal distribution, without underflow: `out = ln(ndtr(x))`.

    Args:
        input: any shape.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.log_ndtr(sg.tensor([0.0, -20.0]))
        tensor([  -0.6931, -203.9172])
    """
    return normal.log_ndtr.call(one("log_ndtr", input))


@with_out
def entr(input: Tensor) -> Tensor:
    """A term of the entropy: `out = -x ln(x)`, 0 at 0 and -inf below.

    Args:
        input: any shape.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.entr(sg.tensor([0.5, 2.0]))
        tensor([ 0.3466, -1.3863])
    """
    return normal.entr.call(input)


@with_out
def xlog1py(input: Any, other: Any) -> Tensor:
    """A number times a logarithm: `out = x ln(1 + y)`, and 0 where x is 0, whatever y is.

    Args:
        input: x: any shape, or a number.
        other: y: a tensor that broadcasts with it, or a number; at least -1, NaN elsewhere.

    Returns:
        In the broadcast shape; integers give the default float type.

    Raises:
        TypeError: neither is a tensor.
        NotImplementedError: one of the two is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.xlog1py(sg.tensor([0.0, 2.0]), sg.tensor([-1.0, 1.0]))
        tensor([0.0000, 1.3863])
    """
    return normal.xlog1py.call(*two("xlog1py", input, other, half=True))


@with_out
def zeta(input: Any, other: Any) -> Tensor:
    """The Hurwitz zeta function: `out = the sum of 1 / (k + q)^x over k = 0, 1, 2, ...`.

    Args:
        input: x: any shape, or a number; more than 1. It has no gradient.
        other: q: a tensor that broadcasts with it, or a number.

    Returns:
        In the broadcast shape; integers give the default float type.

    Raises:
        TypeError: neither is a tensor.
        NotImplementedError: one of the two is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.zeta(sg.tensor([2.0, 4.0]), 1)
        tensor([1.6449, 1.0823])

    Source:
        NIST Digital Library of Mathematical Functions, 25.11
    """
    return gamma.zeta.call(*two("zeta", input, other))
