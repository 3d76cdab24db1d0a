"""Wrappers that spread a module over devices: over the one there is."""

from __future__ import annotations

import contextlib
from typing import Any

from seedgrad.nn import Module

from . import distributed


class DataParallel(Module):
    """The module itself, as `.module`: there is one device.

    Args:
        module: the module.
        device_ids: accepted if it names no device.
        output_device: likewise.
        dim: the dimension of the batch. Default: 0.

    Raises:
        AssertionError: devices are named.
    """

    def __init__(self, module: Module, device_ids: Any = None, output_device: Any = None, dim: int = 0) -> None:
        super().__init__()
        if device_ids:
            raise AssertionError(f"{type(self).__name__}: seedgrad computes on the CPU, got device_ids={device_ids}")
        self.module = module

    def forward(self, *inputs: Any, **named: Any) -> Any:
        """What the module gives."""
        return self.module(*inputs, **named)


class DistributedDataParallel(DataParallel):
    """The module itself, as `.module`: there is one process.

    Args:
        module: the module.
        device_ids: accepted if it names no device.
        output_device: likewise.
        dim: the dimension of the batch. Default: 0.

    Raises:
        ValueError: no process group was made.
        AssertionError: devices are named.
    """

    def __init__(
        self, module: Module, device_ids: Any = None, output_device: Any = None, dim: int = 0, **options: Any
    ) -> None:
        distributed.get_world_size()
        super().__init__(module, device_ids, output_device, dim)

    def no_sync(self) -> contextlib.AbstractContextManager[None]:
        """A context in which gradients are not shared: as always."""
        return contextlib.nullcontext()
