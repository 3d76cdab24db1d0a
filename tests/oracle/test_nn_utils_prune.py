"""Pruning against PyTorch: masks, names, gradients, combinations, errors."""

from __future__ import annotations

import copy
import importlib
import math
import pickle
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .nn_pair import same
from .nn_utils_pair import both_raise, check_call, check_members, pair

LIBRARIES = [sg, torch]
SCORES = np.random.default_rng(5).permutation(12).reshape(4, 3) - 5.3


def prune(library: Any) -> Any:
    return importlib.import_module(f"{library.__name__}.nn.utils.prune")


def linear(library: Any) -> Any:
    """A layer whose weights are all different in magnitude."""
    layer = library.nn.Linear(3, 4).double()
    layer.weight.data = library.tensor(np.random.default_rng(1).permutation(12).reshape(4, 3) / 7.0 - 0.9)
    return layer


def conv(library: Any) -> Any:
    layer = library.nn.Conv2d(2, 4, 3).double()
    layer.weight.data = library.tensor(np.random.default_rng(1).permutation(72).reshape(4, 2, 3, 3) / 40.0 - 0.91)
    return layer


STEPS: list[list[tuple[Any, ...]]] = [
    [("identity",)],
    [("l1_unstructured", 0)],
    [("l1_unstructured", 5)],
    [("l1_unstructured", 0.375)],
    [("l1_unstructured", 1.0)],
    [("ln_structured", 1, 2, 0)],
    [("ln_structured", 0.5, 1, 1)],
    [("ln_structured", 2, math.inf, -2)],
    [("ln_structured", 1, -math.inf, 0)],
    [("ln_structured", 0.3, "fro", -1)],
    [("ln_structured", 0, 2, 0)],
    [("custom_from_mask", SCORES > 0)],
    [("custom_from_mask", (SCORES > 0) * 2.0)],
    [("l1_unstructured", 3), ("l1_unstructured", 0.5)],
    [("l1_unstructured", 3), ("ln_structured", 1, 2, 0)],
    [("ln_structured", 1, 2, 0), ("l1_unstructured", 0.5)],
    [("ln_structured", 1, 2, 0), ("ln_structured", 1, 2, 1), ("l1_unstructured", 1)],
    [("custom_from_mask", SCORES > 0), ("custom_from_mask", SCORES < 3)],
    [("identity",), ("l1_unstructured", 4)],
]


def run(library: Any, layer: Any, steps: list[tuple[Any, ...]]) -> Any:
    for name, *args in steps:
        given = [library.tensor(a) if isinstance(a, np.ndarray) else a for a in args]
        assert getattr(prune(library), name)(layer, "weight", *given) is layer
    return layer


@pytest.mark.parametrize("steps", STEPS, ids=lambda steps: "+".join(s[0] for s in steps))
def test_masks_agree_and_the_zeros_stay(steps: list[tuple[Any, ...]]) -> None:
    ours, theirs = (run(library, linear(library), steps) for library in LIBRARIES)
    theirs.bias.data = torch.tensor(ours.bias.detach().numpy())
    check_members(ours, theirs)
    same(ours.weight, theirs.weight)
    assert "weight" in vars(ours) and prune(sg).is_pruned(ours)
    check_call(ours, theirs, (2, 3))
    for library, layer in ((sg, ours), (torch, theirs)):
        layer.weight_orig.data = layer.weight_orig.data + 1
        layer(library.ones(3).double())
        assert prune(library).remove(layer, "weight") is layer
        assert not prune(library).is_pruned(layer) and isinstance(layer.weight, library.nn.Parameter)
    check_members(ours, theirs)
    check_call(ours, theirs, (2, 3))


@pytest.mark.parametrize("dim", [0, 1, 2, -1])
@pytest.mark.parametrize("n", [1, 2, math.inf])
def test_slices_of_a_convolution(dim: int, n: float) -> None:
    ours, theirs = pair(conv)
    for library, layer in ((sg, ours), (torch, theirs)):
        prune(library).ln_structured(layer, "weight", 1, n, dim)
        prune(library).l1_unstructured(layer, "weight", 0.2)
    check_members(ours, theirs)
    check_call(ours, theirs, (1, 2, 4, 4))


@pytest.mark.parametrize("name", ["l1_unstructured", "ln_structured"])
def test_importance_scores_decide(name: str) -> None:
    found = []
    for library in LIBRARIES:
        args = (3,) if name == "l1_unstructured" else (2, 2, 0)
        layer = getattr(prune(library), name)(
            linear(library), "weight", *args, importance_scores=library.tensor(SCORES)
        )
        found.append(layer.weight_mask)
    same(*found)


@pytest.mark.parametrize("amount", [0, 3, 0.25, 0.3, 1.0])
def test_random_pruning_takes_as_many(amount: float) -> None:
    counts = []
    for library in LIBRARIES:
        one = prune(library).random_unstructured(linear(library), "weight", amount)
        mask = prune(library).random_structured(linear(library), "weight", amount, 0).weight_mask
        rows = mask.sum(1)
        assert all(int(r) in (0, 3) for r in rows)
        prune(library).random_unstructured(one, "weight", 0.5)
        counts.append([int(one.weight_mask.sum()), int(mask.sum())])
    assert counts[0] == counts[1]


def test_random_pruning_draws_from_the_seed_and_everywhere() -> None:
    masks = []
    for _ in range(2):
        sg.manual_seed(3)
        masks.append(prune(sg).random_unstructured(linear(sg), "weight", 0.5).weight_mask)
    same(*masks)
    total = sum(prune(sg).random_unstructured(linear(sg), "weight", 0.5).weight_mask.numpy() for _ in range(300))
    assert (abs(total - 150) < 50).all()


def test_global_pruning_agrees() -> None:
    for amount, scores in ((0.5, False), (4, False), (6, True)):
        nets = []
        for library in LIBRARIES:
            net = library.nn.Sequential(linear(library), library.nn.Linear(4, 2).double())
            rng = np.random.default_rng(2)
            net[0].bias.data = library.tensor(rng.standard_normal(4))
            net[1].weight.data = library.tensor(rng.standard_normal((2, 4)))
            net[1].bias.data = library.tensor(rng.standard_normal(2))
            prune(library).l1_unstructured(net[0], "weight", 2)
            pairs = [(net[0], "weight"), (net[1], "weight"), (net[0], "bias")]
            given = {(net[0], "bias"): library.zeros(4).double()} if scores else None
            prune(library).global_unstructured(
                pairs, prune(library).L1Unstructured, importance_scores=given, amount=amount
            )
            assert not prune(library).is_pruned(net[1].__class__(1, 1)) and prune(library).is_pruned(net)
            nets.append(net)
        check_members(*nets)
        check_call(*nets, (2, 3))


def test_containers_and_single_masks_agree() -> None:
    found: list[list[Any]] = []
    for library in LIBRARIES:
        p = prune(library)
        t = library.tensor(SCORES)
        method = p.L1Unstructured(amount=4)
        low = library.tensor((SCORES > -4) * 1.0)
        results = [
            method.prune(t),
            method.prune(t, default_mask=low),
            method.prune(t, importance_scores=-t + 20),
            method.compute_mask(t, low),
        ]
        method._tensor_name = "weight"
        container = p.PruningContainer(method)
        other = p.LnStructured(1, 2, 0)
        other._tensor_name = "weight"
        container.add_pruning_method(other)
        assert len(container) == 2 and list(container) == [method, other] and container[1] is other
        results.append(container.compute_mask(t, low))
        found.append(results)
        layer = p.l1_unstructured(p.l1_unstructured(linear(library), "weight", 1), "weight", 1)
        assert isinstance(p.L1Unstructured.apply(layer, "weight", 1), p.PruningContainer)
    for a, b in zip(*found, strict=True):
        same(a, b)


def test_pickling_copying_and_types() -> None:
    for library in LIBRARIES:
        layer = prune(library).l1_unstructured(linear(library), "weight", 5)
        again = pickle.loads(pickle.dumps(layer))
        x = library.ones(3).double()
        assert (again(x) == layer(x)).all()
        with pytest.raises(RuntimeError, match="deepcopy"):
            copy.deepcopy(layer)
        single = prune(library).custom_from_mask(library.nn.Linear(3, 4), "weight", library.tensor(SCORES > 0))
        assert single.weight_mask.dtype == single.weight.dtype == library.float32


def test_a_mask_that_fails_leaves_the_module_as_it_was() -> None:
    layer = linear(sg)
    with pytest.raises(AssertionError, match=r"shape \(4, 3\) must match self.mask shape \(7,\)"):
        prune(sg).custom_from_mask(layer, "weight", sg.ones(7))
    assert list(layer.state_dict()) == ["weight", "bias"] and not prune(sg).is_pruned(layer)
    prune(sg).l1_unstructured(layer, "weight", 5)
    with pytest.raises(AssertionError):
        prune(sg).custom_from_mask(layer, "weight", sg.ones(7))
    layer.weight_orig.data = sg.ones(4, 3).double()
    layer(sg.ones(3).double())
    assert int((layer.weight == 0).sum()) == 5


def _add(library: Any, method: Any, name: str = "weight") -> None:
    container = prune(library).PruningContainer()
    container._tensor_name = "weight"
    if method == "other":
        method = prune(library).Identity()
        method._tensor_name = name
    container.add_pruning_method(method)


def _weird(library: Any) -> None:
    class Weird(prune(library).Identity):  # type: ignore[misc]
        PRUNING_TYPE = "weird"

    layer = prune(library).identity(linear(library), "weight")
    Weird.apply(layer, "weight")


WRONG: list[tuple[Any, type[Exception], str]] = [
    (lambda L: prune(L).l1_unstructured(linear(L), "weight", 13), ValueError, "parameters to prune=12"),
    (lambda L: prune(L).random_unstructured(linear(L), "weight", 13), ValueError, "amount=13 should be smaller"),
    (lambda L: prune(L).ln_structured(linear(L), "weight", 5, 2, 0), ValueError, "parameters to prune=4"),
    (lambda L: prune(L).random_structured(linear(L), "weight", 4, 1), ValueError, "parameters to prune=3"),
    (lambda L: prune(L).l1_unstructured(linear(L), "weight", -1), ValueError, r"a float in the range \[0, 1\]"),
    (lambda L: prune(L).random_structured(linear(L), "weight", 1.5, 0), ValueError, "amount=1.5"),
    (lambda L: prune(L).l1_unstructured(linear(L), "weight", "a"), TypeError, "Invalid type for amount: a"),
    (lambda L: prune(L).l1_unstructured(linear(L), "weight", True), TypeError, "Invalid type for amount: True"),
    (lambda L: prune(L).L1Unstructured(None), TypeError, "Must be int or float"),
    (lambda L: prune(L).ln_structured(linear(L), "weight", 1, 2, 2), IndexError, "Invalid index 2"),
    (lambda L: prune(L).random_structured(linear(L), "weight", 1, -3), IndexError, "Invalid index -3"),
    (lambda L: prune(L).ln_structured(linear(L), "bias", 1, 2, 0), ValueError, "multidimensional"),
    (lambda L: prune(L).ln_structured(linear(L), "weight", 1, "foo", 0), RuntimeError, "'foo' is not supported"),
    (lambda L: prune(L).identity(linear(L), "foo"), AttributeError, "foo"),
    (lambda L: prune(L).identity(L.nn.BatchNorm1d(3), "running_mean"), TypeError, "running_mean_orig"),
    (lambda L: prune(L).remove(linear(L), "weight"), ValueError, "has to be pruned before"),
    (
        lambda L: prune(L).l1_unstructured(linear(L), "weight", 3, importance_scores=L.ones(3)),
        AssertionError,
        r"same shape as parameter weight .* \(3,\) vs \(4, 3\)",
    ),
    (
        lambda L: prune(L).L1Unstructured(3).prune(L.ones(3), importance_scores=L.ones(2)),
        AssertionError,
        "same shape as tensor t",
    ),
    (
        lambda L: prune(L).global_unstructured([(linear(L), "weight")], prune(L).LnStructured, amount=1, n=2),
        TypeError,
        'Only "unstructured" PRUNING_TYPE supported',
    ),
    (
        lambda L: prune(L).global_unstructured([(linear(L), "weight")], prune(L).L1Unstructured, 5, amount=1),
        TypeError,
        "must be of type dict",
    ),
    (lambda L: prune(L).global_unstructured(5, prune(L).L1Unstructured, amount=1), TypeError, "not an Iterable"),
    (lambda L: prune(L).global_unstructured([], prune(L).L1Unstructured, amount=1), ValueError, "at least one"),
    (lambda L: prune(L).BasePruningMethod(), TypeError, "abstract"),
    (lambda L: _add(L, 3), TypeError, "is not a BasePruningMethod"),
    (lambda L: _add(L, "other", "bias"), ValueError, "Found 'bias'"),
    (_weird, ValueError, "Unrecognized PRUNING_TYPE weird"),
]


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_wrong_pruning_is_refused(number: int) -> None:
    both_raise(*WRONG[number])
