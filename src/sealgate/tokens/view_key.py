"""The Ed25519 key with which the server signs what a wallet is shown (design 4.8).

A wallet pins it when it pairs. So whoever stands between the two, a proxy or an edge cache, cannot show the holder
one request and have another one signed.
"""

from datetime import datetime
from typing import Any

import msgspec
import rfc8785
from nacl.signing import SigningKey

from sealgate.holders.thumbprint import to_base64url
from sealgate.infra.sealing import Sealer
from sealgate.infra.tx import Tx
from sealgate.tokens.errors import NotSignable
from sealgate.tokens.server_keys import open_keys

_PURPOSE = "view"


class PublicKey(msgspec.Struct, frozen=True):
    """An Ed25519 public key as a JWK (RFC 8037).

    Attributes:
        kid: Its RFC 7638 thumbprint.
        x: The 32 key bytes as base64url.
    """

    kid: str
    x: str
    kty: str = "OKP"
    crv: str = "Ed25519"


class ViewKeys:
    """The key in use, opened, and the public halves of all there have been."""

    def __init__(self, signing_key: SigningKey, published: tuple[PublicKey, ...]) -> None:
        self._signing_key = signing_key
        self.published = published

    @property
    def current(self) -> PublicKey:
        """The public half of the key in use."""
        return self.published[0]

    @property
    def earlier(self) -> tuple[PublicKey, ...]:
        """Keys used before, newest first; what they signed can still be checked."""
        return self.published[1:]

    def sign(self, shown: dict[str, Any]) -> str:
        """Return the signature over the canonical JSON of `shown` (RFC 8785): 64 bytes as base64url.

        Raises:
            NotSignable: a number in it has no canonical form, being larger than 2^53 or no number at all.
        """
        try:
            message = rfc8785.dumps(shown)
        except rfc8785.CanonicalizationError as problem:
            raise NotSignable(detail=str(problem)) from None
        return to_base64url(self._signing_key.sign(message).signature)


def open_view_keys(tx: Tx, sealer: Sealer, *, now: datetime) -> ViewKeys:
    """Return the server's keys, made now if this is the first start."""
    signing_key, keys = open_keys(tx, sealer, _PURPOSE, now=now)
    return ViewKeys(signing_key, tuple(PublicKey(key.kid, to_base64url(key.public_key)) for key in keys))
