"""save and load: what comes back, and what the files look like."""

import json
import math
import os
import struct

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.io import load, load_metadata, save

DTYPES = [
    *("bool", "uint8", "int8", "int16", "int32", "int64"),
    *("float16", "bfloat16", "float32", "float64", "complex64"),
]


def assert_same(got, expected):
    assert type(got) is type(expected)
    if isinstance(expected, sg.Tensor):
        assert got.dtype == expected.dtype and got.shape == expected.shape
        np.testing.assert_array_equal(got.array, expected.array)
        assert not got.requires_grad
    elif isinstance(expected, dict):
        assert list(got) == list(expected) and [type(k) for k in got] == [type(k) for k in expected]
        for key in expected:
            assert_same(got[key], expected[key])
    elif isinstance(expected, (list, tuple)):
        assert len(got) == len(expected)
        for a, b in zip(got, expected, strict=True):
            assert_same(a, b)
    else:
        assert got == expected or (math.isnan(got) and math.isnan(expected))


def header_of(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + length]), data[8 + length :]


@pytest.mark.parametrize("mmap", [False, True])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (3,), (2, 0, 4), (5, 7)])
def test_tensors_come_back_equal(tmp_path, dtype, shape, mmap):
    path = tmp_path / "x.safetensors"
    array = np.random.default_rng(0).integers(0, 2, shape).astype(getattr(sg, dtype).dtype)
    save({"x": sg.from_numpy(np.asarray(array))}, path)
    loaded = load(path, mmap=mmap)
    assert_same(loaded, {"x": sg.from_numpy(np.asarray(array))})
    loaded["x"].array[...] = 1
    assert (load(path)["x"].array == array).all(), "writes must not reach the file"


@pytest.mark.parametrize("mmap", [False, True])
def test_mixed_types_come_back_in_order(tmp_path, mmap):
    path = tmp_path / "x"
    state = {
        "last": sg.tensor([True]),
        "b": sg.tensor([1.0, 2.0, 3.0]),
        "a": sg.tensor(7, dtype=sg.int16),
        "z": sg.tensor([2.0], dtype=sg.float64),
    }
    save(state, path)
    assert_same(load(path, mmap=mmap), state)


def test_memory_layouts_come_back_plain(tmp_path):
    base = np.arange(24.0).reshape(4, 6)
    views = [base.T, base[::2, 1::2], np.broadcast_to(base[0], (3, 6)), np.asfortranarray(base)]
    save([sg.from_numpy(view) for view in views], tmp_path / "x")
    for tensor, view in zip(load(tmp_path / "x"), views, strict=True):
        np.testing.assert_array_equal(tensor.array, view)
        assert tensor.array.flags.c_contiguous and tensor.array.flags.writeable


def test_tensors_that_share_memory_come_back_apart(tmp_path):
    weight = sg.ones(3)
    save({"tied": weight, "to": weight, "row": weight[:2]}, tmp_path / "x")
    loaded = load(tmp_path / "x")
    loaded["tied"].array[...] = 5
    assert loaded["to"].tolist() == [1.0, 1.0, 1.0] and loaded["row"].tolist() == [1.0, 1.0]


def test_gradients_are_not_saved(tmp_path):
    save({"w": sg.ones(2, requires_grad=True)}, tmp_path / "x")
    assert_same(load(tmp_path / "x"), {"w": sg.ones(2)})


OPTIMIZER = {
    "state": {
        0: {"step": 3, "exp_avg": [1.5, 2.5], "max": None},
        1: {},
    },
    "param_groups": [
        {"lr": 1e-3, "betas": (0.9, 0.999), "amsgrad": False, "params": [0, 1], "name": 'quote " \u00e9 \n'},
        {"lr": math.inf, "eps": -math.inf, "big": 2**200, "nothing": math.nan, "params": []},
    ],
    "tensor": {"tensor": "not a mark"},
    "dict": [["also", "no mark"]],
    "0.step": -0.0,
    "": (),
    "nested": [[], {}, [((True,),)]],
}


def test_nested_state_comes_back_exactly(tmp_path):
    obj = {**OPTIMIZER, "moment": {0: sg.ones(2, 3), "0": sg.zeros(2)}, "list": [1, sg.tensor(2.5)]}
    save(obj, tmp_path / "x")
    loaded = load(tmp_path / "x")
    assert_same(loaded, obj)
    assert math.copysign(1, loaded["0.step"]) == -1


@pytest.mark.parametrize("obj", [None, True, 3, -1.5, "text", [], {}, (), [1, "a"]])
def test_anything_without_tensors_comes_back(tmp_path, obj):
    save(obj, tmp_path / "x")
    assert_same(load(tmp_path / "x"), obj)


def test_a_single_tensor_comes_back(tmp_path):
    save(sg.tensor([1.0, 2.0]), tmp_path / "x")
    assert_same(load(tmp_path / "x"), sg.tensor([1.0, 2.0]))
    assert list(header_of(tmp_path / "x")[0]) == ["__metadata__", "tensor"]


def test_numpy_numbers_come_back_as_pythons(tmp_path):
    save([np.float64(0.1), np.float32(0.5), np.int64(3), np.bool_(True)], tmp_path / "x")
    assert_same(load(tmp_path / "x"), [0.1, 0.5, 3, True])


def test_state_dict_names_are_the_files_names(tmp_path):
    save({"conv1.weight": sg.ones(2, 3), "conv1.bias": sg.zeros(2)}, tmp_path / "x")
    header, data = header_of(tmp_path / "x")
    assert set(header) == {"__metadata__", "conv1.weight", "conv1.bias"}
    assert header["conv1.weight"]["dtype"] == "F32" and header["conv1.weight"]["shape"] == [2, 3]
    assert len(data) == 32


def test_nested_names_join_the_keys_and_stay_apart(tmp_path):
    one = sg.ones(1)
    obj = {"a": {"b": one}, "a.b": one, "l": [one, (one,)], "__metadata__": one, 1: one, "1": one}
    save(obj, tmp_path / "x")
    names = set(header_of(tmp_path / "x")[0]) - {"__metadata__"}
    assert names == {"a.b", "a.b~", "l.0", "l.1.0", "__metadata__~", "1", "1~"}
    assert_same(load(tmp_path / "x"), obj)


def test_metadata_is_kept_beside_the_object(tmp_path):
    save({"x": sg.ones(1)}, tmp_path / "x", metadata={"format": "pt", "note": "h\u00e9llo"})
    assert load_metadata(tmp_path / "x") == {"format": "pt", "note": "h\u00e9llo"}
    assert_same(load(tmp_path / "x"), {"x": sg.ones(1)})
    save({"x": sg.ones(1)}, tmp_path / "x")
    assert load_metadata(tmp_path / "x") == {}


def test_paths_may_be_strings_and_are_found_from_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save({"x": sg.ones(1)}, "name.safetensors")
    assert list(load("name.safetensors")) == ["x"] and os.listdir() == ["name.safetensors"]


@pytest.mark.parametrize(
    ("obj", "message"),
    [
        ({"a": {"b": np.ones(2)}}, r"got ndarray at 'a.b'. Make it a tensor: seedgrad.from_numpy"),
        ({"a": [{1, 2}]}, "got set at 'a.0'"),
        (object(), "got object$"),
        ({"f": len}, "got builtin_function_or_method at 'f'"),
        ([1j], "got complex at '0'"),
        ({"p": {(1, 2): 3}}, r"keys of a dict must be str or int, got \(1, 2\) at 'p'"),
        ({True: 1}, "keys of a dict must be str or int, got True"),
    ],
)
def test_what_cannot_be_saved_is_named(tmp_path, obj, message):
    with pytest.raises(TypeError, match=message):
        save(obj, tmp_path / "x")
    assert os.listdir(tmp_path) == []


def test_complex128_is_refused(tmp_path):
    with pytest.raises(TypeError, match=r"no type for complex128, the type of 'x.0'. Save its real and imag"):
        save({"x": [sg.from_numpy(np.ones(2, np.complex128))]}, tmp_path / "x")


def test_containers_that_contain_themselves_are_refused(tmp_path):
    loop = []
    loop.append(loop)
    with pytest.raises(ValueError, match="contains itself or is nested too deeply"):
        save(loop, tmp_path / "x")


@pytest.mark.parametrize(
    ("metadata", "error", "message"),
    [
        ({"epoch": 3}, TypeError, r"must be text by name, got 'epoch': 3. Use str\(value\)"),
        ({3: "a"}, TypeError, "must be text by name, got 3: 'a'"),
        ({"seedgrad.structure": "x"}, ValueError, "names that start with 'seedgrad.' are reserved"),
    ],
)
def test_bad_metadata_is_refused(tmp_path, metadata, error, message):
    with pytest.raises(error, match=message):
        save({}, tmp_path / "x", metadata=metadata)
