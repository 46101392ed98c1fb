"""The words of the slice."""

from datetime import datetime

import msgspec


class UserToken(msgspec.Struct, frozen=True):
    """An app's permission to send sign requests to one holder (platform-api 7).

    Attributes:
        issued_at: When this value was made; stays the same while the token is extended.
        expires_at: First moment at which it no longer counts; moves with every signing.
    """

    token: str
    app_uuid: str
    holder_uuid: str
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether the app may use it at `now`."""
        return self.revoked_at is None and now < self.expires_at


class ServerKey(msgspec.Struct, frozen=True):
    """An Ed25519 key pair of the server, the private half sealed.

    Attributes:
        purpose: What it signs, such as `view`.
        number: 1 for the first of its purpose; the highest is in use.
        kid: RFC 7638 thumbprint of the public key.
        sealed_private_key: The 32 seed bytes, sealed for the context `server_key:<kid>`.
    """

    purpose: str
    number: int
    kid: str
    public_key: bytes
    sealed_private_key: bytes
    created_at: datetime
