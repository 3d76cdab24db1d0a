"""Whole models inside `vmap`, beside PyTorch's: a gradient for each sample, ensembles, and second derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

Params = dict[str, Any]
SAMPLES, CLASSES = 4, 3


def _numbers(*shape: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(sum(shape) * 7 + len(shape)).normal(size=shape)


def _lenet(nn: Any) -> Any:
    return nn.Sequential(
        nn.Conv2d(1, 3, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(3, 4, 3, groups=1, stride=2),
        nn.Tanh(),
        nn.AdaptiveAvgPool2d(2),
        nn.Flatten(),
        nn.Linear(16, CLASSES),
    )


def _mlp(nn: Any) -> Any:
    return nn.Sequential(
        nn.Linear(5, 6),
        nn.LayerNorm(6),
        nn.GELU(),
        nn.Linear(6, 6),
        nn.GroupNorm(2, 6),
        nn.SiLU(),
        nn.Linear(6, CLASSES),
    )


def _normed(nn: Any) -> Any:
    model = nn.Sequential(
        nn.Conv1d(2, 4, 3), nn.BatchNorm1d(4), nn.ReLU(), nn.AvgPool1d(2), nn.Flatten(), nn.Linear(8, CLASSES)
    )
    return model.eval()


class _Recurrent:
    """An LSTM or a GRU whose last state is classified."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __call__(self, nn: Any) -> Any:
        kind = self.kind

        class Model(nn.Module):  # type: ignore[misc]
            def __init__(self) -> None:
                super().__init__()
                self.layer = getattr(nn, kind)(4, 5, batch_first=True, bidirectional=True)
                self.head = nn.Linear(10, CLASSES)

            def forward(self, x: Any) -> Any:
                return self.head(self.layer(x)[0][:, -1])

        return Model()


def _attending(nn: Any) -> Any:
    class Model(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.places = nn.Embedding(6, 8)
            self.query, self.key, self.value = (nn.Linear(8, 8) for _ in range(3))
            self.norm = nn.LayerNorm(8)
            self.head = nn.Linear(8, CLASSES)

        def forward(self, x: Any) -> Any:
            h = self.places(x)
            q, k, v = (f(h).unflatten(-1, (2, 4)).transpose(-2, -3) for f in (self.query, self.key, self.value))
            mixed = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
            return self.head(self.norm(h + mixed.transpose(-2, -3).flatten(-2)).mean(-2))

    return Model()


MODELS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "a CNN": (_lenet, _numbers(SAMPLES, 1, 8, 8)),
    "an MLP with norms": (_mlp, _numbers(SAMPLES, 5)),
    "batch norm in eval mode": (_normed, _numbers(SAMPLES, 2, 6)),
    "an LSTM": (_Recurrent("LSTM"), _numbers(SAMPLES, 3, 4)),
    "a GRU": (_Recurrent("GRU"), _numbers(SAMPLES, 3, 4)),
    "attention": (_attending, np.arange(SAMPLES * 5).reshape(SAMPLES, 5) * 7 % 6),
}
TARGETS = np.array([0, 2, 1, 1])


class Case:
    """A model of one of the libraries, as a function of its parameters."""

    def __init__(self, library: Any, name: str) -> None:
        make, x = MODELS[name]
        self.l, self.func = library, library.func
        self.model = make(library.nn)
        self.model = self.model.double()
        self.params = {
            n: library.tensor(0.4 * _numbers(*p.shape, k + 1).sum(-1), dtype=library.float64)
            for k, (n, p) in enumerate(self.model.named_parameters())
        }
        self.x, self.y = library.tensor(x), library.tensor(TARGETS)

    def call(self, params: Params, x: Any) -> Any:
        return self.func.functional_call(self.model, params, (x,))

    def loss(self, params: Params, x: Any, y: Any) -> Any:
        scores = self.call(params, x[None])
        return self.l.nn.functional.cross_entropy(scores, y[None])

    def ensemble(self) -> Params:
        return {n: self.l.stack([p, p * 0.5, p + 0.1]) for n, p in self.params.items()}


def _per_sample(c: Case) -> Any:
    return c.func.vmap(c.func.grad(c.loss), in_dims=(None, 0, 0))(c.params, c.x, c.y)


def _in_chunks(c: Case) -> Any:
    return c.func.vmap(c.func.grad(c.loss), in_dims=(None, 0, 0), chunk_size=3)(c.params, c.x, c.y)


def _ensemble(c: Case) -> Any:
    return {"scores": c.func.vmap(c.call, in_dims=(0, None))(c.ensemble(), c.x)}


def _ensemble_gradients(c: Case) -> Any:
    def loss(params: Params, x: Any, y: Any) -> Any:
        return c.l.nn.functional.cross_entropy(c.call(params, x), y)

    return c.func.vmap(c.func.grad(loss), in_dims=(0, None, None))(c.ensemble(), c.x, c.y)


def _each_on_its_own(c: Case) -> Any:
    per_sample = c.func.vmap(c.func.grad(c.loss), in_dims=(None, 0, 0))
    return c.func.vmap(per_sample, in_dims=(0, None, None))(c.ensemble(), c.x, c.y)


PROGRAMS = {
    "a gradient for each sample": _per_sample,
    "in chunks": _in_chunks,
    "an ensemble": _ensemble,
    "gradients of an ensemble": _ensemble_gradients,
    "both": _each_on_its_own,
}


def _same(ours: Any, theirs: Any) -> None:
    assert set(ours) == set(theirs)
    for name, b in theirs.items():
        assert tuple(ours[name].shape) == tuple(b.shape), name
        np.testing.assert_allclose(ours[name].detach().numpy(), b.detach().numpy(), rtol=1e-8, atol=1e-11, err_msg=name)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("model", MODELS)
def test_models_in_vmap(model: str, program: str) -> None:
    if model in ("an LSTM", "a GRU"):  # PyTorch's own have no batching rule
        ours = PROGRAMS[program](Case(sg, model))
        _same(ours, BY_LOOP[program](Case(sg, model)))
        return
    _same(PROGRAMS[program](Case(sg, model)), PROGRAMS[program](Case(torch, model)))


def _loop(c: Case, members: list[Params], gradient: Callable[[Params], Params]) -> Params:
    found = [gradient(member) for member in members]
    return {n: c.l.stack([f[n] for f in found]) for n in found[0]}


def _members(c: Case) -> list[Params]:
    whole = c.ensemble()
    return [{n: p[k] for n, p in whole.items()} for k in range(3)]


def _sample_loop(c: Case, params: Params) -> Params:
    found = [c.func.grad(c.loss)(params, c.x[k], c.y[k]) for k in range(SAMPLES)]
    return {n: c.l.stack([f[n] for f in found]) for n in params}


BY_LOOP: dict[str, Callable[[Case], Params]] = {
    "a gradient for each sample": lambda c: _sample_loop(c, c.params),
    "in chunks": lambda c: _sample_loop(c, c.params),
    "an ensemble": lambda c: {"scores": c.l.stack([c.call(p, c.x) for p in _members(c)])},
    "gradients of an ensemble": lambda c: _loop(
        c,
        _members(c),
        c.func.grad(lambda p: c.l.nn.functional.cross_entropy(c.call(p, c.x), c.y)),
    ),
    "both": lambda c: _loop(c, _members(c), lambda p: _sample_loop(c, p)),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("model", ["a CNN", "an MLP with norms", "attention"])
@pytest.mark.parametrize("name", ["jacrev", "jacfwd", "hessian"])
def test_jacobians_of_models(model: str, name: str) -> None:
    found = []
    for library in (sg, torch):
        c = Case(library, model)
        last = list(c.params)[-2]

        def scores(weight: Any, c: Case = c, last: str = last) -> Any:
            return c.call({**c.params, last: weight}, c.x[:2]).tanh().sum(0)

        found.append({"out": getattr(c.func, name)(scores)(c.params[last])})
    _same(*found)
