"""The Ed25519 key with which the server signs webhooks, beside the secret of each endpoint.

Whoever gets deliveries of many apps, or may not hold a secret, checks them by the published half (Standard Webhooks,
`v1a`).
"""

from base64 import b64encode
from datetime import datetime

import msgspec
from nacl.signing import SigningKey

from sealgate.holders.thumbprint import to_base64url
from sealgate.infra.sealing import Sealer
from sealgate.infra.tx import Tx
from sealgate.tokens.server_keys import open_keys

_PURPOSE = "webhook"
PUBLIC_PREFIX = "whpk_"


class WebhookKey(msgspec.Struct, frozen=True, kw_only=True):
    """A public key as a JWK (RFC 8037), and as libraries of Standard Webhooks take it.

    Attributes:
        kid: RFC 7638 thumbprint.
        x: The 32 key bytes as base64url.
        standard_webhooks: `whpk_` and the same bytes as base64.
    """

    kid: str
    x: str
    standard_webhooks: str
    kty: str = "OKP"
    crv: str = "Ed25519"
    alg: str = "EdDSA"
    use: str = "sig"


class WebhookKeys:
    """The key in use, opened, and the public halves of all there have been, newest first."""

    def __init__(self, signing_key: SigningKey, published: tuple[WebhookKey, ...]) -> None:
        self._signing_key = signing_key
        self.published = published

    def sign(self, message: bytes) -> bytes:
        """Return the signature: 64 bytes."""
        return self._signing_key.sign(message).signature


def open_webhook_keys(tx: Tx, sealer: Sealer, *, now: datetime) -> WebhookKeys:
    """Return the server's keys, made now if this is the first start."""
    signing_key, keys = open_keys(tx, sealer, _PURPOSE, now=now)
    return WebhookKeys(signing_key, tuple(_published(key.kid, key.public_key) for key in keys))


def _published(kid: str, public_key: bytes) -> WebhookKey:
    return WebhookKey(
        kid=kid, x=to_base64url(public_key), standard_webhooks=PUBLIC_PREFIX + b64encode(public_key).decode()
    )
