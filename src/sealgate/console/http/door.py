"""The way in: the first page, the sign-in by wallet, invitations, the way out."""

import hmac
from typing import Any
from urllib.parse import urlencode

from sealgate.base.settings import Settings
from sealgate.console import client, service
from sealgate.console.cookies import (
    Underway,
    end_of_session_cookie,
    read_session,
    read_underway,
    session_cookie,
    underway_cookie,
)
from sealgate.console.errors import InvitationGone, SignInBroken
from sealgate.console.http import apps
from sealgate.console.visit import ROOT, Answer, Visit, form, own_path, public_page
from sealgate.infra.tx import Tx
from sealgate.web import Anyone, Call, Page, Redirect

DECLINED = "access_denied"


@public_page("")
async def get_console(call: Call[Anyone]) -> Answer:
    """The apps of whoever is signed in; else the way in, with 200, since nothing is wrong."""
    secret = read_session(call.cookies, call.settings)
    known = None if secret is None else await call.db.read(service.find_session, secret, now=call.now)
    if known is None or secret is None:
        return _way_in(call)
    session, developer = known
    return await apps.get_apps(Visit(call, developer, session, secret))


@public_page("/sign-in")
async def get_sign_in(call: Call[Anyone]) -> Redirect:
    """Begin a sign-in at the server's own provider."""
    await call.db.write(client.ensure_app, call.context.sealer, call.settings, now=call.now)
    underway, params = client.begin(
        call.settings, back=own_path(call.query.get("back", "")), invitation=call.query.get("invitation") or None
    )
    return Redirect(f"/auth?{urlencode(params)}", headers={"set-cookie": underway_cookie(call.settings, underway)})


@public_page("/callback")
async def get_callback(call: Call[Anyone]) -> Answer:
    """Finish a sign-in: its code for a session."""
    underway = read_underway(call.cookies, call.settings)
    if underway is None or not hmac.compare_digest(call.query.get("state", "").encode(), underway.state.encode()):
        raise SignInBroken
    if "error" in call.query:
        return _way_in(call, back=underway.back, declined=call.query["error"] == DECLINED)
    secret = await call.db.write(
        _enter,
        underway,
        call.query.get("code", ""),
        settings=call.settings,
        call=(call.headers.get("user-agent", ""), call.client_ip),
        now=call.now,
    )
    return Redirect(underway.back, headers={"set-cookie": session_cookie(call.settings, secret)})


@public_page("/invitations/{secret:text}")
async def get_invitation(call: Call[Anyone]) -> Page:
    """Show what an invitation is for; it is used up by the sign-in, not by looking at it."""
    secret = call.path["secret"]
    if len(secret) > 100:
        raise InvitationGone
    invitation, app = await call.db.read(_invitation, secret, now=call.now)
    link = f"{ROOT}/sign-in?{urlencode({'invitation': secret})}"
    return Page("console/invitation.html", {"invitation": invitation, "invited_to": app, "link": link})


@form("/sign-out")
async def post_sign_out(visit: Visit) -> Redirect:
    """End this browser's session."""
    call = visit.call
    await call.db.write(
        service.end_sessions, visit.developer.account, session_id=visit.session.id, reference=call.ref, now=call.now
    )
    return Redirect(ROOT, headers={"set-cookie": end_of_session_cookie(call.settings)})


def _way_in(call: Call[Anyone], *, back: str | None = None, declined: bool = False) -> Page:
    back = own_path(back if back is not None else call.query.get("back", ""))
    link = f"{ROOT}/sign-in?{urlencode({'back': back})}" if back != ROOT else f"{ROOT}/sign-in"
    return Page("console/way_in.html", {"link": link, "declined": declined, "asked_for": back if back != ROOT else ""})


def _enter(tx: Tx, underway: Underway, code: str, *, settings: Settings, call: tuple[str, str], now: Any) -> str:
    account = client.redeem(tx, underway, code, settings=settings, now=now)
    user_agent, address = call
    secret, _ = service.sign_in(
        tx,
        account,
        invitation=underway.invitation,
        open_to_all=settings.dev,
        user_agent=user_agent,
        address=address,
        now=now,
    )
    return secret


def _invitation(tx: Tx, secret: str, *, now: Any) -> tuple[Any, Any]:
    from sealgate.apps import service as app_service

    invitation = service.find_invitation(tx, secret, now=now)
    app = app_service.find_app(tx, invitation.app_uuid) if invitation.app_uuid else None
    return invitation, app
