"""Initial distributions of layers, gradient clipping and parameter vectors against PyTorch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats

import seedgrad as sg

from .nn_pair import same

LAYERS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("Linear", (300, 200), {}),
    ("Conv1d", (20, 30, 5), {}),
    ("Conv2d", (16, 32, 5), {"groups": 2}),
    ("Conv3d", (8, 16, 3), {}),
    ("ConvTranspose2d", (32, 16, 5), {"groups": 2}),
    ("Embedding", (200, 100), {}),
    ("BatchNorm2d", (20,), {}),
    ("LayerNorm", ((20, 3),), {}),
    ("GroupNorm", (2, 20), {}),
    ("RMSNorm", (20,), {}),
    ("PReLU", (3,), {}),
]


@pytest.mark.parametrize(("name", "args", "kwargs"), LAYERS)
def test_layers_start_with_the_same_distribution(name: str, args: Any, kwargs: Any) -> None:
    sg.manual_seed(11)
    torch.manual_seed(11)
    made = [[getattr(nn, name)(*args, **kwargs) for _ in range(8)] for nn in (sg.nn, torch.nn)]
    for parameter in dict(made[0][0].named_parameters()):
        a = np.concatenate([m.get_parameter(parameter).detach().numpy().ravel() for m in made[0]])
        b = np.concatenate([m.get_parameter(parameter).detach().numpy().ravel() for m in made[1]])
        if a.std() == 0 or b.std() == 0:
            assert np.array_equal(a, b), parameter
        else:
            assert stats.ks_2samp(a, b).pvalue > 1e-4, parameter
            assert math.isclose(np.abs(a).max(), np.abs(b).max(), rel_tol=0.15), parameter


FILLS: list[tuple[str, dict[str, Any]]] = [
    ("uniform_", {"a": -1.0, "b": 2.0}),
    ("normal_", {"mean": 1.0, "std": 0.1}),
    ("trunc_normal_", {"mean": 0.5, "std": 2.0, "a": -1.0, "b": 1.0}),
    ("xavier_uniform_", {"gain": 2.0}),
    ("xavier_normal_", {}),
    ("kaiming_uniform_", {"a": 0.3, "mode": "fan_out"}),
    ("kaiming_normal_", {"nonlinearity": "relu"}),
    ("orthogonal_", {"gain": 2.0}),
    ("sparse_", {"sparsity": 0.3, "std": 0.5}),
]


@pytest.mark.parametrize(("name", "kwargs"), FILLS)
def test_init_functions_draw_from_the_same_distribution(name: str, kwargs: Any) -> None:
    a = getattr(sg.nn.init, name)(sg.zeros(100, 150), generator=sg.Generator(seed=1), **kwargs).numpy()
    b = getattr(torch.nn.init, name)(
        torch.zeros(100, 150), generator=torch.Generator().manual_seed(1), **kwargs
    ).numpy()
    assert stats.ks_2samp(a.ravel(), b.ravel()).pvalue > 1e-4


@pytest.mark.parametrize("groups", [1, 2])
def test_dirac_and_eye_are_the_same(groups: int) -> None:
    for shape in ((4, 2, 3), (6, 3, 3, 2), (2, 5, 3, 3, 3)):
        same(sg.nn.init.dirac_(sg.ones(*shape), groups), torch.nn.init.dirac_(torch.ones(*shape), groups))
    same(sg.nn.init.eye_(sg.ones(3, 5)), torch.nn.init.eye_(torch.ones(3, 5)))


def gradients(kind: str, special: float | None = None) -> tuple[list[Any], list[Any]]:
    """Parameters of both packages with equal gradients; one of them has none."""
    rng = np.random.default_rng(0)
    ours, theirs = [], []
    for shape in ((3, 4), (), (5,), (2, 2, 2)):
        g = np.asarray(rng.standard_normal(shape) * 3, kind)
        if special is not None and shape == (5,):
            g[2] = special
        p, q = sg.nn.Parameter(sg.tensor(g)), torch.nn.Parameter(torch.tensor(g))
        if shape != ():
            p.grad, q.grad = sg.tensor(g), torch.tensor(g)
        ours.append(p)
        theirs.append(q)
    return ours, theirs


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("norm_type", [2, 1, 0.5, 3.0, math.inf, -math.inf, 0])
@pytest.mark.parametrize("max_norm", [0.5, 0.0, 1e6])
def test_clip_grad_norm_agrees(kind: str, norm_type: float, max_norm: float) -> None:
    ours, theirs = gradients(kind)
    a = sg.nn.utils.clip_grad_norm_(ours, max_norm, norm_type)
    b = torch.nn.utils.clip_grad_norm_(theirs, max_norm, norm_type)
    same(a, b)
    for p, q in zip(ours, theirs, strict=True):
        assert (p.grad is None) == (q.grad is None)
        if q.grad is not None:
            same(p.grad, q.grad)


@pytest.mark.parametrize("special", [math.nan, math.inf])
@pytest.mark.parametrize("norm_type", [2, math.inf, 1])
def test_clip_of_what_is_not_finite_agrees(special: float, norm_type: float) -> None:
    ours, theirs = gradients("float32", special)
    same(
        sg.nn.utils.clip_grad_norm_(ours, 1.0, norm_type),
        torch.nn.utils.clip_grad_norm_(theirs, 1.0, norm_type),
    )
    for p, q in zip(ours, theirs, strict=True):
        if q.grad is not None:
            same(p.grad, q.grad)
    for pack, parameters in (
        (sg, gradients("float32", special)[0]),
        (torch, gradients("float32", special)[1]),
    ):
        before = [p.grad for p in parameters]
        with pytest.raises(RuntimeError, match="is non-finite"):
            pack.nn.utils.clip_grad_norm_(parameters, 1.0, norm_type, error_if_nonfinite=True)
        assert all(a is b.grad for a, b in zip(before, parameters, strict=True))


@pytest.mark.parametrize("special", [None, math.nan, -math.inf])
def test_clip_grad_value_agrees(special: float | None) -> None:
    ours, theirs = gradients("float32", special)
    sg.nn.utils.clip_grad_value_(ours, 0.7)
    torch.nn.utils.clip_grad_value_(theirs, 0.7)
    for p, q in zip(ours, theirs, strict=True):
        if q.grad is not None:
            same(p.grad, q.grad)


def test_clip_of_one_tensor_of_none_and_of_a_generator() -> None:
    w = sg.nn.Parameter(sg.ones(4))
    assert sg.nn.utils.clip_grad_norm_(w, 1.0).item() == torch.nn.utils.clip_grad_norm_([], 1.0).item() == 0.0
    w.grad = sg.ones(4)
    assert sg.nn.utils.clip_grad_norm_((p for p in [w]), 1.0, foreach=False).item() == 2.0
    assert sg.nn.utils.get_total_norm(w.grad).item() == pytest.approx(1.0)


def test_long_gradient_norm_is_accurate() -> None:
    g = np.random.default_rng(0).standard_normal(3_000_000).astype(np.float32)
    exact = math.sqrt(float(np.dot(g.astype(np.float64), g.astype(np.float64))))
    assert sg.nn.utils.get_total_norm(sg.Tensor(g)).item() == pytest.approx(exact, rel=2e-7)


def test_parameters_as_a_vector_and_back() -> None:
    ours, theirs = sg.nn.Linear(3, 2), torch.nn.Linear(3, 2)
    theirs.load_state_dict({k: torch.tensor(v.numpy()) for k, v in ours.state_dict().items()})
    same(
        sg.nn.utils.parameters_to_vector(ours.parameters()),
        torch.nn.utils.parameters_to_vector(theirs.parameters()),
    )
    vector = np.arange(8, dtype=np.float32)
    sg.nn.utils.vector_to_parameters(sg.tensor(vector), ours.parameters())
    torch.nn.utils.vector_to_parameters(torch.tensor(vector), theirs.parameters())
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        same(p, q)
    sg.nn.utils.parameters_to_vector(ours.parameters()).sum().backward()
    assert all((p.grad.array == 1).all() for p in ours.parameters())
    ours(sg.ones(1, 3)).sum().backward()


def test_vector_of_the_wrong_size_or_kind_is_refused() -> None:
    layer = sg.nn.Linear(3, 2)
    with pytest.raises(RuntimeError, match=r"have 8 elements together, but the vector has shape \(5,\)"):
        sg.nn.utils.vector_to_parameters(sg.ones(5), layer.parameters())
    with pytest.raises(TypeError, match="expected Tensor, but got: list"):
        sg.nn.utils.vector_to_parameters([1.0] * 8, layer.parameters())
