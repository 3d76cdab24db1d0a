"""Small helpers under PyTorch's names: one number for all dimensions, and prefixes of state dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any


def _ntuple(n: int, name: str = "parse") -> Callable[[Any], tuple[Any, ...]]:
    """A function that makes a tuple of an iterable, and n times the same of anything else."""

    def parse(x: Any) -> tuple[Any, ...]:
        return tuple(x) if isinstance(x, Iterable) else (x,) * n

    parse.__name__ = name
    return parse


_single = _ntuple(1, "_single")
_pair = _ntuple(2, "_pair")
_triple = _ntuple(3, "_triple")
_quadruple = _ntuple(4, "_quadruple")


def _reverse_repeat_tuple(t: Sequence[Any], n: int) -> tuple[Any, ...]:
    """The last element n times, then the one before it: how `pad` wants its amounts."""
    return tuple(x for x in reversed(t) for _ in range(n))


def _list_with_default(out_size: Any, defaults: Sequence[int]) -> Any:
    """The sizes, with those that are None taken from the end of `defaults`.

    Raises:
        ValueError: there are no more defaults than sizes.
    """
    if isinstance(out_size, int):
        return out_size
    if len(defaults) <= len(out_size):
        raise ValueError(f"Input dimension should be at least {len(out_size) + 1}, got {len(defaults)}")
    ends = defaults[-len(out_size) :]
    return [default if size is None else size for size, default in zip(out_size, ends, strict=True)]


def consume_prefix_in_state_dict_if_present(state_dict: dict[str, Any], prefix: str) -> None:
    """Take a prefix off the names in a state dictionary, in place.

    Args:
        state_dict: paths to tensors; a `_metadata` attribute is changed likewise.
        prefix: for example "module.", which a parallel wrapper puts there.

    Example:
        >>> from seedgrad.nn.modules.utils import consume_prefix_in_state_dict_if_present
        >>> state = {"module.weight": 1, "step": 2}
        >>> consume_prefix_in_state_dict_if_present(state, "module.")
        >>> state
        {'step': 2, 'weight': 1}
    """
    for key in [key for key in state_dict if key.startswith(prefix)]:
        state_dict[key[len(prefix) :]] = state_dict.pop(key)
    metadata = getattr(state_dict, "_metadata", None)
    if metadata is not None:
        for key in [key for key in metadata if key and (key == prefix.removesuffix(".") or key.startswith(prefix))]:
            metadata[key[len(prefix) :]] = metadata.pop(key)
