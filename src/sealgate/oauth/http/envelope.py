"""How a refusal looks at the endpoints for programs: JSON, whatever the caller's headers say (RFC 6749, 5.2; W14)."""

from typing import Any

from sealgate.base.errors import SealgateError
from sealgate.oauth.errors import OAuthError
from sealgate.oauth.http.paths import both
from sealgate.web import Call
from sealgate.web.answers import JSON_HEADERS, Header, encode_json

PREFIXES = ("/token", "/userinfo", "/revoke", "/introspect", "/par", "/device_authorization", "/certs", "/.well-known/")


def program_envelope(call: Call[Any], refusal: SealgateError) -> tuple[bytes, list[Header]]:
    """Return `{"error", "error_description", "reference"}`."""
    body = {"error": word_of(refusal), "error_description": description_of(refusal), "reference": call.ref}
    return encode_json(body), list(JSON_HEADERS)


ENVELOPES = tuple((path, program_envelope) for prefix in PREFIXES for path in both(prefix))
"""For `web.app.build_app`."""


def word_of(refusal: SealgateError) -> str:
    """Return the protocol's word for a refusal; those from outside OAuth count by their status."""
    if isinstance(refusal, OAuthError):
        return refusal.code
    if refusal.status in {429, 503}:
        return "temporarily_unavailable"
    return "server_error" if refusal.status >= 500 else "invalid_request"


def description_of(refusal: SealgateError) -> str:
    """Return the cause, in the characters that RFC 6749, 5.2 allows."""
    text = refusal.message.replace('"', "'")
    return "".join(char if " " <= char <= "~" and char != "\\" else "?" for char in text)
