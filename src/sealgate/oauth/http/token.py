"""`POST /token`: tokens for what a grant proves (RFC 6749, 3.2; oauth2 B6)."""

from collections.abc import Mapping
from typing import Any

from sealgate.access.rate_limits import RateLimits
from sealgate.apps.model import DEVICE_CODE
from sealgate.oauth.clients import authenticate
from sealgate.oauth.errors import InvalidGrant, InvalidRequest, OAuthError, UnauthorizedClient, UnsupportedGrantType
from sealgate.oauth.grants import code, device, refresh
from sealgate.oauth.grants.asked import Asked, Redeem
from sealgate.oauth.grants.issue import sign
from sealgate.oauth.http.for_programs import CORS, answers_program
from sealgate.oauth.http.paths import both
from sealgate.oauth.params import read_params
from sealgate.tokens.signing import TokenKeys
from sealgate.web import Anyone, Call, Lenient, Router

GRANTS: Mapping[str, Redeem] = {
    "authorization_code": code.redeem,
    "refresh_token": refresh.redeem,
    DEVICE_CODE: device.redeem,
}

router = Router(tags=["sign in"], cors=CORS)


@answers_program
async def post_token(call: Call[Anyone]) -> dict[str, Any]:
    """Trade a code, a refresh token or a device code for tokens."""
    params = await read_params(call)
    wanted = params.get("grant_type")
    if wanted is None:
        raise InvalidRequest(message="Grant type is invalid or missing.")
    redeem = GRANTS.get(wanted)
    if redeem is None:
        raise UnsupportedGrantType
    client = await authenticate(call, params)
    if wanted not in client.app.grant_types:
        raise UnauthorizedClient
    asked = Asked(client, params, call.settings, call.now)
    try:
        outcome = await call.db.write(redeem, asked)
        if isinstance(outcome, OAuthError):
            raise outcome
    except InvalidGrant:
        await RateLimits(call.context).count_failure(call)
        raise
    response = await sign(call.context.get(TokenKeys), outcome)
    return response.body()


for _path in both("/token"):
    router.post(_path, caller=Anyone, takes=Lenient, answers=dict, listed=False)(post_token)
