"""Kernels of softmax, cross-entropy and the norms against their definitions, and the sums of embeddings."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.core import namespace
from seedgrad.core.op import Op
from seedgrad.ops import cross_entropy as ce
from seedgrad.ops import norm
from seedgrad.ops import softmax as soft
from seedgrad.ops.embedding import embedding_sum

Array = np.ndarray[Any, Any]
XP = sg.core.op.tensor_namespace


def channels_last(x: Array) -> Array:
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)


def normal(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).standard_normal(shape)


IDS = np.random.default_rng(1).integers(0, 30, 1500)
HOLES = np.where(IDS % 4 == 0, -100, IDS)
# op, inputs, settings
CASES: list[tuple[Op, list[Any], dict[str, Any]]] = [
    (norm.layer_norm, [normal(4, 6), normal(6), normal(6)], {}),
    (norm.layer_norm, [normal(4, 6), None, None], {"eps": 0.1}),
    (norm.layer_norm, [normal(4, 6), None, normal(6)], {}),
    (norm.layer_norm, [normal(700, 3, 20), normal(3, 20), normal(3, 20)], {"ndim": 2}),
    (norm.layer_norm, [normal(20, 3, 5).transpose(2, 1, 0), normal(20), normal(20)], {}),
    (norm.batch_norm, [normal(6, 4), normal(4), normal(4)], {}),
    (norm.batch_norm, [normal(6, 4), None, None], {}),
    (norm.batch_norm, [normal(3, 4, 5) + 10, normal(4), None], {"eps": 0.1}),
    (norm.batch_norm, [normal(9, 8, 25, 30), normal(8), normal(8)], {}),
    (norm.batch_norm, [channels_last(normal(9, 8, 25, 30)), normal(8), normal(8)], {}),
    (norm.batch_norm, [normal(9, 8, 25, 30)[::2, :, ::-1], None, normal(8)], {}),
    *[
        (ce.cross_entropy, [normal(*shape), target, None], {"ignore_index": ignored, "reduction": how})
        for how in ("mean", "sum", "none")
        for shape, target, ignored in (
            ((6, 30), IDS[:6], None),
            ((6, 30), HOLES[:6], -100),
            ((1500, 30), IDS, None),
            ((1500, 30), HOLES, -100),
        )
    ],
]


def leaves(inputs: list[Any], kind: Any) -> list[Any]:
    """Tensors of the inputs in their own memory layout; floats require grad."""
    made = []
    for x in inputs:
        t = None if x is None else sg.Tensor(x.astype(kind, order="K") if x.dtype.kind == "f" else x)
        if t is not None and t.is_floating_point():
            t.requires_grad = True
        made.append(t)
    return made


def outputs(result: Any) -> tuple[sg.Tensor, ...]:
    return result if isinstance(result, tuple) else (result,)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c[0].name}-{[getattr(x, 'shape', x) for x in c[1]]}")
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_kernel_agrees_with_definition(case: tuple[Op, list[Any], dict[str, Any]], kind: Any) -> None:
    op, inputs, settings = case
    tolerance = {"rtol": 1e-9, "atol": 1e-9} if kind is np.float64 else {"rtol": 2e-4, "atol": 2e-4}
    found = []
    for call in (op.call, lambda *xs, **s: op.definition(XP, *xs, **s)):
        xs = leaves(inputs, kind)
        given = [x for x in xs if x is not None and x.requires_grad]
        results = outputs(call(*xs, **settings))
        v = sg.Tensor(normal(*results[0].shape, seed=3).astype(kind))
        grads = sg.autograd.grad(results[0], given, v, create_graph=True)
        loss = sg.stack([(g * g).sum() for g in grads]).sum()
        second = sg.autograd.grad(loss, given, allow_unused=True)
        found.append([*results, *grads, *(s for s in second if s is not None)])
    for a, b in zip(*found, strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a.detach().array, b.detach().array, **tolerance)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c[0].name}-{[getattr(x, 'shape', x) for x in c[1]]}")
def test_kernel_gives_the_same_twice_with_retain_graph(case: tuple[Op, list[Any], dict[str, Any]]) -> None:
    op, inputs, settings = case
    xs = leaves(inputs, np.float32)
    given = [x for x in xs if x is not None and x.requires_grad]
    out = outputs(op.call(*xs, **settings))[0]
    v = sg.Tensor(normal(*out.shape, seed=3).astype(np.float32))
    before = [x.detach().array.copy() for x in given]
    passes = [sg.autograd.grad(out, given, v, retain_graph=keep) for keep in (True, True, False)]
    for again in passes[1:]:
        for a, b in zip(passes[0], again, strict=True):
            assert np.array_equal(a.array, b.array)
    for x, old in zip(given, before, strict=True):
        assert np.array_equal(x.detach().array, old), "a kernel wrote an input"


def test_layer_norm_with_one_tensor_as_weight_and_bias() -> None:
    h, b = sg.Tensor(normal(3, 5)), sg.Tensor(normal(5, seed=1))
    h.requires_grad, b.requires_grad = True, True
    out = sg.nn.functional.layer_norm(h, (5,), b, b)
    (first,) = sg.autograd.grad(out.sum(), [b], retain_graph=True)
    (again,) = sg.autograd.grad(out.sum(), [b], create_graph=True)
    normalised = (h.detach().array - h.detach().array.mean(1, keepdims=True)) / np.sqrt(
        h.detach().array.var(1, keepdims=True) + 1e-5
    )
    expected = (normalised + 1).sum(0)
    np.testing.assert_allclose(first.array, expected, rtol=1e-10)
    np.testing.assert_allclose(again.detach().array, expected, rtol=1e-10)


def test_batch_norm_statistics_have_gradients_too() -> None:
    x = sg.Tensor(normal(5, 3))
    x.requires_grad = True
    _, mean, var = norm.batch_norm.call(x, None, None, eps=1e-5)
    a, b = sg.autograd.grad(mean.sum(), [x], retain_graph=True)[0], sg.autograd.grad(var.sum(), [x])[0]
    centred = x.detach().array - x.detach().array.mean(0)
    np.testing.assert_allclose(a.array, np.full((5, 3), 0.2), rtol=1e-12)
    np.testing.assert_allclose(b.array, 2 * centred / 5, rtol=1e-10)


@pytest.mark.parametrize("shape", [(2000, 30), (3, 70_000), (40, 30, 50), (4, 60, 20, 20), (50, 3, 8, 40)])
@pytest.mark.parametrize("layout", [np.ascontiguousarray, channels_last, np.asfortranarray])
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax_of_large_arrays_goes_block_by_block(
    name: str, shape: tuple[int, ...], layout: Callable[[Array], Array]
) -> None:
    x = layout(normal(*shape))
    for axis in range(len(shape)):
        e = np.exp(x - x.max(axis, keepdims=True))
        expected = e / e.sum(axis, keepdims=True)
        out = getattr(namespace, name)(x, axis)
        np.testing.assert_allclose(out, expected if name == "softmax" else np.log(expected), rtol=1e-8)
        assert soft.blocks(x, axis) is None or out.strides == x.strides


def test_kernels_are_silent_and_pass_on_infinities_and_nan() -> None:
    rows = np.array([[np.inf, 1.0], [np.nan, 1.0], [-np.inf, -np.inf], [-np.inf, 1.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss = sg.nn.functional.cross_entropy(sg.Tensor(rows), sg.tensor([0, 0, 0, 1]), reduction="none")
        normed = sg.nn.functional.layer_norm(sg.Tensor(rows), (2,))
        batch = sg.nn.functional.batch_norm(sg.Tensor(rows.T.copy()), None, None, training=True)
    assert np.isnan(loss.array).tolist() == [True, True, True, False]
    assert np.isnan(normed.array).all()
    assert np.isnan(batch.array).all()


def test_kernel_results_are_of_the_inputs_type() -> None:
    for kind in (np.float16, sg.bfloat16.dtype, np.float32, np.float64):
        x, t = sg.Tensor(normal(4, 3).astype(kind)), sg.tensor([0, 1, 2, 0])
        x.requires_grad = True
        for f in (
            lambda x: sg.nn.functional.layer_norm(x, (3,)),
            lambda x: sg.nn.functional.batch_norm(x, None, None, training=True),
            lambda x: sg.nn.functional.cross_entropy(x, t),  # noqa: B023  (called at once)
        ):
            out = f(x)
            (g,) = sg.autograd.grad(out.sum(), [x])
            assert out.array.dtype == g.array.dtype == kind


@pytest.mark.parametrize("rows", [1, 3, 50, 2000])
@pytest.mark.parametrize("count", [1, 7, 1000])
@pytest.mark.parametrize("skewed", [False, True])
def test_embedding_sum_adds_rows(rows: int, count: int, skewed: bool) -> None:
    rng = np.random.default_rng(rows + count)
    indices = rng.integers(0, rows, count)
    if skewed:
        indices = np.minimum(indices, rng.integers(0, rows, count) // 3)
    g = rng.standard_normal((count, 4))
    expected = np.zeros((rows, 4))
    np.add.at(expected, indices, g)
    found = embedding_sum.call(sg.Tensor(g), sg.Tensor(indices), rows=rows)
    np.testing.assert_allclose(found.array, expected, rtol=1e-10, atol=1e-12)
