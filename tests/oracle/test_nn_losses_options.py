"""Losses of classes and of numbers with every combination of their options, and their errors, against PyTorch."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .nn_pair import leaves, same

Call = Callable[[Any], Any]
HOW = ("mean", "sum", "none")
RNG = np.random.default_rng(0)
X = RNG.standard_normal((3, 5))
X4 = RNG.standard_normal((2, 5, 3, 2))
P = 1 / (1 + np.exp(-X))
Q = P[::-1].copy()
IDS = np.array([1, 0, 4])
IDS3 = RNG.integers(0, 5, (2, 3, 2))
W = np.array([0.5, 1, 2, 0.1, 3])
NONE = np.full(3, -100)

SHAPES: dict[str, tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]] = {
    "(N, C)": (X, IDS),
    "(C)": (X[0], np.array(4)),
    "(N, C, L)": (X4[..., 0], IDS3[..., 0]),
    "(N, C, H, W)": (X4, IDS3),
    "(N, C, D, H, W)": (X4[..., None], IDS3[..., None]),
    "no samples": (np.ones((0, 5)), np.zeros(0, np.int64)),
    "no places": (np.ones((2, 5, 0)), np.zeros((2, 0), np.int64)),
}


def agree(name: str, arrays: list[Any], **settings: Any) -> None:
    """Equal losses and, for the first argument, equal gradients."""
    ours, theirs = leaves(arrays[:1])
    given = [
        settings | {"weight": None if settings.get("weight") is None else p.tensor(settings["weight"])}
        for p in (sg, torch)
    ]
    a = getattr(sg.nn.functional, name)(ours[0], sg.tensor(arrays[1]), **given[0])
    b = getattr(torch.nn.functional, name)(theirs[0], torch.tensor(arrays[1]), **given[1])
    same(a, b, what=str(settings))
    weight = np.random.default_rng(1).uniform(0.5, 1.5, b.shape)
    (a * sg.tensor(weight)).sum().backward()
    (b * torch.tensor(weight)).sum().backward()
    same(ours[0].grad, theirs[0].grad, what=f"gradient {settings}")


@pytest.mark.parametrize("shape", SHAPES)
def test_every_combination_of_options_of_cross_entropy(shape: str) -> None:
    for reduction, smoothing, weight, ignored in itertools.product(HOW, (0.0, 0.1, 1.0), (None, W), (-100, 0, 4)):
        settings = {"reduction": reduction, "label_smoothing": smoothing, "weight": weight, "ignore_index": ignored}
        agree("cross_entropy", list(SHAPES[shape]), **settings)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_combination_of_options_of_nll_loss(shape: str) -> None:
    for reduction, weight, ignored in itertools.product(HOW, (None, W), (-100, 0, 4)):
        agree("nll_loss", list(SHAPES[shape]), reduction=reduction, weight=weight, ignore_index=ignored)


@pytest.mark.parametrize("x", [X, X[0], X4, np.ones((0, 5))], ids=lambda x: str(x.shape))
def test_every_combination_of_options_of_cross_entropy_with_probabilities(x: np.ndarray[Any, Any]) -> None:
    for reduction, smoothing, weight in itertools.product(HOW, (0.0, 0.1, 1.0), (None, W)):
        agree("cross_entropy", [x, np.abs(x)], reduction=reduction, label_smoothing=smoothing, weight=weight)


@pytest.mark.parametrize("reduction", HOW)
@pytest.mark.parametrize("name", ["cross_entropy", "nll_loss"])
def test_unusual_targets(name: str, reduction: str) -> None:
    for weight in (None, W):
        agree(name, [X, NONE], weight=weight, reduction=reduction)
        agree(name, [X, IDS.astype(np.uint8)], weight=weight, reduction=reduction)
    agree("cross_entropy", [X, NONE], label_smoothing=0.2, reduction=reduction)
    # PyTorch has no gradient where a single target comes in a dimension of its own.
    ours = getattr(sg.nn.functional, name)(sg.tensor(X[0]), sg.tensor([4]), reduction=reduction)
    same(ours, getattr(torch.nn.functional, name)(torch.tensor(X[0]), torch.tensor([4]), reduction=reduction))


@pytest.mark.parametrize("reduction", HOW)
def test_weights_of_zero_and_of_another_type(reduction: str) -> None:
    agree("cross_entropy", [X, IDS], weight=np.zeros(5), reduction=reduction)
    x, y = X.astype(np.float32), np.abs(X).astype(np.float32)
    a = sg.nn.functional.cross_entropy(sg.tensor(x), sg.tensor(y), sg.tensor(W), reduction=reduction)
    b = torch.nn.functional.cross_entropy(torch.tensor(x), torch.tensor(y), torch.tensor(W), reduction=reduction)
    assert (str(a.dtype), str(b.dtype)) == ("seedgrad.float64", "torch.float64")
    np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-6)


@pytest.mark.parametrize("reduction", HOW)
@pytest.mark.parametrize(
    "factor", [None, X**2, X[:1] ** 2, X[:, :1] ** 2, np.array(2.0), W], ids=lambda f: str(np.shape(f))
)
def test_factors_of_binary_losses(reduction: str, factor: Any) -> None:
    agree("binary_cross_entropy", [P, Q], weight=factor, reduction=reduction)
    agree("binary_cross_entropy_with_logits", [X, Q], weight=factor, reduction=reduction)
    for weight in (None, W):
        results = []
        for package in (sg, torch):
            made = [None if f is None else package.tensor(f) for f in (weight, factor)]
            results.append(
                package.nn.functional.binary_cross_entropy_with_logits(
                    package.tensor(X), package.tensor(Q), made[0], pos_weight=made[1], reduction=reduction
                )
            )
        same(*results)


@pytest.mark.parametrize("reduction", HOW)
def test_binary_losses_at_their_ends(reduction: str) -> None:
    agree("binary_cross_entropy", [np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0])], reduction=reduction)
    agree("binary_cross_entropy", [np.ones(0), np.ones(0)], reduction=reduction)
    agree(
        "binary_cross_entropy_with_logits",
        [np.array([1000.0, -1000.0, 0.0]), np.array([0.0, 1.0, 1.0])],
        reduction=reduction,
    )
    x32, y32 = P.astype(np.float32), Q.astype(np.float32)
    for name in ("binary_cross_entropy", "binary_cross_entropy_with_logits"):
        a = getattr(sg.nn.functional, name)(sg.tensor(x32), sg.tensor(y32), sg.tensor(W), reduction=reduction)
        b = getattr(torch.nn.functional, name)(
            torch.tensor(x32), torch.tensor(y32), torch.tensor(W), reduction=reduction
        )
        same(a, b)


@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize("reduction", HOW)
@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "huber_loss"])
def test_weights_of_losses_of_numbers(name: str, reduction: str) -> None:
    for x, y, weight in (
        (X, Q, X**2),
        (X, Q[:1], X**2),
        (X[:1], Q, X[:1] ** 2),
        (X, Q, np.zeros((3, 5))),
        (X[0, 0], Q[0, 0], np.array(2.0)),
    ):
        agree(name, [np.asarray(x), np.asarray(y)], weight=weight, reduction=reduction)


@pytest.mark.parametrize("reduction", HOW)
@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "huber_loss", "smooth_l1_loss"])
def test_types_of_losses_of_numbers(name: str, reduction: str) -> None:
    for first, second in itertools.product(("float32", "float64", "float16", "int64"), repeat=2):
        results = []
        for package in (sg, torch):
            x, y = (package.tensor(a).to(getattr(package, k)) for a, k in ((X, first), (Q, second)))
            try:
                results.append(getattr(package.nn.functional, name)(x, y, reduction=reduction))
            except Exception as error:
                results.append(type(error))
        if isinstance(results[1], type):
            assert results[0] is results[1], (first, second)
        else:
            assert str(results[0].dtype)[9:] == str(results[1].dtype)[6:], (first, second)
            np.testing.assert_allclose(results[0].double().numpy(), results[1].double().numpy(), rtol=4e-3)


@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")
@pytest.mark.parametrize("reduction", [*HOW, "batchmean"])
@pytest.mark.parametrize("log_target", [False, True])
def test_shapes_of_kl_div(reduction: str, log_target: bool) -> None:
    for x, y in ((X, P), (X, P[:1]), (X[0], P[0]), (X[0, 0], P[0, 0]), (np.ones((0, 3)), np.ones((0, 3)))):
        agree_kl(np.asarray(x), np.asarray(y), reduction, log_target)


def agree_kl(x: Any, y: Any, reduction: str, log_target: bool) -> None:
    ours, theirs = leaves([x, y])
    a = sg.nn.functional.kl_div(*ours, reduction=reduction, log_target=log_target)
    b = torch.nn.functional.kl_div(*theirs, reduction=reduction, log_target=log_target)
    same(a, b)
    a.sum().backward()
    b.sum().backward()
    for t, u in zip(ours, theirs, strict=True):
        same(t.grad, u.grad)


def F(package: Any) -> Any:
    return package.nn.functional


def T(package: Any, array: Any, kind: str = "float32") -> Any:
    made = package.tensor(np.asarray(array))
    return made.to(getattr(package, kind)) if made.is_floating_point() else made


BAD: dict[str, tuple[Call, str]] = {
    "ce int32": (lambda p: F(p).cross_entropy(T(p, X), T(p, IDS).int()), "Long or Byte"),
    "ce bool": (lambda p: F(p).cross_entropy(T(p, X), T(p, IDS).bool()), "Long or Byte"),
    "ce far": (lambda p: F(p).cross_entropy(T(p, X), T(p, [5, 0, 1])), "Target 5 is out of bounds"),
    "ce negative": (lambda p: F(p).cross_entropy(T(p, X), T(p, [-1, 0, 1])), "Target -1 is out of bounds"),
    "ce batch": (
        lambda p: F(p).cross_entropy(T(p, X), T(p, [1, 0])),
        r"batch_size \(3\) to match target batch_size \(2\)",
    ),
    "ce number": (lambda p: F(p).cross_entropy(T(p, X), p.tensor(0)), r"to match target batch_size \(0\)"),
    "ce columns": (lambda p: F(p).cross_entropy(T(p, X), T(p, [[1], [0], [2]])), r"Expected target size \[3\]"),
    "ce scalar": (lambda p: F(p).cross_entropy(p.tensor(1.0), p.tensor(0)), "Expected 1 or more dimensions"),
    "ce weight": (lambda p: F(p).cross_entropy(T(p, X), T(p, IDS), p.ones(4)), "all 5 classes or no classes"),
    "ce weight 2d": (lambda p: F(p).cross_entropy(T(p, X), T(p, IDS), p.ones(1, 5)), "all 5 classes"),
    "ce weight type": (lambda p: F(p).cross_entropy(T(p, X), T(p, IDS), p.ones(5).double()), "input's type"),
    "ce weight list": (lambda p: F(p).cross_entropy(T(p, X), T(p, IDS), [1.0] * 5), "must be a Tensor, not list"),
    "ce p weight": (lambda p: F(p).cross_entropy(T(p, X), T(p, P), p.ones(4)), "all 5 classes"),
    "ce p ints": (
        lambda p: F(p).cross_entropy(T(p, X), p.ones(3, 5).long()),
        "Expected floating point type for target",
    ),
    "ce p ignored": (lambda p: F(p).cross_entropy(T(p, X), T(p, P), ignore_index=0), "ignore_index is not supported"),
    "ce smoothing": (lambda p: F(p).cross_entropy(T(p, X), T(p, IDS), label_smoothing=1.1), "Got: 1.1"),
    "ce reduction": (
        lambda p: F(p).cross_entropy(T(p, X), T(p, IDS), reduction="batchmean"),
        "batchmean is not a valid",
    ),
    "ce ints": (lambda p: F(p).cross_entropy(T(p, X).long(), T(p, IDS)), "not implemented for seedgrad.int64"),
    "nll int32": (lambda p: F(p).nll_loss(T(p, X), T(p, IDS).int()), "Long or Byte"),
    "nll floats": (lambda p: F(p).nll_loss(T(p, X), T(p, X)), "Long or Byte"),
    "nll far": (lambda p: F(p).nll_loss(T(p, X), T(p, [5, 0, 1])), "Target 5 is out of bounds"),
    "nll batch": (lambda p: F(p).nll_loss(T(p, X), T(p, [1, 0])), r"to match target batch_size \(2\)"),
    "nll scalar": (lambda p: F(p).nll_loss(p.tensor(1.0), p.tensor(0)), "Expected 1 or more dimensions"),
    "nll columns": (lambda p: F(p).nll_loss(T(p, X), T(p, [[1], [0], [2]])), r"Expected target size \[3\]"),
    "nll places": (lambda p: F(p).nll_loss(T(p, X4), T(p, IDS3[:, :2])), r"Expected target size \[2, 3, 2\]"),
    "nll dims": (lambda p: F(p).nll_loss(T(p, X4), T(p, IDS3[:, :, 0])), "Expected target size"),
    "nll weight": (lambda p: F(p).nll_loss(T(p, X), T(p, IDS), p.ones(4)), "all 5 classes"),
    "nll no classes": (lambda p: F(p).nll_loss(p.ones(3, 0), p.zeros(3).long()), "Target 0 is out of bounds"),
    "bce range": (lambda p: F(p).binary_cross_entropy(T(p, X), T(p, P)), "elements of input should be between 0 and 1"),
    "bce target": (
        lambda p: F(p).binary_cross_entropy(T(p, P), T(p, X)),
        "elements of target should be between 0 and 1",
    ),
    "bce nan": (lambda p: F(p).binary_cross_entropy(p.tensor([np.nan]), p.tensor([1.0])), "should be between 0 and 1"),
    "bce shape": (lambda p: F(p).binary_cross_entropy(T(p, P), T(p, P[:1])), "different to the input size"),
    "bce type": (lambda p: F(p).binary_cross_entropy(T(p, P), T(p, P, "float64")), "Found dtype seedgrad.float64"),
    "bce ints": (lambda p: F(p).binary_cross_entropy(T(p, P).long(), T(p, P).long()), "not implemented for int64"),
    "bce int target": (lambda p: F(p).binary_cross_entropy(T(p, P), T(p, P).long()), "Found dtype seedgrad.int64"),
    "bce weight": (
        lambda p: F(p).binary_cross_entropy(T(p, P), T(p, P), p.ones(2)),
        r"weight must broadcast.*got \(2,\)",
    ),
    "bce large weight": (lambda p: F(p).binary_cross_entropy(T(p, P), T(p, P), p.ones(2, 3, 5)), "must broadcast"),
    "logits shape": (
        lambda p: F(p).binary_cross_entropy_with_logits(T(p, X), T(p, P[:1])),
        "must be the same as input",
    ),
    "logits int target": (
        lambda p: F(p).binary_cross_entropy_with_logits(T(p, X), T(p, P).long()),
        "needs a floating-point target",
    ),
    "logits ints": (
        lambda p: F(p).binary_cross_entropy_with_logits(T(p, X).long(), T(p, P)),
        "not implemented for int64",
    ),
    "logits weight": (lambda p: F(p).binary_cross_entropy_with_logits(T(p, X), T(p, P), p.ones(2)), "must broadcast"),
    "logits large weight": (
        lambda p: F(p).binary_cross_entropy_with_logits(T(p, X), T(p, P), p.ones(2, 3, 5)),
        "shape of weight must broadcast",
    ),
    "logits pos weight": (
        lambda p: F(p).binary_cross_entropy_with_logits(T(p, X), T(p, P), pos_weight=p.ones(2)),
        "shape of pos_weight must broadcast",
    ),
    "logits large pos weight": (
        lambda p: F(p).binary_cross_entropy_with_logits(T(p, X), T(p, P), pos_weight=p.ones(2, 3, 5)),
        "shape of pos_weight must broadcast",
    ),
    "kl reduction": (lambda p: F(p).kl_div(T(p, X), T(p, P), reduction="x"), "x is not a valid value"),
    "kl shapes": (lambda p: F(p).kl_div(T(p, X), T(p, P[:2]), reduction="sum"), "can't be broadcast"),
    "kl ints": (lambda p: F(p).kl_div(T(p, X).long(), T(p, P), reduction="sum"), "Integral inputs not supported"),
    "kl int target": (lambda p: F(p).kl_div(T(p, X), T(p, P).long(), reduction="sum"), "got seedgrad.int64"),
    "mse weight": (lambda p: F(p).mse_loss(T(p, X), T(p, Q), weight=p.ones(1, 5)), "must have the same size"),
    "huber weight": (lambda p: F(p).huber_loss(T(p, X), T(p, Q), weight=p.ones(1, 5)), "must have the same size"),
    "l1 shapes": (lambda p: F(p).l1_loss(T(p, X), T(p, Q[:2])), "can't be broadcast"),
}


@pytest.mark.parametrize("name", BAD)
def test_misuse_raises_what_torch_raises(name: str) -> None:
    call, match = BAD[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(Exception) as expected:
            call(torch)
        with pytest.raises(expected.type, match=match):
            call(sg)
