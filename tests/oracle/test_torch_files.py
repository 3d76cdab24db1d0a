"""Files of torch.save read here, and ours read by torch.load."""

import io
from collections import OrderedDict

import numpy as np
import pytest
import torch

import seedgrad as sg

DTYPES = ("bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64 complex64 complex128").split()
FORMATS = pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])


def numbers(t):
    return t.detach().to(torch.float64 if t.dtype == torch.bfloat16 else t.dtype).resolve_conj().numpy()


def same(ours, theirs):
    if isinstance(theirs, torch.Tensor):
        assert isinstance(ours, sg.Tensor)
        assert str(ours.dtype).split(".")[1] == str(theirs.dtype).split(".")[1]
        assert tuple(ours.shape) == tuple(theirs.shape) and tuple(ours.stride()) == theirs.stride()
        assert ours.storage_offset() == theirs.storage_offset()
        assert ours.requires_grad == theirs.requires_grad
        assert isinstance(ours, sg.nn.Parameter) == isinstance(theirs, torch.nn.Parameter)
        mine = ours.detach().double() if theirs.dtype == torch.bfloat16 else ours.detach()
        np.testing.assert_array_equal(mine.array, numbers(theirs))
    elif isinstance(theirs, torch.dtype):
        assert str(ours).split(".")[1] == str(theirs).split(".")[1]
    elif isinstance(theirs, torch.device):
        assert str(ours) == str(theirs)
    elif isinstance(theirs, dict):
        assert type(ours) is type(theirs) and list(ours) == list(theirs)
        for key, value in theirs.items():
            same(ours[key], value)
        assert getattr(ours, "_metadata", None) == getattr(theirs, "_metadata", None)
    elif isinstance(theirs, (list, tuple)):
        assert type(ours).__name__ == type(theirs).__name__ and len(ours) == len(theirs)
        for a, b in zip(ours, theirs, strict=True):
            same(a, b)
    else:
        assert ours == theirs and type(ours) is type(theirs)


def everything(package):
    """The same nested object in one package."""
    p = package
    w = p.arange(12.0).reshape(3, 4)
    made = {
        "numbers": [1, -5, 2**40, -(2**70), 2.5, float("inf"), True, None, "text é", b"\x00\xff", (1, (2, ())), {1, 2}],
        "shared": w,
        "row": w[1],
        "transposed": w.t(),
        "every second": w[:, ::2],
        "expanded": p.ones(1).expand(5),
        "empty": p.zeros(0, 3),
        "scalar": p.tensor(2.5),
        "leaf": p.ones(2, requires_grad=True),
        "parameter": p.nn.Parameter(p.ones(2, 2)),
        "frozen": p.nn.Parameter(p.ones(2), requires_grad=False),
        "kinds": [p.float16, p.bfloat16, p.bool, p.device("cpu"), p.Size([2, 3])],
        "ordered": OrderedDict([("b", 1), ("a", p.ones(1))]),
        "state": p.nn.Sequential(p.nn.Linear(2, 3), p.nn.BatchNorm1d(3)).state_dict(),
        7: "key",
        (1, "a"): 2,
    }
    for name in DTYPES:
        made[name] = p.tensor([[0, 1, 1], [1, 0, 1]]).to(getattr(p, name))
    made["again"] = made["numbers"]
    return made


@FORMATS
@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_files_of_pytorch(tmp_path, zipped, protocol):
    made = everything(torch)
    if protocol != 2:
        del made["numbers"][10]  # a nested tuple keeps its place; frames and memos differ
    torch.save(made, tmp_path / "x.pt", _use_new_zipfile_serialization=zipped, pickle_protocol=protocol)
    for read in (sg.load, sg.io.load_torch):
        found = read(tmp_path / "x.pt")
        same(found, made)
        assert found["row"].untyped_storage().data_ptr() == found["shared"].untyped_storage().data_ptr()
        assert found["again"] is found["numbers"]
        found["shared"][1, 0] = 100.0
        assert found["row"][0].item() == 100.0 and found["transposed"][0, 1].item() == 100.0
    buffer = io.BytesIO((tmp_path / "x.pt").read_bytes())
    same(sg.io.load_torch(buffer)["state"], made["state"])


def test_mapped_files_of_pytorch(tmp_path):
    made = everything(torch)
    torch.save(made, tmp_path / "x.pt")
    found = sg.load(tmp_path / "x.pt", mmap=True)
    same(found, made)
    found["shared"].zero_()
    same(sg.load(tmp_path / "x.pt"), made)


def test_files_for_pytorch(tmp_path):
    made = everything(sg)
    state = made["state"]
    sg.io.save_torch(made, tmp_path / "x.pt")
    theirs = torch.load(tmp_path / "x.pt", weights_only=True)
    same(made, theirs)
    assert theirs["row"].untyped_storage().data_ptr() == theirs["shared"].untyped_storage().data_ptr()
    assert theirs["again"] is theirs["numbers"]
    assert torch.load(tmp_path / "x.pt", weights_only=True, mmap=True)["scalar"].item() == 2.5
    buffer = io.BytesIO()
    sg.io.save_torch(state, buffer)
    buffer.seek(0)
    torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3)).load_state_dict(torch.load(buffer))
    same(sg.io.load_torch(tmp_path / "x.pt"), theirs)


def test_conjugates_and_layouts_come_as_values(tmp_path):
    z = torch.tensor([1 + 2j, 3 - 1j]).conj()
    torch.save([z, torch.ones(2, 3, 4, 5).contiguous(memory_format=torch.channels_last)], tmp_path / "x")
    ours, image = sg.load(tmp_path / "x")
    np.testing.assert_array_equal(ours.array, numbers(z))
    assert image.is_contiguous(memory_format=sg.channels_last)


def test_negative_strides_and_conjugates_of_ours_are_written_out(tmp_path):
    x = sg.from_numpy(np.arange(6.0).reshape(2, 3)).flip(0)
    z = sg.tensor([1 + 2j]).conj()
    sg.io.save_torch([x, z, np.float32(2.5)], tmp_path / "x")
    a, b, c = torch.load(tmp_path / "x")
    assert a.tolist() == x.tolist() and b.tolist() == z.tolist() and c == 2.5


def test_recursive_lists_pass_through(tmp_path):
    made = [1]
    made.append(made)
    torch.save(made, tmp_path / "x")
    found = sg.load(tmp_path / "x")
    assert found[1] is found
    sg.io.save_torch(found, tmp_path / "y")
    again = torch.load(tmp_path / "y")
    assert again[1] is again


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (lambda: torch.nn.Linear(2, 2), "torch.nn.modules.linear.Linear, which is not allowed.*state_dict"),
        (lambda: torch.ones(2).to_sparse(), "not allowed"),
        (lambda: torch.ones(2).to(torch.uint16), "torch.uint16|UInt16"),
        (lambda: np.ones(2), "numpy.*not allowed"),
        (lambda: print, "builtins.*print|__builtin__.*print"),
    ],
)
def test_what_is_not_allowed_is_named(tmp_path, made, text):
    torch.save({"x": made()}, tmp_path / "x")
    with pytest.raises(sg.io.CheckpointError, match=text):
        sg.load(tmp_path / "x")


def residual(p):
    nn = p.nn

    class Block(nn.Module):
        def __init__(self, a, b, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(a, b, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(b)
            self.conv2 = nn.Conv2d(b, b, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(b)
            self.downsample = nn.Sequential(nn.Conv2d(a, b, 1, stride, bias=False), nn.BatchNorm2d(b))

        def forward(self, x):
            y = self.bn2(self.conv2(p.relu(self.bn1(self.conv1(x)))))
            return p.relu(y + self.downsample(x))

    return nn.Sequential(Block(3, 8, 1), Block(8, 16, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10))


def transformer(p):
    nn = p.nn

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(11, 16)
            layer = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True, dropout=0.0)
            self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
            self.head = nn.Linear(16, 11, bias=False)
            self.head.weight = self.embed.weight  # tied

        def forward(self, x):
            return self.head(self.encoder(self.embed(x)))

    return Model()


def recurrent(p):
    nn = p.nn

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(11, 8)
            self.lstm = nn.LSTM(8, 12, num_layers=2, bidirectional=True, batch_first=True)
            self.head = nn.Linear(24, 5)

        def forward(self, x):
            return self.head(self.lstm(self.embed(x))[0])

    return Model()


@FORMATS
@pytest.mark.parametrize("build", [residual, transformer, recurrent])
def test_published_weights_give_the_same_outputs(tmp_path, build, zipped):
    torch.manual_seed(0)
    theirs = build(torch)
    x = np.random.default_rng(0).standard_normal((2, 3, 9, 9)).astype(np.float32)
    if build is not residual:
        x = np.arange(12).reshape(2, 6) % 11
    theirs(torch.tensor(x))  # moves the running statistics
    theirs.eval()
    torch.save({"model": theirs.state_dict(), "epoch": 3}, tmp_path / "x.pt", _use_new_zipfile_serialization=zipped)
    ours = build(sg).eval()
    found = sg.load(tmp_path / "x.pt")
    ours.load_state_dict(found["model"])
    np.testing.assert_allclose(ours(sg.tensor(x)).detach().array, theirs(torch.tensor(x)).detach().numpy(), atol=1e-5)
    if build is transformer:
        weights = found["model"]
        assert weights["head.weight"].data_ptr() == weights["embed.weight"].data_ptr()
    sg.io.save_torch(ours.state_dict(), tmp_path / "back.pt")
    back = build(torch).eval()
    back.load_state_dict(torch.load(tmp_path / "back.pt", weights_only=True))
    assert torch.equal(back(torch.tensor(x)), theirs(torch.tensor(x)))


def test_states_of_optimizers_go_both_ways(tmp_path):
    p = torch.nn.Parameter(torch.ones(3))
    theirs = torch.optim.Adam([p], lr=0.1)
    p.grad = torch.ones(3)
    theirs.step()
    torch.save(theirs.state_dict(), tmp_path / "x")
    q = sg.nn.Parameter(sg.tensor(p.detach().numpy()))
    ours = sg.optim.Adam([q], lr=0.1)
    ours.load_state_dict(sg.load(tmp_path / "x"))
    p.grad, q.grad = torch.full((3,), 0.5), sg.full((3,), 0.5)
    theirs.step()
    ours.step()
    np.testing.assert_allclose(q.detach().array, p.detach().numpy(), rtol=1e-6)
    sg.io.save_torch(ours.state_dict(), tmp_path / "y")
    theirs.load_state_dict(torch.load(tmp_path / "y", weights_only=True))
