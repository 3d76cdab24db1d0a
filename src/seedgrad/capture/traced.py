"""The array that stands in the place of NumPy's while a step is recorded.

It holds the real array, computes with it, and tells the tape what was computed. It is no ndarray, though it says it is
one: NumPy's functions hand their work to it (`__array_ufunc__`, `__array_function__`), and whatever else wants the
values must ask for them, so that none leaves the recording unnoticed.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

Array = np.ndarray[Any, Any]

# Methods of arrays that compute something new, or a view.
PURE = frozenset(
    "all any argmax argmin argsort astype byteswap clip conj conjugate copy cumprod cumsum diagonal dot flatten max mean "
    "min prod ravel repeat round searchsorted squeeze std sum swapaxes take trace transpose var view".split()
)
# Methods that write, and return nothing.
WRITING = frozenset(["fill", "partition", "put", "sort"])


class Traced(NDArrayOperatorsMixin):
    """An array of a recording.

    Attributes:
        actual: the real array.
        tape: the recording that it belongs to.
        value: what the recording knows of it.
    """

    __slots__ = ("__weakref__", "actual", "tape", "value")

    def __init__(self, actual: Array, tape: Any, value: Any) -> None:
        self.actual, self.tape, self.value = actual, tape, value

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return np.ndarray

    # What is the same at every replay

    @property
    def shape(self) -> tuple[int, ...]:
        return self.actual.shape

    @property
    def dtype(self) -> Any:
        return self.actual.dtype

    @property
    def ndim(self) -> int:
        return self.actual.ndim

    @property
    def size(self) -> int:
        return self.actual.size

    @property
    def itemsize(self) -> int:
        return self.actual.itemsize

    @property
    def nbytes(self) -> int:
        return self.actual.nbytes

    @property
    def strides(self) -> tuple[int, ...]:
        return self.actual.strides

    @property
    def flags(self) -> Any:
        return self.actual.flags

    @property
    def base(self) -> Any:
        """The real array, so that whoever follows bases finds the memory."""
        return self.actual

    def __len__(self) -> int:
        return len(self.actual)

    __hash__ = object.__hash__

    # What computes

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return self.tape.ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return self.tape.function(func, args, kwargs)

    @property
    def T(self) -> Any:
        return self.tape.call(np.ndarray.transpose, (self,), {})

    @property
    def real(self) -> Any:
        return self.tape.call(np.real, (self,), {})

    @property
    def imag(self) -> Any:
        return self.tape.call(np.imag, (self,), {})

    def reshape(self, *shape: Any, **kwargs: Any) -> Any:
        """A view; where there can be none, a copy, which has its place in the plan, and a view of that."""
        copies = not kwargs and not np.may_share_memory(self.actual.reshape(*shape), self.actual)
        return self.tape.call(np.ndarray.reshape, (self.copy() if copies else self, *shape), kwargs)

    def __getitem__(self, index: Any) -> Any:
        return self.tape.getitem(self, index)

    def __setitem__(self, index: Any, value: Any) -> None:
        self.tape.call(operator.setitem, (self, index, value), {}, writes=(self,))

    def __iter__(self) -> Any:
        return iter([self[i] for i in range(len(self.actual))])

    def __getattr__(self, name: str) -> Any:
        if name in PURE:
            method = getattr(np.ndarray, name)
            return lambda *args, **kwargs: self.tape.call(method, (self, *args), kwargs)
        if name in WRITING:
            method = getattr(np.ndarray, name)
            return lambda *args, **kwargs: self.tape.call(method, (self, *args), kwargs, writes=(self,))
        if name.startswith("__") and name != "__array_interface__":
            raise AttributeError(name)
        actual = getattr(self.actual, name)
        return getattr(self.tape.values_of(self, name), name) if actual is not None else None

    # What needs the values

    def __bool__(self) -> bool:
        return bool(self.tape.condition(self))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        array = self.tape.values_of(self, "numpy")
        return np.array(array, dtype, copy=copy)

    def __int__(self) -> int:
        return int(self.tape.values_of(self, "int()"))

    def __float__(self) -> float:
        return float(self.tape.values_of(self, "float()"))

    def __complex__(self) -> complex:
        return complex(self.tape.values_of(self, "complex()"))

    def __index__(self) -> int:
        return operator.index(self.tape.values_of(self, "int()"))

    def __contains__(self, element: Any) -> bool:
        return bool((self == element).any())

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.tape.values_of(self, "a copy").__reduce_ex__(protocol)

    def __copy__(self) -> Array:
        return self.tape.values_of(self, "a copy").copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Array:
        return self.tape.values_of(self, "a copy").copy()

    def __repr__(self) -> str:
        return f"Traced({self.actual!r})"


class Seed(int):
    """A seed that was drawn while recording: another one at each replay.

    Attributes:
        value: what the recording knows of it.
    """

    value: Any


class Held:
    """What a kernel keeps for its derivative, as a whole.

    Attributes:
        actual: the kernel's own memory.
        value: what the recording knows of it.
    """

    __slots__ = ("actual", "value")

    def __init__(self, actual: Any, value: Any) -> None:
        self.actual, self.value = actual, value
