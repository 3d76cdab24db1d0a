"""The Transformer, its stacks and layers against PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .nn_pair import same
from .sequence_pair import compare, normal, torch_by_the_formula, twins

__all__ = ["torch_by_the_formula"]  # a fixture that every test uses

# PyTorch says why it can't use nested tensors.
pytestmark = pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
INF = float("inf")
E, H, F, S, T, B = 8, 2, 6, 5, 4, 3


def square(n: int, kind: str) -> np.ndarray:
    causal = np.triu(np.ones((n, n), bool), 1)
    return causal if kind == "bool" else np.where(causal, -INF, 0.0)


def other(rows: int, keys: int) -> np.ndarray:
    """A float mask that is not causal."""
    blocked = np.random.default_rng(0).random((rows, keys)) < 0.3
    blocked[:, 0] = False
    return np.where(blocked, -INF, 0.5)


PADDED = np.arange(S) >= np.array([5, 3, 4])[:, None]

SETTINGS: list[dict[str, Any]] = [
    {},
    {"norm_first": True},
    {"activation": "gelu"},
    {"bias": False},
    {"batch_first": True},
    {"batch_first": True, "norm_first": True, "activation": "gelu", "bias": False, "layer_norm_eps": 0.1},
]


def on(package: Any, arrays: dict[str, Any]) -> dict[str, Any]:
    return {k: package.tensor(v) if isinstance(v, np.ndarray) else v for k, v in arrays.items()}


def sequence(length: int, settings: dict[str, Any], batched: bool = True, dtype: str = "float64") -> np.ndarray:
    if not batched:
        return normal(length, E, dtype=dtype)
    return normal(B, length, E, dtype=dtype) if settings.get("batch_first") else normal(length, B, E, dtype=dtype)


MASKS: list[dict[str, Any]] = [
    {},
    {"src_mask": square(S, "float")},
    {"src_mask": square(S, "bool"), "is_causal": True},
    {"src_mask": other(S, S)},
    {"src_mask": np.tile(square(S, "bool"), (B * H, 1, 1))},
    {"src_key_padding_mask": PADDED},
    {"src_mask": other(S, S), "src_key_padding_mask": np.where(PADDED, -INF, 0.0)},
    {"src_mask": square(S, "bool"), "src_key_padding_mask": PADDED, "is_causal": True},
]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("masks", MASKS, ids=lambda m: "+".join(m) or "no mask")
@pytest.mark.parametrize("training", [True, False])
def test_encoder_layer_agrees(settings: dict[str, Any], masks: dict[str, Any], training: bool) -> None:
    full = {"dropout": 0.0, **settings}
    ours, theirs = twins("TransformerEncoderLayer", E, H, F, training=training, **full)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    compare(
        lambda x: ours(x, **on(sg, masks)),
        lambda x: theirs(x, **on(torch, masks)),
        [sequence(S, settings)],
        (ours, theirs),
        second=training and len(masks) < 2,
    )


DECODER: list[dict[str, Any]] = [
    {},
    {"tgt_mask": square(T, "float"), "tgt_is_causal": True},
    {"tgt_mask": square(T, "bool"), "memory_key_padding_mask": PADDED},
    {"memory_mask": other(T, S)},
    {"memory_mask": np.triu(np.ones((T, S), bool), 1), "memory_is_causal": True},
    {"tgt_mask": other(T, T), "tgt_key_padding_mask": np.where(PADDED[:, :T], -INF, 0.0)},
]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("masks", DECODER, ids=lambda m: "+".join(m) or "no mask")
def test_decoder_layer_agrees(settings: dict[str, Any], masks: dict[str, Any]) -> None:
    ours, theirs = twins("TransformerDecoderLayer", E, H, F, dropout=0.0, **settings)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    compare(
        lambda x, m: ours(x, m, **on(sg, masks)),
        lambda x, m: theirs(x, m, **on(torch, masks)),
        [sequence(T, settings), sequence(S, settings)],
        (ours, theirs),
        second=not masks,
    )


@pytest.mark.parametrize("settings", [SETTINGS[0], SETTINGS[1], SETTINGS[4]], ids=str)
@pytest.mark.parametrize("norm", [True, False])
@pytest.mark.parametrize("nested", [True, False])
def test_stacks_agree(settings: dict[str, Any], norm: bool, nested: bool) -> None:
    def stacks(nn: Any) -> tuple[Any, Any]:
        made = {"dropout": 0.0, **settings}
        encoder = nn.TransformerEncoderLayer(E, H, F, **made)
        decoder = nn.TransformerDecoderLayer(E, H, F, **made)
        last = [nn.LayerNorm(E) if norm else None for _ in range(2)]
        return (
            nn.TransformerEncoder(encoder, 2, last[0], enable_nested_tensor=nested, mask_check=False),
            nn.TransformerDecoder(decoder, 3, last[1]),
        )

    pairs = [(a.double(), b.double()) for a, b in zip(stacks(sg.nn), stacks(torch.nn), strict=True)]
    for a, b in pairs:
        rng = np.random.default_rng(0)
        for p in a.parameters():
            p.array[...] = rng.uniform(-0.7, 0.7, p.array.shape)
        b.load_state_dict({k: torch.tensor(v.array) for k, v in a.state_dict().items()})
        assert repr(a) == repr(b)
    (encoder, their_encoder), (decoder, their_decoder) = pairs
    for mask, hint in ((None, None), (square(S, "float"), None), (square(S, "bool"), True), (other(S, S), False)):
        given = {"mask": mask, "is_causal": hint}
        compare(
            lambda x, g=given: encoder(x, **on(sg, g)),
            lambda x, g=given: their_encoder(x, **on(torch, g)),
            [sequence(S, settings)],
            pairs[0],
            second=False,
        )
    padded = {"src_key_padding_mask": PADDED}
    compare(
        lambda x: encoder(x, **on(sg, padded)),
        lambda x: their_encoder(x, **on(torch, padded)),
        [sequence(S, settings)],
        pairs[0],
        second=False,
    )
    for masks in DECODER:
        compare(
            lambda x, m, g=masks: decoder(x, m, **on(sg, g)),
            lambda x, m, g=masks: their_decoder(x, m, **on(torch, g)),
            [sequence(T, settings), sequence(S, settings)],
            pairs[1],
            second=False,
        )


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("batched", [True, False])
def test_transformer_agrees(settings: dict[str, Any], batched: bool) -> None:
    ours, theirs = twins("Transformer", E, H, 2, 1, F, 0.0, **settings)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    masks: dict[str, Any] = {"tgt_mask": square(T, "float"), "src_mask": other(S, S)}
    if batched:
        masks["memory_key_padding_mask"] = PADDED
    compare(
        lambda x, y: ours(x, y, **on(sg, masks)),
        lambda x, y: theirs(x, y, **on(torch, masks)),
        [sequence(S, settings, batched), sequence(T, settings, batched)],
        (ours, theirs),
        second=not settings,
        tolerance=10,
    )


@pytest.mark.parametrize("training", [True, False])
def test_transformer_agrees_in_float32(training: bool) -> None:
    ours, theirs = twins("Transformer", E, H, 1, 1, F, 0.0, dtype="float32", training=training)
    arrays = [sequence(S, {}, dtype="float32"), sequence(T, {}, dtype="float32")]
    compare(ours, theirs, arrays, (ours, theirs), second=False, tolerance=5)


@pytest.mark.parametrize("name", ["TransformerEncoderLayer", "TransformerDecoderLayer"])
def test_activations_may_be_functions_and_modules(name: str) -> None:
    for mine, other_one in (
        (sg.nn.functional.silu, torch.nn.functional.silu),
        (sg.nn.Tanh(), torch.nn.Tanh()),
        (lambda x: x * x, lambda x: x * x),
    ):
        ours = getattr(sg.nn, name)(E, H, F, 0.0, mine, dtype=sg.float64)
        theirs = getattr(torch.nn, name)(E, H, F, 0.0, other_one, dtype=torch.float64)
        theirs.load_state_dict({k: torch.tensor(v.array) for k, v in ours.state_dict().items()})
        assert repr(ours) == repr(theirs)
        arrays = [sequence(T, {})] * (1 if "Encoder" in name else 2)
        compare(ours, theirs, arrays, (ours, theirs), second=False)


def test_custom_parts_are_used() -> None:
    class Double(sg.nn.Module):
        def forward(self, x: Any, *args: Any, **kwargs: Any) -> Any:
            return x * 2

    model = sg.nn.Transformer(E, H, custom_encoder=Double(), custom_decoder=Double())
    assert (model(sg.ones(S, B, E), sg.ones(T, B, E)).array == 2).all()


def test_subsequent_masks_agree() -> None:
    for n in (0, 1, 4):
        same(
            sg.nn.Transformer.generate_square_subsequent_mask(n),
            torch.nn.Transformer.generate_square_subsequent_mask(n),
        )
    for kind in ("float64", "bool"):
        same(
            sg.nn.Transformer.generate_square_subsequent_mask(3, dtype=getattr(sg, kind)),
            torch.nn.Transformer.generate_square_subsequent_mask(3, dtype=getattr(torch, kind)),
        )


def test_wrong_hint_is_believed_as_in_torch() -> None:
    ours, theirs = twins("TransformerEncoderLayer", E, H, F, dropout=0.0)
    x, mask = sequence(S, {}), other(S, S)
    a = ours(sg.tensor(x), src_mask=sg.tensor(mask), is_causal=True)
    same(a, theirs(torch.tensor(x), src_mask=torch.tensor(mask), is_causal=True))
    same(ours(sg.tensor(x), src_mask=sg.tensor(square(S, "float"))), torch.tensor(a.detach().array))


def test_layers_of_a_stack_are_copies() -> None:
    layer = sg.nn.TransformerEncoderLayer(E, H, F)
    stack = sg.nn.TransformerEncoder(layer, 2)
    assert (stack.layers[0].linear1.weight.array == layer.linear1.weight.array).all()
    stack.layers[0].linear1.weight.array[...] = 0
    assert layer.linear1.weight.array.any()
    assert stack.layers[1].linear1.weight.array.any()


def test_dropout_acts_in_training_only() -> None:
    model = sg.nn.Transformer(E, H, 1, 1, F, dropout=0.5)
    x, y = sg.randn(S, B, E), sg.randn(T, B, E)
    assert (model(x, y).array != model(x, y).array).any()
    model.eval()
    assert (model(x, y).array == model(x, y).array).all()
    alone = sg.nn.TransformerEncoderLayer(E, H, F, dropout=1.0)
    np.testing.assert_allclose(alone(x).array, alone.norm2(alone.norm1(x)).array, rtol=1e-5, atol=1e-6)


BAD: list[tuple[str, Any, str]] = [
    ("activation", lambda nn, t: nn.TransformerEncoderLayer(E, H, activation="tanh"), "should be relu/gelu, not tanh"),
    (
        "decoder activation",
        lambda nn, t: nn.TransformerDecoderLayer(E, H, activation="x"),
        "should be relu/gelu, not x",
    ),
    ("heads", lambda nn, t: nn.TransformerEncoderLayer(E, 3), "divisible by num_heads"),
    ("batch", lambda nn, t: nn.Transformer(E, H, 1, 1, F)(t(5, 2, E), t(4, 3, E)), "batch number .* must be equal"),
    (
        "batch first",
        lambda nn, t: nn.Transformer(E, H, 1, 1, F, batch_first=True)(t(2, 5, E), t(3, 5, E)),
        "batch number .* must be equal",
    ),
    ("features", lambda nn, t: nn.Transformer(E, H, 1, 1, F)(t(5, 2, E), t(4, 2, 7)), "must be equal to d_model"),
    (
        "int mask",
        lambda nn, t: nn.TransformerEncoderLayer(E, H, F)(t(5, 2, E), src_mask=t(5, 5).int()),
        "only bool and floating types of src_mask",
    ),
    (
        "int padding",
        lambda nn, t: nn.TransformerEncoder(nn.TransformerEncoderLayer(E, H, F), 1)(
            t(5, 2, E), src_key_padding_mask=t(2, 5).int()
        ),
        "only bool and floating types of src_key_padding_mask",
    ),
    (
        "causal without mask",
        lambda nn, t: nn.TransformerEncoderLayer(E, H, F)(t(5, 2, E), is_causal=True),
        "Need attn_mask",
    ),
]


@pytest.mark.parametrize(("call", "text"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_wrong_settings_and_calls_raise_as_in_torch(call: Any, text: str) -> None:
    with pytest.raises(Exception) as theirs:
        call(torch.nn, torch.ones)
    with pytest.raises(theirs.type, match=text):
        call(sg.nn, sg.ones)
