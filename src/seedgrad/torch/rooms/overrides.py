"""`torch.overrides`: nothing is overridden; a tensor is what has PyTorch's method for it, or is one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import seedgrad as sg

_METHOD = "__torch_function__"


def is_tensor_like(inp: Any) -> bool:
    """Whether it is a tensor, or an object that wants to be treated like one."""
    return isinstance(inp, sg.Tensor) or hasattr(type(inp), _METHOD)


def has_torch_function(relevant_args: Iterable[Any]) -> bool:
    """Whether an argument has a method of its own for all functions."""
    return any(hasattr(type(x), _METHOD) for x in relevant_args)


def handle_torch_function(public_api: Any, relevant_args: Iterable[Any], *args: Any, **kwargs: Any) -> Any:
    """What the first argument's method makes of a function and its arguments.

    Raises:
        TypeError: no argument has such a method, or none wants to.
    """
    relevant = tuple(relevant_args)
    types = tuple({type(x) for x in relevant})
    for x in relevant:
        if hasattr(type(x), _METHOD):
            result = getattr(type(x), _METHOD)(public_api, types, args, kwargs)
            if result is not NotImplemented:
                return result
    names = ", ".join(t.__name__ for t in types)
    raise TypeError(f"no implementation found for '{public_api.__name__}' on types that implement {_METHOD}: {names}")


def is_tensor_method_or_property(func: Any) -> bool:
    """Whether it is a method of tensors."""
    return any(func is member for member in vars(sg.Tensor).values())


class TorchFunctionMode:
    """Refused: functions can't be caught here.

    Raises:
        RuntimeError: when it is entered.
    """

    def __enter__(self) -> Any:
        raise RuntimeError(
            "torch.overrides.TorchFunctionMode is refused: seedgrad's functions are not caught. To replace one, set its "
            "name: torch.randn = …"
        )

    def __exit__(self, *error: object) -> None:
        """Never reached."""
