"""`POST /revoke`: an app gives a token back (RFC 7009; oauth2 B10)."""

from datetime import datetime

from sealgate.base.clock import from_ms
from sealgate.base.ids import hash_secret
from sealgate.infra.tx import Tx
from sealgate.oauth import store
from sealgate.oauth.clients import authenticate
from sealgate.oauth.http.for_programs import CORS, answers_program
from sealgate.oauth.http.paths import both
from sealgate.oauth.params import read_params, required
from sealgate.oauth.revocation import revoke_grant
from sealgate.tokens import deny_list
from sealgate.tokens.bearers import BearerVerifier
from sealgate.tokens.errors import TokenExpired, TokenInvalid, TokenRevoked
from sealgate.web import Anyone, Call, Lenient, Raw, Router

router = Router(tags=["sign in"], cors=CORS)


@answers_program
async def post_revoke(call: Call[Anyone]) -> Raw:
    """End a refresh token with its family, or an access token or an xApp's JWT alone.

    Unknown tokens and those of other apps are answered alike and stay as they are (RFC 7009, 2.2). Who holds a token
    may end it: the secret is not asked for.
    """
    params = await read_params(call)
    client = await authenticate(call, params)
    token = required(params, "token")
    done = Raw(b"", "application/json", headers={"cache-control": "no-store"})
    if token.count(".") != 2:
        await call.db.write(revoke_family, hash_secret(token), app_uuid=client.app.uuid, now=call.now)
        return done
    try:
        user = await call.context.get(BearerVerifier).verify(token, now=call.now)
    except (TokenInvalid, TokenExpired, TokenRevoked):
        return done
    if user.app.uuid == client.app.uuid:
        await call.db.write(deny_list.revoke, user.jti, from_ms(user.claims["exp"] * 1000))
    return done


def revoke_family(tx: Tx, token_hash: bytes, *, app_uuid: str, now: datetime) -> None:
    """End the grant of a refresh token, where it is the app's."""
    token = store.find_refresh_token(tx, token_hash)
    grant = store.find_grant(tx, token.grant_uuid) if token is not None else None
    if grant is not None and grant.app_uuid == app_uuid:
        revoke_grant(tx, grant.uuid, now=now)


for _path in both("/revoke"):
    router.post(_path, caller=Anyone, takes=Lenient, answers=bytes, listed=False)(post_revoke)
