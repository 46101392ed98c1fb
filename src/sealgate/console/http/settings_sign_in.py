"""How people sign in to an app: where they return to, and what the app may ask for."""

from typing import Any

from sealgate.apps.errors import AppInvalid
from sealgate.apps.model import DEVICE_CODE, GRANT_TYPES, App, own_redirects
from sealgate.apps.model import Redirect as Entry
from sealgate.apps.redirects import checked_redirects
from sealgate.console import app_changes
from sealgate.console.forms import Sheet, checked_changes
from sealgate.console.model import Role
from sealgate.console.redirect_tester import Trial, try_redirect
from sealgate.console.visit import AppVisit, form, page
from sealgate.web import Page, Redirect

HERE = "/settings/sign-in"
MOST_TRIED_CHARS = 2048
TICKS = ("allow_implicit", "public_pkce", "require_pkce", "require_par")
CHOICES = ("type", "session_sharing", "access_token_ttl_s", "id_token_alg")
LIFETIMES = ((300, "5 minutes"), (900, "15 minutes"), (3600, "1 hour"), (28_800, "8 hours"), (86_400, "24 hours"))


@page("/apps/{app:uuid}/settings/sign-in", role=Role.VIEWER)
async def get_sign_in(visit: AppVisit) -> Page:
    """Show where sign-ins return to and what the app may ask for."""
    return _page(visit)


@page("/apps/{app:uuid}/settings/sign-in/try", role=Role.VIEWER)
async def get_try(visit: AppVisit) -> Page:
    """Say which entry allows an address, and why the others do not; `part=1` asks for the answer without its page."""
    uri = visit.call.query.get("uri", "").strip()[:MOST_TRIED_CHARS]
    trial = try_redirect(visit.app, uri) if uri else None
    if visit.call.query.get("part"):
        return Page("console/_trial.html", {"trial": trial})
    return _page(visit, trial=trial)


@form("/apps/{app:uuid}/settings/redirects", role=Role.DEVELOPER)
async def post_redirect(visit: AppVisit) -> Page | Redirect:
    """Register one more address."""
    uri, match = visit.form.get("uri", "").strip(), visit.form.get("match", "exact")
    sheet = Sheet({"uri": uri, "match": match})
    if not uri:
        return _page(visit, status=400, adding=sheet.with_problem("uri", "Give the address that sign-ins return to."))
    known = own_redirects(visit.app.type, visit.app.redirects)
    try:
        if match not in ("exact", "loopback", "origin", "wildcard"):
            raise AppInvalid(message="There is no such way to compare.")
        redirects = checked_redirects((*known, uri if match == "exact" else Entry(uri, match)))  # type: ignore[arg-type]
    except AppInvalid as refusal:
        return _page(visit, status=400, adding=sheet.refused(refusal, at="uri"))
    await _set_redirects(visit, redirects)
    return visit.back_to_app(HERE, said="saved")


@form("/apps/{app:uuid}/settings/redirects/remove", role=Role.DEVELOPER)
async def post_redirect_removal(visit: AppVisit) -> Redirect:
    """Take an address off the list."""
    going = visit.form.get("uri", ""), visit.form.get("match", "")
    known = own_redirects(visit.app.type, visit.app.redirects)
    await _set_redirects(visit, tuple(entry for entry in known if (entry.uri, entry.match) != going))
    return visit.back_to_app(HERE, said="removed")


@form("/apps/{app:uuid}/settings/sign-in", role=Role.DEVELOPER)
async def post_sign_in(visit: AppVisit) -> Page | Redirect:
    """Change what the app may ask for."""
    typed: dict[str, Any] = {name: visit.form.get(name, "") for name in CHOICES}
    typed |= {name: name in visit.form for name in TICKS}
    typed["grant_types"] = [grant for grant in GRANT_TYPES if f"grant:{grant}" in visit.form]
    typed["post_logout_redirect_uris"] = visit.form.get("post_logout_redirect_uris", "").split()
    if str(typed["access_token_ttl_s"]).isdecimal():
        typed["access_token_ttl_s"] = int(typed["access_token_ttl_s"])
    changes, sheet = checked_changes(typed, dev=visit.call.settings.dev)
    if not sheet.is_good:
        values = {**sheet.values, "post_logout_redirect_uris": "\n".join(typed["post_logout_redirect_uris"])}
        return _page(visit, status=400, profile=Sheet(values, sheet.problems))
    await visit.change_app(app_changes.change_app, visit.call.context.sealer, visit.app.uuid, changes)
    return visit.back_to_app(HERE, said="saved")


async def _set_redirects(visit: AppVisit, redirects: tuple[Entry, ...]) -> None:
    changes = {"redirects": redirects}
    await visit.change_app(app_changes.change_app, visit.call.context.sealer, visit.app.uuid, changes)


def _page(
    visit: AppVisit,
    *,
    status: int = 200,
    adding: Sheet | None = None,
    profile: Sheet | None = None,
    trial: Trial | None = None,
) -> Page:
    lifetimes = {*LIFETIMES, (visit.app.access_token_ttl_s, f"{visit.app.access_token_ttl_s} seconds")}
    known = dict(LIFETIMES)
    return visit.page(
        "settings_sign_in.html",
        status=status,
        redirects=own_redirects(visit.app.type, visit.app.redirects),
        adding=adding or Sheet({"match": "exact"}),
        profile=profile or _profile(visit.app),
        lifetimes=sorted((seconds, known.get(seconds, title)) for seconds, title in dict(lifetimes).items()),
        device_code=DEVICE_CODE,
        trial=trial,
        section="sign-in",
    )


def _profile(app: App) -> Sheet:
    values = {name: getattr(app, name) for name in (*CHOICES, *TICKS, "grant_types")}
    return Sheet(values | {"post_logout_redirect_uris": "\n".join(app.post_logout_redirect_uris)})
