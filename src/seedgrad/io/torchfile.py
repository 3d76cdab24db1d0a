"""Read the files that `torch.save` writes: the current format, a zip archive, and the one before it.

Nothing in a file is executed: its pickle is read by a machine of our own (pickles.py) that knows the names of
rebuild.py and no others. What a file claims is compared with its size before memory is asked for.

Source: PyTorch's docs/source/notes/serialization.rst, and what its programs write.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
from typing import Any, BinaryIO

import numpy as np

import seedgrad as sg

from .pickles import CheckpointError, Machine
from .rebuild import StorageKind, find
from .replace import PathLike

# The first pickle of a file in the old format, and its version.
LEGACY_MAGIC, LEGACY_VERSION = 0x1950A86A20F9469CFC6C, 1001


def load_torch(f: PathLike | BinaryIO, *, mmap: bool = False) -> Any:
    """Read a file that `torch.save` wrote: tensors, parameters, and plain containers of them.

    Tensors that share a storage in the file share memory here, with the strides that they had; all are on the CPU.

    Args:
        f: the file, by name or open for binary reading.
        mmap: True maps the storages of a file in the zip format instead of reading them.

    Returns:
        What was saved.

    Raises:
        OSError: the file cannot be read.
        CheckpointError: it is damaged, cut off, of another format, or asks for a name that is not allowed; nothing
            was executed. It is a ValueError and a pickle.UnpicklingError.

    Example:
        >>> import os, tempfile
        >>> import seedgrad as sg
        >>> path = os.path.join(tempfile.mkdtemp(), "model.pt")
        >>> sg.io.save_torch({"weight": sg.ones(2)}, path)
        >>> sg.io.load_torch(path)
        {'weight': tensor([1., 1.])}
    """
    if isinstance(f, (str, os.PathLike)):
        if not stat.S_ISREG(os.stat(f).st_mode):
            raise CheckpointError(f"load: {os.fspath(f)} is not a regular file")
        with open(f, "rb") as file:
            return _load(file, os.fspath(f), f if mmap else None)
    if not hasattr(f, "read") or not hasattr(f, "seek"):
        raise AttributeError(f"load: expected a path or a binary file that can be read and searched, got {f!r}")
    return _load(f, "the file", None)


def _load(file: BinaryIO, name: str, mapped: PathLike | None) -> Any:
    start = file.tell()
    size = file.seek(0, os.SEEK_END) - start
    file.seek(start)
    beginning = file.read(4)
    file.seek(start)
    try:
        if beginning.startswith(b"PK"):
            return _Archive(file, size, mapped).load()
        if beginning.startswith(b"\x80"):
            return _load_legacy(file.read(size))
    except CheckpointError as error:
        raise CheckpointError(f"load: {name}: {error}") from error
    raise CheckpointError(f"load: {name} is no file of torch.save: it begins with {beginning!r}")


def _storage(raw: np.ndarray[Any, Any], kind: StorageKind) -> sg.UntypedStorage:
    found: Any = object.__new__(sg.UntypedStorage if kind.name == "UntypedStorage" else sg.TypedStorage)
    found.array = raw.view(kind.dtype)
    return found


def _described(identity: Any) -> tuple[StorageKind, str, int]:
    """The kind, key and number of bytes of a storage, from its persistent id."""
    if not isinstance(identity, tuple) or len(identity) < 5 or identity[0] != "storage":
        raise CheckpointError("the pickle is damaged: what stands for a storage does not")
    kind, key, count = identity[1], identity[2], identity[4]
    if not isinstance(kind, StorageKind) or not isinstance(key, str) or type(count) is not int or count < 0:
        raise CheckpointError("the pickle is damaged: what stands for a storage does not")
    return kind, key, count * kind.dtype.itemsize


class _Archive:
    """A file in the zip format: a pickle, and each storage under data/."""

    def __init__(self, file: BinaryIO, size: int, mapped: PathLike | None) -> None:
        self.file, self.size, self.start, self.mapped = file, size, file.tell(), mapped
        try:
            self.entries = {info.filename: info for info in zipfile.ZipFile(file).infolist()}
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, EOFError, OverflowError) as error:
            raise CheckpointError(f"the archive is damaged or cut off: {error}") from error
        found = [name for name in self.entries if name.endswith("/data.pkl") and name.count("/") == 1]
        if len(found) != 1:
            kind = ", like an .npz file," if any(name.endswith(".npy") for name in self.entries) else ""
            raise CheckpointError(f"the archive{kind} is not one of torch.save: it has no data.pkl in one folder")
        self.folder = found[0].removesuffix("data.pkl")
        if f"{self.folder}constants.pkl" in self.entries:
            raise CheckpointError("the archive is a TorchScript program, not a file of tensors")
        self.storages: dict[str, np.ndarray[Any, Any]] = {}
        self.used = 0
        self.swapped = self._order() == "big"

    def load(self) -> Any:
        return Machine(self._read("data.pkl").data, 0, find, self.storage).run()

    def _order(self) -> str:
        if f"{self.folder}byteorder" not in self.entries:
            return "little"
        found = bytes(self._read("byteorder"))
        if found not in (b"little", b"big"):
            raise CheckpointError(f"the archive has an unknown byte order {found!r:.40}")
        return found.decode()

    def storage(self, identity: Any) -> sg.UntypedStorage:
        kind, key, count = _described(identity)
        if key not in self.storages:
            raw = self._read(f"data/{key}")
            if self.swapped and kind.dtype.itemsize > 1:
                part = kind.dtype.itemsize // (2 if kind.dtype.kind == "c" else 1)
                raw = np.ascontiguousarray(raw.reshape(-1, part)[:, ::-1]).reshape(-1)
            self.storages[key] = raw
        raw = self.storages[key]
        if len(raw) < count:
            raise CheckpointError(f"storage {key} has {len(raw)} bytes, and {count} are expected")
        return _storage(raw[:count], kind)

    def _read(self, name: str) -> np.ndarray[Any, Any]:
        info = self.entries.get(self.folder + name)
        if info is None:
            raise CheckpointError(f"the archive is damaged: it has no {name}")
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            raise CheckpointError(f"{name} is compressed or encrypted; torch.save writes it as it is")
        count = info.file_size
        # All together cannot be more than the file, unless records lie over each other.
        self.used += count
        if self.used > self.size:
            raise CheckpointError("the archive is damaged: its records are larger than the file")
        if info.header_offset < 0:
            raise CheckpointError(f"the archive is damaged: {name} is not where it should be")
        self.file.seek(self.start + info.header_offset)
        header = self.file.read(30)
        if len(header) != 30 or header[:4] != b"PK\x03\x04":
            raise CheckpointError(f"the archive is damaged: {name} is not where it should be")
        begin = info.header_offset + 30 + sum(struct.unpack("<HH", header[26:]))
        if begin + count > self.size:
            raise CheckpointError(f"the archive is cut off: {name} is not all there")
        if self.mapped is not None and count and name.startswith("data/"):
            return np.memmap(self.mapped, np.uint8, "c", begin, (count,)).view(np.ndarray)
        raw = np.empty(count, np.uint8)
        self.file.seek(self.start + begin)
        if self.file.readinto(raw.data) != count:  # type: ignore[attr-defined]
            raise CheckpointError("the file became shorter while it was read")
        return raw


def _load_legacy(data: bytes) -> Any:
    """The old format: pickles of a magic number, a version, the system, the object and the keys; then the storages."""

    def none(identity: Any) -> Any:
        raise CheckpointError("the pickle is damaged: it has a storage before its beginning")

    at, facts = 0, []
    for _ in range(3):
        machine = Machine(data, at, find, none)
        facts.append(machine.run())
        at = machine.at
        if facts[0] != LEGACY_MAGIC:
            raise CheckpointError("a pickle that torch.save did not write")
    if facts[1] != LEGACY_VERSION or not isinstance(facts[2], dict) or not facts[2].get("little_endian", True):
        raise CheckpointError(
            f"the file has the version {facts[1]!r:.40} and the system {facts[2]!r:.100}, which are unknown"
        )
    storages: dict[str, np.ndarray[Any, Any]] = {}
    wide: dict[str, int] = {}
    used = 0

    def storage(identity: Any) -> sg.UntypedStorage:
        nonlocal used
        kind, key, count = _described(identity)
        if key not in storages:
            used += count
            if used > len(data):
                raise CheckpointError("the file is cut off, or damaged: its storages are larger than the file")
            storages[key], wide[key] = np.zeros(count, np.uint8), kind.dtype.itemsize
        view = identity[5] if len(identity) > 5 else None
        whole = storages[key]
        if view is None:
            if len(whole) < count:
                raise CheckpointError(f"storage {key} has two sizes")
            return _storage(whole[:count], kind)
        if type(view) is not tuple or len(view) != 3 or not all(type(v) is int and v >= 0 for v in view[1:]):
            raise CheckpointError("the pickle is damaged: the part of a storage is not described by numbers")
        begin, end = view[1] * kind.dtype.itemsize, (view[1] + view[2]) * kind.dtype.itemsize
        if end > len(whole):
            raise CheckpointError(f"a part of storage {key} does not lie in it")
        return _storage(whole[begin:end], kind)

    machine = Machine(data, at, find, storage)
    found = machine.run()
    machine = Machine(data, machine.at, find, none)
    keys, at = machine.run(), machine.at
    if not isinstance(keys, list) or len(keys) != len(storages) or set(map(str, keys)) != set(storages):
        raise CheckpointError("the file is damaged: its list of storages is not that of its tensors")
    for key in keys:
        raw = storages[key]
        if at + 8 + len(raw) > len(data) or struct.unpack_from("<q", data, at)[0] * wide[key] != len(raw):
            raise CheckpointError(f"the file is cut off, or damaged: storage {key} is not all there")
        raw[:] = np.frombuffer(data, np.uint8, len(raw), at + 8)
        at += 8 + len(raw)
    return found
