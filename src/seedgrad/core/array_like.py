"""What Python and NumPy expect of an array: its shape and type, conversions, iteration, text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from . import dtype as dtypes
from . import kinds, strided_arrays
from .size import Size

if TYPE_CHECKING:
    from .node import Node
    from .tensor import Tensor


class ArrayLike:
    """The part of `Tensor` that knows nothing of gradients."""

    __slots__ = ()
    array: np.ndarray[Any, Any]
    node: Node | None
    origin: str | None

    # What it is

    @property
    def shape(self) -> Size:
        """The length of each dimension."""
        return Size(self.array.shape)

    @property
    def dtype(self) -> dtypes.dtype:
        """The type of the elements."""
        return dtypes.from_numpy(self.array.dtype)

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return self.array.ndim

    @property
    def device(self) -> kinds.device:
        """Where the memory is: always the CPU."""
        return kinds.CPU

    @property
    def layout(self) -> kinds.layout:
        """How the elements are held: always `seedgrad.strided`."""
        return kinds.strided

    @property
    def itemsize(self) -> int:
        """Bytes of one element."""
        return self.array.itemsize

    @property
    def nbytes(self) -> int:
        """Bytes of all elements."""
        return self.array.nbytes

    def size(self, dim: int | None = None) -> Any:
        """The shape, or the length of one dimension."""
        return self.shape if dim is None else self.array.shape[self._dimension(dim)]

    def _dimension(self, dim: int) -> int:
        ndim = self.array.ndim
        if not ndim:
            raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
        if not -ndim <= dim < ndim:
            raise IndexError(
                f"Dimension out of range (expected to be in range of [{-ndim}, {ndim - 1}], but got {dim})"
            )
        return dim

    def dim(self) -> int:
        """The number of dimensions."""
        return self.array.ndim

    def numel(self) -> int:
        """The number of elements."""
        return self.array.size

    def element_size(self) -> int:
        """Bytes of one element."""
        return self.array.itemsize

    def stride(self, dim: int | None = None) -> Any:
        """The step in memory, in elements, between neighbours along each dimension."""
        array = self.array
        if array.size:
            strides = strided_arrays.shown_strides(array)
        else:  # NumPy has no use for those of an array without elements
            strides = kinds.strides_in(kinds.contiguous_format, array.shape)
        return strides if dim is None else strides[self._dimension(dim)]

    def storage_offset(self) -> int:
        """The distance, in elements, from the start of the memory to the first element."""
        return strided_arrays.memory_bytes(self.array)[1] // self.array.itemsize

    def data_ptr(self) -> int:
        """The address of the first element; 0 if there are no elements."""
        return strided_arrays.address(self.array) if self.array.size else 0

    def is_contiguous(self, *, memory_format: Any = kinds.contiguous_format) -> bool:
        """Whether the elements lie in memory in the order of a format: by default the last dimension first.

        Raises:
            RuntimeError: `preserve_format`, which names no order.
            TypeError: it is no memory format.
        """
        if memory_format is kinds.contiguous_format:
            return self.array.flags.c_contiguous
        return kinds.lies_in(memory_format, self.array.shape, strided_arrays.strides_of(self.array))

    def is_floating_point(self) -> bool:
        """Whether the elements are real floats."""
        return self.dtype.is_floating_point

    def is_complex(self) -> bool:
        """Whether the elements are complex."""
        return self.dtype.is_complex

    # NumPy and Python

    def numpy(self, *, force: bool = False) -> np.ndarray[Any, Any]:
        """The values as a NumPy array that shares memory.

        Args:
            force: give them even if the tensor requires grad. Default: False.

        Raises:
            RuntimeError: the tensor requires grad.
        """
        if self.node is not None and not force:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        return self.array

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        array = self.numpy()
        if dtype is None or np.dtype(dtype) == array.dtype:
            return array.copy() if copy else array
        if copy is False:
            raise ValueError(f"a {array.dtype} tensor can't become a {dtype} array without a copy")
        return array.astype(dtype)

    def __dlpack__(
        self, *, stream: Any = None, max_version: Any = None, dl_device: Any = None, copy: bool | None = None
    ) -> Any:
        """A capsule by which another library can use the memory."""
        if self.node is not None:
            raise BufferError("Can't export tensors that require gradient, use tensor.detach()")
        return self.array.__dlpack__(stream=stream, max_version=max_version, dl_device=dl_device, copy=copy)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.array.__dlpack_device__()

    def item(self) -> Any:
        """The value of a one-element tensor as a Python number.

        Raises:
            RuntimeError: there is more than one element, or none.
        """
        if self.array.size != 1:
            raise RuntimeError(f"a Tensor with {self.array.size} elements cannot be converted to Scalar")
        return self.array.item() if self.array.dtype.kind != "V" else float(self.array.reshape(()))

    def tolist(self) -> Any:
        """The values as nested lists of Python numbers; a number for a 0-d tensor."""
        array = self.array.astype(np.float32) if self.array.dtype.kind == "V" else self.array
        return array.tolist()

    def __bool__(self) -> bool:
        if self.array.size != 1:
            what = "no values" if self.array.size == 0 else "more than one value"
            raise RuntimeError(
                f"Boolean value of Tensor with {what} is ambiguous (shape {self.array.shape}): "
                f"use .any(), .all() or a comparison of one element"
            )
        return bool(self.array.reshape(()))

    def __float__(self) -> float:
        return float(self._real("float"))

    def __int__(self) -> int:
        return int(self._real("int"))

    def __complex__(self) -> complex:
        return complex(self._single())

    def _single(self) -> Any:
        if self.array.size != 1:
            raise ValueError(
                f"only one element tensors can be converted to Python scalars, got shape {self.array.shape}"
            )
        return self.item()

    def _real(self, what: str) -> Any:
        value = self._single()
        if isinstance(value, complex):
            if value.imag:
                raise RuntimeError(f"value cannot be converted to type {what} without overflow: {value}")
            return value.real
        return value

    def __index__(self) -> int:
        if self.array.size != 1 or self.array.dtype.kind not in "iub":
            raise TypeError(
                f"only integer tensors of a single element can be converted to an index, "
                f"got {self.dtype} of shape {self.array.shape}"
            )
        return int(self.array.reshape(()))

    def __len__(self) -> int:
        if not self.array.ndim:
            raise TypeError("len() of a 0-d tensor")
        return self.array.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        if not self.array.ndim:
            raise TypeError("iteration over a 0-d tensor")
        return iter(self.unbind(0))  # type: ignore[attr-defined]

    def __contains__(self, element: Any) -> bool:
        if not isinstance(element, (ArrayLike, int, float, complex, bool)):
            raise RuntimeError(f"Tensor.__contains__ only supports Tensor or number, got {type(element).__name__}")
        value = element.array if isinstance(element, ArrayLike) else element
        return bool((self.array == value).any())

    def __hash__(self) -> int:
        return id(self)

    def __format__(self, spec: str) -> str:
        if not self.array.ndim:
            return format(self.item(), spec)
        if spec:
            raise TypeError(
                f"unsupported format string passed to {type(self).__name__}.__format__: {spec!r} for shape "
                f"{self.array.shape}. Format single elements, or use set_printoptions()"
            )
        return str(self)

    def __repr__(self) -> str:
        from .printing import tensor_repr

        return tensor_repr(self)

    def __dir__(self) -> list[str]:
        # Tab completion shows the public surface; the engine's slots stay out of the way.
        return sorted(set(super().__dir__()) - {"array", "node", "origin", "slot", "views"})
