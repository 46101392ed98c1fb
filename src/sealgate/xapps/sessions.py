"""What a page in the wallet gets for its one-time token: the user's context, and leave to reach the user."""

from datetime import datetime

import msgspec

from sealgate.access.rate_limits import network_of
from sealgate.infra.tx import Tx
from sealgate.tokens import service as tokens
from sealgate.xapps import service
from sealgate.xapps.errors import OttSpent, OttUnknown
from sealgate.xapps.model import Taken


class Visitor(msgspec.Struct, frozen=True):
    """Who asks: the public address, and whether the user agent is that of an xApp."""

    ip: str
    is_xapp: bool


class Session(msgspec.Struct, frozen=True):
    """A launch whose page has come.

    Attributes:
        user_token: By which the app reaches the user from now on.
    """

    taken: Taken
    user_token: str


def begin_session(tx: Tx, ott: str, visitor: Visitor, *, app_uuid: str, user_token_days: int, now: datetime) -> Session:
    """Take the one-time token and give the app leave to send the user requests: both happen, or neither.

    Who opens an xApp is asked for signatures by it, so opening it grants what signing for an app grants (ADR 18).

    Raises:
        OttUnknown: no live token with this value belongs to the app.
        OttSpent: it was taken before, and this is no replay.
    """
    try:
        taken = service.take_ott(tx, ott, app_uuid=app_uuid, now=now)
    except OttSpent as spent:
        taken = _replayed(tx, ott, visitor, spent, app_uuid=app_uuid, now=now)
    token = tokens.issue_or_extend(
        tx, app_uuid, taken.holder_uuid, now=now, days=user_token_days, account=taken.account
    )
    return Session(taken, token.token)


def _replayed(tx: Tx, ott: str, visitor: Visitor, spent: OttSpent, *, app_uuid: str, now: datetime) -> Taken:
    """Return what a spent token stood for, under all the conditions of wallet-api 8.3."""
    try:
        taken = service.refetch_ott(tx, ott, app_uuid=app_uuid, now=now)
    except OttUnknown as unknown:
        raise OttSpent(cause=f"{spent.cause} {unknown.cause}") from None
    if taken.ip is None or network_of(taken.ip) != network_of(visitor.ip):
        raise OttSpent(cause=f"{spent.cause} It may be replayed from the wallet's public address alone.")
    if not visitor.is_xapp:
        raise OttSpent(cause=f"{spent.cause} It may be replayed by a browser with an xApp's user agent alone.")
    return taken
