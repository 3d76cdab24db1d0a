"""Layers that surround their input with its own elements."""

from __future__ import annotations

from ..core.tensor import Tensor
from .padding import Pad


class _ReflectionPad(Pad):
    _mode = "reflect"


class _ReplicationPad(Pad):
    _mode = "replicate"


class _CircularPad(Pad):
    _mode = "circular"

    def forward(self, input: Tensor) -> Tensor:
        if input.array.ndim not in (self._dims + 1, self._dims + 2):
            raise ValueError(
                f"{self._get_name()}: expected {self._dims + 1}D or {self._dims + 2}D input, got shape "
                f"{input.array.shape}"
            )
        return super().forward(input)


class ReflectionPad1d(_ReflectionPad):
    """Surrounds sequences (N, C, L) or (C, L) with their mirror image at the edge element: (left, right).

    See `ReflectionPad2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.ReflectionPad1d(1)(sg.tensor([[1.0, 2.0, 3.0]])).tolist()
        [[2.0, 1.0, 2.0, 3.0, 2.0]]
    """

    _dims = 1


class ReflectionPad2d(_ReflectionPad):
    """Surrounds images with their mirror image at the edge element.

    Args:
        padding: (left, right, top, bottom), or one int for all, each smaller than the dimension. Negative numbers cut.

    Shape:
        (N, C, H, W) or (C, H, W); H and W grow by the padding.

    Raises:
        RuntimeError: on the call, the padding is too large for the input, or cuts more than there is.
        NotImplementedError: on the call, another number of dimensions.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.ReflectionPad2d(1)(sg.ones(2, 3, 4, 5)).shape
        seedgrad.Size([2, 3, 6, 7])
    """

    _dims = 2


class ReflectionPad3d(_ReflectionPad):
    """Surrounds volumes (N, C, D, H, W) or (C, D, H, W) with their mirror image at the edge.

    See `ReflectionPad2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.ReflectionPad3d(1)(sg.ones(2, 3, 4, 5, 6)).shape
        seedgrad.Size([2, 3, 6, 7, 8])
    """

    _dims = 3


class ReplicationPad1d(_ReplicationPad):
    """Surrounds sequences (N, C, L) or (C, L) with copies of the edge element: (left, right).

    See `ReplicationPad2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.ReplicationPad1d(1)(sg.tensor([[1.0, 2.0, 3.0]])).tolist()
        [[1.0, 1.0, 2.0, 3.0, 3.0]]
    """

    _dims = 1


class ReplicationPad2d(_ReplicationPad):
    """Surrounds images with copies of the edge element.

    Args:
        padding: (left, right, top, bottom), or one int for all. Negative numbers cut.

    Shape:
        (N, C, H, W) or (C, H, W); H and W grow by the padding.

    Raises:
        RuntimeError: on the call, the padding is too large for the input, or cuts more than there is.
        NotImplementedError: on the call, another number of dimensions.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.ReplicationPad2d(1)(sg.ones(2, 3, 4, 5)).shape
        seedgrad.Size([2, 3, 6, 7])
    """

    _dims = 2


class ReplicationPad3d(_ReplicationPad):
    """Surrounds volumes (N, C, D, H, W) or (C, D, H, W) with copies of the edge element; (left, right, top, bottom, front, back).

    See `ReplicationPad2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.ReplicationPad3d(1)(sg.ones(2, 3, 4, 5, 6)).shape
        seedgrad.Size([2, 3, 6, 7, 8])
    """

    _dims = 3


class CircularPad1d(_CircularPad):
    """Surrounds sequences (N, C, L) or (C, L) with elements from the other end: (left, right).

    See `CircularPad2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.CircularPad1d(1)(sg.tensor([[1.0, 2.0, 3.0]])).tolist()
        [[3.0, 1.0, 2.0, 3.0, 1.0]]
    """

    _dims = 1


class CircularPad2d(_CircularPad):
    """Surrounds images with elements from the other end.

    Args:
        padding: (left, right, top, bottom), or one int for all, none larger than the dimension. Negative numbers cut.

    Shape:
        (N, C, H, W) or (C, H, W); H and W grow by the padding.

    Raises:
        RuntimeError: on the call, the padding is too large for the input, or cuts more than there is.
        ValueError: on the call, another number of dimensions.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.CircularPad2d(1)(sg.ones(2, 3, 4, 5)).shape
        seedgrad.Size([2, 3, 6, 7])
    """

    _dims = 2


class CircularPad3d(_CircularPad):
    """Surrounds volumes (N, C, D, H, W) or (C, D, H, W) with elements from the other end.

    See `CircularPad2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.CircularPad3d(1)(sg.ones(2, 3, 4, 5, 6)).shape
        seedgrad.Size([2, 3, 6, 7, 8])
    """

    _dims = 3
