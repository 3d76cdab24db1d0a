"""Views of complex numbers, and what PyTorch has no gradient of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .driver import outcome, same_outcome

Z = np.array([[1 + 2j, -0.5 - 1j, 3j], [-2 + 0.25j, 1 + 0j, -1j]])


def _real(l: Any, z: Any) -> None:
    z.real.mul_(2)


def _imag_part(l: Any, z: Any) -> None:
    z.imag[0] = z.real[-1] * 3


def _setters(l: Any, z: Any) -> None:
    z.real = z.imag * 2
    z.imag = 0.5


def _pairs(l: Any, z: Any) -> None:
    l.view_as_real(z)[..., 1].mul_(z.real.clone())


def _back(l: Any, z: Any) -> None:
    l.view_as_complex(l.view_as_real(z)).mul_(1j)


def _part_of_a_part(l: Any, z: Any) -> None:
    z[:, 1:].real.t()[0].add_(z[0, 0].imag)


@pytest.mark.parametrize("change", [_real, _imag_part, _setters, _pairs, _back, _part_of_a_part])
def test_writes_to_parts_write_to_the_number_and_its_history(change: Callable[..., None]) -> None:
    results = []
    for library in (sg, torch):
        x = library.tensor(Z, requires_grad=True)
        z = x * 1
        change(library, z)
        loss = (z * z.conj() * library.tensor([1.0, 2.0, 3.0])).real.sum() + (z * (1 - 2j)).imag.sum()
        (g,) = library.autograd.grad(loss, x, create_graph=True)
        (h,) = library.autograd.grad((g * g.conj()).real.sum(), x)
        results.append((z, g, h))
    for ours, theirs in zip(*results, strict=True):
        same_outcome(ours, theirs)


def test_parts_share_memory() -> None:
    z = sg.tensor(Z)
    for part in (z.real, z.imag, sg.view_as_real(z), sg.view_as_complex(sg.view_as_real(z)), z.t().real):
        assert np.shares_memory(part.array, z.array)
    x = sg.tensor([1.0, 2.0])
    assert x.real is x
    x.real = 3.0
    assert x.tolist() == [3.0, 3.0]
    with pytest.raises(RuntimeError, match="imag is not implemented for tensors with non-complex dtypes"):
        x.imag = 1.0


@pytest.mark.parametrize(
    "cut", [lambda x: x.t(), lambda x: x[:, 1:3], lambda x: x[:, :2], lambda x: x[::2, :2], lambda x: x[:, :, None]]
)
@pytest.mark.parametrize("shape", [(2, 3), (3, 4), (4, 2)])
def test_memory_that_complex_numbers_can_not_lie_in(cut: Callable[..., Any], shape: tuple[int, int]) -> None:
    base = np.arange(float(np.prod(shape))).reshape(shape)
    ours = outcome(lambda: sg.view_as_complex(cut(sg.tensor(base))), [], {})
    theirs = outcome(lambda: torch.view_as_complex(cut(torch.tensor(base))), [], {})
    same_outcome(ours, theirs)


def test_errors_name_strides() -> None:
    x = sg.zeros(3, 4)
    with pytest.raises(RuntimeError, match=r"last dimension with stride 1, got the strides \(1, 4\)"):
        sg.view_as_complex(x[:2, :2].t())
    with pytest.raises(RuntimeError, match=r"divisible by 2; got the strides \(4, 1\) and the offset 1"):
        sg.view_as_complex(x[:, 1:3])
    with pytest.raises(RuntimeError, match=r"complex\(\) takes parts of one type, got seedgrad.float32 and"):
        sg.complex(x, x.double())


def test_nan_to_num_goes_part_by_part() -> None:
    values = np.array([complex(np.nan, np.inf), complex(-np.inf, 1), 1 + 1j])
    for arguments in ((), (1.5, 2.5, -3.5)):
        same_outcome(sg.nan_to_num(sg.tensor(values), *arguments), torch.nan_to_num(torch.tensor(values), *arguments))
    x = sg.tensor(values, requires_grad=True)
    sg.view_as_real(sg.nan_to_num(x)).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [0j, 1j, 1 + 1j]


def test_size_and_angle_of_a_negative_size_are_differentiated_as_they_are_computed() -> None:
    size, turn = sg.tensor(-2.0, requires_grad=True), sg.tensor(0.5, requires_grad=True)
    sg.polar(size, turn).real.backward()
    np.testing.assert_allclose([size.grad.item(), turn.grad.item()], [np.cos(0.5), 2 * np.sin(0.5)], rtol=1e-6)


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("name", ["complex", "polar"])
@pytest.mark.parametrize(
    "after",
    [
        pytest.param(lambda p, z: z.abs(), id="abs"),
        pytest.param(lambda p, z: z.angle(), id="angle"),
        pytest.param(lambda p, z: z.real * 3 + z.imag * 5, id="parts"),
        pytest.param(lambda p, z: (z * z).imag, id="product"),
        pytest.param(lambda p, z: p.fft.fft(z).abs(), id="fft"),
        pytest.param(lambda p, z: p.view_as_real(z).cumsum(0), id="view_as_real"),
    ],
)
def test_gradients_reach_both_parts(name: str, after: Any, kind: str) -> None:
    """Both parts have gradients when something follows, on the way back from real numbers."""
    found = []
    for p in (torch, sg):
        a = p.tensor([0.3, 0.7, 2.0], dtype=getattr(p, kind), requires_grad=True)
        b = p.tensor([0.5, -0.2, 1.0], dtype=getattr(p, kind), requires_grad=True)
        z = getattr(p, name)(a * 1, b)
        z.retain_grad()
        y = after(p, z)
        (y * y.detach().cos()).sum().backward()
        found.append([*a.grad.tolist(), *b.grad.tolist(), *z.grad.tolist()])
    assert found[1] == pytest.approx(found[0], rel=1e-4, abs=1e-5)


REAL_OF_COMPLEX = {
    "norm": lambda p, z: z.norm(),
    "norm 1": lambda p, z: z.norm(1, dim=0),
    "norm 3": lambda p, z: z.norm(3),
    "norm inf": lambda p, z: z.norm(float("inf"), dim=1, keepdim=True),
    "norm 0": lambda p, z: z.abs() * z.norm(0),
    "norm fro": lambda p, z: z.norm("fro"),
    "var": lambda p, z: z.var(),
    "var along": lambda p, z: z.var(0, correction=0),
    "std": lambda p, z: z.std(1, keepdim=True),
    "var_mean": lambda p, z: p.var_mean(z)[0],
    "std_mean": lambda p, z: p.std_mean(z, 1)[0],
    "dist": lambda p, z: p.dist(z, z * 2j),
    "normalize": lambda p, z: p.nn.functional.normalize(z).abs().cumsum(0),
    "renorm": lambda p, z: z.renorm(2, 0, 1.0).abs(),
    "l1_loss": lambda p, z: p.nn.functional.l1_loss(z, z * 2j),
    "l1_loss sum": lambda p, z: p.nn.functional.l1_loss(z, z.real, reduction="sum"),
    "l1_loss none": lambda p, z: p.nn.functional.l1_loss(z, z * 2j, reduction="none"),
}


@pytest.mark.parametrize("kind", ["complex64", "complex128"])
@pytest.mark.parametrize("name", REAL_OF_COMPLEX)
def test_real_results_of_complex_numbers(name: str, kind: str) -> None:
    found = []
    for p in (torch, sg):
        z = p.tensor([[1 + 2j, 3 - 1j, 0.5j], [-2 + 0.5j, 1.5, -1 - 1j]], dtype=getattr(p, kind), requires_grad=True)
        y = REAL_OF_COMPLEX[name](p, z)
        (y * y.detach().cos()).sum().backward()
        found.append((str(y.dtype).split(".")[-1], tuple(y.shape), y.reshape(-1).tolist(), z.grad.reshape(-1).tolist()))
    assert found[1][:2] == found[0][:2]
    for ours, theirs in zip(found[1][2:], found[0][2:], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def test_a_users_op_that_makes_complex_numbers_of_real_ones() -> None:
    @sg.autograd.op(complex="own")
    def turned(xp: Any, x: Any, /) -> Any:
        return xp.view_as_complex(xp.stack([x, -x], -1))

    turned.defvjp(x=lambda g, xp: xp.real(g) - xp.imag(g))
    for _ in range(2):
        x = sg.tensor([1.0, 2.0], requires_grad=True)
        (turned(x) * 1j).real.sum().backward()  # -(-x)
        assert x.grad is not None and x.grad.tolist() == [1.0, 1.0]
