"""Embeddings, unit vectors and random choices as functions, against PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .nn_pair import same
from .sequence_pair import compare
from .test_embedding_bag import F, G, V, table


@pytest.mark.parametrize("padding", [None, 2, -1])
@pytest.mark.parametrize("scale", [False, True])
@pytest.mark.parametrize("shape", [(), (0,), (7,), (2, 3), (1, 2, 2)])
def test_embedding_agrees(padding: int | None, scale: bool, shape: tuple[int, ...]) -> None:
    indices = np.random.default_rng(0).integers(0, V, shape)
    for kind in ("int64", "int32"):
        if scale and kind == "int32":  # PyTorch has it for int64 only
            continue
        compare(
            lambda w, k=kind: F.embedding(sg.tensor(indices.astype(k)), w, padding, scale_grad_by_freq=scale),
            lambda w, k=kind: G.embedding(torch.tensor(indices.astype(k)), w, padding, scale_grad_by_freq=scale),
            [table()],
            second=not scale and 0 not in shape,
        )


@pytest.mark.parametrize("norm_type", [1.0, 2.0, 3.0, float("inf")])
def test_embedding_shortens_long_rows_in_place(norm_type: float) -> None:
    w, u = sg.tensor(table()), torch.tensor(table())
    indices = np.array([[0, 2], [2, 5]])
    same(
        F.embedding(sg.tensor(indices), w, max_norm=0.9, norm_type=norm_type),
        G.embedding(torch.tensor(indices), u, max_norm=0.9, norm_type=norm_type),
    )
    same(w, u)


@pytest.mark.parametrize("p", [2.0, 1.0, 3.0, 0.5, float("inf")])
@pytest.mark.parametrize("dim", [0, 1, -1, (0, 2)])
def test_normalize_agrees(p: float, dim: Any) -> None:
    x = np.random.default_rng(0).standard_normal((3, 4, 2))
    compare(lambda x: F.normalize(x, p, dim), lambda x: G.normalize(x, p, dim), [x], second=p != float("inf"))


def test_normalize_agrees_in_special_places() -> None:
    x = np.random.default_rng(0).standard_normal((3, 4))
    x[1] = 0
    compare(F.normalize, G.normalize, [x], second=False)
    compare(lambda x: F.normalize(x, eps=2.0), lambda x: G.normalize(x, eps=2.0), [x], second=False)
    compare(lambda x: F.normalize(x, dim=None), lambda x: G.normalize(x, dim=None), [x + 1])
    compare(lambda x: F.normalize(x, dim=0), lambda x: G.normalize(x, dim=0), [np.array(3.0)], second=False)
    for shape in ((0, 4), (3, 0)):
        same(F.normalize(sg.zeros(shape)), G.normalize(torch.zeros(shape)))
    for p in (0, -1, 2):
        same(F.normalize(sg.tensor(x + 5), p), G.normalize(torch.tensor(x + 5), p))
    compare(F.normalize, G.normalize, [x.astype(np.float32)], second=False)
    out = sg.zeros(3, 4, dtype=sg.float64)
    assert F.normalize(sg.tensor(x), out=out) is out
    same(out, G.normalize(torch.tensor(x)))


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_gumbel_softmax_has_the_probabilities_and_the_shape(dim: int) -> None:
    sg.manual_seed(0)
    probabilities = np.array([0.2, 0.5, 0.3])
    logits = np.broadcast_to(np.log(probabilities), (4000, 3))
    logits = logits.T if dim == 0 else logits
    hard = F.gumbel_softmax(sg.tensor(logits), tau=0.7, hard=True, dim=dim)
    assert set(np.unique(hard.array.round(12))) == {0.0, 1.0}
    np.testing.assert_allclose(hard.array.sum(dim), 1)
    np.testing.assert_allclose(hard.array.mean(1 if dim == 0 else 0), probabilities, atol=0.03)
    for tau, sharp in ((0.05, 0.97), (5.0, 0.5)):
        soft = F.gumbel_softmax(sg.tensor(logits), tau=tau, dim=dim)
        assert (soft.array.max(dim).mean() > sharp) == (tau < 1)
        np.testing.assert_allclose(soft.array.sum(dim), 1)


@pytest.mark.parametrize("tau", [0.5, 2.0])
@pytest.mark.parametrize("hard", [False, True])
def test_gumbel_softmax_has_the_gradient_of_the_soft_choice(tau: float, hard: bool) -> None:
    x = np.random.default_rng(0).standard_normal((3, 4))
    g = -np.log(sg.Generator().manual_seed(5).numpy.standard_exponential(x.shape))
    a = sg.tensor(x, requires_grad=True)
    b = torch.tensor(x, requires_grad=True)
    soft = torch.softmax((b + torch.tensor(g)) / tau, -1)
    expected = torch.nn.functional.one_hot(soft.argmax(-1), 4) - soft.detach() + soft if hard else soft
    out = F.gumbel_softmax(a, tau, hard, generator=sg.Generator().manual_seed(5))
    same(out, expected)
    weight = np.random.default_rng(1).standard_normal((3, 4))
    (out * sg.tensor(weight)).sum().backward()
    (expected * torch.tensor(weight)).sum().backward()
    same(a.grad, b.grad)


def test_gumbel_softmax_keeps_type_and_shape() -> None:
    for shape in ((), (0, 3), (2, 3)):
        for dtype in (sg.float32, sg.float64, sg.float16):
            for hard in (False, True):
                out = F.gumbel_softmax(sg.zeros(shape, dtype=dtype), hard=hard)
                assert (out.shape, out.dtype) == (sg.Size(shape), dtype)
    with pytest.warns(UserWarning, match="`eps` parameter"):
        F.gumbel_softmax(sg.zeros(3), eps=0.1)


BAD_CHOICES: list[tuple[Any, str]] = [
    (lambda p: p.nn.functional.gumbel_softmax(p.ones(3), dim=5), "Dimension out of range"),
    (lambda p: p.nn.functional.gumbel_softmax(p.tensor([1, 2])), "must be floating-point, got .*int64"),
    (lambda p: p.nn.functional.normalize(p.tensor([[1, 2]])), "norm"),
    (lambda p: p.nn.functional.normalize(p.ones(3), dim=2), "Dimension out of range"),
]


@pytest.mark.parametrize(("call", "text"), BAD_CHOICES, ids=lambda v: v if isinstance(v, str) else "")
def test_wrong_choices_raise_as_in_torch(call: Any, text: str) -> None:
    with pytest.raises(Exception) as theirs:
        call(torch)
    with pytest.raises(theirs.type, match=text):
        call(sg)
