"""Random draws: their laws, the same for PyTorch's draws and ours; generators, gradients and errors as in PyTorch."""

import copy
import pickle
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.stats
import torch

import seedgrad as sg

from .test_creation import run

N = 20_000
FLOOR = 1e-3  # the seeds are fixed: a draw that follows its law stays above this p-value for good

CONTINUOUS: dict[str, tuple[str, Any]] = {
    "uniform_": ("m.empty(N, dtype=kind).uniform_(-1, 3, generator=g)", scipy.stats.uniform(-1, 4)),
    "uniform_ from": (
        "m.empty(N, dtype=kind).uniform_(**{'from': 2, 'to': 3}, generator=g)",
        scipy.stats.uniform(2, 1),
    ),
    "normal_": ("m.empty(N, dtype=kind).normal_(1, 2, generator=g)", scipy.stats.norm(1, 2)),
    "log_normal_": (
        "m.empty(N, dtype=kind).log_normal_(0.5, 0.7, generator=g)",
        scipy.stats.lognorm(0.7, 0, np.exp(0.5)),
    ),
    "log_normal_ default": ("m.empty(N, dtype=kind).log_normal_(generator=g)", scipy.stats.lognorm(2, 0, np.e)),
    "cauchy_": ("m.empty(N, dtype=kind).cauchy_(1, 2, generator=g)", scipy.stats.cauchy(1, 2)),
    "cauchy_ default": ("m.empty(N, dtype=kind).cauchy_(generator=g)", scipy.stats.cauchy()),
    "exponential_": ("m.empty(N, dtype=kind).exponential_(2.0, generator=g)", scipy.stats.expon(0, 0.5)),
    "rand": ("m.rand(N, dtype=kind, generator=g)", scipy.stats.uniform()),
    "randn": ("m.randn(N, dtype=kind, generator=g)", scipy.stats.norm()),
    "normal numbers": ("m.normal(2.0, 3.0, (N,), dtype=kind, generator=g)", scipy.stats.norm(2, 3)),
    "normal mean": ("m.normal(m.full((N,), 2.0, dtype=kind), 3.0, generator=g)", scipy.stats.norm(2, 3)),
    "normal std": ("m.normal(2.0, m.full((N,), 3.0, dtype=kind), generator=g)", scipy.stats.norm(2, 3)),
    "normal both": (
        "m.normal(m.full((N, 1), 2.0, dtype=kind), m.full((1,), 3.0, dtype=kind), generator=g)[:, 0]",
        scipy.stats.norm(2, 3),
    ),
}
COUNTS: dict[str, tuple[str, Any]] = {
    "poisson small": ("m.poisson(m.full((N,), 1.5), generator=g)", scipy.stats.poisson(1.5)),
    "poisson large": ("m.poisson(m.full((N,), 40.0, dtype=m.float64), generator=g)", scipy.stats.poisson(40)),
    "binomial": ("m.binomial(m.full((N,), 9.0), m.full((N,), 0.3), generator=g)", scipy.stats.binom(9, 0.3)),
    "binomial large": (
        "m.binomial(m.full((N,), 90.0), m.tensor([0.6]).expand(N), generator=g)",
        scipy.stats.binom(90, 0.6),
    ),
    "geometric_": ("m.zeros(N).geometric_(0.3, generator=g)", scipy.stats.geom(0.3)),
    "geometric_ whole": ("m.zeros(N, dtype=m.int64).geometric_(0.6, generator=g)", scipy.stats.geom(0.6)),
    "bernoulli": ("m.bernoulli(m.full((N,), 0.3), generator=g)", scipy.stats.bernoulli(0.3)),
    "bernoulli p": ("m.bernoulli(m.zeros(N, dtype=m.int64), 0.3, generator=g)", scipy.stats.bernoulli(0.3)),
    "bernoulli_": ("m.zeros(N, dtype=m.uint8).bernoulli_(0.3, generator=g)", scipy.stats.bernoulli(0.3)),
    "bernoulli_ tensor": ("m.zeros(N).bernoulli_(m.tensor(0.3), generator=g)", scipy.stats.bernoulli(0.3)),
    "randint": ("m.randint(2, 9, (N,), generator=g)", scipy.stats.randint(2, 9)),
    "randint high": ("m.randint(high=5, size=(N,), generator=g)", scipy.stats.randint(0, 5)),
    "randint_like": ("m.randint_like(m.zeros(N), 5)", scipy.stats.randint(0, 5)),
    "random_": ("m.zeros(N).random_(7, generator=g)", scipy.stats.randint(0, 7)),
    "random_ from": ("m.zeros(N).random_(**{'from': 2, 'to': 4}, generator=g)", scipy.stats.randint(2, 4)),
    "random_ all": ("m.zeros(N, dtype=m.uint8).random_(generator=g)", scipy.stats.randint(0, 256)),
    "random_ upwards": ("m.zeros(N, dtype=m.int8).random_(120, None, generator=g)", scipy.stats.randint(120, 128)),
    "random_ bool": ("m.zeros(N, dtype=m.bool).random_(generator=g)", scipy.stats.randint(0, 2)),
    "multinomial": (
        "m.multinomial(m.tensor([1.0, 2.0, 1.0]), N, replacement=True, generator=g)",
        scipy.stats.rv_discrete(values=([0, 1, 2], [0.25, 0.5, 0.25])),
    ),
}


def drawn(text: str, module: Any, kind: str = "float32", seed: int = 7) -> Any:
    module.manual_seed(seed)
    g = module.Generator().manual_seed(seed)
    return eval(text, {"m": module, "N": N, "g": g, "kind": getattr(module, kind)})


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("name", CONTINUOUS)
def test_continuous_draws_follow_their_law(name: str, kind: str) -> None:
    text, law = CONTINUOUS[name]
    ours, theirs = drawn(text, sg, kind), drawn(text, torch, kind)
    assert ours.dtype.name == kind
    assert tuple(ours.shape) == tuple(theirs.shape)
    for values in (ours.array, theirs.numpy()):
        assert scipy.stats.kstest(values, law.cdf).pvalue > FLOOR


@pytest.mark.parametrize("name", CONTINUOUS)
def test_half_draws_follow_their_law(name: str) -> None:
    text, law = CONTINUOUS[name]
    for kind in ("float16", "bfloat16"):
        ours = drawn(text, sg, kind)
        assert ours.dtype.name == kind
        # Quantiles, as the few values of these types make a test of the whole distribution fail.
        for q in (0.1, 0.3, 0.5, 0.9):
            found = np.quantile(ours.array.astype(np.float32), q)
            assert abs(law.cdf(found) - q) < 0.02, (kind, q)


@pytest.mark.parametrize("name", COUNTS)
def test_counts_follow_their_law(name: str) -> None:
    text, law = COUNTS[name]
    ours, theirs = drawn(text, sg), drawn(text, torch)
    assert ours.dtype.name == str(theirs.dtype).split(".")[1]
    for values in (ours.array, theirs.numpy()):
        places = np.arange(max(0, int(law.ppf(1e-3))), int(law.ppf(1 - 1e-3)) + 1)
        seen = np.array([(values == k).sum() for k in places])
        chances = law.pmf(places)
        rest, left = N - seen.sum(), 1 - chances.sum()
        if left > 1e-6:
            seen, chances = np.append(seen, rest), np.append(chances, left)
        else:
            assert rest == 0
        assert scipy.stats.chisquare(seen, chances / chances.sum() * N).pvalue > FLOOR


@pytest.mark.parametrize("name", [*CONTINUOUS, *COUNTS])
def test_draws_repeat_with_the_seed_and_differ_without(name: str) -> None:
    text = {**CONTINUOUS, **COUNTS}[name][0]
    assert sg.equal(drawn(text, sg), drawn(text, sg))
    assert not sg.equal(drawn(text, sg), drawn(text, sg, seed=8))
    if "generator=g" in text:
        before = sg.get_rng_state()
        drawn_default = eval(text.replace("generator=g", "generator=None"), {"m": sg, "N": N, "kind": sg.float32})
        assert not sg.equal(sg.get_rng_state(), before)
        sg.set_rng_state(before)
        again = eval(text.replace("generator=g", "generator=None"), {"m": sg, "N": N, "kind": sg.float32})
        assert sg.equal(drawn_default, again)


def test_uniform_complex_numbers_fill_the_square() -> None:
    for text in (
        "m.rand(N, dtype=m.complex64, generator=g)",
        "m.empty(N, dtype=m.complex64).uniform_(1, 3, generator=g)",
    ):
        ours, theirs = drawn(text, sg), drawn(text, torch)
        low, width = (0, 1) if "rand" in text else (1, 2)
        for values in (ours.array, theirs.numpy()):
            for part in (values.real, values.imag):
                assert scipy.stats.kstest(part, scipy.stats.uniform(low, width).cdf).pvalue > FLOOR


def test_normal_complex_numbers_have_unit_variance_around_the_mean() -> None:
    for module in (sg, torch):
        x = drawn("m.normal(m.full((N,), 1 + 2j), 3.0, generator=g)", module).numpy()
        assert abs(x.mean() - (1 + 2j)) < 0.1
        assert abs(np.mean(np.abs(x - (1 + 2j)) ** 2) - 9) < 0.4


GRADIENTS = """
m.poisson(x)
m.bernoulli(x)
m.normal(x, 1.0)
m.normal(1.0, x)
m.normal(x, m.ones(2, 3))
x.clone().uniform_()
x.clone().normal_()
x.clone().bernoulli_(0.5)
x.clone().bernoulli_(x.detach())
x.clone().exponential_()
x.clone().geometric_(0.5)
x.clone().log_normal_()
x.clone().cauchy_()
x.clone().random_()
""".strip().splitlines()


@pytest.mark.parametrize("text", GRADIENTS)
def test_gradients_of_draws_are_zero_as_in_torch(text: str) -> None:
    for module in (torch, sg):
        x = module.tensor([0.2, 0.5, 0.9], requires_grad=True)
        out = eval(text, {"m": module, "x": x})
        assert out.requires_grad
        (out * x.detach()).sum().backward()
        assert x.grad.tolist() == [0.0, 0.0, 0.0]


WRONG = [
    ("m.poisson(m.tensor([-1.0]))", "rate to be non-negative"),
    ("m.poisson(m.tensor([float('nan')]))", "rate to be non-negative"),
    ("m.poisson(m.tensor([1]))", "not implemented for int64"),
    ("m.poisson(1.0)", "must be a Tensor, not float"),
    ("m.binomial(m.tensor([10]), m.tensor([0.5]))", "only supports floating-point dtypes for count"),
    ("m.binomial(m.tensor([10.0]), m.tensor([0.5]).double())", "expected seedgrad.float32"),
    ("m.binomial(m.tensor([10.0]).half(), m.tensor([0.5]).half())", "not implemented for seedgrad.float16"),
    ("m.binomial(m.tensor([10.0]), 0.5)", "must be a Tensor, not float"),
    ("m.zeros(3).geometric_(0.0)", r"in \(0, 1\), but got p=0.0"),
    ("m.zeros(3).geometric_(1.0)", r"in \(0, 1\), but got p=1.0"),
    ("m.zeros(3).geometric_(float('nan'))", r"in \(0, 1\), but got p=nan"),
    ("m.zeros(3, dtype=m.bool).geometric_(0.5)", "not implemented for bool"),
    ("m.zeros(3).geometric_(m.ones(3))", "'p' must be float, not Tensor"),
    ("m.zeros(3).log_normal_(1, 0)", "std > 0.0, but found std=0"),
    ("m.zeros(3, dtype=m.int64).log_normal_()", "dtype must be a floating point"),
    ("m.zeros(3).cauchy_(1, 0)", "sigma > 0.0, but found sigma=0"),
    ("m.zeros(3, dtype=m.int64).cauchy_()", "dtype must be a floating point"),
    ("m.zeros(3).exponential_(0)", "lambda > 0.0, but found lambda=0"),
    ("m.zeros(3, dtype=m.int64).exponential_()", "dtype must be a floating point"),
    ("m.zeros(3, dtype=m.complex64).exponential_()", "dtype must be a floating point"),
    ("m.zeros(3, dtype=m.int64).normal_()", "not implemented for int64"),
    ("m.zeros(3, dtype=m.int64).uniform_()", "not implemented for int64"),
    ("m.zeros(3).uniform_(0, float('inf'))", "to=inf is out of bounds"),
    ("m.zeros(3).uniform_(float('nan'), 1)", "from=nan is out of bounds"),
    ("m.zeros(3).half().uniform_(0, 1e6)", "out of bounds for float16"),
    ("m.zeros(3).uniform_(until=1)", "unexpected keyword argument 'until'"),
    ("m.zeros(3).bernoulli_(m.tensor([0, 1, 1]))", "not implemented for int64 probabilities"),
    ("m.zeros(3).bernoulli_(m.tensor([0.0, 1]))", "can't be expanded"),
    ("m.zeros(3, dtype=m.complex64).bernoulli_(0.5)", "not implemented for complex64"),
    ("m.bernoulli(m.ones(2), m.ones(2))", "one probability, not a Tensor"),
    ("m.bernoulli(m.tensor([float('nan')]))", r"p to be in \[0, 1\]"),
    ("m.normal(0.0, m.ones(2, dtype=m.complex64))", "standard deviation to be non-complex"),
    ("m.normal(m.zeros(2), float('nan'))", "std >= 0.0"),
    ("m.normal(m.zeros(2), m.ones(3))", "can't be broadcast together"),
    ("m.normal(0, 1, size=(2,), dtype=m.int64)", "not implemented for int64"),
    ("m.zeros(3, dtype=m.uint8).random_(300)", "out of bounds for uint8"),
    ("m.zeros(3, dtype=m.uint8).random_(-5, None)", "out of bounds for uint8"),
    ("m.zeros(3, dtype=m.bool).random_(3)", "out of bounds for bool"),
    ("m.zeros(3).random_(0)", "from=0 >= to=0"),
    ("m.zeros(3, dtype=m.complex64).random_()", "not implemented for complex64"),
    ("m.zeros(3, requires_grad=True).random_()", "a leaf Variable that requires grad"),
    ("m.randint(5, (2,), dtype=m.bool)", "out of bounds for bool"),
    ("m.randint(5.5, (2,))", "'high' must be int, not float"),
    ("m.randint(5, 2)", "where size is a tuple of ints"),
    ("m.randint(2**64, (2,))", "Overflow when unpacking long long"),
    ("m.randint(5, (2,), dtype=m.complex64)", "only integral, floating-point and boolean"),
    ("m.randint(5, (2,), requires_grad=True)", "floating point and complex dtype can require gradients"),
    ("m.randperm(5.0)", "'n' must be int, not float"),
    ("m.randperm(300, dtype=m.uint8)", "cannot be greater than 256 for uint8"),
    ("m.randperm(3000, dtype=m.half)", "cannot be greater than 2049"),
    ("m.randperm(5, dtype=m.bool)", "not implemented for bool"),
    ("m.randperm(5, dtype=m.complex64)", "not implemented for complex64"),
    ("m.rand(2, dtype=m.bool)", "not implemented for bool"),
    ("m.rand(2, generator=3)", "must be seedgrad.Generator, not int"),
    ("m.zeros(2).normal_(generator=3)", "must be seedgrad.Generator, not int"),
    ("m.Generator('tpu')", "the device 'cpu'"),
    ("m.Generator().manual_seed(1.5)", "expected a long, but got float"),
    ("m.Generator().manual_seed(True)", "expected a long, but got bool"),
    ("m.Generator().manual_seed('a')", "expected a long, but got str"),
    ("m.Generator().manual_seed(2**64)", "must fit in 64 bits"),
    ("m.manual_seed(2**64)", "must fit in 64 bits"),
    ("m.Generator().set_state([1])", "expected a ByteTensor.*got list"),
    ("m.Generator().set_state(m.zeros(3))", "must be a ByteTensor"),
    ("m.set_rng_state(m.zeros(3, dtype=m.uint8))", "generator state of size 45"),
]


@pytest.mark.parametrize(("text", "match"), WRONG)
def test_draws_refuse(text: str, match: str) -> None:
    with pytest.raises(Exception) as theirs:
        run(text, torch)
    with pytest.raises(theirs.type, match=match) as ours:
        run(text, sg)
    assert ours.type is theirs.type


def test_whole_draws_beyond_the_digits_of_a_type_warn() -> None:
    for module in (torch, sg):
        with pytest.warns(UserWarning, match=re.escape("[-(2^11), 2^11]")):
            module.zeros(3).half().random_(2**12)


def test_binomial_of_numbers_that_are_no_chances() -> None:
    for module in (torch, sg):
        n = module.tensor([10.0, 10.0, -3.0, 0.0])
        p = module.tensor([1.5, -0.5, 0.5, 0.5])
        assert module.binomial(n, p).tolist() == [10.0, 0.0, 0.0, 0.0]
    with pytest.raises(RuntimeError, match="must be finite"):
        sg.binomial(sg.tensor([float("nan")]), sg.tensor([0.5]))
    with pytest.raises(RuntimeError, match="can't be broadcast"):
        sg.binomial(sg.ones(2), sg.ones(3))
    assert sg.binomial(sg.ones(2), sg.ones(3, 1)).shape == (3, 2)


def both(read: Callable[[Any], Any]) -> Any:
    ours, theirs = read(sg), read(torch)
    assert ours == theirs
    return ours


def test_seeds_equal_those_of_torch() -> None:
    both(lambda m: m.Generator().initial_seed())
    both(lambda m: m.manual_seed(True).initial_seed())
    for seed in (0, 5, -5, 2**64 - 1, -(2**63)):
        both(lambda m, seed=seed: m.Generator().manual_seed(seed).initial_seed())
        both(lambda m, seed=seed: m.manual_seed(seed).initial_seed())
    both(lambda m: m.manual_seed(1.5).initial_seed())
    both(lambda m: m.manual_seed("3").initial_seed())
    both(
        lambda m: (m.manual_seed(9), m.initial_seed(), m.random.initial_seed(), m.default_generator.initial_seed())[1:]
    )
    assert sg.random.seed() == sg.initial_seed()
    assert sg.Generator().device == "cpu"


def test_states_are_byte_tensors_that_can_be_kept() -> None:
    g = sg.Generator().manual_seed(3)
    sg.randint(0, 9, (301,), generator=g)  # leaves half a draw behind
    state = g.get_state()
    assert state.dtype == sg.uint8 and state.ndim == 1
    twin, h = g.clone_state(), sg.Generator()
    assert h.set_state(state) is h
    pickled, copied = pickle.loads(pickle.dumps(g)), copy.deepcopy(g)
    first = sg.randint(0, 99, (5,), generator=g).tolist()
    for other in (twin, h, pickled, copied):
        assert sg.randint(0, 99, (5,), generator=other).tolist() == first
        assert other.initial_seed() == 3
    assert not sg.equal(g.get_state(), state)


def test_the_namespace_is_that_of_torch() -> None:
    ours = {name for name in vars(sg.random) if not name.startswith("_")}
    assert ours - {"default_generator"} == set(torch.random.__all__) - {"thread_safe_generator"}


def test_fork_rng_restores_the_state() -> None:
    sg.manual_seed(1)
    expected = sg.rand(2).tolist()
    for enabled in (True, False):
        sg.manual_seed(1)
        with sg.random.fork_rng(enabled=enabled):
            sg.manual_seed(5)
        assert (sg.rand(2).tolist() == expected) is enabled
    sg.manual_seed(1)
    with pytest.raises(KeyError), sg.random.fork_rng():
        sg.rand(3)
        raise KeyError
    assert sg.rand(2).tolist() == expected
    with pytest.raises(RuntimeError, match="the only device is the CPU"), sg.random.fork_rng(devices=[0]):
        pass


def test_multinomial_gives_what_is_left_at_last_as_torch() -> None:
    for module in (torch, sg):
        assert module.multinomial(module.tensor([0.0, 1.0, 0.0]), 1).tolist() == [1]
        assert module.multinomial(module.zeros(0, 3), 1).shape == (0, 1)
    both(lambda m: m.randperm(0).tolist())
