"""README.md: its programs run and print what it says, and its links lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```", TEXT, re.S)


@pytest.mark.parametrize("number", range(len(PROGRAMS)))
def test_readme_programs_print_what_their_comments_say(number, capsys):
    """A comment behind a `print` is what it prints; later programs may use the names of earlier ones."""
    names = {}
    for program in PROGRAMS[: number + 1]:
        capsys.readouterr()
        exec(compile(program, "README.md", "exec"), names)
    printed = capsys.readouterr().out.splitlines()
    promised = re.findall(r"^print\(.*\)(?:  # (.*))?$", PROGRAMS[number], re.M)
    assert len(printed) == len(promised)
    for line, promise in zip(printed, promised, strict=True):
        assert not promise or line == promise


def test_readme_has_the_two_commands_word_for_word():
    lines = [line.strip() for line in TEXT.splitlines()]
    assert 'python -m pip install ".[fast,viz,train]" && seedgrad train digits' in lines
    assert 'python -m pip install -e ".[dev]" && python -m pytest' in lines


def test_readme_links_lead_somewhere():
    links = [link for link in re.findall(r"\]\(([^)#]+)", TEXT) if not link.startswith("http")]
    assert links
    missing = [link for link in links if not (ROOT / link).exists()]
    assert not missing
