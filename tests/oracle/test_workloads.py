"""The benchmarks do the same work in both libraries: losses of five steps, and results of operations, are equal."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import seedgrad as sg
from benchmarks.operations import OPERATIONS, Prepared
from benchmarks.scaling import SERIES
from benchmarks.sections import OPERATION_TOLERANCE
from benchmarks.workloads import WORKLOADS

# The same result at every step: nothing is trained.
CONSTANT = ("chain", "elementwise", "resnet18_inference", "bert_inference")


@pytest.mark.parametrize("name", WORKLOADS)
def test_losses_of_five_steps_equal_pytorchs(name: str) -> None:
    workload = WORKLOADS[name]
    steps = [workload.start(library) for library in (sg, torch)]
    ours, theirs = ([step() for _ in range(5)] for step in steps)
    np.testing.assert_allclose(ours, theirs, rtol=max(2e-3, workload.tolerance), atol=1e-4)
    assert len(set(theirs)) > 1 or name in CONSTANT


def _small(name: str) -> bool:
    """The first operations of a group are the small ones; the optimizers' are the last."""
    group, _, number = name.rpartition("_")
    count = sum(o.group == OPERATIONS[name].group for o in OPERATIONS.values())
    return int(number) > count // 2 if group == "optimizers" else int(number) <= count // 2


@pytest.mark.parametrize("name", [*filter(_small, OPERATIONS)])
def test_results_and_gradients_of_operations_equal_pytorchs(name: str) -> None:
    ours, theirs = (Prepared(library, OPERATIONS[name]).first(1)["found"] for library in (sg, torch))
    np.testing.assert_allclose(ours, theirs, rtol=OPERATION_TOLERANCE)


@pytest.mark.parametrize("name", SERIES)
def test_growing_models_have_the_same_losses(name: str) -> None:
    series = SERIES[name]
    for size in series.sizes[:2]:
        ours, theirs = (series.start(library, size) for library in (sg, torch))
        np.testing.assert_allclose([ours() for _ in range(2)], [theirs() for _ in range(2)], rtol=1e-3)
