"""Compiled norms against their definitions in float64, and the NumPy kernel of group_norm."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.core import kernel as registry
from seedgrad.core.kernel import LARGE
from seedgrad.core.op import Op, tensor_namespace
from seedgrad.ops import norm

pytest.importorskip("numba")

registry.load()
Array = np.ndarray[Any, Any]


def channels_last(x: Array) -> Array:
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)


def normal(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).standard_normal(shape)


# op, inputs, settings
CASES: list[tuple[Op, list[Any], dict[str, Any]]] = [
    *[
        (norm.layer_norm, [normal(*shape) + 3, *rest], {"ndim": ndim, "eps": eps})
        for (shape, ndim), eps in itertools.product((((900, 40), 1), ((50, 20, 3, 9), 2), ((3, 9000), 1)), (1e-5, 0.1))
        for rest in itertools.product(*[(None, normal(*shape[len(shape) - ndim :], seed=s)) for s in (1, 2)])
    ],
    *[
        (norm.rms_norm, [normal(*shape), w], {"ndim": 1})
        for shape in ((900, 40), (5, 70, 129))
        for w in (None, normal(shape[-1], seed=1))
    ],
    *[
        (norm.group_norm, [layout(normal(*shape) + 2), *rest], {"groups": groups, "eps": 1e-3})
        for shape, groups in (((40, 6, 9, 11), 3), ((600, 30), 5), ((3, 8, 900), 1), ((2, 4, 60, 60), 4))
        for layout in (np.ascontiguousarray, channels_last)
        for rest in ((None, None), (normal(shape[1], seed=1), None), (normal(shape[1]), normal(shape[1], seed=1)))
    ],
    *[
        (norm.batch_norm, [layout(normal(*shape) + 5), *rest], {"eps": 1e-3})
        for shape in ((700, 30), (40, 6, 9, 11), (30, 8, 90), (2, 5, 3, 40, 41))
        for layout in (np.ascontiguousarray, channels_last)
        for rest in ((None, None), (normal(shape[1], seed=1), None), (normal(shape[1]), normal(shape[1], seed=1)))
    ],
]


CASES += [
    (norm.channel_affine, [layout(normal(*shape)), normal(shape[1], seed=1), normal(shape[1], seed=2)], {})
    for shape in ((700, 30), (40, 6, 9, 11), (2, 5, 3, 40, 41))
    for layout in (np.ascontiguousarray, channels_last)
]


def name_of(case: Any) -> str:
    op, inputs, settings = case
    return f"{op.name}-{[None if x is None else x.shape for x in inputs]}-{settings}"


def results(op: Op, inputs: list[Any], settings: dict[str, Any], kind: Any, definition: bool = False) -> list[Array]:
    """Outputs and gradients of all inputs."""
    xs = [None if x is None else sg.Tensor(x.astype(kind, order="K")) for x in inputs]
    given = [x for x in xs if x is not None]
    for x in given:
        x.requires_grad = True
    call = (lambda *a, **s: op.definition(tensor_namespace, *a, **s)) if definition else op.call
    outs = call(*xs, **settings)
    outs = outs if isinstance(outs, tuple) else (outs,)
    g = normal(*outs[0].shape, seed=3).astype(kind)
    grads = sg.autograd.grad(outs[0], given, sg.Tensor(g))
    return [*(o.detach().array for o in outs), *(d.array for d in grads)]


@pytest.mark.parametrize("case", CASES, ids=name_of)
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_kernel_is_the_definition(case: Any, kind: Any) -> None:
    op, inputs, settings = case
    cast = [None if x is None else x.astype(kind, order="K") for x in inputs]
    assert op.kernels["numba"].forward(*cast, **settings) is not NotImplemented
    exact = results(op, inputs, settings, np.float64, definition=True)
    tolerance = 3e-5 if kind is np.float32 else 1e-11
    for a, b in zip(results(op, inputs, settings, kind), exact, strict=True):
        assert a.dtype == kind
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance * max(1, np.abs(b).max()))
    if op is norm.group_norm:
        plain = {"numpy": op.kernels["numpy"]}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(op, "kernels", plain)
            for a, b in zip(results(op, inputs, settings, kind), exact, strict=True):
                np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance * max(1, np.abs(b).max()))


@pytest.mark.parametrize("name", ["layer_norm", "rms_norm", "group_norm", "batch_norm"])
def test_some_inputs_need_no_gradient(name: str) -> None:
    op: Op = getattr(norm, name)
    found = []
    for needs in itertools.product((False, True), repeat=2):
        x, w = sg.Tensor(normal(600, 32)), sg.Tensor(normal(32, seed=1))
        x.requires_grad, w.requires_grad = needs
        outs = op.call(x, w)
        out = outs[0] if isinstance(outs, tuple) else outs
        given = [t for t in (x, w) if t.requires_grad]
        if given:
            grads = sg.autograd.grad((out * out * out).sum(), given)
            found.append(dict(zip([id(t) == id(x) for t in given], grads, strict=True)))
    both = found[-1]
    for part in found[:-1]:
        for key, grad in part.items():
            np.testing.assert_allclose(grad.array, both[key].array, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ["layer_norm", "rms_norm", "group_norm", "batch_norm"])
def test_kernels_decline_and_pass_on_nan(name: str) -> None:
    op: Op = getattr(norm, name)
    forward = op.kernels["numba"].forward
    assert forward(np.zeros((4, 5))) is NotImplemented  # of float64, for which few numbers are not worth compiling
    assert forward(np.zeros((4, LARGE), np.float16)) is NotImplemented
    assert forward(np.zeros((400, 400), np.float32)[:, ::2]) is NotImplemented
    assert forward(np.zeros((0, 400), np.float32)) is NotImplemented
    for value in (np.nan, np.inf):
        x = normal(600, 32).astype(np.float32)
        x[5, 7] = value
        with np.errstate(invalid="ignore"):
            found, _ = forward(x)
            out = found[0] if isinstance(found, tuple) else found
            outs = op.definition(sg.core.namespace, x)
        np.testing.assert_allclose(out, outs[0] if isinstance(outs, tuple) else outs, rtol=1e-4, atol=1e-4)


def test_variance_of_numbers_far_from_zero() -> None:
    """The sum of squares minus the square of the sum would have no digit left."""
    x = (1000 + normal(4000, 8)).astype(np.float32)
    for view in (x, np.ascontiguousarray(x.reshape(40, 100, 8).transpose(0, 2, 1))):
        _, mean, var = norm.batch_norm.kernels["numba"].forward(view)[0]
        np.testing.assert_allclose(mean, x.mean(0, dtype=np.float64), rtol=1e-6)
        np.testing.assert_allclose(var, x.astype(np.float64).var(0), rtol=1e-4)


def test_batch_norm_statistics_have_gradients() -> None:
    x = sg.Tensor(normal(600, 32))
    x.requires_grad = True
    _, mean, var = norm.batch_norm.call(x)
    (dx,) = sg.autograd.grad(mean.sum() + var.sum(), [x])
    centred = x.detach().array - x.detach().array.mean(0)
    np.testing.assert_allclose(dx.array, (1 + 2 * centred) / 600, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["layer_norm", "rms_norm", "group_norm", "batch_norm"])
def test_second_derivatives(name: str) -> None:
    op: Op = getattr(norm, name)
    found = []
    for compiled in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            if not compiled:
                patch.setattr(op, "kernels", {})
            x, w = sg.Tensor(normal(600, 32)), sg.Tensor(normal(32, seed=1))
            x.requires_grad, w.requires_grad = True, True
            outs = op.call(x, w)
            out = outs[0] if isinstance(outs, tuple) else outs
            dx, dw = sg.autograd.grad((out * out * out).sum(), (x, w), create_graph=True)
            found.append(sg.autograd.grad((dx * dx).sum() + (dw * dw).sum(), (x, w)))
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a.array, b.array, rtol=1e-7, atol=1e-6)


def test_vmap_of_group_norm_and_of_known_statistics() -> None:
    x, w = sg.Tensor(normal(3, 4, 6, 5)), sg.Tensor(np.arange(1.0, 7))
    functional = sg.nn.functional
    for f in (
        lambda t: functional.group_norm(t, 2, w, w),
        lambda t: functional.batch_norm(t, w, w, w, w, False),
        lambda t: functional.batch_norm(t, w, w, None, w, False),
    ):
        expected = sg.stack([f(part) for part in x])
        np.testing.assert_allclose(sg.func.vmap(f)(x).array, expected.array, rtol=1e-10)


HARD = {
    "one number far away": lambda x: np.where(np.arange(x[0, 0].size).reshape(x.shape[2:]) == 0, 1000, x),
    "one row far away": lambda x: np.concatenate([x[:, :, :1] + 100, x[:, :, 1:]], 2),
    "all far from zero": lambda x: x + 1000,
    "a sample far away": lambda x: np.concatenate([x[:1] + 100, x[1:]]),
}


@pytest.mark.parametrize("layout", ["contiguous", "channels_last"])
@pytest.mark.parametrize("norm", ["batch", "group", "layer"])
@pytest.mark.parametrize("kind", HARD)
def test_statistics_of_hard_numbers(kind: str, norm: str, layout: str) -> None:
    """Sums of squares of distances from a number far away would lose the digits of the variance."""
    x = np.random.default_rng(0).standard_normal((2, 16, 96, 96)).astype(np.float32)
    x = HARD[kind](x).astype(np.float32)

    def normed(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        t = sg.tensor(values)
        if layout == "channels_last":
            t = t.contiguous(memory_format=sg.channels_last)
        if norm == "batch":
            return sg.nn.functional.batch_norm(t, None, None, training=True).numpy()
        return (
            sg.nn.functional.group_norm(t, 2) if norm == "group" else sg.nn.functional.layer_norm(t, x.shape[1:])
        ).numpy()

    exact = normed(x.astype(np.float64))
    # Far from zero, the numbers themselves have 2^-14 of their spread as their last digit.
    assert np.abs(normed(x) - exact).max() / np.abs(exact).max() < (5e-5 if kind == "all far from zero" else 1e-5)
