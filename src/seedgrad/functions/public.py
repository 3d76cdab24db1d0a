"""One declaration per public name: the function, the Tensor method, and the in-place method.

    @public(method=True, inplace=True)
    def exp(input): ...

gives `seedgrad.exp(x)`, `x.exp()` and `x.exp_()`. Every function with a `dim` also takes NumPy's `axis`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from ..core.tensor import Tensor
from .forms import further_arguments, inplace_form

F = TypeVar("F", bound=Callable[..., Any])


class Entry:
    """A public name: the function and the forms it has."""

    __slots__ = ("function", "inplace", "method", "names")

    def __init__(self, function: Callable[..., Any], names: tuple[str, ...], method: bool, inplace: bool) -> None:
        self.function, self.names, self.method, self.inplace = function, names, method, inplace


registry: dict[str, Entry] = {}


def public(
    *, method: bool = True, inplace: bool = False, alias: tuple[str, ...] = (), out: bool = False
) -> Callable[[F], F]:
    """Enter a function, whose first argument is the tensor, among the public names.

    Args:
        method: also a method of Tensor. Default: True.
        inplace: also a method whose name ends in `_`, which writes the result into the tensor. Default: False.
        alias: other names for all of its forms.
        out: the function, not the method, takes `out=`, a tensor to write the result into. Default: False.
    """

    def declare(function: F) -> F:
        names = (function.__name__, *alias)
        registry[function.__name__] = Entry(function, names, method, inplace)
        bound = further_arguments(function, False) if method else function
        for name in names:
            if method:
                setattr(Tensor, name, bound)
            if inplace:
                setattr(Tensor, f"{name}_", inplace_form(bound, name))
        return cast(F, further_arguments(function, True) if out else bound)

    return declare
