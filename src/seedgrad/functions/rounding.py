"""Signs, sizes and whole numbers of each element."""

from __future__ import annotations

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from ..ops import complex as c
from ..ops import elementwise as e
from ..ops import select as s
from .arguments import check_floats, check_tensors, refuse_bool
from .public import public


@public(inplace=True, alias=("negative",), out=True)
def neg(input: Tensor) -> Tensor:
    """The negative: `out = -x`.

    Args:
        input: any shape; not bool.

    Returns:
        The negatives, in the input's shape and type.

    Raises:
        RuntimeError: the input is bool.

    Example:
        >>> import seedgrad as sg
        >>> sg.neg(sg.tensor([1.0, -2.0]))
        tensor([-1.,  2.])
    """
    return e.negative.call(input)


@public()
def positive(input: Tensor) -> Tensor:
    """The input itself: `out = +x`.

    Args:
        input: any shape; not bool.

    Returns:
        The input.

    Raises:
        RuntimeError: the input is bool.

    Example:
        >>> import seedgrad as sg
        >>> sg.positive(sg.tensor([1.0, -2.0]))
        tensor([ 1., -2.])
    """
    check_tensors("positive", input)
    if input.array.dtype == dtypes.BOOL:
        raise RuntimeError("The `+` operator on a bool tensor is not supported. Convert it first: x.long()")
    return input


@public(inplace=True, alias=("absolute",), out=True)
def abs(input: Tensor) -> Tensor:
    """The distance from 0: `out = |x|`; the derivative at 0 is 0.

    Args:
        input: any shape; not bool.

    Returns:
        Numbers that are not negative, in the input's shape and type; of complex numbers the real ones.

    Raises:
        NotImplementedError: the input is bool.

    Example:
        >>> import seedgrad as sg
        >>> sg.abs(sg.tensor([-1.0, 2.0]))
        tensor([1., 2.])
    """
    refuse_bool("abs", input)
    return e.absolute.call(input)


_write_abs = Tensor.abs_


def abs_(self: Tensor) -> Tensor:
    """The in-place form of `abs`: writes the result into this tensor and returns it."""
    if isinstance(self, Tensor) and self.is_complex():
        raise RuntimeError("In-place abs is not supported for complex tensors: the result is real. Use x.abs()")
    return _write_abs(self)


for _name in ("abs_", "absolute_"):
    setattr(Tensor, _name, abs_)


@public(inplace=True, out=True)
def sign(input: Tensor) -> Tensor:
    """The sign: `out = -1, 0 or 1`; the derivative is 0.

    Args:
        input: any shape.

    Returns:
        The signs, in the input's shape and type.

    Example:
        >>> import seedgrad as sg
        >>> sg.sign(sg.tensor([-3.0, 0.0, 2.0]))
        tensor([-1.,  0.,  1.])
    """
    return e.sign.call(input)


@public(inplace=True, out=True)
def sgn(input: Tensor) -> Tensor:
    """The sign, of a complex number its direction: `out = x / |x|`, and 0 at 0.

    Args:
        input: any shape.

    Returns:
        The signs, in the input's shape and type.

    Example:
        >>> import seedgrad as sg
        >>> sg.sgn(sg.tensor([-3.0, 0.0, 2.0]))
        tensor([-1.,  0.,  1.])
    """
    return c.sgn.call(input)


@public(inplace=True, out=True)
def square(input: Tensor) -> Tensor:
    """The square: `out = x^2`.

    Args:
        input: any shape.

    Returns:
        The squares, in the input's shape and type.

    Example:
        >>> import seedgrad as sg
        >>> sg.square(sg.tensor([-3.0, 2.0]))
        tensor([9., 4.])
    """
    check_tensors("square", input)
    return e.square.call(s.astype.call(input, kind=dtypes.I64) if input.array.dtype == dtypes.BOOL else input)


@public(inplace=True, out=True)
def reciprocal(input: Tensor) -> Tensor:
    """One over the element: `out = 1 / x`.

    Args:
        input: any shape.

    Returns:
        The reciprocals, in the input's shape; integers give the default float type.

    Example:
        >>> import seedgrad as sg
        >>> sg.reciprocal(sg.tensor([4.0, -2.0]))
        tensor([ 0.2500, -0.5000])
    """
    return e.reciprocal.call(input)


@public(inplace=True, out=True)
def floor(input: Tensor) -> Tensor:
    """The next whole number below: `out = floor(x)`; the derivative is 0.

    Args:
        input: any shape.

    Returns:
        Whole numbers, in the input's shape and type.

    Example:
        >>> import seedgrad as sg
        >>> sg.floor(sg.tensor([-1.5, 1.5]))
        tensor([-2.,  1.])
    """
    refuse_bool("floor", input)
    return e.floor.call(input)


@public(inplace=True, out=True)
def ceil(input: Tensor) -> Tensor:
    """The next whole number above: `out = ceil(x)`; the derivative is 0.

    Args:
        input: any shape.

    Returns:
        Whole numbers, in the input's shape and type.

    Example:
        >>> import seedgrad as sg
        >>> sg.ceil(sg.tensor([-1.5, 1.5]))
        tensor([-1.,  2.])
    """
    refuse_bool("ceil", input)
    return e.ceil.call(input)


@public(inplace=True, alias=("fix",), out=True)
def trunc(input: Tensor) -> Tensor:
    """The next whole number towards 0: `out = trunc(x)`; the derivative is 0.

    Args:
        input: any shape.

    Returns:
        Whole numbers, in the input's shape and type.

    Example:
        >>> import seedgrad as sg
        >>> sg.trunc(sg.tensor([-1.5, 1.5]))
        tensor([-1.,  1.])
    """
    refuse_bool("trunc", input)
    return e.trunc.call(input)


@public(inplace=True, out=True)
def round(input: Tensor, *, decimals: int = 0) -> Tensor:
    """The nearest whole number, the even one of two: `out = rint(x)`; the derivative is 0.

    Args:
        input: any shape.
        decimals: how many decimal places to keep; negative numbers round to tens, hundreds. Default: 0.

    Returns:
        The rounded numbers, in the input's shape and type.

    Raises:
        NotImplementedError: decimals are given for integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.round(sg.tensor([0.5, 1.5, 2.26]), decimals=1)
        tensor([0.5000, 1.5000, 2.3000])
    """
    refuse_bool("round", input)
    if not decimals:
        return e.rint.call(input) if dtypes.differentiable(input.array.dtype) else s.copy.call(input)
    check_floats("round with decimals", input)
    scale = 10.0 ** (decimals if decimals > 0 else -decimals)
    if decimals > 0:
        return e.divide.call(e.rint.call(e.multiply.call(input, scale)), scale)
    return e.multiply.call(e.rint.call(e.divide.call(input, scale)), scale)


@public(inplace=True, out=True)
def frac(input: Tensor) -> Tensor:
    """The part after the point, with the sign of the input: `out = x - trunc(x)`; the derivative is 1.

    Args:
        input: any shape; floating-point.

    Returns:
        Numbers in (-1, 1), in the input's shape and type.

    Raises:
        NotImplementedError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.frac(sg.tensor([1.25, -2.5]))
        tensor([ 0.2500, -0.5000])
    """
    check_floats("frac", input)
    return e.subtract.call(input, e.trunc.call(input))


@public(inplace=True, out=True)
def nan_to_num(
    input: Tensor, nan: float | None = None, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """Put numbers in the place of NaN and the infinities; their gradient is 0.

    Args:
        input: any shape.
        nan: for NaN. Default: None, 0.
        posinf: for inf. Default: None, the largest number of the type.
        neginf: for -inf. Default: None, the smallest number of the type.

    Returns:
        Finite numbers, in the input's shape and type.

    Example:
        >>> import seedgrad as sg
        >>> sg.nan_to_num(sg.tensor([float("nan"), float("inf"), 1.0]), posinf=9.0)
        tensor([0., 9., 1.])
    """
    check_tensors("nan_to_num", input)
    if not dtypes.differentiable(input.array.dtype):
        return s.copy.call(input)
    if input.array.dtype.kind == "c":  # part by part
        return c.view_as_complex.call(nan_to_num(c.view_as_real.call(input), nan, posinf, neginf))
    largest, smallest = dtypes.limits(input.array.dtype)
    return s.nan_to_num.call(
        input,
        nan=0.0 if nan is None else float(nan),
        posinf=largest if posinf is None else float(posinf),
        neginf=smallest if neginf is None else float(neginf),
    )


absolute = abs
fix = trunc
negative = neg
