"""Recurrent layers, cells and functions against PyTorch's."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .nn_pair import same
from .sequence_pair import compare, normal, packed_hx, states, tensors, twins

pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")

MODES = ["RNN", "LSTM", "GRU"]


SETTINGS: list[dict[str, Any]] = [
    {},
    {"num_layers": 2},
    {"bidirectional": True},
    {"bias": False},
    {"batch_first": True},
    {"num_layers": 2, "bidirectional": True, "batch_first": True},
    {"num_layers": 3, "bias": False, "bidirectional": True},
]
CASES = [(name, s) for name in MODES for s in SETTINGS]
CASES += [("RNN", {"nonlinearity": "relu"}), ("RNN", {"nonlinearity": "relu", "num_layers": 2, "bidirectional": True})]
CASES += [
    ("LSTM", {"proj_size": 2}),
    ("LSTM", {"proj_size": 2, "num_layers": 2, "bidirectional": True}),
    ("LSTM", {"proj_size": 3, "num_layers": 2, "bias": False, "batch_first": True}),
]


@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
@pytest.mark.parametrize("given", [False, True], ids=["zeros", "hx"])
def test_layer_agrees_to_the_second_gradient(name: str, settings: dict[str, Any], given: bool) -> None:
    ours, theirs = twins(name, 3, 4, **settings)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    first = bool(settings.get("batch_first"))
    for times, batch in ((5, 2), (1, 1), (3, 4)):
        x = normal(batch, times, 3) if first else normal(times, batch, 3)
        if not given:
            compare(ours, theirs, [x], (ours, theirs))
            continue
        arrays = [x, *states(name, settings, batch)]
        compare(
            lambda x, *hx: ours(x, packed_hx(name, hx)),
            lambda x, *hx: theirs(x, packed_hx(name, hx)),
            arrays,
            (ours, theirs),
        )


@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
@pytest.mark.parametrize("training", [False, True])
def test_layer_agrees_in_float32(name: str, settings: dict[str, Any], training: bool) -> None:
    ours, theirs = twins(name, 3, 4, dtype="float32", training=training, **settings)
    compare(ours, theirs, [normal(6, 5, 3, dtype="float32")], (ours, theirs), second=False)


@pytest.mark.parametrize("name", MODES)
@pytest.mark.parametrize("settings", [{}, {"batch_first": True, "num_layers": 2, "bidirectional": True}], ids=str)
def test_sequence_without_batch_agrees(name: str, settings: dict[str, Any]) -> None:
    ours, theirs = twins(name, 3, 4, **settings)
    compare(ours, theirs, [normal(5, 3)], (ours, theirs))
    compare(
        lambda x, *hx: ours(x, packed_hx(name, hx)),
        lambda x, *hx: theirs(x, packed_hx(name, hx)),
        [normal(5, 3), *states(name, settings, None)],
        (ours, theirs),
    )


def packed(package: Any, x: Any, lengths: list[int], settings: dict[str, Any]) -> Any:
    return package.nn.utils.rnn.pack_padded_sequence(
        x, lengths, batch_first=bool(settings.get("batch_first")), enforce_sorted=False
    )


@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
@pytest.mark.parametrize("lengths", [[5, 3, 3, 1], [2, 5, 1, 4], [3, 3, 3, 3], [1, 1, 1, 1]], ids=str)
def test_packed_sequences_agree(name: str, settings: dict[str, Any], lengths: list[int]) -> None:
    ours, theirs = twins(name, 3, 4, **settings)
    x = normal(4, 5, 3) if settings.get("batch_first") else normal(5, 4, 3)
    arrays = [x, *states(name, settings, 4)]
    compare(
        lambda x, *hx: ours(packed(sg, x, lengths, settings), packed_hx(name, hx)),
        lambda x, *hx: theirs(packed(torch, x, lengths, settings), packed_hx(name, hx)),
        arrays,
        (ours, theirs),
        second=lengths[0] != 1,
    )
    compare(
        lambda x: ours(packed(sg, x, lengths, settings)),
        lambda x: theirs(packed(torch, x, lengths, settings)),
        [x],
        (ours, theirs),
        second=False,
    )


def test_packed_and_padded_input_give_the_same() -> None:
    layer = sg.nn.GRU(3, 4, bidirectional=True, dtype=sg.float64)
    x = sg.tensor(normal(5, 2, 3))
    out, h = layer(sg.nn.utils.rnn.pack_padded_sequence(x, [5, 5]))
    again, h2 = layer(x)
    same(sg.nn.utils.rnn.pad_packed_sequence(out)[0], torch.tensor(again.detach().array))
    same(h, torch.tensor(h2.detach().array))


@pytest.mark.parametrize("name", MODES)
@pytest.mark.parametrize("shape", [(4, 0, 3), (1, 0, 3)])
def test_empty_batch_agrees(name: str, shape: tuple[int, ...]) -> None:
    ours, theirs = twins(name, 3, 4, num_layers=2, bidirectional=True)
    for a, b in zip(
        tensors(ours(sg.tensor(normal(*shape)))), tensors(theirs(torch.tensor(normal(*shape)))), strict=True
    ):
        same(a, b)


@pytest.mark.parametrize("name", MODES)
@pytest.mark.parametrize("layout", ["transposed", "strided", "expanded"])
def test_layout_of_input_and_states_does_not_matter(name: str, layout: str) -> None:
    def view(t: Any) -> Any:
        if layout == "transposed":
            return t.transpose(0, 2)
        return t[:, :, ::2] if layout == "strided" else t[:, :1].expand(-1, 3, -1)

    ours, theirs = twins(name, 4, 4)
    x, h = normal(4, 3, 4), normal(4, 3, 1) if layout == "transposed" else normal(1, 3, 8 if layout == "strided" else 4)
    if layout == "strided":
        x = normal(4, 3, 8)
    count = 2 if name == "LSTM" else 1
    compare(
        lambda x, *hx: ours(view(x), packed_hx(name, [view(s) for s in hx])),
        lambda x, *hx: theirs(view(x), packed_hx(name, [view(s) for s in hx])),
        [x, *[h] * count],
        (ours, theirs),
    )


@pytest.mark.parametrize("name", MODES)
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_types_agree(name: str, dtype: str) -> None:
    ours, theirs = twins(name, 3, 4, dtype="float32", bidirectional=True)
    x = normal(5, 2, 3, dtype="float32")
    ours.to(getattr(sg, dtype))
    theirs.to(getattr(torch, dtype))
    a = ours(sg.tensor(x).to(getattr(sg, dtype)))
    b = theirs(torch.tensor(x).to(getattr(torch, dtype)))
    for mine, other in zip(tensors(a), tensors(b), strict=True):
        assert mine.dtype == getattr(sg, dtype)
        np.testing.assert_allclose(
            mine.detach().float().array, other.float().numpy(force=True), atol=0.02 if dtype == "bfloat16" else 0.004
        )
    tensors(a)[0].float().sum().backward()
    assert ours.weight_hh_l0.grad.dtype == getattr(sg, dtype)


@pytest.mark.parametrize("name", MODES)
def test_gradient_of_one_output_alone(name: str) -> None:
    ours, theirs = twins(name, 3, 4)
    count = 3 if name == "LSTM" else 2
    for k in range(count):
        compare(
            lambda x, k=k: tensors(ours(x))[k],
            lambda x, k=k: tensors(theirs(x))[k],
            [normal(4, 2, 3)],
            (ours, theirs),
        )


@pytest.mark.parametrize("name", MODES)
def test_frozen_weights_get_no_gradient_and_the_others_the_same(name: str) -> None:
    ours, theirs = twins(name, 3, 4)
    for frozen in ("weight_hh_l0", "weight_ih_l0", "bias_hh_l0"):
        for module in (ours, theirs):
            module.zero_grad()
            module.requires_grad_(True)
            getattr(module, frozen).requires_grad_(False)
        ours(sg.tensor(normal(4, 2, 3)))[0].sum().backward()
        theirs(torch.tensor(normal(4, 2, 3)))[0].sum().backward()
        for (key, p), q in zip(ours.named_parameters(), theirs.parameters(), strict=True):
            assert (p.grad is None) == (q.grad is None) == (key == frozen)
            if p.grad is not None:
                same(p.grad, q.grad)


def test_backward_twice_over_a_kept_graph_gives_the_same() -> None:
    for name in MODES:
        layer, _ = twins(name, 3, 4)
        loss = layer(sg.tensor(normal(4, 2, 3)))[0].sum()
        loss.backward(retain_graph=True)
        first = layer.weight_hh_l0.grad.array.copy()
        loss.backward()
        np.testing.assert_allclose(layer.weight_hh_l0.grad.array, 2 * first)


@pytest.mark.parametrize("name", MODES)
@pytest.mark.parametrize("training", [True, False])
def test_dropout_stands_between_the_layers_only(name: str, training: bool) -> None:
    """With p = 1 the second layer sees zeros; its own output is never dropped."""
    layer = getattr(sg.nn, name)(3, 40, 2, dropout=1.0).train(training)
    x = sg.randn(5, 2, 3)
    out = layer(x)[0]
    second = getattr(sg.nn, name)(40, 40)
    second.load_state_dict({key[:-1] + "0": p for key, p in layer.state_dict().items() if key.endswith("1")})
    assert np.allclose(out.array, second(sg.zeros(5, 2, 40))[0].array) == training
    half = getattr(sg.nn, name)(3, 40, 2, dropout=0.5).train(training)
    a, b = half(x)[0], half(x)[0]
    assert (a.array != 0).all()
    assert (a.array == b.array).all() != training


def test_all_weights_are_the_parameters_by_layer_and_direction() -> None:
    for settings in ({"proj_size": 2, "num_layers": 2, "bidirectional": True}, {"bias": False}):
        ours, theirs = twins("LSTM", 3, 4, **settings)
        assert [[tuple(p.shape) for p in group] for group in ours.all_weights] == [
            [tuple(p.shape) for p in group] for group in theirs.all_weights
        ]
        assert ours.all_weights[0][0] is ours.weight_ih_l0
        assert ours.flatten_parameters() is None


def test_parameters_start_within_the_bound() -> None:
    sg.manual_seed(0)
    for made in (sg.nn.LSTM(3, 25), sg.nn.GRUCell(3, 25)):
        for p in made.parameters():
            assert 0.15 < np.abs(p.array).max() <= 0.2
            assert abs(p.array.mean()) < 0.03


def test_copies_and_pickles_are_independent() -> None:
    layer = sg.nn.LSTM(3, 4, 2)
    for other in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        x = sg.randn(5, 2, 3)
        assert (other(x)[0].array == layer(x)[0].array).all()
        other.weight_hh_l0.array[...] = 0
        assert (other(x)[0].array != layer(x)[0].array).any()


def test_replaced_parameter_is_used() -> None:
    layer = sg.nn.GRU(3, 4)
    layer.weight_ih_l0 = sg.nn.Parameter(sg.zeros(12, 3))
    x, y = sg.randn(5, 2, 3), sg.randn(5, 2, 3)
    assert (layer(x)[0].array == layer(y)[0].array).all()


def test_dropout_on_one_layer_warns() -> None:
    with pytest.warns(UserWarning, match="dropout option adds dropout after all but last"):
        sg.nn.GRU(3, 4, dropout=0.5)
