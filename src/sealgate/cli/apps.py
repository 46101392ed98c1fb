"""`sealgate app …`: an operator's look at the applications, through the admin API."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from sealgate.cli import app_advice, app_webhooks
from sealgate.cli.admin import admin_client
from sealgate.cli.app_options import (
    TYPE_HELP,
    AccessTokenTtl,
    AllowImplicit,
    DefaultNetwork,
    Description,
    GrantTypes,
    Homepage,
    IconUrl,
    IdTokenAlg,
    Policy,
    PostLogoutUris,
    PublicPkce,
    RedirectOrigins,
    RedirectUris,
    RedirectWildcards,
    RequirePar,
    RequirePkce,
    SessionSharing,
    Support,
    Terms,
    WebhookSchedule,
    WebhookUrl,
    XAppId,
    XAppNetworks,
    XAppPush,
    XAppPushAny,
    XAppSpecial,
    XAppUrl,
    chosen_values,
)
from sealgate.cli.output import AsJson, Refused, note, print_json, say, table

cli = typer.Typer(help="Applications, their keys and secrets.", no_args_is_help=True)
cli.add_typer(app_webhooks.cli, name="webhook")

_APPS = "/api/v1/admin/apps"
_MATCHES = {
    "exact": "exactly",
    "loopback": "any port",
    "origin": "any page of it, for the browser SDK",
    "wildcard": "any first label",
}
_SIGN_IN = (
    "post_logout_redirect_uris",
    "grant_types",
    "allow_implicit",
    "public_pkce",
    "require_pkce",
    "require_par",
    "access_token_ttl_s",
    "id_token_alg",
    "session_sharing",
)
_XAPP = ("xapp_id", "xapp_url", "xapp_status", "xapp_networks", "xapp_push", "xapp_push_any", "xapp_special")
AppId = Annotated[str, typer.Argument(help="UUID of the application: its API key.")]


def _describe(app: dict[str, Any]) -> None:
    say(*(f"{label:<22} {shown}" for label, shown in _lines(app) if shown))


def _lines(app: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("name", "api_key", "api_secret", "webhook_secret", "type", "disabled", "description", "icon_url"):
        yield name.replace("_", " "), _plain(app.get(name))
    for redirect in app["redirects"]:
        yield "redirect", f"{redirect['uri']} ({_MATCHES[redirect['match']]})"
    for name in _SIGN_IN:
        yield name.replace("_", " "), _plain(app.get(name))
    yield "network", app["network"]
    for name in ("webhook_url", "webhook_schedule", "homepage_url", "support_url", "policy_url", "terms_url"):
        yield name.replace("_", " "), _plain(app.get(name))
    if app["xapp_id"]:
        for name in _XAPP:
            yield name.replace("xapp_", "xApp ").replace("_", " "), _plain(app.get(name))
    yield "created at", app["created_at"]
    for secret in app.get("secrets") or []:
        used, retires = secret["last_used_at"], secret["retires_at"]
        yield (
            "secret",
            f"{secret['id']}, {f'last used {used}' if used else 'never used'}"
            + (f", retires {retires}" if retires else ""),
        )


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


@cli.command()
def create(
    name: Annotated[str, typer.Option(help="Name people see when they sign.")],
    type: Annotated[str, typer.Option(help=TYPE_HELP)] = "web",
    redirect_uri: RedirectUris = None,
    redirect_origin: RedirectOrigins = None,
    redirect_wildcard: RedirectWildcards = None,
    post_logout_redirect_uri: PostLogoutUris = None,
    grant_type: GrantTypes = None,
    allow_implicit: AllowImplicit = None,
    public_pkce: PublicPkce = None,
    require_pkce: RequirePkce = None,
    require_par: RequirePar = None,
    access_token_ttl: AccessTokenTtl = None,
    id_token_alg: IdTokenAlg = None,
    session_sharing: SessionSharing = None,
    description: Description = None,
    icon_url: IconUrl = None,
    homepage: Homepage = None,
    support: Support = None,
    policy: Policy = None,
    terms: Terms = None,
    webhook_url: WebhookUrl = None,
    webhook_schedule: WebhookSchedule = None,
    network: DefaultNetwork = None,
    xapp_url: XAppUrl = None,
    xapp_id: XAppId = None,
    xapp_network: XAppNetworks = None,
    xapp_push: XAppPush = None,
    xapp_push_any: XAppPushAny = None,
    xapp_special: XAppSpecial = None,
    json: AsJson = False,
) -> None:
    """Register an application. The secret is shown once, here."""
    app = admin_client().call("POST", _APPS, chosen_values(locals()))
    note(*app_advice.warnings(app))
    if json:
        return print_json(app)
    _describe(app)
    say("", *app_advice.about_secret(app))
    if app["allow_implicit"]:
        say(
            "The implicit flow is on, since the browser SDK may use it; it carries tokens in addresses.",
            "If your pages use PKCE, switch it off: --no-allow-implicit.",
        )


@cli.command()
def update(
    app: AppId,
    name: Annotated[str | None, typer.Option(help="Name people see when they sign.")] = None,
    type: Annotated[str | None, typer.Option(help=TYPE_HELP)] = None,
    redirect_uri: RedirectUris = None,
    redirect_origin: RedirectOrigins = None,
    redirect_wildcard: RedirectWildcards = None,
    post_logout_redirect_uri: PostLogoutUris = None,
    grant_type: GrantTypes = None,
    allow_implicit: AllowImplicit = None,
    public_pkce: PublicPkce = None,
    require_pkce: RequirePkce = None,
    require_par: RequirePar = None,
    access_token_ttl: AccessTokenTtl = None,
    id_token_alg: IdTokenAlg = None,
    session_sharing: SessionSharing = None,
    description: Description = None,
    icon_url: IconUrl = None,
    homepage: Homepage = None,
    support: Support = None,
    policy: Policy = None,
    terms: Terms = None,
    webhook_url: WebhookUrl = None,
    webhook_schedule: WebhookSchedule = None,
    network: DefaultNetwork = None,
    xapp_url: XAppUrl = None,
    xapp_id: XAppId = None,
    xapp_network: XAppNetworks = None,
    xapp_push: XAppPush = None,
    xapp_push_any: XAppPushAny = None,
    xapp_special: XAppSpecial = None,
    json: AsJson = False,
) -> None:
    """Change an application. What is not named stays; a list that is named is replaced; an empty text removes."""
    asked = dict(locals())
    changed = admin_client().call("PATCH", f"{_APPS}/{asked.pop('app')}", chosen_values(asked))
    print_json(changed) if json else _describe(changed)


@cli.command("import")
def import_app(
    name: Annotated[str, typer.Option(help="Name people see when they sign.")],
    redirects: Annotated[
        Path, typer.Option(help="File with the redirect entries as they were registered, one a line; - for stdin.")
    ],
    wildcards: Annotated[bool, typer.Option("--wildcards", help="Take https://*.host entries, too.")] = False,
    type: Annotated[str, typer.Option(help=TYPE_HELP)] = "web",
    webhook_url: WebhookUrl = None,
    json: AsJson = False,
) -> None:
    """Register an application that signed people in elsewhere; its sign-ins keep working, options included."""
    from sealgate.apps.importing import IMPORTED_OPTIONS, imported_redirects

    imported = imported_redirects(_read(redirects), wildcards=wildcards)
    app = admin_client().call(
        "POST",
        _APPS,
        chosen_values({"name": name, "type": type, "webhook_url": webhook_url})
        | IMPORTED_OPTIONS
        | {"redirect_uris": [{"uri": one.uri, "match": one.match} for one in imported.redirects]},
    )
    note(*imported.notices)
    if json:
        return print_json(app)
    _describe(app)
    say("", "Keep the secret now: it is not shown again. Its old pages and back ends must use the new key and secret.")


@cli.command("list")
def list_apps(json: AsJson = False) -> None:
    """List the applications."""
    found = admin_client().call("GET", _APPS)
    if json:
        return print_json(found)
    table(
        ("API key", "name", "type", "state"),
        [(app["uuid"], app["name"], app["type"], "disabled" if app["disabled"] else "on") for app in found["apps"]],
    )


@cli.command()
def show(app: AppId, json: AsJson = False) -> None:
    """Show one application, without its secret, and what its developer should know of it."""
    admin = admin_client()
    found = admin.call("GET", f"{_APPS}/{app}")
    notices = admin.call("GET", f"{_APPS}/{app}/notices")["notices"]
    print_json({**found, "notices": notices}) if json else _describe(found)
    note(*app_advice.warnings(found), *app_advice.of_notices(found, notices))


@cli.command("rotate-secret")
def rotate_secret(app: AppId, json: AsJson = False) -> None:
    """Make a second secret; both work until the old one is retired."""
    found = admin_client().call("POST", f"{_APPS}/{app}/rotate-secret")
    if json:
        return print_json(found)
    _describe(found)
    say("", f"The old secret still works. Once nothing uses it: sealgate app retire-secret {app}")


@cli.command("retire-secret")
def retire_secret(app: AppId, json: AsJson = False) -> None:
    """End a rotation: only the newest secret works from now on."""
    found = admin_client().call("POST", f"{_APPS}/{app}/retire-secret")
    print_json(found) if json else say("Only the newest secret works now.")


@cli.command()
def disable(app: AppId, json: AsJson = False) -> None:
    """Refuse every call of an application from now on."""
    found = admin_client().call("POST", f"{_APPS}/{app}/disable")
    print_json(found) if json else say(f"{found['name']} is disabled.")


@cli.command()
def enable(app: AppId, json: AsJson = False) -> None:
    """Let a disabled application call again."""
    found = admin_client().call("POST", f"{_APPS}/{app}/enable")
    print_json(found) if json else say(f"{found['name']} is on.")


@cli.command()
def delete(
    app: AppId,
    name: Annotated[str, typer.Option(help="The application's name, to show that this is the one you mean.")],
    json: AsJson = False,
) -> None:
    """End an application for good: its secrets, addresses and endpoints are forgotten. There is no way back."""
    admin = admin_client()
    found = admin.call("GET", f"{_APPS}/{app}")
    if found["name"] != name:
        raise Refused(
            message=f"The application {app} has another name.",
            hint=f"If it is the one you mean, repeat with --name {found['name']!r}. `disable` has a way back.",
        )
    gone = admin.call("DELETE", f"{_APPS}/{app}")
    print_json(gone) if json else say(f"{gone['name']} is gone.")


def _read(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text()
    except (OSError, UnicodeDecodeError) as problem:
        raise Refused(message=f"The redirect entries cannot be read: {problem}") from None
