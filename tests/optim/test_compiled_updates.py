"""Compiled updates against the formulas they stand for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.core import kernel

pytest.importorskip("numba")


CASES: list[tuple[str, str, dict[str, Any]]] = [
    *[
        (name, form, {**own, **shared})
        for name, form, own in (
            ("Adam", "adam", {}),
            ("Adam", "amsgrad", {"amsgrad": True}),
            ("AdamW", "adam", {}),
            ("AdamW", "amsgrad", {"amsgrad": True}),
            ("SGD", "sgd", {}),
            ("SGD", "sgd_momentum", {"momentum": 0.9}),
            ("SGD", "sgd_momentum", {"momentum": 0.9, "dampening": 0.3}),
            ("SGD", "sgd_momentum", {"momentum": 0.9, "nesterov": True}),
            ("RMSprop", "rmsprop", {}),
            ("RMSprop", "rmsprop_momentum", {"momentum": 0.9}),
            ("Lion", "lion", {}),
            ("Adagrad", "adagrad", {"lr_decay": 0.1}),
        )
        for shared in ({}, {"weight_decay": 0.1}, {"maximize": True})
    ]
]


@pytest.mark.parametrize(("name", "form", "options"), CASES)
def test_compiled_update_equals_the_formula(name: str, form: str, options: dict[str, Any], monkeypatch) -> None:
    shape = (200, 301)

    def train() -> tuple[np.ndarray[Any, Any], list[np.ndarray[Any, Any]]]:
        draw = np.random.default_rng(0)
        p = sg.tensor(draw.standard_normal(shape).astype(np.float32), requires_grad=True)
        optimizer = getattr(sg.optim, name)([p], lr=0.01, **options)
        for _ in range(10):
            p.grad = sg.tensor(draw.standard_normal(shape).astype(np.float32))
            optimizer.step()
        return p.detach().numpy(), [optimizer.state[p][k].numpy() for k in optimizer.buffers if k in optimizer.state[p]]

    monkeypatch.setattr("seedgrad.optim.optimizer.GRAIN", 1000)  # several threads
    fast, fast_state = train()
    calls: list[str] = []
    monkeypatch.setattr("seedgrad.optim.optimizer.find", lambda name, size: calls.append(name))
    monkeypatch.setattr("seedgrad.optim.rows.find", lambda name, size: None)
    plain, plain_state = train()
    assert calls == (["sgd_first"] if form == "sgd_momentum" else [form]) + [form] * 9
    # Where the gradient nearly cancels the penalty, the ratio magnifies the last bit of their sum.
    wanted = 0.999 if options.get("weight_decay") else 1.0
    for a, b in zip([fast, *fast_state], [plain, *plain_state], strict=True):
        close = np.abs(a - b) <= 2e-6 * np.abs(b) + 5e-7 * np.abs(b).max()
        assert close.mean() >= wanted
        np.testing.assert_allclose(a, b, atol=1e-3)


def test_what_has_no_compiled_form_takes_the_formula() -> None:
    p = sg.zeros(200, 200, requires_grad=True)
    p.grad = sg.ones(200, 200)
    sg.optim.RMSprop([p], lr=0.1, centered=True).step()
    assert p.detach().numpy()[0, 0] == pytest.approx(-0.1 / (0.01 - 0.0001) ** 0.5, rel=1e-5)


def test_compiled_update_is_found_for_large_parameters_only() -> None:
    assert kernel.find("adam", kernel.LARGE - 1) is None
    assert callable(kernel.find("adam", kernel.LARGE))


def test_compiled_update_passes_on_nan_and_infinity() -> None:
    p = sg.zeros(200, 200, requires_grad=True)
    p.grad = sg.zeros(200, 200)
    p.grad[0, 0], p.grad[0, 1] = float("nan"), float("inf")
    sg.optim.Adam([p], lr=0.1).step()
    assert np.isnan(p.detach().numpy()[0, :2]).all()
    assert (p.detach().numpy()[1:] == 0).all()
