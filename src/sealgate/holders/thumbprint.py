"""The name of an Ed25519 key before anybody gave it one (RFC 7638 over the OKP members of RFC 8037)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import sha256


def ed25519_thumbprint(public_key: bytes) -> str:
    """Return the JWK thumbprint of 32 key bytes: 43 characters of base64url without padding."""
    canonical = f'{{"crv":"Ed25519","kty":"OKP","x":"{to_base64url(public_key)}"}}'
    return to_base64url(sha256(canonical.encode()).digest())


def to_base64url(raw: bytes) -> str:
    """Return base64url without padding (RFC 4648, 5)."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes | None:
    """Return the bytes of canonical base64url without padding, or None for anything else."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (NotBase64, ValueError):
        return None
    return raw if to_base64url(raw) == text else None
