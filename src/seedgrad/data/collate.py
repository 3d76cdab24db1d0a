"""Put samples together to a batch."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any

import numpy as np

import seedgrad as sg


def default_collate(batch: Sequence[Any]) -> Any:
    """Put a list of samples together to one batch, with a new first dimension.

    | samples | batch |
    | --- | --- |
    | tensors, NumPy arrays | stacked: a tensor [B, ...] |
    | NumPy scalars, ints, bools | a tensor [B] of their type; ints become int64 |
    | floats | a float64 tensor [B] |
    | strings, bytes | the list as it is |
    | dicts, named tuples, tuples, lists | the same structure with collated values; tuples become lists |

    Args:
        batch: the samples, all of the same structure; at least one.

    Returns:
        The batch.

    Raises:
        RuntimeError: tensors or arrays of different shapes, or sequences of different lengths.
        TypeError: samples of a type that is not in the table (None, for example).
        KeyError: a dict lacks a key that the first one has.
        IndexError: the batch is empty.

    Example:
        >>> from seedgrad.data import default_collate
        >>> default_collate([{"x": 1, "name": "a"}, {"x": 2, "name": "b"}])
        {'x': tensor([1, 2]), 'name': ['a', 'b']}
    """
    first = batch[0]
    if isinstance(first, sg.Tensor):
        return _stack_tensors(batch)
    if isinstance(first, np.ndarray):
        return _stack_arrays(batch)
    if isinstance(first, np.generic) and first.dtype.kind not in "SUOV":
        return sg.from_numpy(np.asarray(batch))
    if isinstance(first, float):
        return sg.tensor(batch, dtype=sg.float64)
    if isinstance(first, int):
        return sg.tensor(batch)
    if isinstance(first, (str, bytes)):
        return batch
    if isinstance(first, Mapping):
        return _rebuild_mapping(first, lambda key: default_collate([sample[key] for sample in batch]))
    if isinstance(first, Sequence):
        if any(len(sample) != len(first) for sample in batch):
            raise RuntimeError(
                "default_collate: the sequences of a batch must have the same length, got lengths "
                f"{[len(sample) for sample in batch]}. Pad them in a collate_fn of your own"
            )
        columns = [default_collate(column) for column in zip(*batch, strict=True)]
        # A plain tuple becomes a list, as in PyTorch, where programs rely on it.
        if isinstance(first, tuple) and not hasattr(first, "_fields"):
            return columns
        return _rebuild_sequence(first, columns)
    raise _unsupported(type(first).__name__)


def default_convert(data: Any) -> Any:
    """Turn the NumPy arrays in one sample into tensors and leave the rest as it is.

    What `DataLoader` does to each sample when `batch_size=None` turns batching off.

    Args:
        data: one sample: arrays, or dicts, tuples and lists with arrays in them.

    Returns:
        The same structure; arrays share their memory with the tensors.

    Example:
        >>> import numpy as np
        >>> from seedgrad.data import default_convert
        >>> default_convert({"x": np.array([1, 2]), "name": "a"})
        {'x': tensor([1, 2]), 'name': 'a'}
    """
    if isinstance(data, (sg.Tensor, str, bytes)):
        return data
    if isinstance(data, (np.ndarray, np.generic)):
        return data if data.dtype.kind in "SUOV" else sg.from_numpy(np.asarray(data))
    if isinstance(data, Mapping):
        return _rebuild_mapping(data, lambda key: default_convert(data[key]))
    if isinstance(data, Sequence):
        values = [default_convert(value) for value in data]
        if isinstance(data, tuple) and not hasattr(data, "_fields"):
            return values
        return _rebuild_sequence(data, values)
    return data


def _stack_tensors(batch: Sequence[sg.Tensor]) -> sg.Tensor:
    try:
        return sg.stack(batch)
    except RuntimeError:  # the shapes differ; looking at them before would take longer than the call
        shape = batch[0].array.shape
        for position, tensor in enumerate(batch):
            if tensor.array.shape != shape:
                raise _unequal_shapes(shape, tensor.array.shape, position) from None
        raise


def _stack_arrays(batch: Sequence[np.ndarray]) -> sg.Tensor:
    first = batch[0]
    if first.dtype.kind in "SUO":
        raise _unsupported(f"a NumPy array of {first.dtype}")
    for position, array in enumerate(batch):
        if array.shape != first.shape:
            raise _unequal_shapes(first.shape, array.shape, position)
    if any(array.dtype != first.dtype for array in batch):
        return sg.stack([sg.from_numpy(array) for array in batch])
    return sg.from_numpy(np.stack(batch))


def _rebuild_mapping(like: Mapping[Any, Any], value_of: Callable[[Any], Any]) -> Any:
    values = {key: value_of(key) for key in like}
    try:
        if isinstance(like, MutableMapping):  # a copy keeps what a subclass holds besides its items
            clone = copy.copy(like)
            clone.update(values)
            return clone
        return type(like)(values)  # type: ignore[call-arg]
    except TypeError:  # the type cannot be copied, updated or made from a dict
        return values


def _rebuild_sequence(like: Sequence[Any], values: list[Any]) -> Any:
    if hasattr(like, "_fields"):
        return type(like)(*values)
    try:
        if isinstance(like, MutableSequence):
            clone = copy.copy(like)
            for position, value in enumerate(values):
                clone[position] = value
            return clone
        return type(like)(values)  # type: ignore[call-arg]
    except TypeError:  # `range`, for one, is a sequence that cannot be made from a list
        return values


def _unequal_shapes(first: Sequence[int], other: Sequence[int], position: int) -> RuntimeError:
    return RuntimeError(
        f"default_collate: the samples of a batch must have the same shape, but sample 0 has {tuple(first)} "
        f"and sample {position} has {tuple(other)}. Resize or pad them, or pass a collate_fn of your own"
    )


def _unsupported(what: str) -> TypeError:
    return TypeError(
        "default_collate: samples must be tensors, NumPy arrays, numbers, strings, or dicts, tuples and "
        f"lists of these, got {what}. Pass a collate_fn of your own for other types"
    )
