"""What is noted of the changes that operators make by the admin API; where it is kept, a slice above decides."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from sealgate.infra.tx import Tx
from sealgate.web.call import Call
from sealgate.web.callers import ABOUT_APP, ABOUT_VALUES

PREFIX = "/api/v1/admin/"
_READING = ("GET", "HEAD")


class AdminChange(msgspec.Struct, frozen=True):
    """A call of the admin API that changes something.

    Attributes:
        path: As it was called.
        app_uuid: The app it is about, where it is about one.
        values: The members of its body, as they were given; no admin call carries a secret.
    """

    method: str
    path: str
    app_uuid: str | None
    values: dict[str, Any]

    @classmethod
    def of(cls, call: Call[Any]) -> "AdminChange":
        """Return what a call is about, once its body is decoded."""
        body = call.notes.get(ABOUT_VALUES) or (call.json() if call.body is not None else {})
        about = call.path.get("uuid") if call.route.path.startswith(f"{PREFIX}apps/{{uuid:uuid}}") else None
        return cls(
            call.method,
            call.raw_path.decode("latin-1"),
            about or call.notes.get(ABOUT_APP),
            body,
        )


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """Stores a change of the admin API, in the transaction that makes it."""

    store: Callable[[Tx, AdminChange, Call[Any]], None]

    def follow(self, call: Call[Any]) -> None:
        """Have the call's change recorded, where it is one."""
        if call.method in _READING or not call.route.path.startswith(PREFIX):
            return
        call.record_writes(lambda tx: self.store(tx, AdminChange.of(call), call))


def keep_nothing(tx: Tx, change: AdminChange, call: Call[Any]) -> None:
    """Where nobody keeps a record."""
