"""Weight norm, spectral norm and orthogonal weights, in the old and the new form, against PyTorch."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .nn_pair import same, torch_state
from .nn_utils_pair import both_raise, check_call, check_members, pair

pytestmark = pytest.mark.filterwarnings("ignore:.*weight_norm` is deprecated:FutureWarning")


def new(library: Any) -> Any:
    return library.nn.utils.parametrizations


LAYERS: list[tuple[str, tuple[int, ...], tuple[int, ...]]] = [
    ("Linear", (3, 4), (2, 3)),
    ("Conv1d", (2, 4, 3), (2, 2, 6)),
    ("Conv2d", (2, 4, 3), (2, 2, 5, 5)),
    ("ConvTranspose2d", (2, 3, 2), (2, 2, 3, 3)),
    ("Conv3d", (1, 2, 2), (1, 1, 3, 3, 3)),
]


@pytest.mark.parametrize(("kind", "args", "shape"), LAYERS)
@pytest.mark.parametrize("dim", [0, 1, None, -1])
@pytest.mark.parametrize("form", ["old", "new"])
def test_weight_norm_agrees(kind: str, args: Any, shape: tuple[int, ...], dim: int | None, form: str) -> None:
    def make(library: Any) -> Any:
        layer = getattr(library.nn, kind)(*args)
        return (library.nn.utils if form == "old" else new(library)).weight_norm(layer, "weight", dim)

    ours, theirs = pair(make)
    check_members(ours, theirs)
    # PyTorch's own second derivatives are wrong (its gradgradcheck fails) where its fused kernel is used.
    fused = dim == 0 or (dim == 1 and kind == "Linear")
    check_call(ours, theirs, shape, second=not fused)
    same(ours.weight, theirs.weight)
    for library, layer in ((sg, ours), (torch, theirs)):
        if form == "old":
            library.nn.utils.remove_weight_norm(layer)
        else:
            library.nn.utils.parametrize.remove_parametrizations(layer, "weight")
    check_members(ours, theirs)
    check_call(ours, theirs, shape)


@pytest.mark.parametrize("form", ["old", "new"])
def test_weight_norm_keeps_the_weight_and_takes_a_bias(form: str) -> None:
    def make(library: Any) -> Any:
        utils = library.nn.utils if form == "old" else new(library)
        return utils.weight_norm(utils.weight_norm(library.nn.Linear(3, 2), "bias"), dim=1)

    ours, theirs = pair(make)
    check_call(ours, theirs, (2, 3), second=False)
    layer = sg.nn.Linear(3, 2)
    before = layer.weight.detach().clone()
    utils = sg.nn.utils if form == "old" else new(sg)
    same(utils.weight_norm(layer).weight, before)


@pytest.mark.parametrize("dim", [0, 1, 2, -1])
def test_second_derivatives_of_weight_norm_are_those_of_the_formula(dim: int) -> None:
    drawn = np.random.default_rng(3).standard_normal((2, 3, 2))

    def formula(library: Any, v: Any, g: Any) -> Any:
        others = tuple(i for i in range(3) if dim == -1 or i != dim)
        return v * (g / (v * v).sum(others, keepdim=True).sqrt())

    def ours(library: Any, v: Any, g: Any) -> Any:
        return new(library)._WeightNorm(dim)(g, v)

    found = []
    for library, function in ((sg, ours), (torch, formula)):
        v = library.tensor(drawn, requires_grad=True)
        g = library.ones([n if i == dim else 1 for i, n in enumerate(drawn.shape)], dtype=library.float64) * 1.5
        g.requires_grad_()
        first = library.autograd.grad((function(library, v, g) ** 3).sum(), (v, g), create_graph=True)
        found.append(library.autograd.grad(sum((t * t).sum() for t in first), (v, g)))
    for a, b in zip(*found, strict=True):
        same(a, b)


def test_the_new_weight_norm_loads_the_old_names() -> None:
    ours, theirs = pair(lambda library: new(library).weight_norm(library.nn.Linear(3, 2)))
    old = {"bias": sg.ones(2), "weight_g": sg.ones(2, 1) * 2, "weight_v": sg.arange(6.0).reshape(2, 3) + 1}
    net = sg.nn.Sequential(ours.float())
    assert not net.load_state_dict({f"0.{k}": v for k, v in old.items()}).missing_keys
    theirs.float().load_state_dict({k: torch.tensor(v.numpy()) for k, v in old.items()})
    same(ours.weight, theirs.weight)


def test_the_old_weight_norm_warns_and_can_be_pickled() -> None:
    for library in (sg, torch):
        with pytest.warns(FutureWarning, match=r"nn\.utils\.parametrizations\.weight_norm"):
            layer = library.nn.utils.weight_norm(library.nn.Linear(3, 2))
        assert "weight" in vars(layer) and type(layer.weight) is not library.nn.Parameter
        again = pickle.loads(pickle.dumps(layer))
        assert (again(library.ones(3)) == layer(library.ones(3))).all()
        with pytest.raises(RuntimeError, match="deepcopy"):
            copy.deepcopy(layer)
        again = copy.deepcopy(new(library).weight_norm(library.nn.Linear(3, 2)))
        assert again(library.ones(3)).shape == (2,)


@pytest.mark.parametrize(("kind", "args", "shape"), LAYERS)
@pytest.mark.parametrize("dim", [None, 0, 1])
@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize("form", ["old", "new"])
def test_spectral_norm_agrees_in_training_and_evaluation(
    kind: str, args: Any, shape: tuple[int, ...], dim: int | None, steps: int, form: str
) -> None:
    def make(library: Any) -> Any:
        layer = getattr(library.nn, kind)(*args)
        utils = library.nn.utils if form == "old" else new(library)
        return utils.spectral_norm(layer, n_power_iterations=steps, eps=1e-10, dim=dim)

    ours, theirs = pair(make)
    check_members(ours, theirs)
    for seed in range(2):
        check_call(ours, theirs, shape, seed=seed)
    ours.eval()
    theirs.eval()
    check_call(ours, theirs, shape)
    same(ours.weight, theirs.weight)
    for library, layer in ((sg, ours), (torch, theirs)):
        if form == "old":
            library.nn.utils.remove_spectral_norm(layer)
        else:
            library.nn.utils.parametrize.remove_parametrizations(layer, "weight")
    check_members(ours, theirs)
    check_call(ours, theirs, shape)


@pytest.mark.parametrize("form", ["old", "new"])
def test_spectral_norm_of_a_vector_and_its_start(form: str) -> None:
    ours, theirs = pair(
        lambda library: (library.nn.utils if form == "old" else new(library)).spectral_norm(
            library.nn.Linear(3, 4), "bias"
        )
    )
    check_call(ours, theirs, (2, 3))
    sg.manual_seed(0)
    layer = new(sg).spectral_norm(sg.nn.Linear(30, 20)).eval()
    assert np.linalg.norm(layer.weight.detach().numpy(), 2) == pytest.approx(
        1, abs=0.15
    )  # 15 steps were made at the start
    negative = new(sg).spectral_norm(sg.nn.Linear(3, 4), dim=-1).parametrizations.weight[0]
    assert negative._u.shape == (3,)


def test_the_old_spectral_norm_is_copied_pickled_and_loads_early_states() -> None:
    for library in (sg, torch):
        layer = library.nn.utils.spectral_norm(library.nn.Linear(3, 4))
        copy.deepcopy(layer)
        again = pickle.loads(pickle.dumps(layer))
        assert again(library.ones(3)).shape == (4,)
    ours, theirs = pair(lambda library: library.nn.utils.spectral_norm(library.nn.Linear(3, 4)))
    state = torch_state(ours)
    u = state["weight_u"]
    matrix = state["weight_orig"]
    v = torch.nn.functional.normalize(matrix.T @ u, dim=0)
    state["weight"] = matrix / (u @ matrix @ v)
    del state["weight_v"]
    ours.load_state_dict({k: sg.tensor(x.numpy()) for k, x in state.items()})
    theirs.load_state_dict(state)
    check_call(ours.eval(), theirs.eval(), (2, 3))
    sg.nn.utils.remove_spectral_norm(ours)
    assert ours._state_hooks is None or not ours._state_hooks.before_load


MAPS = ["matrix_exp", "cayley", "householder", None]


@pytest.mark.parametrize("size", [(3, 3), (3, 5), (5, 3)])
@pytest.mark.parametrize("orthogonal_map", MAPS)
@pytest.mark.parametrize("trivial", [True, False])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_orthogonal_agrees(size: tuple[int, int], orthogonal_map: str | None, trivial: bool, dtype: str) -> None:
    def make(library: Any) -> Any:
        layer = library.nn.Linear(*size).to(getattr(library, dtype))
        return new(library).orthogonal(layer, orthogonal_map=orthogonal_map, use_trivialization=trivial)

    ours, theirs = pair(make, dtype)
    assert repr(ours) == repr(theirs)
    eye = np.eye(min(size))

    def check_orthogonal() -> None:
        w = ours.weight.detach().numpy().astype(np.float64)
        np.testing.assert_allclose(w @ w.T if size[0] > size[1] else w.T @ w, eye, atol=1e-5)

    check_orthogonal()
    if dtype == "float64":
        check_call(ours, theirs, (2, size[0]))
    same(ours.weight, theirs.weight)
    x = np.random.default_rng(0).standard_normal((size[1], size[0])).astype(dtype)
    signs = ours.parametrizations.weight.original.array.diagonal().copy()
    np.fill_diagonal(x, signs)
    ours.parametrizations.weight.original.data = sg.tensor(x)
    theirs.parametrizations.weight.original.data = torch.tensor(x)
    same(ours.weight, theirs.weight)
    if not (trivial and orthogonal_map is None):
        check_orthogonal()
    if trivial or ours.parametrizations.weight[0].orthogonal_map.name == "householder":
        q = sg.nn.init.orthogonal_(sg.empty(size[1], size[0], dtype=getattr(sg, dtype)))
        ours.weight = q
        np.testing.assert_allclose(ours.weight.detach().numpy(), q.numpy(), atol=1e-5)
    else:
        with pytest.raises(NotImplementedError, match="use_trivialization=False"):
            ours.weight = sg.ones(size[1], size[0])


@pytest.mark.parametrize("trivial", [True, False])
@pytest.mark.parametrize("orthogonal_map", ["householder", "matrix_exp", "cayley"])
def test_orthogonal_starts_as_in_pytorch(trivial: bool, orthogonal_map: str) -> None:
    for rows, columns in ((3, 3), (4, 2), (2, 4)):
        value = np.random.default_rng(1).standard_normal((rows, columns))
        layers = []
        for library in (sg, torch):
            layer = library.nn.Linear(columns, rows, dtype=library.float64)
            layer.weight.data = library.tensor(value)
            layers.append(new(library).orthogonal(layer, "weight", orthogonal_map, use_trivialization=trivial))
        same(layers[0].weight, layers[1].weight)
        same(layers[0].parametrizations.weight.original, layers[1].parametrizations.weight.original)


def test_orthogonal_of_complex_and_of_batches() -> None:
    def make(library: Any, shape: tuple[int, ...], kind: str, orthogonal_map: str | None) -> Any:
        module = library.nn.Module()
        a = np.random.default_rng(2).standard_normal((2, *shape))
        value = a[0] + 1j * a[1] if kind == "complex128" else a[0]
        module.weight = library.nn.Parameter(library.tensor(value))
        return new(library).orthogonal(module, orthogonal_map=orthogonal_map)

    for shape, kind, name in (
        ((3, 3), "complex128", None),
        ((4, 3), "complex128", "cayley"),
        ((2, 4, 3), "float64", None),
        ((2, 3, 3), "float64", "matrix_exp"),
        ((2, 3, 3), "float64", "cayley"),
    ):
        ours, theirs = make(sg, shape, kind, name), make(torch, shape, kind, name)
        np.testing.assert_allclose(ours.weight.detach().numpy(), theirs.weight.detach().numpy(), atol=1e-10)


WRONG: list[tuple[Any, type[Exception], str]] = [
    (lambda L: L.nn.utils.weight_norm(L.nn.Linear(2, 2), dim=2), IndexError, r"range of \[-2, 1\], but got 2"),
    (lambda L: L.nn.utils.weight_norm(L.nn.Linear(2, 2), dim=-3), IndexError, "but got -3"),
    (lambda L: L.nn.utils.weight_norm(L.nn.Linear(2, 2), "foo"), AttributeError, "foo"),
    (lambda L: L.nn.utils.weight_norm(L.nn.Linear(2, 2, bias=False), "bias"), TypeError, "must be a Tensor"),
    (
        lambda L: L.nn.utils.weight_norm(L.nn.utils.weight_norm(L.nn.Linear(2, 2))),
        RuntimeError,
        "Cannot register two weight_norm hooks",
    ),
    (lambda L: L.nn.utils.remove_weight_norm(L.nn.Linear(2, 2)), ValueError, "weight_norm of 'weight' not found"),
    (lambda L: new(L).weight_norm(L.nn.Linear(2, 2), dim=2), IndexError, "but got 2"),
    (lambda L: new(L).weight_norm(L.nn.Linear(2, 2), "foo"), ValueError, "with name 'foo'"),
    (lambda L: L.nn.utils.spectral_norm(L.nn.Linear(2, 2), dim=2), RuntimeError, r"dim must be in 0 \.\.\. 1"),
    (lambda L: L.nn.utils.spectral_norm(L.nn.Linear(2, 2), dim=-1), RuntimeError, "got -1"),
    (lambda L: L.nn.utils.spectral_norm(L.nn.Linear(2, 2), "foo"), KeyError, "no parameter of this name"),
    (lambda L: L.nn.utils.spectral_norm(L.nn.Linear(2, 2, bias=False), "bias"), ValueError, "`bias` is None"),
    (lambda L: L.nn.utils.spectral_norm(L.nn.Linear(2, 2), n_power_iterations=0), ValueError, "to be positive"),
    (
        lambda L: L.nn.utils.spectral_norm(L.nn.utils.spectral_norm(L.nn.Linear(2, 2))),
        RuntimeError,
        "Cannot register two spectral_norm hooks",
    ),
    (lambda L: L.nn.utils.remove_spectral_norm(L.nn.Linear(2, 2)), ValueError, "spectral_norm of 'weight' not found"),
    (lambda L: new(L).spectral_norm(L.nn.Linear(2, 2), dim=2), IndexError, "but got 2"),
    (lambda L: new(L).spectral_norm(L.nn.Linear(2, 2), n_power_iterations=0), ValueError, "to be positive"),
    (lambda L: new(L).spectral_norm(L.nn.Linear(2, 2), "foo"), ValueError, "no parameter or buffer with name 'foo'"),
    (lambda L: new(L).orthogonal(L.nn.Linear(2, 2), "foo"), ValueError, "no parameter or buffer with name 'foo'"),
    (lambda L: new(L).orthogonal(L.nn.Linear(2, 2), "bias"), ValueError, "Got a tensor of 1 dimensions"),
    (lambda L: new(L).orthogonal(L.nn.Linear(2, 2), orthogonal_map="foo"), ValueError, "Got: foo"),
    (
        lambda L: new(L).orthogonal(L.nn.Linear(2, 2, dtype=L.complex64), orthogonal_map="householder"),
        ValueError,
        "does not support complex",
    ),
    (
        lambda L: setattr(new(L).orthogonal(L.nn.Linear(4, 3)), "weight", L.ones(4, 3)),
        ValueError,
        "Expected a matrix or batch of matrices of shape",
    ),
]


def test_orthogonal_needs_a_precise_type() -> None:
    with pytest.raises(TypeError, match=r"weight must be float32, float64 or complex, got .*float16"):
        new(sg).orthogonal(sg.nn.Linear(2, 2).half())


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_what_cannot_be_normalised_is_refused(number: int) -> None:
    both_raise(*WRONG[number])
