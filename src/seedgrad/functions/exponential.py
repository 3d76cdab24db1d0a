"""Exponentials, logarithms and roots of each element."""

from __future__ import annotations

from ..core.tensor import Tensor
from ..ops import floats
from ..ops import transcendental as ops
from .arguments import check_floats
from .public import public


@public(inplace=True, out=True)
def exp(input: Tensor) -> Tensor:
    """e to the power of each element: `out = exp(x)`.

    Args:
        input: any shape.

    Returns:
        Positive numbers, inf above 88.7 in float32, in the input's shape; integers give the default float
        type.

    Example:
        >>> import seedgrad as sg
        >>> sg.exp(sg.tensor([0.0, 1.0]))
        tensor([1.0000, 2.7183])
    """
    return ops.exp.call(input)


@public(inplace=True, out=True)
def exp2(input: Tensor) -> Tensor:
    """2 to the power of each element: `out = 2^x`.

    Args:
        input: any shape.

    Returns:
        Positive numbers, in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.exp2(sg.tensor([0.0, 3.0]))
        tensor([1., 8.])
    """
    return ops.exp2.call(input)


@public(inplace=True, out=True)
def expm1(input: Tensor) -> Tensor:
    """The exponential less one: `out = exp(x) - 1`, accurate also near 0.

    Args:
        input: any shape.

    Returns:
        Numbers above -1, in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.expm1(sg.tensor([0.0, 1e-6]))
        tensor([0.0000e+00, 1.0000e-06])
    """
    return ops.expm1.call(input)


@public(inplace=True, out=True)
def log(input: Tensor) -> Tensor:
    """The natural logarithm: `out = ln(x)`.

    Args:
        input: any shape; positive, 0 gives -inf and negative numbers NaN.

    Returns:
        The logarithms, in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.log(sg.tensor([1.0, 10.0]))
        tensor([0.0000, 2.3026])
    """
    return ops.log.call(input)


@public(inplace=True, out=True)
def log2(input: Tensor) -> Tensor:
    """The logarithm to base 2: `out = log2(x)`.

    Args:
        input: any shape; positive, 0 gives -inf and negative numbers NaN.

    Returns:
        The logarithms, in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.log2(sg.tensor([1.0, 8.0]))
        tensor([0., 3.])
    """
    return ops.log2.call(input)


@public(inplace=True, out=True)
def log10(input: Tensor) -> Tensor:
    """The logarithm to base 10: `out = log10(x)`.

    Args:
        input: any shape; positive, 0 gives -inf and negative numbers NaN.

    Returns:
        The logarithms, in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.log10(sg.tensor([1.0, 10.0]))
        tensor([0., 1.])
    """
    return ops.log10.call(input)


@public(inplace=True, out=True)
def log1p(input: Tensor) -> Tensor:
    """The logarithm of one more: `out = ln(1 + x)`, accurate also near 0.

    Args:
        input: any shape; above -1, -1 gives -inf.

    Returns:
        The logarithms, in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.log1p(sg.tensor([0.0, 1e-6]))
        tensor([0.0000e+00, 1.0000e-06])
    """
    return ops.log1p.call(input)


@public(inplace=True, out=True)
def sqrt(input: Tensor) -> Tensor:
    """The square root: `out = x^(1/2)`; its derivative at 0 is inf.

    Args:
        input: any shape; not negative, NaN elsewhere.

    Returns:
        The roots, not negative, in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.sqrt(sg.tensor([4.0, 2.0]))
        tensor([2.0000, 1.4142])
    """
    return ops.sqrt.call(input)


@public(inplace=True, out=True)
def rsqrt(input: Tensor) -> Tensor:
    """One over the square root: `out = x^(-1/2)`.

    Args:
        input: any shape; positive, 0 gives inf and negative numbers NaN.

    Returns:
        Positive numbers, in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.rsqrt(sg.tensor([4.0, 0.25]))
        tensor([0.5000, 2.0000])
    """
    return ops.rsqrt.call(input)


@public(out=True)
def logaddexp(input: Tensor, other: Tensor) -> Tensor:
    """The logarithm of the sum of two exponentials: `out = ln(exp(x) + exp(y))`, without overflow.

    Args:
        input: any shape; floating-point.
        other: a tensor that broadcasts with it; floating-point.

    Returns:
        The logarithms, in the broadcast shape.

    Raises:
        TypeError: one of the two is not a tensor.
        NotImplementedError: both hold integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.logaddexp(sg.tensor([0.0, 100.0]), sg.tensor([0.0, 1.0]))
        tensor([  0.6931, 100.0000])
    """
    check_floats("logaddexp", input, other)
    return ops.logaddexp.call(input, other)


@public(out=True)
def logaddexp2(input: Tensor, other: Tensor) -> Tensor:
    """The logarithm to base 2 of the sum of two powers of 2: `out = log2(2^x + 2^y)`, without overflow.

    Args:
        input: any shape; floating-point.
        other: a tensor that broadcasts with it; floating-point.

    Returns:
        The logarithms, in the broadcast shape.

    Raises:
        TypeError: one of the two is not a tensor.
        NotImplementedError: both hold integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.logaddexp2(sg.tensor([0.0, 100.0]), sg.tensor([0.0, 1.0]))
        tensor([  1., 100.])
    """
    check_floats("logaddexp2", input, other)
    return floats.logaddexp2.call(input, other)
