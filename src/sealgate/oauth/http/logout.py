"""`/logout`: the end of this browser's session (OpenID Connect RP-Initiated Logout 1.0; oauth2 B13)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sealgate.apps.directory import AppDirectory
from sealgate.apps.model import App
from sealgate.base.errors import SealgateError
from sealgate.infra.tx import Tx
from sealgate.oauth import service, store
from sealgate.oauth.cookies import end_of_session_cookie, read_session
from sealgate.oauth.errors import FormForged
from sealgate.oauth.http.paths import both
from sealgate.oauth.logout import FIELDS, Wish, judge
from sealgate.oauth.pages import csrf_token, is_csrf_token
from sealgate.oauth.pages.csrf import CSRF_FIELD
from sealgate.oauth.pages.logout import logout_page, signed_out_page, still_signed_in_page
from sealgate.oauth.params import Params, read_params
from sealgate.tokens.signing import TokenVerifier
from sealgate.web import Anyone, Call, Router
from sealgate.web.answers import Page, Redirect
from sealgate.web.app import MAX_QUERY

ID_TOKEN = "JWT"  # noqa: S105 - a media type
_PURPOSE = "logout"

router = Router(tags=["sign in"])


async def get_logout(call: Call[Anyone]) -> Page | Redirect:
    """End the session where the app shows who it is, else ask."""
    return await _answer(call, {name: value for name, value in call.query.items() if value})


async def post_logout(call: Call[Anyone]) -> Page | Redirect:
    """The same by form; and the answer to our own question.

    Raises:
        FormForged: the answer was not given on our page in this browser.
    """
    params = await read_params(call)
    if "answer" not in params and read_session(call.cookies, call.settings) is None:
        # A form on the app's own site comes without our cookie, which is SameSite=Lax; a link brings it.
        query = urlencode({name: params[name] for name in FIELDS if name in params})
        if len(query) < MAX_QUERY:
            return Redirect(f"{call.raw_path.decode('latin-1')}?{query}")
    return await _answer(call, params)


async def _answer(call: Call[Anyone], params: Params) -> Page | Redirect:
    secret = read_session(call.cookies, call.settings)
    session = await call.db.read(service.find_session, secret, now=call.now)
    hint, app = await _read_hint(call, params)
    wish = judge(params, session, hint, app)
    answer = params.get("answer") if call.method == "POST" else None
    if answer is not None:
        if not is_csrf_token(params.get(CSRF_FIELD), secret, _PURPOSE):
            raise FormForged
        if answer != "yes":
            return still_signed_in_page()
    elif wish.must_ask and session is not None and secret is not None:
        return logout_page(
            account=session.account,
            action=call.raw_path.decode("latin-1"),
            fields={name: params[name] for name in FIELDS if name in params},
            csrf=csrf_token(secret, _PURPOSE),
            problem=wish.problem,
            redirect_uri=wish.redirect_to,
        )
    if secret is not None:
        await call.db.write(end_session, secret, now=call.now)
        call.response_headers["set-cookie"] = end_of_session_cookie(call.settings)
    return _farewell(wish)


def _farewell(wish: Wish) -> Page | Redirect:
    if wish.redirect_to is not None:
        return Redirect(wish.redirect_to, headers={"referrer-policy": "no-referrer"})
    return signed_out_page(problem=wish.problem)


def end_session(tx: Tx, secret: str, *, now: datetime) -> None:
    """End a session and what would outlive it: the refresh tokens of sign-ins made in it. Access tokens run out."""
    session = service.end_session(tx, secret, now=now)
    if session is not None:
        for grant in store.offline_grants_of_session(tx, session.sid):
            store.revoke_grant(tx, grant.uuid, now=now)


async def _read_hint(call: Call[Anyone], params: Params) -> tuple[Mapping[str, Any] | None, App | None]:
    token = params.get("id_token_hint")
    if token is None:
        return None, None
    try:
        claims = await call.context.get(TokenVerifier).verify(token, typ={ID_TOKEN}, now=call.now, expired_ok=True)
    except SealgateError as refusal:
        if refusal.status >= 500:
            raise
        return None, None
    entry = await call.context.get(AppDirectory).find(str(claims.get("aud")), now=call.now)
    return claims, entry.app if entry is not None else None


for _path in both("/logout"):
    router.page(_path)(get_logout)
    router.page(_path, method="POST")(post_logout)
