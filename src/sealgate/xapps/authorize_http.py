"""`jwt/authorize`: a page that the wallet opened trades its one-time token for context and JWT (platform-api 16.3)."""

from typing import Any

import msgspec

from sealgate.apps.directory import AppDirectory
from sealgate.apps.model import PublicApp
from sealgate.tokens.user_routes import for_users
from sealgate.tokens.xapp_tokens import sign_xapp_token
from sealgate.web.call import Call
from sealgate.web.routing import Router
from sealgate.xapps.errors import OttRefusal, OttUnknown
from sealgate.xapps.exchange import REFUSALS, noted, require_xapp
from sealgate.xapps.sessions import Visitor, begin_session
from sealgate.xapps.user_agents import is_wallet

OTT = "x-api-ott"

router = Router(tags=("xApps",))


class AuthorizedApp(msgspec.Struct):
    """The app, as its own page may show it."""

    name: str


class Authorized(msgspec.Struct):
    """What a one-time token is worth: the launch as the wallet told it (platform-api 16.2), and a JWT for 24 hours."""

    ott: dict[str, Any]
    app: AuthorizedApp
    jwt: str


@for_users(
    router.get,
    "authorize",
    caller=PublicApp,
    answers=Authorized,
    raises=REFUSALS,
    reads_headers={OTT: "The `xAppToken` of the address that the wallet opened."},
)
async def get_authorize(call: Call[PublicApp]) -> Authorized:
    """Trade the one-time token of an xApp for the user's context and a JWT. It counts once, for two minutes."""
    app = call.caller.app
    require_xapp(app)
    entry = await call.context.get(AppDirectory).find(app.uuid, now=call.now)
    if entry is None:
        raise OttUnknown(cause="The app was removed a moment ago.")
    # Opened before the token is taken: should the seal be broken, the token is not lost.
    secret = entry.opened.text(call.context.sealer, entry.live_secrets(call.now)[0])
    visitor = Visitor(call.client_ip, is_wallet(call.headers.get("user-agent", "")))
    days = call.settings.user_token_days
    try:
        session = await call.db.write(
            begin_session, call.headers.get(OTT, ""), visitor, app_uuid=app.uuid, user_token_days=days, now=call.now
        )
    except OttRefusal as refusal:
        raise noted(call, refusal) from None
    taken = session.taken
    jwt = sign_xapp_token(
        secret,
        app=app,
        ott=taken.ott,
        account=taken.account,
        context=taken.context,
        user_token=session.user_token,
        now=call.now,
    )
    return Authorized(taken.context, AuthorizedApp(app.name), jwt)
