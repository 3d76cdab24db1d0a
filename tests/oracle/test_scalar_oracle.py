"""The scalar engine against PyTorch in float64 and against micrograd, on random programs and at the edges."""

import math
import operator
import runpy
from pathlib import Path

import micrograd.engine
import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from seedgrad.scalar import Value
from seedgrad.scalar_nn import Neuron

BENCHMARK = Path(__file__).parent.parent.parent / "benchmarks" / "scalar_moons.py"

# What all three know how to do. micrograd raises to constant powers only.
COMMON = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "neg": lambda a, b: -a,
    "relu": lambda a, b: a.relu(),
    "square": lambda a, b: a**2,
    "cube": lambda a, b: a**3,
    "inverse": lambda a, b: a**-1,
    "a+2": lambda a, b: a + 2,
    "3-a": lambda a, b: 3 - a,
    "a*-1.5": lambda a, b: a * -1.5,
    "a/4": lambda a, b: a / 4,
    "0.5/a": lambda a, b: 0.5 / a,
}
ALL = {
    **COMMON,
    "**": operator.pow,
    "2**a": lambda a, b: 2**a,
    "a**0.5": lambda a, b: a**0.5,
    "tanh": lambda a, b: a.tanh(),
    "sigmoid": lambda a, b: a.sigmoid(),
    "exp": lambda a, b: a.exp(),
    "log": lambda a, b: a.log(),
}

leaves = st.lists(st.floats(0.1, 3).flatmap(lambda x: st.sampled_from([x, -x])), min_size=1, max_size=4)


def programs(ops):
    """Lists of (operation, i, j): apply it to the i-th and j-th value so far, counted from the last."""
    step = st.tuples(st.sampled_from(sorted(ops)), st.integers(0, 7), st.integers(0, 7))
    return st.lists(step, min_size=1, max_size=14)


def execute(ops, program, inputs):
    """All values of the program: the inputs, then each result. Later steps share earlier ones."""
    values = list(inputs)
    for name, i, j in program:
        a, b = values[-1 - i % len(values)], values[-1 - j % len(values)]
        values.append(ops[name](a, b))
    return values


def in_torch(ops, program, numbers):
    inputs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in numbers]
    values = execute(ops, program, inputs)
    for value in values:
        value.retain_grad()
    values[-1].backward()
    data, grads = [v.item() for v in values], [0.0 if v.grad is None else v.grad.item() for v in values]
    # Beyond these bounds the last bit of a value decides about the first digits of a gradient.
    assume(all(math.isfinite(x) and abs(x) < 1e4 for x in data + grads))
    assume(not any(0 < abs(x) < 1e-4 for x in data))
    return data, grads


def in_seedgrad(ops, program, numbers):
    values = execute(ops, program, [Value(x) for x in numbers])
    values[-1].backward()
    return [v.data for v in values], [v.grad for v in values]


@settings(max_examples=300, deadline=None)
@given(programs(ALL), leaves)
def test_random_program_agrees_with_torch(program, numbers):
    data, grads = in_torch(ALL, program, numbers)
    got, got_grads = in_seedgrad(ALL, program, numbers)
    np.testing.assert_allclose(got, data, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(got_grads, grads, rtol=1e-9, atol=1e-9)


@settings(max_examples=300, deadline=None)
@given(programs(COMMON), leaves)
def test_random_program_agrees_with_micrograd(program, numbers):
    in_torch(COMMON, program, numbers)  # leaves out ill-conditioned programs
    values = execute(COMMON, program, [micrograd.engine.Value(x) for x in numbers])
    values[-1].backward()
    got, got_grads = in_seedgrad(COMMON, program, numbers)
    np.testing.assert_allclose(got, [v.data for v in values], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(got_grads, [v.grad for v in values], rtol=1e-9, atol=1e-9)


SPECIAL = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.0,
    -3.0,
    1e200,
    -1e200,
    1e-200,
    -800.0,
    800.0,
    math.inf,
    -math.inf,
    math.nan,
]


def compare(f, numbers):
    theirs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in numbers]
    expected = f(*theirs)
    expected.backward()
    ours = [Value(x) for x in numbers]
    out = f(*ours)
    out.backward()
    np.testing.assert_allclose(
        [out.data, *(v.grad for v in ours)], [expected.item(), *(t.grad.item() for t in theirs)], rtol=1e-14
    )


@pytest.mark.parametrize("name", ["neg", "relu", "tanh", "sigmoid", "exp", "log"])
@pytest.mark.parametrize("x", SPECIAL)
def test_unary_at_the_edges_agrees_with_torch(name, x):
    compare(lambda v: getattr(v, name)(), [x])


@pytest.mark.parametrize("op", [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow])
@pytest.mark.parametrize("x", SPECIAL)
def test_binary_at_the_edges_agrees_with_torch(op, x):
    for y in SPECIAL:
        compare(op, [x, y])


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, -1, -2, 0.5, -0.5, 2.5])
@pytest.mark.parametrize("x", SPECIAL)
def test_constant_powers_at_the_edges_agree_with_torch(x, exponent):
    if abs(exponent) == 0.5 and (x == -math.inf or (x == 0 and math.copysign(1, x) < 0)):
        return  # PyTorch takes the square root here, which differs from its own power: sqrt(-0.0) is -0.0
    compare(lambda v: v**exponent, [x])


@pytest.mark.parametrize("base", [0, 1, 2, 0.5, 1e200])
@pytest.mark.parametrize("x", SPECIAL)
def test_powers_of_constants_at_the_edges_agree_with_torch(x, base):
    compare(lambda v: base**v, [x])


def test_used_up_parts_are_an_error_in_torch_too():
    for leaf in (Value(2.0), torch.tensor(2.0, requires_grad=True)):
        inner = leaf * leaf
        (inner * 3).backward()
        with pytest.raises(RuntimeError, match="backward through the graph a second time"):
            (inner * 5).backward()


def test_benchmark_trains_the_same_networks_in_both_engines(monkeypatch):
    monkeypatch.setattr(Neuron, "__call__", Neuron.__call__)  # the benchmark replaces it for one of the kinds
    benchmark = runpy.run_path(str(BENCHMARK))
    steps = {kind: benchmark["trainer"](kind) for kind in benchmark["KINDS"]}
    losses = np.array([[step() for step in steps.values()] for _ in range(3)])
    assert losses[0, 0] > losses[-1, 0]
    np.testing.assert_allclose(losses, losses[:, :1].repeat(3, axis=1), rtol=1e-12)
