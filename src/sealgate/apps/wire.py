"""What the admin API reads and answers about apps."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from sealgate.apps.checks import (
    checked_description,
    checked_grant_types,
    checked_name,
    checked_network,
    checked_networks,
    checked_url,
    checked_xapp_id,
)
from sealgate.apps.model import (
    MAX_ACCESS_TOKEN_TTL_S,
    App,
    AppDraft,
    AppSecret,
    AppType,
    AppValues,
    GrantType,
    NewApp,
    Redirect,
    SessionSharing,
    SigningAlg,
    XAppSpecial,
    XAppStatus,
    defaults_of,
)
from sealgate.apps.redirects import checked_post_logout_uris, checked_redirects
from sealgate.apps.webhook_model import Schedule
from sealgate.base.clock import to_wire
from sealgate.ledger.networks import DEFAULT_NETWORK

UuidText = Annotated[str, Meta(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
PageSize = Annotated[int, Meta(ge=1, le=500, description="How many at most.")]
A_YEAR_S = 31_622_400
URLS = ("icon_url", "webhook_url", "xapp_url", "homepage_url", "support_url", "policy_url", "terms_url")
Lifetime = Annotated[int, Meta(ge=60, le=MAX_ACCESS_TOKEN_TTL_S, description="Seconds an access token lives.")]
RedirectsIn = list[str | Redirect]


class AppIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A new app. What is left out, null or empty is not there; sign-in options get the safe defaults of its type."""

    name: str
    type: AppType = "web"
    description: str | None = None
    icon_url: str | None = None
    webhook_url: str | None = None
    webhook_schedule: Schedule = "sealgate"
    redirect_uris: RedirectsIn = []
    post_logout_redirect_uris: list[str] = []
    grant_types: tuple[str, ...] = ("authorization_code",)
    allow_implicit: bool | None = None
    public_pkce: bool | None = None
    require_pkce: bool | None = None
    require_par: bool = False
    access_token_ttl_s: Lifetime = MAX_ACCESS_TOKEN_TTL_S
    id_token_alg: SigningAlg = "RS256"  # noqa: S105 - the name of an algorithm
    session_sharing: SessionSharing = "same-client"
    homepage_url: str | None = None
    support_url: str | None = None
    policy_url: str | None = None
    terms_url: str | None = None
    network: str = DEFAULT_NETWORK
    xapp_id: str | None = None
    xapp_url: str | None = None
    xapp_networks: tuple[str, ...] = ()
    xapp_push: bool | None = None
    xapp_push_any: bool = False
    xapp_special: tuple[XAppSpecial, ...] = ()

    def checked(self, *, dev: bool) -> AppDraft:
        """Return the draft of the app; AppInvalid where a value cannot be used."""
        values = msgspec.structs.asdict(self)
        if values["xapp_push"] is None:
            # In the sandbox there is no operator to ask for the permission.
            values["xapp_push"] = dev
        chosen = {name: values[name] for name in defaults_of(self.type) if values[name] is not None}
        draft = {name: _check(name, value, dev) for name, value in values.items() if name not in defaults_of(self.type)}
        draft["redirects"] = draft.pop("redirect_uris")
        return AppDraft(**draft, **(defaults_of(self.type) | chosen))


class AppChangesIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Changes of an app. What is left out stays; null or an empty text removes."""

    name: str | UnsetType = UNSET
    type: AppType | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    icon_url: str | UnsetType | None = UNSET
    webhook_url: str | UnsetType | None = UNSET
    webhook_schedule: Schedule | UnsetType = UNSET
    redirect_uris: RedirectsIn | UnsetType = UNSET
    post_logout_redirect_uris: list[str] | UnsetType = UNSET
    grant_types: list[str] | UnsetType = UNSET
    allow_implicit: bool | UnsetType = UNSET
    public_pkce: bool | UnsetType = UNSET
    require_pkce: bool | UnsetType = UNSET
    require_par: bool | UnsetType = UNSET
    access_token_ttl_s: Lifetime | UnsetType = UNSET
    id_token_alg: SigningAlg | UnsetType = UNSET
    session_sharing: SessionSharing | UnsetType = UNSET
    homepage_url: str | UnsetType | None = UNSET
    support_url: str | UnsetType | None = UNSET
    policy_url: str | UnsetType | None = UNSET
    terms_url: str | UnsetType | None = UNSET
    network: str | UnsetType | None = UNSET
    xapp_id: str | UnsetType | None = UNSET
    xapp_url: str | UnsetType | None = UNSET
    xapp_networks: list[str] | UnsetType = UNSET
    xapp_push: bool | UnsetType = UNSET
    xapp_push_any: bool | UnsetType = UNSET
    xapp_special: tuple[XAppSpecial, ...] | UnsetType = UNSET

    def checked(self, *, dev: bool) -> dict[str, Any]:
        """Return the values to store by name; AppInvalid where one cannot be used."""
        given = {name: value for name, value in msgspec.structs.asdict(self).items() if value is not UNSET}
        changes = {name: _check(name, value, dev) for name, value in given.items()}
        if "redirect_uris" in changes:
            changes["redirects"] = changes.pop("redirect_uris")
        return changes


def _check(member: str, value: Any, dev: bool) -> Any:
    if member in URLS:
        return checked_url(member, value, dev=dev)
    check = _CHECKS.get(member)
    return value if check is None else check(value)


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": checked_name,
    "description": checked_description,
    "redirect_uris": checked_redirects,
    "post_logout_redirect_uris": checked_post_logout_uris,
    "grant_types": checked_grant_types,
    "xapp_id": checked_xapp_id,
    "xapp_networks": checked_networks,
    "network": checked_network,
}


class AppsAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which apps: the page behind the app `after`, oldest first."""

    after: UuidText | None = None
    limit: PageSize = 100


class RotationAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How to rotate: `retire_after_s` seconds later the old secret stops to count; without it, once it is retired."""

    retire_after_s: Annotated[int, Meta(ge=0, le=A_YEAR_S)] | None = None


class ImportAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whether to check only: then nothing is registered, and the answer has no secrets."""

    dry_run: bool = False


class RetirementAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which secret to retire, by its id; without it, the older of the two."""

    id: UuidText | None = None


class SecretOut(msgspec.Struct, kw_only=True):
    """A live secret, without the secret. `id` names it and is no credential."""

    id: str
    created_at: str
    retires_at: str | None
    last_used_at: str | None

    @classmethod
    def of(cls, secret: AppSecret) -> "SecretOut":
        return cls(
            id=secret.id,
            created_at=to_wire(secret.created_at),
            retires_at=_moment(secret.retires_at),
            last_used_at=_moment(secret.last_used_at),
        )


class AppOut(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An app. `api_key` and `uuid` are the same; secrets are there at the moment they are made and never again."""

    uuid: str
    name: str
    api_key: str
    api_secret: str | None = None
    webhook_secret: str | None = None
    type: AppType
    description: str | None
    icon_url: str
    redirect_uris: tuple[str, ...]
    redirects: tuple[Redirect, ...]
    post_logout_redirect_uris: tuple[str, ...]
    grant_types: tuple[GrantType, ...]
    allow_implicit: bool
    public_pkce: bool
    require_pkce: bool
    require_par: bool
    access_token_ttl_s: int
    id_token_alg: SigningAlg
    session_sharing: SessionSharing
    homepage_url: str | None
    support_url: str | None
    policy_url: str | None
    terms_url: str | None
    network: str
    webhook_url: str | None
    webhook_schedule: Schedule
    xapp_id: str | None
    xapp_url: str | None
    xapp_status: XAppStatus
    xapp_networks: tuple[str, ...]
    xapp_push: bool
    xapp_push_any: bool
    xapp_special: tuple[XAppSpecial, ...]
    disabled: bool
    deleted_at: str | None = None
    created_at: str
    secrets: list[SecretOut] | None = None

    @classmethod
    def of(
        cls,
        app: App,
        *,
        public_url: str,
        api_secret: str | None = None,
        webhook_secret: str | None = None,
        secrets: Sequence[AppSecret] | None = None,
    ) -> "AppOut":
        as_it_is = {name: getattr(app, name) for name in (*AppValues.__struct_fields__, "uuid", "disabled")}
        return cls(
            **as_it_is | {"icon_url": app.icon(public_url)},
            api_key=app.uuid,
            api_secret=api_secret,
            webhook_secret=webhook_secret,
            redirect_uris=app.redirect_uris,
            deleted_at=_moment(app.deleted_at),
            created_at=to_wire(app.created_at),
            secrets=None if secrets is None else [SecretOut.of(secret) for secret in secrets],
        )

    @classmethod
    def of_new(cls, new: NewApp, *, public_url: str) -> "AppOut":
        return cls.of(new.app, public_url=public_url, api_secret=new.secret.text, webhook_secret=new.webhook_secret)


class AppsOut(msgspec.Struct):
    """A page of apps, oldest first."""

    apps: list[AppOut]


def _moment(at: datetime | None) -> str | None:
    return None if at is None else to_wire(at)
