"""Backups: one compressed archive with a consistent copy of the database, taken while the server runs."""

import io
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path

from sealgate.base.settings import Settings
from sealgate.cli.output import Refused

_SQLITE_MEMBER = "sealgate.db"
_POSTGRES_MEMBER = "sealgate.pgdump"
_KEY_MEMBERS = ("master.key",)


def write_backup(settings: Settings, file: Path, *, with_master_key: bool) -> list[str]:
    """Write the archive (mode 0600) and return the names of its members.

    Args:
        settings: Name the data folder and the database.
        file: Archive to make; an existing one is replaced only when the new one is complete.
        with_master_key: Whether the key file goes in; the archive then opens every stored secret.

    Raises:
        Refused: there is no database yet, or a tool or the disk fails.
    """
    folder = Path(settings.data_dir)
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch)
        try:
            members = [_copy_database(settings, copy)]
            if with_master_key:
                for name in _KEY_MEMBERS:
                    shutil.copyfile(folder / name, copy / name)
                    members.append(name)
            fresh = file.with_name(file.name + ".new")
            fresh.touch(mode=0o600)
            with tarfile.open(fresh, "w:gz") as archive:
                for name in members:
                    archive.add(copy / name, name)
            fresh.replace(file)
        except (OSError, sqlite3.Error) as problem:
            raise Refused(message=f"The backup could not be written: {problem}.") from None
    return members


def read_backup(settings: Settings, file: Path, *, replace: bool) -> list[str]:
    """Put the archive's members in place and return their names.

    Raises:
        Refused: the archive is not ours, data is there and `replace` is not set, or a server holds the database.
    """
    folder = Path(settings.data_dir)
    try:
        with tarfile.open(file, "r:gz") as archive:
            known = {_SQLITE_MEMBER, _POSTGRES_MEMBER, *_KEY_MEMBERS}
            contents = {member.name: _member_bytes(archive, member) for member in archive if member.name in known}
    except (OSError, tarfile.TarError) as problem:
        raise Refused(message=f"{file} cannot be read as a backup: {problem}.") from None
    if not contents.keys() & {_SQLITE_MEMBER, _POSTGRES_MEMBER}:
        raise Refused(message=f"{file} is not a backup: it holds no database.")
    wanted = _POSTGRES_MEMBER if settings.database_url else _SQLITE_MEMBER
    if wanted not in contents:
        raise Refused(
            message=f"{file} was made from the other database engine.",
            hint="Set or clear SEALGATE_DATABASE_URL to match it.",
        )

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.database_url:
        _restore_postgres(settings, contents.pop(_POSTGRES_MEMBER), replace=replace)
        restored = [_POSTGRES_MEMBER]
    else:
        _restore_sqlite(folder / _SQLITE_MEMBER, contents.pop(_SQLITE_MEMBER), replace=replace)
        restored = [_SQLITE_MEMBER]
    for name, content in contents.items():
        _place(folder / name, content, replace=replace)
        restored.append(name)
    return restored


def _copy_database(settings: Settings, scratch: Path) -> str:
    if settings.database_url:
        _run("pg_dump", "--format=custom", f"--file={scratch / _POSTGRES_MEMBER}", settings.database_url)
        return _POSTGRES_MEMBER
    source = Path(settings.data_dir) / _SQLITE_MEMBER
    if not source.is_file():
        raise Refused(
            message=f"There is no database in {settings.data_dir} yet.", hint="Name the folder with --data-dir."
        )
    with sqlite3.connect(source) as live, sqlite3.connect(scratch / _SQLITE_MEMBER) as copy:
        live.backup(copy)
    return _SQLITE_MEMBER


def _member_bytes(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    opened = archive.extractfile(member)
    return opened.read() if opened is not None else b""


def _restore_sqlite(target: Path, content: bytes, *, replace: bool) -> None:
    if target.exists():
        if not replace:
            raise _would_replace(target)
        try:
            with sqlite3.connect(target, timeout=0) as held:
                held.execute("PRAGMA locking_mode = EXCLUSIVE")
                held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise Refused(message=f"A server is using {target}.", hint="Stop it first.") from None
    _place(target, content, replace=True)
    for leftover in ("-wal", "-shm"):
        target.with_name(target.name + leftover).unlink(missing_ok=True)


def _restore_postgres(settings: Settings, content: bytes, *, replace: bool) -> None:
    with tempfile.NamedTemporaryFile(suffix=".pgdump") as dump:
        dump.write(content)
        dump.flush()
        options = ("--clean", "--if-exists") if replace else ("--exit-on-error",)
        _run(
            "pg_restore", "--single-transaction", "--no-owner", *options, f"--dbname={settings.database_url}", dump.name
        )


def _place(target: Path, content: bytes, *, replace: bool) -> None:
    if target.exists() and not replace:
        raise _would_replace(target)
    fresh = target.with_name(target.name + ".new")
    fresh.touch(mode=0o600)
    with fresh.open("wb") as file:
        shutil.copyfileobj(io.BytesIO(content), file)
    fresh.replace(target)


def _would_replace(target: Path) -> Refused:
    return Refused(message=f"{target} is there already.", hint="Give --replace to put the backup in its place.")


def _run(tool: str, *arguments: str) -> None:
    try:
        subprocess.run([tool, *arguments], check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise Refused(
            message=f"{tool} is not installed.", hint="Install the PostgreSQL client tools of your server's version."
        ) from None
    except subprocess.CalledProcessError as problem:
        raise Refused(message=f"{tool} failed: {problem.stderr.strip() or problem.returncode}.") from None
