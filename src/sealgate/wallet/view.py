"""A sign request as a wallet sees it (wallet-api 2.1), and the statement about it that the server signs.

Two quirks are kept: the instruction stands in `meta.custom_instruction` while identifier and blob stay with the
developer, and what is signed but is no transaction has no `TransactionType` in its `request_json`.
"""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from sealgate.apps.model import App
from sealgate.base.clock import to_unix_s, to_wire
from sealgate.base.settings import Settings
from sealgate.holders.model import Device
from sealgate.payloads.model import Payload, State, XappEvent, is_expired_for_wallets, state_of
from sealgate.payloads.return_urls import return_urls
from sealgate.payloads.wire import Application
from sealgate.tokens.model import UserToken


class Meta(Struct, frozen=True, kw_only=True):
    """Where the request stands, and how it is to be answered.

    Attributes:
        expired: False for a request that was opened in time, however late it is.
        custom_instruction: The developer's text for the person, or null.
        signers: Addresses of which one must sign, or null for any.
        force_network: Key of the one network to sign on, or null for any.
    """

    exists: bool = True
    uuid: str
    multisign: bool
    submit: bool
    destination: str
    resolved_destination: str
    resolved: bool
    signed: bool
    cancelled: bool
    expired: bool
    pushed: bool
    app_opened: bool
    opened_by_deeplink: bool | None
    return_url_app: str | None
    return_url_web: str | None
    custom_instruction: str | None
    signers: tuple[str, ...] | None
    pathfinding: bool
    pathfinding_fallback: bool
    force_network: str | None
    is_xapp: bool = False
    push_message_id: str | None = None


class Request(Struct, frozen=True, kw_only=True):
    """What is to be signed. `request_json` is the template; of pseudo transactions it has no `TransactionType`."""

    tx_type: str
    tx_destination: str
    tx_destination_tag: int | None
    request_json: dict[str, Any]
    origintype: str | None
    signmethod: str | None
    created_at: str
    expires_at: str
    expires_in_seconds: int


class Response(Struct, frozen=True, kw_only=True):
    """The answer so far: all null, for an answered request is not shown any more."""

    hex: str | None = None
    txid: str | None = None
    resolved_at: str | None = None
    dispatched_to: str | None = None
    dispatched_result: str | None = None
    dispatched_nodetype: str | None = None
    multisign_account: str | None = None
    account: str | None = None


class XappView(Struct, frozen=True, kw_only=True):
    """What an xApp tells, and which one opens for it (wallet-api 8.7)."""

    identifier: str
    title: str
    subtitle: str | None
    body: str


class WalletView(Struct, frozen=True, kw_only=True):
    """A request in the pending list.

    Attributes:
        xapp: Only where this is an xApp event, so that there is nothing to sign: `meta.is_xapp` is true.
    """

    meta: Meta
    application: Application
    payload: Request
    response: Response = Response()
    xapp: XappView | UnsetType = UNSET


class SignedView(Struct, frozen=True, kw_only=True):
    """The statement of `statement`, and the server's signature over its canonical JSON (RFC 8785).

    Attributes:
        payload: The statement; a wallet shows and signs by this and by nothing else.
        signature: Ed25519, 64 bytes as base64url.
        kid: Which key signed: `view_key.kid` of `GET /api/v1/app/server`.
    """

    payload: dict[str, Any]
    signature: str
    kid: str


class OpenedView(WalletView, frozen=True, kw_only=True):
    """An opened request with the signed statement of it."""

    view: SignedView


class PendingOut(Struct, frozen=True):
    """The requests that wait for the user, newest first."""

    payloads: list[WalletView]


def wallet_view(
    payload: Payload, app: App, token: UserToken | None, *, settings: Settings, now: datetime
) -> WalletView:
    """Return an open request as its wallet sees it."""
    terms = payload.terms
    state = state_of(payload, now)
    urls = return_urls(payload)
    return WalletView(
        meta=Meta(
            uuid=payload.uuid,
            multisign=terms.multisign,
            submit=terms.submit,
            destination=terms.destination,
            resolved_destination=terms.destination,
            resolved=state in {State.SIGNED, State.REJECTED},
            signed=state is State.SIGNED,
            cancelled=state is State.CANCELLED,
            expired=is_expired_for_wallets(payload, now),
            pushed=payload.pushed,
            app_opened=payload.opened_at is not None,
            opened_by_deeplink=payload.opened_by_deeplink,
            return_url_app=urls.app,
            return_url_web=urls.web,
            custom_instruction=terms.instruction,
            signers=terms.signers,
            pathfinding=terms.pathfinding,
            pathfinding_fallback=terms.pathfinding_fallback,
            force_network=terms.force_network,
            is_xapp=terms.xapp is not None,
        ),
        application=Application.of(app, None if token is None else token.token, settings),
        payload=Request(
            tx_type=terms.tx_type,
            tx_destination=terms.destination,
            tx_destination_tag=terms.destination_tag,
            request_json=_wallet_template(payload),
            origintype=None,
            signmethod=None,
            created_at=to_wire(payload.created_at),
            expires_at=to_wire(payload.expires_at),
            expires_in_seconds=to_unix_s(payload.expires_at) - to_unix_s(now),
        ),
        xapp=UNSET if terms.xapp is None else _xapp_view(terms.xapp),
    )


def statement(view: WalletView, payload: Payload, *, issuer: str, device: Device, now: datetime) -> dict[str, Any]:
    """Return what the server vouches for: who asks this device for what, and every condition on the answer.

    Members: `v` 1, `iss` the issuer, `iat` Unix seconds, `device` the UUID of the device it is made for; `meta`,
    `application` and `payload` with the members of the view that do not change over the life of the request;
    `presentation` {lines, origin, matching_number} or null.
    """
    meta, asked, terms = view.meta, view.payload, payload.terms
    shown = terms.presentation
    return {
        "v": 1,
        "iss": issuer,
        "iat": to_unix_s(now),
        "device": device.uuid,
        "meta": {
            "uuid": meta.uuid,
            "multisign": meta.multisign,
            "submit": meta.submit,
            "pathfinding": meta.pathfinding,
            "pathfinding_fallback": meta.pathfinding_fallback,
            "force_network": meta.force_network,
            "signers": None if meta.signers is None else list(meta.signers),
            "custom_instruction": meta.custom_instruction,
            "return_url_app": meta.return_url_app,
            "return_url_web": meta.return_url_web,
        },
        "application": {
            "uuidv4": view.application.uuidv4,
            "name": view.application.name,
            "description": view.application.description,
            "icon_url": view.application.icon_url,
        },
        "payload": {
            "tx_type": asked.tx_type,
            "request_json": asked.request_json,
            "created_at": asked.created_at,
            "expires_at": asked.expires_at,
        },
        "presentation": None
        if shown is None
        else {"lines": list(shown.lines), "origin": shown.origin, "matching_number": shown.matching_number},
    }


def _xapp_view(event: XappEvent) -> XappView:
    return XappView(identifier=event.identifier, title=event.title, subtitle=event.subtitle, body=event.body)


def _wallet_template(payload: Payload) -> dict[str, Any]:
    template: dict[str, Any] = msgspec.json.decode(payload.terms.request_json)
    if payload.terms.is_pseudo:
        template.pop("TransactionType", None)
    return template
