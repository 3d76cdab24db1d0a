"""The `seedgrad` command (`pip install "seedgrad[train]"`)."""

from __future__ import annotations

import importlib.util
import os
import sys


def main() -> None:
    """Run the `seedgrad` command with the arguments of this process.

    The command line needs typer and rich; where one is missing, one line says how to install them and
    the exit status is 1.
    """
    missing = [name for name in ("typer", "rich") if importlib.util.find_spec(name) is None]
    if missing:
        print(
            f"The seedgrad command needs {' and '.join(missing)}, not installed here. "
            'Install it with: pip install "seedgrad[train]"',
            file=sys.stderr,
        )
        sys.exit(1)
    if "--no-color" in sys.argv[1:]:
        # The help and the error messages are drawn before any option is read; this reaches them too.
        os.environ["NO_COLOR"] = "1"
    from .app import app

    app(prog_name="seedgrad")
