"""Changing the element type of a whole module, and the order of its elements in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ..core import dtype as dtypes
from ..core import namespace
from ..core.kinds import check_device, memory_format
from ..core.tensor import Tensor
from ..functions.memory_moves import share_memory_
from .parameter import is_lazy

if TYPE_CHECKING:
    pass

C = TypeVar("C", bound="Conversion")


class Conversion:
    """The part of Module that converts parameters and buffers."""

    def to(self: C, *args: Any, **kwargs: Any) -> C:
        """Convert the floating-point parameters and buffers, in place, and return the module.

        Call it as `to(dtype)`, `to(device)`, `to(device, dtype)` or `to(tensor)`, which takes the type of
        `tensor`.

        Args:
            device: "cpu", the only one.
            dtype: a floating-point or complex type. Integer parameters and buffers keep theirs.
            non_blocking: accepted for programs written for PyTorch; on one device there is nothing to wait
                for.
            memory_format: the order in which the elements of parameters and buffers with four or five dimensions lie
                in memory. Default: None, the order that they have.

        Raises:
            RuntimeError: another device than "cpu"; a memory format of another number of dimensions.
            TypeError: the type is neither floating-point nor complex; the memory format is none.

        Example:
            >>> import seedgrad as sg
            >>> sg.nn.Linear(2, 2).to(sg.float64).weight.dtype
            seedgrad.float64
        """
        layout = kwargs.pop("memory_format", None)
        if layout is not None and not isinstance(layout, memory_format):
            raise TypeError(f"to(): memory_format must be one such as channels_last, not {type(layout).__name__}")
        kind = _wanted_type(*args, **kwargs)
        if kind is not None:
            if dtypes.category(kind) < dtypes.FLOAT:
                raise TypeError(
                    f"nn.Module.to only accepts floating point or complex dtypes, "
                    f"but got desired dtype={dtypes.from_numpy(kind)}"
                )
            self._convert(kind)
        if layout is not None:
            self._apply(lambda t: t.detach().to(memory_format=layout) if t.ndim in (4, 5) else t)
        return self

    def type(self: C, dst_type: Any) -> C:
        """Convert all parameters and buffers, the integer ones too."""
        kind = dtypes.to_numpy(dst_type)
        return self._apply(lambda t: Tensor(namespace.astype(t.array, kind)))

    def float(self: C) -> C:
        """Convert the floating-point parameters and buffers to float32."""
        return self._convert(dtypes.float32.dtype, dtypes.FLOAT)

    def double(self: C) -> C:
        """Convert the floating-point parameters and buffers to float64."""
        return self._convert(dtypes.float64.dtype, dtypes.FLOAT)

    def half(self: C) -> C:
        """Convert the floating-point parameters and buffers to float16."""
        return self._convert(dtypes.float16.dtype, dtypes.FLOAT)

    def bfloat16(self: C) -> C:
        """Convert the floating-point parameters and buffers to bfloat16."""
        return self._convert(dtypes.bfloat16.dtype, dtypes.FLOAT)

    def cpu(self: C) -> C:
        """The module itself: it is on the CPU already."""
        return self

    def cuda(self: C, device: Any = None) -> C:
        """Refused: there are no modules on a GPU here.

        Raises:
            AssertionError: always.
        """
        raise AssertionError(
            "seedgrad computes on the CPU: there is no cuda(). Leave the call out, or use model.to('cpu')"
        )

    def to_empty(self: C, *, device: Any, recurse: bool = True) -> C:
        """Give all parameters and buffers new memory with any values, and return the module.

        Args:
            device: "cpu", the only one, or None.
            recurse: also those of the modules below. Default: True.

        Raises:
            RuntimeError: another device than "cpu".
        """
        check_device(device)
        return self._apply(lambda t: Tensor(np.empty_like(t.array)), recurse)

    def share_memory(self: C) -> C:
        """Move parameters and buffers to memory that processes forked later share with this one; returns the module.

        What one process writes, the others see: several can train one model (each with its own gradients).

        Raises:
            RuntimeError: a parameter has no shape yet.

        Example:
            >>> import seedgrad as sg
            >>> sg.nn.Linear(2, 2).share_memory()(sg.ones(1, 2)).shape
            seedgrad.Size([1, 2])
        """
        return self._apply(_shared)

    def _convert(self: C, kind: Any, *categories: int) -> C:
        wanted = categories or (dtypes.FLOAT, dtypes.COMPLEX)

        def convert(t: Tensor) -> Tensor:
            if is_lazy(t):
                if t.is_floating_point():
                    t.retype(kind)
                return t
            have = t.array.dtype
            return Tensor(namespace.astype(t.array, kind)) if dtypes.category(have) in wanted and have != kind else t

        return self._apply(convert)

    def _apply(self: C, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> C:
        """Replace the data of parameters, gradients and buffers by fn(data), in the same parameters."""
        module: Any
        for module in self.modules() if recurse else [self]:  # type: ignore[attr-defined]
            for parameter in module._parameters.values():
                if parameter is None:
                    continue
                gradient, parameter.grad = parameter.grad, None
                new = fn(parameter)
                if new is not parameter:
                    parameter.data = new
                parameter.grad = None if gradient is None else fn(gradient)
            for name, buffer in module._buffers.items():
                if buffer is not None:
                    module._buffers[name] = module.__dict__[name] = fn(buffer)
        return self


def _shared(t: Tensor) -> Tensor:
    """The same values in memory that forked processes share."""
    if is_lazy(t):
        raise RuntimeError(
            "Can't share memory on an uninitialized parameter or buffer. Call `forward` to initialize the parameters "
            "before calling `module.share_memory()`."
        )
    return share_memory_(t)


def _wanted_type(*args: Any, device: Any = None, dtype: Any = None, non_blocking: bool = False) -> Any:
    """The NumPy type that the arguments of `to` ask for, or None."""
    for given in args:
        if isinstance(given, Tensor):
            dtype = given.array.dtype
        elif given is None or isinstance(given, str) or type(given).__name__ == "device":
            device = given
        elif isinstance(given, bool):
            continue  # non_blocking by position
        else:
            dtype = given
    check_device(device)
    return None if dtype is None else dtypes.to_numpy(dtype)
