"""Compiled convolutions against the definition in float64, their accuracy, and the choice between them."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

from ops.conv_checks import TILES, check, normal

import seedgrad as sg
from seedgrad.core import kernel as registry
from seedgrad.core import parallel
from seedgrad.nn import functional as F
from seedgrad.ops import conv_arrays
from seedgrad.ops.conv_choice import choose
from seedgrad.ops.conv_geometry import Geometry, geometry

registry.load()
from seedgrad.kernels import (  # noqa: E402
    conv_plan,
    numba_conv,
    numba_conv_few,
    numba_winograd,
    numba_winograd_weight,
)
from seedgrad.kernels.layout import as_channels_last  # noqa: E402

Array = np.ndarray[Any, Any]
CHANNELS = ((1, 6, 1), (3, 40, 1), (13, 33, 1), (20, 8, 1), (6, 10, 2), (40, 66, 2), (34, 17, 1))


@pytest.fixture
def plain() -> Iterator[None]:
    sg.set_exact_convolution(True)
    yield
    sg.set_exact_convolution(False)


FEW = (numba_conv_few.convolve, *TILES[1:])
WINOGRAD = (numba_winograd.convolve, numba_winograd.convolve_input, numba_winograd_weight.convolve_weight)


@pytest.mark.parametrize(("images", "stride", "dilation"), list(itertools.product((3, 13), (1, 2, 3), (1, 2))))
def test_tiles_are_the_definition(images: int, stride: int, dilation: int) -> None:
    rng = np.random.default_rng(0)
    kernels, pads = ((1, 1), (3, 3), (5, 2), (2, 3)), (((0, 0), (0, 0)), ((1, 1), (1, 2)), ((3, 0), (0, 3)))
    for kernel, padding, (c, o, groups) in itertools.product(kernels, pads, CHANNELS):
        x, w = normal(rng, images, c, 9, 11), normal(rng, o, c // groups, *kernel)
        check(TILES, x, w, ((stride, 3 - stride if stride < 3 else 1), padding, (dilation, 1), groups))


@pytest.mark.parametrize(("images", "size"), [(1, (4, 4)), (2, (5, 7)), (20, (3, 4))])
def test_few_outputs_are_the_definition(images: int, size: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    for (c, o, groups), kernel, stride in itertools.product(CHANNELS, ((1, 1), (3, 3), (2, 3)), (1, 2)):
        if groups == 1:
            x, w = normal(rng, images, c, *size), normal(rng, o, c, *kernel)
            check(FEW, x, w, ((stride, 1), ((1, 1), (1, 0)), (1, 2), 1))
    x, w = normal(rng, 4, 20, 9), normal(rng, 50, 20, 4)
    check(FEW, x, w, ((2,), ((1, 2),), (2,), 1))
    check(FEW, normal(rng, 1, 128, 4, 4), normal(rng, 16, 128, 3, 3), ((1, 1), ((1, 1), (1, 1)), (1, 1), 1))


def test_tiles_of_images_that_leave_out_the_padding() -> None:
    rng = np.random.default_rng(0)
    settings = ((1, 1), ((0, 0), (0, 0)), (1, 1), 1)
    x, w = normal(rng, 40, 6, 14, 14), normal(rng, 16, 6, 5, 5)
    geo = geometry(x.shape[2:], w.shape, *settings)
    assert conv_plan.plan_of(geo, 40, True).by_batch  # 25 taps, of which half lie outside
    assert not conv_plan.plan_of(geo, 26, True).by_batch  # too few parts for two threads
    check(TILES, x, w, settings)


def test_tiles_of_one_dimension_of_cut_inputs_and_of_any_layout() -> None:
    rng = np.random.default_rng(0)
    for c, o, groups in CHANNELS:
        check(TILES, normal(rng, 9, c, 30), normal(rng, o, c // groups, 5), ((2,), ((1, 3),), (2,), groups))
        x, w = normal(rng, 2, c, 9, 8), normal(rng, o, c // groups, 3, 3)
        check(TILES, x, w, ((2, 1), ((-1, 1), (-1, -2)), (1, 1), groups))
        last = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
        check(TILES, last, w, ((1, 1), ((1, 1), (1, 1)), (1, 1), groups))
        check(TILES, np.repeat(x, 2, axis=3)[:, :, ::-1, ::2], w, ((1, 1), ((1, 1), (1, 1)), (1, 1), groups))


@pytest.mark.parametrize("order", ["few tiles", "many tiles", "large kernel"])
@pytest.mark.parametrize("padding", [(0, 0), (1, 1), (2, 0), (0, 3)])
@pytest.mark.parametrize("size", [(9, 11), (4, 4), (4, 5), (8, 16)])
def test_winograd_is_the_definition(
    size: tuple[int, int], padding: tuple[int, int], order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    if order != "few tiles":
        monkeypatch.setattr(numba_winograd, "FEW", 3)
        monkeypatch.setattr(numba_winograd_weight, "keeps_tiles", lambda images, geo: False)
    if order == "large kernel":  # the same, block after block
        monkeypatch.setattr(numba_winograd, "LARGE", 0)
    for images, (c, o) in itertools.product((1, 5), ((16, 16), (18, 33), (7, 48), (130, 20), (33, 72))):
        for kernel, stride in ((3, 1), (4, 2)):
            x, w = normal(rng, images, c, *size), normal(rng, o, c, kernel, kernel)
            check(WINOGRAD, x, w, ((stride,) * 2, (padding, padding[::-1]), (1, 1), 1), tolerance=1e-5)


@pytest.mark.parametrize(("kernel", "stride"), [(3, 1), (4, 2)])
@pytest.mark.parametrize("channels", [32, 128, 512])
def test_accuracy_of_winograd(channels: int, kernel: int, stride: int) -> None:
    """What `set_exact_convolution` promises: the largest error of outputs of deviation 1."""
    rng = np.random.default_rng(0)
    size = 12 * stride
    x, w = normal(rng, 8, channels, size, size), normal(rng, 64, channels, kernel, kernel)
    w /= np.float32(kernel * channels**0.5)
    settings = ((stride, stride), ((1, 1), (1, 1)), (1, 1), 1)
    geo = geometry((size, size), w.shape, *settings)
    exact = conv_arrays.convolve(x.astype(float), w.astype(float), None, *settings)
    assert abs(exact.std() - 1) < 0.1
    assert np.abs(numba_winograd.convolve(x, w, None, geo) - exact).max() < 2e-5
    longer = kernel / 3  # the root of how many more terms a sum has
    assert np.abs(numba_conv.convolve(x, w, None, geo) - exact).max() < 3e-6 * longer


def test_winograd_passes_on_infinities_and_nan() -> None:
    rng = np.random.default_rng(0)
    x, w = normal(rng, 1, 32, 8, 8), normal(rng, 32, 32, 3, 3)
    x[0, 3, 1, 1] = np.nan
    geo = geometry((8, 8), w.shape, (1, 1), ((1, 1), (1, 1)), (1, 1), 1)
    out = numba_winograd.convolve(x, w, None, geo)
    assert np.isnan(out[0, :, :3, :3]).all()
    assert np.isfinite(out[0, :, :, 5:]).all() and np.isfinite(out[0, :, 5:]).all()


def shapes(c: int, o: int, size: tuple[int, ...], kernel: tuple[int, ...], **other: Any) -> Geometry:
    ones = (1,) * len(size)
    padding = tuple((k // 2, k // 2) for k in kernel)
    groups = other.get("groups", 1)
    return geometry(
        size, (o, c // groups, *kernel), other.get("stride", ones), padding, other.get("dilation", ones), groups
    )


def test_choice_of_the_algorithm(plain: None) -> None:
    big, small = np.zeros((8, 64, 32, 32), np.float32), np.zeros((1, 8, 8, 8), np.float32)
    usual = shapes(64, 64, (32, 32), (3, 3))
    assert choose("forward", big, 0, usual) == "tiles"  # the exact mode
    sg.set_exact_convolution(False)
    assert not sg.is_exact_convolution()
    assert [choose(job, big, 0, usual) for job in ("forward", "input", "weight")] == ["winograd"] * 3
    assert choose("forward", big.astype(np.float64), 0, usual) == "columns"
    assert choose("forward", small, 0, shapes(8, 8, (8, 8), (3, 3))) == "columns"
    assert choose("forward", small, 1 << 14, shapes(8, 8, (8, 8), (3, 3))) == "tiles"  # a large kernel
    assert choose("forward", small, 1 << 14, shapes(8, 64, (8, 8), (3, 3))) == "few"
    assert (
        choose("input", np.zeros((32, 1, 1, 1), np.float32), 0, shapes(128, 1, (4, 4), (4, 4))) == "tiles"
    )  # (its result)
    for other in (
        shapes(64, 64, (32, 32), (3, 3), stride=(2, 2)),
        shapes(64, 64, (32, 32), (3, 3), dilation=(1, 2)),
        shapes(64, 64, (32, 32), (3, 3), groups=2),
        shapes(64, 64, (32, 32), (1, 3)),
        shapes(64, 16, (32, 32), (3, 3)),
        shapes(16, 64, (32, 32), (3, 3)),
    ):
        assert choose("forward", big, 0, other) == "tiles"
    few = np.zeros((3, 64, 16, 16), np.float32)
    assert choose("forward", few, 0, shapes(64, 64, (4, 4), (3, 3))) == "few"
    wide = np.zeros((8, 512, 8, 8), np.float32)
    assert choose("weight", wide, 0, shapes(512, 512, (8, 8), (3, 3))) == "winograd"
    assert choose("weight", np.repeat(wide, 16, 0), 0, shapes(512, 512, (8, 8), (3, 3))) == "tiles"  # too many tiles
    halves = geometry((32, 32), (64, 32, 4, 4), (2, 2), ((1, 1), (1, 1)), (1, 1), 1)
    assert [choose(job, big, 0, halves) for job in ("forward", "input", "weight")] == ["winograd"] * 3
    assert choose("forward", big, 0, geometry((32, 32), (64, 32, 4, 4), (2, 1), ((1, 1),) * 2, (1, 1), 1)) == "tiles"
    volume = shapes(64, 64, (8, 8, 8), (3, 3, 3))
    assert choose("forward", np.zeros((1, 64, 8, 8, 8), np.float32), 0, volume) == "columns"
    assert choose("forward", big, 0, shapes(64, 64, (32, 32), (3, 3), groups=64)) == "depthwise"
    strided = shapes(64, 64, (32, 32), (3, 3), stride=(2, 2))
    assert choose("input", big.astype(np.float64), 0, strided) == "spread"
    for job, side, expected in (("forward", 32, "planes"), ("forward", 7, "tiles"), ("weight", 32, "tiles")):
        assert choose(job, big, 0, shapes(64, 3, (side, side), (3, 3))) == expected
    assert choose("input", big, 0, shapes(3, 64, (32, 32), (3, 3), stride=(2, 2))) == "planes"
    assert choose("forward", big, 0, shapes(64, 3, (32, 32), (3, 3), stride=(2, 2))) == "tiles"
    assert choose("forward", big, 0, shapes(64, 3, (32, 32), (1, 1))) == "tiles"


@pytest.mark.parametrize("groups", [1, 2])
def test_derivatives_of_every_order_use_compiled_forms(groups: int) -> None:
    results = []
    for compiled in (True, False):
        x = sg.tensor(normal(np.random.default_rng(1), 8, 32, 12, 12)).requires_grad_()
        w = sg.tensor(normal(np.random.default_rng(2), 32, 32 // groups, 3, 3) / np.float32(17)).requires_grad_()
        b = sg.tensor(normal(np.random.default_rng(3), 32)).requires_grad_()
        with pytest.MonkeyPatch.context() as patch:
            if not compiled:
                patch.setattr(registry, "functions", {})
            out = F.conv2d(x, w, b, padding=1, groups=groups)
            first = sg.autograd.grad((out * out).mean(), (x, w, b), create_graph=True)
            second = sg.autograd.grad(sum((g * g).sum() for g in first), (x, w))  # type: ignore[misc]
        results.append([out, *first, *second])
    for a, b in zip(*results, strict=True):
        found, expected = a.detach().array, b.detach().array
        np.testing.assert_allclose(found, expected, atol=2e-5 * np.abs(expected).max())


def test_same_bits_at_every_run_and_with_any_blocks() -> None:
    rng = np.random.default_rng(0)
    x, w = normal(rng, 24, 32, 16, 16), normal(rng, 32, 32, 3, 3)
    y = normal(rng, 24, 32, 16, 16)
    settings = ((1, 1), ((1, 1), (1, 1)), (1, 1), 1)

    def all_three() -> list[Array]:
        return [
            conv_arrays.convolve(x, w, None, *settings),
            conv_arrays.convolve_input(y, w, (16, 16), *settings),
            conv_arrays.convolve_weight(y, x, (3, 3), *settings),
        ]

    usual = all_three()
    for _ in range(3):
        for a, b in zip(all_three(), usual, strict=True):
            np.testing.assert_array_equal(a, b)
    before = parallel.get_num_threads()
    try:
        for threads in (1, 3):
            sg.set_num_threads(threads)
            for a, b in zip(all_three(), usual, strict=True):
                np.testing.assert_allclose(a, b, atol=1e-5 * np.abs(b).max())
    finally:
        sg.set_num_threads(before)


@pytest.mark.parametrize("shape", [(0, 3, 30, 30), (2, 0, 200, 200)])
def test_nothing_with_a_large_kernel(shape: tuple[int, ...]) -> None:
    x = sg.zeros(shape, requires_grad=True)
    w = sg.zeros((4000, shape[1], 3, 3), requires_grad=True)
    out = F.conv2d(x, w)
    out.sum().backward()
    assert out.shape == (shape[0], 4000, shape[2] - 2, shape[3] - 2)
    assert x.grad is not None and x.grad.shape == x.shape


AVX2 = "+sse,+sse2,+sse3,+ssse3,+sse4.1,+sse4.2,+avx,+avx2,+fma,+popcnt,+bmi,+bmi2"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "features"), [("haswell", AVX2), ("generic", "")])
def test_lesser_processors(name: str, features: str) -> None:
    """The same tests with tiles for AVX2, and for nothing, in a process whose compiler knows nothing more."""
    path = Path(__file__)
    env = {**os.environ, "NUMBA_CPU_NAME": name, "NUMBA_CPU_FEATURES": features}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "0",
        str(path),
        str(path.with_name("test_conv_planes.py")),
        "-k",
        "definition or accuracy or infinities",
    ]
    done = subprocess.run(command, env=env, cwd=path.parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "shape",
    [
        (2, 32, 8, 16),
        (3, 33, 7, 9),
        (1, 1, 64, 80),
        (5, 70, 1, 30),
        (2, 3, 40, 40),
        (4, 8, 4, 4),
        (9, 24, 5, 5),
        (40, 50, 3, 3),
        (90, 17, 1, 3),
    ],
)
def test_channels_last_are_the_same_numbers(shape: tuple[int, ...]) -> None:
    x = normal(np.random.default_rng(0), *shape)
    for source in (x, x[::-1], x.transpose(0, 1, 3, 2), x.transpose(1, 0, 2, 3), x.astype(np.float64)):
        found = as_channels_last(source)
        assert found.flags.c_contiguous and found.dtype == np.float32
        np.testing.assert_array_equal(found, source.transpose(0, 2, 3, 1))
