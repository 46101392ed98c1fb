"""The platform routes of sign requests (platform-api 4 to 6)."""

import asyncio
from datetime import datetime
from functools import cache
from urllib.parse import urlsplit

from sealgate.apps.model import App
from sealgate.infra.tx import Tx
from sealgate.payloads import events, idempotency, service
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
    NothingToSign,
    NotStored,
    PayloadNotFound,
    TemplateUnencodable,
    TooLong,
    TwoThingsToSign,
    TypeRefused,
)
from sealgate.payloads.model import Payload
from sealgate.payloads.wire import CancelOut, PayloadCreated, PayloadOut
from sealgate.web.answers import Lenient
from sealgate.web.call import Call
from sealgate.web.routing import Router

router = Router(tags=("payloads",))

HEAVY_BODY = 4096
"""Bytes from which on a body is checked in a thread: untrusted blobs of this size never hold up the loop."""


@router.post(
    "/api/v1/platform/payload",
    caller=App,
    takes=Lenient,
    documents=PayloadIn,
    answers=PayloadCreated,
    raises=(
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
    limit="payload",
    body_error=BodyMissing,
    reads_headers={idempotency.HEADER: "Repeat a call with the same key and body, and it is done once."},
)
async def create_payload(call: Call[App]) -> PayloadCreated:
    """Ask for a signature: a ledger transaction, a `SignIn` or a `PaymentChannelAuthorize`."""
    key = idempotency.read_key(call.headers.get(idempotency.HEADER), call.raw_body)
    body = call.json()
    if len(call.raw_body) < HEAVY_BODY:
        draft = check_draft(body, raw=call.raw_body)
    else:
        draft = await asyncio.to_thread(check_draft, body, raw=call.raw_body)
    domain = _host_of(call.settings.public_url)
    payload = await call.db.write(_create, key, call.caller, draft, uuid=call.ref, domain=domain, now=call.now)
    return PayloadCreated.of(payload, draft, call.settings)


def _create(
    tx: Tx, key: idempotency.Key | None, app: App, draft: CheckedDraft, *, uuid: str, domain: str, now: datetime
) -> Payload:
    if key is None:
        return service.create_payload(tx, app, draft, uuid=uuid, domain=domain, now=now)
    return idempotency.create_once(tx, key, app, draft, uuid=uuid, domain=domain, now=now)


@router.get("/api/v1/platform/payload/{uuid:uuid}", caller=App, answers=PayloadOut, raises=(PayloadNotFound,))
async def get_payload(call: Call[App]) -> PayloadOut:
    """Read a payload of the app, its state and its outcome."""
    payload, token = await call.db.read(_get, call.caller.uuid, call.path["uuid"], call.now)
    return _fetched(call, payload, token)


@router.get(
    "/api/v1/platform/payload/ci/{identifier:text}", caller=App, answers=PayloadOut, raises=(IdentifierNotFound,)
)
async def get_payload_by_identifier(call: Call[App]) -> PayloadOut:
    """Read a payload of the app by the identifier it was given, URL-encoded in the path."""
    payload, token = await call.db.read(_get_by_identifier, call.caller.uuid, call.path["identifier"], call.now)
    return _fetched(call, payload, token)


def _get(tx: Tx, app_uuid: str, uuid: str, now: datetime) -> tuple[Payload, str | None]:
    payload = service.get_for_app(tx, app_uuid, uuid)
    return payload, service.issued_user_token(tx, payload, now)


def _get_by_identifier(tx: Tx, app_uuid: str, identifier: str, now: datetime) -> tuple[Payload, str | None]:
    payload = service.get_by_identifier(tx, app_uuid, identifier)
    return payload, service.issued_user_token(tx, payload, now)


def _fetched(call: Call[App], payload: Payload, user_token: str | None) -> PayloadOut:
    call.bus.publish(events.news(payload.uuid, "devapp_fetched"))
    return PayloadOut.of(payload, call.caller, user_token, settings=call.settings, now=call.now)


@router.delete("/api/v1/platform/payload/{uuid:uuid}", caller=App, answers=CancelOut, raises=(PayloadNotFound,))
async def cancel_payload(call: Call[App]) -> CancelOut:
    """Withdraw a payload no wallet has opened. Answers 200 also where that is too late; `result` says which."""
    cancellation = await call.db.write(service.cancel_payload, call.caller.uuid, call.path["uuid"], now=call.now)
    # A cancellation reads the payload, and subscribers hear of it as of any reading (platform-api 6).
    call.bus.publish(events.news(cancellation.before.uuid, "devapp_fetched"))
    return CancelOut.of(cancellation, call.now)


@cache
def _host_of(public_url: str) -> str:
    return urlsplit(public_url).netloc
