"""Arrays large enough for compiled kernels, against PyTorch: values and gradients of float32."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg
from seedgrad.core import kernel as registry

pytest.importorskip("numba")

registry.load()
Array = np.ndarray[Any, Any]
Call = Callable[..., Any]

POINTWISE: dict[str, Call] = {
    **{
        name: lambda t, m, x, name=name: getattr(m.nn.functional, name)(x)
        for name in (
            "relu leaky_relu elu celu selu silu mish gelu softplus logsigmoid softsign tanhshrink hardtanh hardsigmoid "
            "hardswish relu6"
        ).split()
    },
    **{name: lambda t, m, x, name=name: getattr(m, name)(x) for name in "exp expm1 tanh erf sigmoid".split()},
    "log": lambda t, m, x: m.log(x.abs()),
    "log1p": lambda t, m, x: m.log1p(x.abs()),
    "gelu tanh": lambda t, m, x: m.nn.functional.gelu(x, approximate="tanh"),
    "softplus options": lambda t, m, x: m.nn.functional.softplus(x, 2.0, 3.0),
    "softmax": lambda t, m, x: m.softmax(x, -1),
    "softmax 0": lambda t, m, x: m.softmax(x, 0),
    "log_softmax": lambda t, m, x: m.log_softmax(x, -1),
    "log_softmax 0": lambda t, m, x: m.log_softmax(x, 0),
    "cumsum": lambda t, m, x: m.cumsum(x, 1),
    "cumsum 0": lambda t, m, x: m.cumsum(x, 0),
    "cumprod": lambda t, m, x: m.cumprod(x / 4 + 1, 1),
    "layer_norm": lambda t, m, x: m.nn.functional.layer_norm(x, (x.shape[-1],), t(x.shape[-1]), t(x.shape[-1])),
    "rms_norm": lambda t, m, x: m.nn.functional.rms_norm(x, (x.shape[-1],), t(x.shape[-1])),
    "group_norm": lambda t, m, x: m.nn.functional.group_norm(x, 5, t(x.shape[1]), t(x.shape[1])),
    "instance_norm": lambda t, m, x: m.nn.functional.instance_norm(x.reshape(10, 5, -1)),
    "batch_norm": lambda t, m, x: m.nn.functional.batch_norm(x, None, None, t(x.shape[1]), t(x.shape[1]), True),
    "batch_norm eval": lambda t, m, x: m.nn.functional.batch_norm(
        x, t(x.shape[1]), t(x.shape[1]).abs() + 1, t(x.shape[1]), t(x.shape[1]), False
    ),
}


def maker(library: Any) -> Callable[[int], Any]:
    return lambda n: library.tensor(np.random.default_rng(n).standard_normal(n).astype(np.float32))


def value_and_gradient(library: Any, call: Call, x: Array, g: Array, layout: Callable[[Any], Any]) -> list[Array]:
    leaf = library.tensor(x).requires_grad_()
    out = call(maker(library), library, layout(leaf))
    out.backward(library.tensor(g).reshape(out.shape))
    return [out.detach().numpy(), leaf.grad.numpy()]


@pytest.mark.parametrize("layout", ["contiguous", "transposed", "gaps"])
@pytest.mark.parametrize("name", POINTWISE)
def test_values_and_gradients(name: str, layout: str) -> None:
    rng = np.random.default_rng(0)
    shape = {"contiguous": (350, 60), "transposed": (60, 350), "gaps": (350, 120)}[layout]
    views = {"contiguous": lambda t: t, "transposed": lambda t: t.T, "gaps": lambda t: t[:, ::2]}
    x = rng.standard_normal(shape).astype(np.float32) * 3
    g = rng.standard_normal((350, 60)).astype(np.float32)
    found = [value_and_gradient(lib, POINTWISE[name], x, g, views[layout]) for lib in (sg, torch)]
    for a, b in zip(*found, strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=3e-6 * max(1.0, float(np.abs(b).max())))


@pytest.mark.parametrize("shape", [(600, 40), (12, 40, 7, 8)])
@pytest.mark.parametrize("options", [{}, {"label_smoothing": 0.1}, {"reduction": "sum"}, {"ignore_index": 3}], ids=str)
@pytest.mark.parametrize("weighted", [False, True])
def test_cross_entropy(shape: tuple[int, ...], options: dict[str, Any], weighted: bool) -> None:
    rng = np.random.default_rng(0)
    x, target = rng.standard_normal(shape).astype(np.float32), rng.integers(0, 40, (shape[0], *shape[2:]))
    weight = rng.random(40).astype(np.float32)
    found = []
    for lib in (sg, torch):
        leaf = lib.tensor(x).requires_grad_()
        given = {**options, "weight": lib.tensor(weight)} if weighted else options
        loss = lib.nn.functional.cross_entropy(leaf, lib.tensor(target), **given)
        loss.backward()
        found.append([loss.detach().numpy(), leaf.grad.numpy()])
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6 * max(1.0, float(np.abs(b).max())))


@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_recurrent(kind: str) -> None:
    theirs = getattr(torch.nn, kind)(30, 40, num_layers=2, bidirectional=True)
    ours = getattr(sg.nn, kind)(30, 40, num_layers=2, bidirectional=True)
    ours.load_state_dict({k: sg.tensor(v.numpy()) for k, v in theirs.state_dict().items()})
    x = np.random.default_rng(0).standard_normal((20, 16, 30)).astype(np.float32)
    found = []
    for lib, module in ((sg, ours), (torch, theirs)):
        leaf = lib.tensor(x).requires_grad_()
        out = module(leaf)[0]
        (out * out).sum().backward()
        found.append([out.detach().numpy(), leaf.grad.numpy(), *[p.grad.numpy() for p in module.parameters()]])
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5 * max(1.0, float(np.abs(b).max())))


@pytest.mark.parametrize("padding", [None, 2])
def test_embedding(padding: int | None) -> None:
    rng = np.random.default_rng(0)
    table, indices = rng.standard_normal((50, 64)).astype(np.float32), rng.integers(0, 50, (20, 30))
    g = rng.standard_normal((20, 30, 64)).astype(np.float32)
    found = []
    for lib in (sg, torch):
        leaf = lib.tensor(table).requires_grad_()
        lib.nn.functional.embedding(lib.tensor(indices), leaf, padding_idx=padding).backward(lib.tensor(g))
        found.append(leaf.grad.numpy())
    np.testing.assert_allclose(*found, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("SGD", {}),
        ("SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
        ("Adam", {"amsgrad": True}),
        ("AdamW", {}),
        ("RMSprop", {"momentum": 0.9}),
        ("Adagrad", {}),
    ],
)
def test_optimizers(name: str, options: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    start, steps = rng.standard_normal((150, 200)).astype(np.float32), rng.standard_normal((5, 150, 200))
    found = []
    for lib in (sg, torch):
        p = lib.tensor(start).requires_grad_()
        optimizer = getattr(lib.optim, name)([p], lr=0.01, **options)
        for g in steps:
            p.grad = lib.tensor(g.astype(np.float32))
            optimizer.step()
        found.append(p.detach().numpy())
    np.testing.assert_allclose(*found, rtol=2e-5, atol=2e-6)
