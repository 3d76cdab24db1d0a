"""The pages of names have every public name, each with a description; read from the code alone."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

import seedgrad

ROOT = Path(__file__).parents[1]


def tool() -> ModuleType:
    """tools/make_api_table.py as a module."""
    path = ROOT / "tools" / "make_api_table.py"
    spec = importlib.util.spec_from_file_location("make_api_table", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


TOOL = tool()
SECTIONS = [
    pytest.param(page, section, entries, id=section.space or "seedgrad")
    for page, sections in TOOL.collected().items()
    for section, entries in sections
]


@pytest.mark.parametrize(("page", "section", "entries"), SECTIONS)
def test_page_has_every_name_with_its_arguments(page, section, entries):
    text = (ROOT / "docs" / "api" / f"{page}.md").read_text(encoding="utf-8")
    for entry in entries:
        names = ", ".join(TOOL.code(n) for n in (entry.name, *entry.others))
        arguments = TOOL.code(TOOL.api_names.signature(entry.object, section.space == "Tensor"))
        hint = f"{section.space}.{entry.name}: run python tools/make_api_table.py"
        assert f"| {names} | {arguments} | {TOOL.escaped(TOOL.api_names.description(entry.object))} |" in text, hint


@pytest.mark.parametrize(("page", "section", "entries"), SECTIONS)
def test_every_name_is_described(page, section, entries):
    assert not [e.name for e in entries if not TOOL.api_names.description(e.object)]


def test_aliases_forms_and_signatures_are_read_from_the_code():
    names = TOOL.api_names
    functions = {e.name: e for e in names.names_of("")}
    assert {"concat", "concatenate"} <= set(functions["cat"].others)
    assert names.forms("exp", seedgrad.exp) == "out=, method, `exp_`, `sg.exp_`"
    assert names.signature(seedgrad.sum) == "(input, dim=None, keepdim=False, *, dtype=None, out=None)"
    assert names.description(seedgrad.exp).startswith("e to the power of each element")
