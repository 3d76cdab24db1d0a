"""nn.init: the distributions, by their moments and a test of fit; exact results where they are exact."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

import seedgrad as sg
from seedgrad import nn

SHAPES = [(200, 300), (40, 20, 5, 5), (300, 10, 20)]


def fan(shape: tuple[int, ...]) -> tuple[int, int]:
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def fits(t: sg.Tensor, distribution: Any) -> None:
    """A Kolmogorov-Smirnov test that a right generator fails once in 100,000 seeds."""
    sample = t.array.ravel().astype(np.float64)
    assert stats.kstest(sample, distribution.cdf).pvalue > 1e-5


def uniform(bound: float) -> Any:
    return stats.uniform(-bound, 2 * bound)


FAN_RULES: list[tuple[Callable[..., Any], Callable[[int, int], Any]]] = [
    (lambda t, g: nn.init.xavier_uniform_(t, generator=g), lambda i, o: uniform(math.sqrt(6 / (i + o)))),
    (
        lambda t, g: nn.init.xavier_uniform_(t, 2.0, generator=g),
        lambda i, o: uniform(2 * math.sqrt(6 / (i + o))),
    ),
    (
        lambda t, g: nn.init.xavier_normal_(t, 0.5, generator=g),
        lambda i, o: stats.norm(0, 0.5 * math.sqrt(2 / (i + o))),
    ),
    (lambda t, g: nn.init.kaiming_uniform_(t, generator=g), lambda i, o: uniform(math.sqrt(6 / i))),
    (
        lambda t, g: nn.init.kaiming_uniform_(t, a=math.sqrt(5), generator=g),
        lambda i, o: uniform(1 / math.sqrt(i)),
    ),
    (
        lambda t, g: nn.init.kaiming_normal_(t, nonlinearity="relu", generator=g),
        lambda i, o: stats.norm(0, math.sqrt(2 / i)),
    ),
    (
        lambda t, g: nn.init.kaiming_normal_(t, mode="fan_out", nonlinearity="tanh", generator=g),
        lambda i, o: stats.norm(0, 5 / 3 / math.sqrt(o)),
    ),
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("fill", "expected"), FAN_RULES)
def test_fan_rules_have_their_distribution(shape: tuple[int, ...], fill: Any, expected: Any) -> None:
    t = sg.zeros(*shape)
    assert fill(t, sg.Generator(seed=1)) is t
    fits(t, expected(*fan(shape)))


@pytest.mark.parametrize("dtype", [sg.float32, sg.float64])
def test_simple_rules_have_their_distribution(dtype: Any) -> None:
    g = sg.Generator(seed=2)
    t = sg.zeros(100, 300).to(dtype)
    fits(nn.init.uniform_(t, -2.0, 5.0, generator=g), stats.uniform(-2, 7))
    fits(nn.init.normal_(t, 3.0, 0.5, generator=g), stats.norm(3, 0.5))
    fits(nn.init.trunc_normal_(t, generator=g), stats.truncnorm(-2, 2))
    fits(nn.init.trunc_normal_(t, 1.0, 0.5, 0.75, 2.0, generator=g), stats.truncnorm(-0.5, 2, 1, 0.5))
    assert 0.75 <= t.array.min() and t.array.max() <= 2.0 and t.dtype == dtype


@pytest.mark.parametrize("shape", [(20, 30), (30, 20), (10, 4, 5), (7, 7)])
def test_orthogonal_is_orthogonal(shape: tuple[int, ...]) -> None:
    t = nn.init.orthogonal_(sg.zeros(*shape).double(), gain=2.0)
    m = t.array.reshape(shape[0], -1)
    product = m @ m.T if m.shape[0] <= m.shape[1] else m.T @ m
    np.testing.assert_allclose(product, 4 * np.eye(len(product)), atol=1e-12)
    assert nn.init.orthogonal_(sg.zeros(0, 3)).shape == (0, 3)


def test_orthogonal_is_uniformly_distributed() -> None:
    g = sg.Generator(seed=3)
    corners = [nn.init.orthogonal_(sg.zeros(3, 3), generator=g).array[0, 0] for _ in range(2000)]
    assert stats.kstest(corners, stats.uniform(-1, 2).cdf).pvalue > 1e-5  # a coordinate on the sphere in 3 dimensions


def test_sparse_has_the_same_number_of_zeros_in_each_column() -> None:
    t = nn.init.sparse_(sg.ones(95, 40), sparsity=0.1, std=2.0)
    zeros = t.array == 0
    assert (zeros.sum(axis=0) == 10).all() and len(set(map(tuple, zeros.T))) > 30
    assert 1.8 < t.array[~zeros].std() < 2.2


def test_constants() -> None:
    t = sg.zeros(2, 3)
    assert (nn.init.ones_(t).array == 1).all() and (nn.init.constant_(t, 0.25).array == 0.25).all()
    assert not nn.init.zeros_(t).array.any()
    assert np.array_equal(nn.init.eye_(t).array, np.eye(2, 3))


@pytest.mark.parametrize(("shape", "groups"), [((4, 4, 3), 1), ((6, 3, 3, 3), 2), ((2, 5, 3, 3), 1)])
def test_dirac_hands_channels_through(shape: tuple[int, ...], groups: int) -> None:
    weight = nn.init.dirac_(sg.zeros(*shape), groups)
    assert weight.array.sum() == min(shape[0] // groups, shape[1]) * groups
    conv = nn.Conv1d if len(shape) == 3 else nn.Conv2d
    layer = conv(shape[1] * groups, shape[0], 3, padding=1, groups=groups, bias=False)
    layer.weight = nn.Parameter(weight)
    x = sg.randn(1, shape[1] * groups, *(5,) * (len(shape) - 2))
    kept = min(shape[0] // groups, shape[1])
    out = layer(x)
    for g in range(groups):
        a = out.array[:, g * (shape[0] // groups) :][:, :kept]
        np.testing.assert_allclose(a, x.array[:, g * shape[1] :][:, :kept], rtol=1e-6)


def test_a_generator_repeats_and_leaves_the_default_alone() -> None:
    state = sg.get_rng_state()
    fills: list[Callable[..., Any]] = [
        nn.init.uniform_,
        nn.init.normal_,
        nn.init.trunc_normal_,
        nn.init.xavier_uniform_,
        nn.init.xavier_normal_,
        nn.init.kaiming_uniform_,
        nn.init.kaiming_normal_,
        nn.init.orthogonal_,
        lambda t, generator: nn.init.sparse_(t, 0.5, generator=generator),
    ]
    for fill in fills:
        a, b = (fill(sg.zeros(3, 4), generator=sg.Generator(seed=5)).array for _ in range(2))
        assert np.array_equal(a, b) and a.any()
    assert sg.equal(sg.get_rng_state(), state)
    sg.manual_seed(1)
    a = nn.Linear(3, 3).weight.array
    sg.manual_seed(1)
    assert np.array_equal(a, nn.Linear(3, 3).weight.array)


def test_parameters_may_be_filled_and_the_graph_notices() -> None:
    layer = nn.Linear(2, 2)
    out = layer(sg.ones(1, 2, requires_grad=True)).sum()
    assert nn.init.normal_(layer.weight).requires_grad
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        out.backward()
    view = sg.zeros(4, 4)
    nn.init.ones_(sg.Tensor(view.array[:, ::2]))
    assert view.array.sum() == 8


def test_gain_of_every_nonlinearity() -> None:
    names = {
        "linear": 1,
        "conv2d": 1,
        "conv_transpose3d": 1,
        "sigmoid": 1,
        "tanh": 5 / 3,
        "relu": 2**0.5,
        "selu": 0.75,
    }
    for name, gain in names.items():
        assert nn.init.calculate_gain(name) == gain
    assert nn.init.calculate_gain("leaky_relu") == math.sqrt(2 / (1 + 0.01**2))
    assert nn.init.calculate_gain("leaky_relu", 1) == 1.0


BAD: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: nn.init.calculate_gain("x"), ValueError, "Unsupported nonlinearity x; the names are conv1d"),
    (lambda: nn.init.calculate_gain("leaky_relu", True), ValueError, "not a valid number"),
    (lambda: nn.init.uniform_(sg.zeros(2), 1.0, 0.0), RuntimeError, "from=1.0 > to=0.0"),
    (lambda: nn.init.normal_(sg.zeros(2), std=-1.0), RuntimeError, "std >= 0.0, but found std -1.0"),
    (lambda: nn.init.xavier_normal_(sg.zeros(2)), ValueError, r"fewer than 2 dimensions, got shape \(2,\)"),
    (lambda: nn.init.kaiming_normal_(sg.zeros(2, 2), mode="x"), ValueError, "Mode x not supported"),
    (lambda: nn.init.eye_(sg.zeros(2)), ValueError, "2 dimensions are supported"),
    (lambda: nn.init.dirac_(sg.zeros(2, 2)), ValueError, "3, 4, or 5 dimensions"),
    (lambda: nn.init.dirac_(sg.zeros(3, 2, 2), 2), ValueError, "dim 0 must be divisible by groups"),
    (lambda: nn.init.orthogonal_(sg.zeros(2)), ValueError, "2 or more dimensions"),
    (lambda: nn.init.sparse_(sg.zeros(2), 0.1), ValueError, "2 dimensions are supported"),
]


@pytest.mark.parametrize(("call", "kind", "match"), BAD)
def test_wrong_calls(call: Callable[[], Any], kind: type[Exception], match: str) -> None:
    with pytest.raises(kind, match=match):
        call()


def test_useless_calls_warn() -> None:
    with pytest.warns(UserWarning, match="zero-element tensors is a no-op"):
        nn.init.kaiming_uniform_(sg.zeros(0, 3))
    with pytest.warns(UserWarning, match="mean is more than 2 std from"):
        nn.init.trunc_normal_(sg.zeros(3), mean=10.0)
