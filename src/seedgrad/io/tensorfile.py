"""Save and load tensors, in files that are safe to open: the safetensors format, never pickle.

A state dict becomes an ordinary safetensors file with the same names, which any other program can read.
Everything that is not a tensor (the numbers and strings of an optimizer's state, how things are nested, the
order) stands in the file's text metadata as JSON under `seedgrad.structure`.

Source: https://huggingface.co/docs/safetensors, "Format".
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from typing import Any

import numpy as np

import seedgrad as sg
from seedgrad.io.replace import PathLike, replace_file
from seedgrad.io.structure import describe, restore
from seedgrad.io.torchfile import load_torch

RESERVED = "seedgrad."
STRUCTURE = RESERVED + "structure"

# The format's names of the types that tensors can have here.
TYPES = {
    "BOOL": "bool",
    "U8": "uint8",
    "U16": "uint16",
    "U32": "uint32",
    "U64": "uint64",
    "I8": "int8",
    "I16": "int16",
    "I32": "int32",
    "I64": "int64",
    "F16": "float16",
    "BF16": "bfloat16",
    "F32": "float32",
    "F64": "float64",
    "C64": "complex64",
}


def save(obj: Any, path: PathLike, metadata: Mapping[str, str] | None = None) -> None:
    """Write tensors to a safetensors file: a state dict, or dicts, lists and tuples with tensors in them.

    The file appears whole or not at all: it is written under another name beside `path` and then renamed.
    Each tensor is written on its own, also where two share their memory. What loads back is a plain tensor,
    without gradient and without the class `Parameter`; NumPy's numbers load back as Python's.

    Args:
        obj: a tensor, None, a bool, int, float or str; or lists, tuples and dicts (with str or int keys) of
            these.
        path: the file; an existing one is replaced and keeps its permissions.
        metadata: text by name to keep in the file, for `load_metadata` and for other programs.

    Raises:
        TypeError: something that is not in the list above, such as a NumPy array or a complex128 tensor;
            or metadata that is not text.
        ValueError: `obj` contains itself or is nested too deeply; a metadata name starts with "seedgrad.";
            or `path` is a device or a pipe.
        OSError: the file cannot be written.

    Example:
        >>> import os, tempfile
        >>> import seedgrad as sg
        >>> path = os.path.join(tempfile.mkdtemp(), "state.safetensors")
        >>> sg.save({"weight": sg.tensor([1.0, 2.0]), "step": 3}, path)
        >>> sg.load(path)
        {'weight': tensor([1., 2.]), 'step': 3}
    """
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    tensors: dict[str, sg.Tensor] = {}
    text = dict(_check_metadata(metadata or {}))
    try:
        text[STRUCTURE] = json.dumps(describe(obj, "", tensors), separators=(",", ":"))
    except RecursionError:
        raise ValueError("save: the object contains itself or is nested too deeply") from None
    arrays = {name: _storable(tensor, name) for name, tensor in tensors.items()}
    with replace_file(path) as new:
        try:
            save_file(arrays, new, metadata=text)
        except SafetensorError as error:
            raise OSError(f"save: cannot write {os.fspath(path)}: {error}") from error


def load(path: PathLike, *, mmap: bool = False) -> Any:
    """Read a file of `save`, any other safetensors file (as a dict of its tensors by name), or one of `torch.save`.

    Nothing in the file is executed.

    Args:
        path: the file.
        mmap: True maps the file instead of reading it: quick to open whatever its size, pages are read when
            they are used, and writes stay in this process. The file must not change in the meantime.

    Returns:
        What was saved, with tensors that need no gradient.

    Raises:
        OSError: the file cannot be read (FileNotFoundError if it is not there).
        ValueError: the file is damaged, incomplete or of another format.
        TypeError: it holds a type that tensors cannot have here, such as 8-bit floats.

    Example:
        >>> import os, tempfile
        >>> import seedgrad as sg
        >>> path = os.path.join(tempfile.mkdtemp(), "pair.safetensors")
        >>> sg.save([sg.ones(2), "two ones"], path)
        >>> sg.load(path, mmap=True)
        [tensor([1., 1.]), 'two ones']
    """
    if _is_of_torch(path):
        return load_torch(path, mmap=mmap)
    text, entries, start = _read_header(path)
    tensors = {name: sg.from_numpy(array) for name, array in _read_arrays(path, entries, start, mmap).items()}
    if STRUCTURE not in text:
        return tensors
    unused = set(tensors)
    try:
        obj = restore(json.loads(text[STRUCTURE]), tensors, unused)
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise ValueError(f"load: the text `{STRUCTURE}` in {os.fspath(path)} is damaged: {error!r}") from error
    if unused:
        raise ValueError(
            f"load: {os.fspath(path)} holds tensors that its text `{STRUCTURE}` does not mention: "
            f"{sorted(unused)}. Another program has changed one of the two; write the file without that text "
            "to load its tensors by name"
        )
    return obj


def load_metadata(path: PathLike) -> dict[str, str]:
    """Read the text that was saved with a file as `metadata`; its tensors are not read.

    Args:
        path: the file.

    Returns:
        Text by name.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is damaged, incomplete or of another format.

    Example:
        >>> import os, tempfile
        >>> import seedgrad as sg
        >>> path = os.path.join(tempfile.mkdtemp(), "model.safetensors")
        >>> sg.save({"weight": sg.ones(2)}, path, metadata={"epoch": "5"})
        >>> sg.io.load_metadata(path)
        {'epoch': '5'}
    """
    return {name: value for name, value in _read_header(path)[0].items() if not name.startswith(RESERVED)}


def _storable(tensor: sg.Tensor, name: str) -> np.ndarray:
    array = np.asarray(tensor.array, order="C")
    if array.dtype.name not in TYPES.values():
        hint = ". Save its real and imaginary parts" if array.dtype.kind == "c" else ""
        raise TypeError(f"save: safetensors has no type for {array.dtype.name}, the type of {name!r}{hint}")
    return array


def _check_metadata(metadata: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in metadata.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError(
                f"save: metadata must be text by name, got {name!r}: {value!r}. Use str(value), or put it "
                "into the object"
            )
        if name.startswith(RESERVED):
            raise ValueError(f"save: metadata names that start with {RESERVED!r} are reserved, got {name!r}")
    return metadata


def _read_header(path: PathLike) -> tuple[dict[str, str], dict[str, Any], int]:
    """The text metadata, each tensor's entry (dtype, shape, data_offsets), and where the data start."""
    from safetensors import SafetensorError, safe_open

    if not stat.S_ISREG(os.stat(path).st_mode):
        raise ValueError(f"load: {os.fspath(path)} is not a regular file")
    with open(path, "rb") as file:
        beginning = file.read(8)
        try:
            # Checks the whole header: sizes, types, and that the tensors cover the file without gap or
            # overlap.
            with safe_open(path, framework="np"):
                pass
        except SafetensorError as error:
            raise ValueError(f"load: {os.fspath(path)} is not a complete safetensors file: {error}") from error
        length = int.from_bytes(beginning, "little")
        entries = json.loads(file.read(length))
    return entries.pop("__metadata__", None) or {}, entries, 8 + length


def _is_of_torch(path: PathLike) -> bool:
    """Whether it begins like a zip archive or a pickle."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        return False
    with open(path, "rb") as file:
        beginning = file.read(9)
    # The same bytes may be the length of a safetensors header, but that is JSON.
    return beginning.startswith((b"PK", b"\x80")) and beginning[8:] != b"{"


def _read_arrays(path: PathLike, entries: dict[str, Any], start: int, mapped: bool) -> dict[str, np.ndarray]:
    arrays = {}
    whole = np.memmap(path, dtype=np.uint8, mode="c").view(np.ndarray) if mapped else None
    with open(path, "rb") as file:
        for name, entry in entries.items():
            if entry["dtype"] not in TYPES:
                raise TypeError(
                    f"load: {name!r} in {os.fspath(path)} has the type {entry['dtype']}, which no tensor has here"
                )
            dtype = getattr(sg, TYPES[entry["dtype"]]).dtype
            begin, end = (start + offset for offset in entry["data_offsets"])
            if whole is not None:
                data = whole[begin:end]
                if begin % dtype.itemsize:  # slow on some processors, impossible on others
                    data = data.copy()
            else:
                data = np.empty(end - begin, np.uint8)
                file.seek(begin)
                if file.readinto(data.data) != data.nbytes:
                    raise ValueError(f"load: {os.fspath(path)} became shorter while it was read")
            arrays[name] = data.view(dtype).reshape(entry["shape"])
    return arrays
