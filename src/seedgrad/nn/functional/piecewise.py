"""Activation functions made of straight lines, and their relatives with a kink."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...core.dtype import BOOL, F32, F64
from ...core.inplace import write
from ...core.tensor import Tensor
from ...functions.arguments import check_floats, check_tensors, refuse_bool
from ...functions.public import public
from ...ops import activation as ops


def _apply(name: str, call: Callable[..., Any], input: Tensor, inplace: bool = False, /, **settings: Any) -> Tensor:
    """Call an op that needs a floating-point tensor, into the tensor's memory if asked."""
    if not isinstance(input, Tensor) or input.array.dtype not in (F32, F64):
        check_floats(name, input)
    return write(input, call, **settings) if inplace else call(input, **settings)


def refuse_bools(name: str, input: Tensor) -> None:
    check_tensors(name, input)
    if input.array.dtype == BOOL:
        raise RuntimeError(f"Bool inputs not supported for {name}. Convert the input first: x.float()")


@public(inplace=True)
def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """The rectifier: `out = max(x, 0)`, with derivative 0 at 0.

    Args:
        input: any shape.
        inplace: write the result into `input`. Default: False.

    Returns:
        The input's shape and type.

    Raises:
        RuntimeError: the input is a bool tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.relu(sg.tensor([-1.0, 2.0]))
        tensor([0., 2.])
    """
    if not isinstance(input, Tensor) or input.array.dtype is not F32:
        refuse_bools("relu", input)
    return write(input, ops.relu.call) if inplace else ops.relu.call(input)


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """The rectifier with a ceiling: `out = min(max(x, 0), 6)`, with derivative 0 at both ends.

    Args:
        input: any shape.
        inplace: write the result into `input`. Default: False.

    Returns:
        Numbers from 0 to 6, in the input's shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.relu6(sg.tensor([-1.0, 2.0, 9.0]))
        tensor([0., 2., 6.])
    """
    return hardtanh(input, 0.0, 6.0, inplace)


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """x held between two numbers: `out = min(max(x, min_val), max_val)`, with derivative 0 at both ends.

    Args:
        input: any shape.
        min_val: the lower end. Default: -1.
        max_val: the upper end. Default: 1.
        inplace: write the result into `input`. Default: False.

    Returns:
        The input's shape and type.

    Raises:
        ValueError: `min_val` is greater than `max_val`.
        RuntimeError: the input is a bool tensor, or an unsigned one and `min_val` negative.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.hardtanh(sg.tensor([-3.0, 0.5]))
        tensor([-1.0000,  0.5000])
    """
    if min_val > max_val:
        raise ValueError(f"min_val cannot be greater than max_val, got min_val={min_val} and max_val={max_val}")
    refuse_bools("hardtanh", input)
    if input.array.dtype.kind == "u" and min_val < 0:
        raise RuntimeError(f"cannot do hardtanh on an unsigned type with negative limits, got min_val={min_val}")
    kind = float if input.is_floating_point() else int
    settings = {"low": kind(min_val), "high": kind(max_val)}
    return write(input, ops.hardtanh.call, **settings) if inplace else ops.hardtanh.call(input, **settings)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """A rectifier that lets a little through: `out = x` where x > 0, `negative_slope * x` elsewhere.

    Args:
        input: any shape, floating-point.
        negative_slope: the slope for x <= 0. Default: 0.01.
        inplace: write the result into `input`. Default: False.

    Returns:
        The input's shape.

    Raises:
        NotImplementedError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.leaky_relu(sg.tensor([-1.0, 2.0]), 0.5)
        tensor([-0.5000,  2.0000])

    Source: Maas, Hannun and Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic Models", 2013.
    """
    return _apply("leaky_relu", ops.leaky_relu.call, input, inplace, negative_slope=negative_slope)


@public()
def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """A leaky rectifier with learned slopes: `out = x` where x > 0, `weight * x` elsewhere.

    Args:
        input: (N, C, *) or any shape if there is one slope.
        weight: (C), a slope for each channel (dimension 1), or (1).

    Returns:
        The input's shape.

    Raises:
        RuntimeError: `weight` has more than one dimension, neither 1 nor C elements, or another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.prelu(sg.tensor([-4.0, 2.0]), sg.tensor([0.25]))
        tensor([-1.,  2.])

    Source: He, Zhang, Ren and Sun, "Delving Deep into Rectifiers", 2015.
    """
    check_tensors("prelu", input, weight)
    if input.array.dtype != weight.array.dtype:
        raise RuntimeError(
            f"prelu: Type promoting not supported. Got {input.dtype} and {weight.dtype}: convert one of them, "
            f"x.to({weight.dtype})"
        )
    check_floats("prelu", input)
    slopes, ndim = weight.array.shape, input.array.ndim
    if len(slopes) > 1:
        raise RuntimeError(f"prelu: Expected `weight` to be a scalar or 1D tensor, but got shape {slopes}")
    if weight.array.size != 1:
        channels = input.array.shape[1] if ndim > 1 else 1
        if weight.array.size != channels:
            raise RuntimeError(
                "Mismatch of parameter numbers and input channel size: prelu needs one slope, or one for "
                "each of "
                f"the {channels} channels (dimension 1) of the input of shape {input.array.shape}, got "
                f"{slopes}"
            )
    if slopes:
        weight = weight.reshape((-1,) + (1,) * (ndim - 2) if ndim > 1 else (1,) * ndim)
    return ops.prelu.call(input, weight)


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """A sigmoid of straight lines: `out = relu6(x + 3) / 6`.

    Args:
        input: any shape, floating-point.
        inplace: write the result into `input`. Default: False.

    Returns:
        Numbers from 0 to 1, in the input's shape.

    Raises:
        NotImplementedError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.hardsigmoid(sg.tensor([-5.0, 0.0, 5.0]))
        tensor([0.0000, 0.5000, 1.0000])
    """
    return _apply("hardsigmoid", ops.hardsigmoid.call, input, inplace)


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """silu with a sigmoid of straight lines: `out = x * relu6(x + 3) / 6`.

    Args:
        input: any shape, floating-point.
        inplace: write the result into `input`. Default: False.

    Returns:
        The input's shape.

    Raises:
        NotImplementedError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.hardswish(sg.tensor([1.0, 4.0]))
        tensor([0.6667, 4.0000])

    Source: Howard et al., "Searching for MobileNetV3", 2019.
    """
    return _apply("hardswish", ops.hardswish.call, input, inplace)


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """x where it exceeds a threshold: `out = x` where x > threshold, `value` elsewhere.

    Args:
        input: any shape.
        threshold: what x must exceed to pass.
        value: what stands where it does not.
        inplace: write the result into `input`. Default: False.

    Returns:
        The input's shape and type.

    Raises:
        TypeError: `threshold` or `value` is not a number.
        NotImplementedError: the input is a bool tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.threshold(sg.tensor([0.1, 2.0]), 1.0, -1.0)
        tensor([-1.,  2.])
    """
    refuse_bool("threshold", input)
    for label, number in (("threshold", threshold), ("value", value)):
        if not isinstance(number, (int, float)):
            raise TypeError(f"threshold(): argument {label!r} must be a number, not {type(number).__name__}")
    settings = {"threshold": threshold, "value": value if input.is_floating_point() else int(value)}
    return write(input, ops.threshold.call, **settings) if inplace else ops.threshold.call(input, **settings)


@public(out=True)
def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """x where it is far from 0: `out = x` where |x| > lambd, 0 elsewhere.

    Args:
        input: any shape, floating-point.
        lambd: the half-width of the interval that becomes 0. Default: 0.5.

    Returns:
        The input's shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.hardshrink(sg.tensor([0.3, -1.0]))
        tensor([ 0., -1.])
    """
    return _apply("hardshrink", ops.hardshrink.call, input, lambd=lambd)


def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """x moved towards 0 by lambd: `out = sign(x) * max(|x| - lambd, 0)`.

    Args:
        input: any shape, floating-point.
        lambd: how far, at least 0. Default: 0.5.

    Returns:
        The input's shape.

    Raises:
        RuntimeError: `lambd` is negative.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.softshrink(sg.tensor([0.25, -1.0]))
        tensor([ 0.0000, -0.5000])
    """
    if lambd < 0:
        raise RuntimeError(f"lambda must be greater or equal to 0, but found to be {lambd}")
    return _apply("softshrink", ops.softshrink.call, input, lambd=lambd)
