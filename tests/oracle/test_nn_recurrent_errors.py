"""Wrong settings and calls of recurrent layers: the class of error of PyTorch's, and a text that helps."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import seedgrad as sg

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
