"""Bessel and Airy functions. Those of the first kind that are modified have gradients, the others, as in PyTorch, none."""

from __future__ import annotations

from ..core.tensor import Tensor
from ..functions.forms import with_out
from ..ops import bessel as ops
from . import arrays
from .checks import one


@with_out
def airy_ai(input: Tensor) -> Tensor:
    """Airy's function Ai, a solution of `y'' = x y`. It has no gradient.

    Args:
        input: any shape.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.airy_ai(sg.tensor([0.5, 2.0]))
        tensor([0.2317, 0.0349])

    Source:
        NIST Digital Library of Mathematical Functions, 9.2
    """
    return arrays.airy_ai.call(one("airy_ai", input))


@with_out
def bessel_j0(input: Tensor) -> Tensor:
    """The Bessel function of the first kind of order 0. It has no gradient.

    Args:
        input: any shape.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.bessel_j0(sg.tensor([0.5, 2.0]))
        tensor([0.9385, 0.2239])

    Source:
        NIST Digital Library of Mathematical Functions, 10.2
    """
    return arrays.bessel_j0.call(one("bessel_j0", input))


@with_out
def bessel_j1(input: Tensor) -> Tensor:
    """The Bessel function of the first kind of order 1. It has no gradient.

    Args:
        input: any shape.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.bessel_j1(sg.tensor([0.5, 2.0]))
        tensor([0.2423, 0.5767])

    Source:
        NIST Digital Library of Mathematical Functions, 10.2
    """
    return arrays.bessel_j1.call(one("bessel_j1", input))


@with_out
def bessel_y0(input: Tensor) -> Tensor:
    """The Bessel function of the second kind of order 0. It has no gradient.

    Args:
        input: any shape; positive, -inf at 0 and NaN below.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.bessel_y0(sg.tensor([0.5, 2.0]))
        tensor([-0.4445,  0.5104])

    Source:
        NIST Digital Library of Mathematical Functions, 10.2
    """
    return arrays.bessel_y0.call(one("bessel_y0", input))


@with_out
def bessel_y1(input: Tensor) -> Tensor:
    """The Bessel function of the second kind of order 1. It has no gradient.

    Args:
        input: any shape; positive, -inf at 0 and NaN below.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.bessel_y1(sg.tensor([0.5, 2.0]))
        tensor([-1.4715, -0.1070])

    Source:
        NIST Digital Library of Mathematical Functions, 10.2
    """
    return arrays.bessel_y1.call(one("bessel_y1", input))


@with_out
def i0e(input: Tensor) -> Tensor:
    """The modified Bessel function of the first kind of order 0, scaled: `out = exp(-|x|) i0(x)`.

    Args:
        input: any shape.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.i0e(sg.tensor([0.5, 2.0]))
        tensor([0.6450, 0.3085])
    """
    return ops.i0e.call(input)


@with_out
def i1(input: Tensor) -> Tensor:
    """The modified Bessel function of the first kind of order 1: the derivative of `i0`.

    Args:
        input: any shape.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.i1(sg.tensor([0.5, 2.0]))
        tensor([0.2579, 1.5906])

    Source:
        NIST Digital Library of Mathematical Functions, 10.25
    """
    return ops.i1.call(input)


@with_out
def i1e(input: Tensor) -> Tensor:
    """The modified Bessel function of the first kind of order 1, scaled: `out = exp(-|x|) i1(x)`.

    Args:
        input: any shape.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.i1e(sg.tensor([0.5, 2.0]))
        tensor([0.1564, 0.2153])
    """
    return ops.i1e.call(input)
