"""The modules that `import torch` gives: names are looked up where they are implemented, when they are asked for."""

from __future__ import annotations

import difflib
import importlib
import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Sequence
from typing import Any

from ..core import shown
from .table import MODULES

_ASK = "docs/api/absent.md lists what is missing and why; ask for it where seedgrad is developed"
_MISSING = object()


def sources_of(module: str) -> list[types.ModuleType]:
    """The modules in which the names of a module of PyTorch's are found."""
    found = []
    for source in MODULES[module]:
        path = source[1:] if source.startswith(":") else f"seedgrad.{source}".rstrip(".")
        found.append(importlib.import_module(path))
    return found


def look_up(module: str, name: str) -> Any:
    """What a name of a module of PyTorch's stands for, or `missing`.

    A module is found only where PyTorch has one of that name: `torch.datasets` is nothing.
    """
    if f"{module}.{name}" in MODULES:
        return importlib.import_module(f"{module}.{name}") if is_installed() else MODULES[f"{module}.{name}"]
    for source in sources_of(module):
        found = getattr(source, name, _MISSING)
        if found is not _MISSING and not isinstance(found, types.ModuleType):
            return found
    return _MISSING


def is_missing(found: Any) -> bool:
    """Whether `look_up` has found nothing."""
    return found is _MISSING


def _members(source: types.ModuleType) -> dict[str, Any]:
    """What is in a module, and the layers of `nn` that were not used yet."""
    return {**dict.fromkeys(getattr(source, "_PLACES", ())), **vars(source)}


def names_in(module: str) -> list[str]:
    """The public names of a module of PyTorch's that are there."""
    names = [path.rpartition(".")[2] for path in MODULES if path.rpartition(".")[0] == module]
    for source in sources_of(module):
        names += [n for n, v in _members(source).items() if n[:1] != "_" and not isinstance(v, types.ModuleType)]
    return sorted(set(names))


def missing_line(module: str, name: str) -> str:
    """One line for a name that is not there: what is missing, what is nearest, where to ask."""
    known = names_in(module) if module in MODULES else sorted(MODULES)
    near = difflib.get_close_matches(name if module in MODULES else f"{module}.{name}", known, 1, 0.6)
    hint = f"; the nearest name is {module}.{near[0]}" if near and module in MODULES else ""
    hint = f"; the nearest module is {near[0]}" if near and module not in MODULES else hint
    return f"seedgrad has no {module}.{name}{hint}. {_ASK}"


class Room(types.ModuleType):
    """A module of PyTorch's. What is set on it is set where it is implemented, so that the library sees it, too."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        found = look_up(self.__name__, name)
        if found is _MISSING:
            raise AttributeError(missing_line(self.__name__, name))
        return found

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("__") and not isinstance(value, Room):
            for source in sources_of(self.__name__):
                if name in _members(source):
                    setattr(source, name, value)
                    return
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        if name in self.__dict__:
            super().__delattr__(name)

    def __dir__(self) -> list[str]:
        return names_in(self.__name__)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules of the table, and says what is missing of the others."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] != "torch":
            return None
        if fullname not in MODULES:
            # Without `name`: Python would replace the text by its own for `from torch.nn import Linaer`.
            raise ModuleNotFoundError(missing_line(*fullname.rpartition(".")[::2]))
        # All are packages, since only in those does Python ask here for a name that is not there.
        return importlib.machinery.ModuleSpec(fullname, self, origin="seedgrad", is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return Room(spec.name, f"The names of {spec.name}, as seedgrad has them.")

    def exec_module(self, module: types.ModuleType) -> None:
        if "__all__" not in vars(module):
            names = [n for n in names_in(module.__name__) if f"{module.__name__}.{n}" not in MODULES]
            types.ModuleType.__setattr__(module, "__all__", names)
        if module.__name__ == "torch":
            types.ModuleType.__setattr__(module, "__version__", look_up("torch.version", "__version__"))


_finder = _Finder()


def is_installed() -> bool:
    """Whether `import torch` gives seedgrad's names."""
    return _finder in sys.meta_path


def install() -> None:
    """Make `import torch` and its submodules give seedgrad's names, in this process; types show as `torch.float32`.

    Calling it again does nothing.

    Raises:
        RuntimeError: PyTorch itself has been imported already.

    Example:
        >>> import subprocess, sys
        >>> code = "import seedgrad.torch as t; t.install(); import torch; print(torch.ones(2).dtype)"
        >>> print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip())
        torch.float32
    """
    if is_installed():
        return
    if "torch" in sys.modules:
        raise RuntimeError(
            "seedgrad.torch.install(): PyTorch itself is imported in this process already. Start a new one, and install "
            "before anything imports torch"
        )
    sys.meta_path.insert(0, _finder)
    shown.package = "torch"
