"""Point the lessons' links at the lines they speak of.

    python docs/lessons/update_links.py

A link to a line of code says in its title what that line contains:

    [the chain rule](../../src/seedgrad/scalar.py#L87 "parent.grad += local_grad * grad")

The title must be found in exactly one line of the file; this program writes that line's number into the link.
"""

from __future__ import annotations

import re
from pathlib import Path

LESSONS = Path(__file__).parent
LINK = re.compile(r'\((?P<path>[^()\s#]+\.py)#L(?P<line>\d+) "(?P<title>[^"]+)"\)')


def line_of(path: Path, title: str) -> int:
    """The number of the one line of the file that contains the title.

    Raises:
        ValueError: no line contains it, or several do.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [number for number, line in enumerate(lines, 1) if title in line]
    if len(found) != 1:
        where = f"lines {found}" if found else "no line"
        raise ValueError(f"{path.name}: exactly one line must contain {title!r}, found {where}")
    return found[0]


def updated(page: Path) -> str:
    """The text of a page with the right line numbers in its links."""

    def correct(link: re.Match[str]) -> str:
        line = line_of((page.parent / link["path"]).resolve(), link["title"])
        return f'({link["path"]}#L{line} "{link["title"]}")'

    return LINK.sub(correct, page.read_text(encoding="utf-8"))


def main() -> None:
    for page in sorted(LESSONS.glob("*.md")):
        text = updated(page)
        if text != page.read_text(encoding="utf-8"):
            page.write_text(text, encoding="utf-8")
            print(f"updated {page.name}")


if __name__ == "__main__":
    main()
