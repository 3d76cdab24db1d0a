"""Common divisors and multiples of whole numbers."""

from __future__ import annotations

from ..core.tensor import Tensor
from ..ops import integers as ops
from .arguments import check_tensors
from .public import public


@public(inplace=True, out=True)
def gcd(input: Tensor, other: Tensor) -> Tensor:
    """The greatest common divisor: the largest number that divides both; `gcd(0, x) = |x|`.

    Args:
        input: any shape; integer.
        other: a tensor that broadcasts with it; integer.

    Returns:
        Numbers that are not negative, in the broadcast shape and the common type.

    Raises:
        TypeError: one of the two is not a tensor.
        NotImplementedError: one of the two is not integer.

    Example:
        >>> import seedgrad as sg
        >>> sg.gcd(sg.tensor([12, -9]), sg.tensor([18, 6]))
        tensor([6, 3])
    """
    check_tensors("gcd", input, other)
    return ops.gcd.call(input, other)


@public(inplace=True, out=True)
def lcm(input: Tensor, other: Tensor) -> Tensor:
    """The least common multiple: the smallest positive number that both divide; 0 if one of them is 0.

    Args:
        input: any shape; integer.
        other: a tensor that broadcasts with it; integer.

    Returns:
        Numbers that are not negative, in the broadcast shape and the common type.

    Raises:
        TypeError: one of the two is not a tensor.
        NotImplementedError: one of the two is not integer.

    Example:
        >>> import seedgrad as sg
        >>> sg.lcm(sg.tensor([4, -6]), sg.tensor([6, 10]))
        tensor([12, 30])
    """
    check_tensors("lcm", input, other)
    return ops.lcm.call(input, other)
