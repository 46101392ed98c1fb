"""The clock: read once, at the edge of a call, and passed down as `now`.

Times are aware UTC `datetime`s in the code, whole milliseconds since 1970 in the database and whole seconds
on the wire.
"""

from datetime import UTC, datetime, timedelta
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Clock(Protocol):
    """Tells the time; the only thing in the program that does."""

    def now(self) -> datetime:
        """Return the present moment as an aware UTC time."""

    def elsewhere(self) -> datetime:
        """Return the same as programs beside this one have it: what they are sent is compared with their clocks."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    elsewhere = now


class ShiftedClock:
    """A clock that can be moved forward and stopped: for tests and for the sandbox of `sealgate dev`."""

    def __init__(self, start: datetime | None = None) -> None:
        self._fixed = start
        self._stands: datetime | None = None
        self._shift = timedelta()

    def now(self) -> datetime:
        return (self._stands or self._fixed or datetime.now(UTC)) + self._shift

    def elsewhere(self) -> datetime:
        # A clock with a start of its own is that of everybody in its story.
        return datetime.now(UTC) if self._fixed is None else self.now()

    def advance(self, **by: float) -> None:
        """Move the clock; takes the arguments of `timedelta`, such as `hours=2`."""
        self._shift += timedelta(**by)

    @property
    def is_frozen(self) -> bool:
        """Whether time passes only when the clock is moved."""
        return self._stands is not None

    def freeze(self) -> None:
        """Stop at this moment; moves still count."""
        if self._stands is None:
            self._stands = self._fixed or datetime.now(UTC)

    def thaw(self) -> None:
        """Let time pass again, the machine's with every move: what passed meanwhile passes at once."""
        self._stands = None

    def reset(self) -> None:
        """Take back every move."""
        self._shift = timedelta()

    @property
    def ahead_s(self) -> float:
        """How many seconds it was moved forward."""
        return self._shift.total_seconds()


def to_ms(moment: datetime) -> int:
    """Return whole milliseconds since 1970, the database's form of a time."""
    return (moment - EPOCH) // _MILLISECOND


def from_ms(ms: int) -> datetime:
    """Return the aware UTC time of a database value: the inverse of `to_ms`."""
    return EPOCH + timedelta(milliseconds=ms)


def to_unix_s(moment: datetime) -> int:
    """Return whole seconds since 1970, as token times are given (platform-api 1.4)."""
    return int((moment - EPOCH).total_seconds() // 1)


def to_wire(moment: datetime) -> str:
    """Return `YYYY-MM-DDTHH:MM:SSZ`, UTC without a fraction (platform-api 1.4)."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
