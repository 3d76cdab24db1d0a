"""Random tensors: their distributions, their generators, and what they leave in the graph."""

import numpy as np
import pytest
import scipy.stats

import seedgrad as sg

N = 20_000


def generator() -> sg.Generator:
    return sg.Generator().manual_seed(7)


DRAWS = {
    "rand": (lambda g: sg.rand(N, generator=g), scipy.stats.uniform()),
    "rand float64": (lambda g: sg.rand(N, generator=g, dtype=sg.float64), scipy.stats.uniform()),
    "randn": (lambda g: sg.randn(N, generator=g), scipy.stats.norm()),
    "normal": (lambda g: sg.normal(2.0, 3.0, (N,), generator=g), scipy.stats.norm(2, 3)),
    "normal of tensors": (lambda g: sg.normal(sg.full((N,), 2.0), 3.0, generator=g), scipy.stats.norm(2, 3)),
    "uniform_": (lambda g: sg.empty(N).uniform_(-1, 3, generator=g), scipy.stats.uniform(-1, 4)),
    "normal_": (lambda g: sg.empty(N).normal_(1, 2, generator=g), scipy.stats.norm(1, 2)),
    "exponential_": (lambda g: sg.empty(N).exponential_(2.0, generator=g), scipy.stats.expon(0, 0.5)),
    "rand_like": (lambda g: sg.rand_like(sg.zeros(N), generator=g), scipy.stats.uniform()),
    "randn_like": (lambda g: sg.randn_like(sg.zeros(N), generator=g), scipy.stats.norm()),
}


@pytest.mark.parametrize("name", DRAWS)
def test_draws_follow_their_distribution(name):
    draw, law = DRAWS[name]
    assert scipy.stats.kstest(draw(generator()).numpy(), law.cdf).pvalue > 1e-3


@pytest.mark.parametrize("name", DRAWS)
def test_draws_repeat_with_the_seed(name):
    draw, _ = DRAWS[name]
    assert draw(generator()).tolist() == draw(generator()).tolist()
    sg.manual_seed(3)
    first = draw(None)
    sg.manual_seed(3)
    assert (draw(None) == first).all()


WHOLE = {
    "randint": (lambda g: sg.randint(2, 7, (N,), generator=g), [0, 0, 0.2, 0.2, 0.2, 0.2, 0.2]),
    "randint from 0": (lambda g: sg.randint(4, (N,), generator=g), [0.25] * 4),
    "randint_like": (lambda g: sg.randint_like(sg.zeros(N), 1, 3, generator=g), [0, 0.5, 0.5]),
    "random_": (lambda g: sg.zeros(N).random_(2, generator=g), [0.5, 0.5]),
    "bernoulli": (lambda g: sg.bernoulli(sg.full((N,), 0.3), generator=g), [0.7, 0.3]),
    "bernoulli p": (lambda g: sg.zeros(N).bernoulli(0.3, generator=g), [0.7, 0.3]),
    "bernoulli_": (lambda g: sg.zeros(N, dtype=sg.int64).bernoulli_(0.3, generator=g), [0.7, 0.3]),
    "multinomial": (
        lambda g: sg.multinomial(sg.tensor([1.0, 0.0, 3.0]), N, replacement=True, generator=g),
        [0.25, 0, 0.75],
    ),
    "multinomial rows": (
        lambda g: sg.multinomial(sg.tensor([[1.0, 1.0], [3.0, 1.0]]), N, replacement=True, generator=g)[1],
        [0.75, 0.25],
    ),
    "multinomial without replacement": (
        lambda g: sg.multinomial(sg.tensor([[1.0, 0.0, 3.0]]).expand(N, 3), 1, generator=g)[:, 0],
        [0.25, 0, 0.75],
    ),
}


@pytest.mark.parametrize("name", WHOLE)
def test_whole_draws_follow_their_probabilities(name):
    draw, chances = WHOLE[name]
    counts = np.bincount(draw(generator()).numpy().astype(np.int64), minlength=len(chances))
    assert len(counts) == len(chances)
    possible = np.array(chances) > 0
    assert not counts[~possible].any()
    assert scipy.stats.chisquare(counts[possible], np.array(chances)[possible] * N).pvalue > 1e-3


def test_multinomial_without_replacement_draws_each_position_once():
    drawn = sg.multinomial(sg.rand(50, 8), 8)
    assert (drawn.sort(dim=1).values == sg.arange(8)).all()


def test_randperm_is_a_permutation():
    assert sorted(sg.randperm(100).tolist()) == list(range(100))
    assert sg.randperm(5, dtype=sg.int32).dtype == sg.int32


@pytest.mark.parametrize("dtype", [sg.float16, sg.bfloat16])
def test_half_uniform_numbers_stay_below_one(dtype):
    x = sg.rand(N, dtype=dtype).float()
    assert 0 <= float(x.min()) < 0.01 < 0.99 < float(x.max()) < 1


def test_complex_normal_numbers_have_unit_variance():
    x = sg.randn(N, dtype=sg.complex64, generator=generator()).numpy()
    assert abs(np.mean(np.abs(x) ** 2) - 1) < 0.05


def test_random_fill_cuts_the_gradient():
    x = sg.ones(3, requires_grad=True)
    y = x * 2
    y.uniform_()
    y.sum().backward()
    assert x.grad.tolist() == [0.0, 0.0, 0.0]


def test_random_fill_refuses_leaves():
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad"):
        sg.ones(3, requires_grad=True).normal_()


def test_a_few_whole_numbers_are_as_likely_as_many() -> None:
    g = sg.Generator().manual_seed(5)
    drawn = np.concatenate([sg.randint(-2, 3, (2, 8), generator=g).numpy().ravel() for _ in range(500)])
    np.testing.assert_allclose(np.bincount(drawn + 2) / drawn.size, [0.2] * 5, atol=0.02)
    wide = np.array([sg.randint(0, 2**32, (), generator=g).item() for _ in range(500)], float) / 2**32
    assert abs(wide.mean() - 0.5) < 0.05 and wide.min() < 0.02 and wide.max() > 0.98
    empty = sg.randint(0, 5, (0, 3), generator=g)
    assert empty.shape == (0, 3) and empty.dtype == sg.int64
