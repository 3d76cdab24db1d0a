"""Saving and loading what a module has learned: `state_dict` and `load_state_dict`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ..core import namespace
from ..core.memory import bump
from ..core.tensor import Tensor
from .load_errors import load_error
from .parameter import Parameter, is_lazy
from .state_hooks import NO_HOOKS, StateHookRegistration

EXTRA = "_extra_state"


class _IncompatibleKeys(NamedTuple):
    """What `load_state_dict` did not find, and what it found no use for."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


class StateDict(StateHookRegistration):
    """The part of Module that saves and loads."""

    _parameters: dict[str, Any]
    _buffers: dict[str, Any]
    _modules: dict[str, Any]
    _non_persistent_buffers_set: set[str]
    _version = 1  # of what the module saves; in `state_dict()._metadata`

    def state_dict(
        self, *, destination: dict[str, Any] | None = None, prefix: str = "", keep_vars: bool = False
    ) -> dict[str, Any]:
        """All parameters and persistent buffers by path, sharing memory with the module.

        Args:
            destination: a dictionary to fill and return. Default: a new one.
            prefix: put before every path. Default: "".
            keep_vars: give the parameters themselves rather than detached tensors. Default: False.

        Returns:
            A dictionary from paths to tensors. Its `_metadata` has the version of each module.

        Example:
            >>> from seedgrad import nn
            >>> {name: tuple(t.shape) for name, t in nn.Linear(3, 2).state_dict().items()}
            {'weight': (2, 3), 'bias': (2,)}
        """
        found: Any = destination
        if found is None:
            found = OrderedDict()
            found._metadata = OrderedDict()
        metadata = {"version": self._version}
        if hasattr(found, "_metadata"):
            found._metadata[prefix[:-1]] = metadata
        hooks = self._state_hooks or NO_HOOKS
        for hook in list(hooks.before_save.values()):
            hook(self, prefix, keep_vars)
        self._save_to_state_dict(found, prefix, keep_vars)
        for name, module in self._modules.items():
            if module is not None:
                module.state_dict(destination=found, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
        for after, may_replace in list(hooks.after_save.values()):
            changed = after(self, found, prefix, metadata)
            if changed is not None:
                if not may_replace:
                    raise RuntimeError(
                        "state_dict post-hook must return None; change the dictionary it is given instead"
                    )
                found = changed
        return found

    def _save_to_state_dict(self, destination: dict[str, Any], prefix: str, keep_vars: bool) -> None:
        """Save this module, without those below it."""
        for name, value in self._own_state().items():
            destination[prefix + name] = value if keep_vars else value.detach()
        if type(self).get_extra_state is not StateDict.get_extra_state:
            destination[prefix + EXTRA] = self.get_extra_state()

    def _own_state(self) -> dict[str, Tensor]:
        lasting = {k: b for k, b in self._buffers.items() if k not in self._non_persistent_buffers_set}
        return {k: v for k, v in {**self._parameters, **lasting}.items() if v is not None}

    def get_extra_state(self) -> Any:
        """What else `state_dict` holds for this module; a subclass that has something defines it, and `set_extra_state`.

        Raises:
            RuntimeError: the subclass does not.
        """
        raise RuntimeError(f"{type(self).__name__} has no extra state: define get_extra_state() and set_extra_state()")

    def set_extra_state(self, state: Any) -> None:
        """Take back what `get_extra_state` gave.

        Raises:
            RuntimeError: the subclass does not define it.
        """
        raise RuntimeError(f"{type(self).__name__} has no extra state: define get_extra_state() and set_extra_state()")

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> _IncompatibleKeys:
        """Copy the tensors (or arrays) of a `state_dict` into this module and those below it.

        Args:
            state_dict: paths to tensors; what `state_dict` of a module of the same structure gave.
            strict: whether missing and unexpected names are errors. Default: True.
            assign: put the given tensors in the place of the module's own, instead of copying the values; an
                optimizer made before still holds the old parameters. Default: False.

        Returns:
            A named tuple of the `missing_keys` and the `unexpected_keys`.

        Raises:
            TypeError: `state_dict` is not a mapping.
            RuntimeError: a shape differs, a value is not a tensor, or, if `strict`, names are missing or
                unexpected. All of them are listed, with a guess at the cause.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        missing: list[str] = []
        unexpected: list[str] = []
        errors: list[str] = []
        metadata = getattr(state_dict, "_metadata", None) or {}
        entries: Any = OrderedDict(state_dict)
        self._load(entries, "", metadata, assign, missing, unexpected, errors)
        if errors or (strict and (missing or unexpected)):
            raise RuntimeError(
                load_error(type(self).__name__, missing if strict else [], unexpected if strict else [], errors)
            )
        return _IncompatibleKeys(missing, unexpected)

    def _load(
        self,
        state: dict[str, Any],
        prefix: str,
        metadata: Mapping[str, Any],
        assign: bool,
        missing: list[str],
        unexpected: list[str],
        errors: list[str],
    ) -> None:
        """Load this module and those below it from the entries whose names start with `prefix`."""
        hooks = self._state_hooks or NO_HOOKS
        own = {**metadata.get(prefix[:-1], {}), **({"assign_to_params_buffers": True} if assign else {})}
        for hook in list(hooks.before_load.values()):
            hook(self, state, prefix, own, True, missing, unexpected, errors)
        self._load_from_state_dict(state, prefix, own, True, missing, unexpected, errors)
        below: dict[str, dict[str, Any]] = {name: {} for name in self._modules}
        for key, value in state.items():
            if key.startswith(prefix):
                child = key[len(prefix) :].partition(".")
                if child[1] and child[0] in below:
                    below[child[0]][key] = value
        for name, module in self._modules.items():
            if module is not None:
                module._load(below[name], f"{prefix}{name}.", metadata, assign, missing, unexpected, errors)
        for hook in list(hooks.after_load.values()):
            if hook(self, _IncompatibleKeys(missing, unexpected)) is not None:
                raise AssertionError(
                    "Hooks registered with ``register_load_state_dict_post_hook`` are not expected to return "
                    "new values, "
                    "if incompatible_keys need to be modified, it should be done inplace."
                )

    def _load_from_state_dict(
        self,
        state_dict: dict[str, Any],
        prefix: str,
        local_metadata: dict[str, Any],
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        """Load this module, without those below it; subclasses override it to accept old names."""
        own = self._own_state()
        for name, target in own.items():
            key = prefix + name
            if key in state_dict:
                self._load_one(name, target, key, state_dict[key], local_metadata, error_msgs)
            elif strict:
                missing_keys.append(key)
        extra = type(self).set_extra_state is not StateDict.set_extra_state
        if extra and prefix + EXTRA in state_dict:
            self.set_extra_state(state_dict[prefix + EXTRA])
        elif extra and strict:
            missing_keys.append(prefix + EXTRA)
        if strict:
            for key in state_dict:
                if key.startswith(prefix):
                    first, dot, _ = key[len(prefix) :].partition(".")
                    known = first in self._modules if dot else first in own or (extra and first == EXTRA)
                    if not known:
                        unexpected_keys.append(key)

    def _load_one(
        self, name: str, target: Tensor, key: str, value: Any, metadata: dict[str, Any], errors: list[str]
    ) -> None:
        if isinstance(value, np.ndarray):
            value = Tensor(value)
        if not isinstance(value, Tensor):
            errors.append(
                f'While copying the parameter named "{key}", expected a Tensor from the checkpoint but '
                "received "
                f"{type(value)}"
            )
            return
        if is_lazy(target):  # and so is the value, or it would be materialized by now
            return
        have, wanted = tuple(value.shape), target.array.shape
        if wanted == () and have == (1,):  # how scalars were saved before there were 0-d tensors
            value, have = Tensor(value.array.reshape(())), ()
        if have != wanted:
            hint = ""
            if len(wanted) > 1 and have == wanted[::-1]:
                hint = f" It is the transpose: load state_dict[{key!r}].T."
            errors.append(
                f"size mismatch for {key}: copying a param with shape {have} from checkpoint, the shape in "
                "current "
                f"model is {wanted}.{hint}"
            )
        elif metadata.get("assign_to_params_buffers"):
            if isinstance(target, Parameter) and not isinstance(value, Parameter):
                value = Parameter(value, target.requires_grad)
            elif isinstance(target, Parameter):
                value.requires_grad_(target.requires_grad)
            setattr(self, name, value)
        else:
            np.copyto(target.array, namespace.astype(value.array, target.array.dtype))
            bump(target)
