"""Fashion-MNIST from its four files: format, sums, download, splits. The files here are small ones of the
same format."""

import gzip
import hashlib
import struct

import numpy as np
import pytest

from seedgrad.data import DataLoader
from seedgrad.datasets import FashionMNIST, fashion, read_idx

from .local_server import serve

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def idx(array):
    header = struct.pack(">BBBB", 0, 0, CODES[array.dtype.str[1:]], array.ndim)
    lengths = struct.pack(f">{array.ndim}I", *array.shape)
    return header + lengths + array.astype(array.dtype.newbyteorder(">")).tobytes()


@pytest.fixture
def small(monkeypatch):
    """Small files in place of the published ones, and the arrays in them."""
    rng = np.random.default_rng(0)
    arrays, files = {}, {}
    for prefix, count in (("train", 24), ("t10k", 6)):
        arrays[prefix] = (
            rng.integers(0, 256, (count, 28, 28), np.uint8),
            rng.integers(0, 10, count).astype(np.uint8),
        )
        for kind, array in zip(("images-idx3", "labels-idx1"), arrays[prefix], strict=True):
            files[f"{prefix}-{kind}-ubyte.gz"] = gzip.compress(idx(array), mtime=0)
    monkeypatch.setattr(fashion, "FILES", {name: (hashlib.sha256(data).hexdigest(),) for name, data in files.items()})
    return arrays, files


@pytest.fixture
def folder(small, tmp_path):
    for name, data in small[1].items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_published_files_are_named_as_published():
    assert list(fashion.FILES) == [
        "train-images-idx3-ubyte.gz",
        "train-labels-idx1-ubyte.gz",
        "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz",
    ]
    assert all(len(digest) == 64 for sums in fashion.FILES.values() for digest in sums)


@pytest.mark.parametrize(
    ("split", "prefix", "rows"),
    [
        ("train", "train", slice(0, 24)),
        ("fit", "train", slice(0, 22)),
        ("val", "train", slice(22, 24)),
        ("test", "t10k", slice(0, 6)),
    ],
)
def test_fashion_splits(small, folder, split, prefix, rows):
    data = FashionMNIST(split, root=folder)
    images, labels = small[0][prefix]
    np.testing.assert_array_equal(data.images.array, images[rows, None])
    np.testing.assert_array_equal(data.labels.array, labels[rows])
    assert data.labels.array.dtype == np.int64 and len(data.classes) == 10
    batch, _ = next(iter(DataLoader(data, 2)))
    assert batch.shape == (2, 1, 28, 28)


def test_fashion_is_found_in_the_cache_folder(small, folder, monkeypatch):
    (folder / "fashion-mnist").mkdir()
    for name in small[1]:
        (folder / name).rename(folder / "fashion-mnist" / name)
    monkeypatch.setenv("SEEDGRAD_DATA", str(folder))
    assert len(FashionMNIST("test")) == 6


def test_fashion_missing_says_where_to_get_it_and_where_to_put_it(tmp_path, monkeypatch):
    monkeypatch.setenv("SEEDGRAD_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError) as error:
        FashionMNIST("train")
    message = str(error.value)
    for part in (
        f"train-images-idx3-ubyte.gz is not in {tmp_path / 'fashion-mnist'}",
        "download=True",
        "https://github.com/zalandoresearch/fashion-mnist/",
        "fashion-mnist.s3-website.eu-central-1.amazonaws.com",
        "t10k-labels-idx1-ubyte.gz",
        "SEEDGRAD_DATA",
    ):
        assert part in message


def test_fashion_downloads_what_is_missing(small, tmp_path, monkeypatch):
    with serve(small[1]) as site:
        monkeypatch.setattr(fashion, "MIRRORS", ("http://127.0.0.1:9/", site.url))
        for split, length in (("test", 6), ("train", 24), ("val", 2)):
            assert len(FashionMNIST(split, root=tmp_path, download=True)) == length
        assert sorted(name for name, _ in site.requests) == sorted(small[1])
    assert len(FashionMNIST("fit", root=tmp_path)) == 22


def test_fashion_download_that_fails_is_a_connection_error(small, tmp_path, monkeypatch):
    monkeypatch.setattr(fashion, "MIRRORS", ("http://127.0.0.1:9/",))
    with pytest.raises(ConnectionError, match=r"cannot download train-images-idx3-ubyte.gz"):
        FashionMNIST(root=tmp_path, download=True)


def test_fashion_damaged_file_is_refused(folder):
    path = folder / "t10k-labels-idx1-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(RuntimeError, match=r"t10k-labels-idx1-ubyte.gz is damaged, incomplete or another file"):
        FashionMNIST("test", root=folder)


def test_fashion_files_that_do_not_belong_together_are_refused(folder, monkeypatch):
    name = "t10k-labels-idx1-ubyte.gz"
    data = gzip.compress(idx(np.zeros(5, np.uint8)))
    (folder / name).write_bytes(data)
    monkeypatch.setitem(fashion.FILES, name, (hashlib.sha256(data).hexdigest(),))
    with pytest.raises(ValueError, match=r"got \(6, 28, 28\) and \(5,\)"):
        FashionMNIST("test", root=folder)


def test_fashion_unknown_split_fails_before_anything_else(tmp_path):
    with pytest.raises(ValueError, match=r"split must be .* got 'eval'"):
        FashionMNIST("eval", root=tmp_path / "none")


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize("dtype", list(CODES))
@pytest.mark.parametrize("shape", [(3,), (2, 3, 4), (0, 5), ()])
def test_idx_of_every_type_and_shape(tmp_path, dtype, shape, compress):
    array = (np.random.default_rng(0).standard_normal(shape) * 50).astype(dtype)
    data = idx(np.asarray(array))
    (tmp_path / "x").write_bytes(gzip.compress(data) if compress else data)
    read = read_idx(tmp_path / "x")
    assert read.dtype == np.dtype(dtype) and read.dtype.isnative and read.flags.writeable
    np.testing.assert_array_equal(read, array)


def test_idx_that_is_none_is_refused(tmp_path):
    (tmp_path / "x").write_bytes(b"\x89PNG....")
    with pytest.raises(ValueError, match=r"x is not an idx file: it starts with the bytes 89 50 4e 47"):
        read_idx(tmp_path / "x")
    with pytest.raises(FileNotFoundError):
        read_idx(tmp_path / "none")


@pytest.mark.parametrize("compress", [False, True])
def test_idx_of_every_wrong_length_is_refused(tmp_path, compress):
    data = idx(np.arange(6, dtype=np.int16).reshape(2, 3))
    for wrong in [data[:length] for length in range(len(data))] + [data + b"\0"]:
        (tmp_path / "x").write_bytes(gzip.compress(wrong) if compress else wrong)
        with pytest.raises(ValueError, match=r"is not an idx file|is damaged or incomplete"):
            read_idx(tmp_path / "x")


def test_idx_of_every_cut_compressed_file_is_refused(tmp_path):
    data = gzip.compress(idx(np.arange(6, dtype=np.int16)))
    for length in range(len(data)):
        (tmp_path / "x").write_bytes(data[:length])
        with pytest.raises(ValueError, match=r"is not an idx file|is damaged or incomplete"):
            read_idx(tmp_path / "x")


@pytest.mark.parametrize("compress", [False, True])
def test_idx_with_a_lying_header_does_not_fill_the_memory(tmp_path, compress):
    data = struct.pack(">BBBB4I", 0, 0, 8, 4, *[2**32 - 1] * 4) + b"\0" * 100
    (tmp_path / "x").write_bytes(gzip.compress(data) if compress else data)
    with pytest.raises(ValueError, match="but it holds 100 bytes"):
        read_idx(tmp_path / "x")


def test_idx_that_unpacks_to_more_than_announced_stops_reading(tmp_path):
    data = struct.pack(">BBBBI", 0, 0, 8, 1, 10) + b"\0" * 50_000_000
    (tmp_path / "x").write_bytes(gzip.compress(data, 1))
    with pytest.raises(ValueError, match="10 bytes, but it holds more"):
        read_idx(tmp_path / "x")
