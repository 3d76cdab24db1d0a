"""The memory of tensors, seen as bytes or as elements."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core import kinds, shown
from ..core import strided_arrays as memory
from ..core.memory import note_write, owner
from ..core.tensor import Tensor
from .public import public

Array = np.ndarray[Any, Any]


class UntypedStorage:
    """The bytes that one or several tensors lie in.

    Args:
        size: how many bytes new memory has. Default: 0.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.zeros(2, 3)
        >>> x[1].untyped_storage().data_ptr() == x.untyped_storage().data_ptr(), x[1].untyped_storage().nbytes()
        (True, 24)
    """

    __slots__ = ("array",)
    is_cuda = False

    def __init__(self, size: int = 0) -> None:
        self.array: Array = np.zeros(size, np.uint8)

    @property
    def device(self) -> kinds.device:
        """Where the memory is: the CPU."""
        return kinds.CPU

    def nbytes(self) -> int:
        """The number of bytes."""
        return self.array.nbytes

    def size(self) -> int:
        """The number of elements."""
        return self.array.size

    def element_size(self) -> int:
        """Bytes of one element."""
        return self.array.itemsize

    def data_ptr(self) -> int:
        """The address of the first byte; 0 if there is none. Tensors with equal ones share memory."""
        return memory.address(self.array) if self.array.size else 0

    def is_shared(self) -> bool:
        """Whether `share_memory_` put the memory where processes that are forked later see it."""
        return isinstance(_source(self.array), mmap.mmap)

    def tolist(self) -> list[Any]:
        """The elements as Python numbers."""
        return list(self.array.tolist())

    def cpu(self) -> Any:
        """Itself: the memory is on the CPU."""
        return self

    def fill_(self, value: Any) -> Any:
        """Write one value everywhere."""
        self.array[...] = value
        note_write(self.array)
        return self

    def copy_(self, source: Any, non_blocking: bool = False) -> Any:
        """Write the elements of another storage."""
        self.array[...] = source.array
        note_write(self.array)
        return self

    def clone(self) -> Any:
        """A storage with a copy of the memory."""
        found = object.__new__(type(self))
        found.array = self.array.copy()
        return found

    def __len__(self) -> int:
        return self.array.size

    def __iter__(self) -> Iterator[Any]:
        return iter(self.tolist())

    def __getitem__(self, index: Any) -> Any:
        found = self.array[index]
        if not isinstance(index, slice):
            return found.item()
        part = object.__new__(type(self))
        part.array = found
        return part

    def __setitem__(self, index: Any, value: Any) -> None:
        self.array[index] = value
        note_write(self.array)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UntypedStorage) and (self.data_ptr(), self.nbytes()) == (
            other.data_ptr(),
            other.nbytes(),
        )

    def __hash__(self) -> int:
        return hash(self.data_ptr())

    def __repr__(self) -> str:
        lines = "\n".join(f" {value}" for value in self.tolist())
        return f"{lines}\n[{shown.package}.{type(self).__name__}({self._facts()}device=cpu) of size {self.size()}]"

    def _facts(self) -> str:
        return ""


class TypedStorage(UntypedStorage):
    """The memory that one or several tensors lie in, as elements of one type."""

    __slots__ = ()

    @property
    def dtype(self) -> dtypes.dtype:
        """The type of the elements."""
        return dtypes.from_numpy(self.array.dtype)

    def untyped(self) -> UntypedStorage:
        """The same memory as bytes."""
        return _storage(UntypedStorage, self.array.view(np.uint8))

    def _facts(self) -> str:
        return f"dtype={self.dtype}, "


def _storage(kind: type[Any], array: Array) -> Any:
    found = object.__new__(kind)
    found.array = array
    return found


def _source(array: Array) -> Any:
    """What the memory was taken from, if not from NumPy."""
    found = owner(array).base
    return found.obj if isinstance(found, memoryview) else found


def is_storage(obj: Any) -> bool:
    """Whether it is the storage of a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.is_storage(sg.zeros(2).untyped_storage())
        True
    """
    return isinstance(obj, UntypedStorage)


@public()
def untyped_storage(input: Tensor) -> UntypedStorage:
    """The memory that the tensor lies in, as bytes; tensors that share memory have one."""
    found: UntypedStorage = _storage(UntypedStorage, memory.memory_bytes(input.array)[0])
    return found


@public()
def storage(input: Tensor) -> TypedStorage:
    """The memory that the tensor lies in, as elements of its type."""
    raw = memory.memory_bytes(input.array)[0]
    whole = len(raw) - len(raw) % input.array.itemsize
    found: TypedStorage = _storage(TypedStorage, raw[:whole].view(input.array.dtype))
    return found
