"""The steps of benchmarks/compile.py: written, compiled and in PyTorch they have the same losses, and are replayed."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import seedgrad as sg
from benchmarks.compile import WORKLOADS


@pytest.mark.parametrize("name", WORKLOADS)
def test_losses(name: str) -> None:
    losses = []
    for lib, compiled in ((torch, False), (sg, False), (sg, True)):
        step, batch = WORKLOADS[name](lib)
        step = sg.compile(step) if compiled else step
        losses.append([float(step(*batch)) for _ in range(4)])
    np.testing.assert_allclose(losses[1:], [losses[0]] * 2, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(losses[2], losses[1], rtol=2e-5)
    assert (step.records, step.eager) == (1, 0), step.explain()
    assert step.replays == 3
