"""Fetching a one-time token again, while an xApp is being developed: the proof that a back end shows. Pure."""

import hashlib
from collections.abc import Iterable
from hmac import compare_digest


def refetch_hash(ott: str, secret: str, device_uuid: str) -> str:
    """Return what proves to know the API secret and the debug device (platform-api 16.2), 40 lower-case hex digits.

    The clients' own formula. It needs nothing of SHA-1 but that the secret is 122 random bits.
    """
    proof = f"{ott}.{secret}.{device_uuid}".upper()
    return hashlib.sha1(proof.encode(), usedforsecurity=False).hexdigest()


def proves(shown: str, ott: str, device_uuid: str, secrets: Iterable[str]) -> bool:
    """Tell whether `shown` is the hash with one of the app's live secrets; compared in constant time."""
    given = shown.lower().encode()
    return any(compare_digest(given, refetch_hash(ott, secret, device_uuid).encode()) for secret in secrets)
