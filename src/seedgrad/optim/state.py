"""What an optimizer remembers, as a dictionary and back."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.tensor import RemovableHandle, Tensor
from .checks import scalar
from .step_hooks import Hooks

Group = dict[str, Any]


class Stateful:
    """`state_dict` and `load_state_dict`, with their hooks."""

    defaults: Group
    param_groups: list[Group]
    state: defaultdict[Any, dict[str, Any]]

    # Whether a step was made since a schedule first asked.
    stepped = False
    _watched: Any = None

    def watch(self) -> None:
        """Begin to note whether steps are made, and by the method that is now `step`: schedules ask for it."""
        if self._watched is None:
            self.stepped, self._watched = False, self._step_function()

    def replaced(self) -> bool:
        """Whether `step` is another method than when the first schedule was made."""
        return self._watched is not None and self._step_function() is not self._watched

    def _step_function(self) -> Any:
        step = self.step  # type: ignore[attr-defined]
        return getattr(step, "__func__", step)

    def _make_hooks(self) -> None:
        self._step_pre_hooks: Hooks = {}
        self._step_post_hooks: Hooks = {}
        self._state_dict_pre_hooks: Hooks = {}
        self._state_dict_post_hooks: Hooks = {}
        self._load_pre_hooks: Hooks = {}
        self._load_post_hooks: Hooks = {}

    def state_dict(self) -> dict[str, Any]:
        """The state and the options, with parameters as numbers in the order of the groups: what `save` can write.

        Returns:
            {"state": {number: {name: value}}, "param_groups": [options with "params" as numbers]}; tensors in it are
            those of the optimizer, not copies.
        """
        for hook in self._state_dict_pre_hooks.values():
            hook(self)
        number: dict[int, int] = {}
        start = 0
        groups = []
        for group in self.param_groups:
            for i, p in enumerate(group["params"], start):
                number.setdefault(id(p), i)
            start += len(group["params"])
            options = {k: v for k, v in group.items() if k != "params"}
            groups.append({**options, "params": [number[id(p)] for p in group["params"]]})
        state = {number[id(p)] if isinstance(p, Tensor) else p: values for p, values in self.state.items()}
        result = {"state": state, "param_groups": groups}
        for hook in self._state_dict_post_hooks.values():
            changed = hook(self, result)
            result = result if changed is None else changed
        return result

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` gave, here or in PyTorch (its tensors converted to ours).

        States are copied; those that are not the number of steps take the types of the parameters. Options that are
        missing keep the values given to the constructor.

        Args:
            state_dict: "state" and "param_groups" as `state_dict` returns them.

        Raises:
            ValueError: the numbers of groups, or of parameters in a group, differ.
            KeyError: "state" or "param_groups" is missing.
        """
        state_dict = dict(state_dict)
        for hook in self._load_pre_hooks.values():
            changed = hook(self, state_dict)
            state_dict = state_dict if changed is None else changed
        loaded = copy.deepcopy(state_dict["param_groups"])
        check_fit(loaded, self.param_groups)
        by_number: dict[Any, Tensor] = {}
        groups = []
        for new, old in zip(loaded, self.param_groups, strict=True):
            by_number.update(zip(new["params"], old["params"], strict=True))
            names = {"param_names": old["param_names"]} if "param_names" in old else {}
            groups.append({**self.defaults, **names, **new, "params": old["params"]})
        state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        for key, values in state_dict["state"].items():
            # A file format may have turned the numbers into text.
            number = int(key) if isinstance(key, str) and key.isdigit() else key
            if number in by_number:
                p = by_number[number]
                exact = any(g.get("fused") or g.get("capturable") for g in loaded if number in g["params"])
                state[p] = {name: _adopt(name, value, p, exact) for name, value in values.items()}
            else:
                state[key] = copy.deepcopy(values)
        self.__setstate__({"state": state, "param_groups": groups})
        for hook in self._load_post_hooks.values():
            hook(self)

    def __getstate__(self) -> dict[str, Any]:
        """What a copy or a file gets: no hooks."""
        return {"defaults": self.defaults, "state": self.state, "param_groups": self.param_groups}

    def __setstate__(self, state: dict[str, Any]) -> None:
        if "_step_pre_hooks" not in self.__dict__:
            self._make_hooks()
        for name, value in state.items():
            setattr(self, name, value)

    def register_step_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` before each step; it may return new (args, kwargs)."""
        return RemovableHandle(self._step_pre_hooks, hook)

    def register_step_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` after each step."""
        return RemovableHandle(self._step_post_hooks, hook)

    def register_state_dict_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer)` before `state_dict`; first of all with `prepend`."""
        return _register(self._state_dict_pre_hooks, hook, prepend)

    def register_state_dict_post_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)` after `state_dict`; it may change the dictionary or return another."""
        return _register(self._state_dict_post_hooks, hook, prepend)

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)` before loading; it may change the (shallow) copy or return another."""
        return _register(self._load_pre_hooks, hook, prepend)

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer)` after loading."""
        return _register(self._load_post_hooks, hook, prepend)


def _register(hooks: Hooks, hook: Callable[..., Any], prepend: bool) -> RemovableHandle:
    others = dict(hooks)
    handle = RemovableHandle(hooks, hook)
    if prepend:
        for key, other in others.items():
            del hooks[key]
            hooks[key] = other
    return handle


def check_fit(loaded: list[Group], groups: list[Group]) -> None:
    """Raise unless the loaded groups are as many, and as long, as those of the optimizer."""
    if len(loaded) != len(groups):
        raise ValueError(
            f"loaded state dict has a different number of parameter groups: {len(loaded)}, "
            f"the optimizer has {len(groups)}"
        )
    for i, (new, old) in enumerate(zip(loaded, groups, strict=True)):
        if len(new["params"]) != len(old["params"]):
            raise ValueError(
                f"loaded state dict contains a parameter group that doesn't match the size of optimizer's group: "
                f"group {i} has {len(new['params'])} parameters, the optimizer's has {len(old['params'])}"
            )


def _adopt(name: str, value: Any, p: Tensor, exact: bool) -> Any:
    """A copy of a loaded state. The number of steps keeps its type (float32 with `exact`), the rest takes p's."""
    if isinstance(value, Tensor):
        kind = value.array.dtype
        if name == "step":
            kind = dtypes.F32 if exact else kind
        elif dtypes.category(p.array.dtype) == dtypes.FLOAT:
            kind = p.array.dtype
        return Tensor(np.array(value.array, kind))
    if name == "step" and isinstance(value, (int, float)):
        return scalar(value)  # files of old versions of PyTorch
    if isinstance(value, dict):
        return {k: _adopt(k, v, p, exact) for k, v in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return type(value)(_adopt("", v, p, exact) for v in value)  # type: ignore[call-arg]
    return value
