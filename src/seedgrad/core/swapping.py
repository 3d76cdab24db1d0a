"""Other tensors in the place of a module's own, for the length of a call.

What is asked of a module: `_parameters`, `_buffers` and `_modules`, dictionaries of its members by name, which are plain
attributes too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .tensor import Tensor


def call_with(
    module: Any, tensors: dict[str, Any], args: Any, kwargs: dict[str, Any] | None, tie_weights: bool, strict: bool
) -> Any:
    """`module(*args, **kwargs)` with other tensors; `args` is a tuple, a single argument, or None."""
    if not isinstance(args, tuple):
        args = () if args is None else (args,)
    with _swapped(module, tensors, tie_weights, strict):
        return module(*args, **(kwargs or {}))


@contextmanager
def _swapped(module: Any, tensors: dict[str, Any], tie_weights: bool, strict: bool) -> Iterator[None]:
    """Put `tensors` in the place of the members of these paths, and put the members back at the end.

    What the module then has under a path, because its `forward` assigned something else, is written into `tensors`.

    Raises:
        ValueError: two different tensors are given for paths that are the same tensor in the module.
        RuntimeError: `strict`, and paths are missing or unknown.
        AttributeError: a path leads through a module that does not exist.
        TypeError: a value is not a Tensor, or the path is that of something else.
        KeyError: a path ends in an empty name.
    """
    own = dict(_members(module, ""))
    given = _spread_ties(own, tensors) if tie_weights else dict(tensors)
    if strict:
        _check_names(type(module).__name__, own, given)
    undo: list[tuple[str, Callable[[], Any]]] = []
    try:
        for path, tensor in given.items():
            undo.append((path, _put(module, path, tensor)))
        yield
    finally:
        found = {path: back() for path, back in reversed(undo)}
        tensors.update({path: found[path] for path in tensors if path in found})


def _members(module: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    """All parameters and buffers with their paths, shared ones under each of them."""
    for store in (module._parameters, module._buffers):
        for name, member in store.items():
            if member is not None:
                yield prefix + name, member
    for name, child in module._modules.items():
        if child is not None:
            yield from _members(child, f"{prefix}{name}.")


def _spread_ties(own: dict[str, Any], tensors: Mapping[str, Any]) -> dict[str, Any]:
    """The given tensors, also under the other names of the tensor whose place they take."""
    groups: dict[int, list[str]] = {}
    for path, member in own.items():
        groups.setdefault(id(member), []).append(path)
    spread = dict(tensors)
    for paths in groups.values():
        values = [tensors[path] for path in paths if path in tensors]
        if not values or len(paths) == 1:
            continue
        if any(value is not values[0] for value in values):
            raise ValueError(
                f"functional_call got multiple values for keys {[p for p in paths if p in tensors]}, which are tied: they "
                f"are one tensor in the module. Give one of them, or use tie_weights=False"
            )
        spread.update(dict.fromkeys(paths, values[0]))
    return spread


def _check_names(kind: str, own: dict[str, Any], given: Mapping[str, Any]) -> None:
    missing, unknown = sorted(own.keys() - given.keys()), sorted(given.keys() - own.keys())
    text = "".join(
        f"\n\t{what} key(s): {', '.join(map(repr, names))}."
        for what, names in (("Missing", missing), ("Unexpected", unknown))
        if names
    )
    if text:
        raise RuntimeError(f"Error(s) in reparametrizing for {kind}:{text}")


def _put(module: Any, path: str, tensor: Any) -> Callable[[], Any]:
    """Put one tensor in its place; a function that puts back what was there and returns what was found."""
    parent, _, name = path.rpartition(".")
    for step in parent.split(".") if parent else []:
        child = module._modules.get(step)
        if child is None:
            raise AttributeError(f"{type(module).__name__} has no attribute `{step}`: there is no module in {path!r}")
        module = child
    if name == "":
        raise KeyError('tensor name can\'t be empty string ""')
    if tensor is not None and not isinstance(tensor, Tensor):
        raise TypeError(f"{tensor!r} is not an instance of seedgrad.Tensor, given for {path!r}")
    for store in (module._parameters, module._buffers):
        if name in store:
            return _put_member(module.__dict__, store, name, tensor)
    return _put_attribute(module, name, tensor)


def _put_member(attributes: dict[str, Any], store: dict[str, Any], name: str, tensor: Any) -> Callable[[], Any]:
    before = store[name]
    store[name] = attributes[name] = tensor

    def back() -> Any:
        now = store.get(name)
        store[name] = attributes[name] = before
        return now

    return back


def _put_attribute(module: Any, name: str, tensor: Any) -> Callable[[], Any]:
    """A plain attribute, or a property that computes a tensor; one that does not exist is removed again."""
    known = hasattr(module, name)
    before = getattr(module, name, None)
    if known and not isinstance(before, Tensor):
        raise TypeError(f"attribute `{name}`: {before!r} is not an instance of seedgrad.Tensor")
    setattr(module, name, tensor)

    def back() -> Any:
        now = getattr(module, name)
        if known:
            setattr(module, name, before)
        else:
            delattr(module, name)
        return now

    return back
