"""Parameters and buffers whose shape is not known yet."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from .parameter import Parameter, empty

# Where a tensor keeps its array; the classes below hide it until there is one.
_ARRAY: Any = vars(Tensor)["array"]


class _Uninitialized:
    """What they share: every look at the values raises, until `materialize` makes them ordinary tensors."""

    __slots__ = ()
    lazy = True
    cls_to_become: type[Tensor]

    def __init__(self, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> None:
        """The work is done in `__new__`, because there is no array to begin with."""

    @property
    def array(self) -> Any:
        raise ValueError(
            f"Attempted to use an uninitialized parameter: a {type(self).__name__} has no values yet. "
            "Call the lazy module once with an example input; that determines the shapes"
        )

    @property
    def shape(self) -> Any:
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in "
            "`load_state_dict` when trying to load an uninitialized parameter into an initialized one. "
            "Call the lazy module once with an example input; that determines the shapes"
        )

    @property
    def dtype(self) -> Any:
        """The element type that it will have."""
        return dtypes.from_numpy(_ARRAY.__get__(self).dtype)

    def is_floating_point(self) -> bool:
        """Whether it will hold floating-point numbers."""
        return self.dtype.is_floating_point

    def retype(self, kind: np.dtype[Any]) -> None:
        """Change the element type that it will have."""
        _ARRAY.__set__(self, np.empty(0, kind))

    def materialize(self, shape: tuple[int, ...], device: Any = None, dtype: Any = None) -> None:
        """Become an ordinary parameter or buffer of this shape, with any values.

        Args:
            shape: the shape.
            device: "cpu", the only one.
            dtype: the element type. Default: the one it was made with.
        """
        data = empty(tuple(shape), device, self.dtype if dtype is None else dtype)
        self.__class__ = self.cls_to_become  # type: ignore[assignment]
        self.data = data  # type: ignore[misc]

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(self), (self.requires_grad, None, self.dtype)  # type: ignore[attr-defined]

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        if id(self) not in memo:
            memo[id(self)] = type(self)(self.requires_grad, None, self.dtype)  # type: ignore[attr-defined]
        return memo[id(self)]


class UninitializedParameter(_Uninitialized, Parameter):  # type: ignore[override]
    """A parameter whose shape is determined later, by `materialize`.

    It can be given to optimizers and to `state_dict`, and converted to another element type; everything else raises.

    Args:
        requires_grad: whether gradients will be computed for it. Default: True.
        device: "cpu", the only one.
        dtype: the element type. Default: the default float type.

    Raises:
        RuntimeError: on a look at the shape.
        ValueError: on any other use.

    Example:
        >>> from seedgrad import nn
        >>> p = nn.UninitializedParameter()
        >>> p.materialize((2, 3))
        >>> type(p).__name__, p.shape
        ('Parameter', seedgrad.Size([2, 3]))
    """

    cls_to_become = Parameter

    def __new__(cls, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> Any:
        t = Parameter(empty((0,), device, dtype), requires_grad)
        t.__class__ = cls
        return t


class UninitializedBuffer(_Uninitialized, Tensor):  # type: ignore[override]
    """A buffer whose shape is determined later, by `materialize`.

    Args:
        requires_grad: whether gradients will be computed for it. Default: False.
        device: "cpu", the only one.
        dtype: the element type. Default: the default float type.
        persistent: whether the module's `state_dict` holds it. Default: True.

    Raises:
        RuntimeError: on a look at the shape.
        ValueError: on any other use.

    Example:
        >>> from seedgrad import nn
        >>> b = nn.UninitializedBuffer()
        >>> b.materialize((2,))
        >>> type(b).__name__, b.shape
        ('Tensor', seedgrad.Size([2]))
    """

    cls_to_become = Tensor

    def __new__(
        cls, requires_grad: bool = False, device: Any = None, dtype: Any = None, persistent: bool = True
    ) -> Any:
        t = empty((0,), device, dtype)
        t.requires_grad = requires_grad
        t._is_buffer, t.persistent = True, persistent  # type: ignore[attr-defined]
        t.__class__ = cls
        return t

    def __init__(
        self, requires_grad: bool = False, device: Any = None, dtype: Any = None, persistent: bool = True
    ) -> None:
        """The work is done in `__new__`, because there is no array to begin with."""
