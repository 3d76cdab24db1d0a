"""The class of a parametrized module: the original one with a property for each parametrized tensor."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..module import Module


class _Cache(threading.local):
    """The tensors computed inside of `cached`."""

    def __init__(self) -> None:
        self.depth = 0
        self.values: dict[tuple[int, str], Any] = {}


_cache = _Cache()


@contextmanager
def cached() -> Iterator[None]:
    """Compute every parametrized tensor at most once inside a `with` block.

    Useful where one forward pass reads a tensor several times, as in a recurrent network.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.utils import parametrize
        >>> layer = sg.nn.utils.parametrizations.weight_norm(sg.nn.Linear(2, 2))
        >>> with parametrize.cached():
        ...     layer.weight is layer.weight
        True
    """
    _cache.depth += 1
    try:
        yield
    finally:
        _cache.depth -= 1
        if not _cache.depth:
            _cache.values = {}


def base_class(module: Module) -> type:
    """The class that the module had before it was parametrized."""
    kind = type(module)
    return kind.__bases__[0] if "_parametrized_names" in vars(kind) else kind


def set_names(module: Module, names: tuple[str, ...]) -> None:
    """Give the module the class that has a property for each name, or its own class for none.

    The class is a new one each time: copies of the module keep theirs.
    """
    base = base_class(module)
    members: dict[str, Any] = {name: _property(name) for name in names}
    members |= {"_parametrized_names": names, "__reduce_ex__": _refuse_to_pickle, "__module__": base.__module__}
    if not hasattr(base, "__deepcopy__"):
        members["__deepcopy__"] = _deepcopy
    module.__class__ = type(f"Parametrized{base.__name__}", (base,), members) if names else base


def names_of(module: Module) -> tuple[str, ...]:
    """The parametrized tensors of the module."""
    return vars(type(module)).get("_parametrized_names", ())


def _property(name: str) -> property:
    def get(self: Any) -> Any:
        if not _cache.depth:
            return self.parametrizations[name]()
        key = (id(self), name)
        if key not in _cache.values:
            _cache.values[key] = self.parametrizations[name]()
        return _cache.values[key]

    def put(self: Any, value: Any) -> None:
        self.parametrizations[name].right_inverse(value)

    return property(get, put, doc=f"The parametrized {name}, computed each time it is read.")


def _refuse_to_pickle(self: Any, protocol: Any) -> Any:
    raise RuntimeError(
        "Serialization of parametrized modules is only supported through state_dict(): save it, register the same "
        "parametrizations on a new module, and load it there"
    )


def _deepcopy(self: Any, memo: dict[int, Any]) -> Any:
    kind: Any = type(self)
    replica = kind.__new__(kind)
    memo[id(self)] = replica
    replica.__dict__.update(copy.deepcopy(self.__dict__, memo))
    return replica
