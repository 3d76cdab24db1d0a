"""CTC against PyTorch: values, gradients, every form of the arguments; second derivatives against differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg
from seedgrad.core import namespace
from seedgrad.ops.ctc import ctc_loss as op

from .nn_pair import same

CASES: dict[str, tuple[tuple[int, int, int], list[list[int]], list[int], dict[str, Any]]] = {
    "plain": ((6, 3, 5), [[1, 2, 2], [3, 1], [4, 4, 4]], [6, 5, 6], {}),
    "one label": ((3, 2, 2), [[1], [1]], [3, 1], {}),
    "no labels": ((4, 3, 3), [[], [1], []], [4, 2, 1], {}),
    "only empty": ((4, 2, 3), [[], []], [4, 2], {}),
    "other blank": ((7, 2, 4), [[0, 1, 0], [3, 3]], [7, 6], {"blank": 2}),
    "last blank": ((5, 2, 4), [[0, 1], [2, 2]], [5, 5], {"blank": 3}),
    "label is blank": ((6, 2, 4), [[1, 0, 2], [2, 1]], [6, 6], {}),
    "no time": ((4, 3, 3), [[], [1], [1, 2]], [0, 0, 4], {"zero_infinity": True}),
    "too long": ((4, 3, 3), [[1, 1, 2], [1], [2, 2, 2]], [3, 4, 4], {"zero_infinity": True}),
    "long": ((30, 4, 12), [list(range(1, 11)), [5] * 9, [1, 2] * 5, [7]], [30, 29, 25, 30], {}),
    "many samples": (
        (9, 20, 6),
        [[1 + (i + k) % 5 for k in range(i % 5)] for i in range(20)],
        [9 - i % 3 for i in range(20)],
        {},
    ),
}


def padded(rows: list[list[int]], fill: int = 0) -> np.ndarray[Any, Any]:
    table = np.full((len(rows), max(map(len, rows))), fill)
    for row, values in zip(table, rows, strict=True):
        row[: len(values)] = values
    return table


def both(case: str, kind: str = "float64") -> tuple[Any, Any, list[list[int]], list[int], dict[str, Any]]:
    shape, rows, times, settings = CASES[case]
    scores = np.random.default_rng(1).standard_normal(shape).astype(kind)
    x, y = sg.tensor(scores).log_softmax(2), torch.tensor(scores).log_softmax(2)
    return x.requires_grad_(), y.requires_grad_(), rows, times, settings


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", ["float64", "float32"])
@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_loss_and_gradient_agree(case: str, kind: str, reduction: str) -> None:
    x, y, rows, times, settings = both(case, kind)
    lengths = [len(r) for r in rows]
    ours = sg.nn.functional.ctc_loss(
        x, sg.tensor(padded(rows)).long(), sg.tensor(times), sg.tensor(lengths), reduction=reduction, **settings
    )
    theirs = torch.nn.functional.ctc_loss(
        y,
        torch.tensor(padded(rows)).long(),
        torch.tensor(times),
        torch.tensor(lengths),
        reduction=reduction,
        **settings,
    )
    same(ours, theirs, 5)
    weight = np.random.default_rng(2).uniform(0.5, 1.5, theirs.shape).astype(kind)
    (ours * sg.tensor(weight)).sum().backward()
    (theirs * torch.tensor(weight)).sum().backward()
    same(x.grad, y.grad, 5)


@pytest.mark.parametrize("case", [c for c in CASES if c != "only empty"])
def test_forms_of_targets_and_lengths_agree(case: str) -> None:
    x, y, rows, times, settings = both(case)
    lengths = tuple(len(r) for r in rows)
    flat = np.concatenate([np.array(r, np.int64) for r in rows])
    layer, expected = sg.nn.CTCLoss(**settings), torch.nn.CTCLoss(**settings)
    assert repr(layer) == repr(expected)
    want = expected(y, torch.tensor(padded(rows)), tuple(times), lengths)
    for targets in (
        padded(rows),
        padded(rows, -7),
        padded(rows).astype(np.int32),
        padded(rows).astype(np.float32),
        flat,
    ):
        same(layer(x, sg.tensor(targets), tuple(times), lengths), want)
        same(layer(x, sg.tensor(targets), times, list(lengths)), want)
        same(layer(x, sg.tensor(targets), sg.tensor(times).int(), sg.tensor(list(lengths)).int()), want)
    same(expected(y, torch.tensor(flat), tuple(times), lengths), want)


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_one_sample_without_batch_agrees(reduction: str) -> None:
    x, y, rows, _, _ = both("plain")
    for lengths in ((6, 3), ([6], [3])):
        a, b = (sg.tensor(n) for n in lengths)
        c, d = (torch.tensor(n) for n in lengths)
        ours = sg.nn.functional.ctc_loss(x[:, 0], sg.tensor(rows[0]), a, b, reduction=reduction)
        same(ours, torch.nn.functional.ctc_loss(y[:, 0], torch.tensor(rows[0]), c, d, reduction=reduction))
    ours = sg.nn.functional.ctc_loss(x[:, 0], sg.tensor(rows[0]), (6,), (3,), reduction=reduction)
    same(ours, torch.nn.functional.ctc_loss(y[:, 0], torch.tensor(rows[0]), (6,), (3,), reduction=reduction))
    ours.backward()
    assert x.grad.shape == x.shape


def test_infinite_losses_have_nan_gradients_where_time_counts() -> None:
    x, y, rows, times, _ = both("too long")
    losses = []
    for package, logp in ((sg, x), (torch, y)):
        targets = package.tensor(padded(rows))
        losses.append(package.nn.functional.ctc_loss(logp, targets, times, [len(r) for r in rows], reduction="none"))
        losses[-1].sum().backward()
    same(*losses)
    same(x.grad, y.grad)


def test_gradient_through_log_softmax_is_exact_and_has_a_derivative() -> None:
    shape, rows, times, _ = CASES["plain"]
    scores = sg.tensor(np.random.default_rng(3).standard_normal(shape), requires_grad=True)

    def loss(s: Any) -> Any:
        return sg.nn.functional.ctc_loss(s.log_softmax(2), sg.tensor(padded(rows)), times, [len(r) for r in rows])

    assert sg.autograd.gradcheck(loss, (scores,))
    assert sg.autograd.gradgradcheck(loss, (scores,))


@pytest.mark.parametrize("case", CASES)
def test_kernel_agrees_with_the_definition(case: str) -> None:
    x, _, rows, times, settings = both(case)
    blank = settings.get("blank", 0)
    labels = padded(rows, blank)
    extended = np.full((len(rows), 2 * labels.shape[1] + 1), blank)
    extended[:, 1::2] = labels
    jump = np.zeros(extended.shape, bool)
    jump[:, 3::2] = labels[:, 1:] != labels[:, :-1]
    arrays = x.array, extended, jump, np.array(times), np.array([len(r) for r in rows])
    for zero_infinity in (False, True):
        expected = op.definition(namespace, *arrays, zero_infinity=zero_infinity)
        found = op.call(*map(sg.Tensor, arrays), zero_infinity=zero_infinity)
        np.testing.assert_allclose(found.array, expected, rtol=1e-12)


X = np.log(np.full((4, 2, 3), 1 / 3, np.float32))
T = np.array([[1, 2], [2, 1]])
BAD: list[tuple[list[Any], dict[str, Any], str]] = [
    ([X, T, (4, 4), np.array([2, 2])], {}, "must both be Tensors, or both sequences"),
    ([X, T, (5, 4), (2, 2)], {}, r"input_lengths to have value at most 4, but got value 5"),
    ([X, T, (-1, 4), (2, 2)], {}, "input_lengths to have value at least 0, but got value -1"),
    ([X, T, (4, 4), (-1, 2)], {}, "target_lengths to have value at least 0, but got value -1"),
    ([X, T, (4, 4), (3, 2)], {}, "size at least 3 at dimension 1, but got size 2"),
    ([X, T, (4, 4, 4), (2, 2)], {}, "input_lengths must be of size batch_size: there are 2 samples, got 3"),
    ([X, T, (4, 4), (2,)], {}, "target_lengths must be of size batch_size"),
    ([X, T, np.array([4.0, 4.0]), np.array([2, 2])], {}, "input_lengths must be integral, got seedgrad.float64"),
    ([X, T[:1], (4, 4), (2, 2)], {}, "size 2 at dimension 0, but got size 1"),
    ([X, T[0], (4, 4), (2, 2)], {}, "size 4 at dimension 0, but got size 2"),
    ([X, T[None], (4, 4), (2, 2)], {}, "Expected 1 to 2 dimensions, but got 3-dimensional targets"),
    ([X[0, 0], T, (4, 4), (2, 2)], {}, r"log_probs must be \(T, N, C\) or \(T, C\)"),
    ([X[:0], T, (0, 0), (2, 2)], {}, "must not be empty"),
    ([X.astype(np.float16), T, (4, 4), (2, 2)], {}, "not implemented for seedgrad.float16"),
    ([X.astype(np.int64), T, (4, 4), (2, 2)], {}, "not implemented for seedgrad.int64"),
    ([X, T, (4, 4), (2, 2)], {"blank": 3}, "blank must be in label range, 0 to 2, got 3"),
    ([X, T, (4, 4), (2, 2)], {"blank": -1}, "blank must be in label range"),
    ([X, T, (4, 4), (2, 2)], {"reduction": "average"}, "average is not a valid value for reduction"),
    ([[1.0], T, (4, 4), (2, 2)], {}, "must be a Tensor, not list"),
]


@pytest.mark.parametrize(("args", "kwargs", "match"), BAD, ids=[b[2][:40] for b in BAD])
def test_wrong_arguments_raise_what_torch_raises(args: list[Any], kwargs: dict[str, Any], match: str) -> None:
    made = [[p.tensor(a) if isinstance(a, np.ndarray) else a for a in args] for p in (sg, torch)]
    with pytest.raises(Exception) as expected:
        torch.nn.functional.ctc_loss(*made[1], **kwargs)
    with pytest.raises(expected.type, match=match):
        sg.nn.functional.ctc_loss(*made[0], **kwargs)


def test_a_label_that_is_no_class_is_refused() -> None:
    # PyTorch reads memory behind the scores here.
    with pytest.raises(RuntimeError, match="targets must be class numbers, 0 to 2, got 1 to 3"):
        sg.nn.functional.ctc_loss(sg.tensor(X), sg.tensor([[1, 3], [2, 1]]), (4, 4), (2, 2))
