"""Complex conjugates, which are computed at once; and the questions and answers of those who wait."""

from __future__ import annotations

import builtins

from ..core.tensor import Tensor
from ..ops import complex as ops
from .arguments import check_tensors
from .public import public


@public()
def conj(input: Tensor) -> Tensor:
    """The complex conjugate: `out = x - iy` of x + iy. It is computed at once, not when it is first used.

    Args:
        input: any shape.

    Returns:
        In the input's shape; a real tensor itself.

    Raises:
        TypeError: the input is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.conj(sg.tensor([1 + 2j]))
        tensor([1.-2.j])
    """
    check_tensors("conj", input)
    return ops.conj.call(input) if input.array.dtype.kind == "c" else input


@public(inplace=True, out=True)
def conj_physical(input: Tensor) -> Tensor:
    """The complex conjugate: `out = x - iy` of x + iy.

    Args:
        input: any shape.

    Returns:
        In the input's shape; a real tensor itself.

    Raises:
        TypeError: the input is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.conj_physical(sg.tensor([1 + 2j]))
        tensor([1.-2.j])
    """
    return conj(input)


@public()
def resolve_conj(input: Tensor) -> Tensor:
    """The tensor itself: conjugates are computed at once here, so there is nothing to resolve.

    Args:
        input: any shape.

    Returns:
        The input.

    Raises:
        TypeError: the input is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.resolve_conj(sg.conj(sg.tensor([1 + 2j])))
        tensor([1.-2.j])
    """
    check_tensors("resolve_conj", input)
    return input


@public()
def resolve_neg(input: Tensor) -> Tensor:
    """The tensor itself: negatives are computed at once here, so there is nothing to resolve.

    Args:
        input: any shape.

    Returns:
        The input.

    Raises:
        TypeError: the input is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.resolve_neg(sg.tensor([1.0]))
        tensor([1.])
    """
    check_tensors("resolve_neg", input)
    return input


@public()
def is_conj(input: Tensor) -> builtins.bool:
    """Whether a conjugate is still to be computed: never, here.

    Args:
        input: any shape.

    Returns:
        False.

    Raises:
        TypeError: the input is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.is_conj(sg.conj(sg.tensor([1j])))
        False
    """
    check_tensors("is_conj", input)
    return False


@public()
def is_neg(input: Tensor) -> builtins.bool:
    """Whether a negative is still to be computed: never, here.

    Args:
        input: any shape.

    Returns:
        False.

    Raises:
        TypeError: the input is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.is_neg(sg.tensor([1.0]))
        False
    """
    check_tensors("is_neg", input)
    return False
