"""Compiled recurrences against the definitions in float64: whole runs, and single steps with compiled cells."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

import seedgrad as sg
from seedgrad.core import kernel as registry
from seedgrad.core.op import Op, tensor_namespace
from seedgrad.kernels import numba_recurrent
from seedgrad.ops import recurrent

registry.load()
Array = np.ndarray[Any, Any]
LENGTHS = {"even": (20,) * 6, "packed": (40, 33, 33, 20, 5, 1), "one": (130,)}


def inputs_of(name: str, width: int, sizes: tuple[int, ...], extra: bool) -> list[Array | None]:
    rng = np.random.default_rng(width)
    gates, h = {"lstm": 4, "gru": 3, "rnn": 1}[name], (width - 5 if name == "lstm" and extra else width)
    draw = lambda *shape: rng.standard_normal(shape) / np.sqrt(shape[-1])
    states = [draw(sizes[0], h), draw(sizes[0], width)] if name == "lstm" else [draw(sizes[0], h)]
    more = draw(h, width) if name == "lstm" else draw(gates * width)
    found = [draw(sum(sizes), gates * width), *states, draw(gates * width, h)]
    return found if name == "rnn" else [*found, more if extra else None]


def results(op: Op, inputs: list[Array | None], settings: dict[str, Any], kind: Any, definition: bool) -> list[Array]:
    xs = [None if x is None else sg.Tensor(x.astype(kind)) for x in inputs]
    given = [x for x in xs if x is not None]
    for x in given:
        x.requires_grad = True
    call = (lambda *a, **s: op.definition(tensor_namespace, *a, **s)) if definition else op.call
    outs = call(*xs, **settings)
    loss = sum([(o * o * o).sum() + o.sum() for o in outs], start=sg.tensor(0.0, dtype=outs[0].dtype))
    passes = [sg.autograd.grad(loss, given, retain_graph=keep) for keep in (True, False)]
    for a, b in zip(*passes, strict=True):
        # (BLAS may use another number of threads for the second pass)
        np.testing.assert_allclose(a.array, b.array, rtol=1e-9 if definition else 0, atol=1e-12 if definition else 0)
    return [t.detach().array for t in (*outs, *passes[0])]


def assert_definition(op: Op, inputs: list[Array | None], settings: dict[str, Any]) -> None:
    cast = [None if x is None else x.astype(np.float32) for x in inputs]
    assert op.kernels["numba"].forward(*cast, **settings) is not NotImplemented
    fast = results(op, inputs, settings, np.float32, definition=False)
    exact = results(op, inputs, settings, np.float64, definition=True)
    for a, b in zip(fast, exact, strict=True):
        assert a.dtype == np.float32
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=1e-5 * max(1, np.abs(b).max()))


@pytest.mark.parametrize("by_threads", [True, False], ids=["runs", "steps"])
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("extra", [False, True], ids=["plain", "projection or bias"])
@pytest.mark.parametrize("sizes", LENGTHS)
@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_gated_ones_are_the_definition(
    monkeypatch: pytest.MonkeyPatch, name: str, sizes: str, extra: bool, backwards: bool, by_threads: bool
) -> None:
    monkeypatch.setattr(numba_recurrent, "_by_threads", lambda *args: by_threads)
    settings = {"sizes": LENGTHS[sizes], "backwards": backwards}
    assert_definition(getattr(recurrent, name), inputs_of(name, 53, LENGTHS[sizes], extra), settings)


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("relu", [False, True], ids=["tanh", "relu"])
@pytest.mark.parametrize("sizes", LENGTHS)
def test_simple_ones_are_the_definition(sizes: str, relu: bool, backwards: bool) -> None:
    settings = {"sizes": LENGTHS[sizes], "backwards": backwards, "relu": relu}
    assert_definition(recurrent.rnn, inputs_of("rnn", 137, LENGTHS[sizes], False), settings)


@pytest.mark.parametrize("name", ["lstm", "gru", "rnn"])
def test_wide_ones_are_the_definition(name: str) -> None:
    """Sums in parts, several panels, and several threads that share the sequences."""
    before = sg.get_num_threads()
    sg.set_num_threads(3)
    try:
        assert_definition(getattr(recurrent, name), inputs_of(name, 291, (19,) * 3, True), {"sizes": (19,) * 3})
        sizes = (14, 14, 9, 2)
        assert_definition(getattr(recurrent, name), inputs_of(name, 431, sizes, False), {"sizes": sizes})
    finally:
        sg.set_num_threads(before)


@pytest.mark.parametrize("name", ["lstm", "gru", "rnn"])
def test_they_decline_and_pass_on_nan(name: str) -> None:
    op: Op = getattr(recurrent, name)
    sizes = (210, 210)
    x, *rest = inputs_of(name, 40, sizes, False)
    assert x is not None
    forward = op.kernels["numba"].forward
    assert forward(x, *rest, sizes=sizes) is NotImplemented
    small = [None if a is None else a.astype(np.float32) for a in inputs_of(name, 4, (3, 3), False)]
    assert forward(*small, sizes=(3, 3)) is NotImplemented
    single = [None if a is None else a.astype(np.float32) for a in (x, *rest)]
    single[0][3, 5], single[0][4, 5], single[0][5, 5] = np.nan, np.inf, -np.inf  # type: ignore[index]
    found = forward(*single, sizes=sizes)[0]
    plain = op.kernels["numpy"].forward(*single, sizes=sizes)[0]
    for a, b in zip(found, plain, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)
