"""How element types meet, and what things are called."""

from __future__ import annotations

from typing import Any

from ..core import dtype as dtypes
from ..core import shown
from ..core.tensor import Tensor


def _array(name: str, value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.array
    if dtypes.scalar_category(value) < 0:
        raise TypeError(f"{name}() takes tensors and numbers, got {type(value).__name__}")
    return value


def result_type(tensor1: Any, tensor2: Any) -> dtypes.dtype:
    """The type that an operation on two tensors, or a tensor and a number, gives.

    Args:
        tensor1: a tensor or a number.
        tensor2: likewise.

    Returns:
        The type: tensors with dimensions decide; 0-d ones, then numbers, count only if they are of a higher kind
        (bool, integer, float, complex).

    Raises:
        TypeError: one is neither a tensor nor a number.

    Example:
        >>> import seedgrad as sg
        >>> sg.result_type(sg.tensor([1, 2], dtype=sg.uint8), 1.0)
        seedgrad.float32
    """
    return dtypes.from_numpy(dtypes.result_type([_array("result_type", tensor1), _array("result_type", tensor2)]))


def _type(name: str, position: int, value: Any) -> dtypes.dtype:
    if value in (float, int, bool, complex):
        return {float: dtypes.float64, int: dtypes.int64, bool: dtypes.bool, complex: dtypes.complex128}[value]
    if not isinstance(value, dtypes.dtype):
        raise TypeError(f"{name}(): argument {position} must be a seedgrad.dtype, not {type(value).__name__}")
    return value


def promote_types(type1: Any, type2: Any) -> dtypes.dtype:
    """The smallest type that holds both; floats win over any integer.

    Args:
        type1: a type.
        type2: a type.

    Returns:
        The common type.

    Raises:
        TypeError: one is not a type.

    Example:
        >>> import seedgrad as sg
        >>> sg.promote_types(sg.int64, sg.float16), sg.promote_types(sg.uint8, sg.int8)
        (seedgrad.float16, seedgrad.int16)
    """
    a, b = _type("promote_types", 1, type1), _type("promote_types", 2, type2)
    return dtypes.from_numpy(dtypes.promote_types(a.dtype, b.dtype))


def can_cast(from_: Any, to: Any) -> bool:
    """Whether a value of one type may be written into a tensor of another: not to a lower kind.

    Args:
        from_: the type of the value.
        to: the type of the tensor.

    Returns:
        False for complex to real, for floats to integers, and for anything but bools to bool.

    Raises:
        TypeError: one is not a type.

    Example:
        >>> import seedgrad as sg
        >>> sg.can_cast(sg.float64, sg.float32), sg.can_cast(sg.float32, sg.int64)
        (True, False)
    """
    a, b = _type("can_cast", 1, from_), _type("can_cast", 2, to)
    return bool(a.category <= b.category)


_LETTERS = {
    "bool": "Bool",
    "uint8": "Byte",
    "uint16": "UInt16",
    "uint32": "UInt32",
    "uint64": "UInt64",
    "int8": "Char",
    "int16": "Short",
    "int32": "Int",
    "int64": "Long",
    "float16": "Half",
    "bfloat16": "BFloat16",
    "float32": "Float",
    "float64": "Double",
    "complex64": "ComplexFloat",
    "complex128": "ComplexDouble",
}


def typename(obj: Any) -> str:
    """The name of a tensor's kind, or of an object's type with its module.

    Args:
        obj: anything.

    Returns:
        Such as "seedgrad.FloatTensor" or "seedgrad.nn.linear.Linear".

    Example:
        >>> import seedgrad as sg
        >>> sg.typename(sg.tensor([1])), sg.typename(3)
        ('seedgrad.LongTensor', 'int')
    """
    if isinstance(obj, Tensor):
        return f"{shown.package}.{_LETTERS[obj.array.dtype.name]}Tensor"
    kind = obj if hasattr(obj, "__qualname__") else type(obj)
    module = getattr(kind, "__module__", None)
    return kind.__qualname__ if module in (None, "", "builtins") else f"{module}.{kind.__qualname__}"
