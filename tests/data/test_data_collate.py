"""Putting samples together to batches."""

import collections
import types

import ml_dtypes
import numpy as np
import pytest

import seedgrad as sg
from seedgrad.data import default_collate, default_convert

Point = collections.namedtuple("Point", "x y")


@pytest.mark.parametrize(
    ("batch", "values", "dtype"),
    [
        ([1, 2], [1, 2], "int64"),
        ([True, False], [True, False], "bool"),
        ([1.5, 2], [1.5, 2.0], "float64"),
        ([np.float32(1), np.float32(2)], [1.0, 2.0], "float32"),
        ([np.int16(1), np.int16(2)], [1, 2], "int16"),
        ([np.bool_(True)], [True], "bool"),
        ([np.array(1), np.array(2)], [1, 2], "int64"),
        ([np.array([1, 2], np.uint8)] * 2, [[1, 2], [1, 2]], "uint8"),
        ([np.array([1.0]), np.array([2.0], np.float32)], [[1.0], [2.0]], "float64"),
        ([np.array([1]), np.array([0.5], np.float32)], [[1.0], [0.5]], "float32"),
        ([np.ones(2, ml_dtypes.bfloat16)], [[1.0, 1.0]], "bfloat16"),
        ([np.ones((0, 3))] * 2, [[], []], "float64"),
        ([np.arange(6).reshape(2, 3).T], [[[0, 3], [1, 4], [2, 5]]], "int64"),
    ],
)
def test_collate_of_numbers_and_arrays_is_a_tensor(batch, values, dtype):
    result = default_collate(batch)
    assert isinstance(result, sg.Tensor)
    assert result.tolist() == values and result.dtype == getattr(sg, dtype)


def test_collate_stacks_tensors():
    result = default_collate([sg.ones(2, 3), sg.zeros(2, 3)])
    assert result.shape == (2, 2, 3) and result.sum().item() == 6
    assert default_collate([sg.tensor(1), sg.tensor(2)]).tolist() == [1, 2]


def test_collate_keeps_the_graph():
    x = sg.ones(3, requires_grad=True)
    default_collate([x * 2, x * 5]).sum().backward()
    assert x.grad.tolist() == [7.0, 7.0, 7.0]


def test_collate_does_not_share_memory_with_the_samples():
    array = np.zeros(2)
    batch = default_collate([array, array])
    batch.array += 1
    assert not array.any()


def test_collate_leaves_strings():
    assert default_collate(["a", "b"]) == ["a", "b"]
    assert default_collate([b"a"]) == [b"a"]
    assert default_collate([np.str_("a")]) == ["a"]


def test_collate_follows_the_structure():
    sample = {"a": 1, "b": (2.0, [np.ones(2), "s"]), "p": Point(3, {"q": 4})}
    result = default_collate([sample, sample])
    assert list(result) == ["a", "b", "p"]
    assert result["a"].tolist() == [1, 1]
    assert isinstance(result["b"], list) and result["b"][0].tolist() == [2.0, 2.0]
    assert result["b"][1][0].shape == (2, 2) and result["b"][1][1] == ("s", "s")
    assert type(result["p"]) is Point and result["p"].y["q"].tolist() == [4, 4]


def test_collate_keeps_the_type_of_mappings():
    ordered = default_collate([collections.OrderedDict(b=1, a=2)])
    assert type(ordered) is collections.OrderedDict and list(ordered) == ["b", "a"]
    default = default_collate([collections.defaultdict(list, a=1)])
    assert default.default_factory is list and default["a"].tolist() == [1]
    proxy = default_collate([types.MappingProxyType({"a": 1})])
    assert type(proxy) is types.MappingProxyType and proxy["a"].tolist() == [1]


def test_collate_keeps_the_type_of_sequences():
    class Pair(collections.UserList):
        pass

    result = default_collate([Pair([1, 2]), Pair([3, 4])])
    assert type(result) is Pair and result[1].tolist() == [2, 4]
    assert [t.tolist() for t in default_collate([range(2), range(2)])] == [[0, 0], [1, 1]]


def test_collate_ignores_keys_that_the_first_sample_lacks():
    assert list(default_collate([{"a": 1}, {"a": 2, "b": 3}])) == ["a"]


@pytest.mark.parametrize("empty", [[], (), {}])
def test_collate_of_empty_containers_is_empty(empty):
    assert len(default_collate([empty, empty])) == 0


@pytest.mark.parametrize(
    ("batch", "error", "message"),
    [
        ([None], TypeError, "got NoneType. Pass a collate_fn of your own"),
        ([{1, 2}], TypeError, "got set"),
        ([1j], TypeError, "got complex"),
        ([np.array(["a"])], TypeError, "got a NumPy array of <U1"),
        ([np.array([None])], TypeError, "got a NumPy array of object"),
        ([np.ones(2), np.ones(3)], RuntimeError, r"sample 0 has \(2,\) and sample 1 has \(3,\)"),
        ([(1, 2), (1, 2, 3)], RuntimeError, r"same length, got lengths \[2, 3\]"),
        ([{"a": 1}, {"b": 1}], KeyError, "a"),
        ([], IndexError, "list index out of range"),
    ],
)
def test_collate_refuses(batch, error, message):
    with pytest.raises(error, match=message):
        default_collate(batch)


def test_collate_refuses_tensors_of_different_shapes():
    with pytest.raises(RuntimeError, match=r"sample 0 has \(2, 1\) and sample 2 has \(2,\)"):
        default_collate([sg.ones(2, 1), sg.ones(2, 1), sg.ones(2)])


def test_convert_turns_arrays_into_tensors_that_share_memory():
    array = np.zeros(2)
    result = default_convert({"x": array, "y": (array, "s", 1), "p": Point(array, None), "n": [np.float32(2)]})
    result["x"].array += 1
    assert array.tolist() == [1.0, 1.0]
    assert isinstance(result["y"], list) and isinstance(result["y"][0], sg.Tensor)
    assert result["y"][1:] == ["s", 1]
    assert type(result["p"]) is Point and isinstance(result["p"].x, sg.Tensor) and result["p"].y is None
    assert result["n"][0].item() == 2.0 and result["n"][0].dtype == sg.float32


def test_convert_leaves_the_rest():
    tensor, words = sg.ones(2), np.array(["a"])
    assert default_convert(tensor) is tensor
    assert default_convert(words) is words
    assert default_convert("abc") == "abc" and default_convert(3) == 3 and default_convert(None) is None
