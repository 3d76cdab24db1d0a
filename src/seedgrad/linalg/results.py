"""What the functions return, where it is more than one tensor."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from ..functions.forms import further_arguments

F = TypeVar("F")


def takes_out(function: F) -> F:
    """Give a function the argument `out=`, and NumPy's `axis=` and `keepdims=` where it has `dim` and `keepdim`."""
    return cast(F, further_arguments(cast(Any, function), True))
