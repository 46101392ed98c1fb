"""How a refusal looks, decided by the path alone: platform JSON below `/api/`, else an HTML page.

A slice with another protocol (OAuth) hands `build_app` its own prefix and envelope.
"""

from collections.abc import Callable
from typing import Any

from sealgate.base.errors import SealgateError
from sealgate.web.answers import JSON_HEADERS, Header, encode_json
from sealgate.web.call import Call

Envelope = Callable[[Call[Any], SealgateError], tuple[bytes, list[Header]]]
"""Gives the body of a refusal and the headers that describe it."""

_SHOWN_PATH = 512


def platform_envelope(call: Call[Any], refusal: SealgateError) -> tuple[bytes, list[Header]]:
    """Return the soft or the fatal body of platform-api 1.5."""
    body = fatal_body(call, refusal) if refusal.fatal else soft_body(call, refusal)
    return encode_json(body), list(JSON_HEADERS)


def soft_body(call: Call[Any], refusal: SealgateError) -> dict[str, Any]:
    """Return `{"error": {reference, code, message, hint?, pointer?, docs}}` (design 4.16)."""
    error: dict[str, Any] = {"reference": call.ref, "code": refusal.code, "message": refusal.message}
    if refusal.hint:
        error["hint"] = refusal.hint
    if refusal.pointer is not None:
        error["pointer"] = refusal.pointer
    error["docs"] = f"{call.settings.public_url}/docs/errors#{refusal.slug()}"
    return {"error": error}


def fatal_body(call: Call[Any], refusal: SealgateError) -> dict[str, Any]:
    """Return the body that makes the published clients throw; its code is the status."""
    path = call.raw_path[:_SHOWN_PATH].decode("latin-1")
    return {
        "error": True,
        "message": refusal.message,
        "reference": call.ref,
        "code": refusal.status,
        "req": path[4:] if path[:5].lower() == "/api/" else path,
        "method": call.method,
    }


def page_envelope(call: Call[Any], refusal: SealgateError) -> tuple[bytes, list[Header]]:
    """Return an HTML page that says what happened and what to do."""
    from sealgate.web.pages import page_headers, render

    html = render("web/error.html", {"error": refusal, "reference": call.ref}, call.context)
    return html, page_headers(call.context)
