"""Ping: who am I to this server, and does it hear me (platform-api 3)."""

from typing import Any, Literal, NotRequired, TypedDict

import msgspec

from sealgate.apps.model import App
from sealgate.tokens.model import User
from sealgate.tokens.user_routes import for_users
from sealgate.web.call import Call
from sealgate.web.routing import Router

router = Router(tags=("lookups",))


class PingedApp(msgspec.Struct):
    """The calling app. `webhookurl` is empty where there is none and `disabled` a number: old clients check both."""

    uuidv4: str
    name: str
    webhookurl: str
    redirecturis: tuple[str, ...]
    disabled: Literal[0, 1]


class PingCall(msgspec.Struct):
    """This call; the same as the header X-Call-Ref."""

    uuidv4: str


class PingAuth(msgspec.Struct):
    """Who calls, and with which call. `quota` is an empty object: old clients demand one."""

    quota: dict[str, None]
    application: PingedApp
    call: PingCall


class Pong(msgspec.Struct, kw_only=True):
    """The answer to a ping of an app."""

    pong: Literal[True] = True
    auth: PingAuth


@router.post("/api/v1/platform/ping", caller=App, answers=Pong)
@router.get("/api/v1/platform/ping", caller=App, answers=Pong)
async def ping(call: Call[App]) -> Pong:
    """Tell the app that its credentials work, and what the server knows of it."""
    app = call.caller
    pinged = PingedApp(app.uuid, app.name, app.webhook_url or "", app.redirect_uris, 1 if app.disabled else 0)
    return Pong(auth=PingAuth({}, pinged, PingCall(call.ref)))


class UserPong(TypedDict):
    """The answer to a ping of a user: `pong` and every claim of the token, side by side.

    An xApp's token has `ott_uuidv4`, one of a sign-in `iss` and `payload_uuidv4`.
    """

    pong: Literal[True]
    client_id: str
    app_uuidv4: str
    app_name: str
    sub: str
    usertoken_uuidv4: str | None
    ott_uuidv4: NotRequired[str]
    payload_uuidv4: NotRequired[str | None]
    network_type: NotRequired[str | None]
    network_endpoint: NotRequired[str | None]
    network_id: NotRequired[int | None]
    iss: NotRequired[str]
    iat: int
    exp: int


@for_users(router.get, "ping", answers=UserPong)
async def ping_as_user(call: Call[User]) -> dict[str, Any]:
    """Tell a page that its user's token works, and what it says."""
    # Published clients tell a user from a stranger by this claim being there at all (platform-api 3).
    return {"pong": True, "usertoken_uuidv4": None, **call.caller.claims}
