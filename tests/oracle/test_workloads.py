"""The benchmarks do the same work in both libraries: losses of five steps, and results of operations, are equal."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch

import seedgrad as sg
from benchmarks.operations import OPERATIONS, Prepared
from benchmarks.scaling import SERIES
from benchmarks.sections import OPERATION_TOLERANCE
from benchmarks.workloads import FURTHER, WORKLOADS

# Of losses of compiled steps beside those as written: fused chains round their exponentials otherwise.
COMPILED_TOLERANCE = 2e-5
# The same result at every step: nothing is trained.
CONSTANT = ("chain", "elementwise", "resnet18_inference", "bert_inference")


@pytest.mark.parametrize("name", WORKLOADS | FURTHER)
def test_losses_of_five_steps_equal_pytorchs_and_compiled_ones_too(name: str) -> None:
    workload = (WORKLOADS | FURTHER)[name]
    ours, theirs = (list(islice(workload.start(library).losses(), 5)) for library in (sg, torch))
    np.testing.assert_allclose(ours, theirs, rtol=max(2e-3, workload.tolerance), atol=1e-4)
    assert len(set(theirs)) > 1 or name in CONSTANT
    if not workload.as_written:
        steps = workload.start(sg)
        compiled = sg.compile(steps.step)
        found = list(islice(replace(steps, step=compiled).losses(), 5))
        np.testing.assert_allclose(found, ours, rtol=COMPILED_TOLERANCE)
        assert (compiled.records, compiled.replays, compiled.eager) == (1, 4, 0), compiled.explain()


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
        np.testing.assert_allclose(list(islice(ours.losses(), 2)), list(islice(theirs.losses(), 2)), rtol=1e-3)
