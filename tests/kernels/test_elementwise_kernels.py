"""Compiled activations and exponentials against the rules of their ops."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

import seedgrad as sg
from seedgrad.core import kernel as registry
from seedgrad.core.kernel import LARGE
from seedgrad.core.namespace import tensor_namespace
from seedgrad.core.op import Op

registry.load()
Array = np.ndarray[Any, Any]

CASES: list[tuple[str, dict[str, Any]]] = [
    ("exp", {}),
    ("expm1", {}),
    ("log", {}),
    ("log1p", {}),
    ("tanh", {}),
    ("erf", {}),
    ("sigmoid", {}),
    ("relu", {}),
    ("leaky_relu", {}),
    ("leaky_relu", {"negative_slope": 0.3}),
    ("elu", {}),
    ("elu", {"alpha": 1.6, "scale": 1.05, "input_scale": 0.7}),
    ("silu", {}),
    ("mish", {}),
    ("gelu", {}),
    ("gelu_tanh", {}),
    ("softplus", {}),
    ("softplus", {"beta": 3.0, "threshold": 2.0}),
    ("softplus", {"beta": 0.0}),
    ("logsigmoid", {}),
    ("softsign", {}),
    ("tanhshrink", {}),
    ("hardtanh", {}),
    ("hardtanh", {"low": -0.5, "high": 2.0}),
    ("hardsigmoid", {}),
    ("hardswish", {}),
]
SPECIAL = [np.inf, -np.inf, np.nan, 0.0, -0.0, 1.0, -1.0, 3.0, -3.0, 2.0, -0.5, 100.0, -100.0, 1e-40, 3e38, -3e38]


def without_compiled(op: Op) -> dict[str, Any]:
    return {name: k for name, k in op.kernels.items() if name != "numba"}


def outputs(op: Op, x: Array, g: Array, settings: dict[str, Any]) -> tuple[Array, Array]:
    t = sg.Tensor(x)
    t.requires_grad = True
    out = op.call(t, **settings)
    (dx,) = sg.autograd.grad(out, [t], sg.Tensor(g))
    return out.detach().array, dx.array


def both(name: str, x: Array, g: Array, settings: dict[str, Any]) -> list[tuple[Array, Array]]:
    """Result and gradient by the compiled kernel, and without it."""
    op: Op = getattr(tensor_namespace, name)
    assert op.kernels["numba"].forward(x, **settings) is not NotImplemented
    fast = outputs(op, x, g, settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(op, "kernels", without_compiled(op))
        return [fast, outputs(op, x, g, settings)]


@pytest.mark.parametrize(("name", "settings"), CASES)
def test_kernel_is_the_definition(name: str, settings: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    x = (rng.standard_normal((3, 5, 2000)) * 4).astype(np.float32)
    if name.startswith("log") and name != "logsigmoid":
        x = np.abs(x)
    g = rng.standard_normal(x.shape).astype(np.float32)
    fast = both(name, x, g, settings)[0]
    exact = outputs(getattr(tensor_namespace, name), x.astype(np.float64), g.astype(np.float64), settings)
    for a, b in zip(fast, exact, strict=True):
        assert a.dtype == np.float32
        np.testing.assert_allclose(a, b, rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize(("name", "settings"), CASES)
def test_infinities_nan_and_ends_are_those_of_the_definition(name: str, settings: dict[str, Any]) -> None:
    x = np.resize(np.array(SPECIAL, np.float32), LARGE)
    for received in (1.0, np.inf, np.nan):
        fast, plain = both(name, x, np.full_like(x, received), settings)
        for a, b in zip(fast, plain, strict=True):
            np.testing.assert_allclose(a, b, rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize("name", ["gelu", "sigmoid"])
def test_memory_layouts(name: str) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((4, 9, 8, 65 * 3)).astype(np.float32)
    for view in (x.transpose(0, 3, 1, 2), x.T, np.asfortranarray(x)):
        for g in (rng.standard_normal(view.shape).astype(np.float32), np.broadcast_to(np.float32(1), view.shape)):
            fast, plain = both(name, view, g, {})
            assert fast[0].strides == view.strides
            for a, b in zip(fast, plain, strict=True):
                np.testing.assert_allclose(a, b, rtol=2e-6, atol=1e-6)
    op: Op = getattr(tensor_namespace, name)
    gaps = rng.standard_normal((400, 400)).astype(np.float32)[:, ::2]
    assert op.kernels["numba"].forward(gaps) is NotImplemented
    plain, fast = outputs(op, gaps, gaps, {}), outputs(op, gaps.copy(), gaps, {})
    np.testing.assert_allclose(fast[1], plain[1], rtol=2e-6, atol=1e-6)


def test_kernels_decline_what_they_do_not_cover() -> None:
    forward = tensor_namespace.tanh.kernels["numba"].forward
    assert forward(np.zeros(LARGE - 1, np.float32)) is NotImplemented
    assert forward(np.zeros(LARGE)) is NotImplemented
    assert forward(np.zeros(LARGE, np.float16)) is NotImplemented
    assert forward(np.zeros((0, LARGE), np.float32)) is NotImplemented


def test_small_calls_do_not_look_for_kernels() -> None:
    for name, _ in CASES:
        assert not getattr(tensor_namespace, name).slow


@pytest.mark.parametrize("name", ["tanh", "gelu", "softplus"])
def test_second_derivatives(name: str) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal(LARGE).astype(np.float32)
    op: Op = getattr(tensor_namespace, name)
    found = []
    for compiled in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            if not compiled:
                patch.setattr(op, "kernels", without_compiled(op))
            t = sg.Tensor(x)
            t.requires_grad = True
            (dx,) = sg.autograd.grad(op.call(t).sum(), [t], create_graph=True)
            found.append(sg.autograd.grad((dx * dx).sum(), [t])[0].array)
    np.testing.assert_allclose(*found, rtol=1e-5, atol=1e-5)


def test_one_thread_and_several_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(0).standard_normal(5 * LARGE).astype(np.float32)
    before = sg.get_num_threads()
    monkeypatch.setattr("seedgrad.kernels.numba_elementwise.GRAIN", 1000)
    try:
        results = []
        for threads in (1, 3):
            sg.set_num_threads(threads)
            results.append(outputs(tensor_namespace.gelu, x, x, {}))
    finally:
        sg.set_num_threads(before)
    np.testing.assert_array_equal(results[0], results[1])


def test_a_result_written_in_place_is_noticed() -> None:
    t = sg.zeros(LARGE, requires_grad=True)
    out = t.tanh()
    out += 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        out.sum().backward()
