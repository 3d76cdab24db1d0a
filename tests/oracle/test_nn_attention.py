"""Attention as a function and as a layer against PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .driver import LAYOUTS, to_torch
from .nn_pair import same
from .sequence_pair import compare, normal, torch_by_the_formula

__all__ = ["torch_by_the_formula"]  # a fixture that every test uses

INF = float("inf")


def some(*shape: int) -> np.ndarray:
    """A mask of bools with a row that is all False, if there is more than one row."""
    mask = np.random.default_rng(1).random(shape) < 0.6
    if mask.ndim > 1 and mask.shape[-2] > 1:
        mask[..., 1, :] = False
    return mask


def negative(mask: np.ndarray) -> np.ndarray:
    return np.where(mask, normal(*mask.shape), -INF)


def attend(package: Any, mask: Any = None, **settings: Any) -> Any:
    """The function with a fixed mask, or with the mask as fourth argument."""
    function = package.nn.functional.scaled_dot_product_attention

    def run(q: Any, k: Any, v: Any, *masks: Any) -> Any:
        fixed = None if mask is None else (sg.tensor(mask) if package is sg else torch.tensor(mask))
        return function(q, k, v, masks[0] if masks else fixed, **settings)

    return run


SHAPES = [
    ((2, 3, 4, 5), (2, 3, 6, 5), (2, 3, 6, 7)),
    ((4, 5), (6, 5), (6, 2)),
    ((1, 5), (1, 5), (1, 5)),
    ((3, 4, 5), (3, 4, 5), (3, 4, 5)),
    ((2, 1, 2, 2, 3), (2, 1, 2, 5, 3), (2, 1, 2, 5, 3)),
]
SETTINGS: list[dict[str, Any]] = [{}, {"is_causal": True}, {"scale": 0.3}, {"scale": 0.0, "is_causal": True}]


@pytest.mark.parametrize("shapes", SHAPES, ids=str)
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_attention_agrees_to_the_second_gradient(shapes: Any, settings: dict[str, Any]) -> None:
    # PyTorch multiplies both query and key by the root of the scale, whose derivative at 0 is not finite.
    second = settings.get("scale", 1) > 0
    compare(attend(sg, **settings), attend(torch, **settings), [normal(*s) for s in shapes], second=second)


MASKS = [(4, 6), (6,), (), (1, 6), (4, 1), (3, 4, 6), (3, 1, 6), (2, 1, 1, 6), (2, 3, 4, 6), (1, 1)]


@pytest.mark.parametrize("shape", MASKS, ids=str)
def test_masks_agree_also_where_nothing_is_left(shape: tuple[int, ...]) -> None:
    arrays = [normal(*s) for s in SHAPES[0]]
    mask = some(*shape)
    compare(attend(sg, mask), attend(torch, mask), arrays)
    compare(attend(sg, scale=0.5), attend(torch, scale=0.5), [*arrays, negative(mask)])
    compare(attend(sg), attend(torch), [*arrays, normal(*shape)])


@pytest.mark.parametrize(
    ("q", "k", "v"),
    [
        ((2, 6, 4, 5), (2, 3, 6, 5), (2, 3, 6, 7)),
        ((2, 6, 4, 5), (2, 1, 6, 5), (2, 1, 6, 7)),
        ((6, 4, 5), (2, 6, 5), (2, 6, 5)),
        ((2, 6, 4, 5), (2, 3, 6, 5), (2, 2, 6, 7)),
        ((2, 3, 4, 5), (2, 3, 6, 5), (2, 3, 6, 7)),
        ((2, 6, 4, 5), (1, 3, 6, 5), (1, 3, 6, 7)),
    ],
    ids=str,
)
@pytest.mark.parametrize("extra", ["none", "causal", "flat", "heads", "one", "lead"])
def test_grouped_queries_agree(q: Any, k: Any, v: Any, extra: str) -> None:
    arrays, settings = [normal(*s) for s in (q, k, v)], {"enable_gqa": True}
    if extra == "causal":
        settings["is_causal"] = True
    elif extra != "none":
        shape = {"flat": (4, 6), "heads": (q[-3], 4, 6), "one": (1, 4, 6), "lead": (*q[:-3], 1, 1, 6)}[extra]
        arrays.append(normal(*shape))
    compare(attend(sg, **settings), attend(torch, **settings), arrays)


def test_leading_dimensions_broadcast() -> None:
    for q, k, v in (
        ((4, 5), (3, 6, 5), (3, 6, 7)),
        ((2, 1, 4, 5), (2, 3, 6, 5), (2, 3, 6, 7)),
        ((1, 3, 4, 5), (2, 3, 6, 5), (2, 3, 6, 7)),
        ((2, 3, 4, 5), (3, 6, 5), (1, 6, 7)),
    ):
        compare(attend(sg), attend(torch), [normal(*q), normal(*k), normal(*v)])


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
@pytest.mark.parametrize("masked", [False, True])
def test_other_types_agree(dtype: str, masked: bool) -> None:
    arrays = [normal(*s, dtype="float32") for s in SHAPES[0]]
    mine = [sg.tensor(a).to(getattr(sg, dtype)).requires_grad_() for a in arrays]
    other = [torch.tensor(a).to(getattr(torch, dtype)).requires_grad_() for a in arrays]
    mask = some(4, 6) if masked else None
    a, b = attend(sg, mask)(*mine), attend(torch, mask)(*other)
    eps = {"float32": 1e-5, "float16": 4e-3, "bfloat16": 4e-2}[dtype]
    assert a.dtype == getattr(sg, dtype)
    np.testing.assert_allclose(a.detach().float().array, b.float().numpy(force=True), rtol=eps, atol=eps)
    a.float().sum().backward()
    b.float().sum().backward()
    for x, y in zip(mine, other, strict=True):
        assert x.grad.dtype == x.dtype
        np.testing.assert_allclose(x.grad.float().array, y.grad.float().numpy(), rtol=2 * eps, atol=2 * eps)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_does_not_matter(layout: str) -> None:
    arrays = [LAYOUTS[layout](normal(*s)) for s in ((2, 3, 4, 5), (2, 3, 6, 5), (2, 3, 6, 5))]
    same(attend(sg)(*[sg.Tensor(a) for a in arrays]), attend(torch)(*map(to_torch, arrays)))


@pytest.mark.parametrize(
    ("q", "k", "v"),
    [
        ((2, 4, 5), (2, 0, 5), (2, 0, 7)),
        ((2, 0, 5), (2, 6, 5), (2, 6, 7)),
        ((0, 4, 5), (0, 6, 5), (0, 6, 7)),
        ((2, 4, 0), (2, 6, 0), (2, 6, 7)),
        ((2, 4, 5), (2, 6, 5), (2, 6, 0)),
    ],
    ids=str,
)
def test_empty_tensors_agree(q: Any, k: Any, v: Any) -> None:
    compare(attend(sg), attend(torch), [normal(*q), normal(*k), normal(*v)], second=False)


@pytest.mark.parametrize("settings", [{}, {"is_causal": True}], ids=str)
def test_one_gradient_alone_agrees(settings: dict[str, Any]) -> None:
    for wanted in range(3):
        mine, other = [[p.tensor(normal(*s)) for s in SHAPES[0]] for p in (sg, torch)]
        mine[wanted].requires_grad_()
        other[wanted].requires_grad_()
        attend(sg, **settings)(*mine).sum().backward()
        attend(torch, **settings)(*other).sum().backward()
        same(mine[wanted].grad, other[wanted].grad)


def test_nan_in_a_query_reaches_its_row_only() -> None:
    q, k, v = (normal(*s) for s in SHAPES[1])
    q[0, 0] = np.nan
    out = attend(sg, some(4, 6))(sg.tensor(q), sg.tensor(k), sg.tensor(v)).array
    assert np.isnan(out[0]).all()
    assert (out[1] == 0).all()
    assert np.isfinite(out[2:]).all()


def test_dropout_keeps_the_mean_and_its_derivatives_fit() -> None:
    sg.manual_seed(0)
    q, k, v = (sg.tensor(normal(2, 5, 4)).requires_grad_() for _ in range(3))
    f = sg.nn.functional.scaled_dot_product_attention
    mean = sum(f(q, k, v, dropout_p=0.4).detach().array for _ in range(3000)) / 3000
    np.testing.assert_allclose(mean, f(q, k, v).detach().array, atol=0.06)
    assert not f(q, k, v, dropout_p=1.0).detach().array.any()

    def fixed(*args: Any) -> Any:
        sg.manual_seed(3)
        return f(*args, dropout_p=0.4)

    assert (fixed(q, k, v).detach().array == fixed(q, k, v).detach().array).all()
    assert sg.autograd.gradcheck(fixed, (q, k, v))
    assert sg.autograd.gradgradcheck(fixed, (q, k, v))
    eye = sg.eye(400, dtype=sg.float64)
    weights = f(sg.zeros(1, 1, dtype=sg.float64), sg.zeros(400, 1, dtype=sg.float64), eye, dropout_p=0.25).array * 400
    assert set(np.unique(weights.round(6))) == {0.0, round(1 / 0.75, 6)}
    assert 0.18 < (weights == 0).mean() < 0.32


BAD: list[tuple[str, Any, str]] = [
    ("both", lambda f, t, p: f(t(2, 3), t(4, 3), t(4, 3), t(2, 4), is_causal=True), "should not be set when is_causal"),
    (
        "mask shape",
        lambda f, t, p: f(t(2, 3), t(4, 3), t(4, 3), t(2, 5)),
        r"broadcast .*\(2, 4\), but has shape \(2, 5\)",
    ),
    ("mask larger", lambda f, t, p: f(t(2, 3), t(4, 3), t(4, 3), t(3, 2, 4)), r"has shape \(3, 2, 4\)"),
    ("mask int", lambda f, t, p: f(t(2, 3), t(4, 3), t(4, 3), t(2, 4).int()), "attn_mask.dtype: .*int32"),
    ("mask double", lambda f, t, p: f(t(2, 3), t(4, 3), t(4, 3), t(2, 4).double()), "attn_mask.dtype: .*float64"),
    ("types", lambda f, t, p: f(t(2, 3).double(), t(4, 3), t(4, 3)), "same dtype, but got query.dtype: .*float64"),
    ("ints", lambda f, t, p: f(t(2, 3).int(), t(4, 3).int(), t(4, 3).int()), "expected floating-point|Float"),
    ("1-d", lambda f, t, p: f(t(3), t(4, 3), t(4, 3)), "at least 2 dimensional"),
    ("batch", lambda f, t, p: f(t(2, 2, 3), t(3, 4, 3), t(3, 4, 3)), "must broadcast; got shapes"),
    ("features", lambda f, t, p: f(t(2, 3), t(4, 2), t(4, 3)), "same last dimension"),
    ("length", lambda f, t, p: f(t(2, 3), t(4, 3), t(5, 3)), "same length"),
    ("p", lambda f, t, p: f(t(2, 3), t(4, 3), t(4, 3), dropout_p=1.5), "between 0 and 1, but got 1.5"),
    (
        "heads",
        lambda f, t, p: f(t(5, 2, 3), t(2, 4, 3), t(2, 4, 3), enable_gqa=True),
        "must divide .* got 2 and 2 heads",
    ),
    ("gqa 2-d", lambda f, t, p: f(t(2, 3), t(4, 3), t(4, 3), enable_gqa=True), "Dimension out of range"),
    ("number", lambda f, t, p: f(1, t(4, 3), t(4, 3)), "must be a? ?Tensor"),
]


@pytest.mark.parametrize(("call", "text"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_wrong_calls_raise_as_in_torch(call: Any, text: str) -> None:
    with pytest.raises(Exception) as theirs:
        call(torch.nn.functional.scaled_dot_product_attention, torch.ones, torch)
    with pytest.raises(theirs.type, match=text):
        call(sg.nn.functional.scaled_dot_product_attention, sg.ones, sg)
