"""Shapes of the slice: what wallets order and get, and what an operator reads and says about xApps."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from sealgate.apps.model import App
from sealgate.apps.wire import UuidText
from sealgate.base.clock import to_wire
from sealgate.xapps.errors import LaunchInvalid
from sealgate.xapps.model import DeviceKind, Launched, LaunchOrder, OriginType, XAppDevice

MOST_PARAMETERS = 64
MOST_NAME_CHARS = 64
MOST_JSON_BYTES = 8192
COMMANDS = (
    "OPENSIGNREQUEST", "SCANQR", "SELECTDESTINATION", "XAPPNAVIGATE", "OPENBROWSER", "TXDETAILS", "SHARE", "CLOSE",
    "READY",
)  # fmt: skip
"""What an xApp may ask of a wallet (wallet-api 8.4): all that ends with the person who holds it."""

# Published xApps ask for a wallet of the second generation at the least.
_VERSION_NOT_TOLD = "2.9.1"

_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
Word = Annotated[str, Meta(max_length=32, pattern=_PRINTABLE)]
Style = Annotated[str, Meta(pattern="^(?i:light|dark|moonlight|royal)$")]
Kind = Annotated[str, Meta(pattern="^(?i:regular|tangem)$")]
Grade = Annotated[str, Meta(pattern="^(?i:full|readonly)$")]
NetworkKey = Annotated[str, Meta(pattern="^[A-Z0-9_-]{1,32}$", description="Such as MAINNET")]
NodeUrl = Annotated[str, Meta(max_length=512, pattern="^wss?://[!-~]+$")]
AccountText = Annotated[str, Meta(min_length=25, max_length=35)]
Members = dict[str, Any]


class OriginIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the person got to the xApp; `data` by type: `url`, `content`, `payload`, `txid` (wallet-api 8.1)."""

    type: OriginType = "UNKNOWN"
    data: Members = {}


class LaunchIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a wallet says when it opens an xApp.

    Attributes:
        parameters: Those of the link that named the xApp. They stand apart, so that a link cannot say what only the
            wallet says (wallet-api 8.1).
        xAppNavigateData: The `xAppNavigate` command of the xApp that led here.
        account: One of the user's own; the one added first where it is left out.
    """

    version: Word | None = None
    locale: Word | None = None
    currency: Word | None = None
    style: Style = "light"
    nodetype: NetworkKey | None = None
    nodewss: NodeUrl | None = None
    origin: OriginIn = OriginIn()
    parameters: Members = {}
    account: AccountText | None = None
    accounttype: Kind = "Regular"
    accountaccess: Grade = "Full"
    xAppNavigateData: Members = {}  # noqa: N815 - the name on the wire

    def order(self) -> LaunchOrder:
        """Return the order; LaunchInvalid where a part is larger than a link or a command may be."""
        return LaunchOrder(
            account=self.account,
            origin_type=self.origin.type,
            origin_data=_bounded("/origin/data", self.origin.data),
            parameters=_bounded("/parameters", self.parameters),
            navigate=_bounded("/xAppNavigateData", self.xAppNavigateData),
            version=self.version,
            locale=self.locale,
            currency=self.currency,
            style=self.style.upper(),
            nodetype=self.nodetype,
            nodewss=self.nodewss,
            accounttype=self.accounttype.upper(),
            accountaccess=self.accountaccess.upper(),
        )


class LaunchPermissions(msgspec.Struct, frozen=True):
    """What the xApp may do in the wallet: `commands` it may send, `special` things without a question."""

    special: tuple[str, ...]
    commands: tuple[str, ...] = COMMANDS


class LaunchOut(msgspec.Struct, frozen=True, kw_only=True):
    """An xApp that may be opened now.

    Attributes:
        ott: The one-time token: the xApp trades it, once, for what this launch was.
        url: Where to open it, token and style included, with `user_agent`.
        network: Key of the network that the xApp is told.
        user_agent: Goes into the User-Agent of the web view; published clients know by it that they are an xApp.
        error: Always empty: what cannot be launched is refused.
    """

    ott: str
    appid: str
    xappTitle: str  # noqa: N815 - the names on the wire
    icon: str
    xappSupportUrl: str | None  # noqa: N815
    allowForCurrentNetwork: bool = True  # noqa: N815
    permissions: LaunchPermissions
    error: str = ""
    identifier: str
    network: str
    url: str
    user_agent: str

    @classmethod
    def of(cls, launched: Launched, *, version: str | None, public_url: str) -> "LaunchOut":
        """Return the answer to the wallet that ordered a launch."""
        app = launched.app
        return cls(
            ott=launched.ott,
            appid=app.uuid,
            xappTitle=app.name,
            icon=app.icon(public_url),
            xappSupportUrl=app.support_url,
            permissions=LaunchPermissions(app.xapp_special),
            identifier=app.xapp_id or app.uuid,
            network=launched.network,
            url=launched.url,
            user_agent=f"xumm/xapp:{version or _VERSION_NOT_TOLD} (ott:{launched.ott})",
        )


class XAppInfoOut(msgspec.Struct, frozen=True, kw_only=True):
    """What a wallet shows before it opens an xApp (wallet-api 8.1); `networks` empty means any."""

    identifier: str
    appid: str
    name: str
    icon: str
    description: str
    developerName: str | None = None  # noqa: N815 - the names on the wire
    supportUrl: str | None  # noqa: N815
    websiteUrl: str | None  # noqa: N815
    termsUrl: str | None  # noqa: N815
    privacyUrl: str | None  # noqa: N815
    donateAddress: str | None = None  # noqa: N815
    donation: bool = False
    networks: tuple[str, ...]

    @classmethod
    def of(cls, app: App, *, public_url: str) -> "XAppInfoOut":
        """Return what there is to show of an xApp."""
        return cls(
            identifier=app.xapp_id or app.uuid,
            appid=app.uuid,
            name=app.name,
            icon=app.icon(public_url),
            description=app.description or "",
            supportUrl=app.support_url,
            websiteUrl=app.homepage_url,
            termsUrl=app.terms_url,
            privacyUrl=app.policy_url,
            networks=app.xapp_networks,
        )


class XAppsAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which xApps: the page behind the identifier `after`."""

    after: Annotated[str, Meta(max_length=64, pattern="^[a-z0-9._-]+$")] | None = None


class XAppsOut(msgspec.Struct, frozen=True):
    """The xApps that the device may open, by identifier, 100 at a time.

    Attributes:
        next: Identifier to go on with as `after`, or null where this was all.
    """

    xapps: list[XAppInfoOut]
    next: str | None


class XAppDeviceIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device for an xApp's list: a `guest` may open it before it is published, `debug` is the developer's own."""

    device: UuidText
    kind: DeviceKind = "guest"


class XAppDeviceOut(msgspec.Struct, frozen=True, kw_only=True):
    """A device on an xApp's list."""

    device: str
    kind: DeviceKind
    added_at: str

    @classmethod
    def of(cls, device: XAppDevice) -> "XAppDeviceOut":
        """Return the shape of a device."""
        return cls(device=device.device_uuid, kind=device.kind, added_at=to_wire(device.added_at))


class XAppDevicesOut(msgspec.Struct, frozen=True):
    """The devices on an xApp's list, in the order they were added."""

    devices: list[XAppDeviceOut]


def _bounded(pointer: str, members: Members) -> Members:
    if len(members) > MOST_PARAMETERS:
        raise LaunchInvalid(message=f"There are more than {MOST_PARAMETERS} members.", pointer=pointer)
    if any(len(name) > MOST_NAME_CHARS for name in members):
        raise LaunchInvalid(message=f"A name is longer than {MOST_NAME_CHARS} characters.", pointer=pointer)
    if len(msgspec.json.encode(members)) > MOST_JSON_BYTES:
        raise LaunchInvalid(message=f"It is larger than {MOST_JSON_BYTES} bytes of JSON.", pointer=pointer)
    return members
