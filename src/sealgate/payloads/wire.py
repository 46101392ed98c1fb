"""Sign requests as developers see them: the answers of platform-api 4.7, 5 and 6, key for key.

Quirks kept for published clients: `expired` is true after a cancellation; a cancellation answers `meta` as it was
before, but always expired; an absent destination is empty text; `disabled` is a number; every key of `response` is
there from the beginning, null while unknown.
"""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from sealgate.apps.model import App
from sealgate.base.clock import to_unix_s, to_wire
from sealgate.base.settings import Settings
from sealgate.delivery.push.model import Reason
from sealgate.payloads.draft import CheckedDraft
from sealgate.payloads.model import Cancellation, Payload, State, Verdict, is_expired, state_of
from sealgate.payloads.return_urls import return_urls
from sealgate.payloads.template import Caution
from sealgate.payloads.verified import Verified

UNKNOWN_NODE = "UNKNOWN NODE"
"""What wallets write where they do not know which node it was (wallet-api 2.4)."""
QR_QUALITIES = ("m", "q", "h")


class Next(Struct, frozen=True):
    """Where to send the person: the sign page, and its QR form where a push was sent and may not arrive."""

    always: str
    no_push_msg_received: str | UnsetType = UNSET


class Refs(Struct, frozen=True):
    """Where to see the request: its QR code as image and matrix, and its live status."""

    qr_png: str
    qr_matrix: str
    qr_uri_quality_opts: tuple[str, ...]
    websocket_status: str


class Unpushed(Struct, frozen=True):
    """Why `pushed` is false.

    Attributes:
        reason: `no_user_token`: the call named nobody. `token_unknown`: the token is expired, revoked, another app's,
            or was never issued. `no_device`: the person has no wallet left here. `muted`: they have muted the app; the
            request is on their list. `rate_limited`: the app pushes too often. `silent`: only an entry was asked for.
    """

    reason: Reason


class PayloadCreated(Struct, frozen=True, kw_only=True):
    """The answer to a creation (platform-api 4.7).

    Attributes:
        uuid: Equal to the X-Call-Ref header of the call that created it.
        pushed: Whether the holder's wallets were told.
        push: Only where `pushed` is false: why.
        warnings: Only where there are any: what may not be what you meant.
    """

    uuid: str
    next: Next
    refs: Refs
    pushed: bool
    push: Unpushed | UnsetType = UNSET
    warnings: tuple[Caution, ...] | UnsetType = UNSET

    @classmethod
    def of(cls, payload: Payload, draft: CheckedDraft, settings: Settings) -> "PayloadCreated":
        """Return the answer for a payload just made, or made before under the same Idempotency-Key."""
        page = f"{settings.public_url}/sign/{payload.uuid}"
        return cls(
            uuid=payload.uuid,
            next=Next(always=page, no_push_msg_received=f"{page}/qr" if payload.pushed else UNSET),
            refs=Refs(
                qr_png=f"{page}_q.png",
                qr_matrix=f"{page}_q.json",
                qr_uri_quality_opts=QR_QUALITIES,
                websocket_status=f"{settings.websocket_url}/sign/{payload.uuid}",
            ),
            pushed=payload.pushed,
            push=UNSET if payload.pushed else Unpushed(payload.terms.unpushed or "no_user_token"),
            warnings=draft.warnings or UNSET,
        )


class Meta(Struct, frozen=True, kw_only=True):
    """Where the request stands, and how it was made (platform-api 5.1).

    Attributes:
        app_opened: A wallet has fetched it, or has opened the xApp from it.
        opened_by_deeplink: Null until opened.
        expired: True after the deadline and after a cancellation.
        is_xapp: It is what an xApp tells somebody (platform-api 17), and no sign request.
        immutable, forceAccount: Only where they were given.
    """

    exists: bool
    uuid: str
    multisign: bool
    submit: bool
    pathfinding: bool
    pathfinding_fallback: bool
    force_network: str | None
    destination: str
    resolved_destination: str
    resolved: bool
    signed: bool
    cancelled: bool
    expired: bool
    pushed: bool
    app_opened: bool
    opened_by_deeplink: bool | None
    immutable: bool | UnsetType = UNSET
    forceAccount: bool | UnsetType = UNSET  # noqa: N815 - the name published clients read
    return_url_app: str | None
    return_url_web: str | None
    is_xapp: bool
    signers: tuple[str, ...] | None

    @classmethod
    def of(cls, payload: Payload, now: datetime, *, expired: bool | None = None) -> "Meta":
        """Return the state at `now`; `expired` overrides what the clock says."""
        terms, state, urls = payload.terms, state_of(payload, now), return_urls(payload)
        return cls(
            exists=True,
            uuid=payload.uuid,
            multisign=terms.multisign,
            submit=terms.submit,
            pathfinding=terms.pathfinding,
            pathfinding_fallback=terms.pathfinding_fallback,
            force_network=terms.force_network,
            destination=terms.destination,
            resolved_destination=terms.destination,
            resolved=payload.outcome is not None,
            signed=state is State.SIGNED,
            cancelled=state is State.CANCELLED,
            expired=is_expired(payload, now) if expired is None else expired,
            pushed=payload.pushed,
            app_opened=payload.opened_at is not None,
            opened_by_deeplink=payload.opened_by_deeplink,
            immutable=UNSET if terms.immutable is None else terms.immutable,
            forceAccount=UNSET if terms.force_account is None else terms.force_account,
            return_url_app=urls.app,
            return_url_web=urls.web,
            is_xapp=terms.xapp is not None,
            signers=terms.signers,
        )


class Application(Struct, frozen=True, kw_only=True):
    """The app that asks, for developers (platform-api 5.2) and wallets (wallet-api 2.1). `disabled` is 0 or 1."""

    name: str
    description: str
    disabled: int
    uuidv4: str
    icon_url: str
    issued_user_token: str | None

    @classmethod
    def of(cls, app: App, user_token: str | None, settings: Settings) -> "Application":
        """Return the shape of an app; `user_token` is the permission it holds, or None."""
        return cls(
            name=app.name,
            description=app.description or "",
            disabled=int(app.disabled),
            uuidv4=app.uuid,
            icon_url=app.icon(settings.public_url),
            issued_user_token=user_token,
        )


class Request(Struct, frozen=True, kw_only=True):
    """What is to be signed (platform-api 5.3).

    Attributes:
        request_json: The transaction template as stored.
        expires_in_seconds: Negative after the deadline.
        computed: Only where there are memos: the same with their text readable.
    """

    tx_type: str
    tx_destination: str
    tx_destination_tag: int | None
    request_json: msgspec.Raw
    origintype: str | None
    signmethod: str | None
    created_at: str
    expires_at: str
    expires_in_seconds: int
    computed: dict[str, Any] | UnsetType = UNSET


class Response(Struct, frozen=True, kw_only=True):
    """How it was answered (platform-api 5.4); all null until then.

    Attributes:
        hex: The signed blob.
        account: Who signed: the account.
        signer: The address of the key that signed: another one than the account's for a regular key, and when several
            sign, where it is the last of them.
        multisign_account: Of several, which account signed, the last of them; else empty.
        dispatched_result: What the node said to the wallet at first; `verified` has the end.
    """

    hex: str | None = None
    txid: str | None = None
    resolved_at: str | None = None
    dispatched_to: str | None = None
    dispatched_nodetype: str | None = None
    dispatched_result: str | None = None
    dispatched_to_node: bool | None = None
    environment_nodeuri: str | None = None
    environment_nodetype: str | None = None
    multisign_account: str | None = None
    account: str | None = None
    signer: str | None = None
    user: str | None = None
    environment_networkid: int | None = None

    @classmethod
    def of(cls, payload: Payload, verdict: Verdict | None = None) -> "Response":
        """Return the answer so far; where the wallet did not report what its node said, what the ledger says."""
        outcome = payload.outcome
        if outcome is None or payload.resolved_at is None:
            return _UNANSWERED
        to, nodetype, result = outcome.dispatched_to, outcome.dispatched_nodetype, outcome.dispatched_result
        if to is None and verdict is not None and verdict.validated:
            to, nodetype, result = UNKNOWN_NODE, verdict.network, verdict.result
        return cls(
            hex=outcome.hex,
            txid=outcome.txid,
            resolved_at=to_wire(payload.resolved_at),
            dispatched_to=to,
            dispatched_nodetype=nodetype,
            dispatched_result=result,
            dispatched_to_node=None if to is None else True,
            environment_nodeuri=outcome.environment_nodeuri,
            environment_nodetype=outcome.environment_nodetype,
            multisign_account=outcome.multisign_account,
            account=outcome.account,
            signer=outcome.signer,
            user=outcome.holder_uuid,
            environment_networkid=outcome.environment_networkid,
        )


_UNANSWERED = Response()


class CustomMeta(Struct, frozen=True, kw_only=True):
    """The developer's own notes, as they were given (platform-api 4.3)."""

    identifier: str | None
    blob: msgspec.Raw
    instruction: str | None

    @classmethod
    def of(cls, payload: Payload) -> "CustomMeta":
        """Return the notes of a payload."""
        return cls(identifier=payload.identifier, blob=payload.terms.blob, instruction=payload.terms.instruction)


class ContributionOut(Struct, frozen=True, kw_only=True):
    """One signature of several that is here."""

    account: str
    signer: str
    weight: int
    signed_at: str


class CollectedOut(Struct, frozen=True, kw_only=True):
    """The signatures that are here, while others are waited for.

    Attributes:
        weight: What they weigh together.
        quorum: What they must weigh, as the ledger had it when the latest one came.
    """

    weight: int
    quorum: int
    signatures: tuple[ContributionOut, ...]

    @classmethod
    def of(cls, payload: Payload) -> "CollectedOut | None":
        """Return how far a payload has come, None where nothing is collected."""
        collected = payload.collected
        if collected is None:
            return None
        here = tuple(
            ContributionOut(
                account=one.signer, signer=one.key_address, weight=one.weight, signed_at=to_wire(one.signed_at)
            )
            for one in payload.contributions
        )
        return cls(weight=collected.weight, quorum=collected.quorum, signatures=here)


class PayloadOut(Struct, frozen=True, kw_only=True):
    """A sign request with everything the developer may know (platform-api 5).

    Attributes:
        collected: Only while signatures of several are collected.
        verified: Only where it is signed: what this server itself has checked.
    """

    meta: Meta
    application: Application
    payload: Request
    response: Response
    custom_meta: CustomMeta
    collected: CollectedOut | UnsetType = UNSET
    verified: Verified | UnsetType = UNSET

    @classmethod
    def of(
        cls,
        payload: Payload,
        app: App,
        user_token: str | None,
        verdict: Verdict | None = None,
        *,
        settings: Settings,
        now: datetime,
    ) -> "PayloadOut":
        """Return the view of the app that created it; `user_token` is the one its signer has granted the app."""
        terms, outcome = payload.terms, payload.outcome
        return cls(
            meta=Meta.of(payload, now),
            application=Application.of(app, user_token, settings),
            payload=Request(
                tx_type=terms.tx_type,
                tx_destination=terms.destination,
                tx_destination_tag=terms.destination_tag,
                request_json=terms.request_json,
                origintype=outcome.origintype if outcome else None,
                signmethod=outcome.signmethod if outcome else None,
                created_at=to_wire(payload.created_at),
                expires_at=to_wire(payload.expires_at),
                expires_in_seconds=to_unix_s(payload.expires_at) - to_unix_s(now),
                computed=computed(terms.request_json),
            ),
            response=Response.of(payload, verdict),
            custom_meta=CustomMeta.of(payload),
            collected=CollectedOut.of(payload) or UNSET,
            verified=Verified.of(payload, verdict) or UNSET,
        )


class ReceiptOut(Struct, frozen=True):
    """A receipt: a JWS (RFC 7515) of type `payload-receipt+jwt`, which anybody can check by `/certs`."""

    receipt: str


class CancelResult(Struct, frozen=True):
    """What came of a cancellation: `reason` is OK or one of four ALREADY_…"""

    cancelled: bool
    reason: str


class CancelOut(Struct, frozen=True, kw_only=True):
    """The answer to a cancellation, whether or not it could be done (platform-api 6).

    Attributes:
        meta: As it was before the call, but for `expired`, which is always true.
    """

    result: CancelResult
    meta: Meta
    custom_meta: CustomMeta

    @classmethod
    def of(cls, cancellation: Cancellation, now: datetime) -> "CancelOut":
        """Return the answer."""
        return cls(
            result=CancelResult(cancelled=cancellation.cancelled, reason=cancellation.reason),
            meta=Meta.of(cancellation.before, now, expired=True),
            custom_meta=CustomMeta.of(cancellation.before),
        )


def computed(request_json: msgspec.Raw) -> dict[str, Any] | UnsetType:
    """Return the template's memos with their hex read as UTF-8 text, UNSET where it has none."""
    if b'"Memos"' not in bytes(request_json):
        return UNSET
    memos = msgspec.json.decode(request_json).get("Memos")
    if not isinstance(memos, list) or not memos:
        return UNSET
    return {"Memos": [_readable(entry) for entry in memos]}


def _readable(entry: Any) -> Any:
    memo = entry.get("Memo") if isinstance(entry, dict) else None
    return {"Memo": {name: _text(value) for name, value in memo.items()}} if isinstance(memo, dict) else entry


def _text(value: Any) -> Any:
    try:
        return bytes.fromhex(value).decode(errors="replace")
    except (TypeError, ValueError):
        return value
