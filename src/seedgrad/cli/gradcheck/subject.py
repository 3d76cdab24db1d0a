"""A candidate together with its inputs, in one floating-point type: what is differentiated, and by what."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import seedgrad as sg

from ..recipe import Refusal
from .finding import Candidate
from .inputs import HOW, Inputs, tensors_in

Array = np.ndarray[Any, Any]


def instance_of(candidate: Candidate) -> Any:
    """The module to check, made if the candidate is a class."""
    thing = candidate.object
    if candidate.kind != "Module" or not isinstance(thing, type):
        return thing
    try:
        return thing()
    except TypeError as error:
        raise Refusal(
            f"{candidate.name}() can't be made without arguments ({error}). Make an instance in the file, such as "
            f"`layer = {candidate.name}(...)`: modules are checked, too"
        ) from error


def callable_of(candidate: Candidate, thing: Any) -> Callable[..., Any]:
    """What to call with the inputs."""
    return thing.apply if candidate.kind == "Function" else thing


class Subject:
    """A function of variables: the floating-point inputs, and the parameters of a module.

    Attributes:
        labels, variables: the leaves to differentiate by.
    """

    def __init__(self, candidate: Candidate, thing: Any, inputs: Inputs, double: bool, seed: int) -> None:
        self.double, self.seed = double, seed
        self.labels: list[str] = []
        self.variables: list[sg.Tensor] = []
        if candidate.kind == "Module":
            thing = copy.deepcopy(thing)
            thing = thing.double() if double else thing.float()
        self._call = callable_of(candidate, thing)
        self.args = tuple(self._leaf(v, n) for v, n in zip(inputs.args, inputs.names, strict=True))
        self.kwargs = {name: self._leaf(value, name) for name, value in inputs.kwargs.items()}
        if candidate.kind == "Module":
            for name, p in thing.named_parameters():
                if p.requires_grad:
                    self.labels.append(name)
                    self.variables.append(p)

    def _leaf(self, value: Any, label: str) -> Any:
        """The value with new leaves of the wanted type in the place of its tensors."""
        if isinstance(value, (tuple, list)):
            return type(value)(self._leaf(v, f"{label}[{i}]") for i, v in enumerate(value))
        if not tensors_in(value):
            return value
        real = sg.float64 if self.double else sg.float32
        kind = (sg.complex128 if self.double else sg.complex64) if value.is_complex() else real
        leaf = value.detach().to(kind, copy=True).contiguous().requires_grad_()
        self.labels.append(label)
        self.variables.append(leaf)
        return leaf

    def run(self, seeded: bool = True) -> list[sg.Tensor]:
        """The floating-point results. Random numbers inside are the same at every call, if seeded."""
        if seeded:
            sg.manual_seed(self.seed)
        found = tensors_in(self._call(*self.args, **self.kwargs))
        if not found:
            raise Refusal(f"the result holds no floating-point tensor, so there is nothing to differentiate. {HOW}")
        return found

    def gradients(self, vectors: Sequence[Array | sg.Tensor], **options: Any) -> tuple[sg.Tensor | None, ...]:
        """The gradient of the sum of vectors · results for each variable that requires grad, None for the others."""
        outs = self.run()
        kept = [(o, v) for o, v in zip(outs, vectors, strict=True) if o.requires_grad]
        active = [t for t in self.variables if t.requires_grad]
        if not kept or not active:
            return (None,) * len(self.variables)
        firsts = [v if isinstance(v, sg.Tensor) else sg.tensor(v).to(o.dtype) for o, v in kept]
        found = iter(sg.autograd.grad([o for o, _ in kept], active, firsts, allow_unused=True, **options))
        return tuple(next(found) if t.requires_grad else None for t in self.variables)
