"""Compiled cells of LSTM and GRU against the definitions in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

import seedgrad as sg
from seedgrad.core import kernel as registry
from seedgrad.core.op import Op, tensor_namespace
from seedgrad.ops import recurrent

registry.load()
Array = np.ndarray[Any, Any]
LENGTHS = {"even": (20,) * 6, "packed": (40, 33, 33, 20, 5, 1), "one": (130,)}


def inputs_of(name: str, width: int, sizes: tuple[int, ...], extra: bool) -> list[Array | None]:
    rng = np.random.default_rng(width)
    gates, h = (4 if name == "lstm" else 3), (width - 5 if name == "lstm" and extra else width)
    draw = lambda *shape: rng.standard_normal(shape) / np.sqrt(shape[-1])
    states = [draw(sizes[0], h), draw(sizes[0], width)] if name == "lstm" else [draw(sizes[0], h)]
    more = draw(h, width) if name == "lstm" else draw(gates * width)
    return [draw(sum(sizes), gates * width), *states, draw(gates * width, h), more if extra else None]


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
        np.testing.assert_array_equal(a.array, b.array)
    return [t.detach().array for t in (*outs, *passes[0])]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("extra", [False, True], ids=["plain", "projection or bias"])
@pytest.mark.parametrize("sizes", LENGTHS)
@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_cells_are_the_definition(name: str, sizes: str, extra: bool, backwards: bool) -> None:
    op: Op = getattr(recurrent, name)
    settings = {"sizes": LENGTHS[sizes], "backwards": backwards}
    inputs = inputs_of(name, 53, LENGTHS[sizes], extra)
    cast = [None if x is None else x.astype(np.float32) for x in inputs]
    assert op.kernels["numba"].forward(*cast, **settings) is not NotImplemented
    fast = results(op, inputs, settings, np.float32, definition=False)
    exact = results(op, inputs, settings, np.float64, definition=True)
    for a, b in zip(fast, exact, strict=True):
        assert a.dtype == np.float32
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=1e-5 * max(1, np.abs(b).max()))


@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_cells_decline_and_pass_on_nan(name: str) -> None:
    op: Op = getattr(recurrent, name)
    sizes = (90, 90)
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
