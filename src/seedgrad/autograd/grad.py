"""Gradients as a function of tensors, and the backward pass of several tensors at once."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core.backward import run
from ..core.gradients import backward_into, first_gradients, gradients
from ..core.tensor import Tensor
from .edges import GradientEdge, stand_in


def _sequence(value: Any) -> list[Any]:
    several = [value] if isinstance(value, (Tensor, GradientEdge)) or value is None else list(value)
    return [stand_in(t) if isinstance(t, GradientEdge) else t for t in several]


def grad(
    outputs: Tensor | Sequence[Tensor],
    inputs: Tensor | Sequence[Tensor],
    grad_outputs: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """The gradient of the sum of `outputs` with respect to each of `inputs`; nobody's `.grad` changes.

    With gradients v of something with respect to the outputs y, the result for an input x is vᵀ dy/dx.

    Args:
        outputs: one tensor or several; a `graph.GradientEdge` stands for the tensor it was taken from.
        inputs: one tensor or several, leaves or not, that require grad; or edges.
        grad_outputs: the first gradients v, of the outputs' shapes. Default: 1 for scalars.
        retain_graph: keep what the graph saved for another pass. Default: the value of `create_graph`.
        create_graph: record the computation, so that the result can be differentiated. Default: False.
        only_inputs: accepted for programs written for PyTorch; False changes nothing but gives a warning.
        allow_unused: give None for inputs that the outputs do not depend on. Default: the value of `materialize_grads`.
        is_grads_batched: each of `grad_outputs` has one more dimension in front, and so has each result: several first
            gradients at once, by `vmap`. Default: False.
        materialize_grads: give zeros instead of None. Default: False.

    Returns:
        A tuple with one gradient for each input, of its shape.

    Raises:
        RuntimeError: an output or input does not require grad; an output is not a scalar and has no first gradient; an
            input was not used; the graph was freed, or a saved tensor was written in place.
        ValueError: `allow_unused=False` together with `materialize_grads=True`.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor(2.0, requires_grad=True)
        >>> (g,) = sg.autograd.grad(x ** 3, x, create_graph=True)
        >>> g.item()
        12.0
        >>> sg.autograd.grad(g, x)[0].item()
        12.0
    """
    if materialize_grads and allow_unused is False:
        raise ValueError("Expected allow_unused to be True or not passed when materialize_grads=True, but got: False.")
    if not only_inputs:
        warnings.warn(
            "only_inputs argument is deprecated and is ignored now (defaults to True). To accumulate gradient for other "
            "parts of the graph, please use torch.autograd.backward.",
            FutureWarning,
            stacklevel=2,
        )
    outs, ins = _sequence(outputs), _sequence(inputs)
    for i, t in enumerate(ins):
        if not isinstance(t, Tensor):
            raise TypeError(f"inputs must be Tensors, got {type(t).__name__} at position {i}")
        if t.node is None:
            raise RuntimeError(
                f"One of the differentiated Tensors does not require grad: inputs[{i}], shape {tuple(t.shape)}. "
                f"Set requires_grad=True on it before it is used"
            )
    keep = create_graph if retain_graph is None else retain_graph
    if is_grads_batched:
        found = _several(outs, ins, grad_outputs, keep, create_graph)
    else:
        given = None if grad_outputs is None else _sequence(grad_outputs)
        found = list(gradients(outs, given, ins, keep, create_graph))
    for i, g in enumerate(found):
        if g is None and materialize_grads:
            found[i] = Tensor(np.zeros_like(ins[i].array))
        elif g is None and not allow_unused:
            raise RuntimeError(
                f"One of the differentiated Tensors appears to not have been used in the graph: inputs[{i}], shape "
                f"{tuple(ins[i].shape)}. Set allow_unused=True if this is the desired behavior."
            )
    return tuple(found)


def _several(outputs: Any, inputs: Any, firsts: Any, keep: bool | None, create: bool) -> list[Tensor | None]:
    """Gradients from each row of the first gradients; None for inputs that were not used."""
    if firsts is None:
        raise RuntimeError("is_grads_batched=True needs grad_outputs, with one dimension more than the outputs")
    from ..func import vmap

    used: list[bool] = []

    def of_one(*first: Tensor) -> tuple[Tensor | None, ...]:
        found = grad(outputs, inputs, first, keep, create, allow_unused=True)
        used[:] = [g is not None for g in found]
        return tuple([g for g in found if g is not None])

    found = iter(vmap(of_one)(*_sequence(firsts)))
    return [next(found) if there else None for there in used]


def backward(
    tensors: Tensor | Sequence[Tensor],
    grad_tensors: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Tensor | Sequence[Tensor] | None = None,
) -> None:
    """Run one backward pass from several tensors and add the gradients to the leaves' `.grad`.

    Args:
        tensors: where to start.
        grad_tensors: the first gradients, of the tensors' shapes; 1 for scalars.
        retain_graph, create_graph, inputs: as in `Tensor.backward`.

    Raises:
        RuntimeError: as `Tensor.backward`.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor(3.0, requires_grad=True)
        >>> sg.autograd.backward([x * x, 2 * x])
        >>> x.grad.item()
        8.0
    """
    outs = _sequence(tensors)
    given = None if grad_tensors is None else _sequence(grad_tensors)
    keep = create_graph if retain_graph is None else retain_graph
    if inputs is None:
        run(first_gradients(outs, given, create_graph), keep, create_graph)
        return
    backward_into(outs, given, _sequence(inputs), keep, create_graph)
