"""Hooks that run for every module there is, for debugging and profiling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core.tensor import RemovableHandle
from .hooks import EVERYWHERE, Hook, HookRegistration, check_gradient_hooks, register
from .registration import REGISTRATION


class _Handle(RemovableHandle):
    """A handle that gives modules back their short way to `forward` when the last hook is gone."""

    def remove(self) -> None:
        super().remove()
        if EVERYWHERE.empty():
            HookRegistration._hooks = None


def _everywhere(when: str, hook: Hook) -> RemovableHandle:
    HookRegistration._hooks = EVERYWHERE  # modules without hooks of their own look here
    return _Handle(getattr(EVERYWHERE, when), hook)  # type: ignore[arg-type]


def register_module_forward_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, args)` before the `forward` of any module, before the module's own hooks.

    Args:
        hook: returns None, the new tuple of arguments, or one new argument.

    Returns:
        A handle; its `remove()` takes the hook away.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.modules.module import register_module_forward_pre_hook
        >>> with register_module_forward_pre_hook(lambda module, args: print(type(module).__name__)):
        ...     _ = sg.nn.Sequential(sg.nn.Tanh())(sg.ones(1))
        Sequential
        Tanh
    """
    return _everywhere("before", Hook(hook))


def register_module_forward_hook(
    hook: Callable[..., Any], *, with_kwargs: bool = False, always_call: bool = False
) -> RemovableHandle:
    """Call `hook(module, args, output)` after the `forward` of any module, before the module's own hooks.

    Args:
        hook: returns None or a new output.
        with_kwargs: call `hook(module, args, kwargs, output)`. Default: False.
        always_call: run also when `forward` raises, with the output None. Default: False.

    Returns:
        A handle; its `remove()` takes the hook away.
    """
    return _everywhere("after", Hook(hook, with_kwargs, always_call))


def register_module_full_backward_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, grad_output)` for every module when the gradients of its outputs are known.

    Args:
        hook: takes a tuple; what it returns, if not None, replaces it.

    Returns:
        A handle; its `remove()` takes the hook away.
    """
    return _everywhere("before_gradient", Hook(hook))


def register_module_full_backward_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, grad_input, grad_output)` for every module when the gradients of its inputs are known.

    Args:
        hook: takes two tuples; what it returns, if not None, replaces `grad_input`.

    Returns:
        A handle; its `remove()` takes the hook away.

    Raises:
        RuntimeError: there are hooks of `register_module_backward_hook`.
    """
    check_gradient_hooks(EVERYWHERE, True, "as a global Module hook")
    return _everywhere("after_gradient", Hook(hook))


def register_module_backward_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, grad_input, grad_output)` when the last operation of any module has run backwards.

    `grad_input` are the gradients that this operation sends, whatever its inputs are. PyTorch deprecates it;
    `register_module_full_backward_hook` sees the inputs of the module.

    Args:
        hook: takes two tuples; what it returns, if not None, replaces `grad_input`.

    Returns:
        A handle; its `remove()` takes the hook away.

    Raises:
        RuntimeError: there are hooks of `register_module_full_backward_hook`.
    """
    check_gradient_hooks(EVERYWHERE, False, "as a global Module hook")
    return _everywhere("after_last_node", Hook(hook))


def register_module_parameter_registration_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, name, parameter)` when a parameter is registered anywhere; it may return another one."""
    return register(REGISTRATION.parameters, hook)


def register_module_buffer_registration_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, name, buffer)` when a buffer is registered anywhere; it may return another one."""
    return register(REGISTRATION.buffers, hook)


def register_module_module_registration_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, name, child)` when a module is registered in another; it may return another one."""
    return register(REGISTRATION.modules, hook)
