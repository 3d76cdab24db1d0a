"""Running means and variances, and the use of them, against PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

SHAPES = [(5, 3), (4, 3, 6), (2, 3, 4, 5)]


def pair(array: Any, grad: bool = False) -> tuple[sg.Tensor, torch.Tensor]:
    a, b = sg.Tensor(array.copy()), torch.tensor(array)
    a.requires_grad, b.requires_grad = grad, grad
    return a, b


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("momentum", [0.1, 0.7, 1.0, 0.0])
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_batch_norm_agrees(shape: tuple[int, ...], training: bool, momentum: float, kind: Any) -> None:
    rng = np.random.default_rng(0)
    x = pair(rng.standard_normal(shape).astype(kind), True)
    mean, var = pair(rng.standard_normal(3).astype(kind)), pair(rng.uniform(0.5, 2, 3).astype(kind))
    w, b = pair(rng.standard_normal(3).astype(kind), True), pair(rng.standard_normal(3).astype(kind), True)
    g = rng.standard_normal(shape).astype(kind)
    for _ in range(3):
        ours = sg.nn.functional.batch_norm(x[0], mean[0], var[0], w[0], b[0], training, momentum)
        theirs = torch.nn.functional.batch_norm(x[1], mean[1], var[1], w[1], b[1], training, momentum)
    ours.backward(sg.Tensor(g))
    theirs.backward(torch.tensor(g))
    tolerance = 1e-10 if kind is np.float64 else 1e-4
    for a, c in ((ours, theirs), mean, var, *((t[0].grad, t[1].grad) for t in (x, w, b))):
        assert a is not None
        np.testing.assert_allclose(a.detach().array, c.detach().numpy(), rtol=tolerance, atol=tolerance)
        assert a.detach().array.dtype == kind


@pytest.mark.parametrize("shape", SHAPES[1:])
@pytest.mark.parametrize("own", [True, False])
def test_instance_norm_agrees(shape: tuple[int, ...], own: bool) -> None:
    rng = np.random.default_rng(0)
    x = pair(rng.standard_normal(shape), True)
    mean, var = pair(rng.standard_normal(3)), pair(rng.uniform(0.5, 2, 3))
    for _ in range(2):
        ours = sg.nn.functional.instance_norm(x[0], mean[0], var[0], use_input_stats=own)
        theirs = torch.nn.functional.instance_norm(x[1], mean[1], var[1], use_input_stats=own)
    for a, c in ((ours, theirs), mean, var):
        np.testing.assert_allclose(a.detach().array, c.detach().numpy(), rtol=1e-9, atol=1e-9)


def test_batch_norm_counts_the_write_of_its_statistics() -> None:
    mean, var = sg.zeros(3), sg.ones(3)
    version = mean._version
    sg.nn.functional.batch_norm(sg.Tensor(np.eye(3)).float(), mean, var, training=True)
    assert mean._version > version


def test_batch_norm_needs_both_statistics_or_none() -> None:
    for package in (sg, torch):
        x, mean = package.ones(4, 3), package.zeros(3)
        with pytest.raises(ValueError, match="must either both be None or neither be None"):
            package.nn.functional.batch_norm(x, mean, None, training=True)
        with pytest.raises(RuntimeError, match="must be defined in evaluation mode"):
            package.nn.functional.batch_norm(x, mean, None)


def test_binary_cross_entropy_agrees() -> None:
    rng = np.random.default_rng(0)
    p, y, w = rng.uniform(0.05, 0.95, (3, 4)), rng.uniform(size=(3, 4)), rng.uniform(size=4)
    p[0, :2], y[0, :2], y[1, :2] = (0.0, 1.0), (1.0, 0.0), (0.0, 1.0)
    for reduction in ("mean", "sum", "none"):
        for weight in (None, w):
            x = pair(p, True)
            ours = sg.nn.functional.binary_cross_entropy(
                x[0], sg.Tensor(y), None if weight is None else sg.Tensor(weight), reduction=reduction
            )
            theirs = torch.nn.functional.binary_cross_entropy(
                x[1], torch.tensor(y), None if weight is None else torch.tensor(weight), reduction=reduction
            )
            np.testing.assert_allclose(ours.detach().array, theirs.detach().numpy(), rtol=1e-10)
            ours.sum().backward()
            theirs.sum().backward()
            assert x[0].grad is not None and x[1].grad is not None
            # PyTorch keeps the product x (1 - x) above a float32 1e-12.
            np.testing.assert_allclose(x[0].grad.array, x[1].grad.numpy(), rtol=1e-8)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_cross_entropy_with_class_weights_agrees(reduction: str, smoothing: float) -> None:
    rng = np.random.default_rng(0)
    w = rng.uniform(0.5, 2, 5)
    for shape, target in (
        ((4, 5), np.array([1, 2, -100, 4])),
        ((2, 5, 3), rng.integers(0, 5, (2, 3))),
        ((5,), np.array(2)),
    ):
        x = pair(rng.standard_normal(shape), True)
        settings: dict[str, Any] = {"reduction": reduction, "label_smoothing": smoothing}
        ours = sg.nn.functional.cross_entropy(x[0], sg.Tensor(target), sg.Tensor(w), **settings)
        theirs = torch.nn.functional.cross_entropy(x[1], torch.tensor(target), torch.tensor(w), **settings)
        np.testing.assert_allclose(ours.detach().array, theirs.detach().numpy(), rtol=1e-10)
        ours.sum().backward()
        theirs.sum().backward()
        assert x[0].grad is not None and x[1].grad is not None
        np.testing.assert_allclose(x[0].grad.array, x[1].grad.numpy(), rtol=1e-9, atol=1e-12)
