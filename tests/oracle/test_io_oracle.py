"""Files that other programs read and write: the safetensors package with NumPy and with PyTorch."""

import numpy as np
import pytest
import safetensors
import safetensors.numpy
import safetensors.torch
import torch

import seedgrad as sg

DTYPES = [
    *("bool", "uint8", "int8", "int16", "int32", "int64"),
    *("float16", "bfloat16", "float32", "float64", "complex64"),
]


def state():
    rng = np.random.default_rng(0)
    shapes = ((), (3,), (0, 2), (4, 5))
    return {
        f"layer{i}.{dtype}": sg.from_numpy(np.asarray(rng.integers(0, 2, shape).astype(getattr(sg, dtype).dtype)))
        for dtype in DTYPES
        for i, shape in enumerate(shapes)
    }


def test_numpy_reads_what_we_save(tmp_path):
    path = tmp_path / "x.safetensors"
    sg.save(state(), path, metadata={"note": "hello"})
    loaded = safetensors.numpy.load_file(path)
    assert set(loaded) == set(state())
    for name, tensor in state().items():
        assert loaded[name].dtype == tensor.array.dtype and loaded[name].shape == tensor.array.shape
        np.testing.assert_array_equal(loaded[name], tensor.array)
    with safetensors.safe_open(path, framework="np") as file:
        assert file.metadata()["note"] == "hello"


def test_torch_reads_what_we_save(tmp_path):
    path = tmp_path / "x.safetensors"
    sg.save(state(), path)
    loaded = safetensors.torch.load_file(path)
    assert set(loaded) == set(state())
    for name, tensor in state().items():
        assert loaded[name].dtype == getattr(torch, name.split(".")[1])
        assert tuple(loaded[name].shape) == tensor.array.shape
        assert loaded[name].tolist() == tensor.tolist()


def test_torch_reads_a_transposed_and_a_nested_state(tmp_path):
    path = tmp_path / "x.safetensors"
    array = np.arange(6.0).reshape(2, 3)
    sg.save({"model": {"w": sg.from_numpy(array.T)}, "epoch": 3, "moments": [sg.from_numpy(array)]}, path)
    loaded = safetensors.torch.load_file(path)
    assert {name: t.tolist() for name, t in loaded.items()} == {
        "model.w": array.T.tolist(),
        "moments.0": array.tolist(),
    }


@pytest.mark.parametrize("mmap", [False, True])
def test_we_read_what_torch_saves(tmp_path, mmap):
    path = tmp_path / "x.safetensors"
    model = torch.nn.Sequential(torch.nn.Conv2d(1, 3, 3), torch.nn.BatchNorm2d(3), torch.nn.Linear(4, 2))
    weights = model.state_dict() | {"half": torch.ones(3, dtype=torch.bfloat16) / 3}
    safetensors.torch.save_file(weights, path, metadata={"format": "pt"})
    loaded = sg.load(path, mmap=mmap)
    assert set(loaded) == set(weights)
    for name, tensor in weights.items():
        assert str(loaded[name].dtype).split(".")[1] == str(tensor.dtype).split(".")[1]
        assert loaded[name].tolist() == tensor.tolist() and tuple(loaded[name].shape) == tuple(tensor.shape)
    assert sg.io.load_metadata(path) == {"format": "pt"}


@pytest.mark.parametrize("dtype", ["uint16", "uint32", "uint64"])
def test_unsigned_types(tmp_path, dtype):
    t = torch.tensor([0, 1, torch.iinfo(getattr(torch, dtype)).max], dtype=getattr(torch, dtype))
    safetensors.torch.save_file({"w": t}, tmp_path / "theirs")
    w = sg.load(tmp_path / "theirs")["w"]
    assert w.dtype is getattr(sg, dtype) and w.tolist() == t.tolist()
    sg.save({"w": w}, tmp_path / "ours")
    assert safetensors.torch.load_file(tmp_path / "ours")["w"].tolist() == t.tolist()


@pytest.mark.parametrize("dtype", ["float8_e4m3fn"])
def test_types_of_torch_that_we_lack_are_named(tmp_path, dtype):
    safetensors.torch.save_file({"w": torch.ones(2).to(getattr(torch, dtype))}, tmp_path / "x")
    with pytest.raises(TypeError, match=r"'w' in .* has the type"):
        sg.load(tmp_path / "x")
