"""`/auth` and `/authorize`: where a sign-in begins (RFC 6749, 3.1; OpenID Connect Core, 3.1.2; oauth2 B4)."""

from dataclasses import dataclass
from typing import Any

from sealgate.apps.directory import AppDirectory
from sealgate.apps.model import App
from sealgate.base.ids import as_uuid, hash_secret, new_token
from sealgate.infra.tx import Tx
from sealgate.oauth import sessions, store
from sealgate.oauth.checks import PUSHED_PREFIX
from sealgate.oauth.completion import complete_from_session
from sealgate.oauth.cookies import binding_cookie, read_binding, read_session
from sealgate.oauth.errors import (
    AppUnknown,
    OAuthError,
    PushedUnknown,
    RedirectRefused,
    SignInStopped,
)
from sealgate.oauth.hints import hinted_account
from sealgate.oauth.http.answering import ask_consent, hand_out, tell_error
from sealgate.oauth.http.paths import both
from sealgate.oauth.limits import count_beginning
from sealgate.oauth.model import AuthorizationRequest, PushedRequest, Session
from sealgate.oauth.pages import error_page
from sealgate.oauth.request import MAX_REQUEST_BYTES, Params, ReplyTo, check_request, reply_to, single
from sealgate.oauth.sessions import Next
from sealgate.oauth.transactions import Visitor, begin, begin_question
from sealgate.web import Anyone, Call, Page, Redirect, Router, read_form
from sealgate.web.errors import BodyTooLarge, MethodUnknown, UriTooLong

router = Router(tags=["sign in"])


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that passed every check, who asks, and the pushed request it came by."""

    app: App
    request: AuthorizationRequest
    pushed_hash: bytes | None = None


async def get_auth(call: Call[Anyone]) -> Page | Redirect:
    """Begin a sign-in from a link or a redirect."""
    if call.method == "HEAD":  # whoever only looks must not make a sign request
        raise MethodUnknown(headers={"allow": "GET, POST"})
    raw: bytes = call.scope["query_string"]
    if len(raw) > MAX_REQUEST_BYTES:
        raise UriTooLong
    return await _authorize(call, raw)


async def post_auth(call: Call[Anyone]) -> Page | Redirect:
    """Begin a sign-in from a form (OpenID Connect Core, 3.1.2.1)."""
    raw = await call.read_body()
    if len(raw) > MAX_REQUEST_BYTES:
        raise BodyTooLarge(message="The app sent a request of more than 16 KiB.")
    return await _authorize(call, raw)


for _name in ("/auth", "/authorize"):
    for _path in both(_name):
        router.page(_path)(get_auth)
        router.page(_path, method="POST")(post_auth)


async def _authorize(call: Call[Anyone], raw: bytes) -> Page | Redirect:
    app: App | None = None
    try:
        params = single(read_form(raw) if raw else [])
        app = await _find_app(call, params)
        pushed = await _find_pushed(call, app, params)
        if pushed is not None:
            asked, reply = Asked(app, pushed.request, pushed.hash), ReplyTo.of(pushed.request)
            return await _told(call, app, reply, _go_on(call, asked))
        reply = reply_to(app, params)
        return await _told(call, app, reply, _check_and_go_on(call, app, params, reply))
    except SignInStopped as refusal:
        register = refusal.redirect_uri if isinstance(refusal, RedirectRefused) else None
        name = app.name if app is not None else None
        return error_page(refusal, reference=call.ref, app_name=name, register=register)


async def _told(call: Call[Anyone], app: App, reply: ReplyTo, going_on: Any) -> Page | Redirect:
    """Go on, and let the app hear of what is wrong: by now it is known to be the app (oauth2 B4.1, step 5)."""
    try:
        answer: Page | Redirect = await going_on
    except SignInStopped:
        raise
    except OAuthError as refusal:
        return tell_error(call, app, reply, refusal)
    return answer


async def _find_app(call: Call[Anyone], params: Params) -> App:
    uuid = as_uuid(params.get("client_id", ""))
    entry = await call.context.get(AppDirectory).find(uuid, now=call.now) if uuid else None
    if entry is None or entry.app.disabled:
        raise AppUnknown(detail=f"app={uuid} known={entry is not None}")
    return entry.app


async def _find_pushed(call: Call[Anyone], app: App, params: Params) -> PushedRequest | None:
    """Return the pushed request that a `request_uri` of ours names; None where there is no such parameter."""
    uri = params.get("request_uri", "")
    if not uri.startswith(PUSHED_PREFIX):
        return None
    pushed = await call.db.read(store.find_pushed_request, hash_secret(uri), app_uuid=app.uuid, now=call.now)
    if pushed is None:
        raise PushedUnknown(detail=f"app={app.uuid}")
    return pushed


async def _check_and_go_on(call: Call[Anyone], app: App, params: Params, reply: ReplyTo) -> Page | Redirect:
    hinted = await hinted_account(call, app, params.get("id_token_hint"))
    return await _go_on(call, Asked(app, check_request(app, params, reply, hinted=hinted)))


async def _go_on(call: Call[Anyone], asked: Asked) -> Page | Redirect:
    session, has_consent = await _usable_session(call, asked)
    step = sessions.decide(asked.request, asked.app, session, has_consent=has_consent)
    if step is Next.ANSWER:
        assert session is not None
        completed = await call.db.write(
            complete_from_session, asked.app, asked.request, session, settings=call.settings, now=call.now,
            pushed_hash=asked.pushed_hash,
        )  # fmt: skip
        assert completed is not None
        return await hand_out(call, asked.app, asked.request, completed)
    known = read_binding(call.cookies, call.settings)
    await count_beginning(call, app_uuid=asked.app.uuid, browser=known)
    secret = known or new_token()
    visitor = Visitor(browser_hash=hash_secret(secret), ip=call.client_ip, user_agent=call.headers.get("user-agent"))
    call.response_headers["set-cookie"] = binding_cookie(call.settings, secret)
    if step is Next.AGREE:
        assert session is not None
        transaction = await call.db.write(
            begin_question, asked.app, asked.request, visitor, uuid=call.ref, now=call.now,
            pushed_hash=asked.pushed_hash,
        )  # fmt: skip
        return ask_consent(
            asked.app, transaction, account=session.account, cookie=secret, extra={"sid": session.sid}, remembered=True
        )
    await call.db.write(
        begin, asked.app, asked.request, visitor, uuid=call.ref, settings=call.settings, now=call.now,
        pushed_hash=asked.pushed_hash,
    )  # fmt: skip
    return Redirect(sign_page_url(call.ref))


def sign_page_url(uuid: str) -> str:
    """Return where the person signs: a path, which keeps the browser on the name it used and so with its cookie."""
    return f"/sign/{uuid}"


async def _usable_session(call: Call[Anyone], asked: Asked) -> tuple[Session | None, bool]:
    secret = read_session(call.cookies, call.settings)
    if secret is None or asked.request.shape != "oidc":
        return None, False
    return await call.db.read(_session_and_consent, secret, asked, now=call.now)


def _session_and_consent(tx: Tx, secret: str, asked: Asked, *, now: Any) -> tuple[Session | None, bool]:
    found = sessions.find_live(tx, secret, now=now)
    session = sessions.usable(asked.request, asked.app, found, now=now)
    if session is None:
        return None, False
    return session, sessions.has_consent(tx, asked.app, session.account, asked.request)
