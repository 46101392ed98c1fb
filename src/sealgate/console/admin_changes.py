"""Changes by the admin API and the command line, in the audit log: with the developers' own, in one chain."""

from typing import Any

import msgspec

from sealgate.access.admin_changes import AdminChange
from sealgate.console import audit
from sealgate.infra.tx import Tx
from sealgate.web import Call

MOST_CHARS = 500


def record_change(tx: Tx, change: AdminChange, call: Call[Any]) -> None:
    """Record a change in its own transaction, unless what made it has recorded it under the call's reference."""
    if audit.is_last(tx, call.ref):
        return
    details = {"call": f"{change.method} {change.path}"[:MOST_CHARS]}
    details |= {name: _short(value) for name, value in change.values.items()}
    audit.record(
        tx, audit.ADMIN, "admin.call", app_uuid=change.app_uuid, details=details, reference=call.ref, now=call.now
    )


def _short(value: object) -> Any:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return value if len(text) <= MOST_CHARS else f"{text[:MOST_CHARS]}…"
