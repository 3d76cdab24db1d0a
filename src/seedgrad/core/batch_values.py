"""The values of batched tensors, for code that computes on arrays: checks, indices that have no gradient, random numbers.

The array behind a batched tensor has an axis in front for each vmap it belongs to, the outermost first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .batching import Batched, depth, levels
from .namespace import tensor_namespace
from .tensor import Tensor

Array = np.ndarray[Any, Any]


def all_values(t: Tensor) -> Array:
    """The values of a tensor, for checks of each of them: those of all samples if it is batched."""
    while type(t) is Batched:
        t = t.physical
    return t.array


def _numbers(t: Any) -> list[int]:
    """The numbers of the vmaps that a tensor belongs to, from the outermost."""
    found = []
    while type(t) is Batched:
        found.append(t.level)
        t = t.physical
    return found[::-1]


def _lifted(array: Any, numbers: list[int]) -> Tensor:
    """An array with an axis for each of those vmaps, as the tensor that is seen inside of them."""
    t = Tensor(array)
    for number in numbers:
        t = Batched(t, number)
    return t


def on_values(function: Callable[..., Any], *tensors: Tensor) -> Any:
    """function(*arrays) as a tensor without history, or several.

    The function must treat all leading axes alike: its axes are counted from the end.
    """
    numbers = sorted({n for t in tensors for n in _numbers(t)})
    if not numbers:
        found = function(*[t.array for t in tensors])
    else:
        front = tuple(levels.sizes[n - 1] for n in numbers)
        arrays = []
        for t in tensors:
            own, values = _numbers(t), all_values(t)
            places = tuple(slice(None) if n in own else None for n in numbers)
            arrays.append(np.broadcast_to(values[places], (*front, *t.array.shape)))
        found = function(*arrays)
    if isinstance(found, tuple):
        return tuple(_lifted(array, numbers) for array in found)
    return _lifted(found, numbers)


def random_values(draw: Callable[[tuple[int, ...]], Any], shape: tuple[int, ...]) -> Tensor:
    """Random numbers of a shape: others for each sample of a vmap whose `randomness` is "different"."""
    if not depth.value or not levels.random:
        return Tensor(draw(shape))
    numbers = [n for n, kind in enumerate(levels.random, 1) if kind == "different"]
    return _lifted(draw((*[levels.sizes[n - 1] for n in numbers], *shape)), numbers)


def random_values_of(draw: Callable[..., Any], *tensors: Tensor) -> Tensor:
    """Random numbers whose distribution is that of tensors of one shape: draw(*arrays), with axes counted from the end.

    Raises:
        RuntimeError: the distributions differ between samples that are to have the same randomness.
    """
    numbers = {n for t in tensors for n in _numbers(t)}
    if any(levels.random[n - 1] == "same" for n in numbers):
        raise RuntimeError(
            "vmap: randomness='same' is not possible where each sample has a distribution of its own. Pass "
            "randomness='different'"
        )
    stand_in = random_values(np.zeros, ())
    found: Tensor = on_values(lambda *arrays: draw(*arrays[:-1]), *tensors, stand_in)
    return found


def randomly(t: Tensor) -> Tensor:
    """A tensor that belongs to every vmap in which each sample has randomness of its own."""
    for number, kind in enumerate(levels.random, 1):
        if kind == "different":
            t = _with_samples(t, number)
    return t


def own_copy(t: Tensor, *others: Any) -> Tensor:
    """A copy of t that belongs to every vmap that the others belong to: each sample may write into its own."""
    t = tensor_namespace.copy(t)
    for number in sorted({n for other in others for n in _numbers(other)}):
        t = _with_samples(t, number)
    return t


def alike(t: Tensor, example: Tensor) -> Tensor:
    """A new tensor, which in vmap belongs to every vmap that the example belongs to."""
    return own_copy(t, example) if type(example) is Batched else t


def _with_samples(t: Tensor, number: int) -> Tensor:
    if type(t) is Batched and t.level >= number:
        return t if t.level == number else Batched(_with_samples(t.physical, number), t.level)
    wide = tensor_namespace.broadcast_to(t, shape=(levels.sizes[number - 1], *t.shape))
    return Batched(tensor_namespace.copy(wide), number)
