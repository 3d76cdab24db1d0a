"""The names that a file of PyTorch's may hold, and what they make here: the list of all that is allowed."""

from __future__ import annotations

from collections import Counter, OrderedDict
from typing import Any

import numpy as np

import seedgrad as sg

from .pickles import Call, CheckpointError, simple

# PyTorch's names of storages, by the type of their elements.
STORAGES = {
    "BoolStorage": "bool",
    "ByteStorage": "uint8",
    "CharStorage": "int8",
    "ShortStorage": "int16",
    "IntStorage": "int32",
    "LongStorage": "int64",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "FloatStorage": "float32",
    "DoubleStorage": "float64",
    "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128",
    "UntypedStorage": "uint8",
}
DTYPES = tuple(dict.fromkeys(STORAGES.values()))
MOST_DIMENSIONS = 64


class StorageKind:
    """The name of a kind of storage in a pickle."""

    __slots__ = ("dtype", "name")

    def __init__(self, name: str) -> None:
        self.name, self.dtype = name, getattr(sg, STORAGES[name]).dtype


def _sizes(what: str, values: Any) -> tuple[int, ...]:
    if not isinstance(values, tuple) or not all(type(v) is int and 0 <= v < 2**62 for v in values):
        raise CheckpointError(f"the {what} of a tensor must be whole numbers from 0, got {values!r:.100}")
    if len(values) > MOST_DIMENSIONS:
        raise CheckpointError(f"a tensor has {len(values)} dimensions; {MOST_DIMENSIONS} are possible")
    return values


def view_of_storage(memory: Any, dtype: np.dtype[Any], offset: Any, size: Any, stride: Any) -> np.ndarray[Any, Any]:
    """The array that lies so in the bytes of a storage.

    Raises:
        CheckpointError: it does not lie in them.
    """
    if not isinstance(memory, sg.UntypedStorage):
        raise CheckpointError("the pickle is damaged: a tensor has no storage")
    size, stride = _sizes("sizes", size), _sizes("strides", stride)
    (offset,) = _sizes("place in its storage", (offset,))
    if len(size) != len(stride):
        raise CheckpointError(f"a tensor has {len(size)} sizes and {len(stride)} strides")
    raw, width = memory.array.view(np.uint8), dtype.itemsize
    last = offset + sum((n - 1) * s for n, s in zip(size, stride, strict=True)) if 0 not in size else 0
    if 0 not in size and (last + 1) * width > raw.nbytes:
        raise CheckpointError(
            f"a tensor of shape {size} and strides {stride} at {offset} does not lie in its storage of {raw.nbytes} bytes"
        )
    count = 1
    for n in size:
        count *= n
    if count * width >= 2**62:
        raise CheckpointError(f"a tensor of shape {size} is larger than any memory")
    if 0 in size:
        return np.zeros(size, dtype)
    if raw.ctypes.data % width and width > 1:  # slow on some processors, impossible on others
        raw = raw.copy()
    # A stride of a dimension of length 1 may be anything, so NumPy need not see it.
    steps = tuple(s * width if n > 1 else width for n, s in zip(size, stride, strict=True))
    return np.ndarray(size, dtype, buffer=raw.data, offset=offset * width, strides=steps)


def _tensor(array: np.ndarray[Any, Any], requires_grad: Any, metadata: Any) -> sg.Tensor:
    metadata = {} if metadata is None else metadata
    if not isinstance(metadata, dict):
        raise CheckpointError("the pickle is damaged: the metadata of a tensor are no dict")
    if metadata.get("conj"):
        array = array.conj()
    if metadata.get("neg"):
        array = -array
    t = sg.from_numpy(array)
    if requires_grad:
        try:
            t.requires_grad = True
        except RuntimeError as error:
            raise CheckpointError(f"the pickle is damaged: {error}") from error
    return t


def _rebuild_tensor_v2(
    storage: Any, offset: Any, size: Any, stride: Any, requires_grad: Any, hooks: Any, metadata: Any = None
) -> sg.Tensor:
    dtype = getattr(storage, "dtype", None)
    if dtype is None:
        raise CheckpointError("the pickle is damaged: a tensor has a storage without a type")
    return _tensor(view_of_storage(storage, dtype.dtype, offset, size, stride), requires_grad, metadata)


def _rebuild_tensor(storage: Any, offset: Any, size: Any, stride: Any) -> sg.Tensor:
    return _rebuild_tensor_v2(storage, offset, size, stride, False, None)


def _rebuild_tensor_v3(
    storage: Any, offset: Any, size: Any, stride: Any, requires_grad: Any, hooks: Any, dtype: Any, metadata: Any = None
) -> sg.Tensor:
    if not isinstance(dtype, sg.dtype):
        raise CheckpointError("the pickle is damaged: a tensor's type is no type")
    return _tensor(view_of_storage(storage, dtype.dtype, offset, size, stride), requires_grad, metadata)


def _rebuild_parameter(data: Any, requires_grad: Any, hooks: Any) -> sg.nn.Parameter:
    if not isinstance(data, sg.Tensor):
        raise CheckpointError("the pickle is damaged: a parameter has no tensor")
    try:
        return sg.nn.Parameter(data.detach(), bool(requires_grad))
    except RuntimeError as error:
        raise CheckpointError(f"the pickle is damaged: {error}") from error


def _rebuild_parameter_with_state(data: Any, requires_grad: Any, hooks: Any, state: Any) -> sg.nn.Parameter:
    return _with_attributes(_rebuild_parameter(data, requires_grad, hooks), state)


def _rebuild_from_type_v2(function: Any, kind: Any, arguments: Any, state: Any) -> sg.Tensor:
    if type(function) is not Call or type(kind) is not Call or type(arguments) is not tuple:
        raise CheckpointError("the pickle is damaged: it does not say how a tensor is made")
    found = function.function(*arguments)
    if not isinstance(found, sg.Tensor):
        raise CheckpointError("the pickle is damaged: what it makes is no tensor")
    return _with_attributes(found, state)


def _with_attributes(t: Any, state: Any) -> Any:
    if not isinstance(state, dict) or not all(isinstance(k, str) and k.isidentifier() for k in state):
        raise CheckpointError("the pickle is damaged: the attributes of a tensor are no dict of names")
    t.__dict__.update({k: v for k, v in state.items() if not k.startswith("_")})
    return t


def _ordered(items: Any = ()) -> OrderedDict[Any, Any]:
    return OrderedDict((simple(key), value) for key, value in items)


def _counted(counts: Any = ()) -> Counter[Any]:
    found: Counter[Any] = Counter()
    found.update({simple(k): v for k, v in dict(counts).items() if type(v) is int})
    return found


def _set(items: Any = ()) -> set[Any]:
    if not isinstance(items, (list, tuple)):
        raise CheckpointError("the pickle is damaged: a set is made of something else than a list")
    return {simple(item) for item in items}


def _encode(text: Any, encoding: Any) -> bytes:
    # How bytes are written in pickles of protocol 2.
    if not isinstance(text, str) or encoding != "latin1":
        raise CheckpointError(f"the pickle encodes text as {encoding!r:.50}; only latin1 stands for bytes")
    return text.encode("latin1")


def _number(kind: type, *parts: Any) -> Any:
    if not all(type(p) in (int, float) for p in parts):
        raise CheckpointError(f"the pickle is damaged: a {kind.__name__} is made of something else than numbers")
    return kind(*parts)


def _device(*parts: Any) -> sg.device:
    try:
        return sg.device(*parts)
    except (RuntimeError, TypeError) as error:
        raise CheckpointError(f"the pickle is damaged: {error}") from error


def _placeholder(*arguments: Any) -> Any:
    raise CheckpointError("the pickle calls a class of tensors, which is not allowed")


_ALLOWED: dict[tuple[str, str], Any] = {
    ("torch._utils", "_rebuild_tensor"): _rebuild_tensor,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor_v2,
    ("torch._utils", "_rebuild_tensor_v3"): _rebuild_tensor_v3,
    ("torch._utils", "_rebuild_parameter"): _rebuild_parameter,
    ("torch._utils", "_rebuild_parameter_with_state"): _rebuild_parameter_with_state,
    ("torch._tensor", "_rebuild_from_type_v2"): _rebuild_from_type_v2,
    ("torch", "Tensor"): _placeholder,
    ("torch.nn.parameter", "Parameter"): _placeholder,
    ("torch", "Size"): lambda values=(): sg.Size(_sizes("sizes", tuple(values))),
    ("torch", "device"): _device,
    ("collections", "OrderedDict"): _ordered,
    ("collections", "Counter"): _counted,
    ("_codecs", "encode"): _encode,
    **{(room, "set"): _set for room in ("builtins", "__builtin__")},
    **{(room, "complex"): lambda *parts: _number(complex, *parts) for room in ("builtins", "__builtin__")},
    **{(room, "bytearray"): lambda data=b"": bytearray(bytes(data)) for room in ("builtins", "__builtin__")},
}


def find(module: str, name: str) -> Any:
    """What a global name of a pickle stands for.

    Raises:
        CheckpointError: it is not among those that are allowed.
    """
    if (module, name) in _ALLOWED:
        return Call(f"{module}.{name}", _ALLOWED[module, name])
    if module in ("torch", "torch.storage") and name in STORAGES:
        return StorageKind(name)
    if module == "torch" and name in DTYPES:
        return getattr(sg, name)
    if module == "torch.serialization" and name == "_get_layout":
        return Call(name, lambda text: sg.strided if text == "torch.strided" else _placeholder())
    raise CheckpointError(
        f"the pickle asks for {module}.{name}, which is not allowed: only tensors, parameters, numbers, text and plain "
        "containers are read, so that a file cannot run code. Save the state_dict() instead of the object itself"
    )
