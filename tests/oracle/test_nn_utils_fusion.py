"""Fusing normalisations, memory formats, clipping: against PyTorch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .nn_pair import randomise, same, torch_state
from .nn_utils_pair import both_raise, check_members

CONVOLUTIONS: list[tuple[str, tuple[int, ...], int, bool, tuple[int, ...]]] = [
    ("Conv1d", (2, 4, 3), 1, False, (2, 2, 6)),
    ("Conv2d", (2, 4, 3), 2, False, (2, 2, 5, 5)),
    ("Conv3d", (2, 4, 2), 3, False, (1, 2, 3, 3, 3)),
    ("ConvTranspose1d", (2, 4, 3), 1, True, (2, 2, 6)),
    ("ConvTranspose2d", (2, 4, 3), 2, True, (2, 2, 5, 5)),
    ("ConvTranspose3d", (2, 4, 2), 3, True, (1, 2, 3, 3, 3)),
]


def _both(make: Any) -> tuple[Any, Any]:
    ours, theirs = make(sg).double().eval(), make(torch).double().eval()
    randomise(ours)
    theirs.load_state_dict(torch_state(ours))
    return ours, theirs


@pytest.mark.parametrize(("kind", "args", "dims", "transpose", "shape"), CONVOLUTIONS)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("affine", [True, False])
def test_fused_convolutions_agree(
    kind: str, args: Any, dims: int, transpose: bool, shape: Any, bias: bool, affine: bool
) -> None:
    def make(library: Any) -> Any:
        conv = getattr(library.nn, kind)(*args, bias=bias)
        return library.nn.Sequential(conv, getattr(library.nn, f"BatchNorm{dims}d")(4, affine=affine))

    ours, theirs = _both(make)
    a = sg.nn.utils.fuse_conv_bn_eval(*ours, transpose=transpose)
    b = torch.nn.utils.fuse_conv_bn_eval(*theirs, transpose=transpose)
    check_members(a, b)
    x = np.random.default_rng(0).standard_normal(shape)
    same(a(sg.tensor(x)), b(torch.tensor(x)))
    same(a(sg.tensor(x)), ours(sg.tensor(x)))
    assert a is not ours[0] and not a.training


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("outputs", "features"), [(4, 4), (4, 1), (1, 1)])
def test_fused_linear_layers_agree(bias: bool, outputs: int, features: int) -> None:
    def make(library: Any) -> Any:
        return library.nn.Sequential(library.nn.Linear(3, outputs, bias=bias), library.nn.BatchNorm1d(features))

    ours, theirs = _both(make)
    a = sg.nn.utils.fuse_linear_bn_eval(*ours)
    b = torch.nn.utils.fuse_linear_bn_eval(*theirs)
    check_members(a, b)
    x = np.random.default_rng(0).standard_normal((2, 3))
    same(a(sg.tensor(x)), b(torch.tensor(x)))


@pytest.mark.parametrize("kinds", [("float64", "float32"), ("float32", "float64")])
def test_fused_weights_keep_their_type_and_what_is_frozen(kinds: tuple[str, str]) -> None:
    made = []
    for library in (sg, torch):
        conv = library.nn.Conv2d(2, 3, 1, bias=kinds[0] == "float32").to(getattr(library, kinds[0])).eval()
        conv.weight.requires_grad_(False)
        bn = library.nn.BatchNorm2d(3).to(getattr(library, kinds[1])).eval()
        fused = library.nn.utils.fuse_conv_bn_eval(conv, bn)
        made.append([(str(p.dtype).rpartition(".")[2], p.requires_grad) for p in (fused.weight, fused.bias)])
    assert made[0] == made[1]
    for library in (sg, torch):
        w, b = library.nn.utils.fuse_conv_bn_weights(
            library.ones(2, 2, 1), None, library.ones(2), library.ones(2), 0.0, None, None
        )
        assert isinstance(w, library.nn.Parameter) and w.tolist() == [[[1.0], [1.0]]] * 2 and b.tolist() == [-1.0, -1.0]


def _fuse(library: Any, layer: Any, bn: Any, train: bool = False, **kwargs: Any) -> Any:
    name = "fuse_linear_bn_eval" if "Linear" in type(layer).__name__ else "fuse_conv_bn_eval"
    return getattr(library.nn.utils, name)(layer.train(train), bn.eval(), **kwargs)


def test_skip_init_draws_nothing_and_makes_the_same_layer() -> None:
    for args in ((sg.nn.Linear, 3, 4), (sg.nn.Conv2d, 2, 4, 3), (sg.nn.Embedding, 5, 2), (sg.nn.LSTM, 2, 3)):
        before = sg.get_rng_state()
        layer = sg.nn.utils.skip_init(*args, dtype=sg.float64)
        assert sg.equal(before, sg.get_rng_state())
        expected = getattr(torch.nn, args[0].__name__)(*args[1:], dtype=torch.float64)
        assert {k: tuple(v.shape) for k, v in layer.state_dict().items()} == {
            k: tuple(v.shape) for k, v in expected.state_dict().items()
        }
        layer.reset_parameters()
        assert not sg.equal(before, sg.get_rng_state())


WRONG: list[tuple[Any, type[Exception], str]] = [
    (lambda L: _fuse(L, L.nn.Conv2d(2, 4, 1), L.nn.BatchNorm2d(4), True), AssertionError, "only for eval"),
    (lambda L: _fuse(L, L.nn.Linear(2, 4), L.nn.BatchNorm1d(4), True), AssertionError, "only for eval"),
    (
        lambda L: _fuse(L, L.nn.Conv2d(2, 4, 1), L.nn.BatchNorm2d(4, track_running_stats=False)),
        AssertionError,
        "must not be None",
    ),
    (lambda L: _fuse(L, L.nn.Conv2d(2, 4, 1), L.nn.BatchNorm2d(5)), RuntimeError, "as many output channels"),
    (
        lambda L: _fuse(L, L.nn.ConvTranspose2d(4, 4, 3, groups=2), L.nn.BatchNorm2d(4), transpose=True),
        RuntimeError,
        "must not have groups",
    ),
    (lambda L: _fuse(L, L.nn.Linear(2, 4), L.nn.BatchNorm1d(5)), AssertionError, "got linear.out_features=4"),
    (lambda L: _fuse(L, L.nn.Linear(2, 4), L.nn.BatchNorm1d(4, affine=False)), TypeError, "must be Tensors, not None"),
    (
        lambda L: L.nn.utils.convert_conv2d_weight_memory_format(L.nn.Conv2d(2, 3, 2), 5),
        TypeError,
        "must be a memory format",
    ),
    (lambda L: L.nn.utils.clip_grads_with_norm_(_with_gradient(L), 1.0, 2.0), TypeError, "total_norm must be a Tensor"),
    (
        lambda L: L.nn.utils.clip_grads_with_norm_(_with_gradient(L), 1.0, L.ones(3)),
        RuntimeError,
        r"must be a scalar tensor, got the shape \(3,\)",
    ),
    (lambda L: L.nn.utils.get_total_norm([L.ones(3, dtype=L.int64)]), RuntimeError, "got .*int64"),
    (lambda L: L.nn.utils.get_total_norm([L.ones(0)], math.inf), RuntimeError, r"empty tensor of shape \(0,\)"),
    (lambda L: L.nn.utils.get_total_norm([L.ones(0)], -1), RuntimeError, "the -1.0 norm of an empty tensor"),
    (lambda L: L.nn.utils.clip_grad_norm_(_with_gradient(L), "foo"), ValueError, "could not convert"),
    (lambda L: L.nn.utils.clip_grad_value_(5, 1.0), TypeError, "not iterable"),
    (
        lambda L: L.nn.utils.clip_grad_value_(_with_gradient(L, L.complex64), 1.0),
        NotImplementedError,
        "complex gradients have no order",
    ),
    (lambda L: L.nn.utils.skip_init(L.nn.ReLU), RuntimeError, "'device' arg to skip"),
    (lambda L: L.nn.utils.skip_init(int), RuntimeError, "Expected a Module; got <class 'int'>"),
    (lambda L: L.nn.utils.skip_init(3), TypeError, "must be a class"),
    (lambda L: L.nn.utils.parameters_to_vector([]), ValueError, "at least one parameter"),
]


@pytest.mark.filterwarnings("ignore:Initializing zero")
@pytest.mark.parametrize("number", range(len(WRONG)))
def test_wrong_uses_are_refused(number: int) -> None:
    both_raise(*WRONG[number])


def _with_gradient(library: Any, dtype: Any = None, value: float = 3.0) -> Any:
    p = library.nn.Parameter(library.ones(4, dtype=dtype or library.float32))
    p.grad = library.ones(4, dtype=p.dtype) * value
    return [p]


@pytest.mark.parametrize("kind", ["float16", "bfloat16", "float32", "float64", "complex64", "complex128"])
@pytest.mark.parametrize("norm_type", [2.0, 1.0, math.inf, -math.inf, 0.5, -1.0, "inf"])
@pytest.mark.parametrize("foreach", [None, False])
def test_clipping_in_every_type(kind: str, norm_type: Any, foreach: bool | None) -> None:
    found = []
    for library in (sg, torch):
        value = 3 + 4j if kind.startswith("complex") else 3.0
        p = _with_gradient(library, getattr(library, kind), value)
        norm = library.nn.utils.clip_grad_norm_(p, 1.0, norm_type, foreach=foreach)
        found.append((norm, p[0].grad))
    for a, b in zip(*found, strict=True):
        assert str(a.dtype).rpartition(".")[2] == str(b.dtype).rpartition(".")[2]
        wide = "complex128" if kind.startswith("complex") else "float64"
        x, y = a.to(getattr(sg, wide)).numpy(), b.to(getattr(torch, wide)).numpy()
        eps = {"float16": 2e-3, "bfloat16": 1e-2, "float64": 1e-12, "complex128": 1e-12}.get(kind, 1e-6)
        np.testing.assert_allclose(x, y, rtol=eps)


def test_norms_of_mixed_types_and_of_empty_tensors() -> None:
    mixtures: list[list[tuple[str, int, float]]] = [
        [("float16", 2, 1.0), ("float32", 3, 1.0)],
        [("float16", 2, 60000.0), ("float32", 3, 1.0)],
        [("float64", 2, 1.0), ("float32", 3, 1.0)],
        [("bfloat16", 2, 1.0), ("float16", 3, 1.0)],
        [("float32", 0, 1.0), ("float32", 3, 1.0)],
        [("float32", 0, 1.0)],
        [("float32", 2, 0.0), ("float32", 3, 1.0)],
    ]
    for mixture in mixtures:
        for p in (2.0, 1.0, 0.0, 0.5):
            a, b = (
                library.nn.utils.get_total_norm(
                    [library.full((n,), x, dtype=getattr(library, kind)) for kind, n, x in mixture], p
                )
                for library in (sg, torch)
            )
            assert str(a.dtype).rpartition(".")[2] == str(b.dtype).rpartition(".")[2], (mixture, p)
            eps = {"float16": 2e-3, "bfloat16": 1e-2}.get(str(a.dtype).rpartition(".")[2], 1e-3)
            np.testing.assert_allclose(a.item(), b.item(), rtol=eps)


def test_the_old_name_of_clipping_warns() -> None:
    for library in (sg, torch):
        with pytest.warns(FutureWarning, match=r"clip_grad_norm` is now deprecated in favor"):
            assert library.nn.utils.clip_grad_norm(_with_gradient(library), 1.0).item() == pytest.approx(6.0)


def test_clipping_with_a_given_norm_and_odd_limits() -> None:
    for total, limit in ((2.0, 1.0), (0.0, 0.0), (math.inf, 1.0), (math.nan, 1.0), (5.0, -1.0), (2.0, "1.0")):
        grads = []
        for library in (sg, torch):
            p = _with_gradient(library)
            library.nn.utils.clip_grads_with_norm_(p, limit if limit != "1.0" else 1.0, library.tensor(total))
            library.nn.utils.clip_grad_norm_(p, limit)
            grads.append(p[0].grad)
        same(*grads)


def test_memory_formats_change_the_order_only() -> None:
    net = sg.nn.Sequential(sg.nn.Conv2d(2, 3, 2), sg.nn.Conv3d(2, 3, 2), sg.nn.Linear(2, 2))
    before = {k: v.clone() for k, v in net.state_dict().items()}
    strides = net[0].weight.array.strides
    assert sg.nn.utils.convert_conv2d_weight_memory_format(net, "channels_last") is net
    assert net[0].weight.array.strides == (32, 4, 16, 8)
    sg.nn.utils.convert_conv3d_weight_memory_format(net, "channels_last_3d")
    assert net[1].weight.array.strides == (64, 4, 32, 16, 8)
    assert all(sg.equal(before[k], v) for k, v in net.state_dict().items())
    sg.nn.utils.convert_conv2d_weight_memory_format(net, "preserve_format")
    assert net[0].weight.array.strides != strides
    sg.nn.utils.convert_conv2d_weight_memory_format(net, "contiguous_format")
    assert net[0].weight.array.strides == strides
    with pytest.raises(RuntimeError, match="required rank 4"):
        sg.nn.utils.convert_conv3d_weight_memory_format(net, "channels_last")
