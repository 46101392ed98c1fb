"""What an app is: values without behaviour that reaches outside."""

from datetime import datetime
from typing import Literal

import msgspec

AppType = Literal["web", "browser", "native"]

MAX_LIVE_SECRETS = 2
"""One in use and one to move to: enough for a rotation without a gap, and no forgotten third."""


class App(msgspec.Struct, frozen=True, kw_only=True):
    """A registered application. As the caller of a route: the holder of its key and secret.

    Its `uuid` is the API key (platform-api 1.2). Where nothing was given, text fields other than `name` are None.
    """

    uuid: str
    name: str
    created_at: datetime
    type: AppType = "web"
    description: str | None = None
    icon_url: str | None = None
    webhook_url: str | None = None
    redirect_uris: tuple[str, ...] = ()
    xapp_id: str | None = None
    xapp_url: str | None = None
    owner: str | None = None
    disabled: bool = False

    def icon(self, public_url: str) -> str:
        """Return the icon's URL, or that of the general one where the app has none."""
        return self.icon_url or f"{public_url}/assets/apps/app-icon.svg"


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


class AppDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Values of an app that does not exist yet, as the functions of `apps.checks` return them."""

    name: str
    type: AppType = "web"
    description: str | None = None
    icon_url: str | None = None
    webhook_url: str | None = None
    redirect_uris: tuple[str, ...] = ()
    xapp_id: str | None = None
    xapp_url: str | None = None


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
