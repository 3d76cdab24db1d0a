"""Recurrent layers, cells and functions against PyTorch's."""

from __future__ import annotations

import copy
import pickle
import warnings
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .nn_pair import same
from .sequence_pair import compare, tensors, twins

pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")

MODES = ["RNN", "LSTM", "GRU"]


def normal(*shape: int, dtype: str = "float64") -> np.ndarray:
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype(dtype)


def states(name: str, settings: dict[str, Any], batch: int | None, hidden: int = 4) -> list[Any]:
    """Arrays for hx; without `batch` those of a single sequence."""
    layers = settings.get("num_layers", 1) * (2 if settings.get("bidirectional") else 1)
    middle = () if batch is None else (batch,)
    h = normal(layers, *middle, settings.get("proj_size") or hidden)
    return [h, normal(layers, *middle, hidden)] if name == "LSTM" else [h]


def packed_hx(name: str, given: list[Any]) -> Any:
    return tuple(given) if name == "LSTM" else given[0]


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


CELLS = [(name, s) for name in ("RNNCell", "LSTMCell", "GRUCell") for s in ({}, {"bias": False})]


@pytest.mark.parametrize(("name", "settings"), [*CELLS, ("RNNCell", {"nonlinearity": "relu"})], ids=str)
@pytest.mark.parametrize("batch", [(2,), (), (0,)])
def test_cell_agrees(name: str, settings: dict[str, Any], batch: tuple[int, ...]) -> None:
    ours, theirs = twins(name, 3, 4, **settings)
    assert repr(ours) == repr(theirs)
    compare(ours, theirs, [normal(*batch, 3)], (ours, theirs))
    count = 2 if name == "LSTMCell" else 1
    compare(
        lambda x, *hx: ours(x, tuple(hx) if count == 2 else hx[0]),
        lambda x, *hx: theirs(x, tuple(hx) if count == 2 else hx[0]),
        [normal(*batch, 3), *[normal(*batch, 4)] * count],
        (ours, theirs),
    )


@pytest.mark.parametrize("name", ["RNNCell", "LSTMCell", "GRUCell"])
def test_cell_without_features_agrees(name: str) -> None:
    for sizes in ((0, 3), (3, 0)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ours, theirs = twins(name, *sizes)
        compare(ours, theirs, [normal(2, sizes[0])], (ours, theirs), second=False)


@pytest.mark.parametrize("name", ["rnn_tanh_cell", "rnn_relu_cell", "gru_cell", "lstm_cell"])
@pytest.mark.parametrize("biases", [(True, True), (True, False), (False, True), (False, False)], ids=str)
def test_cell_function_agrees(name: str, biases: tuple[bool, bool]) -> None:
    gates = {"gru_cell": 3, "lstm_cell": 4}.get(name, 1)
    count = 2 if name == "lstm_cell" else 1
    arrays = [normal(2, 3), *[normal(2, 4) + k for k in range(count)], normal(4 * gates, 3), normal(4 * gates, 4)]
    arrays += [normal(4 * gates) + k for k in range(2)]

    def program(package: Any) -> Any:
        def run(x: Any, *rest: Any) -> Any:
            hx = tuple(rest[:count]) if count == 2 else rest[0]
            given = [t if wanted else None for t, wanted in zip(rest[-2:], biases, strict=True)]
            return getattr(package, name)(x, hx, *rest[count:-2], *given)

        return run

    compare(program(sg), program(torch), arrays)


@pytest.mark.parametrize("name", ["rnn_tanh", "rnn_relu", "gru", "lstm"])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("biases", [False, True])
def test_sequence_function_agrees(name: str, bidirectional: bool, biases: bool) -> None:
    kind, extra = {"rnn_tanh": ("RNN", {}), "rnn_relu": ("RNN", {"nonlinearity": "relu"})}.get(name, (name.upper(), {}))
    settings: dict[str, Any] = {"num_layers": 2, "bidirectional": bidirectional, "bias": biases, **extra}
    pair = twins(kind, 3, 4, **settings)
    hx = states(kind, settings, 2)

    def padded(package: Any, module: Any) -> Any:
        return lambda x, *hx: getattr(package, name)(
            x, packed_hx(kind, hx), list(module.parameters()), biases, 2, 0.0, True, bidirectional, True
        )

    compare(padded(sg, pair[0]), padded(torch, pair[1]), [normal(2, 5, 3), *hx], pair, second=False)

    def packed_form(package: Any, module: Any) -> Any:
        def run(x: Any, *hx: Any) -> Any:
            p = package.nn.utils.rnn.pack_padded_sequence(x, [5, 2])
            return getattr(package, name)(
                p.data,
                p.batch_sizes,
                packed_hx(kind, hx),
                list(module.parameters()),
                biases,
                2,
                0.0,
                True,
                bidirectional,
            )

        return run

    compare(packed_form(sg, pair[0]), packed_form(torch, pair[1]), [normal(5, 2, 3), *hx], pair, second=False)


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


BAD_SETTINGS: list[tuple[str, dict[str, Any], str]] = [
    ("LSTM", {"dropout": 1.5}, r"range \[0, 1\].*got 1.5"),
    ("LSTM", {"dropout": True}, "range"),
    ("LSTM", {"dropout": "a"}, "could not convert"),
    ("GRU", {"bias": 1}, "bias should be of type bool, got: int"),
    ("GRU", {"batch_first": 1}, "batch_first should be of type bool"),
    ("RNN", {"hidden_size": 0}, "hidden_size must be greater than zero, got 0"),
    ("RNN", {"input_size": -1}, "input_size must be greater than zero, got -1"),
    ("RNN", {"input_size": 2.0}, "input_size should be of type int"),
    ("RNN", {"num_layers": 0}, "num_layers must be greater than zero"),
    ("RNN", {"num_layers": 1.5}, "interpreted as an integer"),
    ("LSTM", {"proj_size": -1}, "proj_size should be a positive integer"),
    ("LSTM", {"proj_size": 4}, "smaller than hidden_size, got 4 and 4"),
    ("GRU", {"proj_size": 2}, "only supported for LSTM"),
    ("RNN", {"proj_size": 2}, "only supported for LSTM"),
    ("RNN", {"nonlinearity": "x"}, "Unknown nonlinearity 'x'"),
    ("RNNBase", {"mode": "X"}, "Unrecognized RNN mode: X"),
    ("RNNCell", {"input_size": -1}, "negative dimension -1"),
    ("LSTMCell", {"input_size": -1}, "negative dimension -1"),
]


@pytest.mark.parametrize(("name", "settings", "text"), BAD_SETTINGS, ids=str)
def test_wrong_settings_raise_as_in_torch(name: str, settings: dict[str, Any], text: str) -> None:
    full = {"input_size": 3, "hidden_size": 4, **settings}
    with pytest.raises(Exception) as theirs:
        getattr(torch.nn, name)(**full)
    with pytest.raises(theirs.type, match=text):
        getattr(sg.nn, name)(**full)


def one(package: Any, *shape: int, double: bool = False) -> Any:
    return package.ones(*shape, dtype=package.float64 if double else package.float32)


BAD_CALLS: list[tuple[str, Any, str]] = [
    ("LSTM", lambda m, t: m(t(0, 2, 3)), r"sequence length to be larger than 0 in RNN, got .*\(0, 2, 3\)"),
    ("GRU", lambda m, t: m(t(2, 2, 5)), r"Expected 3, got shape \(2, 2, 5\)"),
    ("GRU", lambda m, t: m(t(2)), r"GRU: Expected input to be 2D or 3D, got 1D"),
    ("RNN", lambda m, t: m(t(2, 2, 2, 3)), r"RNN: Expected input to be 2D or 3D, got 4D"),
    ("LSTM", lambda m, t: m(t(2)), "LSTM: Expected input to be 2D or 3D"),
    ("LSTM", lambda m, t: m(t(2, 2, 3), (t(1, 3, 4), t(1, 2, 4))), r"Expected hidden\[0\] size \(1, 2, 4\)"),
    ("LSTM", lambda m, t: m(t(2, 2, 3), (t(1, 2, 4), t(1, 2, 5))), r"Expected hidden\[1\] size \(1, 2, 4\)"),
    ("LSTM", lambda m, t: m(t(2, 2, 3, double=True)), "does not match weight dtype .*float32"),
    ("GRU", lambda m, t: m(t(2, 2, 3), t(1, 2, 4, double=True)), "same dtype, but got .*float32 and .*float64"),
    ("LSTM", lambda m, t: m(t(2, 3), (t(1, 2, 4), t(1, 2, 4))), "For unbatched 2-D input, hx should also be 2-D"),
    ("LSTM", lambda m, t: m(t(2, 2, 3), (t(1, 4), t(1, 4))), "For batched 3-D input, hx should also be 3-D"),
    ("GRU", lambda m, t: m(t(2, 2, 3), t(1, 2, 5)), r"Expected hidden size \(1, 2, 4\), got \[1, 2, 5\]"),
    ("GRU", lambda m, t: m(t(2, 3), t(1, 2, 4)), "For unbatched 2-D input"),
    ("RNNCell", lambda m, t: m(t(2, 3), t(3, 4)), "Input batch size 2 doesn't match hidden0 batch size 3"),
    ("GRUCell", lambda m, t: m(t(2, 5)), "inconsistent input_size: got 5 expected 3"),
    ("GRUCell", lambda m, t: m(t(2, 3), t(2, 5)), r"hidden0 has inconsistent hidden_size.*\(2, 4\), got \(2, 5\)"),
    ("RNNCell", lambda m, t: m(t(2, 2, 3)), "Expected input to be 1D or 2D, got 3D"),
    ("GRUCell", lambda m, t: m(t(2, 3), t(1, 2, 4)), "Expected hidden to be 1D or 2D, got 3D"),
    ("RNNCell", lambda m, t: m(t(3), t(2, 4)), "inconsistent hidden_size"),
    ("RNNCell", lambda m, t: m(t(2, 3), t(4)), "inconsistent hidden_size"),
    ("RNNCell", lambda m, t: m(t(2, 3, double=True)), "same dtype"),
    ("LSTMCell", lambda m, t: m(t(2, 3), (t(2, 4), t(3, 4))), "hidden1 batch size 3"),
    ("LSTMCell", lambda m, t: m(t(2, 3), (t(1, 2, 4), t(2, 4))), r"Expected hx\[0\] to be 1D or 2D"),
    ("LSTMCell", lambda m, t: m(t(2, 3), (t(2, 4),)), "expects two hidden states"),
    ("LSTMCell", lambda m, t: m(t(2, 3), t(2, 4)), "pair of Tensors"),
]


@pytest.mark.parametrize(("name", "call", "text"), BAD_CALLS, ids=lambda v: v if isinstance(v, str) else "")
def test_wrong_calls_raise_as_in_torch(name: str, call: Any, text: str) -> None:
    with pytest.raises(Exception) as theirs:
        call(getattr(torch.nn, name)(3, 4), lambda *s, **k: one(torch, *s, **k))
    with pytest.raises(theirs.type, match=text):
        call(getattr(sg.nn, name)(3, 4), lambda *s, **k: one(sg, *s, **k))


BAD_FUNCTIONS: list[tuple[Any, str]] = [
    (lambda p, w: p.lstm(p.ones(5, 2, 3), (p.ones(1, 2, 4),), w, True, 1, 0.0, False, False, False), "two hidden"),
    (
        lambda p, w: p.lstm(p.ones(5, 2, 3), (p.ones(1, 2, 4),) * 2, w[:3], True, 1, 0.0, False, False, False),
        "1 layers in 1 directions need 4 parameters each, got 3",
    ),
    (
        lambda p, w: p.lstm(p.ones(2, 3), (p.ones(1, 2, 4),) * 2, w, True, 1, 0.0, False, False, False),
        r"must be \(T, B, features\), got shape \(2, 3\)",
    ),
    (
        lambda p, w: p.gru(p.ones(5, 2, 3), p.ones(1, 2, 4), w, True, 1, 0.0, False, False, False),
        r"the input's weight of layer 0 must have shape \(12, 3\), got \(16, 3\)",
    ),
    (lambda p, w: p.lstm_cell(p.ones(3), (p.ones(4),) * 2, *w), r"\(B, features\), got shape \(3,\)"),
    (lambda p, w: p.lstm_cell(p.ones(2, 3), (p.ones(2, 4),) * 2, w[0], p.ones(5, 5), *w[2:]), "w_hh must have shape"),
    (lambda p, w: p.lstm_cell(p.ones(2, 3), (p.ones(2, 4),) * 2, *w[:2], p.ones(5), w[3]), "b_ih must have shape"),
    (lambda p, w: p.lstm(p.ones(5, 2, 3), 0), "takes the arguments"),
]


@pytest.mark.parametrize(("call", "text"), BAD_FUNCTIONS, ids=lambda v: v if isinstance(v, str) else "")
def test_wrong_arguments_of_functions_raise_as_in_torch(call: Any, text: str) -> None:
    with pytest.raises(Exception) as theirs:
        call(torch, list(torch.nn.LSTM(3, 4).parameters()))
    with pytest.raises(theirs.type, match=text):
        call(sg, list(sg.nn.LSTM(3, 4).parameters()))


def test_layer_refuses_one_state_for_two() -> None:
    with pytest.raises(RuntimeError, match="LSTM expects two hidden states"):
        sg.nn.LSTM(3, 4)(sg.ones(5, 2, 3), sg.ones(1, 2, 4))
    with pytest.raises(TypeError, match="must be a Tensor, not list"):
        sg.nn.LSTM(3, 4)([1.0])
