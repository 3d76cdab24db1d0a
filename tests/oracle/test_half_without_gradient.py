"""16-bit floats outside any graph, where definitions run on arrays: the type stays, and sums are those of float32."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

FUNCTIONS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "layer_norm": lambda p, x, w: p.nn.functional.layer_norm(x, (4,)),
    "layer_norm with weights": lambda p, x, w: p.nn.functional.layer_norm(x, (4,), w, w * 2),
    "rms_norm": lambda p, x, w: p.nn.functional.rms_norm(x, (4,)),
    "rms_norm with weights": lambda p, x, w: p.nn.functional.rms_norm(x, (4,), w),
    "group_norm": lambda p, x, w: p.nn.functional.group_norm(x, 2, w, w),
    "instance_norm": lambda p, x, w: p.nn.functional.instance_norm(x[None]),
    "batch_norm": lambda p, x, w: p.nn.functional.batch_norm(x, None, None, training=True),
    "batch_norm with weights": lambda p, x, w: p.nn.functional.batch_norm(x, None, None, w, w, True),
    "batch_norm in evaluation": lambda p, x, w: p.nn.functional.batch_norm(x, w, w * w, w, w),
    "addcmul": lambda p, x, w: p.addcmul(x, x, w, value=0.5),
    "addcdiv": lambda p, x, w: p.addcdiv(x, x, w, value=0.5),
}


@pytest.mark.parametrize("grad", [False, True])
@pytest.mark.parametrize("kind", ["float16", "bfloat16"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_type_and_values(name: str, kind: str, grad: bool) -> None:
    """The type is PyTorch's; the values are those of its float32 (its batch_norm rounds the means to 16 bits)."""
    rng = np.random.default_rng(0)
    rows, weights = rng.standard_normal((3, 4)) * 0.01 + 1.28, rng.uniform(0.5, 2, 4)
    half = getattr(torch, kind)
    x, w = torch.tensor(rows).to(half), torch.tensor(weights).to(half)
    theirs = FUNCTIONS[name](torch, x, w)
    exact = FUNCTIONS[name](torch, x.float(), w.float())
    ours = FUNCTIONS[name](
        sg,
        sg.tensor(x.tolist(), dtype=getattr(sg, kind), requires_grad=grad),
        sg.tensor(w.tolist()).to(getattr(sg, kind)),
    )
    assert str(ours.dtype).split(".")[-1] == str(theirs.dtype).split(".")[-1]
    eps = {"float16": 2e-3, "bfloat16": 2e-2}[kind]
    np.testing.assert_allclose(ours.detach().float().array, exact, rtol=eps, atol=eps)
