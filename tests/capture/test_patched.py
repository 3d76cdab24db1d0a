"""Programs set names of the package, as they do with PyTorch's: a replay must see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import seedgrad as sg
from seedgrad import nn

PATCHED: dict[str, tuple[Any, str, Any, Callable[[sg.Tensor], sg.Tensor]]] = {
    "a function": (sg, "tanh", lambda x: x * 3, lambda x: sg.tanh(x)),
    "a function of a room": (nn.functional, "gelu", lambda x: x * 3, lambda x: sg.nn.functional.gelu(x)),
    "a random function": (sg, "randn", lambda *size: sg.ones(*size), lambda x: x * sg.randn(3)),
    "a layer's forward": (nn.ReLU, "forward", lambda self, x: x * 3, nn.Sequential(nn.ReLU())),
    "an inherited forward": (nn.Sequential, "forward", lambda self, x: x * 3, type("Net", (nn.Sequential,), {})(nn.ReLU())),
}  # fmt: skip


@pytest.mark.parametrize("name", PATCHED)
def test_names_that_are_set(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, attribute, other, function = PATCHED[name]

    def results(f: Callable[[sg.Tensor], sg.Tensor]) -> list[Any]:
        sg.manual_seed(0)
        found = [f(sg.tensor([-1.0, 0.5, n])).numpy() for n in range(3)]
        with monkeypatch.context() as patch:
            patch.setattr(where, attribute, other)
            found += [f(sg.tensor([-1.0, 0.5, n])).numpy() for n in range(3)]
        return [*found, f(sg.tensor([-1.0, 0.5, 4.0])).numpy()]

    compiled = sg.compile(function)
    np.testing.assert_array_equal(results(compiled), results(function))
    assert "replayed 0" not in compiled.explain()
