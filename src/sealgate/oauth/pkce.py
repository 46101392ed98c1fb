"""Proof Key for Code Exchange, with S256 and nothing else (RFC 7636; `plain` never worked: oauth2 A5)."""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode

from sealgate.oauth.errors import InvalidRequest

# What a challenge may look like; a SHA-256 in base64url has 43 characters (RFC 7636, 4.2 and its ABNF).
_CHALLENGE = re.compile(r"[A-Za-z0-9_\-]{43,128}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~\-]{43,128}")


def check_challenge(challenge: str | None, method: str | None) -> str | None:
    """Return the challenge of an authorization request, None where there is none.

    Raises:
        InvalidRequest: only one of the two, another method than S256, or a challenge that cannot be one.
    """
    if challenge is None and method is None:
        return None
    if challenge is None:
        raise InvalidRequest(message="code_challenge_method was sent without code_challenge.")
    if method != "S256":
        # Without a method RFC 7636, 4.3 means plain.
        raise InvalidRequest(message="The code_challenge_method must be S256.")
    if not _CHALLENGE.fullmatch(challenge):
        raise InvalidRequest(message="The code_challenge must be 43 to 128 characters of the base64url alphabet.")
    return challenge


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636, 4.2)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def is_verifier_of(verifier: str, challenge: str) -> bool:
    """Tell whether a verifier is well formed and the one the challenge was made from (RFC 7636, 4.6)."""
    is_formed = _VERIFIER.fullmatch(verifier) is not None
    return is_formed and hmac.compare_digest(challenge_of(verifier).encode(), challenge.encode())
