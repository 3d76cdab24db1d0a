"""The scalar engine: values, derivatives, graphs that are shared, deep or used up, and what is refused."""

import ast
import doctest
import gc
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from seedgrad import scalar
from seedgrad.scalar import Value

INF, NAN = math.inf, math.nan

UNARY = {
    "neg": (lambda x: -x, [-1.5, 0.0, 2.0]),
    "relu": (lambda x: x.relu(), [-1.5, 0.3, 2.0]),
    "tanh": (lambda x: x.tanh(), [-3.0, 0.0, 0.7]),
    "sigmoid": (lambda x: x.sigmoid(), [-4.0, 0.0, 2.5]),
    "exp": (lambda x: x.exp(), [-2.0, 0.0, 1.5]),
    "log": (lambda x: x.log(), [0.1, 1.0, 7.0]),
}
BINARY = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "truediv": lambda x, y: x / y,
    "pow": lambda x, y: x**y,
}


def slope(f, x, h=1e-6):
    return (f(Value(x + h)).data - f(Value(x - h)).data) / (2 * h)


def derivative(f, *numbers):
    """The value of f, and its derivative for each of the numbers."""
    leaves = [Value(x) for x in numbers]
    out = f(*leaves)
    out.backward()
    return out.data, [leaf.grad for leaf in leaves]


@pytest.mark.parametrize("name", UNARY)
def test_unary_derivative_is_the_slope(name):
    f, points = UNARY[name]
    for x in points:
        _, (grad,) = derivative(f, x)
        assert grad == pytest.approx(slope(f, x), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("x, y", [(2.0, 3.0), (0.5, -1.5), (7.0, 0.25)])
def test_binary_derivative_is_the_slope_on_each_side(name, x, y):
    f = BINARY[name]
    _, (grad_x, grad_y) = derivative(f, x, y)
    assert grad_x == pytest.approx(slope(lambda v: f(v, y), x), rel=1e-7)
    assert grad_y == pytest.approx(slope(lambda v: f(x, v), y), rel=1e-7)


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("number", [3, 3.0, True, np.float64(3), np.float32(3)], ids=lambda n: type(n).__name__)
def test_number_on_either_side_is_a_constant(name, number):
    f, x, n = BINARY[name], 2.0, float(number)
    (right, (grad_right,)), (both, grads) = derivative(lambda v: f(v, number), x), derivative(f, x, n)
    assert (right, grad_right) == (both, grads[0])
    (left, (grad_left,)), (both, grads) = derivative(lambda v: f(number, v), x), derivative(f, n, x)
    assert (left, grad_left) == (both, grads[1])


@pytest.mark.parametrize(
    "f, point, value, grads",
    [
        ("relu", (0.0,), 0.0, [0.0]),
        ("relu", (NAN,), NAN, [1.0]),
        ("relu", (INF,), INF, [1.0]),
        ("sigmoid", (-1000.0,), 0.0, [0.0]),
        ("sigmoid", (1000.0,), 1.0, [0.0]),
        ("exp", (1000.0,), INF, [INF]),
        ("exp", (-1000.0,), 0.0, [0.0]),
        ("log", (0.0,), -INF, [INF]),
        ("log", (-0.0,), -INF, [-INF]),
        ("log", (-2.0,), NAN, [-0.5]),
        ("tanh", (1000.0,), 1.0, [0.0]),
        ("truediv", (1.0, 0.0), INF, [INF, -INF]),
        ("truediv", (-1.0, -0.0), INF, [-INF, INF]),
        ("truediv", (0.0, 0.0), NAN, [INF, NAN]),
        ("pow", (0.0, 0.0), 1.0, [0.0, 0.0]),
        ("pow", (0.0, 2.0), 0.0, [0.0, 0.0]),
        ("pow", (0.0, 1.0), 0.0, [1.0, 0.0]),
        ("pow", (0.0, 0.5), 0.0, [INF, 0.0]),
        ("pow", (0.0, -1.0), INF, [-INF, -INF]),
        ("pow", (-0.0, -1.0), -INF, [-INF, INF]),
        ("pow", (-2.0, 3.0), -8.0, [12.0, NAN]),
        ("pow", (-2.0, 0.0), 1.0, [0.0, NAN]),
        ("pow", (-8.0, 1 / 3), NAN, [NAN, NAN]),
        ("pow", (1e200, 2.0), INF, [2e200, INF]),
        ("pow", (-1e200, 3.0), -INF, [INF, NAN]),
        ("pow", (NAN, 0.0), 1.0, [0.0, NAN]),
    ],
)
def test_edges_give_the_limits_of_floating_point(f, point, value, grads):
    got, got_grads = derivative(BINARY.get(f) or UNARY[f][0], *point)
    np.testing.assert_array_equal([got, *got_grads], [value, *grads])


def test_sigmoid_keeps_its_digits_far_from_zero():
    assert derivative(UNARY["sigmoid"][0], -40.0)[0] == pytest.approx(math.exp(-40), rel=1e-12)


def test_value_used_twice_adds_up_both_ways():
    assert derivative(lambda x: x * x, 3.0) == (9.0, [6.0])
    assert derivative(lambda x: x + x, 3.0) == (6.0, [2.0])
    assert derivative(lambda x: x - x, 3.0) == (0.0, [0.0])

    def diamond(x, y):
        s = x * y
        return (s + x) * (s - y) + s

    # (xy + x)(xy - y) + xy: d/dx = (y + 1)(xy - y) + (xy + x)y + y, d/dy = x(xy - y) + (xy + x)(x - 1) + x
    assert derivative(diamond, 2.0, 3.0) == (30.0, [39.0, 16.0])


def test_sum_of_a_list_works_as_for_numbers():
    xs = [Value(i) for i in range(4)]
    total = sum(x * x for x in xs)
    total.backward()
    assert (total.data, [x.grad for x in xs]) == (14.0, [0.0, 2.0, 4.0, 6.0])


def test_leaves_accumulate_over_passes():
    x = Value(2.0)
    (x * 3).backward()
    (x * x).backward()
    assert x.grad == 7.0
    x.backward()
    assert x.grad == 8.0


def test_inner_values_keep_the_gradient_of_the_last_pass_only():
    x = Value(2.0)
    inner = x * 3
    out = inner * 5
    out.backward(retain_graph=True)
    assert (out.grad, inner.grad, x.grad) == (1.0, 5.0, 15.0)
    out.backward(retain_graph=True)
    assert (out.grad, inner.grad, x.grad) == (1.0, 5.0, 30.0)
    inner.backward()
    assert (out.grad, inner.grad, x.grad) == (1.0, 1.0, 33.0)


def test_second_backward_over_a_consumed_graph_raises():
    x = Value(2.0)
    out = x * x
    out.backward()
    with pytest.raises(
        RuntimeError,
        match=r"backward through the graph a second time: the local derivatives of "
        r"Value\(data=4.0, grad=1.0\) \(op '\*'\) were freed by an earlier backward\(\)\. "
        r"Call the earlier one with retain_graph=True",
    ):
        out.backward()
    assert x.grad == 4.0


def test_retained_graph_is_consumed_by_the_pass_that_does_not_retain_it():
    x = Value(2.0)
    out = x * x
    out.backward(retain_graph=True)
    out.backward()
    assert x.grad == 8.0
    with pytest.raises(RuntimeError, match="retain_graph=True"):
        out.backward()


def test_graph_built_on_a_consumed_value_raises_and_changes_no_gradient():
    x, y = Value(2.0), Value(3.0)
    inner = x * x
    (inner + y).backward()
    later = inner * y
    with pytest.raises(RuntimeError, match=r"local derivatives of Value\(data=4.0, grad=1.0\)"):
        later.backward()
    assert (x.grad, y.grad, inner.grad, later.grad) == (4.0, 1.0, 1.0, 0.0)


def test_derivatives_belong_to_the_data_of_the_forward_pass():
    x, y = Value(2.0), Value(3.0)
    out = x * y
    x.data = 100.0
    out.backward()
    assert y.grad == 2.0


def test_value_is_hashed_and_compared_by_identity():
    a, b = Value(1.0), Value(1.0)
    assert a != b and a == a and len({a, b, a}) == 2
    assert "__eq__" not in vars(Value) and "__hash__" not in vars(Value)


def test_value_refuses_misspelt_attributes():
    with pytest.raises(AttributeError):
        Value(1.0).gard = 0.0


def test_leaf_data_is_a_float_and_repr_shows_it():
    assert repr(Value(2)) == "Value(data=2.0, grad=0.0)"
    assert type(Value(np.int64(2)).data) is float


@pytest.mark.parametrize("wrong", ["2", None, [1.0, 2.0], 1j, np.ones(2)], ids=lambda w: type(w).__name__)
def test_other_than_a_real_number_is_refused(wrong):
    message = rf"Value works on single real numbers, got .*\(a {type(wrong).__name__}\)"
    with pytest.raises(TypeError, match=message):
        Value(wrong)
    with pytest.raises(TypeError, match=message):
        Value(1.0) * wrong


def test_million_values_deep_differentiates_and_is_freed():
    # In a process of its own: a stack overflow in C would take the test run with it.
    program = """if True:
        from seedgrad.scalar import Value
        x = y = Value(1.0)
        for i in range(333_334):
            y = (y * 1.0 + x).neg()
        y.backward()
        assert x.grad == 1.0  # y = -(y + x) takes dy/dx from 1 to -2 and back, an even number of times
        del y
        unary = Value(0.5)
        for i in range(1_000_000):
            unary = unary.neg()
        del unary
        print("freed")
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "freed\n"), done.stderr


def test_graph_is_freed_without_the_garbage_collector():
    def living():
        return sum(type(o) is Value for o in gc.get_objects())

    gc.collect()
    gc.disable()
    try:
        before = living()
        x = Value(0.5)
        for _ in range(10):
            out = sum((x * i).tanh() ** 2 for i in range(20))
            out.backward()
        del x, out
        assert living() == before
    finally:
        gc.enable()


def test_scalar_is_short_and_needs_the_standard_library_only():
    source = Path(scalar.__file__).read_text(encoding="utf-8")
    tree = ast.parse(source)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = [getattr(node, "module", None) or node.names[0].name for node in imports]
    assert set(names) <= sys.stdlib_module_names
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            del node.body[0]
    lines = [line for line in ast.unparse(tree).splitlines() if line.strip()]  # no comments, none wrapped
    assert len(lines) <= 100


def test_docs_page_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = Path(__file__).parent.parent / "docs" / "scalar.md"
    result = doctest.testfile(str(page), module_relative=False, raise_on_error=True)
    assert result.attempted > 15
    assert (tmp_path / "graph.svg").exists()
