"""Where a backward pass begins and whose gradients it is asked for: `backward()` and `grad()` without the public checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import dtype as dtypes
from . import namespace
from .backward import Place, Root, accumulate, run
from .batching import Batched, depth
from .mode import set_grad_enabled
from .node import Leaf
from .tensor import Tensor


def first_gradients(outputs: Sequence[Tensor], given: Sequence[Any] | None, create_graph: bool) -> list[Root]:
    """Pair each output with its first gradient: the one given, or 1 for a scalar."""
    given = given if given is not None else [None] * len(outputs)
    if len(given) != len(outputs):
        raise RuntimeError(f"got {len(outputs)} tensors and {len(given)} gradients; give one gradient for each tensor")
    roots: list[Root] = []
    for i, (out, g) in enumerate(zip(outputs, given, strict=True)):
        if out.node is None:
            if g is None or len(outputs) == 1:
                raise RuntimeError(
                    f"element {i} of tensors does not require grad and does not have a grad_fn: nothing it was computed "
                    f"from has requires_grad=True, or it was computed inside no_grad() or after detach()"
                )
            continue
        kind = out.array.dtype
        if g is None:
            if out.array.size != 1:
                raise RuntimeError(
                    f"grad can be implicitly created only for scalar outputs, got a tensor of shape "
                    f"{out.array.shape}. Reduce it first, for example with .sum() or .mean(), or pass gradient="
                )
            if dtypes.category(kind) == dtypes.COMPLEX:
                raise RuntimeError(
                    f"grad can be implicitly created only for real scalar outputs but got {out.dtype}. Reduce it to a "
                    f"real number first, for example with .abs() or .real, or pass gradient="
                )
            g = Tensor(np.ones(out.array.shape, kind))
        elif not isinstance(g, Tensor):
            raise TypeError(f"gradients can be either Tensors or None, but got {type(g).__name__}")
        elif g.array.shape != out.array.shape:
            raise RuntimeError(
                f"Mismatch in shape: grad_output[{i}] has a shape of {g.array.shape} and output[{i}] has a shape of "
                f"{out.array.shape}; they must be equal"
            )
        elif dtypes.category(g.array.dtype) == dtypes.COMPLEX and dtypes.category(kind) != dtypes.COMPLEX:
            raise RuntimeError(f"for real outputs the gradient must be real, got {g.dtype} for output {i}")
        as_tensor = create_graph or (type(g) is Batched and depth.value)
        roots.append((out.node, out.slot, g if as_tensor else namespace.astype(g.array, kind)))
    return roots


def backward_into(
    outputs: Sequence[Tensor],
    given: Sequence[Any] | None,
    inputs: Sequence[Tensor],
    keep: bool,
    create_graph: bool,
) -> None:
    """Add the gradients of `outputs` to the `.grad` of `inputs`, leaves or not, and of nobody else."""
    if not inputs:
        raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    for i, t in enumerate(inputs):
        if t.node is None:
            raise RuntimeError(f"One of the differentiated Tensors does not require grad: inputs[{i}]")
        t.retain_grad()
    places: dict[Place, Any] = {(t.node, t.slot): None for t in inputs}  # type: ignore[misc]
    found = run(first_gradients(outputs, given, create_graph), keep, create_graph, capture=places)
    with set_grad_enabled(create_graph):
        for (node, _), g in found.items():
            if isinstance(node, Leaf):
                accumulate(node, (g,), 0, create_graph)


def gradients(
    outputs: Sequence[Tensor],
    given: Sequence[Any] | None,
    inputs: Sequence[Tensor],
    keep: bool,
    create_graph: bool,
) -> tuple[Tensor | None, ...]:
    """The gradients of `outputs` with respect to `inputs`; None where an input was not used."""
    places = [(t.node, t.slot) for t in inputs]
    roots = first_gradients(outputs, given, create_graph)
    found = run(roots, keep, create_graph, capture=dict.fromkeys(places))  # type: ignore[arg-type]
    results: list[Tensor | None] = []
    used: set[int] = set()
    for place in places:
        g = found.get(place)  # type: ignore[arg-type]
        if g is not None and not create_graph and not isinstance(g, Tensor):
            # Two results, or a result and what it is a view of, must not share memory.
            shared = not isinstance(g, np.ndarray) or g.base is not None or not g.flags.writeable or id(g) in used
            used.add(id(g))
            g = Tensor(np.array(g) if shared else g)
        results.append(g)
    return tuple(results)
