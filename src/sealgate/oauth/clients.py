"""Who asks at an endpoint for programs: an app by its API key and secret, or by the key alone (RFC 6749, 2.3).

An app's secret lets it in wherever it is sent. Whether a call without the secret may go on is decided by what it asks
for: `Client.require_secret` and `Client.require_public` say no with the right words.
"""

import binascii
from base64 import b64decode
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from sealgate.access.exposed_secrets import ExposedSecrets, is_from_browser
from sealgate.access.rate_limits import WINDOW_S, RateLimits, network_of
from sealgate.apps.directory import AppDirectory
from sealgate.apps.model import App
from sealgate.base.ids import as_uuid
from sealgate.oauth.errors import InvalidClient, InvalidRequest, TooManyRequests
from sealgate.oauth.params import Params
from sealgate.web import Call

MAX_CREDENTIALS = 1024
CALLS_PER_MINUTE = 1200
"""Of one app from one address: a server may redeem as many codes as people may begin to sign in to its app."""
CHALLENGE = {"www-authenticate": 'Basic realm="sealgate", charset="UTF-8"'}


@dataclass(frozen=True, slots=True)
class Client:
    """The calling app.

    Attributes:
        authenticated: Whether it proved to be the app by the API secret; anybody may name its API key.
    """

    app: App
    authenticated: bool

    def require_secret(self) -> None:
        """Refuse a call that proves nothing.

        Raises:
            InvalidClient: the secret was not sent.
        """
        if not self.authenticated:
            raise InvalidClient(message="Invalid client credentials: the client secret is missing.")

    def require_public(self) -> None:
        """Refuse a call without the secret, unless the app has parts that cannot keep one (oauth2 B2).

        Raises:
            InvalidClient: the secret was not sent, and the app is not set up to go without.
        """
        if not self.authenticated and not self.app.public_pkce:
            raise InvalidClient(
                message="Invalid client credentials: this app must send its client secret.",
                hint="Apps whose users run them at home can be set to go without: the option public_pkce.",
            )


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a call shows: the client's identifier and, maybe, its secret."""

    client_id: str
    secret: str | None
    by_header: bool


async def authenticate(call: Call[Any], params: Params) -> Client:
    """Return the client that calls, counted against its limit; wrong credentials count against their sender's.

    Raises:
        InvalidRequest: two credentials that differ, or an Authorization header nobody can read.
        InvalidClient: no such client, not its secret, or an app that was disabled.
        TooManyRequests, TooManyFailures: too often.
    """
    shown = read_credentials(call.headers.get("authorization"), params)
    limits = RateLimits(call.context)
    headers = CHALLENGE if shown.by_header else {}
    uuid = as_uuid(shown.client_id)
    directory = call.context.get(AppDirectory)
    entry = await directory.find(uuid, now=call.now) if uuid else None
    if entry is None:
        await limits.count_failure(call)
        raise InvalidClient(detail="unknown client", headers=headers)
    if shown.secret is not None:
        secret = as_uuid(shown.secret)
        used = entry.matching(call.context.sealer.mac(secret), call.now) if secret else None
        if used is None:
            await limits.count_failure(call)
            raise InvalidClient(detail=f"app={entry.app.uuid} wrong secret", headers=headers)
        directory.note_use(used, call.now)
        # Told and not refused: what such a page got so far, it would lose on the day it moves to this server.
        if is_from_browser(call):
            await ExposedSecrets(call.context, directory).tell(call, entry.app.uuid)
    if entry.app.disabled:
        raise InvalidClient(message="This app was disabled by the operator of this server.", headers=headers)
    await count_call(call, entry.app.uuid)
    return Client(entry.app, authenticated=shown.secret is not None)


async def count_call(call: Call[Any], app_uuid: str) -> None:
    """Count a call on behalf of an app, by app and address. Does nothing where limits are off.

    Raises:
        TooManyRequests: it was one too many.
    """
    if not call.settings.rate_limits:
        return
    key = f"programs:{app_uuid}:{network_of(call.client_ip)}"
    hit = await call.context.counters.hit(key, limit=CALLS_PER_MINUTE, window_s=WINDOW_S, now=call.now)
    if not hit.allowed:
        raise TooManyRequests(headers={"retry-after": str(hit.retry_after_s)})


def read_credentials(authorization: str | None, params: Params) -> Credentials:
    """Return what a call shows, from the header or the body.

    Both are taken where they agree, as some clients send them twice.

    Raises:
        InvalidRequest: header and body differ, or the header is not readable.
        InvalidClient: there is nothing.
    """
    client_id, secret = params.get("client_id"), params.get("client_secret")
    if authorization is None:
        if client_id is None:
            raise InvalidClient(message="Invalid client credentials: client_id is missing.")
        return Credentials(client_id, secret, by_header=False)
    named, known = _basic(authorization)
    if (client_id or named) != named or (secret or known) != known:
        raise InvalidRequest(message="The Authorization header and the body carry different client credentials.")
    return Credentials(named, known, by_header=True)


def _basic(authorization: str) -> tuple[str, str | None]:
    """Return user and password of HTTP Basic; both may be form-urlencoded (RFC 6749, 2.3.1; W26)."""
    scheme, _, encoded = authorization.strip().partition(" ")
    if scheme.lower() != "basic" or len(encoded) > MAX_CREDENTIALS:
        raise InvalidRequest(message="The Authorization header of this endpoint carries Basic credentials.")
    try:
        text = b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise InvalidRequest(message="The Basic credentials in the Authorization header cannot be read.") from None
    user, colon, password = text.partition(":")
    if not colon or not user:
        raise InvalidRequest(message="The Basic credentials in the Authorization header have no user or no colon.")
    return unquote_plus(user), unquote_plus(password) or None
