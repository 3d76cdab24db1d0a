"""Modules one after another."""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any

from .module import Module


class Sequential(Module):
    """Runs modules in order, each on the output of the one before.

    Args:
        *args: the modules; or one OrderedDict from names to modules.

    Raises:
        TypeError: an argument is not a Module.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad import nn
        >>> model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
        >>> model(sg.zeros(32, 28, 28)).shape
        seedgrad.Size([32, 10])
        >>> model[-1]
        Linear(in_features=784, out_features=10, bias=True)
    """

    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], OrderedDict):
            for name, module in args[0].items():
                self.add_module(name, module)
        else:
            for i, module in enumerate(args):
                self.add_module(str(i), module)

    def forward(self, input: Any) -> Any:
        for module in self._modules.values():
            input = module(input)  # type: ignore[misc]
        return input

    def _name(self, index: int) -> str:
        """The name of the module at a position, which may be negative."""
        size, position = len(self), operator.index(index)
        if not -size <= position < size:
            raise IndexError(f"index {position} is out of range: the Sequential holds {size} modules")
        return list(self._modules)[position]

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(OrderedDict(list(self._modules.items())[index]))
        return self._modules[self._name(index)]

    def __setitem__(self, index: int, module: Module) -> None:
        setattr(self, self._name(index), module)

    def __delitem__(self, index: Any) -> None:
        names = list(self._modules)[index] if isinstance(index, slice) else [self._name(index)]
        for name in names:
            delattr(self, name)
        renumber(self)

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())  # type: ignore[arg-type]

    def __add__(self, other: Any) -> Sequential:
        if not isinstance(other, Sequential):
            raise ValueError(
                f"add operator supports only objects of Sequential class, but {type(other).__name__} is given."
            )
        return Sequential(*self, *other)

    def __iadd__(self, other: Any) -> Sequential:
        if not isinstance(other, Sequential):
            raise ValueError(
                f"add operator supports only objects of Sequential class, but {type(other).__name__} is given."
            )
        return self.extend(list(other))

    def __mul__(self, other: int) -> Sequential:
        return Sequential(*(list(self) * _times(other)))

    __rmul__ = __mul__

    def __imul__(self, other: int) -> Sequential:
        return self.extend(list(self) * (_times(other) - 1))

    def append(self, module: Module) -> Sequential:
        """Add a module at the end and return the Sequential.

        Raises:
            TypeError: it is not a Module.
        """
        self.add_module(str(len(self)), module)
        return self

    def insert(self, index: int, module: Module) -> Sequential:
        """Put a module before position `index` and return the Sequential.

        Raises:
            AssertionError: it is not a Module.
            IndexError: the position is outside of -len to len.
        """
        if not isinstance(module, Module):
            raise AssertionError(f"module should be of type: {Module}, got {type(module).__name__}")
        size = len(self)
        if not -size <= index <= size:
            raise IndexError(f"Index out of range: {index} is not within -{size} to {size}")
        modules: list[Any] = list(self)
        modules.insert(index, module)
        replace_all(self, modules)
        return self

    def extend(self, sequential: Iterable[Module]) -> Sequential:
        """Add modules at the end and return the Sequential."""
        for module in list(sequential):
            self.append(module)
        return self

    def pop(self, key: int) -> Module:
        """Remove the module at a position and return it."""
        module: Module = self[key]
        del self[key]
        return module


def _times(number: Any) -> int:
    if not isinstance(number, int):
        raise TypeError(f"unsupported operand type(s) for *: Sequential and {type(number)}")
    if number <= 0:
        raise ValueError(f"Non-positive multiplication factor {number} for Sequential")
    return number


def renumber(container: Module) -> None:
    """Name the children 0, 1, 2, ..."""
    replace_all(container, list(container._modules.values()))


def replace_all(container: Module, modules: Iterable[Module | None]) -> None:
    """Make `modules` the children, named 0, 1, 2, ..."""
    for name in list(container._modules):
        delattr(container, name)
    for i, module in enumerate(modules):
        container.add_module(str(i), module)
