"""What a test wants to know of the sign requests: which there are, and where each stands."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from sealgate.apps.wire import PageSize, UuidText
from sealgate.base.clock import to_wire
from sealgate.infra.tx import Tx
from sealgate.payloads import service as payloads
from sealgate.payloads.model import Payload, state_of


class RequestsAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which requests: the latest ones first; with `after`, those behind that number, the earliest first.

    Attributes:
        app: Of this app alone.
    """

    app: UuidText | None = None
    after: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    limit: PageSize = 50


class RequestOut(msgspec.Struct, kw_only=True):
    """A sign request.

    Attributes:
        number: Rises with every request.
        state: `created`, `opened`, `signed`, `rejected`, `cancelled` or `expired`.
        addressed: Whether it is for one person's wallets alone.
        reason: Of a rejection.
        refusals: Signatures that were not accepted for it.
    """

    number: int
    uuid: str
    app: str
    type: str
    state: str
    addressed: bool
    pushed: bool
    created_at: str
    identifier: str | None
    account: str | None
    txid: str | None
    reason: str | None
    refusals: list[str]


class RequestsOut(msgspec.Struct):
    """Sign requests."""

    requests: list[RequestOut]


def list_requests(tx: Tx, asked: RequestsAsked, *, now: datetime) -> RequestsOut:
    """Return the requests that were asked for."""
    found = payloads.list_payloads(tx, app_uuid=asked.app, after=asked.after, limit=asked.limit)
    return RequestsOut([_shown(tx, payload, now) for payload in found])


def _shown(tx: Tx, payload: Payload, now: datetime) -> RequestOut:
    outcome = payload.outcome
    return RequestOut(
        number=payload.id,
        uuid=payload.uuid,
        app=payload.app_uuid,
        type=payload.terms.tx_type,
        state=state_of(payload, now).value,
        addressed=payload.holder_uuid is not None,
        pushed=payload.pushed,
        created_at=to_wire(payload.created_at),
        identifier=payload.identifier,
        account=outcome.account if outcome else None,
        txid=outcome.txid if outcome else None,
        reason=outcome.reject_reason if outcome else None,
        refusals=[f"{code} {name}" for _at, code, name in payloads.refusals_of(tx, payload)],
    )
