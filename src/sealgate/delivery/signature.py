"""The two signatures of a delivery: the one old receivers check, and Standard Webhooks. Pure.

Both cover the very bytes of the body. Neither is kept: every attempt is signed anew, at its own time.
"""

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence

from sealgate.apps.webhook_model import SECRET_PREFIX


def compat_signature(secret: str, timestamp: int, body: bytes) -> str:
    """Return `x-xumm-request-signature`: HMAC-SHA1 in lower-case hex (platform-api 19.3).

    Args:
        secret: The app's API secret. Its first dash goes, the others stay: receivers everywhere do the same.
        timestamp: Seconds since 1970, as in `x-xumm-request-timestamp`.
    """
    key = secret.replace("-", "", 1).encode()
    return hmac.digest(key, str(timestamp).encode() + body, hashlib.sha1).hex()


def standard_signature(
    secrets: Sequence[str],
    message_id: str,
    timestamp: int,
    body: bytes,
    *,
    sign: Callable[[bytes], bytes] | None = None,
) -> str:
    """Return `webhook-signature`: one signature for each secret and one of the server, separated by spaces.

    Args:
        secrets: `whsec_…` texts; each signs as `v1`, HMAC-SHA256.
        message_id: As in `webhook-id`.
        timestamp: Seconds since 1970, as in `webhook-timestamp`.
        sign: The server's Ed25519 key; it signs as `v1a`.
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    parts = [
        "v1," + b64encode(hmac.digest(b64decode(secret.removeprefix(SECRET_PREFIX)), signed, hashlib.sha256)).decode()
        for secret in secrets
    ]
    if sign is not None:
        parts.append("v1a," + b64encode(sign(signed)).decode())
    return " ".join(parts)
