"""Files that operators keep beside the server: JSON of a known shape, read again when they change."""

import asyncio
import os
import time
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from sealgate.base.logs import get_logger
from sealgate.base.settings import SettingsInvalid

T = TypeVar("T")

LOOKED_AT_EVERY_S = 5.0
MOST_BYTES = 16 * 1024 * 1024

_log = get_logger("lookups.files")


class OperatorFile(Generic[T]):
    """A JSON file, decoded once and again after each change. What cannot be read leaves the last good one in use.

    Args:
        path: Where it lies; empty where the operator named none, which reads as `missing`.
        shape: A msgspec type.
        missing: What an unnamed file reads as.
        setting: Which setting named it, for words.
    """

    def __init__(self, path: str, shape: Any, *, missing: T, setting: str) -> None:
        self._path = Path(path) if path else None
        self._decoder = msgspec.json.Decoder(shape)
        self._value = missing
        self._setting = setting
        self._stamp: tuple[int, int] | None = None
        self._looked_at = float("-inf")

    @property
    def is_named(self) -> bool:
        """Whether the operator named a file."""
        return self._path is not None

    async def read(self) -> T:
        """Return what the file holds, at most five seconds old."""
        if self._path is not None and time.monotonic() - self._looked_at >= LOOKED_AT_EVERY_S:
            self._looked_at = time.monotonic()
            await asyncio.to_thread(self._look)
        return self._value

    def require(self) -> None:
        """Read the file at the start of the server.

        Raises:
            SettingsInvalid: it is not there or not of the documented shape.
        """
        if self._path is None:
            return
        try:
            self._load(self._path.stat())
        except (OSError, msgspec.DecodeError, ValueError) as problem:
            words = problem.strerror if isinstance(problem, OSError) else str(problem)
            raise SettingsInvalid(
                message=f"The file {self._path} of {self._setting} cannot be used: {words}."
            ) from None

    def _look(self) -> None:
        assert self._path is not None
        try:
            found = self._path.stat()
            if (found.st_mtime_ns, found.st_size) != self._stamp:
                self._load(found)
        except (OSError, msgspec.DecodeError, ValueError) as problem:
            _log.warning("operator's file not read", setting=self._setting, problem=str(problem))

    def _load(self, found: os.stat_result) -> None:
        assert self._path is not None
        if found.st_size > MOST_BYTES:
            raise ValueError("it is larger than 16 MiB")
        self._value = self._decoder.decode(self._path.read_bytes())
        self._stamp = (found.st_mtime_ns, found.st_size)
