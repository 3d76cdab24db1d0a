"""Floating-point numbers by their parts, their neighbours, and the step at 0."""

from __future__ import annotations

from typing import Any

from ..core import dtype as dtypes
from ..core.inplace import write
from ..core.tensor import Tensor
from ..ops import elementwise as e
from ..ops import floats as ops
from ..ops import transcendental as t
from . import return_types as types
from .arguments import check_floats, check_tensors, refuse_bool
from .pointwise import pow
from .public import public


@public(inplace=True, out=True)
def copysign(input: Tensor, other: Any) -> Tensor:
    """The size of one number with the sign of another: `out = |x|` or `-|x|`.

    Args:
        input: any shape.
        other: whose signs are taken, that of -0.0 included: a tensor that broadcasts with it, or a number.

    Returns:
        In the broadcast shape and the common type; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.
        NotImplementedError: one of the two is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.copysign(sg.tensor([1.0, -2.0, 3.0]), -0.0)
        tensor([-1., -2., -3.])
    """
    check_tensors("copysign", input)
    return ops.copysign.call(input, other)


@public(inplace=True, out=True)
def nextafter(input: Tensor, other: Tensor) -> Tensor:
    """The next number that the type can hold, on the way from one to another.

    Args:
        input: any shape; floating-point.
        other: where to go; a tensor that broadcasts with it.

    Returns:
        In the broadcast shape and the common type.

    Raises:
        TypeError: one of the two is not a tensor.
        NotImplementedError: both hold integers; one is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.nextafter(sg.tensor([1.0]), sg.tensor([2.0])) - 1
        tensor([1.1921e-07])
    """
    check_floats("nextafter", input, other)
    return ops.nextafter.call(input, other)


@public(out=True)
def signbit(input: Tensor) -> Tensor:
    """Whether the sign is minus, that of -0.0 included.

    Args:
        input: any shape; not complex.

    Returns:
        bool, in the input's shape.

    Raises:
        NotImplementedError: the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.signbit(sg.tensor([1.0, -0.0, -2.0]))
        tensor([False,  True,  True])
    """
    return ops.signbit.call(input)


@public(inplace=True, out=True)
def heaviside(input: Tensor, values: Tensor) -> Tensor:
    """The step from 0 to 1: `out = 0 if x < 0, values if x = 0, 1 if x > 0`. It has no gradient.

    Args:
        input: any shape; not complex.
        values: what it is at 0; a tensor of the same type that broadcasts with it.

    Returns:
        In the broadcast shape and the same type.

    Raises:
        TypeError: one of the two is not a tensor.
        RuntimeError: the types differ or are complex; a gradient is asked for.

    Example:
        >>> import seedgrad as sg
        >>> sg.heaviside(sg.tensor([-1.0, 0.0, 2.0]), sg.tensor(0.5))
        tensor([0.0000, 0.5000, 1.0000])
    """
    check_tensors("heaviside", input, values)
    kinds = input.array.dtype, values.array.dtype
    if "c" in (kinds[0].kind, kinds[1].kind):
        raise RuntimeError(f"heaviside is not implemented for complex tensors, got {input.dtype} and {values.dtype}")
    if kinds[0] != kinds[1]:
        raise RuntimeError(
            f"heaviside takes tensors of one type, got {input.dtype} and {values.dtype}. Convert one: values.to(x.dtype)"
        )
    return ops.heaviside.call(input, values)


@public(inplace=True, out=True)
def ldexp(input: Tensor, other: Tensor) -> Tensor:
    """A number times a power of 2: `out = x 2^y`.

    Args:
        input: any shape: the mantissas.
        other: a tensor that broadcasts with it: the exponents. Integers are exact, without the overflow of 2^y.

    Returns:
        In the broadcast shape; integers give the default float type.

    Raises:
        TypeError: one of the two is not a tensor.
        NotImplementedError: the input is floating-point and other is bool.

    Example:
        >>> import seedgrad as sg
        >>> sg.ldexp(sg.tensor([1.0, 0.75]), sg.tensor([3, 2]))
        tensor([8., 3.])
    """
    check_tensors("ldexp", input, other)
    if dtypes.differentiable(other.array.dtype) or input.array.dtype.kind == "c":
        return e.multiply.call(input, t.exp2.call(other))
    if dtypes.differentiable(input.array.dtype):
        refuse_bool("ldexp", other)
    return ops.ldexp.call(input, other)


@public(out=True)
def frexp(input: Tensor) -> types.MantissaExponent:
    """A number's mantissa and exponent: `x = mantissa 2^exponent`, with the mantissa in [1/2, 1).

    Args:
        input: any shape; floating-point.

    Returns:
        mantissa, in the input's shape and type, and exponent, int32. 0, inf and NaN have the exponent 0.

    Raises:
        RuntimeError: the input is not floating-point.

    Example:
        >>> import seedgrad as sg
        >>> sg.frexp(sg.tensor([8.0, -3.0]))
        seedgrad.return_types.frexp(
        mantissa=tensor([ 0.5000, -0.7500]),
        exponent=tensor([4, 2], dtype=seedgrad.int32))
    """
    check_tensors("frexp", input)
    if not input.dtype.is_floating_point:
        raise RuntimeError(f"frexp() only supports floating-point dtypes, got {input.dtype}. Convert it: x.float()")
    return types.frexp(*ops.frexp.call(input))


@public(out=True)
def float_power(input: Any, exponent: Any) -> Tensor:
    """The power in double precision: `out = x^exponent`.

    Args:
        input: the base: any shape, or a number where the exponent is a tensor.
        exponent: a tensor that broadcasts with it, or a number.

    Returns:
        float64, or complex128 if one of the two is complex, in the broadcast shape.

    Raises:
        TypeError: neither is a tensor; one is neither a tensor nor a number.

    Example:
        >>> import seedgrad as sg
        >>> sg.float_power(sg.tensor([2, 3]), -1)
        tensor([0.5000, 0.3333], dtype=seedgrad.float64)
    """
    if not isinstance(input, Tensor) and not isinstance(exponent, Tensor):
        raise TypeError(
            f"float_power() takes at least one Tensor, got {type(input).__name__} and {type(exponent).__name__}"
        )
    parts = input, exponent
    wide = dtypes.complex128 if any(_is_complex(x) for x in parts) else dtypes.float64
    for x in parts:
        if not isinstance(x, Tensor) and dtypes.scalar_category(x) < 0:
            raise TypeError(f"float_power() takes Tensors and numbers, got {type(x).__name__}")
    base, power = (x.to(wide) if isinstance(x, Tensor) else wide.dtype.type(x).item() for x in parts)
    return pow(base, power)


def _is_complex(x: Any) -> bool:
    return x.array.dtype.kind == "c" if isinstance(x, Tensor) else dtypes.scalar_category(x) == dtypes.COMPLEX


def float_power_(self: Tensor, exponent: Any) -> Tensor:
    """The in-place form of `float_power`: writes the result into this tensor, which must be float64 or complex128."""
    return write(self, _power_in_its_type, exponent)


def _power_in_its_type(base: Tensor, exponent: Any) -> Tensor:
    result = float_power(base, exponent)
    if result.array.dtype != base.array.dtype:
        raise RuntimeError(
            f"the base given to float_power_ has dtype {base.dtype} but the operation's result requires dtype "
            f"{result.dtype}. Use float_power(), or convert the base first"
        )
    return result


setattr(Tensor, "float_power_", float_power_)  # noqa: B010  (attached by name, as all methods are)
