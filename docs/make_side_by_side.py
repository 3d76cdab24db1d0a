"""Insert the code that side_by_side.md shows, from the sources.

    python docs/make_side_by_side.py

A line of the page such as

    <!-- code: scalar.py Value.__init__ -->
    <!-- code: ops/elementwise.py "first line contains this" to "last line contains this" -->

names a function or class, or the first and last line of an excerpt. What follows it, a link and a block of
code, is written by this program; docstrings are left out. Everything else on the page is written by hand.
"""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path

PAGE = Path(__file__).with_name("side_by_side.md")
SOURCE = Path(__file__).parents[1] / "src" / "seedgrad"
PLACE = re.compile(r"<!-- code: (?P<path>\S+) (?P<what>.+) -->\n(?:\n\[.*\]\(.*\)\n\n```python\n(?s:.*?)\n```\n)?")
RANGE = re.compile(r'"(?P<first>.+)" to "(?P<last>.+)"')


def excerpt(path: str, what: str) -> tuple[int, list[str]]:
    """The number of the first line of an excerpt, and its lines.

    Raises:
        ValueError: nothing in the file has that name, or no line contains that text.
    """
    text = (SOURCE / path).read_text(encoding="utf-8")
    lines = text.splitlines()
    limits = RANGE.fullmatch(what)
    if limits:
        first = _line(path, lines, limits["first"], 0)
        return first + 1, lines[first : _line(path, lines, limits["last"], first) + 1]
    found: ast.AST = ast.parse(text)
    for name in what.split("."):
        inside = [node for node in ast.iter_child_nodes(found) if getattr(node, "name", None) == name]
        if not inside:
            raise ValueError(f"{path} has no function or class {what}")
        found = inside[0]
    assert isinstance(found, (ast.FunctionDef, ast.ClassDef)) and found.end_lineno
    first = min([found.lineno, *(d.lineno for d in found.decorator_list)])
    kept = list(range(first, found.end_lineno + 1))
    if ast.get_docstring(found) is not None:
        docstring = found.body[0]
        kept = [n for n in kept if not docstring.lineno <= n <= (docstring.end_lineno or 0)]
    return first, [lines[n - 1] for n in kept]


def _line(path: str, lines: list[str], content: str, start: int) -> int:
    for number in range(start, len(lines)):
        if content in lines[number]:
            return number
    raise ValueError(f"{path} has no line with {content!r}")


def made() -> str:
    """The text of the page with all code as it is in the sources now."""

    def insert(place: re.Match[str]) -> str:
        path, what = place["path"], place["what"]
        number, lines = excerpt(path, what)
        code = textwrap.dedent("\n".join(lines)).strip("\n")
        link = f"[`{path}`, line {number}](../src/seedgrad/{path}#L{number})"
        return f"<!-- code: {path} {what} -->\n\n{link}\n\n```python\n{code}\n```\n"

    return PLACE.sub(insert, PAGE.read_text(encoding="utf-8"))


def main() -> None:
    text = made()
    if text != PAGE.read_text(encoding="utf-8"):
        PAGE.write_text(text, encoding="utf-8")
        print(f"updated {PAGE.name}")


if __name__ == "__main__":
    main()
