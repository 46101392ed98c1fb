"""What is worth attention about an app, and what is not."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from sealgate.access.model import Notice
from sealgate.apps.model import App, AppSecret, Redirect
from sealgate.apps.webhook_model import WebhookEndpoint
from sealgate.base.ids import new_uuid
from sealgate.console import http as _routes  # noqa: F401 - declares the pages
from sealgate.console.hosts import shared_suffix
from sealgate.console.visit import RULES
from sealgate.console.warnings import Facts, warnings_of
from tests.conftest import NOON

DAY = timedelta(days=1)


def an_app(**values: Any) -> App:
    return App(**{"uuid": new_uuid(), "name": "Shop", "created_at": NOON - 200 * DAY, **values})


def a_secret(**values: Any) -> AppSecret:
    return AppSecret(
        **{
            "id": new_uuid(), "app_uuid": new_uuid(), "mac": b"", "sealed": b"", "created_at": NOON - 200 * DAY,
            "last_used_at": NOON - DAY / 2, **values,
        }
    )  # fmt: skip


def an_endpoint(**values: Any) -> WebhookEndpoint:
    return WebhookEndpoint(
        **{
            "url": "https://hooks.shop.example/in", "uuid": new_uuid(), "app_uuid": new_uuid(), "is_default": True,
            "secret_sealed": b"", "created_at": NOON - 200 * DAY, **values,
        }
    )  # fmt: skip


def an_exposure(**values: Any) -> Notice:
    return Notice(
        **{
            "app_uuid": new_uuid(), "kind": "secret_exposed", "at": NOON - DAY, "ref": new_uuid(), "method": "GET",
            "route": "/api/v1/platform/ping", "origin_host": "shop.example", **values,
        }
    )  # fmt: skip


QUIET = Facts(app=an_app(), secrets=(a_secret(),), last_call=NOON - DAY)


def redirects(*uris: str | Redirect) -> App:
    return an_app(redirects=tuple(Redirect(uri) if isinstance(uri, str) else uri for uri in uris))


CASES: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    ("an ordinary app", {}, []),
    (
        "a fresh app that was never used",
        {"app": an_app(created_at=NOON), "secrets": (a_secret(last_used_at=None),)},
        [],
    ),
    ("an exposed secret", {"exposure": an_exposure()}, [("secret-exposed", "bad")]),
    (
        "an exposed secret that was replaced since",
        {"exposure": an_exposure(), "secrets": (a_secret(created_at=NOON), a_secret(retires_at=NOON))},
        [],
    ),
    (
        "an exposed secret that still counts beside a new one",
        {"exposure": an_exposure(), "secrets": (a_secret(created_at=NOON), a_secret())},
        [("secret-exposed", "bad")],
    ),
    (
        "a paused webhook",
        {"endpoints": (an_endpoint(paused_at=NOON - DAY, paused_because="failing"),)},
        [("webhook-paused", "bad")],
    ),
    ("a webhook paused on purpose", {"endpoints": (an_endpoint(paused_at=NOON - DAY, paused_because="asked"),)}, []),
    (
        "a failing webhook",
        {"endpoints": (an_endpoint(failing_since=NOON - DAY, failures=7),)},
        [("webhook-failing", "warn")],
    ),
    ("a webhook that failed once", {"endpoints": (an_endpoint(failing_since=NOON - DAY, failures=1),)}, []),
    ("a redirect to a domain of one's own", {"app": redirects("https://shop.example/back")}, []),
    ("a redirect on a shared host", {"app": redirects("https://shop.github.io/back")}, [("redirect-shared", "warn")]),
    (
        "a wildcard for everybody on a shared host",
        {"app": redirects(Redirect("https://*.vercel.app/back", "wildcard"))},
        [("redirect-shared", "bad")],
    ),
    (
        "a wildcard that others' names fit as well",
        {"app": redirects(Redirect("https://shop-*.vercel.app/back", "wildcard"))},
        [("redirect-shared", "bad")],
    ),
    (
        "a wildcard below a name of one's own",
        {"app": redirects(Redirect("https://*.shop.web.app/back", "wildcard"))},
        [("redirect-shared", "warn")],
    ),
    (
        "an origin on a shared host",
        {"app": redirects(Redirect("https://shop.netlify.app/", "origin"))},
        [("redirect-shared", "warn")],
    ),
    ("an app's own scheme", {"app": redirects("com.shop.app:/back", "http://127.0.0.1/back")}, []),
    ("the implicit flow", {"app": an_app(allow_implicit=True)}, [("implicit", "warn")]),
    (
        "a key unused for 90 days",
        {"secrets": (a_secret(last_used_at=NOON - 91 * DAY),), "last_call": NOON - 90 * DAY},
        [("unused", "warn")],
    ),
    ("a key used by pages alone", {"secrets": (a_secret(last_used_at=None),), "last_call": NOON - 89 * DAY}, []),
    ("a key never used", {"secrets": (a_secret(last_used_at=None),), "last_call": None}, [("unused", "warn")]),
    (
        "a rotation that was not ended",
        {"secrets": (a_secret(created_at=NOON - 8 * DAY), a_secret(last_used_at=NOON - 3 * DAY))},
        [("two-secrets", "warn")],
    ),
    ("a rotation of this week", {"secrets": (a_secret(created_at=NOON - 6 * DAY), a_secret())}, []),
    (
        "a secret that ends soon and is used",
        {"secrets": (a_secret(created_at=NOON - DAY), a_secret(retires_at=NOON + DAY))},
        [("retiring-used", "bad")],
    ),
    (
        "a secret that ends soon and is not used",
        {"secrets": (a_secret(created_at=NOON - DAY), a_secret(retires_at=NOON + DAY, last_used_at=NOON - 2 * DAY))},
        [],
    ),
    ("a native app that uses its secret", {"app": an_app(type="native")}, [("native-secret", "warn")]),
    (
        "a native app that does not",
        {"app": an_app(type="native"), "secrets": (a_secret(last_used_at=NOON - 40 * DAY),)},
        [],
    ),
    ("an app that is switched off", {"app": an_app(disabled=True, allow_implicit=True), "exposure": an_exposure()}, []),
    (
        "several at once, the worst first",
        {"app": an_app(allow_implicit=True), "exposure": an_exposure()},
        [("secret-exposed", "bad"), ("implicit", "warn")],
    ),
]


@pytest.mark.parametrize(("values", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_warnings_are_those_that_help(values, expected):
    found = warnings_of(msgspec.structs.replace(QUIET, **values), now=NOON)

    assert [(warning.kind, warning.severity) for warning in found] == expected


def test_each_says_what_it_means_what_to_do_and_where():
    pages = {rule.path.partition("{app:uuid}")[2] for rule in RULES if rule.method == "GET" and rule.role is not None}

    for _, values, expected in CASES:
        found = warnings_of(msgspec.structs.replace(QUIET, **values), now=NOON)
        assert len(found) == len(expected)
        for warning in found:
            assert warning.title
            assert warning.meaning.endswith(".")
            assert warning.cure.endswith(".")
            assert warning.path in pages


@pytest.mark.parametrize(
    ("host", "suffix"),
    [
        ("me.github.io", "github.io"),
        ("github.io", "github.io"),
        ("a.b.web.app", "web.app"),
        ("mygithub.io", None),
        ("web.app.example", None),
        ("", None),
    ],
)
def test_shared_hosts_are_known_by_their_last_labels(host, suffix):
    assert shared_suffix(host) == suffix
