"""The old name of a tensor in the graph."""

from __future__ import annotations

import warnings
from typing import Any

from ..core.tensor import Tensor


class _AnyTensor(type):
    """Makes isinstance(t, Variable) true of every tensor."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor)


class Variable(metaclass=_AnyTensor):
    """A tensor of the same memory, outside of any graph; tensors have needed no such thing for a long time.

    Args:
        data: a tensor.
        requires_grad: whether a gradient is computed for it. Default: False.
        volatile: was removed; it warns, and has no effect.

    Returns:
        A plain Tensor.

    Raises:
        TypeError: `data` is not a Tensor.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.autograd.Variable(sg.ones(2), requires_grad=True)
        >>> x, isinstance(x, sg.autograd.Variable)
        (tensor([1., 1.], requires_grad=True), True)
    """

    def __new__(cls, data: Tensor, requires_grad: bool = False, volatile: bool = False) -> Any:
        if not isinstance(data, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {type(data).__name__}")
        if volatile:
            warnings.warn(
                "volatile was removed and now has no effect. Use `with seedgrad.no_grad():` instead.", stacklevel=2
            )
        t = data.detach()
        t.requires_grad = requires_grad
        return t
