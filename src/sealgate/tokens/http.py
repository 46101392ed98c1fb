"""The platform API's routes about user tokens, and the public keys that webhooks are signed with."""

from collections.abc import Sequence
from typing import Any

import msgspec

from sealgate.apps.model import App
from sealgate.base.ids import as_uuid
from sealgate.tokens import service
from sealgate.tokens.model import AppOrUser
from sealgate.tokens.user_routes import CORS
from sealgate.tokens.webhook_key import WebhookKey, WebhookKeys
from sealgate.tokens.wire import AskedTokens, TokensIn, TokensOut, token_out
from sealgate.web.answers import Raw, encode_json
from sealgate.web.call import Call
from sealgate.web.callers import Anyone
from sealgate.web.routing import Router

router = Router(tags=("user tokens",))


@router.post(
    "/api/v1/platform/user-tokens", caller=AppOrUser, takes=TokensIn | AskedTokens, answers=TokensOut, cors=CORS
)
async def post_user_tokens(call: Call[AppOrUser]) -> TokensOut:
    """Check up to a hundred user tokens of the app, as the app or as one of its users; a bare list will do."""
    # xumm-sdk-py posts the bare list (platform-api 7).
    return await _check(call, call.caller.app, call.body.tokens if isinstance(call.body, TokensIn) else call.body)


@router.get("/api/v1/platform/user-token/{token:uuid}", caller=App, answers=TokensOut)
async def get_user_token(call: Call[App]) -> TokensOut:
    """Check one user token of the calling app."""
    return await _check(call, call.caller, [call.path["token"]])


async def _check(call: Call[Any], app: App, asked: Sequence[str]) -> TokensOut:
    uuids = [as_uuid(text) for text in asked]
    known = await call.db.read(service.look_up, app.uuid, [uuid for uuid in uuids if uuid is not None])
    found = iter(known)
    tokens = []
    for text, uuid in zip(asked, uuids, strict=True):
        token = None if uuid is None else next(found)
        tokens.append(token_out(text, token, active=token is not None and token.is_live(call.now)))
    return TokensOut(tokens)


class WebhookKeysOut(msgspec.Struct):
    """The server's public keys for webhooks, the one in use first."""

    keys: tuple[WebhookKey, ...]


@router.get("/.well-known/sealgate-webhook-keys", caller=Anyone, answers=WebhookKeysOut)
async def get_webhook_keys(call: Call[Anyone]) -> Raw:
    """Return the keys by which anybody checks the `v1a` signatures of this server's webhooks."""
    published = WebhookKeysOut(call.context.get(WebhookKeys).published)
    return Raw(encode_json(published), "application/json", headers={"cache-control": "public, max-age=3600"})
