"""What goes over the wire of a webhook: body and headers of one attempt. Pure.

The event of old gets the body and the headers that published receivers know (platform-api 19.2, 19.3). Every event
gets the headers of Standard Webhooks, which any of its libraries checks.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from sealgate.base.clock import to_unix_s, to_wire
from sealgate.delivery import js_json
from sealgate.delivery.signature import compat_signature, standard_signature

if TYPE_CHECKING:
    from sealgate.delivery.model import AppEvent

COMPAT_KIND = "payload.resolved"
COMPAT_USER_AGENT = "xumm-webhook"
USER_AGENT = "Sealgate-Webhook"


class Signers(msgspec.Struct, frozen=True, kw_only=True):
    """What an attempt is signed with; never printed.

    Attributes:
        api_secret: The app's API secret: of two, the one its calls used last. None where none is live: then the
            compat signature is left out.
        webhook_secrets: The endpoint's `whsec_…` texts, the newest first (`apps.webhooks.signing_secrets`).
        sign: The server's own Ed25519 key, as a function of a message (`tokens.webhook_key`).
    """

    api_secret: str | None
    webhook_secrets: Sequence[str]
    sign: Callable[[bytes], bytes] | None = None

    def __repr__(self) -> str:
        return "Signers([withheld])"


class Prepared(msgspec.Struct, frozen=True):
    """One attempt, ready to be sent."""

    headers: Mapping[str, str]
    body: bytes


def message_id(event_id: str) -> str:
    """Return the `webhook-id` of an event: the same in every attempt, at every endpoint, and when it is sent again."""
    return "evt_" + event_id.replace("-", "")


def event_uuid(message_id: str) -> str:
    """Return the event's UUID for its `webhook-id`: the inverse of `message_id`."""
    return str(UUID(hex=message_id.removeprefix("evt_")))


def build(event: "AppEvent", url: str, signers: Signers, *, now: datetime, attempt: int) -> Prepared:
    """Return body and headers of an attempt.

    Args:
        url: The endpoint's.
        now: When it is sent; the signatures count from here.
        attempt: From 1.
    """
    body = body_of(event, url)
    identifier, timestamp = message_id(event.id), to_unix_s(now)
    headers = {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "webhook-id": identifier,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": standard_signature(
            signers.webhook_secrets, identifier, timestamp, body, sign=signers.sign
        ),
    }
    if event.kind == COMPAT_KIND:
        headers |= {
            "user-agent": COMPAT_USER_AGENT,
            "x-xumm-attempt": str(attempt),
            "x-xumm-payload": event.subject,
            "x-xumm-request-timestamp": str(timestamp),
        }
        if signers.api_secret is not None:
            headers["x-xumm-request-signature"] = compat_signature(signers.api_secret, timestamp, body)
    return Prepared(headers, body)


def body_of(event: "AppEvent", url: str) -> bytes:
    """Return the body: for the event of old as JavaScript would write it, else `type`, `timestamp`, `data`."""
    if event.kind == COMPAT_KIND:
        data = js_json.parse(bytes(event.data))
        return js_json.stringify(data | {"meta": {"url": url} | data["meta"]}).encode()
    return msgspec.json.encode({"type": event.kind, "timestamp": to_wire(event.created_at), "data": event.data})
