"""The verbs of signing in, each one transaction: begin, complete, deny; who is signed in. What the doors use."""

from datetime import datetime, timedelta

import msgspec

from sealgate.base.ids import hash_secret
from sealgate.infra.tx import Tx
from sealgate.oauth import sessions, store
from sealgate.oauth.completion import Completed, complete, complete_from_session, deny
from sealgate.oauth.model import Session, Transaction
from sealgate.oauth.transactions import Verdict, Visitor, begin, begin_question, judge
from sealgate.payloads import service as payloads
from sealgate.payloads.model import Payload

__all__ = [
    "Completed",
    "Verdict",
    "Visitor",
    "begin",
    "begin_question",
    "complete",
    "complete_from_session",
    "deny",
    "end_everything",
    "end_session",
    "find_session",
    "forget_old",
    "judge",
    "look_up",
    "note_return",
]

KEPT = timedelta(days=1)
"""What is over is kept so long, for whoever has to find out what happened."""
SWEPT_AT_ONCE = 1000


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction with its sign request, None where it needed none."""

    transaction: Transaction
    payload: Payload | None


def look_up(tx: Tx, uuid: str) -> Standing | None:
    """Return a transaction with its sign request, or None."""
    transaction = store.find_transaction(tx, uuid)
    if transaction is None:
        return None
    payload = payloads.find_payload(tx, transaction.payload_uuid) if transaction.payload_uuid else None
    return Standing(transaction=transaction, payload=payload)


def note_return(tx: Tx, uuid: str, *, now: datetime) -> None:
    """Note that the wallet led back to the browser that began."""
    store.note_return(tx, uuid, now=now)


def find_session(tx: Tx, secret: str | None, *, now: datetime) -> Session | None:
    """Return the live session of a cookie's value, or None."""
    return sessions.find_live(tx, secret, now=now)


def end_session(tx: Tx, secret: str, *, now: datetime) -> Session | None:
    """End the session of a cookie's value. Not None for one caller ever."""
    return store.end_session(tx, hash_secret(secret), now=now)


def end_everything(tx: Tx, now: datetime) -> None:
    """End all sessions and refresh tokens: a signing key has leaked, and they would buy new tokens (oauth2 B7.5)."""
    store.end_all_sessions(tx, now=now)
    store.end_all_refresh_tokens(tx, now=now)


def forget_old(tx: Tx, *, now: datetime) -> int:
    """Delete some of what was over a day ago; return how many rows, 0 where nothing is left."""
    return store.forget_old(tx, before=now - KEPT, limit=SWEPT_AT_ONCE)
