"""Packing and padding of sequences against PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import seedgrad as sg

from .nn_pair import same
from .sequence_pair import compare, tensors

NAMES = [
    "PackedSequence",
    "invert_permutation",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
    "unpack_sequence",
    "unpad_sequence",
]


def rnn(package: Any) -> Any:
    return package.nn.utils.rnn


def normal(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).standard_normal(shape)


def test_names_are_there() -> None:
    for name in NAMES:
        assert hasattr(torch.nn.utils.rnn, name)
        assert hasattr(sg.nn.utils.rnn, name)


@given(st.data())
def test_packing_and_unpacking_agree(data: st.DataObject) -> None:
    batch, rest = data.draw(st.integers(1, 5)), data.draw(st.sampled_from([(), (2,), (2, 3)]))
    lengths = data.draw(st.lists(st.integers(1, 6), min_size=batch, max_size=batch))
    times = max(lengths) + data.draw(st.integers(0, 2))
    first, total = data.draw(st.booleans()), data.draw(st.sampled_from([None, times, times + 2]))
    ordered = data.draw(st.booleans())
    if ordered:
        lengths.sort(reverse=True)
    value = data.draw(st.sampled_from([0.0, -1.5]))
    as_tensor = data.draw(st.booleans())

    def program(package: Any) -> Any:
        def run(x: Any) -> Any:
            given = package.tensor(lengths) if as_tensor else lengths
            packed = rnn(package).pack_padded_sequence(x, given, batch_first=first, enforce_sorted=ordered)
            again = rnn(package).pad_packed_sequence(packed, not first, value, total)
            return packed, again

        return run

    shape = (batch, times, *rest) if first else (times, batch, *rest)
    compare(program(sg), program(torch), [normal(*shape)])
    a, b = program(sg)(sg.tensor(normal(*shape)))[0], program(torch)(torch.tensor(normal(*shape)))[0]
    # Where lengths are equal torch does not promise an order; ours keeps it.
    assert (a.sorted_indices is None) == (b.sorted_indices is None)
    if not ordered:
        same(a.sorted_indices, b.sorted_indices)
        same(a.unsorted_indices, b.unsorted_indices)


@given(st.data())
def test_padding_agrees(data: st.DataObject) -> None:
    lengths = data.draw(st.lists(st.integers(0, 5), min_size=1, max_size=4))
    rest = data.draw(st.sampled_from([(), (2,), (2, 3), (0,)]))
    settings = {
        "batch_first": data.draw(st.booleans()),
        "padding_value": data.draw(st.sampled_from([0.0, 2.5])),
        "padding_side": data.draw(st.sampled_from(["left", "right"])),
    }
    arrays = [normal(n, *rest) for n in lengths]
    compare(lambda *s: rnn(sg).pad_sequence(s, **settings), lambda *s: rnn(torch).pad_sequence(s, **settings), arrays)


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("rest", [(), (3,)])
def test_lists_of_sequences_agree(ordered: bool, rest: tuple[int, ...]) -> None:
    arrays = [normal(n, *rest) for n in ((4, 3, 3, 1) if ordered else (2, 4, 1, 3))]

    def program(package: Any) -> Any:
        def run(*sequences: Any) -> Any:
            packed = rnn(package).pack_sequence(list(sequences), enforce_sorted=ordered)
            return packed, rnn(package).unpack_sequence(packed)

        return run

    compare(program(sg), program(torch), arrays)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("lengths", [[1, 3, 2], [3, 3, 3], [1, 4, 2]])
def test_unpadding_agrees(first: bool, lengths: list[int]) -> None:
    x = normal(3, 4, 2) if first else normal(4, 3, 2)
    compare(
        lambda x: rnn(sg).unpad_sequence(x, sg.tensor(lengths), first),
        lambda x: rnn(torch).unpad_sequence(x * 1, torch.tensor(lengths), first),  # it transposes its argument in place
        [x],
    )
    padded = sg.tensor(x)
    rnn(sg).unpad_sequence(padded, sg.tensor(lengths), first)[0].array[...] = 7
    assert (padded.array == x).all(), "the parts are copies"


@pytest.mark.parametrize("kind", ["int64", "int32", "bool", "float32"])
def test_types_are_kept(kind: str) -> None:
    arrays = [np.arange(3).astype(kind), np.arange(1).astype(kind)]
    a = rnn(sg).pad_sequence([sg.tensor(x) for x in arrays], padding_value=1)
    b = rnn(torch).pad_sequence([torch.tensor(x) for x in arrays], padding_value=1)
    same(a, b)
    for mine, other in zip(
        tensors(rnn(sg).pack_padded_sequence(a, [3, 1])),
        tensors(rnn(torch).pack_padded_sequence(b, [3, 1])),
        strict=True,
    ):
        same(mine, other)


def test_mixed_types_take_that_of_the_first() -> None:
    x, y = np.ones(2, np.float32), np.ones(3)
    same(
        rnn(sg).pad_sequence([sg.tensor(x), sg.tensor(y)]), rnn(torch).pad_sequence([torch.tensor(x), torch.tensor(y)])
    )


def test_conversions_of_a_packed_sequence() -> None:
    x = normal(4, 3)
    ours = rnn(sg).pack_padded_sequence(sg.tensor(x), [4, 1, 2], enforce_sorted=False)
    theirs = rnn(torch).pack_padded_sequence(torch.tensor(x), [4, 1, 2], enforce_sorted=False)
    for name in ("double", "float", "half", "long", "int", "short", "char", "cpu"):
        a, b = getattr(ours, name)(), getattr(theirs, name)()
        assert (a is ours) == (b is theirs), name
        for mine, other in zip(tensors(a), tensors(b), strict=True):
            same(mine, other, what=name)
    positive = ours.to(sg.int64)._replace(data=sg.tensor([1, 2, 3]))
    assert positive.byte().data.dtype == sg.uint8
    assert ours.to(sg.float64) is ours
    assert (ours.is_cuda, ours.is_pinned()) == (theirs.is_cuda, theirs.is_pinned()) == (False, False)


def test_packed_sequence_made_by_hand() -> None:
    data, sizes = sg.tensor([1.0, 2.0, 3.0]), sg.tensor([2, 1])
    pair = sg.nn.utils.rnn.PackedSequence((data, sizes))
    assert pair.data is data
    assert pair.batch_sizes is sizes
    made = sg.nn.utils.rnn.PackedSequence(data, sizes, sg.tensor([1, 0]))
    assert made.unsorted_indices.tolist() == [1, 0]
    assert isinstance(made, tuple)
    assert repr(made).startswith("PackedSequence(data=tensor([1., 2., 3.]), batch_sizes=")


BAD: list[tuple[str, Any, str]] = [
    ("unsorted", lambda p: rnn(p).pack_padded_sequence(p.ones(4, 3), [4, 1, 2]), "sorted in decreasing order"),
    ("zero", lambda p: rnn(p).pack_padded_sequence(p.ones(4, 3), [4, 1, 0]), "greater than 0"),
    ("few", lambda p: rnn(p).pack_padded_sequence(p.ones(4, 3), [4, 1]), r"got 2 \(batch_size=3\)"),
    ("matrix", lambda p: rnn(p).pack_padded_sequence(p.ones(4, 3), p.tensor([[3, 1, 1]])), "1D CPU int64"),
    ("empty", lambda p: rnn(p).pack_padded_sequence(p.ones(0, 3), [1, 1, 1]), r"empty tensors: .*\(0, 3\)"),
    ("1-d", lambda p: rnn(p).pack_padded_sequence(p.ones(4), [4]), r"got shape \(4,\)"),
    ("list", lambda p: rnn(p).pack_padded_sequence([1.0], [1]), "must be a Tensor, not list"),
    (
        "total",
        lambda p: rnn(p).pad_packed_sequence(rnn(p).pack_padded_sequence(p.ones(4, 1), [4]), total_length=3),
        "total_length=3 and max sequence length being 4",
    ),
    ("not packed", lambda p: rnn(p).pad_packed_sequence(p.ones(4, 1)), "batch_sizes"),
    ("none", lambda p: rnn(p).pad_sequence([]), "empty list of sequences"),
    ("shapes", lambda p: rnn(p).pad_sequence([p.ones(2, 3), p.ones(3, 2)]), r"got \(2, 3\) and \(3, 2\)"),
    ("ndims", lambda p: rnn(p).pad_sequence([p.ones(2), p.ones(3, 2)]), r"got \(2,\) and \(3, 2\)"),
    ("0-d", lambda p: rnn(p).pad_sequence([p.tensor(1.0)]), r"must be \(L, ...\)"),
    ("side", lambda p: rnn(p).pad_sequence([p.ones(2)], padding_side="x"), "one of left or right, but got x"),
    ("number", lambda p: rnn(p).pad_sequence(5), "Expected iterable for input sequences"),
    ("element", lambda p: rnn(p).pad_sequence([p.ones(2), [1.0]]), "element 1 of the sequences, but got list"),
    ("lengths", lambda p: rnn(p).unpad_sequence(p.ones(3, 2), p.tensor([1])), "has 2 sequences, got 1 lengths"),
    ("pack none", lambda p: rnn(p).pack_sequence([]), "empty list"),
    ("pack unsorted", lambda p: rnn(p).pack_sequence([p.ones(2), p.ones(3)]), "enforce_sorted=False"),
    ("int32", lambda p: rnn(p).invert_permutation(p.tensor([1, 0], dtype=p.int32)), "int64"),
    ("no sizes", lambda p: rnn(p).PackedSequence(p.ones(3)), "list or tuple of length 2"),
]


@pytest.mark.parametrize(("call", "text"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_wrong_calls_raise_as_in_torch(call: Any, text: str) -> None:
    with pytest.raises(Exception) as theirs:
        call(torch)
    with pytest.raises(theirs.type, match=text):
        call(sg)


def test_lengths_beyond_the_input_are_refused() -> None:
    """PyTorch makes sequences whose sizes and data do not fit."""
    with pytest.raises(RuntimeError, match="at most 4, the number of times in the input; got 5"):
        rnn(sg).pack_padded_sequence(sg.ones(4, 3), [5, 1, 1])
