"""The P-256 key by which push services know this server (RFC 8292).

A subscription is made for its public half and takes messages of no other, so it is made once and stays: replacing it
would silence every device until its wallet has subscribed anew.
"""

from datetime import datetime

import msgspec
from joserfc import jws
from joserfc.jwk import ECKey

from sealgate.holders.thumbprint import from_base64url, to_base64url
from sealgate.infra.sealing import Sealer
from sealgate.infra.tx import Tx
from sealgate.tokens import store
from sealgate.tokens.jws import generate_key, open_private, private_der
from sealgate.tokens.model import ServerKey

_PURPOSE = "vapid"


class VapidKey:
    """The key pair, opened.

    Attributes:
        application_server_key: The public half as browsers want it to subscribe: 65 bytes as base64url.
    """

    def __init__(self, key: ECKey) -> None:
        self._key = key
        self.application_server_key = to_base64url(_point(key))

    def sign(self, claims: dict[str, str | int]) -> str:
        """Return a JWT of these claims, ES256 (RFC 8292, 2)."""
        header = {"typ": "JWT", "alg": "ES256"}
        return jws.serialize_compact(header, msgspec.json.encode(claims), self._key, algorithms=["ES256"])


def open_vapid_key(tx: Tx, sealer: Sealer, *, now: datetime) -> VapidKey:
    """Return the server's key, made now if this is the first start.

    Several processes may start at once: the first to store a key wins, the others use it.
    """
    keys = store.keys_for(tx, _PURPOSE)
    if not keys:
        store.insert_key(tx, _new_key(sealer, now=now))
        keys = store.keys_for(tx, _PURPOSE)
    in_use = keys[0]
    opened = open_private(sealer.open(in_use.sealed_private_key, context=_context(in_use.kid)))
    assert isinstance(opened, ECKey)
    return VapidKey(opened)


def _new_key(sealer: Sealer, *, now: datetime) -> ServerKey:
    key = generate_key("ES256")
    assert isinstance(key, ECKey)
    kid = key.thumbprint()
    return ServerKey(_PURPOSE, 1, kid, _point(key), sealer.seal(private_der(key), context=_context(kid)), now)


def _point(key: ECKey) -> bytes:
    """Return the public half as an uncompressed point: 4, then 32 bytes each of x and y (SEC 1, 2.3.3)."""
    jwk = key.as_dict(private=False)
    coordinates = [from_base64url(str(jwk[name])) for name in ("x", "y")]
    return b"\x04" + b"".join(part for part in coordinates if part is not None)


def _context(kid: str) -> str:
    # The same as of every row of `server_keys`: a rotation of the master key seals them all again.
    return f"server_key:{kid}"
