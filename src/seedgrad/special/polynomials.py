"""The polynomials of Hermite, Laguerre and Legendre."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from ..functions.forms import with_out
from . import arrays
from .checks import two


@with_out
def hermite_polynomial_h(input: Any, n: Any) -> Tensor:
    """The physicists' Hermite polynomial: `H_(n+1) = 2 x H_n - 2 n H_(n-1)`. It has no gradient.

    Args:
        input: x: any shape, or a number.
        n: the degree, a tensor that broadcasts with it, or a number; fractions are cut off, and less than 0 gives 0.

    Returns:
        In the broadcast shape; integers give the default float type.

    Raises:
        TypeError: neither is a tensor.
        NotImplementedError: one of the two is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.hermite_polynomial_h(sg.tensor([0.5, 2.0]), 3)
        tensor([-5., 40.])

    Source:
        NIST Digital Library of Mathematical Functions, 18.3
    """
    return arrays.hermite_polynomial_h.call(*two("hermite_polynomial_h", input, n))


@with_out
def hermite_polynomial_he(input: Any, n: Any) -> Tensor:
    """The probabilists' Hermite polynomial: `He_(n+1) = x He_n - n He_(n-1)`. It has no gradient.

    Args:
        input: x: any shape, or a number.
        n: the degree, a tensor that broadcasts with it, or a number; fractions are cut off, and less than 0 gives 0.

    Returns:
        In the broadcast shape; integers give the default float type.

    Raises:
        TypeError: neither is a tensor.
        NotImplementedError: one of the two is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.hermite_polynomial_he(sg.tensor([0.5, 2.0]), 3)
        tensor([-1.3750,  2.0000])

    Source:
        NIST Digital Library of Mathematical Functions, 18.3
    """
    return arrays.hermite_polynomial_he.call(*two("hermite_polynomial_he", input, n))


@with_out
def laguerre_polynomial_l(input: Any, n: Any) -> Tensor:
    """The Laguerre polynomial: `(n + 1) L_(n+1) = (2 n + 1 - x) L_n - n L_(n-1)`. It has no gradient.

    Args:
        input: x: any shape, or a number.
        n: the degree, a tensor that broadcasts with it, or a number; fractions are cut off, and less than 0 gives 0.

    Returns:
        In the broadcast shape; integers give the default float type.

    Raises:
        TypeError: neither is a tensor.
        NotImplementedError: one of the two is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.laguerre_polynomial_l(sg.tensor([0.5, 2.0]), 3)
        tensor([-0.1458, -0.3333])

    Source:
        NIST Digital Library of Mathematical Functions, 18.3
    """
    return arrays.laguerre_polynomial_l.call(*two("laguerre_polynomial_l", input, n))


@with_out
def legendre_polynomial_p(input: Any, n: Any) -> Tensor:
    """The Legendre polynomial: `(n + 1) P_(n+1) = (2 n + 1) x P_n - n P_(n-1)`. It has no gradient.

    Args:
        input: x: any shape, or a number.
        n: the degree, a tensor that broadcasts with it, or a number; fractions are cut off, and less than 0 gives 0.

    Returns:
        In the broadcast shape; integers give the default float type.

    Raises:
        TypeError: neither is a tensor.
        NotImplementedError: one of the two is complex, or has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.legendre_polynomial_p(sg.tensor([0.5, 2.0]), 3)
        tensor([-0.4375, 17.0000])

    Source:
        NIST Digital Library of Mathematical Functions, 18.3
    """
    return arrays.legendre_polynomial_p.call(*two("legendre_polynomial_p", input, n))
