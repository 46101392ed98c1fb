"""The developer's own page: their name, and the browsers in which they are signed in."""

from typing import Any

from sealgate.base.ids import as_uuid
from sealgate.console import service
from sealgate.console.visit import Visit, form, page
from sealgate.web import Page, Redirect

MOST_NAME_CHARS = 60


@page("/account")
async def get_account(visit: Visit) -> Page:
    """Show the developer's name and sessions."""
    return await _account(visit)


@form("/account")
async def post_account(visit: Visit) -> Page | Redirect:
    """Change the developer's name."""
    name = " ".join(visit.form.get("name", "").split())
    if len(name) > MOST_NAME_CHARS or not name.isprintable():
        problem = f"A name has at most {MOST_NAME_CHARS} characters, all of them printable."
        return await _account(visit, status=400, problem=problem, name=name)
    await visit.call.db.write(service.rename_developer, visit.developer.account, name or None)
    return visit.back_to("/account", said="saved")


@form("/account/end-session")
async def post_end_session(visit: Visit) -> Redirect:
    """End one of the developer's sessions, or all but this one."""
    call, account = visit.call, visit.developer.account
    asked = as_uuid(visit.form.get("session", ""))
    known = await call.db.read(service.sessions_of, account, now=call.now)
    ending = (
        [session.id for session in known if session.id == asked]
        if asked
        else [session.id for session in known if session.id != visit.session.id]
    )
    for session_id in ending:
        await call.db.write(service.end_sessions, account, session_id=session_id, reference=call.ref, now=call.now)
    return visit.back_to("/account", said="session-ended")


async def _account(visit: Visit, *, status: int = 200, **values: Any) -> Page:
    sessions = await visit.call.db.read(service.sessions_of, visit.developer.account, now=visit.call.now)
    shown = {"problem": None, "name": visit.developer.name or "", **values}
    return visit.page("account.html", status=status, sessions=sessions, this_session=visit.session.id, **shown)
