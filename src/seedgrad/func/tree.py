"""Nested tuples, lists and dictionaries of tensors, as a flat list and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Rebuild = Callable[[list[Any]], Any]


def flatten(tree: Any) -> tuple[list[Any], Rebuild]:
    """The leaves, in order, and a function that puts others in their places."""
    if isinstance(tree, (tuple, list, dict)):
        children = list(tree.values()) if isinstance(tree, dict) else list(tree)
        parts = [flatten(child) for child in children]
        leaves = [leaf for found, _ in parts for leaf in found]

        def rebuild(values: list[Any]) -> Any:
            made, start = [], 0
            for found, build in parts:
                made.append(build(values[start : start + len(found)]))
                start += len(found)
            if isinstance(tree, dict):
                return type(tree)(zip(tree, made, strict=True))
            return type(tree)._make(made) if hasattr(tree, "_make") else type(tree)(made)

        return leaves, rebuild
    return [tree], lambda values: values[0]


def tree_map(function: Callable[[Any], Any], tree: Any) -> Any:
    """The same nest with function(leaf) in the place of each leaf."""
    leaves, rebuild = flatten(tree)
    return rebuild([function(leaf) for leaf in leaves])


def spread(prefix: Any, tree: Any, name: str) -> list[Any]:
    """A value for each leaf of `tree`, from a value for all, or from a nest that is like the tree down to some depth."""
    if isinstance(tree, (tuple, list, dict)):
        if not isinstance(prefix, (tuple, list, dict)):
            return [prefix] * len(flatten(tree)[0])
        if len(prefix) != len(tree) or isinstance(prefix, dict) != isinstance(tree, dict):
            raise ValueError(
                f"{name} is not compatible with the structure of what it is for: {name}={prefix!r} has {len(prefix)} "
                f"entries where there are {len(tree)}. Give one number, or a nest of the same structure"
            )
        if isinstance(prefix, dict):
            return [found for key in tree for found in spread(prefix[key], tree[key], name)]
        return [found for a, b in zip(prefix, tree, strict=True) for found in spread(a, b, name)]
    if isinstance(prefix, (tuple, list, dict)):
        raise ValueError(f"{name}={prefix!r} is a nest where there is a single value")
    return [prefix]
