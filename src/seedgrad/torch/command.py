"""The command: run a script, or list which of PyTorch's names it uses."""

from __future__ import annotations

import importlib.machinery
import os
import sys
import types

from .coverage import report
from .finder import install

_USAGE = """\
usage: python -m seedgrad.torch script.py [arguments]
       python -m seedgrad.torch --coverage script.py

Run a program that was written for PyTorch, with `import torch` giving seedgrad's names; or list the names of PyTorch
that a program and the files that it imports use, and which of them are missing."""
# Where processes that the program starts find the script (see child.py).
SCRIPT = "SEEDGRAD_TORCH_SCRIPT"


def main(arguments: list[str] | None = None) -> None:
    """Run the command with the given arguments, or those of the process."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] in ("-h", "--help"):
        print(_USAGE)
        raise SystemExit(0 if given else 2)
    if given[0] == "--coverage":
        if len(given) != 2:
            print(_USAGE)
            raise SystemExit(2)
        text, missing = report(given[1])
        print(text)
        raise SystemExit(1 if missing else 0)
    if given[0].startswith("-"):
        print(f"unknown option {given[0]}\n\n{_USAGE}", file=sys.stderr)
        raise SystemExit(2)
    run_script(given[0], given)


def run_script(path: str, argv: list[str], name: str = "__main__") -> types.ModuleType:
    """Run a file as the main program, with `torch` installed.

    Raises:
        SystemExit: there is no such file; or the program ends so.
    """
    try:
        with open(path, "rb") as file:
            code = compile(file.read(), path, "exec")
    except OSError as error:
        raise SystemExit(f"seedgrad.torch: cannot read {path}: {error.strerror}") from error
    install()
    whole = os.path.abspath(path)
    module = types.ModuleType(name)
    module.__file__ = path
    # Processes that the program starts import their main module by this name, and so install first.
    module.__spec__ = importlib.machinery.ModuleSpec("seedgrad.torch.child", None)
    os.environ[SCRIPT] = whole
    sys.argv[:] = argv
    sys.path[0] = os.path.dirname(whole)
    sys.modules[name] = module
    exec(code, module.__dict__)
    return module
