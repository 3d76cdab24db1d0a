"""Hooks of modules: functions called before and after `forward`, and before and after its gradient."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core.mode import mode
from ..core.tensor import RemovableHandle
from .backward_hooks import BackwardHooks, watch_last_node

if TYPE_CHECKING:
    from .module import Module


class Hook(NamedTuple):
    """A function that was registered, and how it wants to be called."""

    function: Callable[..., Any]
    with_kwargs: bool = False
    always_call: bool = False


class Hooks:
    """The hooks of one module, by the number of their handle, in the order in which they run."""

    def __init__(self) -> None:
        self.before: dict[int, Hook] = {}
        self.after: dict[int, Hook] = {}
        self.before_gradient: dict[int, Hook] = {}
        self.after_gradient: dict[int, Hook] = {}
        self.after_last_node: dict[int, Hook] = {}

    def empty(self) -> bool:
        """Whether there are none."""
        return not any(vars(self).values())

    def _all(self, when: str) -> list[tuple[int, Hook]]:
        """Those of all modules, then those of this one."""
        found = [*getattr(EVERYWHERE, when).items()]
        return found if self is EVERYWHERE else [*found, *getattr(self, when).items()]

    def call(self, module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run `module.forward` with the hooks around it."""
        finished: set[int] = set()
        result = None
        try:
            args, kwargs = self._run_before(module, args, kwargs)
            gradient = None
            before, after = self._all("before_gradient"), self._all("after_gradient")
            if mode.now.grad and (before or after):
                functions = [[hook.function for _, hook in hooks] for hooks in (before, after)]
                gradient = BackwardHooks(module, *functions)
                args = gradient.watch_inputs(args)
            result = module.forward(*args, **kwargs)
            for number, hook in self._all("after"):
                finished.add(number)
                result = _after(hook, module, args, kwargs, result)
            if gradient is not None:
                result = gradient.watch_outputs(result)
            last = self._all("after_last_node")
            if last:
                watch_last_node(module, [hook.function for _, hook in last], args, result)
            return result
        except Exception:
            for number, hook in self._all("after"):
                if hook.always_call and number not in finished:
                    try:
                        result = _after(hook, module, args, kwargs, result)
                    except Exception as second:
                        warnings.warn(
                            "module forward hook with ``always_call=True`` raised an exception that was "
                            "silenced as "
                            f"another error was raised in forward: {second}",
                            stacklevel=3,
                        )
            raise

    def _run_before(self, module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        for _, hook in self._all("before"):
            if hook.with_kwargs:
                changed = hook.function(module, args, kwargs)
                if changed is None:
                    continue
                if not (isinstance(changed, tuple) and len(changed) == 2):
                    raise RuntimeError(
                        f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got {changed}."
                    )
                args, kwargs = changed
            else:
                changed = hook.function(module, args)
                if changed is not None:
                    args = changed if isinstance(changed, tuple) else (changed,)
        return args, kwargs


# The hooks of all modules.
EVERYWHERE = Hooks()


def check_gradient_hooks(hooks: Hooks, full: bool, where: str) -> None:
    """Raise if there are hooks of the other kind."""
    if hooks.after_last_node if full else hooks.after_gradient:
        raise RuntimeError(
            f"Cannot use both regular backward hooks and full backward hooks {where}. Please use only one of them."
        )


def _after(hook: Hook, module: Module, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> Any:
    if hook.with_kwargs:
        changed = hook.function(module, args, kwargs, result)
    else:
        changed = hook.function(module, args, result)
    return result if changed is None else changed


class HookRegistration:
    """The part of Module that registers hooks."""

    # None until the first hook: a call without hooks pays for one look-up. Hooks for all modules are put here.
    _hooks: Hooks | None = None

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, args)` before `forward`; what it returns, if not None, replaces the arguments.

        Args:
            hook: returns None, the new tuple of arguments, or one new argument.
            prepend: run before the hooks that are there. Default: False.
            with_kwargs: call `hook(module, args, kwargs)`, which returns None or (args, kwargs). Default:
                False.

        Raises:
            RuntimeError: later, when a hook with `with_kwargs` returns anything else.
        """
        return self._register("before", Hook(hook, with_kwargs), prepend)

    def register_forward_hook(
        self,
        hook: Callable[..., Any],
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Call `hook(module, args, output)` after `forward`; what it returns, if not None, replaces the
        output.

        Args:
            hook: returns None or a new output.
            prepend: run before the hooks that are there. Default: False.
            with_kwargs: call `hook(module, args, kwargs, output)`. Default: False.
            always_call: run also when `forward` raises, with the output None. Default: False.

        Example:
            >>> import seedgrad as sg
            >>> layer = sg.nn.Linear(3, 2)
            >>> handle = layer.register_forward_hook(lambda m, args, out: print(tuple(out.shape)))
            >>> _ = layer(sg.ones(5, 3))
            (5, 2)
            >>> handle.remove()
        """
        return self._register("after", Hook(hook, with_kwargs, always_call), prepend)

    def register_full_backward_pre_hook(
        self, hook: Callable[[Any, Any], Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, grad_output)` when the gradients of the outputs are known.

        Args:
            hook: takes a tuple, one gradient for each output; what it returns, if not None, replaces them.
            prepend: run before the hooks that are there. Default: False.

        Raises:
            RuntimeError: later, when it returns the wrong number of gradients.
        """
        return self._register("before_gradient", Hook(hook), prepend)

    def register_full_backward_hook(
        self, hook: Callable[[Any, Any, Any], Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` when the gradients of the inputs are known.

        Args:
            hook: takes two tuples: a gradient for each positional input (None for those that need none) and
                for each output; what it returns, if not None, replaces `grad_input`.
            prepend: run before the hooks that are there. Default: False.

        Raises:
            RuntimeError: later, when it returns the wrong number of gradients; when an input of the module is
                written in place inside it.
        """
        check_gradient_hooks(self._own_hooks(), True, "on a single Module")
        return self._register("after_gradient", Hook(hook), prepend)

    def register_backward_hook(self, hook: Callable[[Any, Any, Any], Any]) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` when the last operation of the module has run backwards.

        `grad_input` are the gradients that this operation sends, whatever its inputs are. PyTorch deprecates it;
        `register_full_backward_hook` sees the inputs of the module.

        Args:
            hook: takes two tuples; what it returns, if not None, replaces `grad_input`.

        Raises:
            RuntimeError: the module has hooks of `register_full_backward_hook`.
        """
        check_gradient_hooks(self._own_hooks(), False, "on a single Module")
        return self._register("after_last_node", Hook(hook), False)

    def _register(self, when: str, hook: Hook, prepend: bool) -> RemovableHandle:
        return register(getattr(self._own_hooks(), when), hook, prepend)

    def _own_hooks(self) -> Hooks:
        if self._hooks is None or self._hooks is EVERYWHERE:
            self._hooks = Hooks()
        return self._hooks


def register(hooks: dict[int, Any], hook: Any, prepend: bool = False) -> RemovableHandle:
    """Add a hook behind, or before, those that are there."""
    handle = RemovableHandle(hooks, hook)
    if prepend:
        others = {number: hooks.pop(number) for number in list(hooks) if number != handle.id}
        hooks.update(others)
    return handle
