"""Which names of PyTorch a program uses, read from its source without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from .finder import is_missing, look_up, missing_line
from .table import MODULES


def files_of(script: Path) -> Iterator[Path]:
    """The script, and the files that it imports from its own folder, directly or not."""
    waiting, seen = [script], set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        yield path
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
                base = script.parent
            elif isinstance(node, ast.ImportFrom):
                base = path.parents[node.level - 1] if node.level else script.parent
                stem = f"{node.module}." if node.module else ""
                names = [node.module or "", *(stem + alias.name for alias in node.names)]
            else:
                continue
            for name in filter(None, names):
                place = base.joinpath(*name.split("."))
                waiting += [p for p in (place.with_suffix(".py"), place / "__init__.py") if p.is_file()]


def names_in_file(path: Path) -> dict[str, int]:
    """The names of PyTorch that a file uses, such as "torch.nn.Linear", with the line of the first use."""
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    known: dict[str, str] = {}
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] == "torch":
                    known[alias.asname or "torch"] = alias.name if alias.asname else "torch"
                    found.setdefault(alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").partition(".")[0] == "torch":
            found.setdefault(node.module or "", node.lineno)
            for alias in node.names:
                if alias.name != "*":
                    known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                    found.setdefault(f"{node.module}.{alias.name}", node.lineno)
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or id(node) in inner:
            continue
        parts: list[str] = []
        at: ast.expr = node
        while isinstance(at, ast.Attribute):
            parts.append(at.attr)
            at = at.value
        if isinstance(at, ast.Name) and at.id in known:
            found.setdefault(".".join([known[at.id], *reversed(parts)]), node.lineno)
    return found


def resolved(path: str) -> tuple[str, str | None]:
    """The part of a dotted name that is PyTorch's own, and a line about what is missing, or None.

    Of "torch.float32.itemsize" that is "torch.float32": what follows is an attribute of an object.
    """
    module, rest = "torch", path.split(".")[1:]
    while rest:
        name, *after = rest
        if f"{module}.{name}" in MODULES:
            module, rest = f"{module}.{name}", after
            continue
        found = look_up(module, name)
        if is_missing(found):
            return f"{module}.{name}", missing_line(module, name)
        whole = f"{module}.{name}"
        if after and isinstance(found, type) and not hasattr(found, after[0]):
            return f"{whole}.{after[0]}", f"seedgrad has no {whole}.{after[0]}"
        return whole, None
    return module, None


def report(script: str) -> tuple[str, int]:
    """A text that lists all names of PyTorch that a script and its own imports use, and how many are missing.

    Raises:
        SystemExit: a file cannot be read, or is no Python.
    """
    used: dict[str, str] = {}
    lines: dict[str, str] = {}
    try:
        for path in files_of(Path(script).resolve()):
            for name, line in names_in_file(path).items():
                whole, missing = resolved(name)
                used.setdefault(whole, f"{path.name}:{line}")
                if missing:
                    lines[whole] = missing
    except (OSError, SyntaxError, UnicodeDecodeError) as error:
        raise SystemExit(f"seedgrad.torch: cannot read {script}: {error}") from error
    text = [f"{script}: {len(used)} names of PyTorch, {len(lines)} missing"]
    text += [f"  {'-' if name in lines else '+'} {name}  ({used[name]})" for name in sorted(used)]
    text += [f"{used[name]}: {lines[name]}" for name in sorted(lines)]
    return "\n".join(text), len(lines)
