"""The idx format of MNIST and its relatives: a big-endian array with a short header."""

from __future__ import annotations

import math
import os
from typing import IO, cast

import numpy as np

# The third byte of a file names the type of its elements.
TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
CHUNK = 1 << 22


def read_idx(path: str | os.PathLike[str]) -> np.ndarray:
    """Read an idx file, plain or compressed with gzip.

    The file starts with two zero bytes, a byte for the type and one for the number of dimensions; then come
    the lengths of the dimensions, 4 bytes each, and the elements, the last dimension first, all big-endian.

    Args:
        path: the file.

    Returns:
        The array, writable, in the byte order of this machine.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no idx file, or its length does not fit its header.

    Source: http://yann.lecun.com/exdb/mnist/, "The IDX file format".
    """
    import gzip
    import zlib

    with open(path, "rb") as raw:
        compressed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        try:
            # Ours to close is only `raw`; the gzip file has nothing of its own.
            return _read(cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if compressed else raw, os.fspath(path))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ValueError(f"{os.fspath(path)} is damaged or incomplete: {error}") from error


def _read(file: IO[bytes], name: str) -> np.ndarray:
    header = file.read(4)
    if len(header) < 4 or header[:2] != b"\0\0" or header[2] not in TYPES:
        raise ValueError(f"{name} is not an idx file: it starts with the bytes {header.hex(' ')}")
    lengths = file.read(4 * header[3])
    if len(lengths) < 4 * header[3]:
        raise ValueError(f"{name} is damaged or incomplete: it ends within its header")
    shape = [int(length) for length in np.frombuffer(lengths, ">u4")]
    dtype = np.dtype(TYPES[header[2]])
    expected = math.prod(shape) * dtype.itemsize
    content = bytearray()
    # In chunks and not beyond the expected size: neither a header nor a compressed file that lies fills the
    # memory.
    while len(content) <= expected and (chunk := file.read(min(CHUNK, expected + 1 - len(content)))):
        content += chunk
    if len(content) != expected:
        found = f"{len(content)} bytes" if len(content) < expected else "more"
        raise ValueError(
            f"{name} is damaged or incomplete: its header announces {tuple(shape)} elements, {expected} "
            f"bytes, but it holds {found}"
        )
    return np.frombuffer(content, dtype).reshape(shape).astype(dtype.newbyteorder("="), copy=False)
