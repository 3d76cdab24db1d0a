"""One measured process, seen from the program that measures: questions and answers, a line of JSON each."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .machine import cores

ROOT = Path(__file__).resolve().parent.parent
# What a user may have set for other programs: a pinned kernel of OpenBLAS halves NumPy's speed, for one.
DROPPED = ("OPENBLAS_", "GOTO_", "BLIS_", "MKL_", "KMP_", "OMP_", "NUMBA_", "VECLIB_")
KEPT = ("NUMBA_CACHE_DIR",)
# Longest wait for an answer: a first step may compile kernels.
PATIENCE = 300.0


class Failed(RuntimeError):
    """A measurement that could not be made, with the reason as its text."""


def dropped(environment: dict[str, str] | None = None) -> list[str]:
    """The variables of the environment that measured processes do not see."""
    names = os.environ if environment is None else environment
    return sorted(k for k in names if k.startswith(DROPPED) and k not in KEPT)


def environment() -> dict[str, str]:
    """The environment of the measured processes.

    The user's settings of BLAS, OpenMP and numba are left out; both libraries get one thread for each core. Compiled
    files are kept, and the package is the one beside this folder.
    """
    out = {*dropped(), "PYTHONDONTWRITEBYTECODE"}
    kept = {k: v for k, v in os.environ.items() if k not in out}
    paths = [str(ROOT / "src"), *filter(None, [kept.get("PYTHONPATH")])]
    threads = str(cores())
    # torch.compile's own workers would outlive the process, and hold up what is measured next.
    return kept | {
        "OMP_NUM_THREADS": threads,
        "TORCHINDUCTOR_COMPILE_THREADS": "1",
        "PYTHONPATH": os.pathsep.join(paths),
    }


class Process:
    """A process with one of the libraries.

    Args:
        kind: "seedgrad", "torch", or "numpy": seedgrad as if the extra `fast` were not installed. With ".compile" at its end,
            workloads are compiled.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.errors = tempfile.TemporaryFile()
        self.popen = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", kind],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            start_new_session=True,  # Ctrl-C reaches this program alone, which ends its workers in peace
        )

    def send(self, do: str, **rest: Any) -> None:
        """Ask something."""
        assert self.popen.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it has ended: `receive` says why
            self.popen.stdin.write(json.dumps({"do": do, **rest}) + "\n")
            self.popen.stdin.flush()

    def receive(self) -> dict[str, Any]:
        """Wait for the answer.

        Raises:
            Failed: the process reports an error, has ended, or does not answer.
        """
        assert self.popen.stdout is not None
        watch = threading.Timer(PATIENCE, self.kill)
        watch.start()
        try:
            line = self.popen.stdout.readline()
        finally:
            watch.cancel()
        if not line:
            code = self.popen.wait()
            self.errors.seek(0)
            said = self.errors.read().decode(errors="replace").strip().splitlines()
            raise Failed(f"the {self.kind} process ended with {code}: {said[-1] if said else 'no message'}")
        found: dict[str, Any] = json.loads(line)
        if "error" in found:
            raise Failed(f"{self.kind}: {found['error']}")
        return found

    def ask(self, do: str, **rest: Any) -> dict[str, Any]:
        """Ask, and wait for the answer."""
        self.send(do, **rest)
        return self.receive()

    def kill(self) -> None:
        """End it and whatever it has started, at once."""
        with contextlib.suppress(ProcessLookupError):
            if hasattr(os, "killpg"):
                os.killpg(self.popen.pid, signal.SIGKILL)
            else:
                self.popen.kill()

    def close(self) -> None:
        """Let it end; after two seconds, end it."""
        assert self.popen.stdin is not None and self.popen.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self.popen.stdin.close()
        try:
            self.popen.wait(2)
        except subprocess.TimeoutExpired:
            self.kill()
            self.popen.wait()
        self.popen.stdout.close()
        self.errors.close()


@contextlib.contextmanager
def together(kinds: Sequence[str]) -> Iterator[list[Process]]:
    """Processes side by side, ended at the end of the context."""
    with contextlib.ExitStack() as stack:
        processes = []
        for kind in kinds:
            processes.append(Process(kind))
            stack.callback(processes[-1].close)
        yield processes


def ask_all(processes: Sequence[Process], do: str, **rest: Any) -> list[dict[str, Any]]:
    """Ask all the same, at once, and wait for all answers."""
    for process in processes:
        process.send(do, **rest)
    answers: list[dict[str, Any]] = []
    failure: Failed | None = None
    for process in processes:  # read all answers in any case: an unread one would be taken for the next
        try:
            answers.append(process.receive())
        except Failed as error:
            failure = failure or error
    if failure:
        raise failure
    return answers
