"""Losses inside vmap, and gradients for each sample, against PyTorch."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .nn_pair import same

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((4, 2, 3)), RNG.standard_normal((4, 2, 3))
P = 1 / (1 + np.exp(-Y))
ROWS = RNG.integers(0, 3, (4, 2))
HOLES = np.where(RNG.random((4, 2)) < 0.3, -100, ROWS)
WEIGHT = np.array([0.5, 2.0, 1.0])
HOW = ("mean", "sum", "none")

CASES: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    **{
        f"{name} {how}": (lambda p, a, b, n=name, h=how: getattr(p.nn.functional, n)(a, b, reduction=h), (X, P))
        for name, how in itertools.product(
            (
                "mse_loss",
                "l1_loss",
                "huber_loss",
                "smooth_l1_loss",
                "binary_cross_entropy_with_logits",
                "kl_div",
                "poisson_nll_loss",
                "hinge_embedding_loss",
            ),
            HOW,
        )
        if (name, how) != ("kl_div", "mean")
    },
    **{
        f"bce {how}": (lambda p, a, b, h=how: p.nn.functional.binary_cross_entropy(a.sigmoid(), b, reduction=h), (X, P))
        for how in HOW
    },
    **{
        f"{name} {how} {weighted} {'holes' if t is HOLES else ''}": (
            lambda p, a, b, n=name, h=how, w=weighted: getattr(p.nn.functional, n)(
                a, b, p.tensor(WEIGHT) if w else None, reduction=h
            ),
            (X, t),
        )
        for name, how, weighted, t in itertools.product(
            ("cross_entropy", "nll_loss"), HOW, (False, True), (ROWS, HOLES)
        )
        if not (how == "mean" and t is HOLES and (t == -100).all(axis=1).any())
    },
    "cross_entropy of one row": (lambda p, a, b: p.nn.functional.cross_entropy(a, b), (X[:, 0], ROWS[:, 0])),
    "smoothed": (lambda p, a, b: p.nn.functional.cross_entropy(a, b, label_smoothing=0.2), (X, ROWS)),
    "probabilities": (lambda p, a, b: p.nn.functional.cross_entropy(a, b), (X, P)),
    "cosine": (lambda p, a, b: p.nn.functional.cosine_similarity(a, b), (X, Y)),
    "distance": (lambda p, a, b: p.nn.functional.pairwise_distance(a, b), (X, Y)),
}


@pytest.mark.filterwarnings("ignore:There is a performance drop because we have not yet implemented the batching rule")
@pytest.mark.parametrize("name", CASES)
def test_loss_of_each_sample_agrees(name: str) -> None:
    function, arrays = CASES[name]
    results = []
    for package in (sg, torch):
        vmap, grad = package.func.vmap, package.func.grad
        a, b = (package.tensor(t) for t in arrays)
        out = vmap(lambda x, y, p=package: function(p, x, y))(a, b)
        each = vmap(grad(lambda x, y, p=package: function(p, x, y).sum()))(a, b)
        shared = vmap(lambda x, p=package, y=b[0]: function(p, x, y))(a)
        results.append((out, each, shared))
    for ours, theirs in zip(*results, strict=True):
        same(ours, theirs)


def test_weights_of_classes_may_differ_between_samples() -> None:
    weights = np.random.default_rng(1).uniform(0.5, 1.5, (len(X), 3))

    def loss(library: Any, x: Any, w: Any) -> Any:
        return library.nn.functional.cross_entropy(x, library.tensor([0, 1]), w)

    ours = sg.func.vmap(lambda x, w: loss(sg, x, w))(sg.tensor(X), sg.tensor(weights))
    theirs = torch.stack([loss(torch, torch.tensor(x), torch.tensor(w)) for x, w in zip(X, weights, strict=True)])
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-12)
