"""The proof of who sends a push (RFC 8292): one token for each push service, kept while it lasts."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sealgate.base.clock import to_unix_s

if TYPE_CHECKING:
    from sealgate.base.settings import Settings
    from sealgate.tokens.vapid_key import VapidKey

TOKEN_LIFETIME = timedelta(hours=12)
"""Half of what a push service may accept at most (RFC 8292, 2), so that clocks may differ."""
_RENEWED_BEFORE = timedelta(hours=1)
_MAX_KEPT = 512


class Vapid:
    """Makes the `Authorization` of pushes, a new token for an origin only when the last one is about to end."""

    def __init__(self, key: "VapidKey", *, subject: str | None) -> None:
        self._key = key
        self._subject = subject
        self._tokens: dict[str, tuple[str, datetime]] = {}

    def authorization(self, endpoint: str, *, now: datetime) -> str:
        """Return the header's value for a message to this endpoint."""
        origin = origin_of(endpoint)
        kept = self._tokens.get(origin)
        if kept is None or kept[1] - _RENEWED_BEFORE <= now:
            kept = self._tokens[origin] = self._signed(origin, now + TOKEN_LIFETIME)
            if len(self._tokens) > _MAX_KEPT:
                del self._tokens[next(iter(self._tokens))]
        return f"vapid t={kept[0]}, k={self._key.application_server_key}"

    def _signed(self, origin: str, expires_at: datetime) -> tuple[str, datetime]:
        claims: dict[str, str | int] = {"aud": origin, "exp": to_unix_s(expires_at)}
        if self._subject is not None:
            claims["sub"] = self._subject
        return self._key.sign(claims), expires_at


def origin_of(endpoint: str) -> str:
    """Return scheme, host and port of an endpoint, a port that goes without saying left out (RFC 6454, 6.2)."""
    parts = urlsplit(endpoint)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    standard = {"https": 443, "http": 80}.get(parts.scheme)
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in (None, standard) else "")


def subject_of(settings: "Settings") -> str | None:
    """Return whom a push service can turn to: what is set, else the server's own address if that is https."""
    if settings.push_contact:
        return settings.push_contact
    return settings.public_url if settings.public_url.startswith("https://") else None
