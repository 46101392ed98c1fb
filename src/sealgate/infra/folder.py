"""The data folder and the private files in it."""

import os
import secrets
from pathlib import Path

from sealgate.infra.errors import DataFolderUnusable


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


def _sync_folder(folder: Path) -> None:
    """Make a new name in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
