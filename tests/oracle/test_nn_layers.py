"""Every layer, with its options, against PyTorch's: outputs, gradients, buffers, names, repr."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import torch
from ids import shown

import seedgrad as sg

from .nn_pair import Layer, leaves, same, torch_state
from .nn_rows import LAYERS, SIXTH

# PyTorch warns about the empty Linear as we do, and about its own implementation of even "same" kernels.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Initializing zero-element tensors is a no-op"),
    pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths"),
]


def _parts(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


@pytest.mark.parametrize("layer", LAYERS, ids=shown)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("training", [True, False])
def test_layer_agrees(layer: Layer, dtype: str, training: bool) -> None:
    ours, theirs = layer.make(dtype)
    ours.train(training)
    theirs.train(training)
    tolerance = layer.tolerance
    for number, arrays in enumerate(layer.draw(3, dtype)):
        mine, other = leaves(arrays)
        out, expected = _parts(ours(*mine)), _parts(theirs(*other))
        assert len(out) == len(expected)
        for a, b in zip(out, expected, strict=True):
            same(a, b, tolerance, f"output {number}")
        if out[0].is_floating_point() and out[0].requires_grad:
            weight = np.random.default_rng(7).standard_normal(out[0].shape).astype(dtype)
            (out[0] * sg.tensor(weight)).sum().backward()
            (expected[0] * torch.tensor(weight)).sum().backward()
            for a, b in zip(mine, other, strict=True):
                assert (a.grad is None) == (b.grad is None)
                if b.grad is not None:
                    same(a.grad, b.grad, tolerance, f"gradient of input, call {number}")
        assert out[0].requires_grad == expected[0].requires_grad
    gradients = dict(theirs.named_parameters())
    for name, p in ours.named_parameters():
        assert (p.grad is None) == (gradients[name].grad is None), name
        if p.grad is not None:
            same(p.grad, gradients[name].grad, tolerance, f"gradient of {name}")
    for name, value in theirs.state_dict().items():
        same(ours.state_dict()[name], value, tolerance, f"state {name} afterwards")


@pytest.mark.parametrize("layer", LAYERS, ids=shown)
def test_state_dict_has_the_same_keys_shapes_and_types(layer: Layer) -> None:
    ours, theirs = layer.make("float32")
    found, expected = ours.state_dict(), theirs.state_dict()
    assert list(found) == list(expected)
    for name, value in expected.items():
        same(found[name], value, what=name)
    assert [n for n, _ in ours.named_buffers()] == [n for n, _ in theirs.named_buffers()]


@pytest.mark.parametrize("layer", LAYERS, ids=shown)
def test_repr_is_the_same(layer: Layer) -> None:
    ours, theirs = layer.make("float32")
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("layer", LAYERS, ids=shown)
def test_state_travels_through_torch_and_back(layer: Layer) -> None:
    ours, theirs = layer.make("float32")
    fresh, _ = layer.make("float32")
    for t in fresh.state_dict().values():
        t.array[...] = 0
    result = fresh.load_state_dict({k: v.numpy() for k, v in theirs.state_dict().items()})
    assert repr(result) == "<All keys matched successfully>"
    for name, value in ours.state_dict().items():
        same(fresh.state_dict()[name], torch_state(ours)[name], what=f"{name} {value.shape}")


INPLACE = [
    "ReLU",
    "ReLU6",
    "LeakyReLU",
    "ELU",
    "SiLU",
    "SELU",
    "CELU",
    "Mish",
    "Hardtanh",
    "Hardsigmoid",
    "Hardswish",
]


@pytest.mark.parametrize("name", INPLACE)
def test_inplace_writes_into_the_input_and_keeps_the_gradient(name: str) -> None:
    array = np.random.default_rng(0).standard_normal((4, 5)) * 3
    ours, theirs = getattr(sg.nn, name)(inplace=True), getattr(torch.nn, name)(inplace=True)
    assert repr(ours) == repr(theirs)
    x, y = sg.tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
    a, b = x * 1.0, y * 1.0
    assert ours(a) is a
    theirs(b)
    same(a, b)
    (a * a).sum().backward()
    (b * b).sum().backward()
    same(x.grad, y.grad, SIXTH if name in ("Hardsigmoid", "Hardswish") else 1)


def test_dropout_inplace_writes_into_the_input() -> None:
    sg.manual_seed(0)
    x = sg.ones(100)
    out = sg.nn.Dropout(0.5, inplace=True)(x)
    assert out is x
    assert set(np.unique(x.array)) == {0.0, 2.0}


def test_conv_transpose_reaches_the_output_size() -> None:
    ours, theirs = Layer("ConvTranspose2d", 2, 3, 3, stride=2, padding=1, inputs=[]).make()
    x = np.random.default_rng(0).standard_normal((1, 2, 4, 5))
    for size in ([7, 9], [8, 10], (1, 3, 7, 10)):
        same(ours(sg.tensor(x), output_size=size), theirs(torch.tensor(x), output_size=size))
    with pytest.raises(ValueError, match=r"requested an output size of \[9, 9\], but valid sizes range from \[7, 9\]"):
        ours(sg.tensor(x), output_size=[9, 9])


def test_implicit_softmax_dimension_warns() -> None:
    x = np.random.default_rng(0).standard_normal((3, 4))
    with pytest.warns(UserWarning, match="Implicit dimension choice"):
        out = sg.nn.Softmax()(sg.tensor(x))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        same(out, torch.nn.Softmax()(torch.tensor(x)))


def test_embedding_from_pretrained_agrees() -> None:
    table = np.random.default_rng(0).standard_normal((5, 3))
    ours, theirs = (
        sg.nn.Embedding.from_pretrained(sg.tensor(table)),
        torch.nn.Embedding.from_pretrained(torch.tensor(table)),
    )
    assert repr(ours) == repr(theirs)
    assert not ours.weight.requires_grad
    same(ours(sg.tensor([4, 0])), theirs(torch.tensor([4, 0])))
    assert sg.nn.Embedding.from_pretrained(sg.tensor(table), freeze=False).weight.requires_grad


def test_embedding_padding_row_starts_at_zero() -> None:
    weight = sg.nn.Embedding(5, 3, padding_idx=-2).weight.array
    assert not weight[3].any()
    assert weight[[0, 1, 2, 4]].all()
