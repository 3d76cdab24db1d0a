"""Two copies of one program: one runs as it is written, the other compiled; all they leave behind must be equal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import seedgrad as sg


class Program:
    """A model, an optimizer and whatever a step needs, made twice from the same seed."""

    def __init__(self, make: Callable[[], tuple[Any, Callable[..., Any]]], **options: Any) -> None:
        sg.manual_seed(1)
        self.plain_state, self.plain = make()
        sg.manual_seed(1)
        self.state, self.step = make()
        self.compiled = sg.compile(self.step, **options)
        self.generator = sg.random.default_generator.get_state() if hasattr(sg.random, "default_generator") else None

    def run(self, *args: Any, **kwargs: Any) -> Any:
        """One step of both on the same random numbers; compare results and state."""
        state = sg.get_rng_state()
        expected = self.plain(*args, **kwargs)
        after = sg.get_rng_state()
        sg.set_rng_state(state)
        found = self.compiled(*args, **kwargs)
        assert bool((sg.get_rng_state() == after).all()), "other random numbers were drawn"
        same(found, expected, "result")
        same_state(self.state, self.plain_state)
        return found

    def counts(self) -> tuple[int, int, int]:
        """How often it was recorded, replayed, and run as it is written."""
        return self.compiled.records, self.compiled.replays, self.compiled.eager


def same(found: Any, expected: Any, name: str) -> None:
    if isinstance(expected, sg.Tensor):
        assert isinstance(found, sg.Tensor), name
        assert (found.dtype, found.shape) == (expected.dtype, expected.shape), name
        assert found.requires_grad == expected.requires_grad, f"{name}: requires_grad"
        x, y = found.detach().numpy(), expected.detach().numpy()
        if x.dtype.kind in "fc":
            np.testing.assert_allclose(x, y, rtol=2e-5, atol=1e-6, err_msg=name)
        else:
            assert x.tobytes() == y.tobytes(), name
    elif isinstance(expected, (tuple, list)):
        assert len(found) == len(expected)
        for n, (a, b) in enumerate(zip(found, expected, strict=True)):
            same(a, b, f"{name}[{n}]")
    elif isinstance(expected, dict):
        assert list(found) == list(expected)
        for key in expected:
            same(found[key], expected[key], f"{name}[{key!r}]")
    else:
        assert found == expected, name


def same_state(found: Any, expected: Any) -> None:
    """Compare modules, optimizers, tensors with their gradients, and lists of them."""
    if isinstance(expected, sg.nn.Module):
        for (name, p), q in zip(found.named_parameters(), expected.parameters(), strict=True):
            same_tensor(p, q, name)
        for (name, p), q in zip(found.named_buffers(), expected.buffers(), strict=True):
            same_tensor(p, q, name)
    elif isinstance(expected, sg.optim.Optimizer):
        same(*[_plain(o.state_dict()["state"]) for o in (found, expected)], "optimizer")
    elif isinstance(expected, sg.Tensor):
        same_tensor(found, expected, "tensor")
    elif isinstance(expected, (list, tuple)):
        for a, b in zip(found, expected, strict=True):
            same_state(a, b)


def same_tensor(found: sg.Tensor, expected: sg.Tensor, name: str) -> None:
    same(found.detach(), expected.detach(), name)
    assert (found.grad is None) == (expected.grad is None), f"the gradient of {name}"
    if expected.grad is not None:
        same(found.grad, expected.grad, f"the gradient of {name}")


def _plain(state: Any) -> Any:
    return [[k, *list(values.items())] for k, values in state.items()]
