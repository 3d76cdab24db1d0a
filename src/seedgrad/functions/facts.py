"""What a tensor is: questions with a short answer, most of them about devices and layouts that exist only in PyTorch."""

from __future__ import annotations

from typing import Any

from ..core import dtype as dtypes
from ..core import kinds, shown, strided_arrays
from ..core.memory import owner
from ..core.tensor import Tensor
from .arguments import check_tensors
from .conversion import to
from .public import public

# Where a tensor of this library never is, and what it never is.
_NEVER = (
    "is_cuda is_ipu is_maia is_meta is_mkldnn is_mps is_mtia is_nested is_quantized is_sparse is_sparse_csr is_vulkan "
    "is_xla is_xpu"
).split()


def _property(name: str, answer: bool, text: str) -> None:
    def ask(self: Tensor) -> bool:
        return answer

    ask.__name__, ask.__doc__ = name, text
    setattr(Tensor, name, property(ask))


for _name in _NEVER:
    _property(_name, False, f"False: `{_name}` holds for tensors that only PyTorch has.")
_property("is_cpu", True, "True: the memory is the CPU's.")


@public()
def nelement(input: Tensor) -> int:
    """The number of elements: `numel`."""
    return input.array.size


@public()
def ndimension(input: Tensor) -> int:
    """The number of dimensions: `dim`."""
    return input.array.ndim


def is_inference(input: Tensor) -> bool:
    """Whether the tensor was made inside `inference_mode`.

    Example:
        >>> import seedgrad as sg
        >>> sg.is_inference(sg.zeros(2))
        False
    """
    check_tensors("is_inference", input)
    return input.is_inference()


@public()
def is_same_size(input: Tensor, other: Tensor) -> bool:
    """Whether two tensors have one shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(2, 1).is_same_size(sg.zeros(1, 2))
        False
    """
    check_tensors("is_same_size", input, other)
    return input.array.shape == other.array.shape


@public()
def is_set_to(input: Tensor, tensor: Tensor) -> bool:
    """Whether two tensors are the same elements of the same memory, in one shape with the same strides.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.zeros(4)
        >>> x.is_set_to(x[:]), x.is_set_to(x.view(2, 2))
        (True, False)
    """
    check_tensors("is_set_to", input, tensor)
    a, b = input.array, tensor.array
    return (
        owner(a) is owner(b)
        and strided_arrays.address(a) == strided_arrays.address(b)
        and (a.shape, input.stride()) == (b.shape, tensor.stride())
    )


@public()
def get_device(input: Tensor) -> int:
    """The number of the GPU that has the tensor: -1, as it is on the CPU."""
    return -1


@public()
def is_pinned(input: Tensor, device: Any = None) -> bool:
    """Whether the memory is prepared for transfers to an accelerator: False."""
    return False


@public()
def pin_memory(input: Tensor, device: Any = None) -> Tensor:
    """Refused: there is no accelerator to prepare the memory for.

    Raises:
        RuntimeError: always.
    """
    raise RuntimeError("Cannot access accelerator device when none is available: pin_memory() has no use on the CPU")


@public()
def is_distributed(input: Tensor) -> bool:
    """Whether the tensor is spread over several machines: False."""
    return False


@public(method=True)
def dim_order(input: Tensor, *, ambiguity_check: Any = False) -> tuple[int, ...]:
    """The dimensions from the one with the greatest step in memory to the one with the smallest.

    Args:
        input: any shape.
        ambiguity_check: True to raise if another order fits as well (a dimension has length 1), or a list of memory
            formats: raise if several of them fit. Default: False.

    Returns:
        As many numbers as there are dimensions.

    Raises:
        RuntimeError: the order is ambiguous and `ambiguity_check` asks.
        TypeError: `ambiguity_check` is neither a bool nor a list of memory formats.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(2, 3, 4).permute(2, 0, 1).dim_order()
        (1, 2, 0)
    """
    check_tensors("dim_order", input)
    listed = isinstance(ambiguity_check, list)
    if not isinstance(ambiguity_check, bool) and not (
        listed and all(isinstance(f, kinds.memory_format) for f in ambiguity_check)
    ):
        raise TypeError(
            f"The ambiguity_check argument must be a bool or a list of memory formats, got {ambiguity_check!r}"
        )
    shape, strides = input.array.shape, input.stride()
    if listed:
        fits = [f for f in ambiguity_check if kinds.lies_in(f, shape, strides)]
        if len(fits) > 1:
            raise RuntimeError(
                f"The tensor of shape {shape} does not have unique dim order, or cannot map to exact one of the given "
                f"memory formats: {fits} fit"
            )
    order = list(range(len(shape)))
    for place in range(1, len(order)):
        # Repeated elements (a stride of 0) fit anywhere: they are passed over, and stay where they are.
        for before in range(place - 1, -1, -1):
            a, b = strides[order[before]], strides[order[place]]
            if a and b and a >= b:
                break
            if a and b:
                order[before], order[place] = order[place], order[before]
                place = before
    if ambiguity_check is True and (0 in strides or len(set(strides)) < len(strides)):
        raise RuntimeError(f"The tensor of shape {shape} does not have unique dim order: the strides {strides} repeat")
    return tuple(order)


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


def _type(self: Tensor, dtype: Any = None, non_blocking: bool = False) -> Any:
    """The name of the type, such as 'seedgrad.FloatTensor'; given a type, the tensor converted to it.

    Args:
        dtype: a dtype, the name of a type, or a class of tensors that has a dtype. Default: None asks for the name.
        non_blocking: accepted, as the memory is where it is needed. Default: False.

    Raises:
        ValueError: there is no such type.
    """
    if dtype is None:
        return f"{shown.package}.{_LETTERS[self.dtype.name]}Tensor"
    if isinstance(dtype, type) and isinstance(getattr(dtype, "dtype", None), dtypes.dtype):
        dtype = getattr(dtype, "dtype")  # noqa: B009  (mypy knows only that it is a class)
    if not isinstance(dtype, dtypes.dtype):
        found = [n for n, word in _LETTERS.items() if dtype == f"{shown.package}.{word}Tensor"]
        if not found:
            raise ValueError(f"invalid type: {dtype!r}; give a dtype such as seedgrad.float32")
        dtype = dtypes.from_numpy(dtypes.to_numpy(getattr(dtypes, found[0])))
    return to(self, dtype)


_type.__name__ = "type"
setattr(Tensor, "type", _type)  # noqa: B010  (the name is Python's, too)
