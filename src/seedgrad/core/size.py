"""Shapes of tensors."""

from __future__ import annotations

import math
from typing import Any

from . import shown


class Size(tuple[int, ...]):
    """The shape of a tensor: a tuple with `numel()`.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(2, 3).shape
        seedgrad.Size([2, 3])
        >>> sg.zeros(2, 3).shape.numel()
        6
    """

    __slots__ = ()

    def numel(self) -> int:
        """The number of elements of a tensor of this shape."""
        return math.prod(self)

    def __repr__(self) -> str:
        return f"{shown.package}.Size({list(self)})"

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return Size(found) if isinstance(index, slice) else found

    def __add__(self, other: Any) -> Any:
        return Size(super().__add__(tuple(other)))
