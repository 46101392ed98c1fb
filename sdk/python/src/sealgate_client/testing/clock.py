"""The platform's clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sealgate_client.testing.controls import Controls


class Clock:
    """The platform's time: it moves when told to, and with it requests expire, tokens end, retries come due.

    Your own program keeps the machine's time. Every test begins with that.
    """

    def __init__(self, controls: Controls) -> None:
        self._controls = controls

    @property
    def now(self) -> datetime:
        """The platform's time, with a zone."""
        return _time(self._controls.dev("GET")["clock"])

    @property
    def is_frozen(self) -> bool:
        """Whether it stands still."""
        return bool(self._controls.dev("GET")["clock"]["frozen"])

    def advance(self, seconds: float = 0, **by: float) -> datetime:
        """Move it forward and return the new time: `advance(90)`, `advance(hours=1, minutes=30)`, `advance(days=2)`."""
        distance = timedelta(seconds=seconds, **by).total_seconds()
        return _time(self._controls.dev("POST", "/clock", {"advance_s": distance}))

    def freeze(self) -> datetime:
        """Let it stand still but for `advance`, and return where it stands."""
        return _time(self._controls.dev("POST", "/clock", {"frozen": True}))

    def thaw(self) -> datetime:
        """Let time pass again; what has passed meanwhile passes at once."""
        return _time(self._controls.dev("POST", "/clock", {"frozen": False}))


def _time(clock: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(clock["now"].replace("Z", "+00:00"))
