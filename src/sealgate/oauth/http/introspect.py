"""`POST /introspect`: an app's server asks whether a token of its own still counts (RFC 7662; oauth2 B10)."""

from datetime import datetime
from typing import Any

from sealgate.base.clock import to_unix_s
from sealgate.base.ids import hash_secret
from sealgate.infra.tx import Tx
from sealgate.oauth import store
from sealgate.oauth.clients import authenticate
from sealgate.oauth.http.for_programs import answers_program
from sealgate.oauth.http.paths import both
from sealgate.oauth.params import read_params, required
from sealgate.tokens.bearers import BearerVerifier
from sealgate.tokens.errors import TokenExpired, TokenInvalid, TokenRevoked
from sealgate.web import Anyone, Call, Lenient, Router

INACTIVE: dict[str, Any] = {"active": False}
TOLD = ("scope", "client_id", "exp", "iat", "sub", "aud", "iss", "jti", "auth_time", "network_type", "network_endpoint",
        "network_id")  # fmt: skip

router = Router(tags=["sign in"])


@answers_program
async def post_introspect(call: Call[Anyone]) -> dict[str, Any]:
    """Tell what a token says, if it is the caller's and counts; else only that it does not."""
    params = await read_params(call)
    client = await authenticate(call, params)
    client.require_secret()
    token = required(params, "token")
    if token.count(".") != 2:
        return await call.db.read(introspect_refresh, hash_secret(token), app_uuid=client.app.uuid, now=call.now)
    try:
        user = await call.context.get(BearerVerifier).verify(token, now=call.now)
    except (TokenInvalid, TokenExpired, TokenRevoked):
        return INACTIVE
    if user.app.uuid != client.app.uuid:
        return INACTIVE
    told = {name: user.claims[name] for name in TOLD if name in user.claims}
    return {"active": True, "username": user.account, "token_type": "Bearer", **told}


def introspect_refresh(tx: Tx, token_hash: bytes, *, app_uuid: str, now: datetime) -> dict[str, Any]:
    """Tell what a refresh token stands for, if it is the app's and can be traded."""
    token = store.find_refresh_token(tx, token_hash)
    if token is None or token.used_at is not None or now >= token.idle_until:
        return INACTIVE
    grant = store.find_grant(tx, token.grant_uuid)
    if grant is None or grant.app_uuid != app_uuid or grant.revoked_at is not None:
        return INACTIVE
    told = {
        "active": True,
        "client_id": app_uuid,
        "username": grant.account,
        "sub": grant.account,
        "exp": to_unix_s(token.idle_until),
        "iat": to_unix_s(token.created_at),
    }
    return told | ({"scope": token.scope} if token.scope else {})


for _path in both("/introspect"):
    router.post(_path, caller=Anyone, takes=Lenient, answers=dict, listed=False)(post_introspect)
