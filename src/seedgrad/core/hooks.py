"""Hooks of the backward pass: what users asked to be called with a gradient when it is complete."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import namespace
from .node import Node
from .tensor import Tensor


def run_hooks(node: Node, g: Any, create_graph: bool) -> Any:
    """Call the tensor hooks of each output, keep gradients asked for by `retain_grad`, then the node's pre-hooks."""
    hooks = node.hooks
    assert hooks is not None
    several = node.outputs > 1
    grads = [g] if not several else list(g)
    for slot, registered in hooks.tensor.items():
        if grads[slot] is None:
            continue
        for hook in list(registered.values()):
            given = grads[slot] if create_graph else Tensor(np.asarray(grads[slot]))
            result = hook(given)
            if result is not None:
                if not isinstance(result, Tensor):
                    raise TypeError(f"a tensor hook must return a Tensor or None, got {type(result).__name__}")
                if result.array.shape != given.array.shape:
                    raise RuntimeError(
                        f"hook {getattr(hook, '__name__', hook)!r} has changed the size of value: "
                        f"the gradient has shape {given.array.shape}, the hook returned {result.array.shape}"
                    )
                grads[slot] = result if create_graph else namespace.astype(result.array, given.array.dtype)
    for slot, reference in hooks.retain.items():
        t = reference()
        if t is not None and grads[slot] is not None:
            new = grads[slot] if create_graph else Tensor(np.array(grads[slot]))
            t._grad = new if t._grad is None else t._grad + new
    if hooks.pre:
        wrapped = tuple(x if create_graph or x is None else Tensor(np.asarray(x)) for x in grads)
        for hook in list(hooks.pre.values()):
            result = hook(wrapped)
            if result is not None:
                wrapped = result if isinstance(result, tuple) else (result,)
        grads = [x if create_graph or x is None else x.array for x in wrapped]
    return tuple(grads) if several else grads[0]


def run_post_hooks(node: Node, grads: Any, g: Any, create_graph: bool) -> Any:
    """Call the hooks of a node that ran, with the gradients it sends and those it received; what it sends after them."""

    def wrap(values: Any) -> tuple[Any, ...]:
        values = values if isinstance(values, (tuple, list)) else (values,)
        return tuple(x if create_graph or x is None else Tensor(np.asarray(x)) for x in values)

    assert node.hooks is not None
    for hook in list(node.hooks.post.values()):
        result = hook(wrap(grads), wrap(g))
        if result is not None:
            result = result if isinstance(result, tuple) else (result,)
            if len(result) != len(grads):
                raise RuntimeError(
                    f"hook {getattr(hook, '__name__', hook)!r} of {node.name()} has returned an incorrect number of "
                    f"values (got {len(result)}, but expected {len(grads)})"
                )
            grads = tuple(x if create_graph or x is None else x.array for x in result)
    return grads
