"""Hooks of modules against PyTorch: order, arguments, what they may change, errors."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .nn_pair import same


def journal(pack: Any) -> list[str]:
    """What hooks of all kinds see, in order, in a small model."""
    nn, lines = pack.nn, []
    model = nn.Sequential(nn.Linear(3, 3), nn.Sequential(nn.Linear(3, 2), nn.Tanh()))

    def shapes(values: Any) -> Any:
        return [None if v is None else tuple(v.shape) for v in (values if isinstance(values, tuple) else (values,))]

    def note(tag: str) -> Callable[..., None]:
        return lambda m, *a: lines.append(f"{tag} {m._get_name()} {[shapes(x) for x in a if not isinstance(x, dict)]}")

    for i, m in enumerate(model.modules()):
        m.register_forward_pre_hook(note(f"pre{i}"))
        m.register_forward_pre_hook(note(f"pre-first{i}"), prepend=True)
        m.register_forward_hook(note(f"post{i}"))
        m.register_forward_hook(note(f"post-kwargs{i}"), with_kwargs=True)
        m.register_forward_hook(note(f"post-first{i}"), prepend=True)
        m.register_full_backward_hook(note(f"back{i}"))
        m.register_full_backward_pre_hook(note(f"back-pre{i}"))
    x = (
        pack.tensor(np.ones((4, 3), np.float32), requires_grad=True)
        if pack is sg
        else torch.ones(4, 3, requires_grad=True)
    )
    model(x).sum().backward()
    return lines


def test_hooks_run_in_the_same_order_with_the_same_shapes() -> None:
    assert journal(sg) == journal(torch)


def both_hooked(change: Callable[[Any, Any], Any], needs: bool = True) -> None:
    """Assert that two equal Bilinear-like modules with the same hooks have equal outputs and gradients."""

    def run(pack: Any, make: Callable[..., Any]) -> list[Any]:
        class Two(pack.nn.Module):  # type: ignore[misc, name-defined]
            def forward(self, x: Any, y: Any, *, k: float = 1.0) -> Any:
                return x * y * k, x + y

        module = Two()
        change(module, pack)
        x, y = make([1.0, 2.0], needs), make([3.0, -1.0], False)
        a, b = module(x, y, k=2.0)
        if a.requires_grad:
            (a * make([1.0, 5.0], False)).sum().backward(retain_graph=True)
            (b * b).sum().backward()
        return [a, b, x.grad]

    ours = run(sg, lambda v, g: sg.tensor(v, requires_grad=g))
    theirs = run(torch, lambda v, g: torch.tensor(v, requires_grad=g))
    for a, b in zip(ours, theirs, strict=True):
        assert (a is None) == (b is None)
        if b is not None:
            same(a, b)


CHANGES: list[Callable[[Any, Any], Any]] = [
    lambda m, p: m.register_forward_pre_hook(lambda m, a: (a[0] * 3, a[1])),
    lambda m, p: m.register_forward_pre_hook(lambda m, a, k: (a, {"k": k["k"] + 1}), with_kwargs=True),
    lambda m, p: m.register_forward_hook(lambda m, a, out: (out[0] * 2, out[1])),
    lambda m, p: m.register_forward_hook(lambda m, a, k, out: (out[0] * k["k"], out[1]), with_kwargs=True),
    lambda m, p: m.register_full_backward_hook(lambda m, gi, go: (gi[0] * 10, None)),
    lambda m, p: m.register_full_backward_pre_hook(lambda m, go: (None if go[0] is None else go[0] * 7, go[1])),
    lambda m, p: [
        m.register_full_backward_hook(lambda m, gi, go: (gi[0] * 10, None)),
        m.register_full_backward_hook(lambda m, gi, go: (gi[0] + 1, None)),
        m.register_full_backward_pre_hook(lambda m, go: None),
    ],
]


@pytest.mark.parametrize("change", CHANGES)
def test_hooks_change_values_and_gradients_alike(change: Callable[[Any, Any], Any]) -> None:
    both_hooked(change)


@pytest.mark.parametrize(
    ("register", "needs", "match"),
    [
        (
            lambda m: m.register_forward_pre_hook(lambda m, a, k: a, with_kwargs=True),
            True,
            r"tuple of \(new_args, new_kwargs\)",
        ),
        (
            lambda m: m.register_full_backward_hook(lambda m, a, b: (None, None)),
            True,
            "number of grad_input, got 2, but expected 1",
        ),
        (
            lambda m: m.register_full_backward_pre_hook(lambda m, b: (None, None)),
            True,
            "number of grad_output, got 2, but exp",
        ),
        (
            lambda m: m.register_full_backward_hook(lambda m, a, b: (a[0][0],)),
            True,
            "has changed the size of value",
        ),
        (
            lambda m: m.register_full_backward_hook(lambda m, a, b: (b[0],)),
            False,
            "no input requires gradient should always",
        ),
    ],
)
def test_hooks_that_return_the_wrong_thing(register: Any, needs: bool, match: str) -> None:
    def run(pack: Any) -> None:
        module = pack.nn.Linear(2, 2)
        register(module)
        x = pack.ones(3, 2)
        x.requires_grad = needs
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module(x).sum().backward()

    with pytest.raises(RuntimeError):
        run(torch)
    with pytest.raises(RuntimeError, match=match):
        run(sg)


def test_always_called_hook_runs_after_an_error_and_its_own_error_is_a_warning() -> None:
    def run(pack: Any) -> list[str]:
        seen: list[str] = []
        layer = pack.nn.Linear(2, 2)
        layer.register_forward_hook(lambda m, a, out: seen.append(f"always {out}"), always_call=True)
        layer.register_forward_hook(lambda m, a, out: seen.append("normal"))
        layer.register_forward_hook(lambda m, a, out: 1 / 0, always_call=True)
        with (
            pytest.warns(UserWarning, match="was silenced as another error was raised"),
            pytest.raises(RuntimeError),
        ):
            layer(pack.ones(1, 5))
        return seen

    assert run(sg) == run(torch)


def test_backward_hook_without_gradient_inputs_warns_and_runs() -> None:
    def run(pack: Any) -> list[Any]:
        seen: list[Any] = []
        layer = pack.nn.Linear(2, 2)
        layer.register_full_backward_hook(lambda m, gi, go: seen.append((gi, tuple(go[0].shape))))
        with pytest.warns(UserWarning, match="no inputs require gradients"):
            layer(pack.ones(3, 2)).sum().backward()
        return seen

    assert run(sg) == run(torch)
