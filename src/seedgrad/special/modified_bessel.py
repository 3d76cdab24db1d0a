"""Modified Bessel functions without gradients, and the spherical one."""

from __future__ import annotations

from ..core.tensor import Tensor
from ..functions.forms import with_out
from . import arrays
from .checks import one


@with_out
def modified_bessel_i0(input: Tensor) -> Tensor:
    """The modified Bessel function of the first kind of order 0. `i0` is the same with a gradient.

    Args:
        input: any shape.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.modified_bessel_i0(sg.tensor([0.5, 2.0]))
        tensor([1.0635, 2.2796])

    Source:
        NIST Digital Library of Mathematical Functions, 10.25
    """
    return arrays.modified_bessel_i0.call(one("modified_bessel_i0", input))


@with_out
def modified_bessel_i1(input: Tensor) -> Tensor:
    """The modified Bessel function of the first kind of order 1. `i1` is the same with a gradient.

    Args:
        input: any shape.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.modified_bessel_i1(sg.tensor([0.5, 2.0]))
        tensor([0.2579, 1.5906])

    Source:
        NIST Digital Library of Mathematical Functions, 10.25
    """
    return arrays.modified_bessel_i1.call(one("modified_bessel_i1", input))


@with_out
def modified_bessel_k0(input: Tensor) -> Tensor:
    """The modified Bessel function of the second kind of order 0. It has no gradient.

    Args:
        input: any shape; positive, inf at 0 and NaN below.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.modified_bessel_k0(sg.tensor([0.5, 2.0]))
        tensor([0.9244, 0.1139])

    Source:
        NIST Digital Library of Mathematical Functions, 10.25
    """
    return arrays.modified_bessel_k0.call(one("modified_bessel_k0", input))


@with_out
def modified_bessel_k1(input: Tensor) -> Tensor:
    """The modified Bessel function of the second kind of order 1. It has no gradient.

    Args:
        input: any shape; positive, inf at 0 and NaN below.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.modified_bessel_k1(sg.tensor([0.5, 2.0]))
        tensor([1.6564, 0.1399])

    Source:
        NIST Digital Library of Mathematical Functions, 10.25
    """
    return arrays.modified_bessel_k1.call(one("modified_bessel_k1", input))


@with_out
def scaled_modified_bessel_k0(input: Tensor) -> Tensor:
    """The modified Bessel function of the second kind of order 0, scaled: `out = exp(x) k0(x)`.

    Args:
        input: any shape; positive, inf at 0 and NaN below. It has no gradient.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.scaled_modified_bessel_k0(sg.tensor([0.5, 2.0]))
        tensor([1.5241, 0.8416])
    """
    return arrays.scaled_modified_bessel_k0.call(one("scaled_modified_bessel_k0", input))


@with_out
def scaled_modified_bessel_k1(input: Tensor) -> Tensor:
    """The modified Bessel function of the second kind of order 1, scaled: `out = exp(x) k1(x)`.

    Args:
        input: any shape; positive, inf at 0 and NaN below. It has no gradient.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.scaled_modified_bessel_k1(sg.tensor([0.5, 2.0]))
        tensor([2.7310, 1.0335])
    """
    return arrays.scaled_modified_bessel_k1.call(one("scaled_modified_bessel_k1", input))


@with_out
def spherical_bessel_j0(input: Tensor) -> Tensor:
    """The spherical Bessel function of the first kind of order 0: `out = sin(x) / x`. It has no gradient.

    Args:
        input: any shape.

    Returns:
        In the input's shape; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: the input is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.spherical_bessel_j0(sg.tensor([0.5, 2.0]))
        tensor([0.9589, 0.4546])

    Source:
        NIST Digital Library of Mathematical Functions, 10.49
    """
    return arrays.spherical_bessel_j0.call(one("spherical_bessel_j0", input))
