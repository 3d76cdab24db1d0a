"""Calling a module with other parameters; the newer form is `seedgrad.func.functional_call`."""

from __future__ import annotations

import warnings
from typing import Any

from ...core.swapping import call_with
from ...core.tensor import Tensor
from ..module import Module


def functional_call(
    module: Module,
    parameters_and_buffers: dict[str, Tensor],
    args: Any | tuple[Any, ...] | None = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """`module(*args, **kwargs)` with other parameters and buffers. Deprecated: use `seedgrad.func.functional_call`.

    Args:
        module: the module.
        parameters_and_buffers: paths to tensors; what is not named keeps its value.
        args: a tuple of positional arguments, or the only one. Default: none.
        kwargs: further arguments by name. Default: none.
        tie_weights: a tensor that the module has under several names is replaced under all of them. Default: True.
        strict: whether all parameters and buffers must be given, and nothing else. Default: False.

    Returns:
        What the module returns.

    Raises:
        RuntimeError: `strict`, and paths are missing or unknown.
        ValueError: different values for tied paths.
        TypeError: a value is not a Tensor.
    """
    warnings.warn(
        "`seedgrad.nn.utils.stateless.functional_call` is deprecated. Use `seedgrad.func.functional_call`, which takes the "
        "same arguments",
        FutureWarning,
        stacklevel=2,
    )
    return call_with(module, parameters_and_buffers, args, kwargs, tie_weights, strict)
