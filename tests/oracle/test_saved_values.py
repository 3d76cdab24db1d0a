"""What an op saves for its gradient: a write in place to anything else must not be refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg


def uniform(*shape: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(sum(shape)).uniform(0.1, 0.9, shape)


# name: the function, its inputs, and which of the inputs ("0", "1") and outputs ("out") PyTorch lets be written.
CASES: dict[str, tuple[Callable[..., Any], list[Any], tuple[str, ...]]] = {
    "l1_loss mean": (lambda lib, x, y: lib.nn.functional.l1_loss(x, y), [uniform(3, 4), uniform(4, 3).T], ("0", "1")),
    "l1_loss sum": (
        lambda lib, x, y: lib.nn.functional.l1_loss(x, y, reduction="sum"),
        [uniform(3, 4), uniform(3, 4)],
        ("0", "1", "out"),
    ),
    "l1_loss none": (
        lambda lib, x, y: lib.nn.functional.l1_loss(x, y, reduction="none"),
        [uniform(3, 4), uniform(3, 4)],
        ("0", "1", "out"),
    ),
    "erfinv": (lambda lib, x: lib.erfinv(x), [uniform(3, 4)], ("out",)),
    "qr of a tall matrix": (lambda lib, x: lib.linalg.qr(x)[1], [uniform(4, 3)], ("0",)),
    "qr of a wide matrix": (lambda lib, x: lib.linalg.qr(x)[1], [uniform(3, 5)], ("0",)),
}
PLACES = [(name, place) for name, (_, _, places) in CASES.items() for place in places]


def gradients(lib: Any, name: str, place: str) -> list[np.ndarray[Any, Any]]:
    """The gradients of the inputs where what stands at `place` was doubled without recording before the backward pass."""
    function, arrays, _ = CASES[name]
    leaves = [lib.tensor(array).requires_grad_() for array in arrays]
    inputs = [leaf * 1 for leaf in leaves]
    out = function(lib, *inputs)
    with lib.no_grad():
        (out if place == "out" else inputs[int(place)]).mul_(2)
    (out * lib.tensor(uniform(*out.shape))).sum().backward()
    return [leaf.grad.numpy() for leaf in leaves]


@pytest.mark.parametrize(("name", "place"), PLACES)
def test_a_write_to_what_is_not_saved_changes_no_gradient(name: str, place: str) -> None:
    for ours, theirs in zip(gradients(sg, name, place), gradients(torch, name, place), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
