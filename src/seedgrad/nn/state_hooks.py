"""Hooks around the saving and loading of modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core.tensor import RemovableHandle
from .hooks import register


class StateHooks:
    """The hooks around saving and loading, by the number of their handle."""

    def __init__(self) -> None:
        self.before_save: dict[int, Callable[..., Any]] = {}
        self.after_save: dict[int, tuple[Callable[..., Any], bool]] = {}
        self.before_load: dict[int, Callable[..., Any]] = {}
        self.after_load: dict[int, Callable[..., Any]] = {}


NO_HOOKS = StateHooks()


class StateHookRegistration:
    """The part of Module that registers them."""

    _state_hooks: StateHooks | None = None

    def register_state_dict_pre_hook(self, hook: Callable[[Any, str, bool], None]) -> RemovableHandle:
        """Call `hook(module, prefix, keep_vars)` before the module is saved."""
        return register(self._hooks_for_state().before_save, hook)

    def register_state_dict_post_hook(self, hook: Callable[..., None]) -> RemovableHandle:
        """Call `hook(module, state_dict, prefix, local_metadata)` after it was saved; it may change the
        dictionary, and returns None.
        """
        return register(self._hooks_for_state().after_save, (hook, False))

    def _register_state_dict_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """The same, but the hook may return another dictionary."""
        return register(self._hooks_for_state().after_save, (hook, True))

    def register_load_state_dict_pre_hook(self, hook: Callable[..., None]) -> RemovableHandle:
        """Call a hook before loading.

        Args:
            hook: takes (module, state_dict, prefix, local_metadata, strict, missing, unexpected, errors);
                it may change the dictionary and the three lists.
        """
        return register(self._hooks_for_state().before_load, hook)

    def _register_load_state_dict_pre_hook(
        self, hook: Callable[..., None], with_module: bool = False
    ) -> RemovableHandle:
        """The same; the hook gets the module only if asked for."""

        def without_module(module: Any, *rest: Any) -> None:
            hook(*rest)

        return self.register_load_state_dict_pre_hook(hook if with_module else without_module)

    def register_load_state_dict_post_hook(self, hook: Callable[..., None]) -> RemovableHandle:
        """Call `hook(module, incompatible_keys)` after loading; it may change the two lists in place."""
        return register(self._hooks_for_state().after_load, hook)

    def _hooks_for_state(self) -> StateHooks:
        if self._state_hooks is None:
            self._state_hooks = StateHooks()
        return self._state_hooks
