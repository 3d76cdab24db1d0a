"""Expressions evaluated with both packages: `m` stands for the package, and a few tensors have names.

Values, element types, shapes and, where asked for, strides must be equal; where PyTorch raises, so must we, with the
same class of exception and a text that is part of the test.
"""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg


def evaluate(text: str, m: Any) -> Any:
    """The value of an expression with one of the packages, described so that the two can be compared."""
    names = {
        "m": m,
        "np": np,
        "copy": copy,
        "pickle": pickle,
        "F": m.nn.functional,
        "x": m.arange(24.0).reshape(2, 3, 4),
        "M": m.arange(6.0).reshape(2, 3),
        "L": m.arange(6).reshape(2, 3),
        "v": m.arange(5.0),
        "s": m.tensor(2.5),
        "b": m.tensor([True, False]),
        "c": m.tensor([1 + 2j, 3.0]),
        "I": m.tensor,
    }
    return described(eval(text, names))


def described(result: Any) -> Any:
    if isinstance(result, (torch.Tensor, sg.Tensor)):
        values = result.detach()
        kind = str(values.dtype).split(".")[1]
        if kind == "bfloat16":
            values = values.float()
        return kind, tuple(result.shape), values.tolist(), result.requires_grad
    if isinstance(result, (tuple, list)):
        return [described(part) for part in result]
    if isinstance(result, np.ndarray):
        return str(result.dtype), result.tolist()
    return repr(result).replace("seedgrad", "torch")


def same(text: str) -> None:
    """Both packages give the same."""
    assert evaluate(text, sg) == evaluate(text, torch)


def refused(text: str, match: str) -> None:
    """Both packages raise the same class; ours says `match`."""
    with pytest.raises(Exception) as theirs:
        evaluate(text, torch)
    with pytest.raises(theirs.type, match=match) as found:
        evaluate(text, sg)
    assert found.type is theirs.type
