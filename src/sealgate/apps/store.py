"""The statements on apps and their secrets."""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, and_, bindparam, case, delete, false, insert, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from sealgate.apps.errors import AppKeyTaken, XAppIdTaken
from sealgate.apps.model import App, AppSecret, Redirect, effective_redirects
from sealgate.apps.tables import app_secrets, apps
from sealgate.base.ids import as_uuid
from sealgate.infra.tx import Tx

# The column is older than the kinds of match.
_COLUMN_OF = {"redirects": "redirect_uris"}
_LISTS = ("post_logout_redirect_uris", "grant_types", "xapp_networks", "xapp_special", "webhook_events")


def insert_app(tx: Tx, app: App) -> None:
    """Store a new app; AppKeyTaken or XAppIdTaken where another one has its key or its xApp identifier."""
    values = {column.name: getattr(app, column.name) for column in apps.c} | {"redirect_uris": app.redirects}
    with _xapp_id_is_free():
        tx.execute(insert(apps).values(values))


def find_app(tx: Tx, uuid: str) -> App | None:
    """Return the app, or None."""
    row = tx.execute(select(apps).where(apps.c.uuid == uuid)).one_or_none()
    return None if row is None else _app(row)


def find_xapp(tx: Tx, reference: str) -> App | None:
    """Return the app with this xApp identifier, or with this UUID where it has an identifier, or None."""
    named = apps.c.xapp_id == reference
    if as_uuid(reference):
        named = or_(named, and_(apps.c.uuid == reference, apps.c.xapp_id.is_not(None)))
    # An identifier may look like a UUID: then it comes first.
    query = select(apps).where(named).order_by(case((apps.c.xapp_id == reference, 0), else_=1)).limit(1)
    row = tx.execute(query).one_or_none()
    return None if row is None else _app(row)


def lock_app(tx: Tx, uuid: str) -> App | None:
    """Return the app and hold it until the transaction ends, so that changes of one app come one after the other.

    None where there is none, or none any more.
    """
    there = (apps.c.uuid == uuid) & apps.c.deleted_at.is_(None)
    row = tx.execute(select(apps).where(there).with_for_update()).one_or_none()
    return None if row is None else _app(row)


def list_apps(tx: Tx, *, after: str | None, limit: int) -> list[App]:
    """Return apps that are there, oldest first, from the one behind the app `after` on."""
    query = select(apps).where(apps.c.deleted_at.is_(None)).order_by(apps.c.created_at, apps.c.uuid).limit(limit)
    if after is not None:
        last = select(apps.c.created_at, apps.c.uuid).where(apps.c.uuid == after).subquery()
        query = query.join(last, tuple_(apps.c.created_at, apps.c.uuid) > tuple_(last.c.created_at, last.c.uuid))
    return [_app(row) for row in tx.execute(query)]


def list_xapps(tx: Tx, *, among: Collection[str], every_status: bool, after: str | None, limit: int) -> list[App]:
    """Return enabled apps with an xApp address, by identifier, from the one behind `after` on.

    They are listed, or named by `among`, or `every_status` counts.
    """
    query = select(apps).where(apps.c.xapp_id.is_not(None), apps.c.xapp_url.is_not(None), apps.c.disabled == false())
    if not every_status:
        query = query.where(or_(apps.c.xapp_status == "listed", apps.c.uuid.in_(among)))
    if after is not None:
        query = query.where(apps.c.xapp_id > after)
    return [_app(row) for row in tx.execute(query.order_by(apps.c.xapp_id).limit(limit))]


def update_app(tx: Tx, uuid: str, values: Mapping[str, Any]) -> App | None:
    """Change values of an app and return it as it is then; None where there is none, or none any more.

    XAppIdTaken as above.
    """
    values = {_COLUMN_OF.get(name, name): value for name, value in values.items()}
    with _xapp_id_is_free():
        there = (apps.c.uuid == uuid) & apps.c.deleted_at.is_(None)
        changed = update(apps).where(there).values(**values).returning(*apps.c)
        row = tx.execute(changed).one_or_none()
    return None if row is None else _app(row)


def insert_secret(tx: Tx, secret: AppSecret) -> None:
    """Store a new secret."""
    tx.execute(insert(app_secrets).values({column.name: getattr(secret, column.name) for column in app_secrets.c}))


def find_secrets(tx: Tx, app_uuid: str) -> list[AppSecret]:
    """Return the secrets of an app, newest first, retired ones included while they are there."""
    query = select(app_secrets).where(app_secrets.c.app_uuid == app_uuid).order_by(app_secrets.c.created_at.desc())
    return [AppSecret(**row._mapping) for row in tx.execute(query)]


def find_secrets_of(tx: Tx, apps: Collection[str]) -> dict[str, list[AppSecret]]:
    """Return the secrets of several apps by their UUIDs, each as `find_secrets` does."""
    found: dict[str, list[AppSecret]] = {uuid: [] for uuid in apps}
    query = select(app_secrets).where(app_secrets.c.app_uuid.in_(apps)).order_by(app_secrets.c.created_at.desc())
    for row in tx.execute(query):
        found[row.app_uuid].append(AppSecret(**row._mapping))
    return found


def delete_secrets(tx: Tx, ids: list[str]) -> None:
    """Forget secrets for good."""
    tx.execute(delete(app_secrets).where(app_secrets.c.id.in_(ids)))


def schedule_retirement(tx: Tx, ids: list[str], retires_at: datetime | None) -> None:
    """Set when secrets stop to count; None for when somebody retires them."""
    tx.execute(update(app_secrets).where(app_secrets.c.id.in_(ids)).values(retires_at=retires_at))


def note_uses(tx: Tx, uses: Mapping[str, datetime]) -> None:
    """Set when secrets were last used; an earlier time than the stored one changes nothing."""
    known = bindparam("known", type_=app_secrets.c.id.type)
    used_at = bindparam("used_at", type_=app_secrets.c.last_used_at.type)
    tx.execute(
        update(app_secrets)
        .where(
            app_secrets.c.id == known,
            or_(app_secrets.c.last_used_at.is_(None), app_secrets.c.last_used_at < used_at),
        )
        .values(last_used_at=used_at),
        [{"known": id_, "used_at": moment} for id_, moment in uses.items()],
    )


@contextmanager
def _xapp_id_is_free() -> Iterator[None]:
    # The identifier, and the key of an app from elsewhere, are the only unique values that come from outside.
    try:
        yield
    except IntegrityError as clash:
        # By the engines' own words: the constraint on PostgreSQL, the column on SQLite.
        raise (AppKeyTaken if re.search(r"pk_apps|apps\.uuid", str(clash.orig)) else XAppIdTaken) from None


def _app(row: Row[Any]) -> App:
    values = dict(row._mapping)
    redirects = tuple(_redirect(stored) for stored in values.pop("redirect_uris"))
    for name in _LISTS:
        values[name] = tuple(values[name])
    return App(**values, redirects=effective_redirects(values["type"], redirects))


def _redirect(stored: Any) -> Redirect:
    return msgspec.convert(stored, Redirect)
