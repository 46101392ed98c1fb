"""Apps as the developer console of the original platform shows and exports them (platform-api 22.2, 22.3). Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from sealgate.apps.importing import IMPORTED_OPTIONS, imported_redirects
from sealgate.base.ids import as_uuid

MAX_APPS = 100

# Ours, and what theirs are called: in the list, where `application_` may stand before it, and in the form.
_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "name": ("name", "appName"),
        "description": ("description", "appDescription"),
        "icon_url": ("icon_url", "appIcon"),
        "homepage_url": ("infourl_homepage", "infourlHomepage"),
        "support_url": ("infourl_support", "infourlSupport"),
        "terms_url": ("infourl_terms", "infourlTerms"),
        "policy_url": ("infourl_privacy", "infourlPrivacy"),
        "webhook_url": ("webhookurl", "appWebhookUrl"),
        "xapp_id": ("xapp_identifier",),
        "xapp_url": ("xapp_url", "xAppDestinationUrl"),
    }
)
_NOT_TAKEN: Mapping[str, str] = MappingProxyType(
    {
        "dev_email": "this server sends no mail",
        "shared_with": "who may look after an app is invited in the console",
        "trusted_ips": "a key counts from everywhere here",
        "token_exp_days": "user tokens live as long as the setting user_token_days says",
        "permissions_xapp_push": "the permission is an operator's to give: `sealgate app update --xapp-push`",
        "allow_fetch_kyc_data": "the permission has no counterpart here",
        "xapp_debug_devices_uuids": "devices are others here: `sealgate app` lists who may open a draft",
    }
)


class ExportUnreadable(ValueError):
    """The text is no export; says why."""


class ExportedApp(msgspec.Struct, frozen=True, kw_only=True):
    """An app as it was elsewhere.

    Attributes:
        api_key: Its key there, None where the export has none.
        values: Members of the admin API's `AppIn`, not checked but for the redirects.
        notices: A sentence for each thing that was left out or needs its owner's eye.
    """

    api_key: str | None
    values: dict[str, Any]
    notices: tuple[str, ...]


def read_export(text: str, *, wildcards: bool = False) -> list[ExportedApp]:
    """Return the apps of a JSON export: one app, a list of them, or `{"applications": […]}`.

    Args:
        wildcards: Whether the owner wants `https://*.host` entries, which allow a whole domain.

    Raises:
        ExportUnreadable: it is no JSON, or not of apps, or of more than a hundred.
    """
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as problem:
        raise ExportUnreadable(f"it is no JSON: {problem}") from None
    if isinstance(found, dict):
        found = found.get("applications", found.get("application", found))
    apps = found if isinstance(found, list) else [found]
    if not apps or len(apps) > MAX_APPS or not all(isinstance(app, dict) for app in apps):
        raise ExportUnreadable(f"it must hold one application, or a list of up to {MAX_APPS}")
    return [_read(app, wildcards) for app in apps]


def _read(app: Mapping[str, Any], wildcards: bool) -> ExportedApp:
    values: dict[str, Any] = {}
    notices: list[str] = []
    for ours, theirs in _FIELDS.items():
        value = _find(app, *theirs)
        if value and not isinstance(value, str):
            notices.append(f"{theirs[0]}: left out: it is no text.")
        elif value and value.strip():
            values[ours] = value.strip()
    networks = _texts(_find(app, "xapp_networks", "xAppNetworks"))
    if networks:
        values["xapp_networks"] = networks
    if _find(app, "no_netswitch_rld", "xummEvent"):
        values["xapp_special"] = ["NETWORK_SWITCH_EVENT_NO_RELOAD"]
    redirects = imported_redirects("\n".join(_texts(_find(app, "redirect_uris", "redirectUris"))), wildcards=wildcards)
    values["redirect_uris"] = [{"uri": one.uri, "match": one.match} for one in redirects.redirects]
    notices += redirects.notices
    notices += [f"{name}: left out: {why}." for name, why in _NOT_TAKEN.items() if _find(app, name)]
    key = _find(app, "uuidv4", "api_key")
    return ExportedApp(
        api_key=as_uuid(key) if isinstance(key, str) else None,
        values=values | IMPORTED_OPTIONS,
        notices=tuple(notices),
    )


def _find(app: Mapping[str, Any], *names: str) -> Any:
    return next((app[name] for one in names for name in (one, f"application_{one}") if app.get(name)), None)


def _texts(value: Any) -> list[str]:
    """Return the entries of a list, or of a text with one a line."""
    entries = value if isinstance(value, list) else value.splitlines() if isinstance(value, str) else []
    return [entry.strip() for entry in entries if isinstance(entry, str) and entry.strip()]
