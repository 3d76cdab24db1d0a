"""Every optimizer learns something about handwritten digits in a few steps."""

from __future__ import annotations

from typing import Any

import pytest

import seedgrad as sg
from seedgrad import nn
from seedgrad.datasets import Digits

RATES: dict[str, dict[str, Any]] = {
    "SGD": {"lr": 0.1, "momentum": 0.9},
    "ASGD": {"lr": 0.5},
    "Adagrad": {"lr": 0.05},
    "Adadelta": {"lr": 3.0},
    "RMSprop": {"lr": 0.003, "momentum": 0.5, "centered": True},
    "Rprop": {"lr": 0.01},
    "Adam": {"lr": 0.01, "amsgrad": True},
    "AdamW": {"lr": 0.01},
    "Adamax": {"lr": 0.02},
    "NAdam": {"lr": 0.01},
    "RAdam": {"lr": 0.1},
    "LBFGS": {"max_iter": 2, "line_search_fn": "strong_wolfe"},
    "Adafactor": {"lr": 0.05},
    "Muon": {"lr": 0.05, "adjust_lr_fn": "match_rms_adamw"},
    "Lion": {"lr": 0.003},
    "SAM": {"base_optimizer": sg.optim.SGD, "lr": 0.1, "momentum": 0.9},
    "Lookahead": {"lr": 0.3, "momentum": 0.9},
}


@pytest.fixture(scope="module")
def digits() -> tuple[sg.Tensor, sg.Tensor]:
    data = Digits("train")
    return data.images[:256].flatten(1).float() / 255, data.labels[:256]


@pytest.mark.parametrize("name", RATES)
def test_loss_falls(name: str, digits: tuple[sg.Tensor, sg.Tensor]) -> None:
    images, labels = digits
    sg.manual_seed(0)
    model = nn.Sequential(nn.Linear(784, 32, bias=False), nn.ReLU(), nn.Linear(32, 10, bias=False))
    if name == "Lookahead":
        optimizer: Any = sg.optim.Lookahead(sg.optim.SGD(model.parameters(), **RATES[name]))
    else:
        optimizer = getattr(sg.optim, name)(model.parameters(), **RATES[name])

    def closure() -> sg.Tensor:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        return loss

    losses = [optimizer.step(closure).item() for _ in range(15)]
    assert losses[0] > 2.2
    assert closure().item() < 1.4
