"""Embeddings and bags of them, random choices and unit vectors against PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import seedgrad as sg

from .nn_pair import same
from .sequence_pair import compare, twins

F, G = sg.nn.functional, torch.nn.functional
V, D = 6, 3


def table(seed: int = 0, dtype: str = "float64") -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((V, D)).astype(dtype)


def on(package: Any, given: dict[str, Any]) -> dict[str, Any]:
    return {k: package.tensor(v) if isinstance(v, np.ndarray) else v for k, v in given.items()}


def both(indices: np.ndarray, given: dict[str, Any], arrays: list[np.ndarray] | None = None) -> None:
    """Compare embedding_bag on the table, and the factors if there are any. PyTorch has no second derivative."""

    def program(package: Any) -> Any:
        def run(weight: Any, *factors: Any) -> Any:
            more = {"per_sample_weights": factors[0]} if factors else {}
            settings = {**on(package, given), **more}
            return package.nn.functional.embedding_bag(package.tensor(indices), weight, **settings)

        return run

    compare(program(sg), program(torch), [table(), *(arrays or [])], second=False)


@st.composite
def bags(draw: Any) -> tuple[np.ndarray, dict[str, Any]]:
    """Indices and offsets: empty bags, also at both ends, and one more offset."""
    counts = draw(st.lists(st.integers(0, 4), min_size=1, max_size=5))
    total = sum(counts)
    indices = np.array(draw(st.lists(st.integers(0, V - 1), min_size=total, max_size=total)), np.int64)
    edges = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    last = draw(st.booleans())
    kind = draw(st.sampled_from(["int64", "int32"]))
    return indices.astype(kind), {
        "offsets": edges.astype(kind) if last else edges[:-1].astype(kind),
        "include_last_offset": last,
    }


@given(bags(), st.sampled_from(["sum", "mean", "max"]), st.sampled_from([None, 0, 3, -1]))
def test_bags_agree(bag: Any, mode: str, padding: int | None) -> None:
    indices, given = bag
    both(indices, {**given, "mode": mode, "padding_idx": padding})


@given(bags(), st.sampled_from([None, 2]))
def test_factors_agree(bag: Any, padding: int | None) -> None:
    indices, given = bag
    factors = np.random.default_rng(1).standard_normal(indices.shape)
    both(indices, {**given, "mode": "sum", "padding_idx": padding}, [factors])


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
@pytest.mark.parametrize("padding", [None, 1])
@pytest.mark.parametrize("indices", [[[0, 1, 1], [5, 1, 2]], [[1], [0]]], ids=str)
def test_bags_of_one_length_agree(mode: str, padding: int | None, indices: Any) -> None:
    both(np.array(indices), {"mode": mode, "padding_idx": padding})
    both(np.array(indices)[:0], {"mode": mode, "padding_idx": padding})
    if mode == "sum":
        both(np.array(indices), {"mode": mode, "padding_idx": padding}, [np.array(indices) + 0.5])


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
@pytest.mark.parametrize("padding", [None, 2])
def test_second_gradient_is_right(mode: str, padding: int | None) -> None:
    indices, offsets = sg.tensor([0, 2, 2, 5, 1, 2]), sg.tensor([0, 3, 3, 5])
    factors = [sg.tensor(np.linspace(0.5, 2, 6)).requires_grad_()] if mode == "sum" else []

    def bag_of(w: Any, *factors: Any) -> Any:
        more = {"per_sample_weights": factors[0]} if factors else {}
        out = F.embedding_bag(indices, w, offsets, mode=mode, padding_idx=padding, **more)
        return out * out

    inputs = (sg.tensor(table()).requires_grad_(), *factors)
    assert sg.autograd.gradcheck(bag_of, inputs)
    assert sg.autograd.gradgradcheck(bag_of, inputs)


def test_bags_of_length_0_are_zeros() -> None:
    """PyTorch refuses to make offsets here."""
    out = F.embedding_bag(sg.zeros(2, 0, dtype=sg.int64), sg.tensor(table()))
    assert out.tolist() == [[0.0] * D] * 2


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
@pytest.mark.parametrize("norm_type", [1.0, 2.0, float("inf")])
def test_long_rows_are_shortened_in_place(mode: str, norm_type: float) -> None:
    w, u = sg.tensor(table()), torch.tensor(table())
    settings = {"max_norm": 0.8, "norm_type": norm_type, "mode": mode}
    indices, offsets = np.array([0, 2, 2, 5]), np.array([0, 3])
    same(
        F.embedding_bag(sg.tensor(indices), w, sg.tensor(offsets), **settings),
        G.embedding_bag(torch.tensor(indices), u, torch.tensor(offsets), **settings),
    )
    same(w, u)
    assert w._version == u._version


@pytest.mark.parametrize("mode", ["sum", "mean"])
@pytest.mark.parametrize("padding", [None, 0])
def test_gradient_by_frequency(mode: str, padding: int | None) -> None:
    """Against the sum of single embeddings; PyTorch divides by the count of another row in some cases."""
    indices, offsets = [0, 1, 0, 1, 1, 4], [0, 2, 5]
    w, u = (sg.tensor(table()).requires_grad_() for _ in range(2))
    settings = {"mode": mode, "padding_idx": padding}
    a = F.embedding_bag(sg.tensor(indices), w, sg.tensor(offsets), scale_grad_by_freq=True, **settings)
    b = F.embedding_bag(sg.tensor(indices), u, sg.tensor(offsets), **settings)
    (a * a).sum().backward()
    (b * b).sum().backward()
    used = [i for i in indices if i != padding]
    counts = np.maximum(np.bincount(used, minlength=V), 1)[:, None]
    np.testing.assert_allclose(w.grad.array, u.grad.array / counts)


def test_gradient_by_frequency_agrees_where_all_are_as_frequent() -> None:
    both(np.array([0, 1, 2, 2, 1, 0]), {"offsets": np.array([0, 2]), "scale_grad_by_freq": True})


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_other_types_agree(mode: str, dtype: str) -> None:
    indices, offsets = np.array([0, 1, 2, 2, 5, 3, 3]), np.array([0, 3, 3])
    w, u = sg.tensor(table()).to(getattr(sg, dtype)), torch.tensor(table()).to(getattr(torch, dtype))
    a = F.embedding_bag(sg.tensor(indices), w, sg.tensor(offsets), mode=mode)
    b = G.embedding_bag(torch.tensor(indices), u, torch.tensor(offsets), mode=mode)
    assert a.dtype == getattr(sg, dtype)
    eps = {"float32": 1e-6, "float16": 2e-3, "bfloat16": 2e-2}[dtype]
    np.testing.assert_allclose(a.float().array, b.float().numpy(), rtol=eps, atol=eps)


@pytest.mark.parametrize("indices", [[0, 2, 1], [2, 0, 1], [1, 1], [2]])
def test_nan_in_a_maximum_agrees(indices: list[int]) -> None:
    w = np.array([[np.nan, 1.0], [1.0, np.nan], [2.0, 2.0]])
    for offsets in ([0], [0, 1]):
        same(
            F.embedding_bag(sg.tensor(indices), sg.tensor(w), sg.tensor(offsets), mode="max"),
            G.embedding_bag(torch.tensor(indices), torch.tensor(w), torch.tensor(offsets), mode="max"),
        )


def test_equal_elements_give_the_gradient_to_the_first() -> None:
    w, u = sg.ones(3, 2, requires_grad=True), torch.ones(3, 2, requires_grad=True)
    F.embedding_bag(sg.tensor([2, 0, 1, 1]), w, sg.tensor([0, 3]), mode="max").sum().backward()
    G.embedding_bag(torch.tensor([2, 0, 1, 1]), u, torch.tensor([0, 3]), mode="max").sum().backward()
    same(w.grad, u.grad)


LAYERS: list[dict[str, Any]] = [
    {},
    {"mode": "sum"},
    {"mode": "max", "padding_idx": -1},
    {"max_norm": 1.0, "norm_type": 1.0},
    {"padding_idx": 2, "include_last_offset": True},
]


@pytest.mark.parametrize("settings", LAYERS, ids=str)
def test_layer_agrees(settings: dict[str, Any]) -> None:
    ours, theirs = twins("EmbeddingBag", V, D, **settings)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert ours.padding_idx == theirs.padding_idx
    indices, offsets = [1, 2, 2, 5, 0], [0, 2, 5]
    compare(
        lambda: ours(sg.tensor(indices), sg.tensor(offsets)),
        lambda: theirs(torch.tensor(indices), torch.tensor(offsets)),
        [],
        (ours, theirs),
        second=False,
    )
    same(ours.weight, theirs.weight)


def test_layer_starts_with_zeros_for_padding_and_takes_a_table() -> None:
    assert not sg.nn.EmbeddingBag(V, D, padding_idx=-2).weight.array[V - 2].any()
    w = table()
    ours = sg.nn.EmbeddingBag.from_pretrained(sg.tensor(w), mode="sum", max_norm=1.0)
    theirs = torch.nn.EmbeddingBag.from_pretrained(torch.tensor(w), mode="sum", max_norm=1.0)
    assert repr(ours) == repr(theirs)
    assert not ours.weight.requires_grad
    assert sg.nn.EmbeddingBag.from_pretrained(sg.tensor(w), freeze=False).weight.requires_grad
    same(ours(sg.tensor([[0, 1]])), theirs(torch.tensor([[0, 1]])))


def bag(p: Any, indices: Any, *args: Any, **kwargs: Any) -> Any:
    made = [p.tensor(a) if isinstance(a, list) else a for a in args]
    return p.nn.functional.embedding_bag(p.tensor(indices), p.ones(4, 3), *made, **kwargs)


BAD: list[tuple[str, Any, str]] = [
    ("no offsets", lambda p: bag(p, [0, 1]), "1D Tensor for a 1D input, but got None"),
    ("offsets 2-d", lambda p: bag(p, [0, 1], [[0]]), r"got shape \(1, 1\)"),
    ("offsets for 2-d", lambda p: bag(p, [[0, 1]], [0]), "if input is 2D, then offsets has to be None"),
    ("first", lambda p: bag(p, [0, 1, 2], [1, 2]), r"offsets\[0\] has to be 0.*got 1"),
    ("last", lambda p: bag(p, [0, 1, 2], [0, 4]), r"greater than input's length 3 but got offsets\[-1\] of 4"),
    ("3-d", lambda p: bag(p, [[[0]]]), "1D or 2D Tensor"),
    ("0-d", lambda p: bag(p, 0), "1D or 2D Tensor"),
    ("row", lambda p: bag(p, [0, 5], [0]), r"Index 1 of input takes value 5 .* \[0, 4\)"),
    ("negative", lambda p: bag(p, [0, -1], [0]), "takes value -1"),
    ("float", lambda p: bag(p, [0.0, 1.0], [0]), "input must have one of the types int64 and int32|Long, Int"),
    ("float offsets", lambda p: bag(p, [0, 1], [0.0]), "offsets must have one of the types"),
    ("mode", lambda p: bag(p, [0], [0], mode="x"), "one of sum, mean or max, got 'x'"),
    ("factors", lambda p: bag(p, [0, 1], [0], mode="sum", per_sample_weights=p.ones(3)), "shape of the input"),
    (
        "factor type",
        lambda p: bag(p, [0], [0], mode="sum", per_sample_weights=p.ones(1, dtype=p.float64)),
        "type of the weight",
    ),
    ("factors of a mean", lambda p: bag(p, [0], [0], per_sample_weights=p.ones(1)), "only supported for mode='sum'"),
    ("frequency", lambda p: bag(p, [0], [0], mode="max", scale_grad_by_freq=True), "max mode does not support scaling"),
    ("sparse max", lambda p: bag(p, [0], [0], mode="max", sparse=True), "max mode does not support sparse"),
    ("padding", lambda p: bag(p, [0], [0], padding_idx=4), "-4 through 3, but got 4"),
    ("padding below", lambda p: bag(p, [0], [0], padding_idx=-5), "-4 through 3, but got -5"),
    ("vector", lambda p: p.nn.functional.embedding_bag(p.tensor([0]), p.ones(3), p.tensor([0])), "2D Tensor"),
    ("layer padding", lambda p: p.nn.EmbeddingBag(4, 3, padding_idx=4), "within num_embeddings"),
    ("layer table", lambda p: p.nn.EmbeddingBag(4, 3, _weight=p.ones(3, 3)), "does not match"),
    ("pretrained", lambda p: p.nn.EmbeddingBag.from_pretrained(p.ones(3)), "2-dimensional"),
    ("embedding padding", lambda p: embed(p, [0], padding_idx=4), "Padding_idx must be within"),
    ("embedding row", lambda p: embed(p, [4]), "index out of range in self.*4"),
    ("embedding float", lambda p: embed(p, [0.5]), "must be int64 or int32|Long, Int"),
    ("embedding vector", lambda p: p.nn.functional.embedding(p.tensor([0]), p.ones(3)), "'weight' must be 2-D"),
]


def embed(p: Any, indices: Any, **kwargs: Any) -> Any:
    return p.nn.functional.embedding(p.tensor(indices), p.ones(4, 3), **kwargs)


@pytest.mark.parametrize(("call", "text"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_wrong_calls_raise_as_in_torch(call: Any, text: str) -> None:
    with pytest.raises(Exception) as theirs:
        call(torch)
    with pytest.raises(theirs.type, match=text):
        call(sg)


def test_what_only_torch_takes_is_refused_clearly() -> None:
    for make in (
        lambda: bag(sg, [0], [0], sparse=True),
        lambda: sg.nn.EmbeddingBag(4, 3, sparse=True),
        lambda: embed(sg, [0], sparse=True),
    ):
        with pytest.raises(NotImplementedError, match="sparse gradients are not supported"):
            make()
    with pytest.raises(RuntimeError, match=r"must never fall, got \[0, 2, 1\]"):
        bag(sg, [0, 1, 2], [0, 2, 1])
    with pytest.raises(RuntimeError, match="at least 1 offset"):
        F.embedding_bag(sg.tensor([0]), sg.ones(4, 3), sg.zeros(0, dtype=sg.int64), include_last_offset=True)
