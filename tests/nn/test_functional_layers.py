"""Dropout, running statistics, warnings and in-place forms of the functional layers."""

from __future__ import annotations

import math

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.nn import functional as F


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("kind", [sg.float32, sg.float64])
def test_dropout_keeps_the_right_share_and_scales_it(p: float, kind: sg.dtype) -> None:
    n = 100_000
    x = sg.ones(n, dtype=kind, requires_grad=True)
    out = F.dropout(x, p)
    kept = out.detach().array != 0
    # Five standard deviations of a binomial share.
    assert abs(kept.mean() - (1 - p)) < 5 * math.sqrt(p * (1 - p) / n)
    np.testing.assert_allclose(out.detach().array[kept], 1 / (1 - p), rtol=1e-6)
    assert out.dtype == kind
    out.sum().backward()
    assert x.grad is not None
    assert np.array_equal(x.grad.array, out.detach().array)


def test_dropout_at_the_ends_and_outside_training() -> None:
    x = sg.ones(3, requires_grad=True)
    assert F.dropout(x, 0.0) is x
    assert F.dropout(x, 0.9, training=False) is x
    assert F.dropout(x, 1.0).tolist() == [0.0, 0.0, 0.0]
    assert F.alpha_dropout(x, 0.9) is x
    assert F.alpha_dropout(x, 1.0, True).tolist() == [0.0, 0.0, 0.0]


def test_dropout_follows_its_generator() -> None:
    x = sg.ones(50)
    a, b = (F.dropout(x, generator=sg.Generator(seed=3)).tolist() for _ in range(2))
    assert a == b
    assert a != F.dropout(x, generator=sg.Generator(seed=4)).tolist()


def test_dropout_in_place_writes_its_input() -> None:
    x = sg.ones(50)
    for f in (F.dropout, F.dropout1d, F.alpha_dropout):
        y = x.clone() if f is not F.dropout1d else sg.ones(5, 10)
        assert f(y, 0.5, True, True) is y
        assert len(set(y.array.reshape(-1).tolist())) == 2


@pytest.mark.parametrize(
    ("name", "shape", "lead"),
    [
        ("dropout1d", (40, 50, 3), 2),
        ("dropout1d", (400, 3), 1),
        ("dropout2d", (40, 50, 2, 2), 2),
        ("dropout3d", (40, 50, 2, 2, 2), 2),
        ("dropout3d", (400, 2, 2, 2), 1),
    ],
)
def test_feature_dropout_drops_whole_channels(name: str, shape: tuple[int, ...], lead: int) -> None:
    out = getattr(F, name)(sg.ones(*shape), 0.25).array
    channels = out.reshape(math.prod(shape[:lead]), -1)
    assert (channels == channels[:, :1]).all()
    share = (channels[:, 0] == 0).mean()
    assert abs(share - 0.25) < 5 * math.sqrt(0.25 * 0.75 / len(channels))


def test_alpha_dropout_keeps_mean_and_variance() -> None:
    x = sg.Tensor(np.random.default_rng(0).standard_normal(200_000).astype(np.float32))
    out = F.alpha_dropout(x, 0.3, True).array
    assert abs(out.mean()) < 0.02
    assert abs(out.var() - 1) < 0.02


def test_dropout_errors_say_what_must_hold() -> None:
    with pytest.raises(ValueError, match=r"between 0 and 1, but got 1\.5"):
        F.dropout(sg.ones(2), 1.5)
    with pytest.raises(RuntimeError, match=r"seedgrad\.int64: dropout scales what it keeps"):
        F.dropout(sg.tensor([1]), 0.5)
    with pytest.raises(RuntimeError, match="2D or 3D input, but received a 1D"):
        F.dropout1d(sg.ones(2))
    with (
        pytest.warns(UserWarning, match="Received a 1-D input"),
        pytest.raises(RuntimeError, match="at least 2"),
    ):
        F.dropout2d(sg.ones(2))
    with pytest.warns(UserWarning, match="Received a 3-D input"):
        F.dropout2d(sg.ones(2, 3, 4))
    with pytest.warns(UserWarning, match="Received a 2-D input"):
        F.dropout3d(sg.ones(2, 3))


def test_losses_warn_where_shapes_broadcast() -> None:
    for f in (F.mse_loss, F.l1_loss, F.smooth_l1_loss, F.huber_loss):
        with pytest.warns(UserWarning, match=r"target size \(\(3, 1\)\) that is different to the input size"):
            f(sg.ones(3, 4), sg.ones(3, 1))


def test_losses_take_the_old_arguments_with_a_warning() -> None:
    x, y = sg.tensor([1.0, 4.0]), sg.tensor([0.0, 0.0])
    with pytest.warns(UserWarning, match="use reduction='sum'"):
        assert F.mse_loss(x, y, size_average=False).item() == 17.0
    with pytest.warns(UserWarning, match="use reduction='none'"):
        assert F.l1_loss(x, y, reduce=False).tolist() == [1.0, 4.0]
    with pytest.warns(UserWarning, match="use reduction='mean'"):
        F.cross_entropy(sg.ones(2, 3), sg.tensor([0, 1]), size_average=True)


def test_loss_errors_say_what_must_hold() -> None:
    p = sg.tensor([0.5, 0.5])
    with pytest.raises(RuntimeError, match=r"between 0 and 1, got 0\.5 to 1\.5"):
        F.binary_cross_entropy(sg.tensor([0.5, 1.5]), p)
    with pytest.raises(RuntimeError, match="between 0 and 1"):
        F.binary_cross_entropy(sg.tensor([float("nan"), 0.5]), p)
    with pytest.raises(ValueError, match="different to the input size"):
        F.binary_cross_entropy(p, sg.tensor([1.0]))
    with pytest.raises(RuntimeError, match=r"Found dtype seedgrad\.int64 but expected seedgrad\.float32"):
        F.binary_cross_entropy(p, sg.tensor([1, 0]))
    with pytest.raises(ValueError, match="Weights and input must have the same size"):
        F.mse_loss(p, p, weight=sg.ones(3))
    with pytest.raises(NotImplementedError, match=r"mse_loss is not implemented for seedgrad\.int64"):
        F.mse_loss(sg.tensor([1]), sg.tensor([2]))
    with pytest.warns(UserWarning, match="batchmean"):
        F.kl_div(p.log(), p)


def test_softmax_without_dim_warns_and_chooses_as_before() -> None:
    x = sg.ones(2, 4)
    for f in (F.softmax, F.log_softmax, F.softmin):
        with pytest.warns(UserWarning, match="Implicit dimension choice"):
            assert f(x).shape == (2, 4)
    with pytest.warns(UserWarning, match="include dim=X"):
        assert F.softmax(x)[0].sum().item() == 1.0


def test_softmax_converts_first_with_dtype() -> None:
    assert sg.softmax(sg.tensor([1, 2]), 0, dtype=sg.float64).dtype == sg.float64
    with pytest.raises(NotImplementedError, match="pass dtype="):
        sg.softmax(sg.tensor([1, 2]), 0)


@pytest.mark.parametrize(
    "name", ["relu", "relu6", "hardtanh", "leaky_relu", "elu", "celu", "selu", "silu", "mish", "hardswish"]
)
def test_activation_in_place_has_the_same_value_and_gradient(name: str) -> None:
    f = getattr(F, name)
    x = sg.Tensor(np.random.default_rng(0).standard_normal((4, 5)))
    x.requires_grad = True
    plain = f(x)
    (expected,) = sg.autograd.grad(plain.sum(), [x])
    y = x * 1
    out = f(y, inplace=True)
    assert out is y
    assert np.array_equal(out.detach().array, plain.detach().array)
    (found,) = sg.autograd.grad(out.sum(), [x])
    np.testing.assert_allclose(found.array, expected.array, rtol=1e-12)


def test_embedding_max_norm_shrinks_rows_in_use() -> None:
    table = sg.tensor([[3.0, 4.0], [0.3, 0.4], [30.0, 40.0]])
    out = F.embedding(sg.tensor([0, 1, 0]), table, max_norm=1.0)
    np.testing.assert_allclose(out.array, [[0.6, 0.8], [0.3, 0.4], [0.6, 0.8]], rtol=1e-6)
    np.testing.assert_allclose(table.array, [[0.6, 0.8], [0.3, 0.4], [30.0, 40.0]], rtol=1e-6)
    with pytest.raises(NotImplementedError, match="sparse gradients are not supported"):
        F.embedding(sg.tensor([0]), table, sparse=True)
