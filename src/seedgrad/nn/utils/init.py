"""Layers without initial values."""

from __future__ import annotations

import inspect
from typing import Any

from ..init_draws import skipped
from ..module import Module


def skip_init(module_cls: type[Module], *args: Any, **kwargs: Any) -> Any:
    """Make a layer without computing initial values, which saves time where they are loaded or set afterwards.

    Args:
        module_cls: the class; its `__init__` takes `device`.
        *args, **kwargs: for the class.

    Returns:
        The layer; its parameters and buffers hold any values.

    Raises:
        RuntimeError: it is not a subclass of Module, or takes no `device`.
        TypeError: it is not a class.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.utils.skip_init(sg.nn.Linear, 5, 1).weight.shape
        seedgrad.Size([1, 5])
    """
    if not issubclass(module_cls, Module):
        raise RuntimeError(f"Expected a Module; got {module_cls}")
    if "device" not in inspect.signature(module_cls).parameters:
        raise RuntimeError(
            f"Module must support a 'device' arg to skip initialization, which {module_cls.__name__} does not"
        )
    with skipped():
        return module_cls(*args, **kwargs)
