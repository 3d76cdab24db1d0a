"""Where in a model an error came from.

An error that leaves a module passes through the `__call__` of every module around it. Each of them, on the
way out, puts the name of its child in front, so that in the end one note gives the whole path. Nothing is
done until something fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .module import Module


def add_path(error: Exception, module: Module) -> None:
    """Extend the path of an error by one level: it is now leaving `module`."""
    # The id, not the module: an error may be pickled and sent to another process.
    child, path = getattr(error, "_module_path", (None, ""))
    if child is not None and child != id(module):
        old = _note(path)
        path = _step(module, child) + path
        if old in getattr(error, "__notes__", ()):
            error.__notes__.remove(old)
        error.add_note(_note(path))
    error._module_path = (id(module), path)  # type: ignore[attr-defined]


def _note(path: str) -> str:
    return f"in model{path}"


def _step(module: Module, child: int) -> str:
    """The way from a module to the one below it that has this id, such as `.blocks[2]`."""
    for name, found in module.named_modules(remove_duplicate=False):
        if id(found) == child:
            return "".join(f"[{part}]" if part.isdecimal() else f".{part}" for part in name.split("."))
    return ".<a module that is not registered>"
