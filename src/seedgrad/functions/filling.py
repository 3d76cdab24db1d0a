"""Writes of whole tensors: another tensor's elements, one value, zeros."""

from __future__ import annotations

from typing import Any

from ..core.inplace import write
from ..core.tensor import Tensor
from ..ops import select as s
from ..ops import shape as o
from .arguments import check_tensors
from .blend import one_value
from .public import public


def copy_(self: Tensor, src: Any, non_blocking: bool = False) -> Tensor:
    """Write the elements of `src` (a tensor that broadcasts to this one, of any type) into this tensor."""
    check_tensors("copy_", self, src)
    have, got = self.array.shape, src.array.shape
    if len(got) > len(have):
        raise RuntimeError(f"output with shape {list(have)} doesn't match the broadcast shape {list(got)}")
    return write(self, s.replace.call, src)


@public(method=False)
def fill(input: Tensor, value: Any) -> Tensor:
    """One number, or the element of a 0-d tensor, everywhere.

    Args:
        input: any shape.
        value: a number or a 0-d tensor; gradients pass to the latter.

    Returns:
        A tensor of the shape and type of `input`.

    Raises:
        RuntimeError: the value has dimensions, or the type can't hold it.
        TypeError: it is no number.

    Example:
        >>> import seedgrad as sg
        >>> sg.fill(sg.zeros(2), 3.0)
        tensor([3., 3.])
    """
    check_tensors("fill", input)
    return o.contiguous.call(s.replace.call(input, one_value("fill", input, value)))


def fill_(self: Tensor, value: Any) -> Tensor:
    """Write one number, or the element of a 0-d tensor, into all of this tensor."""
    return write(self, s.replace.call, one_value("fill_", self, value))


def zero_(self: Tensor) -> Tensor:
    """Write zeros into this tensor."""
    return fill_(self, 0)


for _write in (copy_, fill_, zero_):
    setattr(Tensor, _write.__name__, _write)


def detach(input: Tensor) -> Tensor:
    """The same memory outside the graph; in-place writes to it are noticed by both.

    Example:
        >>> import seedgrad as sg
        >>> sg.detach(sg.ones(2, requires_grad=True))
        tensor([1., 1.])
    """
    check_tensors("detach", input)
    return input.detach()


def detach_(input: Tensor) -> Tensor:
    """Cut a tensor from the graph, in place.

    Raises:
        RuntimeError: it is a view.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.ones(2, requires_grad=True) * 2
        >>> sg.detach_(x).requires_grad
        False
    """
    check_tensors("detach_", input)
    return input.detach_()
