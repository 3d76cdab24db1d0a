"""MultiheadAttention and its function against PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .nn_pair import same
from .sequence_pair import compare, normal, torch_by_the_formula, twins

__all__ = ["torch_by_the_formula"]  # a fixture that every test uses

INF = float("inf")
LAYERS: list[dict[str, Any]] = [
    {},
    {"bias": False},
    {"add_bias_kv": True},
    {"add_zero_attn": True},
    {"add_bias_kv": True, "add_zero_attn": True, "bias": False},
    {"kdim": 5, "vdim": 3},
    {"kdim": 5, "bias": False, "add_bias_kv": True},
    {"batch_first": True},
    {"batch_first": True, "vdim": 3, "add_zero_attn": True},
]
CALLS: list[dict[str, Any]] = [
    {},
    {"need_weights": False},
    {"average_attn_weights": False},
    {"key_padding_mask": "bool"},
    {"key_padding_mask": "float", "need_weights": False},
    {"attn_mask": "bool"},
    {"attn_mask": "float", "need_weights": False},
    {"attn_mask": "float 3", "key_padding_mask": "float"},
    {"attn_mask": "bool 3", "key_padding_mask": "bool", "need_weights": False},
    {"attn_mask": "causal", "is_causal": True},
    {"attn_mask": "causal", "is_causal": True, "need_weights": False},
    {"attn_mask": "causal", "is_causal": True, "need_weights": False, "key_padding_mask": "float"},
]
L, B, S, H, E = 4, 2, 5, 2, 6


def mask_of(kind: str, batched: bool) -> np.ndarray:
    if kind == "causal":
        return np.triu(np.full((L, S), -INF), 1)
    what, *three = kind.split()
    shape = (B * H if batched else H, L, S) if three else (L, S)
    blocked = np.random.default_rng(2).random(shape) < 0.3
    blocked[..., 0] = False
    return blocked if what == "bool" else np.where(blocked, -INF, normal(*shape))


def padding_of(kind: str, batched: bool) -> np.ndarray:
    blocked = np.array([[False, False, True, False, True], [False] * 5])
    blocked = blocked if batched else blocked[0]
    return blocked if kind == "bool" else np.where(blocked, -INF, 0.25)


def arguments(call: dict[str, Any], batched: bool) -> dict[str, Any]:
    made = dict(call)
    if "attn_mask" in call:
        made["attn_mask"] = mask_of(call["attn_mask"], batched)
    if "key_padding_mask" in call:
        made["key_padding_mask"] = padding_of(call["key_padding_mask"], batched)
    return made


def tensors_of(package: Any, made: dict[str, Any]) -> dict[str, Any]:
    return {k: package.tensor(v) if isinstance(v, np.ndarray) else v for k, v in made.items()}


def inputs(settings: dict[str, Any], batched: bool) -> list[np.ndarray]:
    sizes = [(L, E), (S, settings.get("kdim", E)), (S, settings.get("vdim", E))]
    if not batched:
        return [normal(*s) for s in sizes]
    first = settings.get("batch_first")
    return [normal(B, n, e) if first else normal(n, B, e) for n, e in sizes]


@pytest.mark.parametrize("settings", LAYERS, ids=str)
@pytest.mark.parametrize("call", CALLS, ids=str)
def test_layer_agrees(settings: dict[str, Any], call: dict[str, Any]) -> None:
    ours, theirs = twins("MultiheadAttention", E, H, **settings)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    made = arguments(call, True)
    compare(
        lambda *x: ours(*x, **tensors_of(sg, made)),
        lambda *x: theirs(*x, **tensors_of(torch, made)),
        inputs(settings, True),
        (ours, theirs),
        second=len(call) < 3,
    )


@pytest.mark.parametrize("settings", [LAYERS[0], LAYERS[4], LAYERS[5], LAYERS[7]], ids=str)
@pytest.mark.parametrize("call", CALLS, ids=str)
@pytest.mark.parametrize("training", [True, False])
def test_layer_agrees_without_batch(settings: dict[str, Any], call: dict[str, Any], training: bool) -> None:
    ours, theirs = twins("MultiheadAttention", E, H, training=training, **settings)
    made = arguments(call, False)
    compare(
        lambda *x: ours(*x, **tensors_of(sg, made)),
        lambda *x: theirs(*x, **tensors_of(torch, made)),
        inputs(settings, False),
        (ours, theirs),
        second=False,
    )


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("need", [True, False])
def test_shared_tensors_agree(first: bool, need: bool) -> None:
    """Query, key and value that are one tensor are projected by one product, and so are key and value."""
    ours, theirs = twins("MultiheadAttention", E, H, batch_first=first)
    compare(
        lambda x: ours(x, x, x, need_weights=need),
        lambda x: theirs(x, x, x, need_weights=need),
        [normal(3, 3, E)],
        (ours, theirs),
    )
    compare(
        lambda x, y: (ours(x, y, y, need_weights=need), ours(y, x, y, need_weights=need)),
        lambda x, y: (theirs(x, y, y, need_weights=need), theirs(y, x, y, need_weights=need)),
        [normal(3, 3, E), normal(3, 3, E) * 2],
        (ours, theirs),
    )


@pytest.mark.parametrize("need", [True, False])
def test_float32_agrees(need: bool) -> None:
    ours, theirs = twins("MultiheadAttention", E, H, dtype="float32")
    x = [normal(L, B, E, dtype="float32") + k for k in range(3)]
    compare(
        lambda *x: ours(*x, need_weights=need),
        lambda *x: theirs(*x, need_weights=need),
        x,
        (ours, theirs),
        second=False,
    )


def test_fixed_keys_and_values_agree() -> None:
    w, b, o = normal(3 * E, E), normal(3 * E), normal(E, E)
    fixed = [normal(B * H, 3, E // H), normal(B * H, 3, E // H) + 1]

    def program(package: Any) -> Any:
        def run(x: Any, w: Any, b: Any, o: Any, k: Any, v: Any) -> Any:
            return package.nn.functional.multi_head_attention_forward(
                x, x, x, E, H, w, b, None, None, True, 0.0, o, None, static_k=k, static_v=v
            )

        return run

    compare(program(sg), program(torch), [normal(L, B, E), w, b, o, *fixed])


def test_query_that_sees_nothing_gives_nan_with_weights_and_zeros_without() -> None:
    ours, theirs = twins("MultiheadAttention", E, H)
    x, mask = normal(L, B, E), np.zeros((L, L), bool)
    mask[1] = True
    for need in (True, False):
        a = ours(sg.tensor(x), sg.tensor(x), sg.tensor(x), attn_mask=sg.tensor(mask), need_weights=need)[0]
        y = torch.tensor(x)
        b = theirs(y, y, y, attn_mask=torch.tensor(mask), need_weights=need)[0]
        same(a, b)
        assert np.isnan(a.detach().array[1]).all() == need


def test_dropout_is_on_the_weights_while_training() -> None:
    sg.manual_seed(0)
    layer = sg.nn.MultiheadAttention(E, H, dropout=0.5, bias=False)
    x = sg.randn(40, 1, E)
    weights = layer(x, x, x, average_attn_weights=False)[1].detach().array
    assert 0.45 < (weights == 0).mean() < 0.55
    assert 0.9 < weights.sum(-1).mean() < 1.1
    a, b = (layer(x, x, x, need_weights=False)[0].detach().array for _ in range(2))
    assert (a != b).any()
    layer.eval()
    a, b = (layer(x, x, x, need_weights=False)[0].detach().array for _ in range(2))
    assert (a == b).all()
    np.testing.assert_allclose(layer(x, x, x)[1].detach().array.sum(-1), 1, rtol=1e-5)
    assert not layer.train()(x, x, x)[1].detach().array.all()


def test_parameters_start_as_documented() -> None:
    sg.manual_seed(0)
    layer = sg.nn.MultiheadAttention(20, 4, add_bias_kv=True)
    bound = np.sqrt(6 / (20 + 60))
    assert 0.9 * bound < np.abs(layer.in_proj_weight.array).max() <= bound
    assert not layer.in_proj_bias.array.any()
    assert not layer.out_proj.bias.array.any()
    assert layer.bias_k.array.any()


def test_mismatched_masks_warn() -> None:
    layer, x = sg.nn.MultiheadAttention(E, H), sg.ones(L, B, E)
    with pytest.warns(UserWarning, match="mismatched key_padding_mask and attn_mask is deprecated"):
        layer(x, x, x, key_padding_mask=sg.zeros(B, L, dtype=sg.bool), attn_mask=sg.zeros(L, L))


BAD_LAYERS: list[tuple[str, Any, str]] = [
    ("zero", lambda nn, t: nn.MultiheadAttention(0, 1), "got embed_dim=0 and num_heads=1"),
    ("heads", lambda nn, t: nn.MultiheadAttention(6, 4), "must be divisible by num_heads"),
    ("embedding", lambda nn, t: call_mha(nn, t(4, 2, 5), t(4, 2, 6)), "embedding dimension of 6, but got 5"),
    ("key", lambda nn, t: call_mha(nn, t(4, 2, 6), t(4, 2, 6), t(5, 2, 6)), r"key shape .* does not match value shape"),
    ("ndim", lambda nn, t: call_mha(nn, t(6), t(6)), "unbatched 2D or batched 3D"),
    ("key ndim", lambda nn, t: call_mha(nn, t(4, 2, 6), t(4, 6)), r"expected `key` and `value` to be 3-D"),
    ("padding", lambda nn, t: call_mha(nn, t(4, 2, 6), t(4, 2, 6), key_padding_mask=t(4)), r"`None` or 2-D"),
    ("padding shape", lambda nn, t: call_mha(nn, t(4, 2, 6), t(4, 2, 6), key_padding_mask=t(2, 5)), "key_padding_mask"),
    (
        "padding int",
        lambda nn, t: call_mha(nn, t(4, 2, 6), t(4, 2, 6), key_padding_mask=t(2, 4).int()),
        "only bool and",
    ),
    ("mask ndim", lambda nn, t: call_mha(nn, t(4, 2, 6), t(4, 2, 6), attn_mask=t(4)), "`None`, 2-D or 3-D"),
    (
        "mask",
        lambda nn, t: call_mha(nn, t(4, 2, 6), t(4, 2, 6), attn_mask=t(4, 5)),
        r"is .*4, 5.*, but should be \(4, 4\)",
    ),
    ("mask 3", lambda nn, t: call_mha(nn, t(4, 2, 6), t(4, 2, 6), attn_mask=t(2, 4, 4)), r"should be \(4, 4, 4\)"),
    ("mask 3 alone", lambda nn, t: call_mha(nn, t(4, 6), t(4, 6), attn_mask=t(4, 4, 4)), r"to be \(2, 4, 4\)"),
    ("causal", lambda nn, t: call_mha(nn, t(4, 2, 6), t(4, 2, 6), is_causal=True), "Need attn_mask if specifying"),
    (
        "bias alone",
        lambda nn, t: nn.functional.multi_head_attention_forward(
            t(4, 2, 6), t(4, 2, 6), t(4, 2, 6), 6, 2, t(18, 6), None, t(1, 1, 6), None, False, 0.0, t(6, 6), None
        ),
        "bias_k",
    ),
    (
        "no weight",
        lambda nn, t: nn.functional.multi_head_attention_forward(
            t(4, 2, 6), t(4, 2, 6), t(4, 2, 6), 6, 2, None, None, None, None, False, 0.0, t(6, 6), None
        ),
        "in_proj_weight is None",
    ),
    (
        "no separate weight",
        lambda nn, t: nn.functional.multi_head_attention_forward(
            t(4, 2, 6),
            t(4, 2, 6),
            t(4, 2, 6),
            6,
            2,
            None,
            None,
            None,
            None,
            False,
            0.0,
            t(6, 6),
            None,
            use_separate_proj_weight=True,
        ),
        "q_proj_weight",
    ),
    (
        "static",
        lambda nn, t: nn.functional.multi_head_attention_forward(
            t(4, 2, 6),
            t(4, 2, 6),
            t(4, 2, 6),
            6,
            2,
            t(18, 6),
            None,
            None,
            None,
            False,
            0.0,
            t(6, 6),
            None,
            static_k=t(3, 4, 3),
        ),
        "expecting static_k",
    ),
]


def call_mha(nn: Any, query: Any, key: Any, value: Any = None, **settings: Any) -> Any:
    return nn.MultiheadAttention(6, 2)(query, key, key if value is None else value, **settings)


@pytest.mark.parametrize(("call", "text"), [b[1:] for b in BAD_LAYERS], ids=[b[0] for b in BAD_LAYERS])
@pytest.mark.filterwarnings("ignore:Support for mismatched")
def test_wrong_layers_and_calls_raise_as_in_torch(call: Any, text: str) -> None:
    with pytest.raises(Exception) as theirs:
        call(torch.nn, torch.ones)
    with pytest.raises(theirs.type, match=text):
        call(sg.nn, sg.ones)
