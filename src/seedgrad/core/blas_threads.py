"""The threads of BLAS libraries: how many, and one alone while threads of ours multiply."""

from __future__ import annotations

import sys
import threading
from typing import Any


class Blas:
    """Holds BLAS libraries to one thread while parts run; the last one out restores what was there."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.depth = 0
        self.libraries: list[Any] | None = None
        self.with_scipy = False  # whether SciPy was there when we looked: it brings a BLAS of its own
        self.wanted: int | None = None  # what `set_num_threads` was told
        self.before: list[tuple[Any, int]] = []

    def found(self) -> list[Any]:
        """The loaded BLAS libraries; none if threadpoolctl is not installed."""
        with_scipy = "scipy.special" in sys.modules or "scipy.linalg" in sys.modules
        if self.libraries is None or with_scipy is not self.with_scipy:
            with self.lock:
                self.search(with_scipy)
        return self.libraries or []

    def search(self, with_scipy: bool) -> None:
        """Look for libraries; new ones get the number that `set_num_threads` was told."""
        known = {library.filepath for library in self.libraries or ()}
        self.with_scipy = with_scipy
        try:
            from threadpoolctl import ThreadpoolController
        except ImportError:
            self.libraries = []
        else:
            self.libraries = ThreadpoolController().select(user_api="blas").lib_controllers
        self.before += [(new, self.wanted) for new in self.libraries if self.wanted and new.filepath not in known]
        if self.depth == 0:
            self.restore()

    def __enter__(self) -> None:
        with self.lock:
            if self.depth == 0:
                self.before = [(library, library.get_num_threads()) for library in self.found()]
                for library, _ in self.before:
                    library.set_num_threads(1)
            self.depth += 1

    def __exit__(self, *exc: object) -> None:
        with self.lock:
            self.depth -= 1
            if self.depth == 0:
                self.restore()

    def restore(self) -> None:
        for library, number in self.before:
            library.set_num_threads(number)
        self.before = []

    def set(self, number: int) -> None:
        """Give the libraries so many threads: now, or when the parts that run have ended."""
        with self.lock:
            self.wanted = number
            self.before = [(library, number) for library in self.found()]
            if self.depth == 0:
                self.restore()

    def look_again(self) -> None:
        """SciPy was imported: its library gets the number that was set, if one was."""
        if self.wanted:
            self.found()

    def forget(self) -> None:
        """In a forked child: nobody is at work, and nobody holds the lock."""
        self.lock, self.depth = threading.RLock(), 0
        self.restore()
