"""The pages of docs: their links lead to what they name, and copied code is what the sources say."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))


def program(path: str) -> ModuleType:
    """A program of docs as a module."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, DOCS / path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


links = program("lessons/update_links.py")
side = program("make_side_by_side.py")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_links_lead_to_files_and_headings(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    for target in re.findall(r'\]\(([^()\s]+)(?: "[^"]*")?\)', text):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if file.suffix == ".md" and anchor:
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.M)
            assert anchor in [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings], target


@pytest.mark.parametrize("page", sorted((DOCS / "lessons").glob("*.md")), ids=lambda page: page.stem)
def test_lesson_links_point_to_the_lines_they_speak_of(page):
    hint = "run `python docs/lessons/update_links.py`"
    assert links.updated(page) == page.read_text(encoding="utf-8"), hint


@pytest.mark.parametrize("page", sorted((DOCS / "lessons").glob("[1-9]_*.md")), ids=lambda page: page.stem)
def test_every_marked_line_of_a_program_is_spoken_of(page):
    source = (DOCS.parent / "examples" / "lessons" / f"{page.stem}.py").read_text(encoding="utf-8")
    marks = re.findall(r"# (\[\d+\])", source)
    assert marks == [f"[{i}]" for i in range(1, len(marks) + 1)]
    text = page.read_text(encoding="utf-8")
    assert not [mark for mark in marks if f"[{mark}](../../examples/lessons/{page.stem}.py#L" not in text]


def test_links_to_missing_or_ambiguous_lines_are_refused(tmp_path):
    file = tmp_path / "code.py"
    file.write_text("a = 1\nb = 1\n", encoding="utf-8")
    assert links.line_of(file, "b =") == 2
    with pytest.raises(ValueError, match=r"exactly one line must contain 'c =', found no line"):
        links.line_of(file, "c =")
    with pytest.raises(ValueError, match=r"exactly one line must contain '= 1', found lines \[1, 2\]"):
        links.line_of(file, "= 1")


def test_side_by_side_shows_the_sources_as_they_are():
    hint = "run `python docs/make_side_by_side.py`"
    assert side.made() == (DOCS / "side_by_side.md").read_text(encoding="utf-8"), hint


def test_side_by_side_names_what_it_cannot_find():
    with pytest.raises(ValueError, match=r"scalar\.py has no function or class Value\.missing"):
        side.excerpt("scalar.py", "Value.missing")
    with pytest.raises(ValueError, match=r"scalar\.py has no line with 'nowhere'"):
        side.excerpt("scalar.py", '"nowhere" to "nowhere"')


def test_index_of_the_docs_names_every_page():
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    named = {(DOCS / target).resolve() for target in re.findall(r"\]\(([^()#]+\.md)\)", index)}
    assert not [p.name for p in PAGES if p.resolve() not in named and p != DOCS / "README.md"]
