"""The text of tensors against PyTorch's."""

import re

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

import seedgrad as sg

KINDS = ["float32", "float64", "float16", "int64", "int32", "uint8", "bool", "complex64", "complex128"]


def both(array: np.ndarray, requires_grad: bool = False) -> tuple[str, str]:
    ours, theirs = sg.from_numpy(array), torch.from_numpy(array)
    if requires_grad and array.dtype.kind in "fc":
        ours, theirs = ours.requires_grad_(), theirs.requires_grad_()
    return one_line_notes(repr(ours)), one_line_notes(repr(theirs).replace("torch.", "seedgrad."))


def one_line_notes(text: str) -> str:
    """Whether a note still fits in the line depends on the length of our name: not compared."""
    return re.sub(r",\n +(dtype|requires_grad)=", r", \1=", text)


@pytest.fixture(autouse=True)
def usual_options():
    yield
    sg.set_printoptions(profile="default")
    torch.set_printoptions(profile="default")


@st.composite
def arrays(draw):
    kind = np.dtype(draw(st.sampled_from(KINDS)))
    shape = draw(hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5))
    elements = None
    if kind.kind == "f":
        width = kind.itemsize * 8
        elements = draw(
            st.sampled_from(
                [
                    st.floats(-10, 10, width=width),
                    st.floats(width=width),
                    st.integers(-2000, 2000).map(float),
                    st.sampled_from([0.0, -0.0, 1.0, np.inf, -np.inf, np.nan]),
                ]
            )
        )
    elif kind.kind == "c":
        part = draw(st.sampled_from([st.integers(-9, 9).map(float), st.floats(-99, 99, width=16), st.just(np.nan)]))
        elements = st.builds(complex, part, part)
    return draw(hnp.arrays(kind, shape, elements=elements, fill=st.nothing()))


@settings(max_examples=400, deadline=None)
@given(arrays(), st.booleans())
def test_repr_equals_torch(array, requires_grad):
    ours, theirs = both(array, requires_grad)
    assert ours == theirs


@settings(max_examples=100, deadline=None)
@given(
    array=arrays(),
    precision=st.integers(0, 8),
    threshold=st.sampled_from([0, 5, 50]),
    edgeitems=st.integers(1, 3),
    linewidth=st.integers(5, 100),
    sci_mode=st.sampled_from([None, True, False]),
)
def test_repr_with_options_equals_torch(array, **options):
    sg.set_printoptions(**options)
    torch.set_printoptions(**options)
    ours, theirs = both(array)
    assert ours == theirs


@pytest.mark.parametrize(
    "shape", [(1001,), (2000,), (40, 40), (7, 300), (300, 7), (12, 11, 10), (2, 3, 4, 50), (1, 1200)]
)
@pytest.mark.parametrize("kind", ["float32", "int64", "complex64"])
def test_repr_summary_equals_torch(shape, kind):
    array = np.random.default_rng(0).normal(size=shape).astype(kind)
    ours, theirs = both(array)
    assert ours == theirs


@pytest.mark.parametrize("profile", ["default", "short", "full"])
def test_repr_profile_equals_torch(profile):
    sg.set_printoptions(profile=profile)
    torch.set_printoptions(profile=profile)
    ours, theirs = both(np.random.default_rng(0).normal(size=(12, 100)).astype(np.float32))
    assert ours == theirs


def test_repr_grad_fn_equals_torch():
    def text(module):
        x = module.arange(1.0, 4.0).requires_grad_()
        return [
            repr(y).replace("torch.", "seedgrad.")
            for y in (x * 2, x[0], x.sum(), (x * 1.0).double(), x.exp().unsqueeze(0), module.cat([x] * 9) * 1.5)
        ]

    assert text(sg) == text(torch)


def test_set_printoptions_refuses_unknown_profile():
    with pytest.raises(ValueError, match="profile must be one of default, short, full"):
        sg.set_printoptions(profile="long")


def test_repr_bfloat16_equals_torch():
    values = [1.0, -2.5, 3.14159]
    theirs = repr(torch.tensor(values, dtype=torch.bfloat16)).replace("torch.", "seedgrad.")
    assert repr(sg.tensor(values, dtype=sg.bfloat16)) == theirs


def test_a_summary_of_an_expanded_tensor_needs_no_memory():
    for lib in (sg, torch):
        assert repr(lib.zeros(1).expand(1 << 40)) == "tensor([0., 0., 0.,  ..., 0., 0., 0.])"
        rows = ["[0., 0., 0.,  ..., 0., 0., 0.]"] * 2
        assert repr(lib.zeros(2, 1).expand(2, 1 << 40)) == f"tensor([{rows[0]},\n        {rows[1]}])"
