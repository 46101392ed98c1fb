"""The statements that find sign requests for the people who made them."""

from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, select

from sealgate.infra.paging import floor_below, number_since, number_until
from sealgate.infra.tx import Tx
from sealgate.payloads.model import Payload, State, state_of
from sealgate.payloads.store import WHOLE, read_payload
from sealgate.payloads.tables import payload_outcomes, payload_refusals, payloads

XAPP_EVENT = "XAppEvent"
"""As a type: what an xApp tells somebody, which is kept as a SignIn."""
MOST_IDENTIFIERS = 200
_P, _O = payloads.c, payload_outcomes.c
_SLACK = timedelta(seconds=30)
"""Requests that were made at the same time may be stored in another order."""


class PayloadsWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which sign requests: those that meet everything that is not None.

    Attributes:
        tx_type: A transaction type, a pseudo type, or `XAppEvent`.
        account: Who signed.
        since: Made at this moment or later.
        until: Made before this moment.
        before: With a lower id.
    """

    state: State | None = None
    tx_type: str | None = None
    identifier: str | None = None
    account: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def find_payloads(
    tx: Tx, app_uuid: str, wanted: PayloadsWanted, *, limit: int, now: datetime
) -> tuple[list[Payload], int | None]:
    """Return requests of an app, latest first, and the id to go on before; None where that was all.

    A page is chosen from 5,000 requests at the most, so it may be short, or empty, and yet not the last.
    """
    before = wanted.before
    if wanted.until is not None:
        end = number_until(tx, _P.id, _P.created_at, wanted.until + _SLACK)
        before = end if before is None else min(before, end)
    tests = [_P.app_uuid == app_uuid, *_meets(wanted, now)]
    if before is not None:
        tests.append(_P.id < before)
    if wanted.identifier is not None:  # there is one at the most
        floor, more = None, False
    else:
        floor = floor_below(tx, _P.id, _P.app_uuid == app_uuid, before=before)
        more = floor is not None
        start = None if wanted.since is None else number_since(tx, _P.id, _P.created_at, wanted.since - _SLACK) - 1
        if start is not None and (floor is None or start >= floor):
            floor, more = start, False
    if floor is not None:
        tests.append(_P.id > floor)
    rows = tx.execute(WHOLE.where(*tests).order_by(_P.id.desc()).limit(limit + 1)).all()
    found = [payload for row in rows[:limit] if (payload := read_payload(row)) is not None]
    shown = [payload for payload in found if _is_wanted(payload, wanted, now)]
    if len(rows) > limit:
        return shown, found[-1].id
    return shown, floor + 1 if more and floor is not None else None


def list_payloads(tx: Tx, *, app_uuid: str | None = None, after: int | None = None, limit: int) -> list[Payload]:
    """Return requests of one app or of all: the latest ones first, or those behind `after`, the earliest first."""
    tests = [] if app_uuid is None else [_P.app_uuid == app_uuid]
    if after is not None:
        tests.append(_P.id > after)
    rows = tx.execute(WHOLE.where(*tests).order_by(_P.id.desc() if after is None else _P.id).limit(limit))
    return [payload for row in rows if (payload := read_payload(row)) is not None]


def find_by_txid(tx: Tx, txid: str, *, apps: Collection[str] | None) -> Payload | None:
    """Return the latest request of the apps, or of any app where that is None, whose transaction has this hash."""
    query = WHOLE.where(_O.txid == txid, _P.resolved_at.is_not(None)).order_by(_P.id.desc())
    for row in tx.execute(query).all():
        if apps is None or row.app_uuid in apps:
            return read_payload(row)
    return None


def find_by_identifiers(tx: Tx, identifier: str, *, apps: Collection[str]) -> list[Payload]:
    """Return the requests with this custom identifier, at most one of each app, latest first."""
    if "\0" in identifier:  # PostgreSQL knows no such text, and none is stored
        return []
    query = WHOLE.where(_P.identifier == identifier, _P.app_uuid.in_(apps)).order_by(_P.id.desc())
    return [payload for row in tx.execute(query.limit(MOST_IDENTIFIERS)) if (payload := read_payload(row)) is not None]


def refusals_of(tx: Tx, payload_id: int) -> list[tuple[datetime, int, str]]:
    """Return moment, code and name of each signature that was not accepted for a request, the first one first."""
    columns = payload_refusals.c
    query = select(columns.refused_at, columns.code, columns.reason).where(columns.payload_id == payload_id)
    return [(row.refused_at, row.code, row.reason) for row in tx.execute(query.order_by(columns.id))]


def _meets(wanted: PayloadsWanted, now: datetime) -> list[ColumnElement[bool]]:
    tests: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        tests += _stands(wanted.state, now)
    if wanted.tx_type is not None:
        # The type is the first member of the document.
        kind = "SignIn" if wanted.tx_type == XAPP_EVENT else wanted.tx_type
        tests.append(_P.terms.startswith(f'{{"tx_type":"{kind}"', autoescape=True))
        if wanted.tx_type == XAPP_EVENT:
            tests.append(_tells())
    if wanted.identifier is not None:
        tests.append(_P.identifier == wanted.identifier)
    if wanted.account is not None:
        tests.append(_O.account == wanted.account)
    if wanted.since is not None:
        tests.append(_P.created_at >= wanted.since)
    if wanted.until is not None:
        tests.append(_P.created_at < wanted.until)
    return tests


def _stands(state: State, now: datetime) -> list[ColumnElement[bool]]:
    """Return what holds for every request in a state, and for few others: `_is_wanted` sorts those out."""
    is_open = [_P.resolved_at.is_(None), _P.cancelled_at.is_(None)]
    match state:
        case State.SIGNED:
            return [_P.resolved_at.is_not(None), _O.signed.is_(True)]
        case State.REJECTED:
            return [_P.resolved_at.is_not(None), _O.signed.is_(False)]
        case State.CANCELLED:
            return [_P.cancelled_at.is_not(None)]
        case State.EXPIRED:
            return [*is_open, _P.expires_at <= now, _P.opened_at.is_(None) | _tells()]
        case State.OPENED:
            return [*is_open, _P.opened_at.is_not(None)]
        case State.CREATED:
            return [*is_open, _P.opened_at.is_(None), _P.expires_at > now]


def _tells() -> ColumnElement[bool]:
    return _P.terms.contains('"xapp":{"identifier":', autoescape=True)


def _is_wanted(payload: Payload, wanted: PayloadsWanted, now: datetime) -> bool:
    if wanted.state is not None and state_of(payload, now) is not wanted.state:
        return False
    return wanted.tx_type is None or (wanted.tx_type == XAPP_EVENT) is (payload.terms.xapp is not None)
