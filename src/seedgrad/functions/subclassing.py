"""Tensors of users' own classes."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from ..ops.shape import alias
from .public import public


@public()
def as_subclass(input: Tensor, cls: type[Any]) -> Any:
    """The same memory, in the graph, as a tensor of a class; neither its `__new__` nor its `__init__` is called.

    Results of ops on tensors of a user's class are of that class, too.

    Args:
        cls: Tensor or a class that derives from it.

    Raises:
        TypeError: it is no class of tensors.

    Example:
        >>> import seedgrad as sg
        >>> sg.ones(2).as_subclass(sg.nn.Parameter)
        Parameter containing:
        tensor([1., 1.])
    """
    if not isinstance(cls, type) or not issubclass(cls, Tensor):
        raise TypeError(
            f"Creating a Tensor subclass from a class that does not inherit from Tensor is not possible, got {cls!r}. "
            f"Make sure your class inherits from Tensor."
        )
    t: Any = alias.call(input)
    t.__class__ = cls
    return t
