"""Write the files that `torch.load` reads: a zip archive of a pickle and the storages."""

from __future__ import annotations

import os
import struct
import zipfile
from collections import OrderedDict
from typing import Any, BinaryIO

import numpy as np

import seedgrad as sg

from .rebuild import STORAGES
from .replace import PathLike, replace_file

_STORAGE_OF = {dtype: name for name, dtype in STORAGES.items() if name != "UntypedStorage"}
# Where storages begin in the file, so that they can be mapped.
ALIGNMENT = 64


class _Writer:
    """Writes one pickle of protocol 2, and collects the storages."""

    def __init__(self) -> None:
        self.out = bytearray(b"\x80\x02")
        self.memo: dict[int, int] = {}
        self.kept: list[Any] = []  # so that no address is used twice
        self.keys: dict[tuple[int, int, str], str] = {}
        self.storages: list[np.ndarray[Any, Any]] = []

    def _known(self, value: Any) -> bool:
        place = self.memo.get(id(value))
        if place is None:
            return False
        self.out += b"j" + struct.pack("<I", place)
        return True

    def _remember(self, value: Any) -> None:
        self.out += b"r" + struct.pack("<I", len(self.memo))
        self.memo[id(value)] = len(self.memo)
        self.kept.append(value)

    def _name(self, module: str, name: str) -> None:
        self.out += f"c{module}\n{name}\n".encode()

    def write(self, value: Any, where: str) -> None:
        if isinstance(value, np.generic):
            value = value.item()
        kind = type(value)
        if value is None:
            self.out += b"N"
        elif kind is bool:
            self.out += b"\x88" if value else b"\x89"
        elif kind is int:
            self._int(value, where)
        elif kind is float:
            self.out += b"G" + struct.pack(">d", value)
        elif kind is str:
            text = value.encode("utf-8", "surrogatepass")
            self.out += b"X" + struct.pack("<I", len(text)) + text
        elif isinstance(value, sg.Tensor):
            if not self._known(value):
                self._tensor(value)
                self._remember(value)
        elif isinstance(value, sg.dtype):
            self._name("torch", value.name)
        elif kind is sg.device:
            self._call("torch", "device", (value.type,) if value.index is None else (value.type, value.index))
        elif kind is complex:
            self._call("__builtin__", "complex", (value.real, value.imag))
        elif kind is bytes:
            self._call("_codecs", "encode", (value.decode("latin1"), "latin1"))
        elif not self._known(value):
            self._container(value, where)

    def _int(self, value: int, where: str) -> None:
        if -(2**31) <= value < 2**31:
            self.out += b"J" + struct.pack("<i", value)
            return
        size = (value.bit_length() >> 3) + 1
        if size > 255:
            raise ValueError(f"save: a whole number of {size} bytes{where} is too large")
        self.out += b"\x8a" + bytes([size]) + value.to_bytes(size, "little", signed=True)

    def _call(self, module: str, name: str, arguments: tuple[Any, ...]) -> None:
        self._name(module, name)
        self._tuple(arguments, "")
        self.out += b"R"

    def _tuple(self, values: tuple[Any, ...], where: str) -> None:
        self.out += b"("
        for value in values:
            self.write(value, where)
        self.out += b"t"

    def _container(self, value: Any, where: str) -> None:
        kind = type(value)
        if kind is sg.Size:
            self._call("torch", "Size", (tuple(value),))
        elif kind is set:
            self._call("__builtin__", "set", (list(value),))
        elif isinstance(value, tuple) and not hasattr(value, "_fields"):
            self._tuple(tuple(value), where)
        elif kind is list:
            self.out += b"]"
            self._remember(value)
            self.out += b"("
            for i, item in enumerate(value):
                self.write(item, f" at {i}{where}")
            self.out += b"e"
            return
        elif kind is dict or isinstance(value, OrderedDict):
            self._dict(value, where)
            return
        else:
            hint = ""
            if isinstance(value, np.ndarray):
                hint = ". Make it a tensor: seedgrad.from_numpy(array)"
            elif hasattr(value, "state_dict"):
                hint = ". Save its state_dict()"
            raise TypeError(
                "save: only tensors, None, bools, numbers, strings, bytes, dtypes, devices, and lists, tuples, sets and "
                f"dicts of these can be saved, got {kind.__name__}{where}{hint}"
            )
        self._remember(value)

    def _dict(self, value: Any, where: str) -> None:
        if type(value) is dict:
            self.out += b"}"
        else:
            self._name("collections", "OrderedDict")
            self.out += b")R"
        self._remember(value)
        self.out += b"("
        for key, item in value.items():
            self.write(key, where)
            self.write(item, f" at {key!r}{where}")
        self.out += b"u"
        versions = getattr(value, "_metadata", None)
        if versions is not None:
            self.out += b"}("
            self.write("_metadata", where)
            self.write(versions, where)
            self.out += b"ub"

    def _tensor(self, t: sg.Tensor) -> None:
        if isinstance(t, sg.nn.Parameter):
            self._name("torch._utils", "_rebuild_parameter")
            self.out += b"("
            self._plain(t)
            self.write(t.requires_grad, "")
            self._hooks()
            self.out += b"tR"
        else:
            self._plain(t)

    def _plain(self, t: sg.Tensor) -> None:
        array = t.detach().resolve_conj().resolve_neg().array
        width = array.itemsize
        memory = t.untyped_storage().array
        start = array.__array_interface__["data"][0] - memory.__array_interface__["data"][0] if memory.size else 0
        if start % width or any(step < 0 or step % width for step in array.strides) or memory.size % width:
            array = np.ascontiguousarray(array)
            memory, start = array.reshape(-1).view(np.uint8), 0
        strides = sg.from_numpy(array).stride() if array.size else t.stride()
        self._name("torch._utils", "_rebuild_tensor_v2")
        self.out += b"(("
        self.write("storage", "")
        self._name("torch", _STORAGE_OF[t.dtype.name])
        self.write(self._key(memory, t.dtype.name), "")
        self.write("cpu", "")
        self.write(memory.size // width, "")
        self.out += b"tQ"
        self.write(start // width if array.size else 0, "")
        self._tuple(tuple(array.shape), "")
        self._tuple(tuple(strides), "")
        self.write(t.requires_grad and not isinstance(t, sg.nn.Parameter), "")
        self._hooks()
        self.out += b"tR"

    def _hooks(self) -> None:
        self._name("collections", "OrderedDict")
        self.out += b")R"

    def _key(self, memory: np.ndarray[Any, Any], dtype: str) -> str:
        place = (memory.__array_interface__["data"][0], memory.size, dtype)
        if not memory.size or place not in self.keys:
            self.keys[place] = str(len(self.storages))
            self.storages.append(memory)
        return self.keys[place]


def save_torch(obj: Any, f: PathLike | BinaryIO) -> None:
    """Write a file that `torch.load` reads, with `weights_only=True` too, and `load_torch` here.

    Tensors that share memory share a storage in the file; strides and `requires_grad` are kept, the graph is not.

    Args:
        obj: tensors, None, bools, numbers, strings, bytes, dtypes, devices; lists, tuples, sets and dicts of these.
        f: the file, by name (it appears whole or not at all) or open for binary writing.

    Raises:
        TypeError: something that is not in the list above, such as a module or a NumPy array.
        ValueError: `obj` is nested too deeply, or a number is too large.
        OSError: the file cannot be written.

    Example:
        >>> import os, tempfile
        >>> import seedgrad as sg
        >>> path = os.path.join(tempfile.mkdtemp(), "model.pt")
        >>> layer = sg.nn.Linear(2, 1)
        >>> sg.io.save_torch(layer.state_dict(), path)
        >>> layer.load_state_dict(sg.io.load_torch(path))
        <All keys matched successfully>
    """
    writer = _Writer()
    try:
        writer.write(obj, "")
    except RecursionError:
        raise ValueError("save: the object is nested too deeply") from None
    writer.out += b"."
    if isinstance(f, (str, os.PathLike)):
        folder = os.path.splitext(os.path.basename(f))[0] or "archive"
        with replace_file(f) as new, open(new, "wb") as file:
            _write_archive(file, folder, writer)
    elif hasattr(f, "write"):
        _write_archive(f, "archive", writer)
    else:
        raise AttributeError(f"save: expected a path or a file open for binary writing, got {f!r}")


def _write_archive(file: BinaryIO, folder: str, writer: _Writer) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        records: list[tuple[str, Any]] = [("data.pkl", writer.out), ("byteorder", b"little")]
        records += [(f"data/{i}", memory) for i, memory in enumerate(writer.storages)]
        for name, data in [*records, ("version", b"3\n")]:
            info = zipfile.ZipInfo(f"{folder}/{name}")
            info.file_size = len(data)
            if name.startswith("data/") and archive.fp is not None:
                # A field of no meaning before the data moves them to the next multiple.
                taken = archive.fp.tell() + 30 + len(info.filename.encode()) + 4
                room = -taken % ALIGNMENT
                info.extra = struct.pack("<HH", 0x4246, room) + b"Z" * room
            with archive.open(info, "w") as record:
                record.write(memoryview(data))
