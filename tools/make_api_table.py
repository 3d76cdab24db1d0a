"""Write docs/api.md and docs/api/*.md: every public name, with what the code and the tests know of it.

    python tools/make_api_table.py            write the pages
    python tools/make_api_table.py --check    fail if one is stale

Names, signatures and descriptions are read from the package (api_names.py); gradients, vmap and types are found by running
each function on the calls that the tests compare with PyTorch (api_tried.py); docs/api/absent.md lists the names of
PyTorch that are missing (api_absent.py).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).parents[1] / "docs"
sys.path.insert(0, str(Path(__file__).parent))

import api_absent  # noqa: E402
import api_names  # noqa: E402
import api_tried  # noqa: E402
from api_names import Name  # noqa: E402

MADE = "<!-- Made by tools/make_api_table.py; do not edit. -->\n\n"


class Section(NamedTuple):
    """One namespace on a page. `tried`: whether its functions are run; `divided`: by source files."""

    space: str
    heading: str
    tried: bool = False
    divided: bool = False


PAGES = {
    "tensors": ("Tensors and functions", [Section("", "Functions", True, True), Section("Tensor", "Only on tensors")]),
    "nn": (
        "Layers",
        [
            Section("nn", "nn: modules", divided=True),
            Section("nn.functional", "nn.functional", True, True),
            Section("nn.init", "nn.init"),
            Section("nn.utils", "nn.utils"),
            Section("nn.utils.rnn", "nn.utils.rnn"),
            Section("nn.utils.parametrize", "nn.utils.parametrize"),
            Section("nn.utils.parametrizations", "nn.utils.parametrizations"),
            Section("nn.utils.prune", "nn.utils.prune"),
            Section("nn.utils.stateless", "nn.utils.stateless"),
        ],
    ),
    "mathematics": (
        "Mathematics",
        [Section(s, s, True) for s in ("linalg", "fft", "special")]
        + [Section(s, s) for s in ("autograd", "autograd.functional", "func", "random", "distributions")],
    ),
    "training": (
        "Training",
        [
            Section(s, s)
            for s in (
                "optim",
                "optim.lr_scheduler",
                "optim.swa_utils",
                "amp",
                "utils.checkpoint",
                "testing",
                "data",
                "datasets",
                "io",
                "models",
                "viz",
            )
        ],
    ),
}


def escaped(text: str) -> str:
    return text.replace("|", "\\|")


def code(text: str) -> str:
    return f"`{escaped(text)}`" if text else ""


def table(entries: list[Name], section: Section, rows: dict[str, list[object]]) -> list[str]:
    """The rows of one table."""
    columns = ["name", "arguments", "what it is"]
    if section.tried:
        columns += ["forms"] if not section.space else []
        columns += ["gradients", "vmap", "types"]
    lines = ["", "| " + " | ".join(columns) + " |", "| " + " | ".join(["---"] * len(columns)) + " |"]
    for entry in entries:
        names = ", ".join(code(n) for n in (entry.name, *entry.others))
        cells = [names, code(api_names.signature(entry.object, section.space == "Tensor"))]
        cells.append(escaped(api_names.description(entry.object)))
        if section.tried:
            cells += [api_names.forms(entry.name, entry.object)] if not section.space else []
            paths = [f"{section.space}.{n}".removeprefix(".") for n in (entry.name, *entry.others)]
            found = [row for path in paths for row in rows.get(path, [])]
            cells += api_tried.tried(entry.object, found) if found else ("", "", "")
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def section_text(section: Section, entries: list[Name], rows: dict[str, list[object]]) -> list[str]:
    """A heading, and a table or one for each source file."""
    lines = ["", f"## {section.heading}"]
    if not section.divided:
        groups = [entries]
        if section.space == "Tensor":
            groups = [[e for e in entries if e.group == g] for g in sorted({e.group for e in entries})]
        return lines + [line for group in groups for line in table(group, section, rows)]
    titles: dict[str, list[Name]] = {}
    for entry in entries:
        titles.setdefault(api_names.title(entry.group), []).append(entry)
    for title in sorted(titles):
        lines += ["", f"### {title}"]
        words = dict.fromkeys(api_names.introduction(e.group) for e in titles[title])
        lines += ["", escaped(" ".join(words))] if len(words) == 1 and any(words) else []
        lines += table(titles[title], section, rows)
    return lines


def collected() -> dict[str, list[tuple[Section, list[Name]]]]:
    """For each page its sections with their names; a namespace that does not exist is left out."""
    functions = {n for entry in api_names.names_of("") for n in (entry.name, *entry.others)}
    found: dict[str, list[tuple[Section, list[Name]]]] = {}
    for page, (_, sections) in PAGES.items():
        for section in sections:
            if section.space == "Tensor":
                entries = api_names.tensor_names(functions)
            elif api_absent.find("seedgrad", section.space) is None:
                continue
            else:
                entries = api_names.names_of(section.space)
            if entries:
                found.setdefault(page, []).append((section, entries))
    return found


def counted(entries: list[Name]) -> int:
    return sum(1 + len(e.others) for e in entries)


def name_pages() -> dict[str, str]:
    """The pages of names, and the index."""
    rows = api_tried.quietly(api_tried.rows)
    found = collected()
    pages = {}
    index = [
        MADE + "# Every name",
        "",
        "Made by a program from the code and the tests. PyTorch's names stand for what they stand for there; "
        "[what is not there](api/absent.md) is listed, too.",
        "",
        "| page | section | names |",
        "| --- | --- | --- |",
    ]
    total = 0
    for page, sections in found.items():
        title = PAGES[page][0]
        lines = [MADE + f"# {title}", "", "[All pages of names, and what the columns say](../api.md)", ""]
        for section, entries in sections:
            anchor = "".join(c for c in section.heading.lower() if c.isalnum() or c in "_- ").replace(" ", "-")
            number = counted(entries)
            total += number
            lines.append(f"- [{section.heading}](#{anchor}): {number} names")
            index.append(f"| {title} | [{section.heading}](api/{page}.md#{anchor}) | {number} |")
        for section, entries in sections:
            lines += api_tried.quietly(lambda s=section, e=entries: section_text(s, e, rows))
        pages[f"api/{page}.md"] = "\n".join(lines) + "\n"
    index += [
        f"|  | **all** | **{total}** |",
        "",
        "## The columns",
        "",
        "| column | what it says |",
        "| --- | --- |",
        "| name | the name, and others that mean the same |",
        "| arguments | with their default values; every function with a `dim` takes NumPy's `axis` for it, too |",
        "| forms | `out=`: writes its result into a given tensor. method: `x.name()`. A name that ends in `_` writes into "
        "`x` itself |",
        "| gradients | how often it can be differentiated, – for not at all; empty in this column and the next: tested in "
        "another way than by table |",
        "| vmap | whether `seedgrad.func.vmap` takes it |",
        "| types | what it was run with: half is float16 and bfloat16, float is float32 and float64, complex is complex64 and "
        "complex128 |",
        "",
        f"The last three were found by running the functions on calls of the {sum(map(len, rows.values()))} rows that the "
        "tests compare with PyTorch, value, gradient and gradient of the gradient.",
    ]
    pages["api.md"] = "\n".join(index) + "\n"
    return pages


def absent_page() -> str:
    """The names of PyTorch that are missing."""
    found = api_absent.absent()
    lines = [MADE + "# What is not there", ""]
    lines.append(
        "Names of PyTorch 2.13 that seedgrad does not have, by namespace and reason. The reasons come from a small table "
        "in `tools/api_absent.py`. [The names that are there](../api.md)"
    )
    lines += ["", "| namespace | names in PyTorch | there | missing |", "| --- | --- | --- | --- |"]
    for space, (number, missing) in found.items():
        count = sum(map(len, missing.values()))
        lines.append(f"| `{'.'.join(['torch', space]).rstrip('.')}` | {number} | {number - count} | {count} |")
    for space, (_, missing) in found.items():
        if missing:
            lines += ["", f"## {'.'.join(['torch', space]).rstrip('.')}", "", "| reason | number | names |"]
            lines.append("| --- | --- | --- |")
            order = sorted(missing, key=lambda why: (why != api_absent.NOT_YET, why))
            lines += [f"| {why} | {len(missing[why])} | {' '.join(map(code, missing[why]))} |" for why in order]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="fail if a page is stale")
    check = parser.parse_args().check
    pages = {**name_pages(), "api/absent.md": absent_page()}
    stale = []
    for name, text in pages.items():
        path = DOCS / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
    if check and stale:
        print(f"stale: {', '.join(stale)}. Run python tools/make_api_table.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
