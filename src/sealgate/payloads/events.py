"""The news about sign requests. Topics `payload:<uuid>` for the live status, `holder:<uuid>` for wallets.

Kinds on a payload's topic, in the order of a signed one: `opened`, `pre_signed`, `dispatched` (only with a node's
answer), `resolved`; also `devapp_fetched` and `cancelled`, and `contributed`: one of several has signed. The data of
`resolved` is the socket's message, field by field (platform-api 20.2). Kinds on a holder's topic: `payload_created`,
`payload_listed` (made, and nobody is to be woken for it), `payload_resolved`, `payload_cancelled`, `xapp_push` (what an
xApp tells, on no list), each with the payload's `uuid`. Topic `followed:<network>`: there is something to follow on the
ledger.
"""

from typing import Any, Literal

import msgspec

from sealgate.holders.events import holder_topic
from sealgate.infra.bus import Event
from sealgate.payloads.model import Payload
from sealgate.payloads.return_urls import return_urls

Kind = Literal["opened", "pre_signed", "dispatched", "resolved", "cancelled", "devapp_fetched"]
HolderKind = Literal["payload_created", "payload_listed", "payload_resolved", "payload_cancelled", "xapp_push"]


def followed_topic(network: str) -> str:
    """Return the topic of what is followed on a network."""
    return f"followed:{network}"


def followed(network: str) -> Event:
    """A transaction was signed, and whoever asks the network's nodes is to ask what becomes of it."""
    return Event(topic=followed_topic(network), kind="begun")


def payload_topic(uuid: str) -> str:
    """Return the topic of one payload's live status."""
    return f"payload:{uuid}"


def news(uuid: str, kind: Kind) -> Event:
    """Return a piece of news that is told by its kind alone."""
    return Event(topic=payload_topic(uuid), kind=kind)


def creation_kind(*, pushed: bool) -> HolderKind:
    """Return what wallets are told of a new request: a cue to show it, or only that it is on the list."""
    return "payload_created" if pushed else "payload_listed"


def wallet_news(holder_uuid: str, kind: HolderKind, uuid: str) -> Event:
    """Return news for all wallets of a holder: look at this payload."""
    return Event(topic=holder_topic(holder_uuid), kind=kind, data={"uuid": uuid})


def contributed(payload: Payload) -> Event:
    """Return the news that one of several has signed, and how far they are; who it was is for the app to know."""
    return Event(topic=payload_topic(payload.uuid), kind="contributed", data=msgspec.to_builtins(payload.collected))


def resolved(payload: Payload) -> Event:
    """Return the news that a payload was signed or rejected."""
    return Event(topic=payload_topic(payload.uuid), kind="resolved", data=resolve_message(payload))


def resolve_message(payload: Payload) -> dict[str, Any]:
    """Return the resolve message of a settled payload, in the order of platform-api 20.2.

    A rejection has no `txid`, and neither has what is signed without a transaction. The signature is never in it:
    whoever knows the UUID may listen.
    """
    outcome = payload.outcome
    assert outcome is not None
    urls = return_urls(payload, public=True)
    message: dict[str, Any] = {
        "payload_uuidv4": payload.uuid,
        "reference_call_uuidv4": outcome.reference,
        "signed": outcome.signed,
        "user_token": outcome.signed,
        "return_url": {"app": urls.app, "web": urls.web},
    }
    if outcome.txid is not None:
        message["txid"] = outcome.txid
    message["opened_by_deeplink"] = bool(payload.opened_by_deeplink)
    message["custom_meta"] = {
        "identifier": payload.identifier,
        "blob": msgspec.json.decode(payload.terms.blob),
        "instruction": payload.terms.instruction,
    }
    return message
