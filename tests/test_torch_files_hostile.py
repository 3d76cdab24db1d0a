"""Files that claim to be of torch.save and are not: programs, damaged ones, ones that ask for too much."""

import io
import os
import pickle
import random
import struct
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import seedgrad as sg
from seedgrad.io import CheckpointError, load_torch, save_torch


def archive(pickled, storages=(), folder="x", **extra):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr(f"{folder}/data.pkl", pickled)
        for i, data in enumerate(storages):
            z.writestr(f"{folder}/data/{i}", data)
        for name, data in extra.items():
            z.writestr(f"{folder}/{name}", data)
    return out.getvalue()


def read(data):
    return load_torch(io.BytesIO(data))


def good():
    out = io.BytesIO()
    w = sg.arange(6.0).reshape(2, 3)
    save_torch({"w": w, "row": w[1], "n": [1, (2.5, "x", None)], "p": sg.nn.Parameter(sg.ones(2))}, out)
    return out.getvalue()


GOOD = good()


class Run:
    def __reduce__(self):
        return os.system, ("echo was here",)


class Evaluate:
    def __reduce__(self):
        return eval, ("1 + 1",)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("evil", [Run(), Evaluate(), [Run()], {"a": (Evaluate(),)}])
def test_programs_are_refused_and_not_run(protocol, evil, monkeypatch):
    called = []
    data = pickle.dumps(evil, protocol)
    monkeypatch.setattr(os, "system", lambda *a: called.append(a))
    with pytest.raises(CheckpointError, match="which is not allowed"):
        read(archive(data))
    head = pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(1001, 2) + pickle.dumps({"little_endian": True}, 2)
    with pytest.raises(CheckpointError, match="which is not allowed"):
        read(head + data)
    with pytest.raises(CheckpointError, match="which is not allowed"):
        read(data)
    assert not called


def name(module, what):
    return b"c" + module + b"\n" + what + b"\n"


TENSOR = name(b"torch._utils", b"_rebuild_tensor_v2")
FLOAT = name(b"torch", b"FloatStorage")


def number(n):
    return b"\x8a\x0b" + n.to_bytes(11, "little", signed=True)


def tensor(count=2, offset=0, size=(2,), stride=(1,), key=b"0"):
    storage = b"(X\x07\x00\x00\x00storage" + FLOAT + b"X" + struct.pack("<I", len(key)) + key + b"X\x03\x00\x00\x00cpu"
    sizes = b"(" + b"".join(map(number, size)) + b"t(" + b"".join(map(number, stride)) + b"t"
    return TENSOR + b"(" + storage + number(count) + b"tQ" + number(offset) + sizes + b"\x89NtR"


def pickled(body):
    return b"\x80\x02" + body + b"."


def test_the_parts_of_these_tests_make_a_good_file():
    assert read(archive(pickled(tensor()), [struct.pack("<2f", 1, 2)])).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (tensor(size=(3,)), "does not lie in its storage"),
        (tensor(offset=1), "does not lie in its storage"),
        (tensor(stride=(2,)), "does not lie in its storage"),
        (tensor(offset=-1), "whole numbers from 0"),
        (tensor(stride=(-1,)), "whole numbers from 0"),
        (tensor(size=(-2,)), "whole numbers from 0"),
        (tensor(size=(2**70,)), "whole numbers from 0"),
        (tensor(size=(2**61, 2**61), stride=(0, 0)), "larger than any memory"),
        (tensor(size=(2,), stride=(1, 1)), "1 sizes and 2 strides"),
        (tensor(size=(1,) * 65, stride=(1,) * 65), "65 dimensions"),
        (tensor(count=3), "has 8 bytes, and 12 are expected"),
        (tensor(count=2**80), "bytes, and"),
        (tensor(count=-1), "stands for a storage does not"),
        (tensor(key=b"../../../etc/passwd"), "it has no data/"),
        (tensor(key=b"7"), "it has no data/7"),
        (TENSOR + b")R", "the pickle is damaged: TypeError"),
        (b"K\x01)R", "no function that is allowed"),
        (name(b"torch", b"Tensor") + b")R", "not allowed"),
        (name(b"builtins", b"getattr") + b")R", "asks for builtins.getattr"),
        (name(b"torch", b"load") + b")R", "asks for torch.load"),
        (name(b"torch._utils", b"__globals__") + b")R", "not allowed"),
        (b"(NNt}b", "sets attributes of a tuple"),
        (name(b"collections", b"OrderedDict") + b")R}(X\x01\x00\x00\x00aK\x01ub", "sets attributes of a OrderedDict"),
        (b"h\x05", "nothing was put at 5"),
        (b"r\xff\xff\xff\xff", "damaged"),
        (b"]K\x01s", "damaged"),
        (b"}]K\x01s", "a key of a dict must be"),
        (b"K\x01K\x02a", "appends to a int"),
        (b"t", "a mark is missing"),
        (b"(", "a mark stands where a value"),
        (b"", "IndexError|damaged"),
        (b"X\xff\xff\xff\x7f", "cut off"),
        (b"\x8b\xff\xff\xff\x7f", "a number of 2147483647 bytes"),
        (b"\x8b\xff\xff\xff\xff", "cut off|damaged"),
        (b"\x8e" + b"\xff" * 8, "cut off"),
        (b"\x81", "the instruction"),
        (b"i", "the instruction"),
        (b"P0\n", "the instruction"),
        (b"X\x02\x00\x00\x00\xff\xff", "damaged"),
        (name(b"torch", b"device") + b"(X\x04\x00\x00\x00nonetR", "device type"),
        (name(b"torch", b"Size") + b"((K\x01NttR", "whole numbers"),
        (name(b"_codecs", b"encode") + b"(X\x01\x00\x00\x00aX\x05\x00\x00\x00rot13tR", "only latin1"),
        (name(b"builtins", b"set") + b"((K\x01tK\x02tR", "damaged"),
    ],
)
def test_damaged_programs(body, text):
    with pytest.raises(CheckpointError, match=text):
        read(archive(pickled(body), [b"\0" * 8]))


def test_deep_nesting_neither_recurses_nor_hangs():
    deep = pickled(b"]" * 200_000 + b"a" * 199_999)
    found = read(archive(deep))
    depth = 0
    while found:
        (found,) = found
        depth += 1
    assert depth == 199_999
    with pytest.raises(CheckpointError, match="a key of a dict must be"):
        read(archive(pickled(b"}" + b")" + b"\x85" * 200_000 + b"K\x01s")))
    with pytest.raises(CheckpointError, match="a key of a dict must be"):
        read(archive(pickled(name(b"builtins", b"set") + b"(])\x85\x85atR")))


def test_a_small_file_asks_for_little_memory():
    huge = 2**40
    hostile = [
        archive(pickled(tensor(count=huge, size=(huge,))), [b"\0" * 8]),
        pickle.dumps(0x1950A86A20F9469CFC6C, 2)
        + pickle.dumps(1001, 2)
        + pickle.dumps({"little_endian": True}, 2)
        + pickled(tensor(count=huge, size=(huge,))),
        archive(pickled(b"r\xff\xff\xff\x7f")),
        archive(pickled(b"B\xff\xff\xff\x7f")),
    ]
    tracemalloc.start()
    try:
        for data in hostile:
            with pytest.raises(CheckpointError):
                read(data)
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


def test_compressed_records_are_refused_whatever_they_would_become():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("x/data.pkl", pickled(tensor(count=2**24, size=(2**24,))))
        z.writestr("x/data/0", b"\0" * 2**26)
    with pytest.raises(CheckpointError, match="is compressed or encrypted"):
        read(out.getvalue())


def test_records_that_lie_over_each_other_are_refused():
    # Many entries of the directory that lead to the same bytes.
    data = archive(pickled(b"]" + b"".join(tensor(4096, size=(1,), key=str(i).encode()) + b"a" for i in range(40))),
                   [b"\0" * 16384] + [b"\0" * 0] * 39)  # fmt: skip
    out = bytearray(data)
    first = data.index(b"x/data/0") - 30
    at = data.index(b"PK\x01\x02")
    size = struct.pack("<I", 16384)
    while out[at : at + 4] == b"PK\x01\x02":
        length, extra, comment = struct.unpack_from("<HHH", out, at + 28)
        if out[at + 46 : at + 46 + length].startswith(b"x/data/"):
            out[at + 20 : at + 28] = size + size
            out[at + 42 : at + 46] = struct.pack("<I", first)
        at += 46 + length + extra + comment
    with pytest.raises(CheckpointError, match="records are larger than the file"):
        read(bytes(out))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "is no file of torch.save"),
        (b"hello, world", "is no file of torch.save"),
        (b"PK\x03\x04 and nothing more", "damaged or cut off"),
        (archive(b"N.", folder="a/b"), "no data.pkl in one folder"),
        (archive(pickled(b"N"), byteorder=b"middle"), "unknown byte order"),
        (archive(pickled(b"N"), **{"constants.pkl": b""}), "TorchScript"),
        (pickle.dumps({"a": 1}, 2), "torch.save did not write"),
        (pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(7, 2) + pickle.dumps({}, 2), "version 7"),
    ],
)
def test_files_of_others(data, text):
    with pytest.raises(CheckpointError, match=text):
        read(data)


def test_a_file_of_numpy_is_named(tmp_path):
    import numpy as np

    np.savez(tmp_path / "x.npz", a=np.ones(2))
    with pytest.raises(CheckpointError, match=r"like an .npz file"):
        sg.load(tmp_path / "x.npz")


def test_big_endian_files_are_turned():
    data = archive(pickled(tensor()), [struct.pack(">2f", 1, 2)], byteorder=b"big")
    assert read(data).tolist() == [1, 2]


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(CheckpointError, match="is not a regular file"):
        load_torch(tmp_path)
    with pytest.raises(AttributeError, match="expected a path or a binary file"):
        load_torch(3)
    with pytest.raises(AttributeError, match="expected a path or a file open"):
        save_torch({}, 3)
    with pytest.raises(FileNotFoundError):
        load_torch(tmp_path / "none")


def deep():
    made = []
    for _ in range(100_000):
        made = [made]
    return made


@pytest.mark.parametrize(
    ("obj", "error", "text"),
    [
        ({"a": [object()]}, TypeError, "got object at 0 at 'a'"),
        (sg.nn.Linear(1, 1), TypeError, r"got Linear.*Save its state_dict\(\)"),
        (sg.ones(1).array, TypeError, "from_numpy"),
        (deep(), ValueError, "nested too deeply"),
        (1 << 5000, ValueError, "a whole number of 626 bytes is too large"),
        (lambda: 1, TypeError, "got function"),
    ],
)
def test_what_cannot_be_saved_is_named_and_the_old_file_stays(tmp_path, obj, error, text):
    (tmp_path / "x").write_bytes(b"old")
    with pytest.raises(error, match=text):
        save_torch(obj, tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 1


def quiet(data):
    """Read; anything but success or the one kind of error is a failure of the test."""
    try:
        read(data)
    except CheckpointError:
        return


def test_every_truncation():
    for length in range(0, len(GOOD), 3):
        quiet(GOOD[:length])


def test_changed_bytes():
    rng = random.Random(0)
    begin = GOOD.index(b"\x80\x02")
    end = GOOD.index(b"PK", begin)
    for _ in range(1500):
        data = bytearray(GOOD)
        low, high = (begin, end) if rng.random() < 0.7 else (0, len(data))
        for _ in range(rng.choice((1, 1, 2, 8))):
            data[rng.randrange(low, high)] = rng.randrange(256)
        quiet(bytes(data))


OPCODES = [
    bytes([c])
    for c in b"\x80(012N\x88\x89JKMGXBC)]}tdelaesuqrhjcRbQ\x85\x86\x87\x8a\x8b\x8c\x8d\x8e\x8f\x90\x93\x94\x95."
]
PIECES = [
    *OPCODES,
    TENSOR,
    FLOAT,
    tensor(),
    name(b"collections", b"OrderedDict"),
    b"X\x01\x00\x00\x00a",
    b"K\x00",
    b"K\x02",
]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=6)), max_size=40))
def test_random_programs(parts):
    quiet(archive(pickled(b"".join(parts)), [b"\0" * 8]))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.binary(max_size=200))
def test_random_bytes(data):
    quiet(data)
    quiet(b"PK" + data)
    quiet(b"\x80\x02" + data)
