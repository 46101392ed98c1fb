"""The data folder and the private files in it."""

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sealgate.infra.errors import DataFolderTaken, DataFolderUnusable

_LOOK_AGAIN_S = 0.05


def ensure_folder(folder: Path) -> None:
    """Make the data folder, closed to other users, unless it exists.

    Raises:
        DataFolderUnusable: it cannot be made, is no folder, or may not be read and written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise DataFolderUnusable(message=f"{folder} is a file, so it cannot be the data folder.") from None
    except OSError as problem:
        raise DataFolderUnusable(message=f"The data folder {folder} cannot be made: {problem.strerror}.") from None
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK, effective_ids=True):
        raise DataFolderUnusable(message=f"The data folder {folder} cannot be read and written by this user.")


def ensure_writable_file(path: Path) -> None:
    """Make `path` as an empty file that only its owner reads, unless it exists.

    Raises:
        DataFolderUnusable: it cannot be made, read or written.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as problem:
        raise DataFolderUnusable(message=f"{path} cannot be opened for writing: {problem.strerror}.") from None


def write_once(path: Path, content: bytes) -> bytes:
    """Return what `path` holds, after writing `content` to it unless it exists. Its mode is 0600.

    Whoever comes first wins, whole: the file appears under its name only when it is complete and on the disk.

    Raises:
        DataFolderUnusable: it cannot be written or read.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(draft, path)
            except FileExistsError:
                return path.read_bytes()
        finally:
            draft.unlink()
        _sync_folder(path.parent)
    except OSError as problem:
        raise DataFolderUnusable(message=f"{path} cannot be written: {problem.strerror}.") from None
    return content


@contextmanager
def sole_use(folder: Path, *, wait_s: float) -> Iterator[None]:
    """Keep every other server out of a data folder; the kernel ends that with the process, however it ends.

    Args:
        folder: Exists.
        wait_s: How long a server that is about to stop may take to let go.

    Raises:
        DataFolderTaken: another server uses it.
        DataFolderUnusable: it cannot be written.
    """
    path = folder / "server.lock"
    ensure_writable_file(path)
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    until = time.monotonic() + wait_s
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise DataFolderTaken(message=f"Another server uses the data folder {folder}.") from None
                time.sleep(_LOOK_AGAIN_S)
        yield
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    """Make a new name in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
