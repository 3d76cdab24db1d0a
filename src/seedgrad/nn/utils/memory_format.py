"""The order of a convolution weight's elements in memory."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from ...core.tensor import Tensor
from ..conv import Convolution
from ..module import Module

M = TypeVar("M", bound=Module)


def convert_conv2d_weight_memory_format(module: M, memory_format: Any) -> M:
    """Change in which order the weights of the 2-d convolutions in a model lie in memory, and no values.

    Args:
        module: the model; changed in place.
        memory_format: one whose name ends in "channels_last", "contiguous_format" or "preserve_format".

    Returns:
        The module.

    Raises:
        TypeError: it is no memory format.
        RuntimeError: it is one for another number of dimensions.
    """
    return _convert(module, memory_format, 2)


def convert_conv3d_weight_memory_format(module: M, memory_format: Any) -> M:
    """The same for 3-d convolutions, where the name ends in "channels_last_3d".

    Args:
        module: the model; changed in place.
        memory_format: one whose name ends in "channels_last_3d", "contiguous_format" or "preserve_format".

    Returns:
        The module.

    Raises:
        TypeError: it is no memory format.
        RuntimeError: it is one for another number of dimensions.
    """
    return _convert(module, memory_format, 3)


def _convert(module: M, memory_format: Any, dims: int) -> M:
    name = str(memory_format).rpartition(".")[2]
    layouts = {"channels_last": 2, "channels_last_3d": 3, "contiguous_format": dims, "preserve_format": dims}
    if name not in layouts:
        raise TypeError(
            f"argument 'memory_format' must be a memory format such as channels_last, not {type(memory_format).__name__}"
        )
    for layer in module.modules():
        if isinstance(layer, Convolution) and layer._dims == dims and name != "preserve_format":
            if layouts[name] != dims:
                raise RuntimeError(f"required rank {layouts[name] + 2} tensor to use {name} format, got {dims + 2}")
            array = layer.weight.array
            if name == "contiguous_format":
                layer.weight.data = Tensor(np.ascontiguousarray(array))
            else:
                layer.weight.data = Tensor(np.moveaxis(np.ascontiguousarray(np.moveaxis(array, 1, -1)), -1, 1))
    return module
