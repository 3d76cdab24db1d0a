"""What can go wrong while a step is recorded or replayed, and where in the user's program."""

from __future__ import annotations

import linecache
import os
import sys
from typing import Any

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
CAPTURE = os.path.dirname(os.path.abspath(__file__)) + os.sep


class CaptureError(RuntimeError):
    """The step does something that a recording can't repeat: it reads values, or its shapes depend on them."""


class CompileWarning(UserWarning):
    """A compiled step runs as it is written, without a recording; the text says why."""


class Escape(BaseException):
    """A traced array was asked for its values inside of an op: the op is recorded as a whole instead.

    Not an Exception, so that code that catches errors of its own does not take it for one.
    """


class Mismatch(Exception):
    """A recorded condition came out differently at a replay."""


def is_library(code: Any, module: dict[str, Any]) -> bool:
    """Whether code with these globals is the library's; some of it is made from text, which has no file."""
    name = code.co_filename
    return name.startswith(PACKAGE) or (
        name == "<string>" and module.get("__name__", "seedgrad").startswith("seedgrad")
    )


def users_line() -> tuple[str, Any]:
    """The user's line that led here, as text, and the code of the library's function that it called."""
    frame: Any = sys._getframe(1)
    entry = None
    while frame is not None and is_library(frame.f_code, frame.f_globals):
        if not frame.f_code.co_filename.startswith(CAPTURE):
            entry = frame.f_code
        frame = frame.f_back
    if frame is None:
        return "an unknown line", entry
    name, number = frame.f_code.co_filename, frame.f_lineno
    source = linecache.getline(name, number).strip()
    return f"{name}, line {number}, in {frame.f_code.co_name}{': ' + source if source else ''}", entry


def refusal(name: str, where: str) -> str:
    return (
        f"{name.strip('_')}() reads values while a compiled step is recorded, at {where}. A replay would not read them again: "
        f"return the tensor, and read it outside of the compiled function; use where() instead of `if`"
    )
