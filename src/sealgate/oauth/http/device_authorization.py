"""`POST /device_authorization`: a device without a browser asks that somebody sign in for it (RFC 8628; oauth2 B12)."""

import secrets
from datetime import timedelta

import msgspec

from sealgate.apps.model import DEVICE_CODE
from sealgate.base.ids import hash_secret, new_token
from sealgate.infra.tx import Tx
from sealgate.oauth import checks, store
from sealgate.oauth.clients import authenticate
from sealgate.oauth.errors import UnauthorizedClient
from sealgate.oauth.http.for_programs import CORS, answers_program
from sealgate.oauth.http.paths import both
from sealgate.oauth.model import DEVICE_TTL_S, AuthorizationRequest, DeviceRequest, scope_set, shape_of
from sealgate.oauth.params import read_params
from sealgate.web import Anyone, Call, Lenient, Router

INTERVAL_S = 5
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that no words appear (RFC 8628, 6.1). Eight of them have 34 bits, and few tries are allowed."""
MAX_USER_AGENT = 256

router = Router(tags=["sign in"], cors=CORS)


class Waiting(msgspec.Struct, frozen=True):
    """What a device shows, and how it learns of the outcome. Times are seconds."""

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: int
    interval: int


@answers_program
async def post_device_authorization(call: Call[Anyone]) -> Waiting:
    """Give a device a code to wait with, and one to show."""
    params = await read_params(call)
    client = await authenticate(call, params)
    client.require_public()
    if DEVICE_CODE not in client.app.grant_types:
        raise UnauthorizedClient
    checks.bounded_scope(client.app, params, False)
    strict = shape_of(scope_set(params.get("scope"))) == "oidc"
    request = AuthorizationRequest(
        app_uuid=client.app.uuid,
        scope=params.get("scope"),
        nonce=checks.nonce(params),
        force_network=checks.force_network(params, strict=strict),
        signers=checks.signers(params, strict=strict),
    )
    device_code = new_token()
    waiting = DeviceRequest(
        hash=hash_secret(device_code),
        user_code_hash=b"",
        app_uuid=client.app.uuid,
        request=request,
        ip=call.client_ip,
        user_agent=call.headers.get("user-agent", "")[:MAX_USER_AGENT] or None,
        created_at=call.now,
        expires_at=call.now + timedelta(seconds=DEVICE_TTL_S),
        interval_s=INTERVAL_S,
    )
    letters = await call.db.write(keep_waiting, waiting)
    user_code = f"{letters[:4]}-{letters[4:]}"
    page = f"{call.settings.issuer_url}/device"
    return Waiting(device_code, user_code, page, f"{page}?user_code={user_code}", DEVICE_TTL_S, INTERVAL_S)


def keep_waiting(tx: Tx, waiting: DeviceRequest) -> str:
    """Store a device under a user code that nobody has, and return the code's eight letters."""
    while True:
        letters = "".join(secrets.choice(LETTERS) for _ in range(8))
        if store.insert_device_request(tx, msgspec.structs.replace(waiting, user_code_hash=hash_secret(letters))):
            return letters


for _path in both("/device_authorization"):
    router.post(_path, caller=Anyone, takes=Lenient, answers=Waiting, listed=False)(post_device_authorization)
