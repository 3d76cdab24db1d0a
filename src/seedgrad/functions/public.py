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

# The in-place methods that PyTorch also has as functions, `torch.abs_(x)`; it has no rule for which.
INPLACE_FUNCTIONS = """
abs acos acosh addmv arccos arccosh arcsin arcsinh arctan arctanh as_strided asin asinh atan atanh ceil clamp
clamp_max clamp_min clip conj_physical cos cosh deg2rad detach erf erfc exp exp2 expm1 fill fix floor frac gcd i0
index_put lcm ldexp log log10 log1p log2 logit nan_to_num neg negative rad2deg reciprocal relu resize_as round rsqrt
sigmoid sin sinc sinh sqrt square tan tanh trunc xlogy zero
"""


def inplace_functions() -> dict[str, Callable[..., Tensor]]:
    """The in-place methods that are functions of the package, too, by name."""
    names = (f"{name}_" for name in INPLACE_FUNCTIONS.split())
    return {name: found for name in names if (found := getattr(Tensor, name, None))}


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
