"""Files that save did not write, or could not write: other programs', damaged, hostile, interrupted."""

import json
import os
import stat
import struct

import pytest

import seedgrad as sg
from seedgrad.io import load, load_metadata, replace_file, save, tensorfile


def write(path, header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


ONE = {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}


def values(tensors):
    return {name: tensor.tolist() for name, tensor in tensors.items()}


def test_file_of_another_program_loads_as_a_dict(tmp_path):
    write(tmp_path / "x", {"__metadata__": {"format": "pt"}, **ONE}, struct.pack("<2f", 1.5, -2))
    assert values(load(tmp_path / "x")) == {"a": [1.5, -2.0]}
    assert load_metadata(tmp_path / "x") == {"format": "pt"}


def test_unaligned_tensors_of_another_program_load(tmp_path):
    header = {
        "a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]},
        "b": {"dtype": "F64", "shape": [1], "data_offsets": [1, 9]},
    }
    write(tmp_path / "x", header, b"\x07" + struct.pack("<d", 0.5))
    for mmap in (False, True):
        loaded = load(tmp_path / "x", mmap=mmap)
        assert loaded["a"].tolist() == [7] and loaded["b"].tolist() == [0.5]
        assert loaded["b"].array.flags.aligned


@pytest.mark.parametrize("mmap", [False, True])
def test_types_that_tensors_lack_are_refused(tmp_path, mmap):
    write(tmp_path / "x", {"a": {"dtype": "F8_E4M3", "shape": [1], "data_offsets": [0, 1]}}, b"\0")
    with pytest.raises(TypeError, match=r"'a' in .* has the type F8_E4M3"):
        load(tmp_path / "x", mmap=mmap)


def good_bytes(tmp_path):
    save({"a": sg.ones(3), "n": [1, {"b": sg.zeros(2)}]}, tmp_path / "good")
    return (tmp_path / "good").read_bytes()


def test_every_truncation_is_a_clear_error(tmp_path):
    data = good_bytes(tmp_path)
    for length in range(len(data)):
        (tmp_path / "x").write_bytes(data[:length])
        for read in (load, load_metadata):
            with pytest.raises(ValueError, match="is not a complete safetensors file"):
                read(tmp_path / "x")


def test_every_flipped_byte_is_an_error_or_other_values(tmp_path):
    data = good_bytes(tmp_path)
    for position in range(len(data)):
        for flip in (0x01, 0x80):
            changed = bytearray(data)
            changed[position] ^= flip
            (tmp_path / "x").write_bytes(changed)
            try:
                load(tmp_path / "x")
            except (ValueError, TypeError) as error:
                assert str(error).startswith("load: ")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 8,
        struct.pack("<Q", 2**63),
        struct.pack("<Q", 10**12) + b"{}",
        struct.pack("<Q", 4) + b"null",
        struct.pack("<Q", 4) + b"\xff\xfe\xfd\xfc",
        struct.pack("<Q", 600_000) + b'{"a":' * 120_000,
    ],
)
def test_nonsense_is_a_clear_error(tmp_path, data):
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(ValueError, match="is not a complete safetensors file"):
        load(tmp_path / "x")


@pytest.mark.parametrize(
    "header",
    [
        {"a": {"dtype": "F32", "shape": [2**62, 4], "data_offsets": [0, 8]}},
        {"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}},
        {"a": {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]}},
        {"a": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]}},
        {"a": {"dtype": "EVIL", "shape": [2], "data_offsets": [0, 8]}},
        {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 10**15]}},
        {**ONE, "b": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}},
    ],
)
def test_lying_headers_are_a_clear_error(tmp_path, header):
    write(tmp_path / "x", header, b"\0" * 8)
    with pytest.raises(ValueError, match="is not a complete safetensors file"):
        load(tmp_path / "x")


@pytest.mark.parametrize(
    "structure",
    [
        "",
        "{",
        '{"tensor":"b"}',
        '{"tensor":["a"]}',
        '{"unknown":1}',
        '{"dict":[[["unhashable"],1]]}',
        '{"dict":[1]}',
        '{"dict":5}',
        '{"tuple":null}',
        '{"float":"evil"}',
        '{"float":[]}',
        '{"tensor":"a","float":"1"}',
        "{}",
        "[" * 100_000,
        '{"tuple":[' * 50_000,
    ],
)
def test_damaged_structure_is_a_clear_error(tmp_path, structure):
    write(tmp_path / "x", {"__metadata__": {"seedgrad.structure": structure}, **ONE}, b"\0" * 8)
    with pytest.raises(ValueError, match=r"the text `seedgrad.structure` in .* is damaged"):
        load(tmp_path / "x")


def test_structure_that_leaves_tensors_out_is_an_error(tmp_path):
    write(tmp_path / "x", {"__metadata__": {"seedgrad.structure": "[]"}, **ONE}, b"\0" * 8)
    with pytest.raises(ValueError, match=r"does not mention: \['a'\]. Another program has changed"):
        load(tmp_path / "x")


@pytest.mark.parametrize("beginning", [b"PK\x03\x04", b"\x80\x02}q"])
def test_archives_and_pickles_of_others_are_recognized(tmp_path, beginning):
    (tmp_path / "x").write_bytes(beginning + b"\0" * 100)
    with pytest.raises(sg.io.CheckpointError, match=r"the archive is damaged or cut off|the pickle"):
        load(tmp_path / "x")


def test_a_header_whose_length_looks_like_a_pickle_is_read(tmp_path):
    text = json.dumps(ONE).encode().ljust(0x0280)  # its length is written as 80 02 00 ...
    write(tmp_path / "x", text, struct.pack("<2f", 1.5, -2))
    assert values(load(tmp_path / "x")) == {"a": [1.5, -2.0]}


def test_file_that_shrinks_while_it_is_read_is_an_error(tmp_path, monkeypatch):
    save({"x": sg.ones(100)}, tmp_path / "x")
    read_header = tensorfile._read_header

    def and_cut(path):
        header = read_header(path)
        os.truncate(path, os.path.getsize(path) - 4)
        return header

    monkeypatch.setattr(tensorfile, "_read_header", and_cut)
    with pytest.raises(ValueError, match="became shorter while it was read"):
        load(tmp_path / "x")


def test_missing_files_and_folders_are_named(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none")
    with pytest.raises(ValueError, match="is not a regular file"):
        load(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"the folder .*none does not exist. Create it first"):
        save({}, tmp_path / "none" / "x")
    with pytest.raises(ValueError, match="is not a regular file, so it cannot be replaced"):
        save({}, tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes_do_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="is not a regular file"):
        load(tmp_path / "pipe")
    with pytest.raises(ValueError, match="is not a regular file, so it cannot be replaced"):
        save({}, tmp_path / "pipe")


# Whole or not at all


def test_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    import safetensors.numpy

    save({"x": sg.ones(1)}, tmp_path / "x")

    def fail_half_way(arrays, path, metadata):
        with open(path, "wb") as file:
            file.write(b"half")
        raise safetensors.SafetensorError("no space left on device")

    monkeypatch.setattr(safetensors.numpy, "save_file", fail_half_way)
    with pytest.raises(OSError, match=r"cannot write .*x: no space left on device"):
        save({"x": sg.zeros(1)}, tmp_path / "x")
    assert values(load(tmp_path / "x")) == {"x": [1.0]}
    assert os.listdir(tmp_path) == ["x"]


def test_interrupted_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "x"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), replace_file(path) as new:
        with open(new, "w") as file:
            file.write("new")
        raise KeyboardInterrupt
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["x"]


def test_new_file_appears_only_at_the_end(tmp_path):
    path = tmp_path / "x"
    with replace_file(path) as new:
        assert os.path.dirname(new) == str(tmp_path) and not path.exists()
        with open(new, "w") as file:
            file.write("new")
    assert path.read_text() == "new" and os.listdir(tmp_path) == ["x"]


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX permissions")
def test_permissions_are_those_of_any_new_file_or_of_the_old_one(tmp_path):
    (tmp_path / "plain").touch()
    save({}, tmp_path / "x")
    assert (tmp_path / "x").stat().st_mode == (tmp_path / "plain").stat().st_mode
    os.chmod(tmp_path / "x", 0o640)
    save({}, tmp_path / "x")
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o640


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX permissions")
def test_write_protected_file_stays(tmp_path, monkeypatch):
    save({}, tmp_path / "x")
    os.chmod(tmp_path / "x", 0o444)
    # The superuser may write everywhere.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(PermissionError, match="is write-protected"):
        save({}, tmp_path / "x")


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_links_are_followed(tmp_path):
    (tmp_path / "folder").mkdir()
    link = tmp_path / "latest"
    link.symlink_to(tmp_path / "folder" / "x")
    save({"v": 1}, link)
    save({"v": 2}, link)
    assert link.is_symlink() and load(tmp_path / "folder" / "x") == {"v": 2}
    assert os.listdir(tmp_path / "folder") == ["x"]
