"""Names that PyTorch deprecates: they warn, and do what their successors do."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any


def deprecated(function: Callable[..., Any], where: str, old: str) -> Callable[..., Any]:
    """`function` under an old name, with a FutureWarning at each call."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        warnings.warn(
            f"`{where}.{old}` is now deprecated in favor of `{where}.{function.__name__}`.",
            FutureWarning,
            stacklevel=2,
        )
        return function(*args, **kwargs)

    call.__name__ = old
    return call
