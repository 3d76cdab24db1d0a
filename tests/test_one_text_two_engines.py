"""One program text runs on scalar Values and on 0-d float64 Tensors, with equal values and gradients."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import seedgrad as sg
from seedgrad.scalar import Value

Program = Callable[..., Any]


def operators(x, y):
    """Every operator, with its operand on either side."""
    a = x + y * 2.0 - 3.0 / y
    b = 1.5 - x / 4.0 + (0.5 + y) * (2.0 * x)
    return a * b - (-a) / (b**2 + 1.0)


def powers(x, y):
    """All three kinds of power; x and y are positive in all cases."""
    return x**3 + x**-1.5 + x**y + 2.0**y + (x * y) ** 0.5 + x**0


def functions(x, y):
    """Every method."""
    s = (x - y).tanh() + (x * y).sigmoid() + (x / y).exp()
    return s.log() + (x - 2.0 * y).relu() + (y - 2.0 * x).relu() + s.neg()


def neuron(x, y):
    """A network 2-2-1 with a squared loss, as in lesson 2."""
    h1 = (0.3 * x - 0.8 * y + 0.1).tanh()
    h2 = (-0.5 * x + 0.9 * y - 0.2).relu()
    return ((h1 * x + h2 * y + 0.5).sigmoid() - 1.0) ** 2


def shared_loop(x, y):
    """Each step uses the one before twice: 2 to the power of 12 ways lead back to x."""
    for _ in range(12):
        x = x * 0.5 + x * y * 0.1
    return x


def newton(x, y):
    """The square root of x + y by Newton's steps, whose derivative is 1 / (2 sqrt(x + y))."""
    root = 1.0
    for _ in range(8):
        root = 0.5 * (root + (x + y) / root)
    return root


def early_and_late(x, y):
    """One Value is used at once and again at the end: its gradient is complete only late."""
    s = x * y
    t = s.tanh()
    for _ in range(5):
        t = (t + s).sigmoid()
    return t * s


def same_twice(x, y):
    """Both operands are the same object."""
    s = x - y
    return s * s + s / s + (s * s) * s


def unused(x, y):
    return x * 2.0


PROGRAMS = [operators, powers, functions, neuron, shared_loop, newton, early_and_late, same_twice, unused]
POINTS = [(0.7, 1.9), (2.5, 0.4), (1.0, 3.0), (1e-3, 0.2)]


def on_values(program: Program, numbers: tuple[float, ...]) -> tuple[float, list[float]]:
    inputs = [Value(number) for number in numbers]
    out = program(*inputs)
    out.backward()
    return out.data, [x.grad for x in inputs]


def on_tensors(program: Program, numbers: tuple[float, ...]) -> tuple[float, list[float]]:
    inputs = [sg.tensor(number, dtype=sg.float64, requires_grad=True) for number in numbers]
    out = program(*inputs)
    out.backward()
    assert out.shape == () and out.dtype == sg.float64
    return out.item(), [0.0 if x.grad is None else x.grad.item() for x in inputs]


def assert_equal_engines(program: Program, numbers: tuple[float, ...]) -> None:
    """Equal to rounding: both engines compute the same formulas, in an order of their own."""
    (value, grads), (tensor_value, tensor_grads) = on_values(program, numbers), on_tensors(program, numbers)
    assert value == pytest.approx(tensor_value, rel=1e-13, abs=1e-300, nan_ok=True)
    scale = max((abs(g) for g in grads if math.isfinite(g)), default=0.0)
    assert grads == pytest.approx(tensor_grads, rel=1e-11, abs=1e-13 * scale, nan_ok=True)


@pytest.mark.parametrize("numbers", POINTS)
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_program_has_equal_values_and_gradients_on_both_engines(program, numbers):
    assert_equal_engines(program, numbers)


def test_newton_differentiates_to_the_slope_of_the_root():
    assert on_values(newton, (2.0, 7.0))[1] == pytest.approx([1 / 6, 1 / 6], rel=1e-12)


@pytest.mark.parametrize(
    "program, numbers",
    [
        (lambda x: x.relu(), (0.0,)),
        (lambda x: x.relu(), (-0.0,)),
        (lambda x: x.log(), (0.0,)),
        (lambda x: x.log(), (-1.0,)),
        (lambda x: 1.0 / x, (0.0,)),
        (lambda x: x**0, (0.0,)),
        (lambda x: x**0.5, (0.0,)),
        (lambda x: x ** (1 / 3), (-8.0,)),
        (lambda x: x.exp(), (1000.0,)),
        (lambda x: x.sigmoid(), (-1000.0,)),
        (lambda x: x.tanh(), (40.0,)),
        (lambda x, y: x**y, (0.0, 2.0)),
        (lambda x, y: x**y, (0.0, 0.0)),
        (lambda x, y: x**y, (-2.0, 3.0)),
        (lambda x, y: x / y, (0.0, 0.0)),
    ],
)
def test_kinks_and_infinities_are_equal_on_both_engines(program, numbers):
    assert_equal_engines(program, numbers)


def test_gradients_accumulate_over_two_passes_on_both_engines():
    x, t = Value(3.0), sg.tensor(3.0, dtype=sg.float64, requires_grad=True)
    for leaf in (x, t):
        for _ in range(2):
            (leaf * leaf).backward()
    assert x.grad == t.grad.item() == 12.0


def test_second_pass_is_refused_by_both_engines():
    for leaf in (Value(3.0), sg.tensor(3.0, dtype=sg.float64, requires_grad=True)):
        out = leaf * leaf
        out.backward(retain_graph=True)
        out.backward()
        with pytest.raises(RuntimeError, match="Trying to backward through the graph a second time"):
            out.backward()


# Random programs: each step applies an operation to earlier results; nothing overflows.
UNARY = ["neg", "relu", "tanh", "sigmoid", "exp", "log"]
STEP = st.tuples(st.sampled_from([*"+-*/", *UNARY]), st.integers(0, 99), st.integers(0, 99))
NUMBERS = st.floats(-3, 3, allow_nan=False).map(lambda number: round(number, 3))


def run(steps: list[tuple[str, int, int]], inputs: list[Any]) -> Any:
    made = list(inputs)
    for name, i, j in steps:
        x, y = made[i % len(made)], made[j % len(made)]
        if name == "+":
            result = x + y
        elif name == "-":
            result = x - y
        elif name == "*":
            result = x * y.tanh()
        elif name == "/":
            result = x / (y * y + 0.5)
        elif name == "exp":
            result = x.tanh().exp()
        elif name == "log":
            result = (x * x + 0.5).log()
        else:
            result = getattr(x, name)()
        made.append(result)
    return made[-1] + 0.5 * made[len(made) // 2]


@given(st.lists(STEP, min_size=1, max_size=25), st.tuples(NUMBERS, NUMBERS, NUMBERS))
def test_random_programs_have_equal_gradients_on_both_engines(steps, numbers):
    assert_equal_engines(lambda *inputs: run(steps, list(inputs)), numbers)
