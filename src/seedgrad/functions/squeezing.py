"""Dimensions of size 1, put in and taken out."""

from __future__ import annotations

from typing import Any

from ..core.inplace import reshape_in_place
from ..core.inplace_checks import check_history
from ..core.tensor import Tensor
from ..ops import shape as o
from .arguments import check_tensors, some_axes
from .public import public


@public()
def squeeze(input: Tensor, dim: Any = None) -> Tensor:
    """Without the dimensions of size 1.

    Args:
        input: any shape.
        dim: which of them; those whose size is not 1 stay. Default: all.

    Returns:
        A view.

    Raises:
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(1, 3, 1).squeeze().shape, sg.zeros(1, 3, 1).squeeze(0).shape
        (seedgrad.Size([3]), seedgrad.Size([3, 1]))
    """
    return o.squeeze.call(input, axis=_squeezed(input, dim))


def _squeezed(input: Tensor, dim: Any) -> tuple[int, ...]:
    axes = some_axes("squeeze", input, dim)
    shape = input.array.shape
    if axes is None:
        axes = range(len(shape)) if dim is None else ()
    return tuple(a for a in ((axes,) if isinstance(axes, int) else axes) if shape[a] == 1)


@public()
def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """With a dimension of size 1 at `dim`.

    Args:
        input: any shape.
        dim: where the new dimension stands in the result; negative numbers count from the end.

    Returns:
        A view with one dimension more.

    Raises:
        IndexError: `dim` is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(3).unsqueeze(0).shape, sg.zeros(3).unsqueeze(-1).shape
        (seedgrad.Size([1, 3]), seedgrad.Size([3, 1]))
    """
    return o.expand_dims.call(input, axis=_new_axis(input, dim))


def _new_axis(input: Tensor, dim: int) -> int:
    if not isinstance(input, Tensor):
        check_tensors("unsqueeze", input)
    n = input.array.ndim + 1
    if not -n <= dim < n:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {dim}): "
            f"unsqueeze() of a tensor of shape {input.array.shape}"
        )
    return dim % n


def unsqueeze_(self: Tensor, dim: int) -> Tensor:
    """`unsqueeze` of the tensor itself."""
    check_history(self)
    axis = _new_axis(self, dim)
    return reshape_in_place(self, (o.expand_dims, {"axis": axis}), (o.squeeze, {"axis": axis}))


def squeeze_(self: Tensor, dim: Any = None) -> Tensor:
    """`squeeze` of the tensor itself."""
    check_history(self)
    axes = _squeezed(self, dim)
    return reshape_in_place(self, (o.squeeze, {"axis": axes}), (o.expand_dims, {"axis": axes}))


Tensor.unsqueeze_ = unsqueeze_


Tensor.squeeze_ = squeeze_
