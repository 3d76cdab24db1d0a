"""Wrong calls of layers: the same class of error as PyTorch, with a text that helps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

Call = Callable[[Any, Any], Any]

# The call on (nn, a function that makes a tensor of ones), and a part of our message.
BAD: list[tuple[str, Call, str]] = [
    (
        "linear features",
        lambda nn, t: nn.Linear(784, 128)(t(32, 28, 28)),
        r"Linear\(784, 128\): the last dimension of the input must be 784, got shape \(32, 28, 28\). "
        r"Flatten it first: x.flatten\(1\)",
    ),
    ("linear transposed", lambda nn, t: nn.Linear(3, 2)(t(3, 5)), "Transpose it first: x.T"),
    ("linear scalar", lambda nn, t: nn.Linear(3, 2)(t()), "at least 1 dimension"),
    (
        "linear dtype",
        lambda nn, t: nn.Linear(3, 2)(t(5, 3, double=True)),
        "same dtype, but got .*float64 and .*float32",
    ),
    ("linear list", lambda nn, t: nn.Linear(3, 2)([1.0, 2.0, 3.0]), "must be a Tensor, got list"),
    ("linear negative", lambda nn, t: nn.Linear(-1, 2), "negative dimension -1"),
    (
        "functional linear",
        lambda nn, t: nn.functional.linear(t(2, 3), t(4, 5)),
        r"linear\(\): the last dimension",
    ),
    (
        "functional linear bias",
        lambda nn, t: nn.functional.linear(t(2, 3), t(4, 3), t(5)),
        r"bias must have shape \(4,\)",
    ),
    (
        "functional linear vector",
        lambda nn, t: nn.functional.linear(t(2, 3), t(3), t(1)),
        "a bias needs a weight of shape",
    ),
    ("flatten dims", lambda nn, t: nn.Flatten()(t(3)), "Dimension out of range"),
    ("flatten order", lambda nn, t: nn.Flatten(2, 1)(t(2, 3, 4)), "start_dim cannot come after end_dim"),
    (
        "unflatten sizes",
        lambda nn, t: nn.Unflatten(1, (2, 3))(t(2, 5)),
        "don't multiply up to the size of dim 1",
    ),
    ("unflatten type", lambda nn, t: nn.Unflatten(1, 5), "must be a tuple of ints"),
    (
        "conv channels",
        lambda nn, t: nn.Conv2d(3, 4, 3)(t(2, 4, 5, 5)),
        r"Conv2d\(3, 4\): the input must be \(N, 3, H, W\)",
    ),
    ("conv without channels", lambda nn, t: nn.Conv2d(1, 4, 3)(t(9, 5, 5)), r"add it: x.unsqueeze\(1\)"),
    ("conv channels last", lambda nn, t: nn.Conv2d(3, 4, 3)(t(2, 5, 5, 3)), r"move them: x.movedim\(-1, 1\)"),
    ("conv dims", lambda nn, t: nn.Conv2d(3, 4, 3)(t(3, 4)), r"got shape \(3, 4\)"),
    ("conv dtype", lambda nn, t: nn.Conv2d(3, 4, 3)(t(2, 3, 5, 5, double=True)), "float64"),
    ("conv groups", lambda nn, t: nn.Conv2d(3, 4, 3, groups=2), "in_channels must be divisible by groups"),
    (
        "conv groups out",
        lambda nn, t: nn.Conv2d(4, 3, 3, groups=2),
        "out_channels must be divisible by groups",
    ),
    ("conv groups zero", lambda nn, t: nn.Conv2d(4, 3, 3, groups=0), "groups must be a positive integer"),
    ("conv padding name", lambda nn, t: nn.Conv2d(4, 3, 3, padding="some"), "Invalid padding string 'some'"),
    (
        "conv same stride",
        lambda nn, t: nn.Conv2d(4, 3, 3, padding="same", stride=2),
        "not supported for strided",
    ),
    ("conv padding mode", lambda nn, t: nn.Conv2d(4, 3, 3, padding_mode="x"), "padding_mode must be one of"),
    ("conv small input", lambda nn, t: nn.Conv2d(1, 1, 5)(t(1, 1, 3, 3)), "kernel|too small|smaller"),
    (
        "transposed padding mode",
        lambda nn, t: nn.ConvTranspose2d(4, 3, 3, padding_mode="reflect"),
        "padding_mode must be",
    ),
    ("pool dims", lambda nn, t: nn.MaxPool2d(2)(t(3)), r"got shape \(3,\)"),
    (
        "batch norm dims",
        lambda nn, t: nn.BatchNorm2d(3)(t(2, 3)),
        r"BatchNorm2d\(3\): expected 4D input .*got 2D",
    ),
    ("batch norm 1d dims", lambda nn, t: nn.BatchNorm1d(3)(t(2, 3, 4, 5)), r"expected 2D or 3D input"),
    (
        "batch norm channels",
        lambda nn, t: nn.BatchNorm2d(3)(t(2, 4, 3, 3)),
        "must have 3 channels in dimension 1",
    ),
    ("batch norm one value", lambda nn, t: nn.BatchNorm1d(3)(t(1, 3)), "more than 1 value per channel"),
    (
        "group norm groups",
        lambda nn, t: nn.GroupNorm(2, 3),
        r"num_channels \(3\) must be divisible by num_groups \(2\)",
    ),
    (
        "layer norm shape",
        lambda nn, t: nn.LayerNorm(3)(t(2, 4)),
        r"LayerNorm\(3\): .*last dimensions \(3,\), got shape \(2, 4\)",
    ),
    ("embedding index", lambda nn, t: nn.Embedding(3, 2)(t(2).long() * 4), "out of range"),
    ("embedding float", lambda nn, t: nn.Embedding(3, 2)(t(2)), "int"),
    (
        "embedding padding",
        lambda nn, t: nn.Embedding(3, 2, padding_idx=3),
        "Padding_idx must be within num_embeddings",
    ),
    ("embedding table", lambda nn, t: nn.Embedding.from_pretrained(t(3)), "2-dimensional"),
    ("dropout probability", lambda nn, t: nn.Dropout(1.5), "between 0 and 1, but got 1.5"),
    (
        "hardtanh ends",
        lambda nn, t: nn.Hardtanh(2.0, 1.0),
        r"max_val \(1.0\) must be greater than min_val \(2.0\)",
    ),
    ("gelu approximate", lambda nn, t: nn.GELU("x")(t(2)), "none|tanh"),
    ("softmax2d dims", lambda nn, t: nn.Softmax2d()(t(2, 3)), "3D or 4D"),
    (
        "loss reduction",
        lambda nn, t: nn.MSELoss(reduction="x")(t(2), t(2)),
        "x is not a valid value for reduction",
    ),
    ("cross entropy batch", lambda nn, t: nn.CrossEntropyLoss()(t(3, 5), t(2).long()), "batch"),
    ("parameter type", lambda nn, t: nn.Parameter(t(2).long()), "floating point"),
    ("one_hot negative", lambda nn, t: nn.functional.one_hot(t(2).long() * -1), "non-negative"),
    ("one_hot classes", lambda nn, t: nn.functional.one_hot(t(2).long() * 3, 3), "smaller than num_classes"),
    ("one_hot type", lambda nn, t: nn.functional.one_hot(t(2)), "int64"),
    ("one_hot empty", lambda nn, t: nn.functional.one_hot(t(0).long()), "give num_classes"),
    ("pad odd", lambda nn, t: nn.functional.pad(t(2, 3), (1,)), "divisible by 2"),
    ("pad too many", lambda nn, t: nn.functional.pad(t(3), (1, 1, 1, 1)), "two times the input dimension"),
    ("pad negative", lambda nn, t: nn.functional.pad(t(3), (-2, -2)), "negative size"),
    (
        "pad reflect",
        lambda nn, t: nn.functional.pad(t(1, 1, 3), (3, 0), mode="reflect"),
        "less than the corresponding",
    ),
    (
        "pad circular",
        lambda nn, t: nn.functional.pad(t(1, 1, 3), (4, 0), mode="circular"),
        "wrapping around more than once",
    ),
    ("pad mode", lambda nn, t: nn.functional.pad(t(1, 1, 3), (1, 0), mode="x"), "Unrecognised padding mode"),
    ("pad dims", lambda nn, t: nn.functional.pad(t(3), (1, 0), mode="reflect"), "last 1, 2 or 3 dimensions"),
    ("pad value", lambda nn, t: nn.functional.pad(t(1, 1, 3), (1, 0), mode="reflect", value=2.0), "value"),
]


def _ours(*shape: int, double: bool = False) -> sg.Tensor:
    return sg.tensor(np.ones(shape, np.float64 if double else np.float32))


def _theirs(*shape: int, double: bool = False) -> torch.Tensor:
    return torch.ones(shape, dtype=torch.float64 if double else torch.float32)


@pytest.mark.parametrize(("call", "match"), [c[1:] for c in BAD], ids=[c[0] for c in BAD])
def test_wrong_call_raises_what_torch_raises(call: Call, match: str) -> None:
    with pytest.raises(Exception) as expected:
        call(torch.nn, _theirs)
    with pytest.raises(expected.type, match=match):
        call(sg.nn, _ours)
