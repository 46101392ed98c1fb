"""What an operator should know of an application as it is set up. Pure: words about the admin API's answer."""

from collections.abc import Iterator, Mapping
from typing import Any

_KEEP = ("Keep the secret now: it is not shown again. It belongs in a back end, never in a browser or a native app.",)
_NATIVE = (
    "A native app has no use for the secret: everybody who has the program can read it. Sign people in with PKCE or",
    "the device grant, which need the API key alone. It is for a back end of the same app, and not shown again.",
)


def about_secret(app: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the secret of a new app is for, and what it is not for."""
    return _NATIVE if app["type"] == "native" else _KEEP


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
