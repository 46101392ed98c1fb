"""Signs every call to the server with the device's key (design 4.7; RFC 9421, RFC 9530)."""

import secrets
import time
from collections.abc import Generator

import httpx
from nacl.signing import SigningKey

from sealgate.base.http_signatures import SignedRequest, sign_request

_NONCE_BYTES = 18


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

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        target_uri = self._public_url + request.url.raw_path.decode("ascii")
        described = SignedRequest(
            request.method, target_uri, {name.lower(): value for name, value in request.headers.items()}
        )
        request.headers.update(
            sign_request(
                described,
                request.content,
                keyid=self._keyid,
                created=int(time.time()),
                nonce=secrets.token_urlsafe(_NONCE_BYTES),
                sign=lambda message: self._key.sign(message).signature,
            )
        )
        yield request
