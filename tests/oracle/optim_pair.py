"""The same training by PyTorch's optimizer and by ours, step by step."""

from __future__ import annotations

import copy
import importlib
import itertools
from typing import Any

import numpy as np
import torch

import seedgrad as sg

NAMES = [
    "SGD",
    "ASGD",
    "Adagrad",
    "Adadelta",
    "RMSprop",
    "Rprop",
    "Adam",
    "AdamW",
    "Adamax",
    "NAdam",
    "RAdam",
    "SparseAdam",
    "LBFGS",
    "Adafactor",
    "Muon",
]
# A matrix, one whose memory is transposed, a vector, a number, nothing, four dimensions, and one that has no gradient
# at every third step.
SHAPES: tuple[tuple[int, ...], ...] = ((6, 5), (5, 4), (9,), (), (0,), (3, 2, 2, 3), (2, 3))
TRANSPOSED, SOMETIMES = 1, 6


def options(**choices: list[Any]) -> list[dict[str, Any]]:
    """The defaults, each choice alone, and each pair of choices."""
    found: list[dict[str, Any]] = [{}]
    for name, values in choices.items():
        found += [{name: value} for value in values]
    for (a, xs), (b, ys) in itertools.combinations(choices.items(), 2):
        found += [{a: x, b: y} for x in xs for y in ys]
    return found


def values(seed: int, shapes: tuple[tuple[int, ...], ...] = SHAPES, dtype: str = "float64") -> list[Any]:
    draw = np.random.default_rng(seed)
    real = [np.asarray(draw.standard_normal(shape)) for shape in shapes]
    if dtype.startswith("complex"):
        real = [a + 1j * draw.standard_normal(a.shape) for a in real]
    return [np.asarray(a, dtype) for a in real]


def parameters(lib: Any, arrays: list[Any], transposed: bool = True) -> list[Any]:
    made = [lib.tensor(a) for a in arrays]
    if transposed and len(made) > TRANSPOSED and made[TRANSPOSED].ndim == 2:
        made[TRANSPOSED] = lib.tensor(arrays[TRANSPOSED].T.copy()).t()
    return [p.requires_grad_() for p in made]


def give_gradients(lib: Any, params: list[Any], t: int, dtype: str = "float64") -> None:
    shapes = tuple(tuple(p.shape) for p in params)
    for i, (p, g) in enumerate(zip(params, values(1000 + t, shapes, dtype), strict=True)):
        p.grad = None if i == SOMETIMES and t % 3 == 1 else lib.tensor(g)


def converted(value: Any, to: Any) -> Any:
    """A state_dict of one library with the tensors of the other."""
    if isinstance(value, (torch.Tensor, sg.Tensor)):
        return to.tensor(np.array(value.detach().numpy()))
    if isinstance(value, dict):
        return {k: converted(v, to) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(converted(v, to) for v in value)
    return value


def form(value: Any) -> Any:
    """Keys and kinds of a state_dict, without the values that are computed."""
    if isinstance(value, (torch.Tensor, sg.Tensor)):
        return (str(value.dtype).split(".")[-1], tuple(value.shape))
    if isinstance(value, dict):
        return {k: form(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(form(v) for v in value)
    return type(value).__name__ if isinstance(value, float) else value


def groups(params: list[Any], own: dict[str, Any]) -> list[dict[str, Any]]:
    """Two groups, the second with options of its own."""
    half = len(params) // 2
    return [{"params": params[:half]}, {"params": params[half:], **own}]


def _resumed(optimizer: Any, params: list[Any]) -> Any:
    fresh = type(optimizer)(groups(params, {}))
    fresh.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    return fresh


def trajectory(
    name: str,
    chosen: dict[str, Any],
    own: dict[str, Any] | None = None,
    steps: int = 30,
    dtype: str = "float64",
    shapes: tuple[tuple[int, ...], ...] = SHAPES,
    rtol: float = 1e-10,
    atol: float = 1e-10,
) -> None:
    """Train with both; after a third new optimizers go on from their states, then each from the state of the other."""

    def make(lib: Any) -> tuple[list[Any], Any]:
        # PyTorch's fused kernels mix up elements where the parameter and its gradient lie differently in memory.
        params = parameters(lib, values(0, shapes, dtype), transposed=not chosen.get("fused"))
        mine = {k: lib.tensor(v.numpy()) if isinstance(v, torch.Tensor) else v for k, v in chosen.items()}
        return params, getattr(lib.optim, name)(groups(params, dict(own or {})), **mine)

    ours, a = make(sg)
    theirs, b = make(torch)
    for t in range(steps):
        if t == steps // 3:
            a, b = (_resumed(x, params) for x, params in ((a, ours), (b, theirs)))
        if t == 2 * steps // 3:
            mine, other = a.state_dict(), b.state_dict()
            assert form(mine) == form(other)
            a.load_state_dict(converted(other, sg))
            b.load_state_dict(converted(mine, torch))
        give_gradients(sg, ours, t, dtype)
        give_gradients(torch, theirs, t, dtype)
        a.step()
        b.step()
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=rtol, atol=atol)
    for key, state in b.state_dict()["state"].items():
        mine = a.state_dict()["state"][key]
        assert list(mine) == list(state)
        for k, v in state.items():
            np.testing.assert_allclose(np.asarray(mine[k]), np.asarray(v), rtol=rtol, atol=atol, err_msg=k)


def module_of(lib: Any) -> Any:
    """What PyTorch hides as an attribute."""
    return importlib.import_module(f"{lib.__name__}.optim.optimizer")
