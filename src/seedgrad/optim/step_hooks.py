"""Functions that are called around every step, of one optimizer or of all."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..core.mode import mode
from ..core.tensor import RemovableHandle

Hooks = dict[int, Callable[..., Any]]

_before_all: Hooks = {}
_after_all: Hooks = {}


def register_optimizer_step_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(optimizer, args, kwargs)` before each step of every optimizer.

    Args:
        hook: may return None, or (args, kwargs) that take the place of the arguments; args begin with the optimizer.

    Returns:
        A handle whose `remove()` takes the hook away.

    Example:
        >>> import seedgrad as sg
        >>> handle = sg.optim.optimizer.register_optimizer_step_pre_hook(lambda o, args, kwargs: print("step"))
        >>> sg.optim.SGD([sg.ones(1)]).step()
        step
        >>> handle.remove()
    """
    return RemovableHandle(_before_all, hook)


def register_optimizer_step_post_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(optimizer, args, kwargs)` after each step of every optimizer.

    Args:
        hook: what it returns is not used; args begin with the optimizer.

    Returns:
        A handle whose `remove()` takes the hook away.

    Example:
        >>> import seedgrad as sg
        >>> handle = sg.optim.optimizer.register_optimizer_step_post_hook(lambda o, args, kwargs: print("done"))
        >>> sg.optim.SGD([sg.ones(1)]).step()
        done
        >>> handle.remove()
    """
    return RemovableHandle(_after_all, hook)


def hooked(step: Callable[..., Any]) -> Callable[..., Any]:
    """The method `step` with the hooks around it."""

    @functools.wraps(step)
    def wrapper(self: Any, *rest: Any, **kwargs: Any) -> Any:
        trace = mode.now.trace
        if trace is not None and trace.state == "on":  # recorded as one call, so that rates and hooks stay alive
            return trace.python(wrapper, self, *rest, **kwargs)
        args: Any = (self, *rest)
        hooks = (*_before_all.values(), *self._step_pre_hooks.values()) if _before_all or self._step_pre_hooks else ()
        for hook in hooks:
            changed = hook(self, args, kwargs)
            if changed is not None:
                if not (isinstance(changed, tuple) and len(changed) == 2):
                    raise RuntimeError(
                        f"a hook before the step must return None or a tuple of (new_args, new_kwargs), got {changed}"
                    )
                args, kwargs = changed
        result = step(*args, **kwargs)
        self.stepped = True
        if _after_all or self._step_post_hooks:
            for hook in (*self._step_post_hooks.values(), *_after_all.values()):
                hook(self, args, kwargs)
        return result

    return wrapper
