"""Where downloaded data live, and how they get there: checked, resumed, whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from seedgrad.datasets.progress import progress_bar

CHUNK = 1 << 18


def data_folder() -> Path:
    """The folder for downloaded data, which need not exist.

    The environment variable `SEEDGRAD_DATA` names it. By default it is `seedgrad` in the user's cache folder:
    `$XDG_CACHE_HOME` or `~/.cache` on Linux, `~/Library/Caches` on macOS, `%LOCALAPPDATA%` on Windows.
    """
    if chosen := os.environ.get("SEEDGRAD_DATA"):
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "seedgrad"


def check_file(path: str | os.PathLike[str], sha256: Sequence[str]) -> None:
    """Compare a file's SHA-256 with the accepted ones.

    Raises:
        FileNotFoundError: there is no such file.
        RuntimeError: it has another sum.
    """
    found = _sum_of(Path(path))
    if found not in sha256:
        raise RuntimeError(
            f"{os.fspath(path)} is damaged, incomplete or another file: its SHA-256 must be "
            f"{' or '.join(sha256)}, but is {found}. Delete it and download it again"
        )


def fetch(
    urls: Sequence[str],
    path: str | os.PathLike[str],
    sha256: Sequence[str],
    *,
    progress: bool = True,
    timeout: float = 30.0,
) -> Path:
    """Download a file unless it is there already.

    What arrives goes to `<path>.part` and takes the place of `path` only when it is complete and its sum is
    right. A download that was cut off goes on where it stopped. Two processes that want a file of the same
    folder wait for each other (on Linux and macOS).

    Args:
        urls: addresses of the same file, tried in this order.
        path: where it goes; missing folders are made.
        sha256: the accepted sums, in hexadecimal; more than one if the file exists in several packings.
        progress: whether to show a progress bar, if the standard error output is a terminal.
        timeout: seconds without an answer after which an address counts as failed.

    Returns:
        `path`.

    Raises:
        RuntimeError: the file is there but has another sum.
        ConnectionError: no address gave the right file; says why for each.
    """
    import http.client  # with urllib these take longer to import than the rest of the package's data

    path = Path(path)
    if path.exists():
        check_file(path, sha256)
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with _lock(path.parent):
        if path.exists():  # another process was faster
            check_file(path, sha256)
            return path
        part = path.with_name(path.name + ".part")
        failures = []
        for url in urls:
            try:
                _download_checked(url, part, sha256, progress, timeout)
            except (OSError, http.client.HTTPException) as error:  # includes URLError and time-outs
                failures.append(f"  {url}: {error or type(error).__name__}")
                continue
            os.replace(part, path)
            return path
    kept = f"\nWhat has arrived is kept in {part}; the next try goes on from there." if part.exists() else ""
    raise ConnectionError(f"cannot download {path.name}:\n" + "\n".join(failures) + kept)


def _download_checked(url: str, part: Path, sha256: Sequence[str], progress: bool, timeout: float) -> None:
    """Download to `part`; if the sum is wrong, try once more from the start if this was a continuation."""
    while True:
        continued = _download(url, part, progress, timeout)
        found = _sum_of(part)
        if found in sha256:
            return
        part.unlink()
        if not continued:
            raise OSError(f"the file there has the SHA-256 {found}, expected {' or '.join(sha256)}")


def _download(url: str, part: Path, progress: bool, timeout: float) -> bool:
    """Download to `part`, or the rest of it; returns whether it was only the rest."""
    import http
    import urllib.error
    import urllib.request

    have = part.stat().st_size if part.exists() else 0
    headers = {"User-Agent": "seedgrad"}
    if have:
        headers["Range"] = f"bytes={have}-"
    try:
        response: Any = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=timeout)
    except urllib.error.HTTPError as error:
        error.close()
        if have and error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink()  # longer than the file there, so not a part of it
            return _download(url, part, progress, timeout)
        raise
    with response:
        # A server that does not know ranges sends the whole file.
        continued = response.status == http.HTTPStatus.PARTIAL_CONTENT
        have = have if continued else 0
        length = response.headers.get("Content-Length")
        total = have + int(length) if length else None
        name = part.name.removesuffix(".part")
        with open(part, "ab" if continued else "wb") as file, progress_bar(name, total, progress) as show:
            while chunk := response.read(CHUNK):
                file.write(chunk)
                have += len(chunk)
                show(have)
            file.flush()
            os.fsync(file.fileno())
    if total is not None and have != total:
        raise ConnectionError(f"the connection ended after {have} of {total} bytes")
    return continued


def _sum_of(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Let one process at a time download into a folder.

    The lock goes away with the process. Windows cannot lock a folder; there, two downloads of the same file
    at the same time spoil each other, which the sum reveals.
    """
    if os.name != "posix":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
