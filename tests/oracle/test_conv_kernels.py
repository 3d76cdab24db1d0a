"""Convolutions large enough for compiled kernels, beside PyTorch: values and all gradients, every option."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

CASES: list[tuple[str, tuple[int, ...], tuple[int, ...], dict[str, Any]]] = [
    ("conv2d", (8, 32, 17, 15), (48, 32, 3, 3), {"padding": 1}),
    ("conv2d", (8, 33, 16, 15), (40, 33, 3, 3), {"padding": "same"}),
    ("conv2d", (2, 40, 20, 20), (40, 40, 3, 3), {}),
    ("conv2d", (9, 32, 16, 16), (48, 32, 3, 3), {"padding": (2, 1), "stride": (2, 1)}),
    ("conv2d", (2, 32, 24, 24), (32, 32, 3, 3), {"padding": 2, "dilation": 2}),
    ("conv2d", (8, 24, 16, 16), (36, 8, 3, 3), {"padding": 1, "groups": 3}),
    ("conv2d", (64, 1, 28, 28), (6, 1, 5, 5), {"padding": 2}),
    ("conv2d", (64, 6, 14, 14), (16, 6, 5, 5), {}),
    ("conv2d", (8, 64, 12, 12), (32, 64, 1, 1), {"stride": 2}),
    ("conv2d", (32, 40, 40), (32, 40, 3, 3), {"padding": 1}),
    ("conv1d", (8, 16, 200), (24, 16, 7), {"padding": 3, "stride": 2}),
    ("conv1d", (8, 16, 200), (24, 8, 4), {"padding": "same", "dilation": 3, "groups": 2}),
    ("conv_transpose2d", (8, 32, 10, 9), (32, 20, 4, 4), {"padding": 1, "stride": 2}),
    ("conv_transpose2d", (8, 32, 10, 9), (32, 9, 3, 3), {"stride": 3, "output_padding": (2, 1), "groups": 2}),
    ("conv_transpose2d", (8, 32, 12, 12), (32, 40, 3, 3), {"padding": 1}),
    (
        "conv_transpose2d",
        (8, 32, 9, 9),
        (32, 20, 3, 2),
        {"padding": (3, 0), "output_padding": (4, 1), "dilation": (5, 2)},
    ),
    ("conv_transpose2d", (40, 32, 5, 5), (32, 40, 3, 3), {"stride": 2, "output_padding": 2, "dilation": 3}),
    ("conv_transpose1d", (8, 32, 80), (32, 7, 5), {"stride": 3, "dilation": 2, "padding": 4}),
]


@pytest.mark.filterwarnings("ignore:Using padding=.same. with even kernel")  # PyTorch: an additional copy
@pytest.mark.parametrize(("name", "shape", "kernel", "options"), CASES)
@pytest.mark.parametrize("bias", [True, False])
def test_large_convolutions(
    name: str, shape: tuple[int, ...], kernel: tuple[int, ...], options: dict[str, Any], bias: bool
) -> None:
    if name == "conv2d" and len(shape) == 3:
        shape = (kernel[1], *shape[1:])  # no batch dimension
    rng = np.random.default_rng(0)
    transposed = "transpose" in name
    outputs = kernel[1] * options.get("groups", 1) if transposed else kernel[0]
    arrays = [rng.standard_normal(s).astype(np.float32) for s in (shape, kernel, (outputs,))]
    g: Any = None
    results = []
    for lib in (torch, sg):
        inputs = [lib.tensor(a).requires_grad_() for a in arrays[: 2 + bias]]
        x = inputs[0].transpose(-1, -2).contiguous().transpose(-1, -2)  # strides of neither layout
        out = getattr(lib.nn.functional, name)(x, *inputs[1:], **options)
        if g is None:
            g = rng.standard_normal(tuple(out.shape)).astype(np.float32)
        grads = lib.autograd.grad(out, inputs, lib.tensor(g), create_graph=True)
        second = lib.autograd.grad((grads[0] ** 2).sum() + (grads[1] ** 2).sum(), inputs[:2])
        results.append([np.asarray(t.detach()) for t in (out, *grads, *second)])
    for number, (expected, found) in enumerate(zip(*results, strict=True)):
        assert found.shape == expected.shape and found.dtype == np.float32
        np.testing.assert_allclose(found, expected, atol=2e-5 * np.abs(expected).max(), err_msg=str(number))
