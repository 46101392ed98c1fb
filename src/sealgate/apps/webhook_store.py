"""The statements on webhook endpoints."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, literal, select, update

from sealgate.apps.tables import webhook_endpoints
from sealgate.apps.webhook_model import PauseReason, WebhookEndpoint
from sealgate.infra.hot import HotStatement
from sealgate.infra.tx import Tx

_table = webhook_endpoints

# Whoever settles a sign request looks who must be told.
_FIND_OF_APP = HotStatement(
    select(_table)
    .where(_table.c.app_uuid == bindparam("of_app", type_=_table.c.app_uuid.type))
    .order_by(_table.c.is_default.desc(), _table.c.created_at, _table.c.uuid)
)


def insert_endpoint(tx: Tx, endpoint: WebhookEndpoint) -> None:
    """Store a new endpoint."""
    tx.execute(insert(_table).values({column.name: getattr(endpoint, column.name) for column in _table.c}))


def find_endpoint(tx: Tx, uuid: str) -> WebhookEndpoint | None:
    """Return the endpoint, or None."""
    row = tx.execute(select(_table).where(_table.c.uuid == uuid)).one_or_none()
    return None if row is None else _endpoint(row._asdict())


def find_endpoints(tx: Tx, app_uuid: str) -> list[WebhookEndpoint]:
    """Return the endpoints of an app, the default one first, then the oldest."""
    return [_endpoint(row._asdict()) for row in _FIND_OF_APP.run(tx, of_app=app_uuid).rows]


def find_endpoints_of(tx: Tx, apps: Collection[str]) -> dict[str, list[WebhookEndpoint]]:
    """Return the endpoints of several apps by their UUIDs, oldest first."""
    found: dict[str, list[WebhookEndpoint]] = {uuid: [] for uuid in apps}
    for row in tx.execute(select(_table).where(_table.c.app_uuid.in_(apps)).order_by(_table.c.created_at)):
        found[row.app_uuid].append(_endpoint(row._asdict()))
    return found


def update_endpoint(tx: Tx, uuid: str, values: Mapping[str, Any]) -> WebhookEndpoint:
    """Change values of an endpoint that is there and return it as it is then."""
    changed = update(_table).where(_table.c.uuid == uuid).values(**values).returning(*_table.c)
    return _endpoint(tx.execute(changed).one()._asdict())


def delete_endpoint(tx: Tx, uuid: str) -> None:
    """Forget an endpoint for good."""
    tx.execute(delete(_table).where(_table.c.uuid == uuid))


def pause_endpoint(tx: Tx, uuid: str, because: PauseReason, *, now: datetime) -> WebhookEndpoint | None:
    """Stop serving an endpoint; return it to the one caller who did, None where it was paused or is gone."""
    paused = (
        update(_table)
        .where(_table.c.uuid == uuid, _table.c.paused_at.is_(None))
        .values(paused_at=now, paused_because=because)
        .returning(*_table.c)
    )
    row = tx.execute(paused).one_or_none()
    return None if row is None else _endpoint(row._asdict())


def count_failure(tx: Tx, uuid: str, *, now: datetime) -> WebhookEndpoint | None:
    """Note that an attempt failed, and since when attempts do; return the endpoint, None where it is gone."""
    since = func.coalesce(_table.c.failing_since, literal(now, _table.c.failing_since.type))
    counted = (
        update(_table)
        .where(_table.c.uuid == uuid)
        .values(failures=_table.c.failures + 1, failing_since=since)
        .returning(*_table.c)
    )
    row = tx.execute(counted).one_or_none()
    return None if row is None else _endpoint(row._asdict())


def forget_failures(tx: Tx, uuid: str) -> None:
    """Note that an attempt succeeded."""
    tx.execute(
        update(_table)
        .where(_table.c.uuid == uuid, _table.c.failing_since.is_not(None))
        .values(failures=0, failing_since=None)
    )


def _endpoint(values: Mapping[str, Any]) -> WebhookEndpoint:
    return WebhookEndpoint(**{**values, "events": tuple(values["events"])})
