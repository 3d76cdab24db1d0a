"""Write src/seedgrad/core/tensor.pyi, the methods of Tensor, and src/seedgrad/nn/__init__.pyi, the layers that are imported
when they are first used: for editors and type checkers.

Methods are declared once, by `@public` on a function (see functions/public.py), and attached to the class when the
package is imported; a reader of the source sees no `def exp(self)` in the class. This program imports the package, looks
at the finished class, and writes what it found:

    python tools/make_stubs.py            write the files
    python tools/make_stubs.py --check    fail if one is stale
"""

from __future__ import annotations

import argparse
import builtins
import inspect
import re
import sys
from pathlib import Path
from typing import Any

import seedgrad as sg
from seedgrad import nn
from seedgrad.core import tensor as module

STUB = Path(module.__file__).with_suffix(".pyi")
LAYERS = Path(nn.__file__).with_suffix(".pyi")
TENSOR = sg.Tensor
COMPARISONS = {"__eq__", "__ne__"}
BUILTINS = ("_bool", "_int", "_float", "_complex")

HEAD = '''"""Made by tools/make_stubs.py from the finished class; do not edit."""

'''


class Names:
    """The names that annotations use, and where they are imported from."""

    def __init__(self) -> None:
        self.imports: dict[str, set[str]] = {"typing": {"Any"}}

    def annotation(self, text: Any, scope: dict[str, Any]) -> str:
        """The annotation as text whose names are imported; what can't be resolved becomes Any."""
        if text is inspect.Parameter.empty:
            return "Any"
        text = text if isinstance(text, str) else getattr(text, "__name__", "Any")
        # Tensor has methods of these names, which hide the types inside its class.
        text = re.sub(r"(?<![.\w])(?:builtins\.)?(bool|int|float|complex)\b", r"_\1", text)
        for name in set(re.findall(r"(?<![.\w'\"])[A-Za-z_]\w*", re.sub(r"\.\w+", "", text))):
            if name in ("None", "Tensor", "Literal", *BUILTINS) or hasattr(builtins, name):
                if name == "Literal":
                    self.imports["typing"].add(name)
                continue
            found = scope.get(name)
            if inspect.ismodule(found):
                self.imports.setdefault(f"import {found.__name__} as {name}", set())
            elif found is Any:
                continue
            elif found is None or not hasattr(found, "__module__"):
                return "Any"
            elif hasattr(module, name) and getattr(module, name) is found and found.__module__ == module.__name__:
                continue
            else:
                self.imports.setdefault(found.__module__, set()).add(name)
        return text


def signature(name: str, function: Any, names: Names) -> str:
    """One `def` line of the stub."""
    scope = getattr(inspect.unwrap(function), "__globals__", {})
    if name in COMPARISONS:
        return f"    def {name}(self, other: Any) -> Tensor: ...  # type: ignore[override]\n"
    found = inspect.signature(function)
    operators = ("seedgrad.core.calls", "seedgrad.functions.operators")
    if name.startswith("__") and scope.get("__name__", "").startswith(operators):
        other = ", other: Any" if len(found.parameters) == 2 else ""
        return f"    def {name}(self{other}) -> Tensor: ...\n"
    parts = []
    star = slash = False
    for i, p in enumerate(found.parameters.values()):
        if i == 0:
            parts.append("self")
            slash = p.kind is p.POSITIONAL_ONLY
            continue
        if slash and p.kind is not p.POSITIONAL_ONLY:
            slash = False
        if p.kind is p.KEYWORD_ONLY and not star:
            parts.append("*")
            star = True
        if p.kind is p.VAR_POSITIONAL:
            star = True
        mark = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
        default = "" if p.default is p.empty else " = ..."
        parts.append(f"{mark}{p.name}: {names.annotation(p.annotation, scope)}{default}")
    writes = name.endswith("_") and not name.startswith("__")
    result = "Tensor" if writes else names.annotation(found.return_annotation, scope)
    return f"    def {name}({', '.join(parts)}) -> {result}: ...\n"


def attribute(name: str, value: property, names: Names) -> str:
    """A property, with its setter if it has one."""
    assert value.fget is not None
    scope = value.fget.__globals__
    kind = names.annotation(inspect.signature(value.fget).return_annotation, scope)
    text = f"    @property\n    def {name}(self) -> {kind}: ...\n"
    if value.fset:
        text += f"    @{name}.setter\n    def {name}(self, value: {kind}) -> None: ...\n"
    if value.fdel:
        text += f"    @{name}.deleter\n    def {name}(self) -> None: ...\n"
    return text


def class_text(cls: type, names: Names, extra: str = "") -> str:
    """The stub of one class."""
    body = extra
    members = {k: v for c in reversed(cls.__mro__) if c.__module__.startswith("seedgrad") for k, v in vars(c).items()}
    for name, value in sorted(members.items()):
        if isinstance(value, property):
            body += attribute(name, value, names)
        elif isinstance(value, staticmethod):
            continue
        elif inspect.isfunction(value):
            body += signature(name, value, names)
    return f"class {cls.__name__}:\n{body or '    ...'}\n"


def stub() -> str:
    """The text of the file."""
    names = Names()
    names.imports.setdefault("numpy", set()).add("ndarray")
    fields = (
        "    array: ndarray[Any, Any]\n    node: Node | None\n    slot: _int\n    origin: str | None\n"
        "    _viewed: Tensor\n    _steps: tuple[Any, ...]\n    _made: str\n"
        "    views: list[Any] | None\n    _grad: Tensor | None\n    __array_priority__: _int\n"
        "    def __getattr__(self, name: str) -> Any: ...  # people may put anything on a tensor\n"
    )
    text = class_text(TENSOR, names, fields)
    for name, value in vars(module).items():
        if inspect.isfunction(value) and value.__module__ == module.__name__:
            line = signature(name, value, names).strip()
            first = next(iter(inspect.signature(value).parameters.values()))
            kind = names.annotation(first.annotation, value.__globals__)
            text += "\n" + line.replace("(self", f"({first.name}: {kind}", 1) + "\n"
    for found in (module.Node, module.Size, module.RemovableHandle):
        names.imports.setdefault(found.__module__, set()).add(f"{found.__name__} as {found.__name__}")
        names.imports[found.__module__].discard(found.__name__)
    lines = [
        key if key.startswith("import ") else f"from {key} import {', '.join(sorted(found))}"
        for key, found in sorted(names.imports.items())
    ]
    lines.insert(0, "from builtins import " + ", ".join(f"{b[1:]} as {b}" for b in BUILTINS))
    return HEAD + "\n".join(lines) + "\n\n" + text


def layers() -> str:
    """The stub of `seedgrad.nn`: everything as an import."""
    rooms = [f"from . import {name} as {name}" for name in ("functional", "init", "modules", "parameter", "utils")]
    homes = {"Module": "module", "Parameter": "parameter", "Buffer": "parameter", **nn._PLACES}
    lines = [f"from .{home} import {name} as {name}" for name, home in homes.items()]
    head = '"""Made by tools/make_stubs.py from the table in __init__.py; do not edit."""\n\n'
    return head + "\n".join([*rooms, *lines]) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if a file is stale")
    check = parser.parse_args().check
    for path, new in ((STUB, stub()), (LAYERS, layers())):
        if not check:
            path.write_text(new, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != new:
            print(f"{path} is stale: run python tools/make_stubs.py")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
