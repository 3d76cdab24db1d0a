"""An exception on its way from one process to another, with the traceback that Python leaves behind."""

from __future__ import annotations

import pickle
import traceback
from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """An exception that can travel.

    Attributes:
        pickled: the exception, or None if it does not survive pickling.
        summary: its type and message.
        where: the process that raised it, in words.
        trace: its traceback as text, with the exceptions that led to it.
    """

    pickled: bytes | None
    summary: str
    where: str
    trace: str

    def rebuild(self) -> Exception:
        """The exception, of its own class, with a note that holds the traceback of the other process."""
        error = None if self.pickled is None else _unpickled(self.pickled)
        if error is None:
            error = RuntimeError(self.summary)
        error.add_note(f"raised in {self.where}; the traceback there:\n{self.trace.rstrip()}")
        return error


def capture(error: Exception, where: str) -> Failure:
    """Make an exception ready to travel."""
    try:
        pickled = pickle.dumps(error)
    except Exception:  # whatever a user's exception holds; the text of it travels in any case
        pickled = None
    if pickled is not None and _unpickled(pickled) is None:
        pickled = None
    return Failure(
        pickled=pickled,
        summary="".join(traceback.format_exception_only(error)).strip(),
        where=where,
        trace="".join(traceback.format_exception(error)),
    )


def _unpickled(pickled: bytes) -> Exception | None:
    try:
        error = pickle.loads(pickled)
    except Exception:  # a class that asks for other arguments than it hands on fails in its own way
        return None
    return error if isinstance(error, Exception) else None
