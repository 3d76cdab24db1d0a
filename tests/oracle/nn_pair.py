"""A layer of seedgrad beside the same layer of PyTorch, with equal values."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

import seedgrad as sg

from .driver import to_torch, values_of


class Layer:
    """One way to make a layer, and the inputs it is tried on.

    Attributes:
        name, args, kwargs: `nn.<name>(*args, **kwargs)` in both packages; arrays become tensors.
        inputs: shapes of float inputs, or arrays.
        positive: draw inputs from (0.05, 0.95) instead of the normal distribution.
    """

    def __init__(
        self, name: str, *args: Any, inputs: Any, positive: bool = False, tolerance: float = 1, **kwargs: Any
    ) -> None:
        self.name, self.args, self.kwargs, self.inputs = name, args, kwargs, inputs
        self.positive, self.tolerance = positive, tolerance

    def __repr__(self) -> str:
        settings = [*map(_short, self.args), *(f"{k}={_short(v)}" for k, v in self.kwargs.items())]
        return f"{self.name}({', '.join(settings)})"

    def make(self, dtype: str = "float64") -> tuple[Any, torch.nn.Module]:
        """Both layers, in training mode, the parameters and buffers of ours loaded into PyTorch's."""
        ours = getattr(sg.nn, self.name)(*map(_ours, self.args), **{k: _ours(v) for k, v in self.kwargs.items()})
        theirs = getattr(torch.nn, self.name)(
            *map(_theirs, self.args), **{k: _theirs(v) for k, v in self.kwargs.items()}
        )
        ours.to(getattr(sg, dtype))
        theirs.to(getattr(torch, dtype))
        randomise(ours)
        theirs.load_state_dict(torch_state(ours))
        return ours, theirs

    def draw(self, seed: int = 0, dtype: str = "float64") -> list[list[Any]]:
        """The lists of input arrays, one list for each call."""
        rng = np.random.default_rng(seed)

        def value(x: Any) -> Any:
            if isinstance(x, np.ndarray):
                return x.astype(dtype) if x.dtype.kind == "f" else x
            drawn = rng.uniform(0.05, 0.95, x) if self.positive else rng.standard_normal(x)
            return np.asarray(drawn, dtype)

        return [[value(x) for x in (call if isinstance(call, list) else [call])] for call in self.inputs]


def _short(value: Any) -> str:
    return f"array{value.shape}" if isinstance(value, np.ndarray) else repr(value)


def _ours(value: Any) -> Any:
    return sg.tensor(value) if isinstance(value, np.ndarray) else value


def _theirs(value: Any) -> Any:
    return to_torch(value) if isinstance(value, np.ndarray) else value


def randomise(module: Any, seed: int = 1) -> None:
    """Give parameters and float buffers values that are no special case; variances stay positive."""
    rng = np.random.default_rng(seed)
    for t in module.state_dict().values():
        if t.is_floating_point():
            t.array[...] = rng.uniform(0.2, 1.2, t.array.shape)


def torch_state(module: Any) -> dict[str, torch.Tensor]:
    """The state of one of our modules, for PyTorch."""
    return {k: to_torch(values_of(v)) for k, v in module.state_dict().items()}


def leaves(arrays: list[Any]) -> tuple[list[Any], list[Any]]:
    """Tensors of both packages that need a gradient where they can."""
    ours, theirs = [sg.tensor(a) for a in arrays], [to_torch(a) for a in arrays]
    for t in (*ours, *theirs):
        if t.is_floating_point():
            t.requires_grad_()
    return ours, theirs


def same(ours: Any, theirs: Any, tolerance: float = 1, what: str = "") -> None:
    """Assert equal shape, type and values of two tensors."""
    a, b = values_of(ours), values_of(theirs)
    assert a.shape == b.shape, what
    assert a.dtype == b.dtype, what
    eps = {"float32": 2e-5, "float64": 1e-9}.get(a.dtype.name, 0) * tolerance
    np.testing.assert_allclose(a, b, rtol=eps, atol=eps, err_msg=what)
