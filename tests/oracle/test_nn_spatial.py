"""The layers of images, sequences and volumes against PyTorch's: outputs, gradients, names, repr, errors."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from ids import shown

import seedgrad as sg

from . import test_nn_layers as checks
from .nn_pair import Layer, same
from .nn_rows_spatial import LAYERS

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")


@pytest.mark.parametrize("layer", LAYERS, ids=shown)
@pytest.mark.parametrize(("dtype", "training"), [("float64", True), ("float32", False)])
def test_spatial_layer_agrees(layer: Layer, dtype: str, training: bool) -> None:
    checks.test_layer_agrees(layer, dtype, training)


@pytest.mark.parametrize("layer", LAYERS, ids=shown)
def test_spatial_layer_has_the_same_state_and_repr(layer: Layer) -> None:
    checks.test_state_dict_has_the_same_keys_shapes_and_types(layer)
    checks.test_repr_is_the_same(layer)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_conv_transpose_reaches_every_output_size(n: int) -> None:
    ours, theirs = Layer(f"ConvTranspose{n}d", 2, 3, 3, stride=3, padding=1, inputs=[]).make()
    x = np.random.default_rng(0).standard_normal((1, 2, *range(3, 3 + n)))
    least = [3 * (m - 1) + 1 for m in range(3, 3 + n)]
    for extra in (0, 1, 2):
        size = [m + extra for m in least]
        same(ours(sg.tensor(x), output_size=size), theirs(torch.tensor(x), output_size=size))
        whole = (1, 3, *size)
        same(ours(sg.tensor(x), output_size=whole), theirs(torch.tensor(x), output_size=whole))
    for wrong, message in (([m + 3 for m in least], "valid sizes range from"), ([1] * (n + 1), "must have")):
        with pytest.raises(ValueError, match=r"\w"):
            theirs(torch.tensor(x), output_size=wrong)
        with pytest.raises(ValueError, match=message):
            ours(sg.tensor(x), output_size=wrong)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_unpooling_undoes_pooling_of_every_size(n: int) -> None:
    x = np.random.default_rng(n).standard_normal((2, 3, *range(5, 5 + n)))
    ours, theirs = (
        (getattr(nn, f"MaxPool{n}d")(2, return_indices=True), getattr(nn, f"MaxUnpool{n}d")(2))
        for nn in (sg.nn, torch.nn)
    )
    for size in (x.shape, x.shape[2:]):
        same(
            ours[1](*ours[0](sg.tensor(x)), output_size=size),
            theirs[1](*theirs[0](torch.tensor(x)), output_size=size),
        )


@pytest.mark.parametrize("n", [2, 3])
def test_fractional_pooling_draws_windows_from_the_generator(n: int) -> None:
    x = sg.randn(4, 3, 9, 10, 8)[(..., *(0,) * (3 - n))]
    layer = getattr(sg.nn, f"FractionalMaxPool{n}d")(2, output_ratio=0.6, return_indices=True)
    sg.manual_seed(3)
    (first, indices), (second, _) = layer(x), layer(x)
    sg.manual_seed(3)
    again, _ = layer(x)
    assert (first == again).all()
    assert not (first == second).all()
    flat = x.flatten(2)
    assert (flat.gather(2, indices.flatten(2)) == first.flatten(2)).all()


@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
@pytest.mark.parametrize("antialias", [False, True])
def test_bytes_are_interpolated_as_bytes(mode: str, antialias: bool) -> None:
    rng = np.random.default_rng(0)
    for size in ((5, 9), (13, 4), (3, 3), (8, 16), (8, 7), (1, 2)):
        x = rng.integers(0, 256, (2, 3, 8, 7)).astype(np.uint8)
        settings = {"size": size, "mode": mode, "antialias": antialias}
        ours = sg.nn.functional.interpolate(sg.tensor(x), **settings)
        theirs = torch.nn.functional.interpolate(torch.tensor(x), **settings)
        assert ours.dtype is sg.uint8
        assert (ours.numpy() == theirs.numpy()).all()


def test_enlarging_with_antialias_keeps_what_is_one_element_wide() -> None:
    """PyTorch repeats the first row here; the same image two elements wide shows what is right."""
    x = np.random.default_rng(0).standard_normal((1, 2, 4, 1))
    ours = sg.nn.functional.interpolate(sg.tensor(x), (8, 1), mode="bilinear", antialias=True)
    wide = torch.nn.functional.interpolate(torch.tensor(x).expand(1, 2, 4, 2), (8, 2), mode="bilinear", antialias=True)
    same(ours, wide[..., :1])


def test_nan_and_inf_stay_where_they_are() -> None:
    x = np.random.default_rng(0).standard_normal((2, 3, 9, 8))
    x[0, 0, 4, 2], x[1, 2, 0, 0], x[1, 1, 8, 7] = np.nan, np.inf, -np.inf
    for kind in (np.float64, np.float32):
        a, b = sg.tensor(x.astype(kind)), torch.tensor(x.astype(kind))
        for mode in ("nearest", "bilinear", "area"):
            for size in ((12, 5), (20, 30), (5, 4)):
                same(
                    sg.nn.functional.interpolate(a, size, mode=mode),
                    torch.nn.functional.interpolate(b, size, mode=mode),
                )
        same(sg.nn.functional.adaptive_avg_pool2d(a, (4, 5)), torch.nn.functional.adaptive_avg_pool2d(b, (4, 5)))


F = sg.nn.functional
# What PyTorch has no second derivative of.
TWICE: list[tuple[str, Callable[..., Any], list[tuple[int, ...]]]] = [
    *[
        (f"grid_sample {mode} {padding}", functools.partial(F.grid_sample, mode=mode, padding_mode=padding,
          align_corners=corners), [(1, 2, 4, 3), (1, 2, 3, 2)])
        for mode in ("bilinear", "bicubic")
        for padding, corners in (("zeros", True), ("border", False), ("reflection", False))
    ],
    ("grid_sample 3d", functools.partial(F.grid_sample, align_corners=True), [(1, 1, 3, 2, 3), (1, 2, 1, 2, 3)]),
    ("conv_tbc", F.conv_tbc, [(4, 1, 2), (2, 2, 3), (3,)]),
    ("channel_shuffle", lambda x: F.channel_shuffle(x * x, 2), [(1, 4, 2)]),
    ("antialias", lambda x: F.interpolate(x * x, (3, 6), mode="bicubic", antialias=True), [(1, 1, 5, 4)]),
]  # fmt: skip


@pytest.mark.parametrize(("function", "shapes"), [pytest.param(f, s, id=name) for name, f, s in TWICE])
def test_second_derivatives_that_pytorch_lacks(function: Callable[..., Any], shapes: list[tuple[int, ...]]) -> None:
    rng = np.random.default_rng(0)
    inputs = tuple(sg.tensor(rng.uniform(-0.9, 0.9, shape), requires_grad=True) for shape in shapes)
    assert sg.autograd.gradcheck(function, inputs)
    assert sg.autograd.gradgradcheck(function, inputs)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 11])
def test_cross_map_lrn_agrees(size: int) -> None:
    """The output alone: PyTorch's gradient is not that of its output."""
    settings = (size, 0.5, 0.6, 2)
    for shape in ((2, 7, 3, 2), (1, 1, 2, 2), (2, 3, 1, 4)):
        x = np.random.default_rng(size).standard_normal(shape)
        ours, theirs = sg.nn.CrossMapLRN2d(*settings), torch.nn.CrossMapLRN2d(*settings)
        assert repr(ours) == repr(theirs)
        same(ours(sg.tensor(x)), theirs(torch.tensor(x)))
        assert sg.autograd.gradcheck(ours, (sg.tensor(x, requires_grad=True),))


def test_channels_last_stays_so_when_interpolated() -> None:
    image = sg.nn.Conv2d(3, 4, 3)(sg.randn(2, 3, 7, 6))
    out = sg.nn.functional.interpolate(image, scale_factor=2, mode="bilinear")
    assert out.detach().array.transpose(0, 2, 3, 1).flags.c_contiguous
    expected = torch.nn.functional.interpolate(torch.tensor(image.detach().numpy()), scale_factor=2, mode="bilinear")
    same(out, expected)


def test_warnings_of_old_names_and_defaults() -> None:
    """The same calls warn in both packages."""
    calls: list[Callable[[Any, Any], Any]] = [
        lambda F, t: F.upsample(t(1, 1, 2, 2), 3),
        lambda F, t: F.upsample_nearest(t(1, 1, 2, 2), 3),
        lambda F, t: F.upsample_bilinear(t(1, 1, 2, 2), 3),
        lambda F, t: F.grid_sample(t(1, 1, 2, 2), t(1, 1, 1, 2)),
        lambda F, t: F.affine_grid(t(1, 2, 3), (1, 1, 2, 2)),
        lambda F, t: F.affine_grid(t(1, 2, 3), (1, 1, 1, 2), True),
    ]
    for function in calls:
        with pytest.warns(UserWarning, match=r"\w"):
            function(torch.nn.functional, torch.ones)
        with pytest.warns(UserWarning, match=r"deprecated|align_corners"):
            function(sg.nn.functional, sg.ones)
    quiet: list[Callable[[Any, Any], Any]] = [
        lambda F, t: F.grid_sample(t(1, 1, 2, 2), t(1, 1, 1, 2), align_corners=False),
        lambda F, t: F.affine_grid(t(1, 2, 3), (1, 1, 2, 2), False),
        lambda F, t: F.interpolate(t(1, 1, 2, 2), 3, mode="bilinear"),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for function in quiet:
            function(sg.nn.functional, sg.ones)


BAD: list[tuple[Callable[[Any, Any], Any], str]] = [
    (lambda nn, t: nn.FractionalMaxPool2d(2), "requires either output_size or output_ratio"),
    (lambda nn, t: nn.FractionalMaxPool2d(2, 3, 0.5), "requires either output_size or output_ratio"),
    (lambda nn, t: nn.FractionalMaxPool3d(2, output_ratio=1.5), "must be between 0 and 1, got 1.5"),
    (lambda nn, t: nn.FractionalMaxPool2d(2, output_ratio=(0.5, 2)), "must be between 0 and 1"),
    (lambda nn, t: nn.CrossMapLRN2d(3)(t(2, 3, 4)), r"expected a 4D input, got shape \(2, 3, 4\)"),
    (lambda nn, t: nn.LocalResponseNorm(3)(t(2, 3)), "at least 3 dimensions"),
    (lambda nn, t: nn.CircularPad1d(1)(t(3)), r"expected 2D or 3D input, got shape \(3,\)"),
    (lambda nn, t: nn.CircularPad2d(1)(t(3, 3)), "expected 3D or 4D input"),
    (lambda nn, t: nn.CircularPad3d(1)(t(3, 3, 2)), "expected 4D or 5D input"),
    (lambda nn, t: nn.CircularPad1d(4)(t(1, 3)), "wrapping around more than once"),
    (lambda nn, t: nn.ReflectionPad1d(3)(t(1, 3)), "should be less than the corresponding input dimension"),
    (lambda nn, t: nn.ReflectionPad2d(1)(t(3, 2)), "pads the last 1, 2 or 3 dimensions"),
    (lambda nn, t: nn.ZeroPad2d(1)(t(3)), "less than or equal to two times the input dimension"),
    (lambda nn, t: nn.ZeroPad1d((1, 2, 3))(t(3, 4)), "must be divisible by 2"),
    (lambda nn, t: nn.ConstantPad1d(2.5, 1.0)(t(3)), "pad must hold ints"),
    (lambda nn, t: nn.ConstantPad1d(1, "x")(t(3)), "value must be a number, got 'x'"),
    (lambda nn, t: nn.ZeroPad1d(-2)(t(3)), "results in a negative size"),
    (lambda nn, t: nn.Upsample()(t(1, 1, 2)), "either size or scale_factor"),
    (lambda nn, t: nn.UpsamplingBilinear2d(3)(t(1, 1, 2)), "needs a 4-D input"),
    (lambda nn, t: nn.ConvTranspose1d(3, 4, 2)(t(2, 4, 5)), r"ConvTranspose1d\(3, 4\): the input must be \(N, 3, L\)"),
    (lambda nn, t: nn.ConvTranspose3d(3, 4, 2, padding_mode="circular"), "padding_mode must be"),
    (lambda nn, t: nn.ConvTranspose1d(3, 4, 2, groups=2), "in_channels must be divisible by groups"),
    (lambda nn, t: nn.PixelShuffle(2)(t(3, 2, 2)), "divisible by the square of upscale_factor"),
    (lambda nn, t: nn.Unfold(2)(t(2)), "3D or 4D"),
]


@pytest.mark.parametrize(("made", "message"), BAD, ids=range(len(BAD)))
def test_wrong_calls_raise_what_pytorch_raises(made: Callable[[Any, Any], Any], message: str) -> None:
    with pytest.raises(Exception, match=r"\w") as theirs:
        made(torch.nn, torch.ones)
    with pytest.raises(theirs.type, match=message) as ours:
        made(sg.nn, sg.ones)
    assert ours.type is theirs.type


def test_wrong_modes_of_grid_sampler_are_refused() -> None:
    """PyTorch takes any number for a mode."""
    for modes, name in (((3, 0), "interpolation_mode"), ((0, 3), "padding_mode")):
        with pytest.raises(ValueError, match=f"{name} must be 0, 1 or 2, got 3"):
            sg.grid_sampler(sg.ones(1, 1, 2, 2), sg.zeros(1, 1, 1, 2), *modes, False)
