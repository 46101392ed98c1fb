"""The token in every form of ours: a stranger's page can send a form, but cannot know this (oauth2 B17).

Double submit, bound to a cookie: the token is made from the cookie's value, which only the browser that got the cookie
has, and from what the form does, so that a form for one thing is none for another.
"""

import hmac
from hashlib import sha256

from sealgate.holders.thumbprint import to_base64url

CSRF_FIELD = "csrf"
"""Name of the form field."""


def csrf_token(cookie: str, purpose: str) -> str:
    """Return the token for a form, 43 characters of base64url.

    Args:
        cookie: Value of the cookie that binds the form to the browser; random, 128 bits or more.
        purpose: What sending the form does, and to what: `continue:<id>`, `logout`.
    """
    return to_base64url(hmac.digest(cookie.encode(), f"csrf {purpose}".encode(), sha256))


def is_csrf_token(token: str | None, cookie: str | None, purpose: str) -> bool:
    """Tell whether a form with this token was made for the browser that sends this cookie."""
    if not token or not cookie:
        return False
    return hmac.compare_digest(token.encode(), csrf_token(cookie, purpose).encode())
