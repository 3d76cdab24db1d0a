"""Attention tile by tile, in NumPy and compiled, against PyTorch and the definition. The tiles are tiny here, so that
small tensors have several of them, the last ones not full."""

from __future__ import annotations

import itertools
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg
from seedgrad.core import kernel as registry
from seedgrad.ops import attention_tiles
from seedgrad.ops.attention import attention
from seedgrad.ops.noise import noise_between, seeded_noise

from .sequence_pair import compare, normal, torch_by_the_formula
from .test_nn_attention import MASKS, SETTINGS, SHAPES, attend, negative, some

__all__ = ["torch_by_the_formula"]  # a fixture that every test uses

registry.load()
COMPILED = "numba" in attention.kernels
PATHS = ["numpy", "compiled", "few"] if COMPILED else ["numpy"]
F32 = np.dtype(np.float32)


def take(path: str, patch: pytest.MonkeyPatch) -> None:
    """Have attention computed in this way, whatever its size; what it does not take goes to tiles in NumPy."""
    if path == "numpy":
        patch.setattr(attention, "kernels", {"tiles": attention.kernels["tiles"]})
    patch.setattr(attention_tiles, "SMALL", 1)
    if COMPILED:
        patch.setattr("seedgrad.kernels.numba_attention_op.SMALL", 1)
        patch.setattr("seedgrad.kernels.numba_attention_op.GRAIN", 1)
        patch.setattr("seedgrad.kernels.numba_attention_op.FEW", 1000 if path == "few" else 1)


@pytest.fixture(params=PATHS)
def path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    take(request.param, monkeypatch)
    monkeypatch.setattr(attention_tiles, "QUERIES", 3)
    monkeypatch.setattr(attention_tiles, "KEYS", 2)
    if COMPILED:
        monkeypatch.setattr("seedgrad.kernels.numba_attention_op.TILE", 2)
    return str(request.param)


@pytest.fixture(params=[1, 3])
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    before = sg.get_num_threads()
    sg.set_num_threads(request.param)
    yield request.param
    sg.set_num_threads(before)


def several(*shapes: tuple[int, ...], dtype: str = "float32") -> list[Any]:
    return [normal(*shape, dtype=dtype) for shape in shapes]


LONG = [
    *SHAPES,
    ((2, 7, 5), (2, 7, 5), (2, 7, 5)),
    ((7, 4), (3, 4), (3, 6)),
    ((2, 3, 4), (2, 9, 4), (2, 9, 1)),
    ((2, 1, 8, 4), (1, 2, 6, 4), (2, 1, 6, 4)),
    ((2, 1, 2, 2, 2, 3), (1, 2, 2, 1, 5, 3), (2, 2, 1, 2, 5, 3)),
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_several_tiles_agree_to_the_second_gradient(
    path: str, threads: int, settings: dict[str, Any], dtype: str
) -> None:
    second = settings.get("scale", 1) > 0  # see test_nn_attention
    for shapes in LONG:
        compare(attend(sg, **settings), attend(torch, **settings), several(*shapes, dtype=dtype), second=second)


@pytest.mark.parametrize("shape", MASKS, ids=str)
def test_masks_agree_across_tiles(path: str, shape: tuple[int, ...]) -> None:
    arrays, mask = several(*SHAPES[0]), some(*shape)
    added = np.asarray(normal(*shape), F32)
    compare(attend(sg, mask), attend(torch, mask), arrays)
    compare(attend(sg, ~mask), attend(torch, ~mask), arrays)
    compare(attend(sg, added), attend(torch, added), arrays)
    compare(attend(sg), attend(torch), [*arrays, added])
    compare(attend(sg, scale=0.5), attend(torch, scale=0.5), [*arrays, negative(mask).astype(F32)])


def test_masks_lie_in_memory_as_they_like(path: str) -> None:
    q, k, v = several(*SHAPES[0])
    for mask in (some(4, 6), np.asarray(normal(4, 6), F32)):
        expected = attend(torch, mask)(*map(torch.tensor, (q, k, v))).numpy()
        wide = np.zeros((4, 12), mask.dtype)
        wide[:, ::2] = mask
        for same_mask in (
            np.asfortranarray(mask),
            mask[::-1].copy()[::-1],
            mask[:, ::-1].copy()[:, ::-1],
            wide[:, ::2],
        ):
            f = sg.nn.functional.scaled_dot_product_attention
            out = f(*map(sg.tensor, (q, k, v)), attn_mask=sg.Tensor(same_mask))
            np.testing.assert_allclose(out.array, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "heads", [((2, 6, 7, 5), (2, 3, 6, 5), (2, 3, 6, 7)), ((6, 7, 5), (2, 6, 5), (1, 6, 5))], ids=str
)
@pytest.mark.parametrize("extra", ["none", "causal", "bools", "numbers"])
def test_grouped_queries_agree_across_tiles(path: str, heads: Any, extra: str) -> None:
    settings: dict[str, Any] = {"enable_gqa": True, **({"is_causal": True} if extra == "causal" else {})}
    mask = {"bools": some(7, 6), "numbers": np.asarray(normal(7, 6), F32)}.get(extra)
    compare(attend(sg, mask, **settings), attend(torch, mask, **settings), several(*heads))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("masked", [False, True])
def test_half_types_agree_across_tiles(path: str, dtype: str, masked: bool) -> None:
    arrays, mask = several(*SHAPES[0]), some(4, 6) if masked else None
    found = []
    for m in (sg, torch):
        leaves = [m.tensor(a).to(getattr(m, dtype)).requires_grad_() for a in arrays]
        out = attend(m, mask)(*leaves)
        assert out.dtype == getattr(m, dtype)
        out.float().sum().backward()
        assert all(x.grad.dtype == x.dtype for x in leaves)
        found.append([t.detach().float().numpy() for t in (out, *[x.grad for x in leaves])])
    eps = {"float16": 8e-3, "bfloat16": 6e-2}[dtype]
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, rtol=eps, atol=eps)


@pytest.mark.parametrize("q", [(2, 0, 5), (2, 4, 5), (0, 4, 5), (2, 4, 0)], ids=str)
def test_empty_tensors_agree_across_tiles(path: str, q: tuple[int, ...]) -> None:
    for keys, depth in ((0, 7), (6, 7), (6, 0)):
        for settings in ({}, {"is_causal": True}):
            shapes = q, (q[0], keys, q[2]), (q[0], keys, depth)
            compare(attend(sg, **settings), attend(torch, **settings), several(*shapes), second=False)


@pytest.mark.parametrize("wanted", [(0,), (1,), (2,), (0, 2), (3,), (1, 3)], ids=str)
def test_some_gradients_agree_across_tiles(path: str, wanted: tuple[int, ...]) -> None:
    arrays, found = [*several(*SHAPES[0]), np.asarray(normal(4, 6), F32)], []
    for m in (sg, torch):
        leaves = [m.tensor(a).requires_grad_(i in wanted) for i, a in enumerate(arrays)]
        (attend(m)(*leaves) ** 2).sum().backward()
        assert [x.grad is not None for x in leaves] == [i in wanted for i in range(4)]
        found.append([leaves[i].grad.numpy() for i in wanted])
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "heads behind times": lambda t: t.transpose(1, 2),
    "features first": lambda t: t.transpose(-1, -2),
    "every other": lambda t: t[..., ::2],
    "every other row": lambda t: t[..., ::2, :],
    "expanded": lambda t: t[:1].expand(*t.shape),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_agree_across_tiles(path: str, layout: str) -> None:
    def through(m: Any) -> Callable[..., Any]:
        return lambda *ts: attend(m, is_causal=True)(*map(LAYOUTS[layout], ts))

    compare(through(sg), through(torch), several(*[(2, 6, 6, 6)] * 3))


def test_arrays_that_run_backwards(path: str) -> None:
    arrays = several(*SHAPES[0])
    mine = [sg.Tensor(a[..., ::-1, ::-1]).requires_grad_() for a in arrays]
    plain = [sg.Tensor(a[..., ::-1, ::-1].copy()).requires_grad_() for a in arrays]
    g = normal(2, 3, 4, 7, dtype="float32")
    for ts in (mine, plain):
        attend(sg)(*ts).backward(sg.Tensor(g[::-1] if ts is mine else g[::-1].copy()))
    for a, b in zip(mine, plain, strict=True):
        np.testing.assert_allclose(a.grad.array, b.grad.array, rtol=1e-5, atol=1e-6)


def test_infinities_and_nan_stay_in_their_rows(path: str) -> None:
    q, k, v = several(*SHAPES[1])
    q[0, 0], k[5] = np.nan, 100
    for settings in ({}, {"is_causal": True}):
        for m in (sg, torch):
            out = attend(m, **settings)(*map(m.tensor, (q, k, v))).numpy()
            assert np.isnan(out[0]).all()
            assert np.isfinite(out[1:]).all()
    k[5] = np.nan  # hidden from all of four causal queries
    out = attend(sg, is_causal=True)(*map(sg.tensor, (q, k, v))).array
    assert np.isfinite(out[1:]).all()
    large = [sg.tensor(x) for x in (normal(4, 5, dtype="float32") * 1e20, normal(6, 5, dtype="float32"), v)]
    same = attend(torch)(*[torch.tensor(t.array) for t in large])
    np.testing.assert_allclose(attend(sg)(*large).array, same.numpy(), rtol=1e-5)


@pytest.mark.parametrize("settings", [{}, {"is_causal": True}, {"masked": True}], ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dropout_agrees_with_the_definition(
    path: str, threads: int, settings: dict[str, Any], dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = dict(settings)
    mask = sg.tensor(some(4, 6)) if given.pop("masked", False) else None
    found = []
    for kernels in (attention.kernels, {}):
        monkeypatch.setattr(attention, "kernels", kernels)
        sg.manual_seed(3)
        leaves = [sg.tensor(a).requires_grad_() for a in several(*SHAPES[0], dtype=dtype)]
        out = attend(sg, dropout_p=0.4, **given)(*leaves) if mask is None else None
        if out is None:
            out = sg.nn.functional.scaled_dot_product_attention(*leaves, attn_mask=mask, dropout_p=0.4)
        grads = sg.autograd.grad((out**2).sum(), leaves, create_graph=True)
        second = sg.autograd.grad(sum((g**2).sum() for g in grads), leaves)
        found.append([t.detach().array for t in (out, *grads, *second)])
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4 * np.abs(b).max())


@pytest.mark.parametrize("compiled", [False, True])
def test_parts_of_the_noise_are_the_noise(compiled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not compiled:
        monkeypatch.setattr(registry, "functions", {})
    monkeypatch.setattr(registry, "LARGE", 1)
    whole = seeded_noise((3001,), 0.3, 7, F32)
    for first, last in itertools.combinations((0, 1, 2, 77, 255, 256, 257, 512, 1300, 3000, 3001), 2):
        np.testing.assert_array_equal(noise_between(3001, first, last, 0.3, 7, F32), whole[first:last])


def test_a_result_written_in_place_is_noticed(path: str) -> None:
    for m in (sg, torch):
        leaves = [m.ones(1, 2, 6, 4, requires_grad=True) for _ in range(3)]
        # PyTorch's blockwise kernel keeps its output, as the tiles do.
        with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.FLASH_ATTENTION):
            out = attend(m)(*leaves)
        out.mul_(2)
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            out.sum().backward()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("settings", [{}, {"is_causal": True}], ids=str)
def test_whole_tiles_agree(path: str, settings: dict[str, Any], threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real sizes, some rows and columns more than whole tiles."""
    take(path, monkeypatch)
    shapes = (
        (1, 2, attention_tiles.QUERIES * 2 + 9, 8),
        (1, 2, attention_tiles.KEYS + 5, 8),
        (1, 2, attention_tiles.KEYS + 5, 8),
    )
    compare(attend(sg, **settings), attend(torch, **settings), several(*shapes), second=False, tolerance=4)


def memory_of(times: int, **settings: Any) -> int:
    """The bytes that a forward and backward pass has at most, beyond its inputs."""
    leaves = [sg.tensor(normal(2, times, 8, dtype="float32")).requires_grad_() for _ in range(3)]
    tracemalloc.start()
    try:
        attend(sg, **settings)(*leaves).sum().backward()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("settings", [{}, {"is_causal": True}, {"dropout_p": 0.1}], ids=str)
def test_memory_is_linear_in_the_number_of_tokens(
    path: str, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attention_tiles, "QUERIES", 32)
    monkeypatch.setattr(attention_tiles, "KEYS", 64)
    memory_of(64, **settings)  # what is loaded at the first use is not counted
    few, many = memory_of(512, **settings), memory_of(2048, **settings)
    assert many < 4.3 * few
    assert many < 2 * 2048 * 2048 * 4 / 8
