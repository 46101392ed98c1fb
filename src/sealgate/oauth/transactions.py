"""From a checked request to a sign request, and who may have the answer to it (oauth2 B5.1, B5.2)."""

import secrets
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from urllib.parse import urlsplit

import msgspec

from sealgate.apps.model import App
from sealgate.base.settings import Settings
from sealgate.infra.tx import Tx
from sealgate.oauth import store
from sealgate.oauth.model import DEVICE_TTL_S, TRANSACTION_TTL_S, AuthorizationRequest, Transaction
from sealgate.oauth.pages import scope_lines
from sealgate.oauth.redirects import shown_origin
from sealgate.payloads import service as payloads
from sealgate.payloads.draft import sign_in_draft
from sealgate.payloads.model import Payload, Presentation, State, came_by_link, state_of

LATE_S = 300
"""What a wallet opened in time may still sign: so long after its deadline is a sign-in answered."""
MAX_USER_AGENT = 256


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """The browser that begins: the hash of its binding cookie, and what is shown of it."""

    browser_hash: bytes
    ip: str
    user_agent: str | None = None


def begin(
    tx: Tx,
    app: App,
    request: AuthorizationRequest,
    visitor: Visitor,
    *,
    uuid: str,
    settings: Settings,
    now: datetime,
    pushed_hash: bytes | None = None,
    device_hash: bytes | None = None,
    user_code: str | None = None,
) -> Transaction:
    """Store a transaction and its sign request, which have one UUID.

    Args:
        uuid: That of the call which asks for it.
        pushed_hash: The request was pushed; it is used up once this is answered.
        device_hash: A device waits for the answer; `user_code` is what its screen shows.
    """
    number = "" if device_hash else f"{secrets.randbelow(90) + 10}"
    ttl_s = DEVICE_TTL_S if device_hash else TRANSACTION_TTL_S
    origin = shown_origin(request.redirect_uri, request.registered) if request.registered else None
    draft = sign_in_draft(
        force_network=request.force_network,
        signers=request.signers or None,
        return_url_app=f"{settings.issuer_url}/signin?txn={{id}}&ticket={{ticket}}",
        instruction=instruction(origin, number, user_code),
    )
    presentation = Presentation(
        lines=scope_lines(request.scopes),
        origin=origin,
        matching_number=number or None,
        # Paths: the browser stays on the name it used, and so keeps its cookie, also where two names lead here.
        cancel_url=f"/signin/cancel?txn={uuid}",
        continue_url=f"/signin?txn={uuid}",
        txn_hash=request.digest,
        browser_hash=visitor.browser_hash.hex(),
    )
    payloads.create_payload(
        tx,
        app,
        msgspec.structs.replace(draft, expire_min=ttl_s // 60),
        uuid=uuid,
        domain=_host_of(settings.issuer_url),
        presentation=presentation,
        now=now,
    )
    transaction = _transaction(app, request, visitor, uuid=uuid, ttl_s=ttl_s, now=now)
    transaction = msgspec.structs.replace(
        transaction,
        payload_uuid=uuid,
        kind="device" if device_hash else "browser",
        number=number,
        pushed_hash=pushed_hash,
        device_hash=device_hash,
    )
    store.insert_transaction(tx, transaction)
    return transaction


def begin_question(
    tx: Tx,
    app: App,
    request: AuthorizationRequest,
    visitor: Visitor,
    *,
    uuid: str,
    now: datetime,
    pushed_hash: bytes | None = None,
) -> Transaction:
    """Store a transaction that waits for a word of somebody who is signed in already, and needs no signature."""
    transaction = _transaction(app, request, visitor, uuid=uuid, ttl_s=TRANSACTION_TTL_S, now=now)
    transaction = msgspec.structs.replace(transaction, pushed_hash=pushed_hash)
    store.insert_transaction(tx, transaction)
    return transaction


def instruction(origin: str | None, number: str, user_code: str | None = None) -> str:
    """Return the words for the wallet: they name what was registered, never text of the request (oauth2 B16.2, B16.3).

    Args:
        origin: An origin or an app's own scheme; None for a device.
    """
    if origin is None:
        return f"Sign in a device. Only continue if its screen shows {user_code}."
    place = urlsplit(origin).netloc or origin.removesuffix(":")
    return f"Sign in to {place}. Only continue if your screen shows {number}."


class Verdict(Enum):
    """What to do with a browser that comes to `/signin`."""

    FINISHED = "it was answered before"
    UNANSWERED = "the wallet has not answered yet: back to the sign page"
    DENY = "declined, cancelled or expired: tell the app"
    DECLINED_HERE = "declined, in a browser that is not to go on"
    ANSWER = "signed: this browser gets the answer"
    RETURNED = "signed, and the wallet led back to the browser that began"
    ASK = "signed, and the wallet led to another browser: ask its person"
    WAIT = "signed by a link: the wallet must lead back first"
    STRANGER = "nothing is known of this browser"


def judge(
    transaction: Transaction, payload: Payload, *, is_initiator: bool, has_ticket: bool, strict: bool, now: datetime
) -> Verdict:
    """Return what a browser may expect (the table of oauth2 B5.2).

    Args:
        is_initiator: It has the cookie of the browser that began.
        has_ticket: It was sent by the wallet that answered.
        strict: A wallet opened by a link must lead back; the setting `deeplink_strict`.
    """
    if not (is_initiator or has_ticket):
        return Verdict.STRANGER
    if transaction.completed_at is not None:
        return Verdict.FINISHED
    state = state_of(payload, now)
    is_late = now >= transaction.expires_at + timedelta(seconds=LATE_S)
    if state in (State.CREATED, State.OPENED) and not is_late:
        return Verdict.UNANSWERED
    if state is not State.SIGNED or is_late:
        return Verdict.DENY if is_initiator else Verdict.DECLINED_HERE
    if not (strict and came_by_link(payload)):
        return Verdict.ANSWER if is_initiator else Verdict.FINISHED
    if has_ticket:
        return Verdict.RETURNED if is_initiator else Verdict.ASK
    return Verdict.WAIT if transaction.returned_at is None else Verdict.ANSWER


def _transaction(
    app: App, request: AuthorizationRequest, visitor: Visitor, *, uuid: str, ttl_s: int, now: datetime
) -> Transaction:
    return Transaction(
        uuid=uuid,
        app_uuid=app.uuid,
        payload_uuid=None,
        request=request,
        browser_hash=visitor.browser_hash,
        ip=visitor.ip[:64],
        user_agent=visitor.user_agent[:MAX_USER_AGENT] if visitor.user_agent else None,
        created_at=now,
        expires_at=now + timedelta(seconds=ttl_s),
    )


@cache
def _host_of(url: str) -> str:
    return urlsplit(url).netloc
