"""Signs every call to the server with the device's key (design 4.7; RFC 9421, RFC 9530)."""

import secrets
import time
from collections.abc import Generator
from datetime import datetime

import httpx
import msgspec
from nacl.signing import SigningKey

from sealgate.base.http_signatures import SignedRequest, sign_request

_NONCE_BYTES = 18
_UNAUTHORIZED = 401
_STALE = 892
"""Code of a signature that is not of this minute by the server's clock."""
_SERVER_CARD = b"/api/v1/app/server"


class DeviceSignature(httpx.Auth):
    """Adds `signature`, `signature-input` and, with a body, `content-digest` to a request.

    Args:
        keyid: UUID of the device, or the key's thumbprint while it has none.
        key: The device's Ed25519 key.
        public_url: The server's own name for itself, which is what it checks: the way there may have another.
    """

    requires_request_body = True

    def __init__(self, keyid: str, key: SigningKey, *, public_url: str) -> None:
        self._keyid = keyid
        self._key = key
        self._public_url = public_url

        self._ahead_s = 0.0

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Sign the request; where the server's clock is another one, ask for its time and sign once more."""
        request.read()
        response = yield self._signed(request)
        if response.status_code != _UNAUTHORIZED:
            return
        response.read()
        if not _is_stale(response.content):
            return
        server = yield httpx.Request("GET", request.url.copy_with(raw_path=_SERVER_CARD))
        server.read()
        if server.is_success:
            told = datetime.fromisoformat(msgspec.json.decode(server.content)["time"])
            self._ahead_s = told.timestamp() - time.time()
            yield self._signed(request)

    def _signed(self, request: httpx.Request) -> httpx.Request:
        target_uri = self._public_url + request.url.raw_path.decode("ascii")
        sent = {name.lower(): value for name, value in request.headers.items()}
        for name in ("signature", "signature-input"):
            sent.pop(name, None)
        described = SignedRequest(request.method, target_uri, sent)
        request.headers.update(
            sign_request(
                described,
                request.content,
                keyid=self._keyid,
                created=int(time.time() + self._ahead_s),
                nonce=secrets.token_urlsafe(_NONCE_BYTES),
                sign=lambda message: self._key.sign(message).signature,
            )
        )
        return request


def _is_stale(body: bytes) -> bool:
    try:
        return bool(msgspec.json.decode(body)["error"]["code"] == _STALE)
    except (msgspec.DecodeError, KeyError, TypeError):
        return False
