"""What apps are told of: the kinds of events, and what each says. Pure.

`payload.resolved` is the event that apps have always got; its data is the compat body (platform-api 19.2) but for the
URL called. The others say what happened in `data`, with the payload by UUID and the developer's own identifier. None
holds a signed transaction: whoever wants it asks the API, which knows who may have it.
"""

from typing import ClassVar, Literal

import msgspec

from sealgate.apps.webhook_model import EVENT_KINDS, EventKind

__all__ = ["DATA_OF", "EVENT_KINDS", "EventKind"]


class EventData(msgspec.Struct, frozen=True, kw_only=True):
    """What an event says. `kind` names the event."""

    kind: ClassVar[EventKind]


class ResolvedMeta(msgspec.Struct, frozen=True, kw_only=True):
    """Which payload of which app."""

    application_uuidv4: str
    payload_uuidv4: str
    opened_by_deeplink: bool


class CustomMeta(msgspec.Struct, frozen=True, kw_only=True):
    """What the app wrote on the request."""

    identifier: str | None
    blob: msgspec.Raw
    instruction: str | None


class ReturnUrls(msgspec.Struct, frozen=True, kw_only=True):
    """Where the person goes on, tags filled in."""

    app: str | None
    web: str | None


class PayloadResponse(msgspec.Struct, frozen=True, kw_only=True):
    """How the request ended.

    Attributes:
        reference_call_uuidv4: The wallet's call that settled it.
        signed: False where it was rejected.
        user_token: Whether a user token was issued or extended; then `userToken` has it.
        txid: Transaction hash; empty where there is none, since published models take neither null nor nothing.
    """

    payload_uuidv4: str
    reference_call_uuidv4: str
    signed: bool
    user_token: bool
    return_url: ReturnUrls
    txid: str = ""


class UserToken(msgspec.Struct, frozen=True, kw_only=True):
    """A user token; times in seconds since 1970."""

    user_token: str
    token_issued: int
    token_expiration: int


class PayloadResolved(EventData, frozen=True, kw_only=True):
    """A sign request was signed or rejected: the event that published SDKs know."""

    kind: ClassVar[EventKind] = "payload.resolved"

    meta: ResolvedMeta
    custom_meta: CustomMeta
    payload_response: PayloadResponse = msgspec.field(name="payloadResponse")
    user_token: UserToken | None = msgspec.field(default=None, name="userToken")


class PayloadEvent(EventData, frozen=True, kw_only=True):
    """Something happened to a sign request.

    Attributes:
        identifier: `custom_meta.identifier` of the request.
    """

    payload_uuid: str
    identifier: str | None = None


class PayloadOpened(PayloadEvent, frozen=True, kw_only=True):
    """A wallet opened a sign request for the first time."""

    kind: ClassVar[EventKind] = "payload.opened"

    opened_by_deeplink: bool = False


class PayloadSigned(PayloadEvent, frozen=True, kw_only=True):
    """A sign request was signed.

    Attributes:
        reference_call_uuid: The wallet's call that settled it.
        account: The account that signed.
        txid: Hash of the transaction, where it has one.
        network_id: Of the network the wallet was on, where it said so.
        dispatched_result: First answer of the network, where the wallet submitted the transaction.
        user_token: The permission the app was given with it, where it was.
    """

    kind: ClassVar[EventKind] = "payload.signed"

    reference_call_uuid: str
    account: str | None = None
    txid: str | None = None
    network_id: int | None = None
    dispatched_result: str | None = None
    user_token: UserToken | None = None


class PayloadContributed(PayloadEvent, frozen=True, kw_only=True):
    """One of several signers has signed, and others are waited for.

    Attributes:
        signer: The account on the list of signers.
        weight: What the signatures weigh together so far.
        quorum: What they must weigh.
        user_token: The permission the app was given with it.
    """

    kind: ClassVar[EventKind] = "payload.contributed"

    signer: str
    weight: int
    quorum: int
    user_token: UserToken | None = None


class PayloadRejected(PayloadEvent, frozen=True, kw_only=True):
    """A sign request was rejected.

    Attributes:
        reference_call_uuid: The wallet's call that settled it.
        initiator: `USER`, `APP` or `XAPP`: who declined.
        reason: In the wallet's words, where it gave one.
    """

    kind: ClassVar[EventKind] = "payload.rejected"

    reference_call_uuid: str
    initiator: str | None = None
    reason: str | None = None


class PayloadExpired(PayloadEvent, frozen=True, kw_only=True):
    """A sign request was not opened in time.

    Attributes:
        expired_at: `YYYY-MM-DDTHH:MM:SSZ`.
    """

    kind: ClassVar[EventKind] = "payload.expired"

    expired_at: str


class PayloadCancelled(PayloadEvent, frozen=True, kw_only=True):
    """The app withdrew a sign request."""

    kind: ClassVar[EventKind] = "payload.cancelled"


class PayloadValidated(PayloadEvent, frozen=True, kw_only=True):
    """The transaction of a signed request is in a validated ledger.

    Attributes:
        result: The transaction's final result, such as `tesSUCCESS`; with `tec` in front it failed and cost its fee.
        network: Key of the network, such as `MAINNET`.
        delivered_amount: What the receiver got, where something was delivered: less than asked for, maybe.
    """

    kind: ClassVar[EventKind] = "payload.validated"

    txid: str
    ledger_index: int
    result: str
    network_id: int | None = None
    network: str | None = None
    delivered_amount: str | dict[str, str] | None = None


class UserTokenIssued(EventData, frozen=True, kw_only=True):
    """The app may send somebody sign requests from now on, or for longer than before.

    Attributes:
        payload_uuid: The signed request that brought it, where one did.
    """

    kind: ClassVar[EventKind] = "user_token.issued"

    user_token: str
    token_issued: int
    token_expiration: int
    payload_uuid: str | None = None


class UserTokenRevoked(EventData, frozen=True, kw_only=True):
    """Somebody took back the app's permission to send them sign requests.

    Attributes:
        revoked_at: `YYYY-MM-DDTHH:MM:SSZ`.
    """

    kind: ClassVar[EventKind] = "user_token.revoked"

    user_token: str
    revoked_at: str


class SecretExposed(EventData, frozen=True, kw_only=True):
    """A live API secret of the app was used from a browser, where others can read it: rotate it.

    Attributes:
        reference_call_uuid: The refused call.
        origin_host: Host of the page that made it; empty where the browser did not say.
    """

    kind: ClassVar[EventKind] = "secret.exposed"

    reference_call_uuid: str
    method: str
    route: str
    origin_host: str


class WebhookPaused(EventData, frozen=True, kw_only=True):
    """A webhook endpoint of the app is sent nothing any more until it is resumed.

    Attributes:
        because: `gone`: it answered 410; or `failing`: for days nothing arrived there.
        failing_since: `YYYY-MM-DDTHH:MM:SSZ` of the first of its uninterrupted failures, where there are some.
    """

    kind: ClassVar[EventKind] = "webhook.paused"

    endpoint_uuid: str
    url: str
    because: Literal["gone", "failing"]
    failing_since: str | None = None
    failures: int = 0


_ALL: tuple[type[EventData], ...] = (
    PayloadResolved,
    PayloadOpened,
    PayloadSigned,
    PayloadContributed,
    PayloadRejected,
    PayloadExpired,
    PayloadCancelled,
    PayloadValidated,
    UserTokenIssued,
    UserTokenRevoked,
    SecretExposed,
    WebhookPaused,
)
DATA_OF: dict[EventKind, type[EventData]] = {data.kind: data for data in _ALL}
"""The shape of each kind's data."""
