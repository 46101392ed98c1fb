"""What the admin API reads and answers about apps."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from sealgate.apps.checks import (
    checked_description,
    checked_name,
    checked_redirect_uris,
    checked_url,
    checked_xapp_id,
)
from sealgate.apps.model import App, AppDraft, AppSecret, AppType, NewApp
from sealgate.base.clock import to_wire

UuidText = Annotated[str, Meta(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
PageSize = Annotated[int, Meta(ge=1, le=500, description="How many at most.")]
A_YEAR_S = 31_622_400
URLS = ("icon_url", "webhook_url", "xapp_url")


class AppIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A new app. What is left out, null or empty is not there."""

    name: str
    type: AppType = "web"
    description: str | None = None
    icon_url: str | None = None
    webhook_url: str | None = None
    redirect_uris: list[str] = []
    xapp_id: str | None = None
    xapp_url: str | None = None

    def checked(self, *, dev: bool) -> AppDraft:
        """Return the draft of the app; AppInvalid where a value cannot be used."""
        return AppDraft(
            name=checked_name(self.name),
            type=self.type,
            description=checked_description(self.description),
            redirect_uris=checked_redirect_uris(self.redirect_uris),
            xapp_id=checked_xapp_id(self.xapp_id),
            **{member: checked_url(member, getattr(self, member), dev=dev) for member in URLS},
        )


class AppChangesIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Changes of an app. What is left out stays; null or an empty text removes."""

    name: str | UnsetType = UNSET
    type: AppType | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    icon_url: str | UnsetType | None = UNSET
    webhook_url: str | UnsetType | None = UNSET
    redirect_uris: list[str] | UnsetType = UNSET
    xapp_id: str | UnsetType | None = UNSET
    xapp_url: str | UnsetType | None = UNSET

    def checked(self, *, dev: bool) -> dict[str, Any]:
        """Return the values to store by name; AppInvalid where one cannot be used."""
        changes: dict[str, Any] = {}
        if self.name is not UNSET:
            changes["name"] = checked_name(self.name)
        if self.type is not UNSET:
            changes["type"] = self.type
        if self.description is not UNSET:
            changes["description"] = checked_description(self.description)
        if self.redirect_uris is not UNSET:
            changes["redirect_uris"] = checked_redirect_uris(self.redirect_uris)
        if self.xapp_id is not UNSET:
            changes["xapp_id"] = checked_xapp_id(self.xapp_id)
        for member in URLS:
            given = getattr(self, member)
            if given is not UNSET:
                changes[member] = checked_url(member, given, dev=dev)
        return changes


class AppsAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which apps: the page behind the app `after`, oldest first."""

    after: UuidText | None = None
    limit: PageSize = 100


class RotationAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How to rotate: `retire_after_s` seconds later the old secret stops to count; without it, once it is retired."""

    retire_after_s: Annotated[int, Meta(ge=0, le=A_YEAR_S)] | None = None


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
    webhook_url: str | None
    xapp_id: str | None
    xapp_url: str | None
    disabled: bool
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
        return cls(
            uuid=app.uuid,
            name=app.name,
            api_key=app.uuid,
            api_secret=api_secret,
            webhook_secret=webhook_secret,
            type=app.type,
            description=app.description,
            icon_url=app.icon(public_url),
            redirect_uris=app.redirect_uris,
            webhook_url=app.webhook_url,
            xapp_id=app.xapp_id,
            xapp_url=app.xapp_url,
            disabled=app.disabled,
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
