"""Functions around the gamma function: incomplete, multivariate, and its logarithm's derivatives; and Bessel's I_0."""

from __future__ import annotations

from ..core import dtype as dtypes
from ..core.inplace import write
from ..core.tensor import Tensor
from ..ops import bessel
from ..ops import gamma as ops
from ..ops import special as s
from .arguments import check_floats, check_tensors
from .public import public


@public(inplace=True, out=True)
def igamma(input: Tensor, other: Tensor) -> Tensor:
    """The regularised lower incomplete gamma function: `out = integral of t^(a-1) exp(-t) from 0 to x / gamma(a)`.

    Args:
        input: a: any shape; floating-point, not negative. It has no gradient.
        other: x: a tensor that broadcasts with it; not negative.

    Returns:
        Numbers in [0, 1], in the broadcast shape; NaN outside.

    Raises:
        TypeError: one of the two is not a tensor.
        NotImplementedError: both hold integers; one is complex; the gradient of the input is asked for.

    Example:
        >>> import seedgrad as sg
        >>> sg.igamma(sg.tensor([4.0]), sg.tensor([3.0, 4.0, 5.0]))
        tensor([0.3528, 0.5665, 0.7350])
    """
    check_floats("igamma", input, other)
    return ops.igamma.call(input, other)


@public(inplace=True, out=True)
def igammac(input: Tensor, other: Tensor) -> Tensor:
    """The regularised upper incomplete gamma function: `out = 1 - igamma(a, x)`.

    Args:
        input: a: any shape; floating-point, not negative. It has no gradient.
        other: x: a tensor that broadcasts with it; not negative.

    Returns:
        Numbers in [0, 1], in the broadcast shape; NaN outside.

    Raises:
        TypeError: one of the two is not a tensor.
        NotImplementedError: both hold integers; one is complex; the gradient of the input is asked for.

    Example:
        >>> import seedgrad as sg
        >>> sg.igammac(sg.tensor([4.0]), sg.tensor([3.0, 4.0, 5.0]))
        tensor([0.6472, 0.4335, 0.2650])
    """
    check_floats("igammac", input, other)
    return ops.igammac.call(input, other)


@public(inplace=True, out=True)
def mvlgamma(input: Tensor, p: int) -> Tensor:
    """The logarithm of the multivariate gamma function.

    out = p (p - 1) / 4 ln(pi) + the sum of lgamma(x - j / 2) over j = 0 ... p - 1

    Args:
        input: any shape; not bool. The function is defined above (p - 1) / 2.
        p: the number of dimensions; at least 1.

    Returns:
        Real numbers, in the input's shape; integers give the default float type.

    Raises:
        TypeError: p is not an int.
        RuntimeError: p is less than 1; the input is bool.
        NotImplementedError: the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.mvlgamma(sg.tensor([1.0, 4.0]), 2)
        tensor([1.1447, 3.5651])
    """
    check_tensors("mvlgamma", input)
    if not isinstance(p, int) or isinstance(p, bool):
        raise TypeError(f"mvlgamma(): argument 'p' must be int, not {type(p).__name__}")
    if input.array.dtype == dtypes.BOOL:
        raise RuntimeError("mvlgamma: The input tensor may not be a boolean tensor. Convert it first: x.float()")
    if p < 1:
        raise RuntimeError(f"mvlgamma: p has to be greater than or equal to 1, got {p}")
    return ops.mvlgamma.call(input, p=p)


@public(method=False, out=True)
def polygamma(n: int, input: Tensor) -> Tensor:
    """The n-th derivative of `digamma`: `out = d^n/dx^n digamma(x)`. As a method: `x.polygamma(n)`.

    Args:
        n: which derivative; not negative.
        input: any shape.

    Returns:
        Real numbers, in the input's shape; integers give the default float type.

    Raises:
        TypeError: n is not an int.
        RuntimeError: n is negative.
        NotImplementedError: the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.polygamma(1, sg.tensor([1.0, 0.5]))
        tensor([1.6449, 4.9348])
    """
    if not isinstance(n, int):
        raise TypeError(f"polygamma(): argument 'n' must be int, not {type(n).__name__}")
    check_tensors("polygamma", input)
    if n < 0:
        raise RuntimeError(f"polygamma(n, x) does not support negative n, got {n}")
    return s.digamma.call(input) if n == 0 else s.polygamma.call(input, n=n)


def _polygamma(self: Tensor, n: int) -> Tensor:
    """The n-th derivative of `digamma` at each element."""
    return polygamma(n, self)


def polygamma_(self: Tensor, n: int) -> Tensor:
    """The in-place form of `polygamma`: writes the result into this tensor and returns it."""
    return write(self, _polygamma, n)


setattr(Tensor, "polygamma", _polygamma)  # noqa: B010  (attached by name, as all methods are)
setattr(Tensor, "polygamma_", polygamma_)  # noqa: B010


@public(inplace=True, out=True)
def i0(input: Tensor) -> Tensor:
    """The modified Bessel function of the first kind of order 0: `out = the sum of (x / 2)^(2 k) / k!^2`.

    Args:
        input: any shape.

    Returns:
        Numbers of at least 1, in the input's shape; integers give the default float type.

    Raises:
        NotImplementedError: the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.i0(sg.tensor([0.0, 1.0]))
        tensor([1.0000, 1.2661])
    """
    return bessel.i0.call(input)
