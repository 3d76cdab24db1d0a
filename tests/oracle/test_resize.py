"""The deprecated forms of resize that are not in place."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import seedgrad as sg


@pytest.mark.parametrize("p", [sg, torch])
def test_resize(p: Any) -> None:
    x = p.arange(6.0).requires_grad_()
    with pytest.warns(UserWarning, match="non-inplace resize is deprecated"):
        y = x.resize(2, 3)
    with pytest.warns(UserWarning, match="non-inplace resize_as is deprecated"):
        z = x.resize_as(p.ones(3, 2))
    assert y.tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]] and tuple(z.shape) == (3, 2)
    (y * y).sum().backward()
    assert x.grad.tolist() == [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
    with pytest.warns(UserWarning), pytest.raises(RuntimeError, match="requested resize to"):
        x.resize(2, 2)
    with pytest.warns(UserWarning), pytest.raises(RuntimeError, match="requested resize to"):
        x.resize_as(p.ones(2, 2))
