"""Module.summary(): a table that leaves the model as it was."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import seedgrad as sg
from seedgrad import nn


def net() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 36, 10))


def test_rows_have_path_class_shape_and_count() -> None:
    s = net().summary(input_size=(2, 1, 8, 8))
    assert [tuple(row) for row in s.rows] == [
        ("", "Sequential", (2, 10), 0),
        ("0", "Conv2d", (2, 4, 6, 6), 40),
        ("1", "ReLU", (2, 4, 6, 6), 0),
        ("2", "Flatten", (2, 144), 0),
        ("3", "Linear", (2, 10), 1450),
    ]
    assert (s.total, s.trainable, s.buffers) == (1490, 1490, 0)
    text = str(s)
    assert "1,490 parameters, 1,490 trainable, 0 in buffers" in text
    assert max(map(len, text.splitlines())) < 80


def test_example_inputs_and_several_outputs() -> None:
    class Two(nn.Module):
        def forward(self, x: sg.Tensor, y: sg.Tensor) -> Any:
            return x, {"sum": x + y}, "text"

    assert Two().summary(sg.ones(2), sg.ones(3, 2)).rows[0].shape == [(2,), {"sum": (3, 2)}, "str"]
    assert Two().summary(input_size=[(2,), (3, 2)]).rows[0].shape[1] == {"sum": (3, 2)}


def test_without_inputs_nothing_runs() -> None:
    s = net().summary()
    assert all(row.shape is None for row in s.rows) and "not run" in str(s)


def test_shared_parameters_count_once_and_frozen_ones_apart() -> None:
    a = nn.Linear(3, 3)
    b = nn.Linear(3, 3, bias=False)
    b.weight = a.weight
    a.bias.requires_grad_(False)
    s = nn.Sequential(a, b).summary(input_size=(1, 3))
    assert (s.total, s.trainable) == (12, 9)


def test_the_model_is_as_before() -> None:
    m = nn.Sequential(nn.Linear(3, 3), nn.Tanh())
    seen: list[Any] = []
    m[0].register_forward_hook(lambda *a: seen.append(sg.is_grad_enabled()))
    m[1].eval()
    state = {k: v.array.copy() for k, v in m.state_dict().items()}
    m.summary(input_size=(2, 3))
    assert seen == [False]
    assert [x.training for x in m.modules()] == [True, True, False]
    assert m._hooks is None and m[1]._hooks is None and not m[0]._hooks.after.keys() - {next(iter(m[0]._hooks.after))}
    assert all(np.array_equal(v, m.state_dict()[k].array) for k, v in state.items())
    assert all(p.grad is None for p in m.parameters())


def test_failing_run_still_cleans_up() -> None:
    m = net()
    with pytest.raises(RuntimeError, match="Conv2d"):
        m.summary(input_size=(2, 3, 8, 8))
    assert m.training and all(x._hooks is None for x in m.modules())


def test_type_of_made_inputs() -> None:
    net().double().summary(input_size=(2, 1, 8, 8))
    with pytest.raises(RuntimeError, match="float64"):
        net().summary(input_size=(2, 1, 8, 8), dtype=sg.float64)
    assert nn.ReLU().summary(input_size=(2,)).rows[0].shape == (2,)


def test_inputs_and_sizes_together_are_refused() -> None:
    with pytest.raises(ValueError, match="either example inputs or input_size, got both"):
        net().summary(sg.ones(2, 1, 8, 8), input_size=(2, 1, 8, 8))
