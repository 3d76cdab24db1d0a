"""docs/api.md and docs/api/*.md are what tools/make_api_table.py makes of the code, the table of rows, and PyTorch."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import seedgrad as sg

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.mark.skipif(torch.version.cuda is not None, reason="builds for other devices have further names")
def test_pages_of_names_are_current() -> None:
    done = subprocess.run(
        [sys.executable, str(TOOLS / "make_api_table.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_functions_are_run_to_find_out_what_they_can_do() -> None:
    spec = importlib.util.spec_from_file_location("api_tried", TOOLS / "api_tried.py")
    assert spec and spec.loader
    tried = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tried)
    rows = tried.quietly(tried.rows)
    found = {name: tried.quietly(lambda n=name: tried.tried(getattr(sg, n), rows[n])) for name in ("exp", "eq")}
    assert found["exp"] == ("every order", "yes", "half, float, complex, int, bool")
    assert found["eq"][0] == "–"
