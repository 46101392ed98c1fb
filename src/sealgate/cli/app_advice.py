"""What an operator should know of an application as it is set up. Pure: words about the admin API's answer."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_KEEP = ("Keep the secret now: it is not shown again. It belongs in a back end, never in a browser or a native app.",)
_NATIVE = (
    "A native app has no use for the secret: everybody who has the program can read it. Sign people in with PKCE or",
    "the device grant, which need the API key alone. It is for a back end of the same app, and not shown again.",
)

_NOTICES_SHOWN = 5


def about_secret(app: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the secret of a new app is for, and what it is not for."""
    return _NATIVE if app["type"] == "native" else _KEEP


def of_notices(app: Mapping[str, Any], notices: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what went wrong with an app of late, and what to do, the latest first."""
    for notice in notices[:_NOTICES_SHOWN]:
        yield f"{notice['at']}  {notice['message']} {notice['hint']}"
    if len(notices) > _NOTICES_SHOWN:
        yield f"… and {len(notices) - _NOTICES_SHOWN} more: `sealgate app show {app['uuid']} --json`."
    if any(notice["kind"] == "secret_exposed" for notice in notices):
        yield f"To rotate: `sealgate app rotate-secret {app['uuid']}`."


def warnings(app: Mapping[str, Any]) -> Iterator[str]:
    """Yield what deserves a second look."""
    for redirect in app["redirects"]:
        scheme = redirect["uri"].partition(":")[0]
        if scheme not in ("http", "https") and "." not in scheme:
            yield (
                f"The scheme {scheme}: has no dot, so any other app may take it, too, and get the answers. Prefer the "
                "name of a domain you own, such as com.example.app:/cb, or a claimed https link (RFC 8252, 7)."
            )
    if app["type"] == "web":
        return
    for secret in app.get("secrets") or ():
        if secret["last_used_at"]:
            yield (
                f"The secret {secret['id']} of this {app['type']} app was used, last {secret['last_used_at']}. That is "
                "fine if it was your back end. If it is in the program or the page, everybody has it: take it out, "
                f"then `sealgate app rotate-secret {app['uuid']}` and `sealgate app retire-secret {app['uuid']}`."
            )
