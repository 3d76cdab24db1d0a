"""Mixed precision in functions of one's own with a backward pass of their own."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from ..core.tensor import Tensor
from .contexts import autocast, get_autocast_dtype, is_autocast_enabled


def _checked(device_type: Any) -> None:
    if not isinstance(device_type, str):
        raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")


def _cast(value: Any, dtype: Any) -> Any:
    if isinstance(value, Tensor):
        return value.to(dtype) if value.is_floating_point() and value.element_size() < 8 else value
    if isinstance(value, Mapping):
        return {_cast(k, dtype): _cast(v, dtype) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)([_cast(v, dtype) for v in value])
    return value


def custom_fwd(fwd: Callable[..., Any] | None = None, *, device_type: str, cast_inputs: Any = None) -> Any:
    """A decorator for `forward` of an `autograd.Function` that is used inside `autocast`; `custom_bwd` is for its `backward`.

    Args:
        fwd: the static method, or None to get a decorator.
        device_type: the kind of device.
        cast_inputs: inside `autocast`, convert the floating-point arguments (but float64) to this type and compute without
            mixed precision. Default: None, mixed precision stays on.

    Raises:
        ValueError: device_type is no string.

    Example:
        >>> import seedgrad as sg
        >>> class Product(sg.autograd.Function):
        ...     @staticmethod
        ...     @sg.amp.custom_fwd(device_type="cpu", cast_inputs=sg.float32)
        ...     def forward(ctx, a, b):
        ...         ctx.save_for_backward(a, b)
        ...         return a @ b
        ...     @staticmethod
        ...     @sg.amp.custom_bwd(device_type="cpu")
        ...     def backward(ctx, g):
        ...         a, b = ctx.saved_tensors
        ...         return g @ b.T, a.T @ g
        >>> with sg.autocast("cpu"):
        ...     Product.apply(sg.ones(2, 2), sg.ones(2, 2)).dtype
        seedgrad.float32
    """
    _checked(device_type)
    if fwd is None:
        return functools.partial(custom_fwd, device_type=device_type, cast_inputs=cast_inputs)

    @functools.wraps(fwd)
    def forward(*args: Any, **named: Any) -> Any:
        ctx = args[0]
        ctx._dtype = get_autocast_dtype(device_type)
        inside = is_autocast_enabled(device_type)
        if cast_inputs is None or not inside:
            ctx._fwd_used_autocast = inside and cast_inputs is None
            return fwd(*args, **named)
        ctx._fwd_used_autocast = False
        with autocast(device_type, enabled=False):
            return fwd(*_cast(args, cast_inputs), **_cast(named, cast_inputs))

    return forward


def custom_bwd(bwd: Callable[..., Any] | None = None, *, device_type: str) -> Any:
    """A decorator for `backward` of an `autograd.Function`: the same mixed precision as in its `forward`.

    Args:
        bwd: the static method, or None to get a decorator.
        device_type: the kind of device.

    Raises:
        ValueError: device_type is no string.

    Example: see `custom_fwd`.
    """
    _checked(device_type)
    if bwd is None:
        return functools.partial(custom_bwd, device_type=device_type)

    @functools.wraps(bwd)
    def backward(*args: Any, **named: Any) -> Any:
        with autocast(device_type, enabled=args[0]._fwd_used_autocast, dtype=args[0]._dtype):
            return bwd(*args, **named)

    return backward
