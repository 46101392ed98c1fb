"""`/signin`: where a browser gets the answer, once a wallet has signed (oauth2 A4, B5.2).

Two things open it: the cookie of the browser that began, and the ticket of the wallet that answered. Knowing the
transaction opens nothing: its UUID stands in the QR code.
"""

from typing import Any

from sealgate.base.ids import hash_secret, new_token
from sealgate.infra.tx import Tx
from sealgate.oauth import service, sessions
from sealgate.oauth.cookies import binding_cookie, read_session
from sealgate.oauth.errors import (
    AccessDenied,
    FormForged,
    OtherBrowser,
    SignInStopped,
    SignInUnknown,
)
from sealgate.oauth.http.answering import SIGNIN, ask_consent, deny_to, hand_out, purpose
from sealgate.oauth.http.authorize import sign_page_url
from sealgate.oauth.http.paths import both
from sealgate.oauth.http.visit import Visit, find_visit
from sealgate.oauth.pages import (
    CSRF_FIELD,
    continue_page,
    csrf_token,
    elsewhere_page,
    error_page,
    is_csrf_token,
    returned_page,
    signed_in_page,
)
from sealgate.oauth.service import Verdict
from sealgate.oauth.transactions import Visitor
from sealgate.web import Anyone, Call, Page, Redirect, Router, read_form
from sealgate.web.errors import BodyTooLarge, MethodUnknown

MAX_FORM_BYTES = 4096

router = Router(tags=["sign in"])


async def get_signin(call: Call[Anyone]) -> Page | Redirect:
    """Give the browser that may have it the answer; tell the others what to do."""
    _only_get(call)
    try:
        visit = await find_visit(call, call.query.get("txn"), call.query.get("ticket", ""))
        return await _answer(visit)
    except SignInStopped as refusal:
        return error_page(refusal, reference=call.ref)


async def get_cancel(call: Call[Anyone]) -> Page | Redirect:
    """Give a sign-in up, in the browser that began it."""
    _only_get(call)
    try:
        visit = await find_visit(call, call.query.get("txn"), "")
        if not visit.is_initiator:
            raise OtherBrowser
        return await _deny(visit)
    except SignInStopped as refusal:
        return error_page(refusal, reference=call.ref)


async def post_signin(call: Call[Anyone]) -> Page | Redirect:
    """Take the answer to a question of ours: go on in this browser, go on as somebody."""
    raw = await call.read_body()
    if len(raw) > MAX_FORM_BYTES:
        raise BodyTooLarge
    form = dict(read_form(raw) if raw else ())
    try:
        visit = await find_visit(call, form.get("txn"), form.get("ticket", ""))
        step = form.get("step", "")
        if not is_csrf_token(form.get(CSRF_FIELD), visit.cookie, purpose(step, visit.transaction.uuid)):
            raise FormForged
        return await _take(visit, step, form)
    except SignInStopped as refusal:
        return error_page(refusal, reference=call.ref)


for _path in both(SIGNIN):
    router.page(_path)(get_signin)
    router.page(_path, method="POST")(post_signin)
for _path in both(f"{SIGNIN}/cancel"):
    router.page(_path)(get_cancel)


def _only_get(call: Call[Anyone]) -> None:
    if call.method == "HEAD":  # whoever only looks must not use the answer up
        raise MethodUnknown(headers={"allow": "GET"})


async def _answer(visit: Visit) -> Page | Redirect:
    match visit.verdict:
        case Verdict.ANSWER:
            return await _agree_or_complete(visit)
        case Verdict.ASK:
            return _ask(visit)
        case Verdict.RETURNED:
            await visit.call.db.write(service.note_return, visit.transaction.uuid, now=visit.call.now)
            way_on = f"{SIGNIN}?txn={visit.transaction.uuid}"
            return returned_page(payload_uuid=visit.transaction.uuid, continue_url=way_on, app_name=visit.app.name)
        case Verdict.DENY:
            return await _deny(visit)
        case Verdict.UNANSWERED | Verdict.WAIT if visit.payload is not None:
            return Redirect(sign_page_url(visit.transaction.uuid))
        case Verdict.STRANGER:
            raise OtherBrowser(detail=f"txn={visit.transaction.uuid}")
        case _:
            return _finished(visit)


def _finished(visit: Visit) -> Page:
    """Return the page of a sign-in that gives nothing more: here it has succeeded, or it went on elsewhere."""
    transaction = visit.transaction
    if transaction.grant_uuid is not None and transaction.completed_by == visit.by:
        return signed_in_page(app_name=visit.app.name)
    return elsewhere_page(app_name=visit.app.name, origin=visit.origin)


def _ask(visit: Visit) -> Page:
    """Ask the person on the phone whether to go on there; the browser that began then gets nothing."""
    call, txn = visit.call, visit.transaction.uuid
    assert visit.ticket is not None
    cookie = visit.cookie or new_token()
    if visit.cookie is None:
        call.response_headers["set-cookie"] = binding_cookie(call.settings, cookie)
    return continue_page(
        visit.app,
        account=visit.account,
        origin=visit.origin,
        action=SIGNIN,
        fields={"txn": txn, "step": "continue", "ticket": visit.ticket},
        csrf=csrf_token(cookie, purpose("continue", txn)),
        redirect_uri=visit.transaction.request.redirect_uri,
    )


async def _take(visit: Visit, step: str, form: dict[str, str]) -> Page | Redirect:
    if visit.payload is None:
        return await _take_word(visit, form)
    if visit.verdict not in (Verdict.ANSWER, Verdict.ASK):
        return await _answer(visit)
    if form.get("answer") != "yes":
        return await _deny(visit)
    if step == "continue":
        return await _agree_or_complete(visit)
    return await _complete(visit)


async def _agree_or_complete(visit: Visit) -> Page | Redirect:
    request, app, account = visit.transaction.request, visit.app, visit.account
    if visit.transaction.kind == "browser" and sessions.must_agree(request, app, has_consent=False):
        has_consent = await visit.call.db.read(sessions.has_consent, app, account, request)
        if sessions.must_agree(request, app, has_consent=has_consent) and visit.cookie is not None:
            extra = {"ticket": visit.ticket} if visit.ticket is not None else {}
            return ask_consent(
                app, visit.transaction, account=account, cookie=visit.cookie, extra=extra, remembered=False
            )
    return await _complete(visit)


async def _complete(visit: Visit) -> Page | Redirect:
    call, payload = visit.call, visit.payload
    assert payload is not None
    if visit.app.disabled:
        return await _deny(visit)
    secret = read_session(call.cookies, call.settings)
    completed = await call.db.write(
        service.complete, visit.app, visit.transaction, payload, by=visit.by, settings=call.settings, now=call.now,
        former_session=hash_secret(secret) if secret else None,
    )  # fmt: skip
    if completed is None:
        return elsewhere_page(app_name=visit.app.name, origin=visit.origin)
    return await hand_out(call, visit.app, visit.transaction.request, completed)


async def _deny(visit: Visit) -> Page | Redirect:
    call, transaction = visit.call, visit.transaction
    if not await call.db.write(service.deny, transaction, by=visit.by, now=call.now) or not visit.is_initiator:
        return elsewhere_page(app_name=visit.app.name, origin=visit.origin)
    return deny_to(call, visit.app, transaction.request, AccessDenied())


async def _take_word(visit: Visit, form: dict[str, str]) -> Page | Redirect:
    """Take the word of somebody who is signed in: yes, no, or as somebody else."""
    call, transaction = visit.call, visit.transaction
    if visit.verdict is not Verdict.UNANSWERED:
        return await _answer(visit)
    if form.get("answer") == "other":
        return await _sign_instead(visit)
    if form.get("answer") != "yes" or visit.app.disabled:
        return await _deny(visit)
    secret = read_session(call.cookies, call.settings)
    completed = await call.db.write(_complete_word, visit, secret, form.get("sid"), now=call.now)
    if completed is None:
        return elsewhere_page(app_name=visit.app.name, origin=visit.origin)
    return await hand_out(call, visit.app, transaction.request, completed)


def _complete_word(tx: Tx, visit: Visit, secret: str | None, sid: str | None, *, now: Any) -> service.Completed | None:
    request = visit.transaction.request
    session = sessions.usable(request, visit.app, service.find_session(tx, secret, now=now), now=now)
    # Meanwhile somebody else may have signed in here, or out: the word was given for one session.
    if session is None or session.sid != sid:
        raise SignInUnknown(message="You are no longer signed in here.")
    return service.complete_from_session(
        tx, visit.app, request, session, settings=visit.call.settings, now=now, transaction=visit.transaction
    )


async def _sign_instead(visit: Visit) -> Redirect:
    """Let a wallet sign for a request that was to be answered from a session: another account was wanted."""
    call = visit.call
    visitor = Visitor(
        browser_hash=hash_secret(visit.cookie or ""), ip=call.client_ip, user_agent=call.headers.get("user-agent")
    )
    await call.db.write(
        service.begin, visit.app, visit.transaction.request, visitor, uuid=call.ref, settings=call.settings,
        now=call.now, pushed_hash=visit.transaction.pushed_hash,
    )  # fmt: skip
    return Redirect(sign_page_url(call.ref))
