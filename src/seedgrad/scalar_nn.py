"""Neural networks of single numbers: a neuron, a layer of neurons, and layers in a row.

>>> import random
>>> model = MLP(2, [16, 16, 1], generator=random.Random(0))
>>> model
MLP(2, [16, 16, 1])
>>> len(model.parameters())
337
>>> score = model([0.5, -1.0])  # a Value: score.backward() gives every parameter its gradient
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from .scalar import Value, as_value


class Module:
    """What neurons, layers and networks have in common: parameters to train."""

    def parameters(self) -> list[Value]:
        """The weights and biases, in a fixed order."""
        raise NotImplementedError

    def zero_grad(self) -> None:
        """Forget the gradients of the last step; `backward()` would add the next ones to them."""
        for parameter in self.parameters():
            parameter.grad = 0.0


class Neuron(Module):
    """A weighted sum of the inputs plus a bias, cut off below zero.

    relu(w[0] x[0] + ... + w[nin-1] x[nin-1] + b)

    Args:
        nin: the number of inputs.
        nonlin: whether to apply the relu. Default: True.
        generator: draws the weights, from -1 to 1; the bias starts at 0. Default: Python's global one.
    """

    def __init__(self, nin: int, nonlin: bool = True, *, generator: random.Random | None = None) -> None:
        uniform = generator.uniform if generator else random.uniform
        self.w = [Value(uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0.0)
        self.nonlin = nonlin

    def __call__(self, x: Sequence[Value | float]) -> Value:
        """The neuron's answer to `nin` inputs, Values or numbers.

        Raises:
            ValueError: there are more or fewer inputs than weights.
        """
        if len(x) != len(self.w):
            raise ValueError(f"{self!r} has {len(self.w)} weights and needs as many inputs, got {len(x)}")
        inputs = [as_value(xi) for xi in x]
        # sum((wi * xi for wi, xi in zip(self.w, x)), self.b) means the same, in 2 * nin Values, not one.
        # Any calculation can be a single Value that gives its local derivatives: here x, w and 1.
        xs, ws, total = [v.data for v in inputs], [v.data for v in self.w], self.b.data
        for xi, wi in zip(xs, ws, strict=True):
            total += wi * xi
        out = Value(total, (*self.w, *inputs, self.b), (*xs, *ws, 1.0), "w·x + b")
        return out.relu() if self.nonlin else out

    def parameters(self) -> list[Value]:
        return [*self.w, self.b]

    def __repr__(self) -> str:
        return f"Neuron({len(self.w)}{'' if self.nonlin else ', nonlin=False'})"


class Layer(Module):
    """`nout` neurons that look at the same `nin` inputs.

    Args:
        nin: the number of inputs, at least 1.
        nout: the number of neurons, at least 1.
        nonlin: whether the neurons apply the relu. Default: True.
        generator: draws the weights. Default: Python's global one.

    Raises:
        ValueError: a size is less than 1.
    """

    def __init__(self, nin: int, nout: int, nonlin: bool = True, *, generator: random.Random | None = None) -> None:
        if nin < 1 or nout < 1:
            raise ValueError(f"A layer needs at least one input and one neuron, got {nin} and {nout}")
        self.neurons = [Neuron(nin, nonlin, generator=generator) for _ in range(nout)]

    def __call__(self, x: Sequence[Value | float]) -> list[Value]:
        """The answers of the neurons, `nout` of them."""
        return [neuron(x) for neuron in self.neurons]

    def parameters(self) -> list[Value]:
        return [p for neuron in self.neurons for p in neuron.parameters()]

    def __repr__(self) -> str:
        first = self.neurons[0]
        return f"Layer({len(first.w)}, {len(self.neurons)}{'' if first.nonlin else ', nonlin=False'})"


class MLP(Module):
    """A multi-layer perceptron: each layer looks at the answers of the one before.

    Every layer but the last applies the relu.

    Args:
        nin: the number of inputs, at least 1.
        nouts: the number of neurons of each layer, each at least 1.
        generator: draws the weights; `random.Random(0)` gives the same network in every run.
            Default: Python's global one.

    Raises:
        ValueError: `nouts` is empty, or a size is less than 1.
    """

    def __init__(self, nin: int, nouts: Sequence[int], *, generator: random.Random | None = None) -> None:
        if not nouts:
            raise ValueError("MLP needs at least one layer, got no sizes. For one neuron: MLP(2, [1])")
        sizes, last = [nin, *nouts], len(nouts) - 1
        self.layers = [Layer(sizes[i], nout, nonlin=i != last, generator=generator) for i, nout in enumerate(nouts)]

    def __call__(self, x: Sequence[Value | float]) -> Any:
        """The answers of the last layer: a list of Values, or the Value itself if there is only one."""
        for layer in self.layers:
            x = layer(x)
        return x[0] if len(x) == 1 else x

    def parameters(self) -> list[Value]:
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self) -> str:
        sizes = [len(layer.neurons) for layer in self.layers]
        return f"MLP({len(self.layers[0].neurons[0].w)}, {sizes})"
