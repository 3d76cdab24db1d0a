"""How a module looks: its repr and its summary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .summary import Summary


class Appearance:
    """The part of Module that describes it."""

    _modules: dict[str, Any]

    def extra_repr(self) -> str:
        """What stands in the parentheses of the module's own line; subclasses override it."""
        return ""

    def _get_name(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        children = [f"({name}): {indented(repr(module))}" for name, module in self._modules.items()]
        if len(lines) == 1 and not children:
            return f"{self._get_name()}({extra})"
        if not lines and not children:
            return f"{self._get_name()}()"
        return f"{self._get_name()}(\n  " + "\n  ".join([*lines, *children]) + "\n)"

    def summary(self, *inputs: Any, input_size: Iterable[Any] | None = None, dtype: Any = None) -> Summary:
        """A table of the modules with output shapes and numbers of parameters.

        The model runs once on the inputs, in evaluation mode and without a graph; nothing in it changes.

        Args:
            *inputs: example inputs for `forward`.
            input_size: instead of them, the shape of one input filled with zeros, or a list of shapes.
            dtype: the element type of inputs made from `input_size`. Default: that of the first parameter.

        Raises:
            ValueError: both inputs and `input_size` are given.

        Example:
            >>> from seedgrad import nn
            >>> nn.Sequential(nn.Linear(4, 2), nn.ReLU()).summary(input_size=(1, 4)).total
            10
        """
        from .summary import summarize

        return summarize(self, inputs, input_size, dtype)  # type: ignore[arg-type]


def indented(text: str) -> str:
    """The text with all lines but the first moved in by two."""
    return text.replace("\n", "\n  ")
