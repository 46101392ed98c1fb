"""The words of the slice: what a wallet orders, what comes of it, and what a one-time token stands for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from sealgate.apps.model import App

DeviceKind = Literal["debug", "guest"]
OriginType = Literal[
    "QR", "DEEP_LINK", "PUSH_NOTIFICATION", "EVENT_LIST", "XAPP", "XAPP_STORE", "XAPP_STORE_MESSAGE",
    "XAPP_SHORT_LIST", "TRANSACTION_MEMO", "IMPORT_ACCOUNT", "XUMM", "UNKNOWN",
]  # fmt: skip
"""How the person got to the xApp (platform-api 16.2)."""

REPLAY_LIFETIME_S = 86_400
"""How long after the launch the token of a debug device may be fetched again, and every token is remembered."""

MOST_DEVICES: Mapping[DeviceKind, int] = {"debug": 1, "guest": 30}
"""A debug device's tokens can be fetched again, so there is one; guests only open what is not published."""


class LaunchOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What a wallet says when it opens an xApp (wallet-api 8.1); every value is bounded.

    Attributes:
        account: The account the user has chosen; None for the one added first.
        parameters: Those of the link.
        navigate: The `xAppNavigate` command that led here from another xApp.
        nodetype: Key of the network the wallet is on; None for the xApp's own.
    """

    account: str | None = None
    origin_type: OriginType = "UNKNOWN"
    origin_data: Mapping[str, Any] = {}
    parameters: Mapping[str, Any] = {}
    navigate: Mapping[str, Any] = {}
    version: str | None = None
    locale: str | None = None
    currency: str | None = None
    style: str = "LIGHT"
    nodetype: str | None = None
    nodewss: str | None = None
    accounttype: str = "REGULAR"
    accountaccess: str = "FULL"


class OneTimeToken(msgspec.Struct, frozen=True, kw_only=True):
    """A one-time token without its text.

    Attributes:
        debug: It was made for a debug device of the app, so it may be fetched again.
        ip: Address the launch came from.
        context: JSON of what it stands for (platform-api 16.2).
    """

    ott_hash: bytes
    app_uuid: str
    holder_uuid: str
    device_uuid: str
    account: str
    debug: bool
    ip: str | None
    context: str
    created_at: datetime
    expires_at: datetime
    taken_at: datetime | None = None


class Launched(msgspec.Struct, frozen=True, kw_only=True):
    """An xApp that a wallet may open now.

    Attributes:
        ott: The one-time token, readable here only.
        url: Where it opens, the token included.
        network: Key of the network it was told.
    """

    ott: str
    url: str
    app: App
    network: str

    def __repr__(self) -> str:
        return f"Launched(app={self.app.uuid!r}, ott=[withheld])"


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What a one-time token stood for.

    Attributes:
        ott: Its text, in lower case.
        context: The OTT data object of platform-api 16.2.
        debug: Whether its launch may be replayed.
        ip: Address the launch came from.
    """

    ott: str
    context: dict[str, Any]
    holder_uuid: str
    device_uuid: str
    account: str
    debug: bool
    ip: str | None
    launched_at: datetime

    @classmethod
    def of(cls, ott: str, token: OneTimeToken) -> "Taken":
        """Return what a stored token stands for."""
        return cls(
            ott=ott,
            context=msgspec.json.decode(token.context),
            holder_uuid=token.holder_uuid,
            device_uuid=token.device_uuid,
            account=token.account,
            debug=token.debug,
            ip=token.ip,
            launched_at=token.created_at,
        )

    def __repr__(self) -> str:
        return f"Taken(holder={self.holder_uuid!r}, ott=[withheld])"


class Launch(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody opened an xApp, as its developer sees it: without the token.

    Attributes:
        origin: How they got there.
        network: Key of the network it was told.
        debug: On a debug device.
        taken_at: When the token was traded; None where it was not.
    """

    at: datetime
    account: str
    origin: str
    network: str
    debug: bool
    expires_at: datetime
    taken_at: datetime | None = None

    @classmethod
    def of(cls, token: OneTimeToken) -> "Launch":
        """Return the launch for which a token was made."""
        context = msgspec.json.decode(token.context)
        return cls(
            at=token.created_at,
            account=token.account,
            origin=context["origin"]["type"],
            network=context["nodetype"],
            debug=token.debug,
            expires_at=token.expires_at,
            taken_at=token.taken_at,
        )


class XAppDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A device that may open an xApp before it is published."""

    app_uuid: str
    device_uuid: str
    kind: DeviceKind
    added_at: datetime
