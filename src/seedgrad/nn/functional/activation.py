"""Smooth activation functions."""

from __future__ import annotations

from ...core.tensor import Tensor
from ...functions.arguments import refuse_bool
from ...functions.public import public
from ...ops import activation as ops
from .piecewise import _apply, refuse_bools


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """The exponential linear unit: `out = x` where x > 0, `alpha * (exp(x) - 1)` elsewhere.

    Args:
        input: any shape, floating-point.
        alpha: minus the value far to the left. Default: 1.
        inplace: write the result into `input`. Default: False.

    Returns:
        The input's shape.

    Raises:
        NotImplementedError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.elu(sg.tensor([-1.0, 2.0]))
        tensor([-0.6321,  2.0000])

    Source: Clevert, Unterthiner and Hochreiter, "Fast and Accurate Deep Network Learning by Exponential
        Linear
    Units", 2015.
    """
    return _apply("elu", ops.elu.call, input, inplace, alpha=alpha)


@public(method=False)
def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """elu with a derivative without jump: `out = x` where x > 0, `alpha * (exp(x / alpha) - 1)` elsewhere.

    Args:
        input: any shape, floating-point.
        alpha: minus the value far to the left, not 0. Default: 1.
        inplace: write the result into `input`. Default: False.

    Returns:
        The input's shape.

    Raises:
        RuntimeError: `alpha` is 0.
        NotImplementedError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.celu(sg.tensor([-1.0, 2.0]), alpha=2.0)
        tensor([-0.7869,  2.0000])

    Source: Barron, "Continuously Differentiable Exponential Linear Units", 2017.
    """
    if alpha == 0:
        raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
    return _apply("celu", ops.elu.call, input, inplace, alpha=alpha, input_scale=1 / alpha)


@public(method=False)
def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """The elu that keeps mean 0 and variance 1: `out = 1.0507 * elu(x, 1.6733)`.

    Args:
        input: any shape, floating-point.
        inplace: write the result into `input`. Default: False.

    Returns:
        The input's shape.

    Raises:
        NotImplementedError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.selu(sg.tensor([-1.0, 2.0]))
        tensor([-1.1113,  2.1014])

    Source: Klambauer, Unterthiner, Mayr and Hochreiter, "Self-Normalizing Neural Networks", 2017.
    """
    alpha, scale = 1.6732632423543772, 1.0507009873554805
    return _apply("selu", ops.elu.call, input, inplace, alpha=alpha, scale=scale)


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """x times the normal distribution function of x: `out = x * (1 + erf(x / sqrt(2))) / 2`.

    Args:
        input: any shape, floating-point.
        approximate: "none" (default), or "tanh" for `x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))`.

    Returns:
        The input's shape.

    Raises:
        RuntimeError: `approximate` is something else.
        TypeError: `approximate` is not a string.
        NotImplementedError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.gelu(sg.tensor([-1.0, 2.0]))
        tensor([-0.1587,  1.9545])

    Source: Hendrycks and Gimpel, "Gaussian Error Linear Units (GELUs)", 2016.
    """
    if not isinstance(approximate, str):
        raise TypeError(f"gelu(): argument 'approximate' must be str, not {type(approximate).__name__}")
    if approximate not in ("none", "tanh"):
        raise RuntimeError(f"approximate argument must be either 'none' or 'tanh', got {approximate!r}")
    return _apply("gelu", (ops.gelu if approximate == "none" else ops.gelu_tanh).call, input)


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """x times its sigmoid, also called swish: `out = x / (1 + exp(-x))`.

    Args:
        input: any shape, floating-point.
        inplace: write the result into `input`. Default: False.

    Returns:
        The input's shape.

    Raises:
        NotImplementedError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.silu(sg.tensor([-1.0, 2.0]))
        tensor([-0.2689,  1.7616])
    """
    return _apply("silu", ops.silu.call, input, inplace)


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """x times the tanh of its softplus: `out = x * tanh(log(1 + exp(x)))`.

    Args:
        input: any shape, floating-point.
        inplace: write the result into `input`. Default: False.

    Returns:
        The input's shape.

    Raises:
        NotImplementedError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.mish(sg.tensor([-1.0, 2.0]))
        tensor([-0.3034,  1.9440])

    Source: Misra, "Mish: A Self Regularized Non-Monotonic Activation Function", 2019.
    """
    return _apply("mish", ops.mish.call, input, inplace)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """A smooth rectifier: `out = log(1 + exp(beta x)) / beta`.

    Args:
        input: any shape, floating-point.
        beta: the larger, the closer to relu. Default: 1.
        threshold: where beta x exceeds it, the result is x itself. Default: 20.

    Returns:
        The input's shape.

    Raises:
        NotImplementedError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.softplus(sg.tensor([-1.0, 2.0]))
        tensor([0.3133, 2.1269])
    """
    return _apply("softplus", ops.softplus.call, input, beta=beta, threshold=threshold)


def logsigmoid(input: Tensor) -> Tensor:
    """The logarithm of the sigmoid: `out = -log(1 + exp(-x))`.

    Args:
        input: any shape, floating-point.

    Returns:
        The input's shape.

    Raises:
        NotImplementedError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.logsigmoid(sg.tensor([-1.0, 2.0]))
        tensor([-1.3133, -0.1269])
    """
    return _apply("logsigmoid", ops.logsigmoid.call, input)


def softsign(input: Tensor) -> Tensor:
    """`out = x / (1 + |x|)`.

    Args:
        input: any shape.

    Returns:
        Numbers between -1 and 1, in the input's shape.

    Raises:
        NotImplementedError: the input is a bool tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.softsign(sg.tensor([-1.0, 3.0]))
        tensor([-0.5000,  0.7500])
    """
    refuse_bool("softsign", input)
    if input.is_complex():  # not holomorphic: the derivative is that of |x|
        return input / (1 + input.abs())
    return ops.softsign.call(input)


def tanhshrink(input: Tensor) -> Tensor:
    """`out = x - tanh(x)`.

    Args:
        input: any shape.

    Returns:
        The input's shape.

    Raises:
        RuntimeError: the input is a bool tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.tanhshrink(sg.tensor([-1.0, 2.0]))
        tensor([-0.2384,  1.0360])
    """
    refuse_bools("tanhshrink", input)
    return ops.tanhshrink.call(input)


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """The gated linear unit: `out = a * sigmoid(b)` for the two halves a, b of x.

    Args:
        input: (*, 2n, *), floating-point.
        dim: the dimension that is halved. Default: the last.

    Returns:
        (*, n, *).

    Raises:
        RuntimeError: the dimension has an odd length, or the input has no dimension.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.glu(sg.tensor([4.0, 0.0]))
        tensor([2.])

    Source: Dauphin, Fan, Auli and Grangier, "Language Modeling with Gated Convolutional Networks", 2016.
    """
    if isinstance(input, Tensor):
        if not input.array.ndim:
            raise RuntimeError("glu does not support scalars because halving size must be even")
        size = input.size(dim)
        if size % 2:
            raise RuntimeError(
                f"Halving dimension must be even, but dimension {dim} of the input of shape "
                f"{input.array.shape} is {size}"
            )
    return _apply("glu", ops.glu.call, input, axis=dim)
