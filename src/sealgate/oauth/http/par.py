"""`POST /par`: an app sends its authorization request ahead, out of the browser's reach (RFC 9126; oauth2 B11)."""

from datetime import timedelta

import msgspec

from sealgate.base.ids import hash_secret, new_token
from sealgate.oauth import store
from sealgate.oauth.checks import PUSHED_PREFIX
from sealgate.oauth.clients import authenticate
from sealgate.oauth.errors import InvalidRequest
from sealgate.oauth.hints import hinted_account
from sealgate.oauth.http.for_programs import answers_program
from sealgate.oauth.http.paths import both
from sealgate.oauth.model import PushedRequest
from sealgate.oauth.params import read_params
from sealgate.oauth.request import read_request, single
from sealgate.web import Anyone, Call, Lenient, Router

PUSHED_TTL_S = 60

router = Router(tags=["sign in"])


class Pushed(msgspec.Struct, frozen=True):
    """What stands for a pushed request at `/auth`, and for how many seconds."""

    request_uri: str
    expires_in: int


@answers_program
async def post_par(call: Call[Anyone]) -> Pushed:
    """Check an authorization request and keep it for a minute."""
    params = await read_params(call)
    client = await authenticate(call, params)
    hinted = await hinted_account(call, client.app, params.get("id_token_hint"))
    request = read_request(client.app, single(list(params.items())), pushed=True, hinted=hinted)
    if not client.authenticated:
        client.require_public()
        if request.challenge is None:
            raise InvalidRequest(message="Without the client secret a pushed request needs a code_challenge.")
    handle = new_token()
    request_uri = PUSHED_PREFIX + handle
    pushed = PushedRequest(
        hash=hash_secret(request_uri),
        app_uuid=client.app.uuid,
        request=request,
        expires_at=call.now + timedelta(seconds=PUSHED_TTL_S),
    )
    await call.db.write(store.insert_pushed_request, pushed)
    return Pushed(request_uri, PUSHED_TTL_S)


for _path in both("/par"):
    router.post(_path, caller=Anyone, takes=Lenient, answers=Pushed, status=201, listed=False)(post_par)
