"""The options of `sealgate app create` and `sealgate app update`, and what they are for the admin API."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

TYPE_HELP = "What you build: web (a back end), browser or native."

RedirectUris = Annotated[
    list[str] | None, typer.Option(help="Where sign-in may return to, compared exactly; repeat for several.")
]
RedirectOrigins = Annotated[
    list[str] | None,
    typer.Option(help="Site whose pages may sign in with the browser SDK: https://host, or with a folder."),
]
RedirectWildcards = Annotated[
    list[str] | None, typer.Option(help="Preview deployments: https://*.your.domain/path; * is one label.")
]
PostLogoutUris = Annotated[list[str] | None, typer.Option(help="Where signing out may return to; repeat for several.")]
GrantTypes = Annotated[
    list[str] | None,
    typer.Option(help="authorization_code, refresh_token or device_code; repeat for several."),
]
AllowImplicit = Annotated[
    bool | None,
    typer.Option("--allow-implicit/--no-allow-implicit", help="Tokens in the address, for old browser SDKs."),
]
PublicPkce = Annotated[
    bool | None,
    typer.Option("--public-pkce/--no-public-pkce", help="Codes asked for with PKCE need no secret."),
]
RequirePkce = Annotated[
    bool | None,
    typer.Option("--require-pkce/--no-require-pkce", help="Ask for PKCE even where the secret is sent."),
]
RequirePar = Annotated[
    bool | None, typer.Option("--require-par/--no-require-par", help="Sign-ins must begin with a pushed request.")
]
AccessTokenTtl = Annotated[int | None, typer.Option(help="Seconds an access token lives, 86400 at most.")]
IdTokenAlg = Annotated[str | None, typer.Option(help="Algorithm of ID tokens: RS256 or ES256.")]
SessionSharing = Annotated[
    str | None,
    typer.Option(help="Whether a session may spare a signature: off, same-client, any-client-with-consent."),
]
Description = Annotated[str | None, typer.Option(help="One line about the application.")]
IconUrl = Annotated[str | None, typer.Option(help="Icon people see when they sign.")]
Homepage = Annotated[str | None, typer.Option(help="Home page of the application.")]
Support = Annotated[str | None, typer.Option(help="Page where its users get help.")]
Policy = Annotated[str | None, typer.Option(help="Its privacy policy.")]
Terms = Annotated[str | None, typer.Option(help="Its terms of service.")]
WebhookUrl = Annotated[str | None, typer.Option(help="Where outcomes are posted to.")]
WebhookSchedule = Annotated[
    str | None,
    typer.Option(help="When failed deliveries are tried again: sealgate (for three days) or compat (for 22 minutes)."),
]
DefaultNetwork = Annotated[
    str | None, typer.Option("--network", help="Network of its requests where they name none; MAINNET by default.")
]
XAppUrl = Annotated[str | None, typer.Option(help="Address of the xApp.")]
XAppId = Annotated[str | None, typer.Option(help="Identifier of the xApp; made up where it has only an address.")]
XAppNetworks = Annotated[
    list[str] | None, typer.Option(help="Network the xApp works on, such as MAINNET; repeat for several, none is all.")
]
XAppPush = Annotated[
    bool | None, typer.Option("--xapp-push/--no-xapp-push", help="It may send events and notifications.")
]
XAppPushAny = Annotated[
    bool | None,
    typer.Option("--xapp-push-any/--no-xapp-push-any", help="It may address them by account, without a user token."),
]
XAppSpecial = Annotated[
    list[str] | None,
    typer.Option(help="URL_LAUNCH_NO_CONFIRMATION or NETWORK_SWITCH_EVENT_NO_RELOAD; repeat for several."),
]

_MEMBERS = {
    "post_logout_redirect_uri": "post_logout_redirect_uris",
    "grant_type": "grant_types",
    "xapp_network": "xapp_networks",
    "access_token_ttl": "access_token_ttl_s",
    "homepage": "homepage_url",
    "support": "support_url",
    "policy": "policy_url",
    "terms": "terms_url",
}
_MATCHES = {"redirect_origin": "origin", "redirect_wildcard": "wildcard"}


def chosen_values(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of the admin API for the options that were given; a list given as one empty text is empty."""
    given = {name: value for name, value in options.items() if value not in (None, []) and name != "json"}
    given = {name: [] if value == [""] else value for name, value in given.items()}
    redirects: list[Any] = list(given.pop("redirect_uri", []))
    named = "redirect_uri" in options and options["redirect_uri"] == [""]
    for option, match in _MATCHES.items():
        redirects += [{"uri": uri, "match": match} for uri in given.pop(option, [])]
    body = {_MEMBERS.get(name, name): value for name, value in given.items()}
    if redirects or named:
        body["redirect_uris"] = redirects
    return body
