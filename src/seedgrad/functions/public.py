"""One declaration per public name: the function, the Tensor method, and the in-place method.

    @public(method=True, inplace=True)
    def exp(input): ...

gives `seedgrad.exp(x)`, `x.exp()` and `x.exp_()`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from ..core.inplace import write
from ..core.tensor import Tensor

F = TypeVar("F", bound=Callable[..., Any])


class Entry:
    """A public name: the function and the forms it has."""

    __slots__ = ("function", "inplace", "method", "names")

    def __init__(self, function: Callable[..., Any], names: tuple[str, ...], method: bool, inplace: bool) -> None:
        self.function, self.names, self.method, self.inplace = function, names, method, inplace


registry: dict[str, Entry] = {}


def public(*, method: bool = True, inplace: bool = False, alias: tuple[str, ...] = ()) -> Callable[[F], F]:
    """Enter a function, whose first argument is the tensor, among the public names.

    Args:
        method: also a method of Tensor. Default: True.
        inplace: also a method whose name ends in `_`, which writes the result into the tensor. Default: False.
        alias: other names for all of its forms.
    """

    def declare(function: F) -> F:
        names = (function.__name__, *alias)
        registry[function.__name__] = Entry(function, names, method, inplace)
        for name in names:
            if method:
                setattr(Tensor, name, function)
            if inplace:
                setattr(Tensor, f"{name}_", _inplace_form(function, name))
        return function

    return declare


def _inplace_form(function: Callable[..., Any], name: str) -> Callable[..., Tensor]:
    @functools.wraps(function)
    def form(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        return write(self, function, *args, **kwargs)

    form.__name__ = f"{name}_"
    form.__qualname__ = f"Tensor.{name}_"
    form.__doc__ = f"The in-place form of `{name}`: writes the result into this tensor and returns it."
    return form
