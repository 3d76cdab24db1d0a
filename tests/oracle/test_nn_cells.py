"""Recurrent cells, and the functions of cells and whole sequences, against PyTorch's."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
import torch

import seedgrad as sg

from .sequence_pair import compare, normal, packed_hx, states, twins

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
