"""Averaged models against PyTorch's."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .nn_pair import torch_state
from .optim_pair import converted


def _model(lib: Any) -> Any:
    nn = lib.nn
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2)).to(lib.float64)


def _pair() -> tuple[Any, Any]:
    sg.manual_seed(0)
    ours, theirs = _model(sg), _model(torch)
    theirs.load_state_dict(torch_state(ours))
    return ours, theirs


CHOICES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "mean": lambda lib: {},
    "mean, buffers too": lambda lib: {"use_buffers": True},
    "swa": lambda lib: {"avg_fn": lib.optim.swa_utils.get_swa_avg_fn()},
    "swa, buffers too": lambda lib: {"avg_fn": lib.optim.swa_utils.get_swa_avg_fn(), "use_buffers": True},
    "swa of lists": lambda lib: {"multi_avg_fn": lib.optim.swa_utils.get_swa_multi_avg_fn()},
    "ema": lambda lib: {"avg_fn": lib.optim.swa_utils.get_ema_avg_fn(0.9)},
    "ema of lists": lambda lib: {"multi_avg_fn": lib.optim.swa_utils.get_ema_multi_avg_fn(0.9)},
    "fast ema of lists": lambda lib: {"multi_avg_fn": lib.optim.swa_utils.get_ema_multi_avg_fn(0.2)},
    "ema of lists, buffers too": lambda lib: {
        "multi_avg_fn": lib.optim.swa_utils.get_ema_multi_avg_fn(0.5),
        "use_buffers": True,
    },
    "ema, buffers too": lambda lib: {"avg_fn": lib.optim.swa_utils.get_ema_avg_fn(0.5), "use_buffers": True},
    "own": lambda lib: {"avg_fn": lambda average, value, number: average * 0.3 + value * 0.7 / (number + 1)},
}


def _trained(lib: Any, model: Any, options: dict[str, Any]) -> Any:
    average = lib.optim.swa_utils.AveragedModel(model, **options)
    optimizer = lib.optim.SGD(model.parameters(), lr=0.05)
    for t in range(6):
        x = lib.tensor(np.random.default_rng(t).standard_normal((5, 3)))
        optimizer.zero_grad()
        (model(x) ** 2).sum().backward()
        optimizer.step()
        average.update_parameters(model)
        if t == 3:
            state = copy.deepcopy(average.state_dict())
            average = lib.optim.swa_utils.AveragedModel(model, **options)
            average.load_state_dict(state)
    return average


@pytest.mark.parametrize("choice", CHOICES)
def test_average_equals_the_oracle(choice: str) -> None:
    ours, theirs = _pair()
    a, b = _trained(sg, ours, CHOICES[choice](sg)), _trained(torch, theirs, CHOICES[choice](torch))
    # PyTorch's function for lists divides by the number in float32.
    rtol = 1e-7 if choice == "swa of lists" else 1e-10
    x, y = a.state_dict(), b.state_dict()
    assert list(x) == list(y)
    for key in y:
        np.testing.assert_allclose(np.asarray(x[key]), y[key].numpy(), rtol=rtol, atol=1e-12, err_msg=key)
        assert str(x[key].dtype).split(".")[1] == str(y[key].dtype).split(".")[1]
    data = np.random.default_rng(9).standard_normal((4, 3))
    a.eval(), b.eval()
    np.testing.assert_allclose(
        a(sg.tensor(data)).detach().numpy(), b(torch.tensor(data)).detach().numpy(), rtol=10 * rtol, atol=1e-12
    )


def test_statistics_of_an_averaged_model_equal_the_oracle() -> None:
    ours, theirs = _pair()
    batches = [np.random.default_rng(t).standard_normal((5, 3)) for t in range(4)]
    for lib, model in ((sg, ours), (torch, theirs)):
        model.eval()
        loader = [lib.tensor(b) if i % 2 else (lib.tensor(b), 0) for i, b in enumerate(batches)]
        lib.optim.swa_utils.update_bn(loader, model)
        assert not model.training
        assert model[1].momentum == 0.1
    for key, value in theirs.state_dict().items():
        np.testing.assert_allclose(np.asarray(ours.state_dict()[key]), value.numpy(), rtol=1e-10, err_msg=key)


def test_a_model_without_batch_norm_is_not_run() -> None:
    for lib in (torch, sg):
        lib.optim.swa_utils.update_bn(iter(["not data"]), lib.nn.Linear(2, 2))


def test_averages_refuse_what_the_oracle_refuses() -> None:
    for lib in (torch, sg):
        swa = lib.optim.swa_utils
        for decay in (-0.1, 1.1):
            for make in (swa.get_ema_avg_fn, swa.get_ema_multi_avg_fn):
                with pytest.raises(ValueError, match="Invalid decay value"):
                    make(decay)
        with pytest.raises(AssertionError, match="Only one of avg_fn and multi_avg_fn"):
            swa.AveragedModel(lib.nn.Linear(1, 1), avg_fn=swa.get_swa_avg_fn(), multi_avg_fn=swa.get_swa_multi_avg_fn())


@pytest.mark.parametrize("name", ["get_ema_multi_avg_fn", "get_swa_multi_avg_fn"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "int64"])
def test_lists_of_any_type_are_averaged_in_place(name: str, dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seedgrad.optim.blocks.BLOCK", 4)
    if (name, dtype) == ("get_swa_multi_avg_fn", "int64"):
        pytest.skip("PyTorch can't")
    draw = np.random.default_rng(0)
    shapes = [(3, 5), (), (0,), (7,)]
    arrays = [[np.asarray(draw.standard_normal(s) * 9).astype(dtype) for s in shapes] for _ in range(2)]
    results = []
    for lib in (sg, torch):
        averages, values = ([lib.tensor(a) for a in group] for group in arrays)
        getattr(lib.optim.swa_utils, name)()(averages, values, lib.tensor(2))
        results.append(averages)
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(a.numpy(), converted(b, torch).numpy(), rtol=1e-6)
