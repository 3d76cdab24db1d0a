"""Kernels into which a recording looks: their calls of compiled code are made together, on the numbers of each replay."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import seedgrad as sg
import seedgrad.nn.functional as F
from seedgrad.core import kernel

pytest.importorskip("numba")


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    before = sg.get_num_threads()
    kernel.load()
    yield
    sg.set_num_threads(before)


def _attention(causal: bool = False, mask: bool = False) -> Callable[..., Any]:
    def call(q: sg.Tensor, k: sg.Tensor, v: sg.Tensor) -> Any:
        seen = (q[..., :1] < 0.5) | (sg.arange(k.shape[-2]) < 1) if mask else None
        return F.scaled_dot_product_attention(q, k, v, attn_mask=seen, is_causal=causal)

    return call


def _heads(x: sg.Tensor) -> Any:
    q, k, v = x.view(2, 9, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
    return F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(2, 9, 32)


CASES: dict[str, tuple[Callable[..., Any], tuple[tuple[int, ...], ...]]] = {
    "linear": (F.linear, ((3, 70, 64), (96, 64), (96,))),
    "linear without bias": (F.linear, ((210, 64), (97, 64))),
    "linear of turned rows": (lambda x, w: F.linear(x.transpose(0, 1), w), ((64, 210, 64), (33, 64))),
    "linear of one image": (F.linear, ((300, 70), (130, 70), (130,))),
    "linear of few rows": (F.linear, ((3, 512), (512, 512), (512,))),
    "linear of many rows": (F.linear, ((1200, 256), (40, 256), (40,))),
    "linear of many rows, by threads": (F.linear, ((1200, 256), (256, 256), (256,))),
    "layer_norm": (lambda x, w, b: F.layer_norm(x, (20,), w, b), ((7, 50, 20), (20,), (20,))),
    "layer_norm, one block": (lambda x, w, b: F.layer_norm(x, (3, 20), w, b), ((7, 3, 20), (3, 20), (3, 20))),
    "layer_norm, plain": (lambda x: F.layer_norm(x, (20,)), ((70, 20),)),
    "rms_norm": (lambda x, w: F.rms_norm(x, (20,), w), ((70, 20), (20,))),
    "attention": (_attention(), ((2, 3, 40, 16), (2, 3, 33, 16), (2, 3, 33, 32))),
    "attention, causal": (_attention(True), ((2, 3, 40, 16),) * 3),
    "attention, odd widths": (_attention(True), ((6, 20, 13), (6, 20, 13), (6, 20, 7))),
    "attention, a mask": (_attention(mask=True), ((2, 3, 40, 16), (2, 3, 33, 16), (2, 3, 33, 32))),
    "attention, few queries": (_attention(), ((5, 2, 16), (5, 64, 16), (5, 64, 16))),
    "attention, few heads": (_attention(True), ((1, 300, 16),) * 3),
    "attention, shared keys": (_attention(), ((2, 3, 40, 16), (1, 33, 16), (1, 33, 16))),
    "attention, large arguments": (_attention(True), ((4, 8, 64, 16),) * 3),
    "linear, large arguments": (F.linear, ((512, 64), (300, 64), (300,))),
    "layer_norm, large arguments": (lambda x, w, b: F.layer_norm(x, (64,), w, b), ((512, 64), (64,), (64,))),
    "attention of one matrix": (_heads, ((2, 9, 96),)),
    "no rows": (lambda x, w, b: F.layer_norm(F.linear(x, w), (20,), b), ((0, 700), (20, 700), (20,))),
}


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("name", CASES)
def test_replays_equal_what_is_written(name: str, count: int) -> None:
    function, shapes = CASES[name]

    def step(*tensors: sg.Tensor) -> Any:
        leaves = [t.detach().requires_grad_() for t in tensors]  # large ones are used where they lie
        y = function(*leaves)
        (y * y).sum().backward()
        return y.detach(), [t.grad for t in leaves]

    compiled = sg.compile(step)
    draw = np.random.default_rng(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for n in range(4):
            sg.set_num_threads(count if n < 3 else 3 - count)  # it may change between replays
            tensors = [sg.tensor(draw.standard_normal(s).astype(np.float32)) for s in shapes]
            if n == 2 and tensors[0].numel():
                tensors[0].view(-1)[3] = float("nan")
            (y, grads), (z, expected) = compiled(*tensors), step(*tensors)
            for a, b in zip((y, *grads), (z, *expected), strict=True):
                np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-4, atol=1e-4)
    assert compiled.replays == 3


def test_calls_that_follow_each_other_are_one_line() -> None:
    layers = sg.nn.Sequential(
        sg.nn.LayerNorm(64), sg.nn.Linear(64, 256), sg.nn.GELU(), sg.nn.Linear(256, 64), sg.nn.LayerNorm(64)
    )
    optimizer = sg.optim.SGD(layers.parameters(), lr=0.1)

    def step(x: sg.Tensor) -> sg.Tensor:
        optimizer.zero_grad()
        loss = (x + layers(x)).square().mean()
        loss.backward()
        optimizer.step()
        return loss.detach()

    compiled = sg.compile(step)
    draw = np.random.default_rng(0)
    for _ in range(3):
        compiled(sg.tensor(draw.standard_normal((128, 64)).astype(np.float32)))
    assert compiled.replays == 2
    calls = [line for line in compiled.code.splitlines() if "_blocks" in line]
    assert 1 <= len(calls) <= 3
    assert calls[0].count("_blocks") == 2 and "gelu" in calls[0] and "_forward_rows" in calls[0]


def test_memory_that_the_recording_does_not_know_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from seedgrad.kernels import numba_norm

    monkeypatch.setattr(numba_norm, "empty", np.empty)  # as if a kernel were opened that takes memory of its own
    f = sg.compile(lambda x: F.layer_norm(x, (20,)))
    draw = np.random.default_rng(0)
    for _ in range(3):
        x = sg.tensor(draw.standard_normal((70, 20)).astype(np.float32))
        np.testing.assert_allclose(f(x).numpy(), F.layer_norm(x, (20,)).numpy(), rtol=1e-5, atol=1e-6)
    assert f.replays == 2 and "_forward_rows" not in f.code


def test_memory_that_holds_by_chance_what_is_written_to_it() -> None:
    weight = sg.randn(8, 16)

    def f(x: sg.Tensor) -> sg.Tensor:
        return F.linear(x, weight)

    compiled, x = sg.compile(f), sg.randn(20_000, 16)
    for _ in range(3):
        f(x)  # NumPy gives the recording the memory of the last of these for the panels of the weight
    for _ in range(3):
        np.testing.assert_allclose(compiled(x).numpy(), f(x).numpy(), rtol=1e-5, atol=1e-5)
        weight.mul_(2)
    assert compiled.replays == 2
