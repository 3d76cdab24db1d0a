"""Adaptive pooling to nothing has a value, and no gradient, as in PyTorch."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import seedgrad as sg


@pytest.mark.parametrize("dims", [1, 2, 3])
@pytest.mark.parametrize("lib", [torch, sg], ids=["torch", "seedgrad"])
def test_average_over_no_outputs(lib: Any, dims: int) -> None:
    x = lib.ones((2, 3) + (4,) * dims, requires_grad=True)
    y = getattr(lib.nn.functional, f"adaptive_avg_pool{dims}d")(x, (2,) * (dims - 1) + (0,))
    assert tuple(y.shape) == (2, 3, *(2,) * (dims - 1), 0)
    with pytest.raises(RuntimeError, match=r"output size is 0|Expected grad_output to have non-zero size"):
        y.sum().backward()
