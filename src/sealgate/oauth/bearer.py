"""The access token a call carries (RFC 6750), and what it says."""

from typing import Any

from sealgate.access.rate_limits import RateLimits
from sealgate.apps.directory import AppDirectory
from sealgate.oauth.clients import count_call
from sealgate.oauth.errors import InvalidRequest, InvalidToken
from sealgate.oauth.grants.issue import ACCESS_TOKEN
from sealgate.oauth.params import read_params
from sealgate.tokens.errors import TokenExpired, TokenInvalid, TokenRevoked
from sealgate.tokens.signing import TokenVerifier
from sealgate.web import Call

REALM = 'Bearer realm="sealgate"'


async def read_token(call: Call[Any]) -> str:
    """Return the token of a call: from the header, or from the form of a POST. Never from the query.

    Raises:
        InvalidToken: there is none; the challenge then has no error (RFC 6750, 3.1).
        InvalidRequest: there are two.
    """
    scheme, _, shown = call.headers.get("authorization", "").strip().partition(" ")
    in_header = shown.strip() if scheme.lower() == "bearer" else ""
    in_form = (await read_params(call)).get("access_token", "") if call.method == "POST" else ""
    if in_header and in_form:
        raise InvalidRequest(message="The access token was sent twice, in the header and in the form.")
    token = in_header or in_form
    if not token:
        raise InvalidToken(message="No access token was sent.", headers={"www-authenticate": REALM})
    return token


async def read_claims(call: Call[Any], token: str) -> dict[str, Any]:
    """Return the claims of an access token of ours, for an app that is not disabled.

    Raises:
        InvalidToken: it is expired, revoked, of another kind or not ours.
        TooManyRequests, TooManyFailures: too often.
    """
    try:
        claims = await call.context.get(TokenVerifier).verify(token, typ={ACCESS_TOKEN}, now=call.now)
    except (TokenInvalid, TokenExpired, TokenRevoked) as refusal:
        await RateLimits(call.context).count_failure(call)
        raise refused(refusal.message) from None
    entry = await call.context.get(AppDirectory).find(claims["aud"], now=call.now)
    if entry is None or entry.app.disabled:
        raise refused("The app this token was made for is disabled.")
    await count_call(call, entry.app.uuid)
    return claims


def refused(message: str) -> InvalidToken:
    """Return the refusal of a token, with its challenge."""
    return InvalidToken(
        message=message,
        headers={"www-authenticate": f'{REALM}, error="invalid_token", error_description="{message}"'},
    )
