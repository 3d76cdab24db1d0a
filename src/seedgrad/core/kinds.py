"""Where tensors live and how their elements lie in memory: device, layout, memory_format."""

from __future__ import annotations

from typing import Any

from . import shown

# The kinds of devices PyTorch knows; tensors live on the first.
_TYPES = (
    "cpu cuda ipu xpu mkldnn opengl opencl ideep hip ve fpga maia xla lazy vulkan mps meta hpu mtia privateuseone"
).split()


class device:
    """A place for tensors; "cpu" is the only one that holds any here.

    Args:
        type: "cpu", "cpu:0", another device of PyTorch's (which can be named, not used), or a device.
        index: the number of the device. Default: none.

    Raises:
        RuntimeError: there is no such kind of device, or the index is given twice or not a number from 0.
        TypeError: `type` is neither a string nor a device.

    Example:
        >>> import seedgrad as sg
        >>> sg.device("cpu"), sg.device("cpu", 0).index
        (device(type='cpu'), 0)
    """

    __slots__ = ("index", "type")

    def __init__(self, type: Any, index: int | None = None) -> None:
        if isinstance(type, device):
            type, index = type.type, type.index
        if isinstance(type, int) and not isinstance(type, bool):
            raise RuntimeError(f"device({type}) names an accelerator, and none is available: use 'cpu'")
        if not isinstance(type, str):
            raise TypeError(f"device(): argument 'type' must be a string such as 'cpu', not {_kind(type)}")
        if index is not None and not isinstance(index, int):
            raise TypeError(f"device(): argument 'index' must be int, not {_kind(index)}")
        name, colon, number = type.partition(":")
        if colon and index is not None:
            raise RuntimeError(f"device(): the index was given twice, in {type!r} and as {index}")
        if name not in _TYPES:
            raise RuntimeError(f"Expected one of {', '.join(_TYPES)} device type at start of device string: {type!r}")
        if colon and not (number.isascii() and number.isdigit()):
            raise RuntimeError(f"Invalid device string: {type!r}: after the colon stands a number from 0")
        if index is not None and index < 0:
            raise RuntimeError(f"Device index must not be negative, got {index}")
        self.type: str = name
        self.index = int(number) if colon else index

    def __repr__(self) -> str:
        return f"device(type={self.type!r}" + (")" if self.index is None else f", index={self.index})")

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))

    def __reduce__(self) -> tuple[Any, ...]:
        return device, (self.type, self.index)

    def __enter__(self) -> device:
        check_device(self)
        return self

    def __exit__(self, *error: object) -> None:
        pass


def _kind(value: Any) -> str:
    return value.__class__.__name__


CPU = device("cpu")


def check_device(where: Any) -> None:
    """Raise unless `where` is None or names the CPU.

    Raises:
        AssertionError: a device that PyTorch must be compiled for.
        RuntimeError: another device, or none that is known.
        TypeError: it is no device.
    """
    if where is None or where is CPU or (isinstance(where, str) and where == "cpu"):
        return
    if not isinstance(where, (str, int, device)) or isinstance(where, bool):
        raise TypeError(f"argument 'device' must be a device such as 'cpu', not {type(where).__name__}")
    found = device(where)
    if found.type != "cpu":
        raise (AssertionError if found.type in ("cuda", "xpu") else RuntimeError)(
            f"the only device is 'cpu', got {str(found)!r}: tensors live on the CPU here. Leave the argument out"
        )


class layout:
    """How a tensor holds its elements; `seedgrad.strided`, one place for each element, is the only one."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"{shown.package}.{self.name}"

    def __reduce__(self) -> Any:
        return _named, (self.name,)


class memory_format:
    """The order of the dimensions in memory.

    `contiguous_format`: the last dimension first. `channels_last`, for four dimensions (N, C, H, W), and
    `channels_last_3d`, for five: the elements of all channels of one place lie together. `preserve_format`: the order
    of the input.
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"{shown.package}.{self.name}"

    def __reduce__(self) -> Any:
        return _named, (self.name,)


strided = layout("strided")
contiguous_format, preserve_format = memory_format("contiguous_format"), memory_format("preserve_format")
channels_last, channels_last_3d = memory_format("channels_last"), memory_format("channels_last_3d")


def _named(name: str) -> Any:
    return globals()[name]


def check_layout(where: Any) -> None:
    """Raise unless the layout is strided."""
    if where is not None and where is not strided:
        raise TypeError(f"argument 'layout' must be seedgrad.strided, the only layout there is, got {where!r}")


def check_pinned(pin_memory: Any) -> None:
    """Raise if memory for the transfer to an accelerator is asked for."""
    if pin_memory:
        raise RuntimeError("pin_memory=True requires an accelerator, and tensors live on the CPU here: leave it out")


def strides_in(format: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The strides, in elements, of a tensor of this shape in a memory format.

    Raises:
        RuntimeError: the format is for another number of dimensions, or leaves the order open.
        TypeError: it is no memory format.
    """
    order = list(range(len(shape)))
    if format is channels_last or format is channels_last_3d:
        rank = 4 if format is channels_last else 5
        if len(shape) != rank:
            raise RuntimeError(f"required rank {rank} tensor to use {format.name} format, got the shape {shape}")
        order.append(order.pop(1))
    elif format is not contiguous_format:
        if not isinstance(format, memory_format):
            raise TypeError(f"memory_format must be one of seedgrad's, such as seedgrad.channels_last, got {format!r}")
        raise RuntimeError("preserve memory format is unsupported here: name the order of the dimensions")
    strides, step = [0] * len(shape), 1
    for axis in reversed(order):
        strides[axis] = step
        step *= max(shape[axis], 1)
    return tuple(strides)


def lies_in(format: Any, shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
    """Whether the elements lie in memory in the order of the format; False where it is for other shapes."""
    if format is preserve_format:
        format = contiguous_format
    if (format is channels_last and len(shape) != 4) or (format is channels_last_3d and len(shape) != 5):
        return False
    wanted = strides_in(format, shape)
    return all([n == 1 or a == b for n, a, b in zip(shape, strides, wanted, strict=True)])
