"""Walking through a module: its children, parameters and buffers by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from ..core.tensor import Tensor
from .parameter import Parameter

if TYPE_CHECKING:
    from .module import Module


T = TypeVar("T", bound="Traversal")


class Traversal:
    """The part of Module that iterates over what it holds."""

    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    _modules: dict[str, Module | None]

    def children(self) -> Iterator[Module]:
        """The direct children, each once."""
        for _, module in self.named_children():
            yield module

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The direct children with their names, in the order in which they were added, each once."""
        seen: set[Module] = set()
        for name, module in self._modules.items():
            if module is not None and module not in seen:
                seen.add(module)
                yield name, module

    def modules(self) -> Iterator[Module]:
        """The module itself and all modules below it, each once."""
        for _, module in self.named_modules():
            yield module

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """The module itself and all modules below it, with their paths; a parent before its children.

        Args:
            memo: modules to leave out; those found are added. Default: none.
            prefix: put before every path. Default: "".
            remove_duplicate: whether a module that is reached twice comes once. Default: True.

        Example:
            >>> from seedgrad import nn
            >>> [name for name, _ in nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.ReLU())).named_modules()]
            ['', '0', '1', '1.0']
        """
        seen = set() if memo is None else memo
        todo: list[tuple[str, Any]] = [(prefix, self)]
        while todo:
            path, module = todo.pop()
            if remove_duplicate:
                if module in seen:
                    continue
                seen.add(module)
            yield path, module
            dot = f"{path}." if path else ""
            children = [(dot + name, child) for name, child in module._modules.items() if child is not None]
            todo.extend(reversed(children))

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """The parameters, each once.

        Args:
            recurse: also those of the modules below. Default: True.
        """
        for _, parameter in self.named_parameters(recurse=recurse):
            yield parameter

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """The parameters with their paths.

        Args:
            prefix: put before every path. Default: "".
            recurse: also those of the modules below. Default: True.
            remove_duplicate: whether a parameter that is reached twice comes once. Default: True.

        Example:
            >>> from seedgrad import nn
            >>> [name for name, _ in nn.Sequential(nn.Linear(2, 2)).named_parameters()]
            ['0.weight', '0.bias']
        """
        return self._named_members(lambda m: m._parameters, prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """The buffers, each once.

        Args:
            recurse: also those of the modules below. Default: True.
        """
        for _, buffer in self.named_buffers(recurse=recurse):
            yield buffer

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """The buffers with their paths; the arguments are those of `named_parameters`."""
        return self._named_members(lambda m: m._buffers, prefix, recurse, remove_duplicate)

    def _named_members(
        self, members: Callable[[Module], dict[str, Any]], prefix: str, recurse: bool, remove_duplicate: bool
    ) -> Iterator[tuple[str, Any]]:
        seen: set[int] = set()  # by id: hashing a tensor costs a Python call
        modules: Any = (
            self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate) if recurse else [(prefix, self)]
        )
        for path, module in modules:
            for name, member in members(module).items():
                if member is None or id(member) in seen:
                    continue
                if remove_duplicate:
                    seen.add(id(member))
                yield f"{path}.{name}" if path else name, member

    def apply(self: T, fn: Callable[[Module], Any]) -> T:
        """Call `fn(module)` for every module, children before parents, and return the module.

        Example:
            >>> from seedgrad import nn
            >>> def small(m):
            ...     if isinstance(m, nn.Linear):
            ...         _ = nn.init.normal_(m.weight, std=0.02)
            >>> _ = nn.Sequential(nn.Linear(2, 2), nn.ReLU()).apply(small)
        """
        for module in self.children():
            module.apply(fn)
        fn(self)  # type: ignore[arg-type]
        return self

    def get_submodule(self, target: str) -> Module:
        """The module at a path such as `"blocks.2.attn"`; the module itself for `""`.

        Raises:
            AttributeError: there is nothing of that name on the way, or it is not a module.
        """
        from .module import Module

        module: Any = self
        for name in target.split(".") if target else []:
            found = _member(module, name, target)
            if not isinstance(found, Module):
                raise AttributeError(
                    f"`{name}` is not an nn.Module; it is a {type(found).__name__}, in the path {target!r}"
                )
            module = found
        return module

    def get_parameter(self, target: str) -> Parameter:
        """The parameter at a path such as `"blocks.2.attn.weight"`.

        Raises:
            AttributeError: there is nothing of that name, or it is not a parameter.
        """
        path, _, name = target.rpartition(".")
        found = _member(self.get_submodule(path), name, target)
        if not isinstance(found, Parameter):
            raise AttributeError(
                f"`{name}` is not an nn.Parameter; it is a {type(found).__name__}, in the path {target!r}"
            )
        return found

    def get_buffer(self, target: str) -> Tensor:
        """The buffer at a path such as `"bn.running_mean"`.

        Raises:
            AttributeError: there is nothing of that name, or it is not a buffer.
        """
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        found = _member(module, name, target)
        if name not in module._buffers:
            raise AttributeError(f"`{name}` is not a buffer; it is a {type(found).__name__}, in the path {target!r}")
        return found

    def set_submodule(self, target: str, module: Module, strict: bool = False) -> None:
        """Put `module` at a path.

        Args:
            target: the path; what leads to its last name must exist.
            module: the module to put there.
            strict: whether there must be a module already. Default: False.

        Raises:
            ValueError: the path is empty, or `module` is not a module.
            AttributeError: something on the way is missing or not a module.
        """
        if not target:
            raise ValueError("Cannot set the submodule without a target name!")
        from .module import Module

        if not isinstance(module, Module):
            raise ValueError(f"`module` is not an nn.Module, found {type(module).__name__}")
        path, _, name = target.rpartition(".")
        parent = self.get_submodule(path)
        if strict or hasattr(parent, name):
            found = _member(parent, name, target)
            if not isinstance(found, Module):
                raise AttributeError(
                    f"`{name}` is not an nn.Module; it is a {type(found).__name__}, in the path {target!r}"
                )
        setattr(parent, name, module)


def _member(module: Any, name: str, target: str) -> Any:
    try:
        return getattr(module, name)
    except AttributeError:
        raise AttributeError(f"{type(module).__name__} has no attribute `{name}` (in the path {target!r})") from None
