"""Parameters, which an optimizer changes, and buffers, which are state but are not trained."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.kinds import check_device
from ..core.tensor import Tensor


class Parameter(Tensor):
    """A tensor that a module counts among its parameters when it is assigned as an attribute.

    It shares memory with `data`. Attributes set on it (`p.no_decay = True`) survive pickling and copying.

    Args:
        data: the values, of any shape; float or complex if `requires_grad`. Default: an empty tensor.
        requires_grad: whether gradients are computed for it. Default: True.

    Raises:
        TypeError: `data` is not a Tensor.
        RuntimeError: `requires_grad` and the type of `data` is an integer or bool.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Parameter(sg.zeros(2)).requires_grad
        True
    """

    plain_results = True

    def __init__(self, data: Tensor | None = None, requires_grad: bool = True) -> None:
        if data is None:
            data = Tensor(np.empty(0, dtypes.default()))
        if not isinstance(data, Tensor):
            raise TypeError(
                f"Parameter(): data must be a Tensor, got {type(data).__name__}. Convert it first: "
                "seedgrad.tensor(data)"
            )
        super().__init__(data.array)
        if data.is_inference():
            self.origin = data.origin
        if requires_grad:
            self.requires_grad = True

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


class _BufferType(type):
    """Makes isinstance(t, Buffer) ask whether the tensor `t` was made by Buffer()."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor) and getattr(instance, "_is_buffer", False)


class Buffer(Tensor, metaclass=_BufferType):
    """A tensor that a module counts among its buffers when it is assigned as an attribute.

    As in PyTorch the result is a plain Tensor, marked as a buffer. It shares memory with `data`.

    Args:
        data: the values, of any shape and type. Default: an empty tensor.
        persistent: whether the module's `state_dict` holds it. Default: True.

    Raises:
        TypeError: `data` is not a Tensor.

    Example:
        >>> import seedgrad as sg
        >>> m = sg.nn.Module()
        >>> m.scale = sg.nn.Buffer(sg.ones(1))
        >>> list(m.state_dict())
        ['scale']
    """

    def __new__(cls, data: Tensor | None = None, *, persistent: bool = True) -> Any:
        if data is None:
            data = Tensor(np.empty(0, dtypes.default()))
        if not isinstance(data, Tensor):
            raise TypeError(
                f"Buffer(): data must be a Tensor, got {type(data).__name__}. Convert it first: seedgrad.tensor(data)"
            )
        t = data.detach()
        t.requires_grad = data.requires_grad
        t._is_buffer = True  # type: ignore[attr-defined]
        t.persistent = persistent  # type: ignore[attr-defined]
        return t


def is_lazy(t: Any) -> bool:
    """Whether `t` is a parameter or buffer whose shape is not known yet (`UninitializedParameter`).

    Example:
        >>> from seedgrad import nn
        >>> from seedgrad.nn.parameter import is_lazy
        >>> is_lazy(nn.LazyLinear(3).weight)
        True
    """
    return isinstance(t, Tensor) and getattr(type(t), "lazy", False)


def empty(shape: tuple[int, ...], device: Any = None, dtype: Any = None) -> Tensor:
    """An uninitialised tensor for a layer to fill.

    Raises:
        RuntimeError: a size is negative, or the device is not the CPU.
    """
    check_device(device)
    if any(n < 0 for n in shape):
        raise RuntimeError(f"Trying to create tensor with negative dimension {min(shape)}: {list(shape)}")
    return Tensor(np.empty(shape, dtypes.default() if dtype is None else dtypes.to_numpy(dtype)))
