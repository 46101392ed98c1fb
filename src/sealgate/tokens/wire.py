"""What goes over the wire about user tokens (platform-api 7)."""

from typing import Annotated

from msgspec import Meta, Struct

from sealgate.base.clock import to_unix_s
from sealgate.tokens.model import UserToken

MAX_TOKENS = 100

AskedToken = Annotated[str, Meta(max_length=64)]
AskedTokens = Annotated[list[AskedToken], Meta(max_length=MAX_TOKENS)]


class TokensIn(Struct, frozen=True):
    """Tokens to be checked, a hundred at most."""

    tokens: AskedTokens


class TokenOut(Struct, frozen=True):
    """What the app may know of one token. Times are Unix seconds, 0 for a token that is not the app's.

    Both spellings of the times are sent: published clients differ in which one they read.
    """

    user_token: str
    active: bool
    issued: int
    expires: int
    token_issued: int
    token_expiration: int


class TokensOut(Struct, frozen=True):
    """One element for each token asked about, in the order asked."""

    tokens: list[TokenOut]


def token_out(asked: str, known: UserToken | None, *, active: bool) -> TokenOut:
    """Return the element for one token; `known` is None for unknown ones and other apps'."""
    if known is None:
        return TokenOut(asked, active=False, issued=0, expires=0, token_issued=0, token_expiration=0)
    issued, expires = to_unix_s(known.issued_at), to_unix_s(known.expires_at)
    return TokenOut(asked, active, issued, expires, issued, expires)
