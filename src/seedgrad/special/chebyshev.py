"""The polynomials of Chebyshev, of all four kinds, on [-1, 1] and on [0, 1]."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from ..functions.forms import with_out
from . import arrays
from .checks import two


@with_out
def chebyshev_polynomial_t(input: Any, n: Any) -> Tensor:
    """The Chebyshev polynomial of the first kind: `out = cos(n a)` at x = cos(a). It has no gradient.

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
        >>> sg.special.chebyshev_polynomial_t(sg.tensor([0.5, 2.0]), 3)
        tensor([-1., 26.])

    Source:
        NIST Digital Library of Mathematical Functions, 18.3
    """
    return arrays.chebyshev_polynomial_t.call(*two("chebyshev_polynomial_t", input, n))


@with_out
def chebyshev_polynomial_u(input: Any, n: Any) -> Tensor:
    """The Chebyshev polynomial of the second kind: `out = sin((n + 1) a) / sin(a)` at x = cos(a). It has no gradient.

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
        >>> sg.special.chebyshev_polynomial_u(sg.tensor([0.5, 2.0]), 3)
        tensor([-1., 56.])

    Source:
        NIST Digital Library of Mathematical Functions, 18.3
    """
    return arrays.chebyshev_polynomial_u.call(*two("chebyshev_polynomial_u", input, n))


@with_out
def chebyshev_polynomial_v(input: Any, n: Any) -> Tensor:
    """The Chebyshev polynomial of the third kind: `out = cos((n + 1/2) a) / cos(a / 2)` at x = cos(a). It has no gradient.

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
        >>> sg.special.chebyshev_polynomial_v(sg.tensor([0.5, 2.0]), 3)
        tensor([-1., 41.])

    Source:
        NIST Digital Library of Mathematical Functions, 18.3
    """
    return arrays.chebyshev_polynomial_v.call(*two("chebyshev_polynomial_v", input, n))


@with_out
def chebyshev_polynomial_w(input: Any, n: Any) -> Tensor:
    """The Chebyshev polynomial of the fourth kind: `out = sin((n + 1/2) a) / sin(a / 2)` at x = cos(a). It has no gradient.

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
        >>> sg.special.chebyshev_polynomial_w(sg.tensor([0.5, 2.0]), 3)
        tensor([-1., 71.])

    Source:
        NIST Digital Library of Mathematical Functions, 18.3
    """
    return arrays.chebyshev_polynomial_w.call(*two("chebyshev_polynomial_w", input, n))


@with_out
def shifted_chebyshev_polynomial_t(input: Any, n: Any) -> Tensor:
    """The Chebyshev polynomial of the first kind, shifted to [0, 1]: `out = T_n(2 x - 1)`. It has no gradient.

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
        >>> sg.special.shifted_chebyshev_polynomial_t(sg.tensor([0.5, 2.0]), 3)
        tensor([-0., 99.])

    Source:
        NIST Digital Library of Mathematical Functions, 18.3
    """
    return arrays.shifted_chebyshev_polynomial_t.call(*two("shifted_chebyshev_polynomial_t", input, n))


@with_out
def shifted_chebyshev_polynomial_u(input: Any, n: Any) -> Tensor:
    """The Chebyshev polynomial of the second kind, shifted to [0, 1]: `out = U_n(2 x - 1)`. It has no gradient.

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
        >>> sg.special.shifted_chebyshev_polynomial_u(sg.tensor([0.5, 2.0]), 3)
        tensor([ -0., 204.])

    Source:
        NIST Digital Library of Mathematical Functions, 18.3
    """
    return arrays.shifted_chebyshev_polynomial_u.call(*two("shifted_chebyshev_polynomial_u", input, n))


@with_out
def shifted_chebyshev_polynomial_v(input: Any, n: Any) -> Tensor:
    """The Chebyshev polynomial of the third kind, shifted to [0, 1]: `out = V_n(2 x - 1)`. It has no gradient.

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
        >>> sg.special.shifted_chebyshev_polynomial_v(sg.tensor([0.5, 2.0]), 3)
        tensor([  1., 169.])

    Source:
        NIST Digital Library of Mathematical Functions, 18.3
    """
    return arrays.shifted_chebyshev_polynomial_v.call(*two("shifted_chebyshev_polynomial_v", input, n))


@with_out
def shifted_chebyshev_polynomial_w(input: Any, n: Any) -> Tensor:
    """The Chebyshev polynomial of the fourth kind, shifted to [0, 1]: `out = W_n(2 x - 1)`. It has no gradient.

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
        >>> sg.special.shifted_chebyshev_polynomial_w(sg.tensor([0.5, 2.0]), 3)
        tensor([ -1., 239.])

    Source:
        NIST Digital Library of Mathematical Functions, 18.3
    """
    return arrays.shifted_chebyshev_polynomial_w.call(*two("shifted_chebyshev_polynomial_w", input, n))
