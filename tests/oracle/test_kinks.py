"""Derivatives where there is none, or more than one: the values that PyTorch chose, stated and compared."""

from __future__ import annotations

import pytest
import torch

import seedgrad as sg

INF, NAN = float("inf"), float("nan")

# what, the points, the derivative at them
KINKS = [
    ("abs", lambda p, x: p.abs(x), [0.0, -0.0], [0.0, 0.0]),
    ("abs of NaN", lambda p, x: p.abs(x), [NAN], [0.0]),
    ("sign", lambda p, x: p.sign(x), [0.0, 1.0], [0.0, 0.0]),
    ("sqrt", lambda p, x: p.sqrt(x), [0.0], [INF]),
    ("rsqrt", lambda p, x: p.rsqrt(x), [0.0], [-INF]),
    ("log", lambda p, x: p.log(x), [0.0], [INF]),
    ("reciprocal", lambda p, x: p.reciprocal(x), [0.0], [-INF]),
    ("norm 2", lambda p, x: p.norm(x), [0.0, 0.0], [0.0, 0.0]),
    ("norm 1", lambda p, x: p.norm(x, 1), [0.0, 2.0], [0.0, 1.0]),
    ("norm 3", lambda p, x: p.norm(x, 3), [0.0, 0.0], [0.0, 0.0]),
    ("norm inf", lambda p, x: p.norm(x, INF), [2.0, -2.0, 1.0], [0.5, -0.5, 0.0]),
    ("std", lambda p, x: p.std(x), [3.0, 3.0], [0.0, 0.0]),
    ("clamp", lambda p, x: p.clamp(x, -1, 1), [-1.0, 1.0, -2.0, 2.0, NAN], None),
    ("clamp_min", lambda p, x: p.clamp_min(x, 0), [0.0, -1.0], [1.0, 0.0]),
    ("clamp between equal bounds", lambda p, x: p.clamp(x, 1, 1), [1.0, 2.0], [1.0, 0.0]),
    ("amax tie", lambda p, x: p.amax(x, 0), [1.0, 3.0, 3.0], [0.0, 0.5, 0.5]),
    ("amin tie", lambda p, x: p.amin(x, 0), [1.0, 1.0, 3.0], [0.5, 0.5, 0.0]),
    ("max of all, tie", lambda p, x: p.max(x), [1.0, 3.0, 3.0], [0.0, 0.5, 0.5]),
    ("max of dim, tie", lambda p, x: p.max(x, 0)[0], [1.0, 3.0, 3.0], [0.0, 1.0, 0.0]),
    ("min of dim, tie", lambda p, x: p.min(x, 0)[0], [1.0, 1.0, 3.0], [1.0, 0.0, 0.0]),
    ("max of all, NaN", lambda p, x: p.max(x), [1.0, NAN, NAN], [0.0, 0.5, 0.5]),
    ("median of all, tie", lambda p, x: p.median(x), [1.0, 2.0, 2.0], [0.0, 0.5, 0.5]),
    ("median of dim, tie", lambda p, x: p.median(x, 0)[0], [1.0, 2.0, 2.0], [0.0, 1.0, 0.0]),
    ("maximum with itself", lambda p, x: p.maximum(x, x), [2.0], [1.0]),
    ("x ** 0", lambda p, x: x**0, [0.0, 2.0], [0.0, 0.0]),
    ("x ** 1", lambda p, x: x**1, [0.0], [1.0]),
    ("x ** 2", lambda p, x: x**2, [0.0], [0.0]),
    ("x ** 0.5", lambda p, x: x**0.5, [0.0], [INF]),
    ("x ** -1", lambda p, x: x**-1, [0.0], [-INF]),
    ("2 ** x", lambda p, x: 2**x, [0.0], None),
    ("0 ** x", lambda p, x: 0**x, [0.0, 1.0, -1.0], None),
    ("x ** x", lambda p, x: x**x, [0.0, 1.0], None),
    ("prod with a zero", lambda p, x: p.prod(x), [2.0, 0.0, 3.0], [0.0, 6.0, 0.0]),
    ("prod with two zeros", lambda p, x: p.prod(x), [0.0, 0.0, 3.0], [0.0, 0.0, 0.0]),
    ("cumprod with zeros", lambda p, x: p.cumprod(x, 0), [2.0, 0.0, 3.0, 0.0], [1.0, 8.0, 0.0, 0.0]),
    ("logsumexp of -inf", lambda p, x: p.logsumexp(x, 0), [-INF, 0.0], [0.0, 1.0]),
    ("round", lambda p, x: p.round(x), [0.5], [0.0]),
    ("frac", lambda p, x: p.frac(x), [1.0], [1.0]),
    ("atanh", lambda p, x: p.atanh(x), [1.0, -1.0], [INF, INF]),
    ("asin", lambda p, x: p.asin(x), [1.0], [INF]),
    ("nan_to_num", lambda p, x: p.nan_to_num(x), [NAN, INF, 1.0], [0.0, 0.0, 1.0]),
]


@pytest.mark.parametrize(("f", "points", "expected"), [pytest.param(*k[1:], id=k[0]) for k in KINKS])
def test_derivative_at_kink(f: object, points: list[float], expected: list[float] | None) -> None:
    """`expected` None: compared with PyTorch only."""
    x = sg.tensor(points, dtype=sg.float64, requires_grad=True)
    y = torch.tensor(points, dtype=torch.float64, requires_grad=True)
    f(sg, x).sum().backward()  # type: ignore[operator]
    f(torch, y).sum().backward()  # type: ignore[operator]
    assert x.grad.tolist() == pytest.approx(y.grad.tolist(), rel=1e-12, nan_ok=True)
    if expected is not None:
        assert x.grad.tolist() == pytest.approx(expected, rel=1e-12)


PAIR_KINKS = [
    ("maximum", [(1.0, 1.0), (NAN, 1.0), (1.0, NAN), (NAN, NAN), (2.0, 1.0)]),
    ("minimum", [(1.0, 1.0), (NAN, 1.0), (1.0, NAN), (NAN, NAN), (2.0, 1.0)]),
    ("fmax", [(1.0, 1.0), (NAN, 1.0), (1.0, NAN), (NAN, NAN)]),
    ("fmin", [(1.0, 1.0), (NAN, 1.0), (1.0, NAN), (NAN, NAN)]),
    ("atan2", [(0.0, 0.0), (0.0, -1.0), (1.0, 0.0), (-0.0, -0.0)]),
    ("hypot", [(0.0, 0.0), (0.0, 1.0)]),
    ("pow", [(0.0, 0.0), (0.0, 1.0), (0.0, -1.0), (-1.0, 2.0), (0.0, 0.5), (INF, 0.0)]),
    ("xlogy", [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (0.0, -1.0)]),
    ("fmod", [(3.0, 1.0), (-3.0, 1.0), (1.0, 0.0)]),
    ("remainder", [(3.0, 1.0), (-3.0, 1.0), (1.0, 0.0)]),
    ("logaddexp", [(0.0, 0.0), (INF, 0.0), (-INF, 0.0)]),
    ("div", [(0.0, 0.0), (1.0, 0.0)]),
]


@pytest.mark.parametrize(("name", "pairs"), [pytest.param(*k, id=k[0]) for k in PAIR_KINKS])
def test_derivatives_at_kink_of_two(name: str, pairs: list[tuple[float, float]]) -> None:
    results = []
    for package in (sg, torch):
        a, b = (
            package.tensor(side, dtype=package.float64, requires_grad=True)
            for side in map(list, zip(*pairs, strict=True))
        )
        getattr(package, name)(a, b).sum().backward()
        results.append((a.grad.tolist(), b.grad.tolist()))
    for ours, theirs in zip(*results, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-12, nan_ok=True)


def test_clamp_bounds_receive_what_the_input_does_not() -> None:
    results = []
    for package in (sg, torch):
        x, low, high = (
            package.tensor(v, dtype=package.float64, requires_grad=True)
            for v in (
                [0.0, 1.0, 2.0, 3.0, 1.0, 5.0],
                [0.0, 1.5, 0.0, 3.0, 2.0, 4.0],
                [0.0, 2.0, 1.0, 3.0, 1.0, 3.0],
            )
        )
        package.clamp(x, low, high).sum().backward()
        results.append((x.grad.tolist(), low.grad.tolist(), high.grad.tolist()))
    assert results[0] == results[1]


# What an infinite or NaN gradient becomes on its way to an input that has no part in the result: 0, not NaN.
SHUT = [
    ("relu", lambda p, x: p.relu(x)),
    ("clamp min", lambda p, x: x.clamp(min=0)),
    ("clamp both", lambda p, x: x.clamp(-0.5, 1)),
    ("clamp tensors", lambda p, x: x.clamp(p.zeros_like(x), p.ones_like(x))),
    ("maximum", lambda p, x: p.maximum(x, p.full_like(x, 0.5))),
    ("minimum", lambda p, x: p.minimum(x, p.full_like(x, 0.5))),
    ("fmax", lambda p, x: p.fmax(x, p.full_like(x, 0.5))),
    ("fmin", lambda p, x: p.fmin(x, p.full_like(x, 0.5))),
    ("hardtanh", lambda p, x: p.nn.functional.hardtanh(x)),
    ("relu6", lambda p, x: p.nn.functional.relu6(x)),
    ("hardsigmoid", lambda p, x: p.nn.functional.hardsigmoid(x)),
    ("hardswish", lambda p, x: p.nn.functional.hardswish(x)),
    ("hardshrink", lambda p, x: p.nn.functional.hardshrink(x, 0.7)),
    ("softshrink", lambda p, x: p.nn.functional.softshrink(x, 0.7)),
    ("threshold", lambda p, x: p.nn.functional.threshold(x, 0.1, 2.0)),
    ("prelu", lambda p, x: p.nn.functional.prelu(p.ones_like(x), x[0].reshape(1))),
    ("where", lambda p, x: p.where(x > 0, x, 1.0)),
    ("masked_fill", lambda p, x: x.masked_fill(x <= 0, 1.0)),
    ("nan_to_num", lambda p, x: p.nan_to_num(x)),
    ("x ** y for x", lambda p, x: x ** p.zeros_like(x)),
    ("x ** y for y", lambda p, x: p.zeros_like(x) ** p.relu(x)),
]


@pytest.mark.parametrize("kind", ["float64", "float32", "float16", "bfloat16"])
@pytest.mark.parametrize("g", [INF, -INF, NAN])
@pytest.mark.parametrize("f", [pytest.param(s[1], id=s[0]) for s in SHUT])
def test_gradient_that_is_not_finite(f: object, g: float, kind: str) -> None:
    points = [-4.0, -2.0, -0.6, 0.2, 0.6, 2.0, 4.0]
    found = []
    for p in (torch, sg):
        x = p.tensor(points, dtype=getattr(p, kind), requires_grad=True)
        y = f(p, x)
        y.backward(p.full_like(y, g))
        found.append(x.grad.tolist())
    assert found[1] == pytest.approx(found[0], nan_ok=True)


@pytest.mark.parametrize("points", [[2.0, 2.0, 2.0], [0.0, 0.0, 0.0], [1.0, 2.0, -3.0]])
@pytest.mark.parametrize(
    "f",
    [
        pytest.param(lambda p, x: x.std(), id="std"),
        pytest.param(lambda p, x: x.std(0, correction=0, keepdim=True), id="std along a dimension"),
        pytest.param(lambda p, x: x.norm(1.5), id="norm 1.5"),
        pytest.param(lambda p, x: x.norm(3), id="norm 3"),
        pytest.param(lambda p, x: x.max(), id="max"),
        pytest.param(lambda p, x: x.min(), id="min"),
        pytest.param(lambda p, x: x.median(), id="median"),
        pytest.param(lambda p, x: x.nanmedian(), id="nanmedian"),
    ],
)
def test_infinite_gradient_into_a_reduction(f: object, points: list[float]) -> None:
    found = []
    for p in (torch, sg):
        x = p.tensor(points, requires_grad=True)
        y = f(p, x)
        y.backward(p.full_like(y, INF))
        found.append(x.grad.tolist())
    assert found[1] == pytest.approx(found[0], nan_ok=True)


@pytest.mark.parametrize("kind", ["RNN", "RNNCell"])
def test_gradient_that_is_not_finite_through_a_recurrence(kind: str) -> None:
    found = []
    for p in (torch, sg):
        net = getattr(p.nn, kind)(1, 2, nonlinearity="relu")
        with p.no_grad():
            for w in net.parameters():
                w.fill_(-1.0)
        x = p.tensor([[0.5]], requires_grad=True)
        out = net(x)
        (out[0] if kind == "RNN" else out).sqrt().sum().backward()
        found.append([x.grad.tolist(), *[w.grad.tolist() for w in net.parameters()]])
    assert found[1] == found[0]


def test_clamped_root_under_create_graph() -> None:
    x = sg.tensor([-1.0, 4.0], requires_grad=True)
    (g,) = sg.autograd.grad(x.relu().sqrt().sum(), [x], create_graph=True)
    (h,) = sg.autograd.grad(g.sum(), [x])
    assert g.tolist() == [0.0, 0.25]
    assert h.tolist() == [0.0, -0.03125]
