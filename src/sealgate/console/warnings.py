"""What is worth a developer's attention about an app: what it means and what to do. Pure, but for `facts_of`."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from sealgate.access import service as access
from sealgate.access.model import Notice
from sealgate.apps import service as apps
from sealgate.apps import webhooks
from sealgate.apps.model import App, AppSecret, Redirect
from sealgate.apps.webhook_model import WebhookEndpoint
from sealgate.console import stats
from sealgate.console.hosts import shared_suffix
from sealgate.infra.tx import Tx

UNUSED_AFTER = timedelta(days=90)
ROTATION_SHOULD_END_AFTER = timedelta(days=7)
USED_LATELY = timedelta(days=1)
SECRET_USED_LATELY = timedelta(days=30)

Severity = Literal["bad", "warn"]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an app.

    Attributes:
        secrets: Newest first, retired ones included.
        exposure: The last time that a live secret of it came from a browser.
        last_call: The minute of its last call, as far as it was counted.
    """

    app: App
    secrets: tuple[AppSecret, ...] = ()
    endpoints: tuple[WebhookEndpoint, ...] = ()
    exposure: Notice | None = None
    last_call: datetime | None = None


class AppWarning(msgspec.Struct, frozen=True, kw_only=True):
    """Something to look at.

    Attributes:
        kind: Names it for tests and styles.
        severity: `bad` where somebody may misuse the app or it misses something now, else `warn`.
        meaning: What it means.
        cure: What to do.
        path: Where to do it, below the app's page.
        link: What the link is called.
    """

    kind: str
    severity: Severity = "warn"
    title: str
    meaning: str
    cure: str
    path: str
    link: str


SECRETS, WEBHOOKS, SIGN_IN = "/settings/secrets", "/settings/webhooks", "/settings/sign-in"


def warnings_of(facts: Facts, *, now: datetime) -> list[AppWarning]:
    """Return what is worth attention about an app, the worst first; nothing where the app is switched off."""
    if facts.app.disabled:
        return []
    found = [warning for check in _CHECKS for warning in check(facts, now)]
    return sorted(found, key=lambda warning: warning.severity != "bad")


def facts_of(tx: Tx, found: Collection[App]) -> dict[str, Facts]:
    """Return what is known of several apps by their UUIDs, in four statements."""
    uuids = [app.uuid for app in found]
    secrets, endpoints = apps.secrets_of(tx, uuids), webhooks.endpoints_of_apps(tx, uuids)
    exposures, calls = access.latest_notices(tx, uuids, "secret_exposed"), stats.last_calls(tx, uuids)
    return {
        app.uuid: Facts(
            app=app,
            secrets=tuple(secrets[app.uuid]),
            endpoints=tuple(endpoints[app.uuid]),
            exposure=exposures.get(app.uuid),
            last_call=calls.get(app.uuid),
        )
        for app in found
    }


def _exposed(facts: Facts, now: datetime) -> Iterator[AppWarning]:
    exposure = facts.exposure
    if exposure is None or not any(s.is_live(now) and s.created_at <= exposure.at for s in facts.secrets):
        return
    page = f"a page of {exposure.origin_host}" if exposure.origin_host != "unknown" else "a page"
    yield AppWarning(
        kind="secret-exposed",
        severity="bad",
        title="An API secret was seen in a browser",
        meaning=(
            f"On {exposure.at:%d %B %Y} {page} sent a secret of this app that still counts. Whoever can open"
            " that page can read the secret and call the API as this app."
        ),
        cure="Make another secret, give it to your servers, retire the old one, and take the secret out of the page.",
        path=SECRETS,
        link="Rotate the secret",
    )


def _webhooks(facts: Facts, now: datetime) -> Iterator[AppWarning]:
    for endpoint in facts.endpoints:
        host = urlsplit(endpoint.url).hostname or endpoint.url
        if endpoint.paused_at is not None and endpoint.paused_because in ("gone", "failing"):
            why = "answered that it is gone (410)" if endpoint.paused_because == "gone" else "failed for days"
            yield AppWarning(
                kind="webhook-paused",
                severity="bad",
                title=f"Webhooks to {host} are paused",
                meaning=(
                    f"The endpoint {why}, so nothing is sent to it since {endpoint.paused_at:%d %B %Y}."
                    " What happens meanwhile waits."
                ),
                cure="Mend the endpoint or correct its address, then let the deliveries go on.",
                path=WEBHOOKS,
                link="Look at the webhooks",
            )
        elif endpoint.failing_since is not None and endpoint.failures > 1:
            yield AppWarning(
                kind="webhook-failing",
                title=f"Webhooks to {host} fail",
                meaning=(
                    f"The last {endpoint.failures:,} tries failed, since {endpoint.failing_since:%d %B %Y, %H:%M} UTC."
                    " Each delivery is tried again, and given up in the end."
                ),
                cure="See what the endpoint answered. Once it answers with 2xx again, what waits is delivered.",
                path="/deliveries",
                link="See the deliveries",
            )


def _redirects(facts: Facts, now: datetime) -> Iterator[AppWarning]:
    for redirect in facts.app.redirects:
        host = (urlsplit(redirect.uri.replace("*", "any")).hostname or "").lower()
        suffix = shared_suffix(host)
        if suffix is None:
            continue
        anybody = redirect.match == "wildcard" and _star_is_anybody(redirect, suffix)
        yield AppWarning(
            kind="redirect-shared",
            severity="bad" if anybody else "warn",
            title=f"{'Anybody on' if anybody else 'A redirect URI is on'} {suffix}{' may receive sign-ins' * anybody}",
            meaning=_meaning_of(redirect, suffix, anybody),
            cure=(
                "Name the one host that is yours, without a wildcard."
                if anybody
                else "Move sign-ins to a domain of your own before people rely on it; remove what is not used."
            ),
            path=SIGN_IN,
            link="Change the redirect URIs",
        )


def _star_is_anybody(redirect: Redirect, suffix: str) -> bool:
    host = redirect.uri.partition("://")[2].partition("/")[0].partition(":")[0]
    return "*" in host.lower().removesuffix(suffix).rstrip(".").rpartition(".")[2]


def _meaning_of(redirect: Redirect, suffix: str, anybody: bool) -> str:
    if anybody:
        return (
            f"{redirect.uri} takes the place of * by any name, and everybody can have a name under {suffix}:"
            " their pages would receive codes or tokens of your users."
        )
    if redirect.match == "origin":
        return (
            f"Every page below {redirect.uri} may receive a sign-in, and {suffix} belongs to somebody else:"
            " give your name there up, and the next one who takes it receives your users."
        )
    return (
        f"{redirect.uri} is on {suffix}, where names are free for everybody: give yours up, and the next one who"
        " takes it receives the sign-ins of your users."
    )


def _implicit(facts: Facts, now: datetime) -> Iterator[AppWarning]:
    if facts.app.allow_implicit:
        yield AppWarning(
            kind="implicit",
            title="Sign-ins by the implicit flow are allowed",
            meaning=(
                "Access tokens then travel in the address of a page, where the browser's history, extensions and other"
                " scripts of the page can read them. Only browser SDKs from before PKCE need it."
            ),
            cure="If your pages use code + PKCE, as our examples do, switch the implicit flow off.",
            path=SIGN_IN,
            link="Change the sign-in settings",
        )


def _unused(facts: Facts, now: datetime) -> Iterator[AppWarning]:
    uses = [facts.app.created_at, *(s.last_used_at for s in facts.secrets if s.last_used_at is not None)]
    last = max(uses if facts.last_call is None else [*uses, facts.last_call])
    if now - last < UNUSED_AFTER:
        return
    never = last == facts.app.created_at
    yield AppWarning(
        kind="unused",
        title=f"The API key was not used for {(now - last).days:,} days",
        meaning=(
            f"{'It was never used since the app was made' if never else f'The last call was on {last:%d %B %Y}'}."
            " A key that nobody needs is one that nobody misses when it is stolen."
        ),
        cure="Switch the app off, or delete it. Switched off, it can be switched on again.",
        path="/settings",
        link="Open the settings",
    )


def _rotation(facts: Facts, now: datetime) -> Iterator[AppWarning]:
    live = [secret for secret in facts.secrets if secret.is_live(now)]
    if len(live) < 2:
        return
    newest, older = live[0], live[1:]
    used = [s for s in older if s.last_used_at is not None and now - s.last_used_at < USED_LATELY]
    ends = [s.retires_at for s in older if s.retires_at is not None]
    if used and ends:
        yield AppWarning(
            kind="retiring-used",
            severity="bad",
            title="A secret that ends soon is still in use",
            meaning=(
                f"The older secret ends on {min(ends):%d %B %Y, %H:%M} UTC and made calls within the last day."
                " From then on those calls are refused."
            ),
            cure="Give the new secret to every server that still uses the old one.",
            path=SECRETS,
            link="See which one is used",
        )
    elif now - newest.created_at >= ROTATION_SHOULD_END_AFTER and not ends:
        yield AppWarning(
            kind="two-secrets",
            title=f"Two secrets count for {(now - newest.created_at).days} days",
            meaning="A rotation was begun and not ended. Whoever has the older secret can still call as this app.",
            cure=(
                "Some calls still use the older one: change those servers, then retire it."
                if used
                else "Nothing used the older one within the last day: retire it."
            ),
            path=SECRETS,
            link="End the rotation",
        )


def _native(facts: Facts, now: datetime) -> Iterator[AppWarning]:
    used = [s.last_used_at for s in facts.secrets if s.last_used_at is not None]
    if facts.app.type == "native" and used and now - max(used) < SECRET_USED_LATELY:
        yield AppWarning(
            kind="native-secret",
            title="A native app uses its API secret",
            meaning=(
                f"A secret was last used on {max(used):%d %B %Y}. If it is inside a program that people install, they"
                " can read it there."
            ),
            cure="Sign people in with PKCE alone and keep the secret on your servers. If it was shipped, rotate it.",
            path=SECRETS,
            link="Look at the secrets",
        )


_CHECKS: tuple[Callable[[Facts, datetime], Iterator[AppWarning]], ...] = (
    _exposed, _rotation, _webhooks, _redirects, _native, _implicit, _unused,
)  # fmt: skip
