"""What stands in the place of an array in a tensor inside `vmap`: shape and type of one sample, and no values.

Code that computes on arrays asks for `tensor.array`; if it goes on to read values, it must not get any. Therefore this is
no ndarray, though it says it is one: NumPy finds nothing to compute on and asks `__array__`, which refuses.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def refusal(what: str) -> NotImplementedError:
    """The error for whoever asks for values."""
    return NotImplementedError(
        f"vmap: {what} needs the values of single samples, which a batched computation does not have. Use tensor operations "
        f"(where instead of if), or move this out of the function given to vmap"
    )


class Hidden:
    """The array of a batched tensor.

    Attributes:
        ground: the array with the values of all samples; the axes of all vmaps stand in front.
        shape, dtype, ndim, size, itemsize, nbytes, strides, flags, ctypes: those of one sample.
    """

    __slots__ = ("dtype", "ground", "ndim", "shape")

    def __init__(self, physical: Any) -> None:
        self.ground: np.ndarray[Any, Any] = physical.ground if type(physical) is Hidden else physical
        self.shape, self.dtype, self.ndim = physical.shape[1:], physical.dtype, physical.ndim - 1

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return np.ndarray

    @property
    def sample(self) -> np.ndarray[Any, Any]:
        """One sample, for how it lies in memory; an empty array if there is none."""
        ground = self.ground
        return ground[(0,) * (ground.ndim - self.ndim)] if ground.size else np.empty(self.shape, self.dtype)

    @property
    def size(self) -> int:
        n = 1
        for length in self.shape:
            n *= length
        return n

    @property
    def itemsize(self) -> int:
        return self.dtype.itemsize

    @property
    def nbytes(self) -> int:
        return self.size * self.dtype.itemsize

    @property
    def strides(self) -> tuple[int, ...]:
        return self.sample.strides

    @property
    def flags(self) -> Any:
        return self.sample.flags

    @property
    def ctypes(self) -> Any:
        return self.sample.ctypes

    @property
    def base(self) -> Any:
        return self.sample.base

    def __len__(self) -> int:
        return self.shape[0]

    def __array_ufunc__(self, ufunc: Any, *args: Any, **kwargs: Any) -> Any:
        raise refusal(f"numpy.{ufunc.__name__}")

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        raise refusal(f"numpy.{func.__name__}")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise refusal(f"reading values ({name})")

    __hash__ = object.__hash__


def _refuse(self: Any, *args: Any, **kwargs: Any) -> Any:
    raise refusal("reading values")


# Python looks for these in the class.
_SPECIAL = """
array getitem setitem iter contains bool float int index complex copy deepcopy reduce_ex eq ne lt le gt ge
add sub mul truediv floordiv mod pow matmul and or xor lshift rshift neg pos abs invert
radd rsub rmul rtruediv rfloordiv rmod rpow rmatmul rand ror rxor rlshift rrshift
iadd isub imul itruediv ifloordiv imod ipow imatmul iand ior ixor ilshift irshift
"""
for _name in _SPECIAL.split():
    setattr(Hidden, f"__{_name}__", _refuse)
