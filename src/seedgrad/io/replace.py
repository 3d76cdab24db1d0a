"""Write files so that they appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator

PathLike = str | os.PathLike[str]


@contextlib.contextmanager
def replace_file(path: PathLike) -> Iterator[str]:
    """Yield the path of a new, empty file, which takes the place of `path` when the block ends well.

    A reader sees the old file or the new one, also after a power failure; after an exception, the old one.
    A link is followed, and an existing file keeps its permissions.
    """
    target = os.path.realpath(path)
    exists = os.path.exists(target)
    if exists:
        if not stat.S_ISREG(os.stat(target).st_mode):
            raise ValueError(f"{target} is not a regular file, so it cannot be replaced")
        if not os.access(target, os.W_OK):
            raise PermissionError(f"{target} is write-protected")
    folder = os.path.dirname(target)
    if not os.path.isdir(folder):
        raise FileNotFoundError(f"the folder {folder} does not exist. Create it first")
    # Not tempfile: its files are private, while this one gets the permissions of any new file.
    new = os.path.join(folder, f".seedgrad-{secrets.token_hex(8)}.tmp")
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        mode = os.stat(target if exists else new).st_mode
        yield new
        _flush(new, os.O_RDWR)
        os.chmod(new, stat.S_IMODE(mode))  # the writer may have put a private file of its own in its place
        os.replace(new, target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(new)
        raise
    if os.name == "posix":  # elsewhere a folder cannot be opened
        _flush(folder, os.O_RDONLY)


def _flush(path: str, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
