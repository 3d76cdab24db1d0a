"""What is in `torch` itself and not in `seedgrad`: typed tensors, numbers, switches, files."""

from __future__ import annotations

import math
from typing import Any

import seedgrad as sg
from seedgrad.func import vmap as vmap

from .compiler import compile as compile
from .cuda import OutOfMemoryError as OutOfMemoryError
from .files import load as load
from .files import save as save
from .version import __version__ as __version__

inf, nan, pi, e = math.inf, math.nan, math.pi, math.e
newaxis = None


class _TypedTensor(type):
    """A class of tensors of one type: isinstance asks for the type, a call makes one."""

    dtype: Any

    def __new__(mcs, name: str, bases: tuple[type, ...], space: dict[str, Any], dtype: Any = None) -> Any:
        return super().__new__(mcs, name, bases, space)

    def __init__(cls, name: str, bases: tuple[type, ...], space: dict[str, Any], dtype: Any = None) -> None:
        super().__init__(name, bases, space)
        cls.dtype = dtype

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, sg.Tensor) and instance.dtype is cls.dtype

    def __call__(cls, *data: Any) -> sg.Tensor:
        if len(data) == 1 and isinstance(data[0], sg.Tensor):
            if data[0].dtype is not cls.dtype:
                raise TypeError(f"expected a tensor of {cls.dtype}, got one of {data[0].dtype}: use x.to({cls.dtype})")
            return data[0]
        if all(isinstance(n, int) and not isinstance(n, bool) for n in data) or isinstance(data[0], sg.Size):
            return sg.empty(*(data or (0,)), dtype=cls.dtype)
        if len(data) != 1:
            raise TypeError(f"{cls.__name__}() takes either sizes or one piece of data, got {len(data)} arguments")
        return sg.tensor(data[0]).to(cls.dtype)


class FloatTensor(metaclass=_TypedTensor, dtype=sg.float32):
    """Tensors of float32."""


class DoubleTensor(metaclass=_TypedTensor, dtype=sg.float64):
    """Tensors of float64."""


class HalfTensor(metaclass=_TypedTensor, dtype=sg.float16):
    """Tensors of float16."""


class BFloat16Tensor(metaclass=_TypedTensor, dtype=sg.bfloat16):
    """Tensors of bfloat16."""


class LongTensor(metaclass=_TypedTensor, dtype=sg.int64):
    """Tensors of int64."""


class IntTensor(metaclass=_TypedTensor, dtype=sg.int32):
    """Tensors of int32."""


class ShortTensor(metaclass=_TypedTensor, dtype=sg.int16):
    """Tensors of int16."""


class CharTensor(metaclass=_TypedTensor, dtype=sg.int8):
    """Tensors of int8."""


class ByteTensor(metaclass=_TypedTensor, dtype=sg.uint8):
    """Tensors of uint8."""


class BoolTensor(metaclass=_TypedTensor, dtype=sg.bool):
    """Tensors of bool."""


def set_default_tensor_type(t: Any) -> None:
    """Set the type of new float tensors by one of the classes above, or its name.

    Raises:
        TypeError: it is none of them.
    """
    if isinstance(t, str):
        t = globals().get(t.rpartition(".")[2])
    if not isinstance(t, _TypedTensor):
        raise TypeError(f"set_default_tensor_type takes a class such as torch.DoubleTensor, got {t!r}")
    sg.set_default_dtype(t.dtype)


def get_default_device() -> sg.device:
    """The CPU."""
    return sg.device("cpu")


def set_default_device(device: Any) -> None:
    """Accept the CPU, refuse all others.

    Raises:
        AssertionError, RuntimeError: another device.
    """
    sg.empty(0, device=device)


_switches: dict[str, Any] = {"deterministic": False, "precision": "highest", "warn": False, "interop": 1}


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Nothing to choose: every algorithm gives the same numbers each time."""
    _switches["deterministic"] = mode


def are_deterministic_algorithms_enabled() -> bool:
    """What `use_deterministic_algorithms` was told."""
    return bool(_switches["deterministic"])


def set_float32_matmul_precision(precision: str) -> None:
    """Accept a precision: products of float32 are always computed in float32.

    Raises:
        ValueError: it is not "highest", "high" or "medium".
    """
    if precision not in ("highest", "high", "medium"):
        raise ValueError(f"the precision must be 'highest', 'high' or 'medium', got {precision!r}")
    _switches["precision"] = precision


def get_float32_matmul_precision() -> str:
    """What `set_float32_matmul_precision` was told."""
    return str(_switches["precision"])


def set_flush_denormal(mode: bool) -> bool:
    """False: the processor's treatment of tiny numbers is not changed."""
    return False


def set_num_interop_threads(num: int) -> None:
    """Accept a number: ops never run side by side."""
    _switches["interop"] = num


def get_num_interop_threads() -> int:
    """What `set_num_interop_threads` was told."""
    return int(_switches["interop"])


def is_autocast_cpu_enabled() -> bool:
    """The old name of `is_autocast_enabled("cpu")`."""
    return sg.is_autocast_enabled("cpu")


def set_autocast_cpu_enabled(enabled: bool) -> None:
    """The old name of `set_autocast_enabled("cpu", enabled)`."""
    sg.set_autocast_enabled("cpu", enabled)


def get_autocast_cpu_dtype() -> Any:
    """The old name of `get_autocast_dtype("cpu")`."""
    return sg.get_autocast_dtype("cpu")


def set_autocast_cpu_dtype(dtype: Any) -> None:
    """The old name of `set_autocast_dtype("cpu", dtype)`."""
    sg.set_autocast_dtype("cpu", dtype)


def get_autocast_gpu_dtype() -> Any:
    """The old name of `get_autocast_dtype("cuda")`."""
    return sg.get_autocast_dtype("cuda")


def set_autocast_gpu_dtype(dtype: Any) -> None:
    """The old name of `set_autocast_dtype("cuda", dtype)`."""
    sg.set_autocast_dtype("cuda", dtype)
