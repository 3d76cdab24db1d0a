"""The text of many tensors under every option, against PyTorch's."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

OPTIONS: list[dict[str, Any]] = [
    {},
    {"precision": 0},
    {"precision": 10},
    {"threshold": 5},
    {"threshold": 5, "edgeitems": 1},
    {"linewidth": 20},
    {"linewidth": 200},
    {"sci_mode": True},
    {"sci_mode": False},
    {"profile": "short"},
    {"profile": "full", "precision": 1},
]
SHAPES = [(), (0,), (0, 3), (1,), (5,), (2, 3), (2, 2, 3), (1001,), (3, 1, 400)]
POINTS = [
    [np.nan, 1, np.inf],
    [np.inf, -np.inf],
    [0.0, -0.0],
    [1e-10, 0],
    [1e10, 1],
    [1, 2, 3, np.nan],
    [1e8],
    [0.00001],
    [np.inf, 0.5],
]
KINDS = ["int8", "uint8", "bool", "int64", "float16", "bfloat16", "float32", "float64", "complex64", "complex128"]


def arrays(kind: str) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    found = []
    for shape in SHAPES:
        for scale in (3, 3e-6, 3e9):
            values = np.asarray(rng.normal(size=shape) * scale)
            found.append(values + 1j * rng.normal(size=shape) if kind.startswith("complex") else values)
    if not kind.startswith(("int", "uint", "bool")):
        found += [np.array(p) for p in POINTS]
    with np.errstate(all="ignore"):
        return [np.asarray(a).astype("float32" if kind == "bfloat16" else kind) for a in found]


def text(t: Any) -> str:
    """The text without the name of the package, whose length decides where notes wrap."""
    return re.sub(r",\n +(dtype|requires_grad|grad_fn|size)=", r", \1=", repr(t).replace("torch.", "seedgrad."))


@pytest.mark.parametrize("kind", KINDS)
def test_text_equals_torch_under_every_option(kind: str) -> None:
    made = arrays(kind)
    try:
        for options in OPTIONS:
            for package in (sg, torch):
                package.set_printoptions(profile="default")
                package.set_printoptions(**options)
            for array in made:
                ours, theirs = sg.from_numpy(array), torch.from_numpy(array)
                if kind == "bfloat16":
                    ours, theirs = ours.bfloat16(), theirs.bfloat16()
                assert text(ours) == text(theirs), options
                if theirs.dtype.is_floating_point or theirs.dtype.is_complex:
                    ours, theirs = ours.clone().requires_grad_(), theirs.clone().requires_grad_()
                    assert text(ours) == text(theirs), options
                    assert text(ours * 1) == text(theirs * 1), options
    finally:
        for package in (sg, torch):
            package.set_printoptions(profile="default")
