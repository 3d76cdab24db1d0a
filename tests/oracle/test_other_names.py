"""Old and further names: Variable, utils.data, vmap, switches, constants, and what gradients of Functions must be."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

import seedgrad as sg

BOTH = [sg, torch]


@pytest.mark.parametrize("p", BOTH)
def test_variable(p: Any) -> None:
    V = p.autograd.Variable
    data = p.ones(2)
    x = V(data, requires_grad=True)
    assert type(x) is p.Tensor and x.requires_grad and not V(data).requires_grad
    assert isinstance(data, V) and not isinstance(3, V)
    assert x.data_ptr() == data.data_ptr()
    assert V(x * 2).grad_fn is None
    with pytest.raises(TypeError, match="Variable data has to be a tensor"):
        V(3)
    with pytest.warns(UserWarning, match="volatile was removed"):
        V(data, volatile=True)


def test_utils_data_has_what_data_has() -> None:
    from seedgrad.utils.data import DataLoader, random_split

    assert DataLoader is sg.data.DataLoader and random_split is sg.utils.data.random_split
    public = {name for name in vars(sg.data) if name[0].isupper() or name in torch.utils.data.__all__}
    assert public <= set(dir(sg.utils.data))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sg.utils.nothing


@pytest.mark.parametrize("p", BOTH)
def test_constants_and_vmap(p: Any) -> None:
    assert (p.pi, p.e, p.inf, p.newaxis) == (math.pi, math.e, math.inf, None) and math.isnan(p.nan)
    assert p.vmap is p.func.vmap
    assert p.ones(2)[:, p.newaxis].shape == (2, 1)


@pytest.mark.parametrize("p", BOTH)
def test_set_anomaly_enabled(p: Any) -> None:
    try:
        p.set_anomaly_enabled(True, False)
        assert p.is_anomaly_enabled() and not p.is_anomaly_check_nan_enabled()
    finally:
        p.set_anomaly_enabled(False)
    assert not p.is_anomaly_enabled()
    with pytest.raises(TypeError):
        p.set_anomaly_enabled()


GIVEN: dict[str, Any] = {
    "of another length": lambda p, g: p.ones(5),
    "of fewer dimensions": lambda p, g: p.tensor(1.0),
    "complex": lambda p, g: g * 1j,
    "longer by one dimension": lambda p, g: p.ones(4, 3),
    "a row": lambda p, g: p.ones(1, 3),
    "double": lambda p, g: g.double(),
    "integers": lambda p, g: g.long(),
}


@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize("name", GIVEN)
def test_gradients_of_functions(name: str, second: bool) -> None:
    found: list[Any] = []
    for p in BOTH:

        class Twice(p.autograd.Function):  # type: ignore[misc, name-defined]
            @staticmethod
            def forward(ctx: Any, x: Any) -> Any:
                return x * 2

            @staticmethod
            def backward(ctx: Any, g: Any, p: Any = p) -> Any:
                return GIVEN[name](p, g)

        x = p.ones(3, requires_grad=True)
        try:
            (g,) = p.autograd.grad(Twice.apply(x).sum(), x, create_graph=second)
            found.append((g.tolist(), str(g.dtype).split(".")[-1]))
        except RuntimeError as error:
            found.append(type(error))
            if p is sg:
                assert "TwiceBackward returned an invalid gradient at index 0 - got" in str(error)
    assert found[0] == found[1]


def test_unknown_names_of_xp_are_explained() -> None:
    @sg.autograd.op
    def size(xp: Any, x: Any, /) -> Any:
        return xp.abs(x)

    for x in (sg.ones(2), sg.ones(2, requires_grad=True)):
        with pytest.raises(AttributeError, match=r"xp\.abs is not there: .*; use absolute"):
            size(x)

    @sg.autograd.op
    def misspelt(xp: Any, x: Any, /) -> Any:
        return xp.arctann(x)

    with pytest.raises(AttributeError, match=r"; use arctan"):
        misspelt(sg.ones(2))
