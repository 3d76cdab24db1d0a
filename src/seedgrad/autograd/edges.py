"""Places in the graph without the tensors that are there."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..core.node import Node
from ..core.tensor import Tensor, at


class GradientEdge(NamedTuple):
    """A place in the graph: an output of a node. It stands for a tensor in `autograd.grad` and `autograd.backward`.

    Attributes:
        node: the node.
        output_nr: which of its outputs.
        ownership_token: always None; PyTorch keeps there what a node needs to stay alive.
    """

    node: Node
    output_nr: int
    ownership_token: Node | None = None


def get_gradient_edge(tensor: Tensor) -> GradientEdge:
    """The place of a tensor in the graph; unlike the tensor it keeps no values.

    Args:
        tensor: a tensor that requires grad.

    Raises:
        RuntimeError: the tensor does not require grad.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor(3.0, requires_grad=True)
        >>> edge = sg.autograd.graph.get_gradient_edge(x * x)
        >>> sg.autograd.grad(edge, x)
        (tensor(6.),)
    """
    if not tensor.requires_grad or tensor.node is None:
        raise RuntimeError("It is not possible to get the gradient edge for a Tensor that does not require gradients")
    return GradientEdge(tensor.node, tensor.slot)


def stand_in(edge: GradientEdge) -> Tensor:
    """A tensor at the edge's place, of the right shape and type, with one number for all elements."""
    node, slot = edge.node, edge.output_nr
    shape, kind = (node.shape, node.dtype) if node.outputs == 1 else (node.shape[slot], node.dtype[slot])
    return at(np.broadcast_to(np.zeros((), kind), shape), node, slot)
