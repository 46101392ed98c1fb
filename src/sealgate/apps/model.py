"""What an app is: values without behaviour that reaches outside."""

from datetime import datetime
from typing import Literal

import msgspec

from sealgate.apps.webhook_model import EventKind, Schedule
from sealgate.ledger.networks import DEFAULT_NETWORK

AppType = Literal["web", "browser", "native"]
RedirectMatch = Literal["exact", "origin", "loopback", "wildcard"]
GrantType = Literal["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]
SigningAlg = Literal["RS256", "ES256"]
SessionSharing = Literal["off", "same-client", "any-client-with-consent"]
XAppStatus = Literal["draft", "review", "listed"]
Switch = Literal["operator", "owner"]
XAppSpecial = Literal["URL_LAUNCH_NO_CONFIRMATION", "NETWORK_SWITCH_EVENT_NO_RELOAD"]

DEVICE_CODE: Literal["urn:ietf:params:oauth:grant-type:device_code"] = "urn:ietf:params:oauth:grant-type:device_code"
GRANT_TYPES: tuple[GrantType, ...] = ("authorization_code", "refresh_token", DEVICE_CODE)
MAX_ACCESS_TOKEN_TTL_S = 86_400

ICON_PATH = "/assets/app-icons"
MAX_LIVE_SECRETS = 2
"""One in use and one to move to: enough for a rotation without a gap, and no forgotten third."""


class Redirect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a sign-in may return to (oauth2 B3).

    Attributes:
        match: How a request's URI is compared with `uri`: `exact`; `loopback`, the same with any port (RFC 8252, 7.3);
            `origin`, for the browser SDK's `scope=XummPkce` only: same origin, and the path or one below it;
            `wildcard`: `*` stands for one label of the host.
    """

    uri: str
    match: RedirectMatch = "exact"


class AppValues(msgspec.Struct, frozen=True, kw_only=True):
    """What can be chosen for an app. Where nothing was given, text other than `name` is None.

    Attributes:
        redirects: Where sign-ins may return to.
        grant_types: What the token endpoint takes from it (RFC 7591, 2), without the implicit one.
        allow_implicit: Whether `response_type=token` is answered.
        public_pkce: Whether a code asked for with PKCE may be redeemed without the API secret.
        require_pkce: Whether a code must be asked for with PKCE even where the secret will be sent.
        require_par: Whether a sign-in must begin with a pushed request (RFC 9126).
        access_token_ttl_s: Life of an access token, at most a day (design 4.15).
        session_sharing: Whether a session of the provider may spare this app's users a signature.
        webhook_url: Where its default endpoint is (`apps.webhooks`).
        webhook_schedule: When failed deliveries are tried again: our schedule, or the one old receivers know.
        network: Key of the network that its requests are for where they name none.
        xapp_id: What names the xApp in `/detect/xapp:…` links, lower case.
        xapp_url: Where the xApp is.
        xapp_status: Who may open the xApp: only the devices on its list, until it is `listed`.
        xapp_networks: Keys of the networks the xApp works on; empty for all.
        xapp_push: Whether the app may send xApp events and notifications.
        xapp_push_any: Whether it may address them by account or user, without a user token.
        xapp_special: What a wallet may do for the xApp without asking (wallet-api 8.1).
    """

    name: str
    type: AppType = "web"
    description: str | None = None
    icon_url: str | None = None
    webhook_url: str | None = None
    webhook_schedule: Schedule = "sealgate"
    redirects: tuple[Redirect, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    grant_types: tuple[GrantType, ...] = ("authorization_code",)
    allow_implicit: bool = False
    public_pkce: bool = False
    require_pkce: bool = True
    require_par: bool = False
    access_token_ttl_s: int = MAX_ACCESS_TOKEN_TTL_S
    id_token_alg: SigningAlg = "RS256"  # noqa: S105 - the name of an algorithm
    session_sharing: SessionSharing = "same-client"
    homepage_url: str | None = None
    support_url: str | None = None
    policy_url: str | None = None
    terms_url: str | None = None
    network: str = DEFAULT_NETWORK
    xapp_id: str | None = None
    xapp_url: str | None = None
    xapp_status: XAppStatus = "draft"
    xapp_networks: tuple[str, ...] = ()
    xapp_push: bool = False
    xapp_push_any: bool = False
    xapp_special: tuple[XAppSpecial, ...] = ()

    @property
    def redirect_uris(self) -> tuple[str, ...]:
        """The registered redirect URIs as text, each once."""
        return tuple(dict.fromkeys(redirect.uri for redirect in self.redirects))


class App(AppValues, frozen=True, kw_only=True):
    """A registered application. As the caller of a route: the holder of its key and secret.

    Its `uuid` is the API key and the OAuth2 `client_id` (platform-api 1.2).

    Attributes:
        disabled_by: Who switched it off; None for apps from before this was noted.
        icon_file: Name of the icon that was uploaded here; it comes before `icon_url`.
        deleted_at: Since when it is gone: nobody finds it any more, but what it asked people for still has its name.
        webhook_events: The kinds that its endpoints ask for together, written with every change of theirs: so whoever
            has the app knows without a statement whether anybody wants to hear of something.
    """

    uuid: str
    created_at: datetime
    owner: str | None = None
    disabled: bool = False
    disabled_by: Switch | None = None
    icon_file: str | None = None
    deleted_at: datetime | None = None
    webhook_events: tuple[EventKind, ...] = ()

    def wants(self, kind: EventKind) -> bool:
        """Tell whether one of its webhook endpoints asks for this kind of event, or somebody who follows all of them.

        Who follows is known to the `AppDirectory`, so this is for an app that made a call.
        """
        return kind in self.webhook_events

    def icon(self, public_url: str) -> str:
        """Return the icon's URL, or that of the general one where the app has none."""
        return self._uploaded_icon(public_url) or self.icon_url or f"{public_url}/assets/apps/app-icon.svg"

    def own_icon(self, public_url: str) -> str | None:
        """Return the icon's URL where this server has it: a page of ours asks no stranger for anything (design 5)."""
        icon = self._uploaded_icon(public_url) or self.icon_url
        return icon if icon and icon.startswith((f"{public_url}/", "data:image/")) else None

    def _uploaded_icon(self, public_url: str) -> str | None:
        return f"{public_url}{ICON_PATH}/{self.icon_file}.png" if self.icon_file else None


class PublicApp(msgspec.Struct, frozen=True):
    """The caller of a route that names an app by its API key alone and proves nothing: `x-api-key` without a secret."""

    app: App


class AppSecret(msgspec.Struct, frozen=True, kw_only=True):
    """One of an app's API secrets, without the secret.

    `id` names it in the admin API and is no credential. `mac` is what a presented secret is compared with. `sealed`
    opens to the secret itself, for HS256 and webhook signatures (design 4.1). After `retires_at` it counts no more.
    """

    id: str
    app_uuid: str
    mac: bytes
    sealed: bytes
    created_at: datetime
    retires_at: datetime | None = None
    last_used_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Tell whether a call made at `now` may use this secret."""
        return self.retires_at is None or now < self.retires_at


class AppDraft(AppValues, frozen=True, kw_only=True):
    """Values of an app that does not exist yet, as the functions of `apps.checks` return them."""


class NewSecret(msgspec.Struct, frozen=True, kw_only=True):
    """A secret at the one moment when it is readable."""

    id: str
    text: str

    def __repr__(self) -> str:
        return f"NewSecret(id={self.id!r}, text=[withheld])"


class NewApp(msgspec.Struct, frozen=True, kw_only=True):
    """A fresh app with what is shown once: its secret and, where it has a webhook URL, the webhooks' signing secret."""

    app: App
    secret: NewSecret
    webhook_secret: str | None

    def __repr__(self) -> str:
        return f"NewApp(app={self.app.uuid!r}, secret=[withheld], webhook_secret=[withheld])"


def defaults_of(type: AppType) -> dict[str, bool]:
    """Return the sign-in options of a new app of a type where none were chosen (design 4.3 and 4.4, oauth2 B2).

    What runs at people's homes cannot keep a secret: its codes are redeemed by PKCE alone. A back end has its secret,
    and published clients for back ends send nothing else (ADR 16). The implicit flow is for the browser SDK, which
    knows nothing better.
    """
    at_home = type != "web"
    return {"public_pkce": at_home, "allow_implicit": type == "browser", "require_pkce": at_home}


def own_redirects(type: AppType, redirects: tuple[Redirect, ...]) -> tuple[Redirect, ...]:
    """Return what was registered: `effective_redirects` without what it added."""
    chosen = tuple(redirect for redirect in redirects if redirect.match != "origin")
    added = frozenset(effective_redirects(type, chosen)) - frozenset(chosen)
    return tuple(redirect for redirect in redirects if redirect not in added)


def effective_redirects(type: AppType, redirects: tuple[Redirect, ...]) -> tuple[Redirect, ...]:
    """Return what sign-ins are compared with: for a browser app, each web address counts by its origin as well.

    The browser SDK sends whichever page it runs on as its redirect URI; it is compared by origin only where the scope
    says that the SDK asks (oauth2 B3.3).
    """
    if type != "browser":
        return redirects
    twins = tuple(
        Redirect(redirect.uri.partition("?")[0], "origin")
        for redirect in redirects
        if redirect.match in ("exact", "loopback") and redirect.uri.startswith(("https://", "http://"))
    )
    return tuple(dict.fromkeys(redirects + twins))
