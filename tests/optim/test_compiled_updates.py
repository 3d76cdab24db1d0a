"""Compiled updates against the formulas they stand for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.core import kernel

pytest.importorskip("numba")


@pytest.mark.parametrize("name", ["Adam", "AdamW"])
@pytest.mark.parametrize("options", [{}, {"weight_decay": 0.1}, {"maximize": True}, {"amsgrad": True}], ids=str)
def test_compiled_update_equals_the_formula(name: str, options: dict[str, Any], monkeypatch) -> None:
    shape = (200, 301)

    def train() -> tuple[np.ndarray[Any, Any], sg.Tensor]:
        draw = np.random.default_rng(0)
        p = sg.tensor(draw.standard_normal(shape).astype(np.float32), requires_grad=True)
        optimizer = getattr(sg.optim, name)([p], lr=0.01, **options)
        for _ in range(10):
            p.grad = sg.tensor(draw.standard_normal(shape).astype(np.float32))
            optimizer.step()
        return p.detach().numpy(), optimizer.state[p]["exp_avg_sq"]

    monkeypatch.setattr("seedgrad.optim.optimizer.GRAIN", 1000)  # several threads
    fast, fast_state = train()
    calls: list[str] = []
    monkeypatch.setattr("seedgrad.optim.optimizer.find", lambda name, size: calls.append(name))
    plain, plain_state = train()
    assert calls == ["adam"] * 10
    # Where the gradient nearly cancels the penalty, Adam's ratio magnifies the last bit of their sum.
    np.testing.assert_allclose(fast, plain, rtol=2e-6, atol=2e-6 if options.get("weight_decay") else 2e-7)
    np.testing.assert_allclose(fast_state.numpy(), plain_state.numpy(), rtol=2e-6, atol=1e-9)


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
