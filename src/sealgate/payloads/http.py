"""The routes of sign requests, for apps (`platform/`) and for their signed-in users (`jwt/`): platform-api 4 to 6."""

import asyncio
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import msgspec

from sealgate.apps.model import App
from sealgate.delivery.push.limits import may_push
from sealgate.infra.tx import Tx
from sealgate.ledger.networks import DEFAULT_NETWORK
from sealgate.payloads import events, idempotency, service, settling
from sealgate.payloads.body import PayloadIn
from sealgate.payloads.draft import CheckedDraft, check_draft
from sealgate.payloads.errors import (
    BlobUndecodable,
    BodyMissing,
    IdentifierNotFound,
    IdentifierTaken,
    KeyInvalid,
    KeyReused,
    MemberInvalid,
    NothingSigned,
    NothingToSign,
    NotStored,
    PayloadNotFound,
    TemplateUnencodable,
    TooLong,
    TwoThingsToSign,
    TypeRefused,
)
from sealgate.payloads.model import Payload, Verdict
from sealgate.payloads.verified import RECEIPT_TYPE, receipt_claims
from sealgate.payloads.wire import CancelOut, PayloadCreated, PayloadOut, ReceiptOut
from sealgate.tokens.model import User
from sealgate.tokens.signing import TokenKeys
from sealgate.tokens.user_routes import for_users
from sealgate.web.answers import Lenient
from sealgate.web.call import Call
from sealgate.web.routing import Router

router = Router(tags=("payloads",))

HEAVY_BODY = 4096
"""Bytes from which on a body is checked in a thread: untrusted blobs of this size never hold up the loop."""


_CREATION: dict[str, Any] = {
    "takes": Lenient,
    "documents": PayloadIn,
    "answers": PayloadCreated,
    "raises": (
        BodyMissing,
        TwoThingsToSign,
        BlobUndecodable,
        TypeRefused,
        TemplateUnencodable,
        NothingToSign,
        MemberInvalid,
        TooLong,
        IdentifierTaken,
        NotStored,
        KeyInvalid,
        KeyReused,
    ),
    "limit": "payload",
    "body_error": BodyMissing,
    "reads_headers": {idempotency.HEADER: "Repeat a call with the same key and body, and it is done once."},
}
_READING: dict[str, Any] = {"answers": PayloadOut, "raises": (PayloadNotFound,)}
_READING_BY_IDENTIFIER: dict[str, Any] = {"answers": PayloadOut, "raises": (IdentifierNotFound,)}
_CANCELLATION: dict[str, Any] = {"answers": CancelOut, "raises": (PayloadNotFound,)}


# -- as the app --


@router.post("/api/v1/platform/payload", caller=App, **_CREATION)
async def create_payload(call: Call[App]) -> PayloadCreated:
    """Ask for a signature: a ledger transaction, a `SignIn` or a `PaymentChannelAuthorize`."""
    return await _create(call, call.caller, await _read_draft(call, call.caller), _read_key(call))


@router.get("/api/v1/platform/payload/{uuid:uuid}", caller=App, **_READING)
async def get_payload(call: Call[App]) -> PayloadOut:
    """Read a payload of the app, its state and its outcome."""
    return await _get(call, call.caller)


@router.get("/api/v1/platform/payload/ci/{identifier:text}", caller=App, **_READING_BY_IDENTIFIER)
async def get_payload_by_identifier(call: Call[App]) -> PayloadOut:
    """Read a payload of the app by the identifier it was given, URL-encoded in the path."""
    found = await call.db.read(_find_by_identifier, call.caller.uuid, call.path["identifier"], call.now)
    return _fetched(call, call.caller, *found)


@router.delete("/api/v1/platform/payload/{uuid:uuid}", caller=App, **_CANCELLATION)
async def cancel_payload(call: Call[App]) -> CancelOut:
    """Withdraw a payload no wallet has opened. Answers 200 also where that is too late; `result` says which."""
    return await _cancel(call, call.caller)


@router.get(
    "/api/v1/platform/payload/{uuid:uuid}/receipt",
    caller=App,
    answers=ReceiptOut,
    raises=(PayloadNotFound, NothingSigned),
)
async def get_receipt(call: Call[App]) -> ReceiptOut:
    """Get a signed receipt of a signed payload: who signed what, and what became of it on the ledger so far.

    Any back end can check it offline, by the keys of `/certs`. It is made anew for each call.
    """
    payload, _, verdict = await call.db.read(_find, call.caller.uuid, call.path["uuid"], call.now)
    claims = receipt_claims(payload, verdict, issuer=call.settings.issuer_url, now=call.now)
    if claims is None:
        raise NothingSigned(detail=f"payload={payload.uuid}")
    return ReceiptOut(await call.context.get(TokenKeys).sign(claims, typ=RECEIPT_TYPE))


# -- as a user of the app --


@for_users(router.post, "payload", **_CREATION)
async def create_payload_as_user(call: Call[User]) -> PayloadCreated:
    """Ask the signed-in user for a signature: the request is pushed to their wallet.

    A `user_token` in the body has no meaning here: nobody sends requests to others with their own access token.
    """
    user = call.caller
    draft = msgspec.structs.replace(await _read_draft(call, user.app), user_token=user.claims.get("usertoken_uuidv4"))
    return await _create(call, user.app, draft, _read_key(call, account=user.account))


@for_users(router.get, "payload/{uuid:uuid}", **_READING)
async def get_payload_as_user(call: Call[User]) -> PayloadOut:
    """Read a payload of the app, its state and its outcome."""
    return await _get(call, call.caller.app)


@for_users(router.get, "payload/ci/{identifier:text}", **_READING_BY_IDENTIFIER)
async def get_payload_by_identifier_as_user(call: Call[User]) -> PayloadOut:
    """Read a payload by the identifier the app gave it, where the signed-in user was asked or has signed."""
    user = call.caller
    found = await call.db.read(_find_own_by_identifier, user, call.path["identifier"], call.now)
    return _fetched(call, user.app, *found)


@for_users(router.delete, "payload/{uuid:uuid}", **_CANCELLATION)
async def cancel_payload_as_user(call: Call[User]) -> CancelOut:
    """Withdraw a payload no wallet has opened. Answers 200 also where that is too late; `result` says which."""
    return await _cancel(call, call.caller.app)


# -- the same for both --


async def _read_draft(call: Call[Any], app: App) -> CheckedDraft:
    body = call.json()
    # Where mainnet is the app's network the wallet may choose: that is what published clients know.
    network = app.network if app.network != DEFAULT_NETWORK else None
    if len(call.raw_body) < HEAVY_BODY:
        return check_draft(body, raw=call.raw_body, network=network)
    return await asyncio.to_thread(check_draft, body, raw=call.raw_body, network=network)


def _read_key(call: Call[Any], *, account: str = "") -> idempotency.Key | None:
    return idempotency.read_key(call.headers.get(idempotency.HEADER), call.raw_body, account=account)


async def _create(call: Call[Any], app: App, draft: CheckedDraft, key: idempotency.Key | None) -> PayloadCreated:
    domain, token = _host_of(call.settings.public_url), draft.user_token
    may = token is None or await may_push(call.context, app.uuid, token, now=call.now)
    payload = await call.db.write(_store, key, app, draft, uuid=call.ref, domain=domain, may_push=may, now=call.now)
    return PayloadCreated.of(payload, draft, call.settings)


def _store(
    tx: Tx,
    key: idempotency.Key | None,
    app: App,
    draft: CheckedDraft,
    *,
    uuid: str,
    domain: str,
    may_push: bool,
    now: datetime,
) -> Payload:
    if key is None:
        return service.create_payload(tx, app, draft, uuid=uuid, domain=domain, may_push=may_push, now=now)
    return idempotency.create_once(tx, key, app, draft, uuid=uuid, domain=domain, may_push=may_push, now=now)


async def _get(call: Call[Any], app: App) -> PayloadOut:
    found = await call.db.read(_find, app.uuid, call.path["uuid"], call.now)
    return _fetched(call, app, *found)


_Found = tuple[Payload, str | None, Verdict | None]


def _find(tx: Tx, app_uuid: str, uuid: str, now: datetime) -> _Found:
    return _with_more(tx, service.get_for_app(tx, app_uuid, uuid), now)


def _find_by_identifier(tx: Tx, app_uuid: str, identifier: str, now: datetime) -> _Found:
    return _with_more(tx, service.get_by_identifier(tx, app_uuid, identifier), now)


def _with_more(tx: Tx, payload: Payload, now: datetime) -> _Found:
    return payload, service.issued_user_token(tx, payload, now), settling.find_verdict(tx, payload)


def _find_own_by_identifier(tx: Tx, user: User, identifier: str, now: datetime) -> _Found:
    payload, token, verdict = _find_by_identifier(tx, user.app.uuid, identifier, now)
    # A UUID cannot be guessed, `order-1042` can: by it, users find nothing of each other.
    if user.holder_uuid is None or not payload.concerns(user.holder_uuid):
        raise IdentifierNotFound(detail=f"app={user.app.uuid}, not this user's")
    return payload, token, verdict


def _fetched(
    call: Call[Any], app: App, payload: Payload, user_token: str | None, verdict: Verdict | None
) -> PayloadOut:
    call.bus.publish(events.news(payload.uuid, "devapp_fetched"))
    return PayloadOut.of(payload, app, user_token, verdict, settings=call.settings, now=call.now)


async def _cancel(call: Call[Any], app: App) -> CancelOut:
    cancellation = await call.db.write(service.cancel_payload, app.uuid, call.path["uuid"], now=call.now)
    # A cancellation reads the payload, and subscribers hear of it as of any reading (platform-api 6).
    call.bus.publish(events.news(cancellation.before.uuid, "devapp_fetched"))
    return CancelOut.of(cancellation, call.now)


@cache
def _host_of(public_url: str) -> str:
    return urlsplit(public_url).netloc
