"""Circular and hyperbolic functions of each element, and their inverses."""

from __future__ import annotations

from ..core.tensor import Tensor
from ..ops import transcendental as ops
from .arguments import check_floats, check_tensors
from .public import public


@public(inplace=True, out=True)
def sin(input: Tensor) -> Tensor:
    """The sine: `out = sin(x)`.

    Args:
        input: any shape; radians.

    Returns:
        Numbers in [-1, 1], in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.sin(sg.tensor([0.0, 1.5707964]))
        tensor([0., 1.])
    """
    return ops.sin.call(input)


@public(inplace=True, out=True)
def cos(input: Tensor) -> Tensor:
    """The cosine: `out = cos(x)`.

    Args:
        input: any shape; radians.

    Returns:
        Numbers in [-1, 1], in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.cos(sg.tensor([0.0, 1.0]))
        tensor([1.0000, 0.5403])
    """
    return ops.cos.call(input)


@public(inplace=True, out=True)
def tan(input: Tensor) -> Tensor:
    """The tangent: `out = sin(x) / cos(x)`.

    Args:
        input: any shape; radians.

    Returns:
        The tangents, in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.tan(sg.tensor([0.0, 1.0]))
        tensor([0.0000, 1.5574])
    """
    return ops.tan.call(input)


@public(inplace=True, alias=("arcsin",), out=True)
def asin(input: Tensor) -> Tensor:
    """The angle with this sine: `out = arcsin(x)`.

    Args:
        input: any shape; in [-1, 1], NaN elsewhere.

    Returns:
        Radians in [-pi/2, pi/2], in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.asin(sg.tensor([0.0, 1.0]))
        tensor([0.0000, 1.5708])
    """
    return ops.arcsin.call(input)


@public(inplace=True, alias=("arccos",), out=True)
def acos(input: Tensor) -> Tensor:
    """The angle with this cosine: `out = arccos(x)`.

    Args:
        input: any shape; in [-1, 1], NaN elsewhere.

    Returns:
        Radians in [0, pi], in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.acos(sg.tensor([0.0, 1.0]))
        tensor([1.5708, 0.0000])
    """
    return ops.arccos.call(input)


@public(inplace=True, alias=("arctan",), out=True)
def atan(input: Tensor) -> Tensor:
    """The angle with this tangent: `out = arctan(x)`.

    Args:
        input: any shape.

    Returns:
        Radians in [-pi/2, pi/2], in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.atan(sg.tensor([0.0, 1.0]))
        tensor([0.0000, 0.7854])
    """
    return ops.arctan.call(input)


@public(inplace=True, out=True)
def sinh(input: Tensor) -> Tensor:
    """The hyperbolic sine: `out = (exp(x) - exp(-x)) / 2`.

    Args:
        input: any shape.

    Returns:
        The hyperbolic sines, in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.sinh(sg.tensor([0.0, 1.0]))
        tensor([0.0000, 1.1752])
    """
    return ops.sinh.call(input)


@public(inplace=True, out=True)
def cosh(input: Tensor) -> Tensor:
    """The hyperbolic cosine: `out = (exp(x) + exp(-x)) / 2`.

    Args:
        input: any shape.

    Returns:
        Numbers of at least 1, in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.cosh(sg.tensor([0.0, 1.0]))
        tensor([1.0000, 1.5431])
    """
    return ops.cosh.call(input)


@public(inplace=True, out=True)
def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent: `out = (exp(x) - exp(-x)) / (exp(x) + exp(-x))`.

    Args:
        input: any shape.

    Returns:
        Numbers in [-1, 1], in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.tanh(sg.tensor([0.0, 1.0]))
        tensor([0.0000, 0.7616])
    """
    return ops.tanh.call(input)


@public(inplace=True, alias=("arcsinh",), out=True)
def asinh(input: Tensor) -> Tensor:
    """The number with this hyperbolic sine: `out = ln(x + (x^2 + 1)^(1/2))`.

    Args:
        input: any shape.

    Returns:
        Real numbers, in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.asinh(sg.tensor([0.0, 1.0]))
        tensor([0.0000, 0.8814])
    """
    return ops.arcsinh.call(input)


@public(inplace=True, alias=("arccosh",), out=True)
def acosh(input: Tensor) -> Tensor:
    """The number with this hyperbolic cosine: `out = ln(x + (x^2 - 1)^(1/2))`.

    Args:
        input: any shape; at least 1, NaN elsewhere.

    Returns:
        Numbers that are not negative, in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.acosh(sg.tensor([1.0, 2.0]))
        tensor([0.0000, 1.3170])
    """
    return ops.arccosh.call(input)


@public(inplace=True, alias=("arctanh",), out=True)
def atanh(input: Tensor) -> Tensor:
    """The number with this hyperbolic tangent: `out = ln((1 + x) / (1 - x)) / 2`.

    Args:
        input: any shape; in [-1, 1], NaN elsewhere.

    Returns:
        Real numbers, inf at the ends, in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.atanh(sg.tensor([0.0, 0.5]))
        tensor([0.0000, 0.5493])
    """
    return ops.arctanh.call(input)


@public(inplace=True, alias=("arctan2",), out=True)
def atan2(input: Tensor, other: Tensor) -> Tensor:
    """The angle of the point (other, input): `out = arctan(y / x)` in the right quadrant; its derivative is 0
    at (0, 0).

    Args:
        input: the y coordinates, any shape.
        other: the x coordinates, a tensor that broadcasts with them.

    Returns:
        Radians in [-pi, pi], in the broadcast shape; integers give the default float type.

    Raises:
        TypeError: one of the two is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.atan2(sg.tensor([1.0, 1.0]), sg.tensor([1.0, -1.0]))
        tensor([0.7854, 2.3562])
    """
    check_tensors("atan2", input, other)
    return ops.arctan2.call(input, other)


@public(inplace=True, out=True)
def hypot(input: Tensor, other: Tensor) -> Tensor:
    """The length of the hypotenuse: `out = (x^2 + y^2)^(1/2)`, without overflow.

    Args:
        input: any shape; floating-point, or integers where other is floating-point.
        other: a tensor that broadcasts with it, likewise.

    Returns:
        Numbers that are not negative, in the broadcast shape.

    Raises:
        TypeError: one of the two is not a tensor.
        NotImplementedError: both hold integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.hypot(sg.tensor([3.0]), sg.tensor([4.0]))
        tensor([5.])
    """
    check_floats("hypot", input, other)
    return ops.hypot.call(input, other)


arcsin = asin
arccos = acos
arctan = atan
arcsinh = asinh
arccosh = acosh
arctanh = atanh
arctan2 = atan2
