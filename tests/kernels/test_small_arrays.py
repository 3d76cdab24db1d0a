"""Kernels take small arrays, too, once they are there; what they give is what the definition gives."""

from __future__ import annotations

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.core import kernel, namespace
from seedgrad.ops import activation, embedding, norm, softmax

pytest.importorskip("numba")
kernel.load()

AFFINE = [
    (norm.layer_norm, (3, 5), 5, {}),
    (norm.layer_norm, (2, 3, 4), 4, {"eps": 1e-3}),
    (norm.layer_norm, (1, 1, 384), 384, {}),
    (norm.group_norm, (2, 6, 3), 6, {"groups": 3}),
    (norm.group_norm, (2, 4), 4, {"groups": 2}),
]


@pytest.mark.parametrize(("op", "shape", "channels", "settings"), AFFINE)
@pytest.mark.parametrize("parameters", [(True, True), (True, False), (False, True), (False, False)])
def test_norms(op, shape, channels, settings, parameters):
    rng = np.random.default_rng(0)
    x = rng.standard_normal(shape, np.float32)
    w, b = (rng.standard_normal(channels, np.float32) if given else None for given in parameters)
    found = op.kernels["numba"].forward(x, w, b, **settings)
    np.testing.assert_allclose(found[0], op.definition(namespace, x, w, b, **settings), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 5), (8, 1)])
def test_batch_norm(shape):
    x = np.random.default_rng(0).standard_normal(shape, np.float32)
    (out, mean, var), _ = norm.batch_norm.kernels["numba"].forward(x, None, None)
    for found, expected in zip((out, mean, var), norm.batch_norm.definition(namespace, x, None, None), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("op", [norm.layer_norm, norm.group_norm, softmax.softmax])
def test_nothing_and_other_types_are_declined(op):
    forward = op.kernels["numba"].forward
    assert forward(np.zeros((0, 4), np.float32)) is NotImplemented
    assert forward(np.zeros((2, 4), np.float16)) is NotImplemented
    assert forward(np.zeros((2, 4), np.float64)) is NotImplemented  # for few of them nothing is compiled


@pytest.mark.parametrize("name", ["gelu", "gelu_tanh", "silu", "mish", "softplus", "elu", "hardswish", "relu"])
@pytest.mark.parametrize("size", [1023, 1024, 3000])
def test_activations_at_the_size_from_which_kernels_take_them(name, size):
    op = getattr(activation, name)
    x = sg.linspace(-6, 6, size, requires_grad=True)
    out = op.call(x)
    out.sum().backward()
    wide = x.detach().double().requires_grad_()
    op.call(wide).sum().backward()
    np.testing.assert_allclose(out.tolist(), op.call(wide).tolist(), rtol=2e-5, atol=2e-6)
    np.testing.assert_allclose(x.grad.tolist(), wide.grad.tolist(), rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("shape", [(4096,), (64, 64)])
def test_many_rows_of_a_table(shape):
    rng = np.random.default_rng(0)
    table = rng.standard_normal((50, 256), np.float32)
    places = rng.integers(0, 50, shape)
    forward = embedding.embedding.kernels["numba"].forward
    np.testing.assert_array_equal(forward(table, places)[0], table[places])
    assert forward(table[:, ::2], places) is NotImplemented
    assert forward(table, places[:1]) is NotImplemented
    for bad in (50, -51):
        places.flat[7] = bad
        assert forward(table, places) is NotImplemented  # NumPy raises
