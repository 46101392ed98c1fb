"""A new app, by what it is for: one short form, and at its end the key, the secret and a first call."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sealgate.apps import service as apps
from sealgate.apps.checks import checked_name, checked_url
from sealgate.apps.directory import AppDirectory
from sealgate.apps.errors import XAppIdTaken
from sealgate.apps.model import AppType, Redirect
from sealgate.apps.redirects import checked_redirects
from sealgate.apps.webhook_wire import checked_webhook_url
from sealgate.apps.wire import AppIn
from sealgate.base.ids import as_uuid, new_uuid
from sealgate.base.settings import Settings
from sealgate.console import app_changes
from sealgate.console.forms import Sheet, attempt
from sealgate.console.http.start import FirstSign
from sealgate.console.model import Role
from sealgate.console.snippets import Kind, first_calls
from sealgate.console.visit import Visit, form, page
from sealgate.web import Page
from sealgate.web import Redirect as WayOn


@dataclass(frozen=True, slots=True)
class BuildKind:
    """What somebody may build.

    Attributes:
        field: The one field that only this kind has.
        required: Whether it must be filled in.
    """

    word: Kind
    title: str
    text: str
    type: AppType
    field: str
    required: bool = True


KINDS = (
    BuildKind(
        word="backend",
        title="A back end",
        text="A server, a script or a job that keeps a secret and asks for signatures.",
        type="web",
        field="webhook_url",
        required=False,
    ),
    BuildKind(
        word="browser",
        title="A browser app",
        text="Pages that sign people in, with or without a server behind.",
        type="browser",
        field="origin",
    ),
    BuildKind(
        word="native",
        title="A native app",
        text="A program on a phone or a computer that signs people in.",
        type="native",
        field="redirect_uri",
    ),
    BuildKind(
        word="xapp",
        title="An xApp",
        text="A web app that opens inside the wallet and knows its user.",
        type="web",
        field="xapp_url",
    ),
)


@page("/new")
async def get_new(visit: Visit) -> Page:
    """Show the form."""
    kind = visit.call.query.get("kind", "backend")
    return _form(visit, Sheet({"kind": kind, "key": new_uuid(), "redirect_uri": "http://127.0.0.1/callback"}))


@form("/new")
async def post_new(visit: Visit) -> Page | WayOn:
    """Create the app and show its secret, this once; the same form sent again creates no second one."""
    call = visit.call
    key = as_uuid(visit.form.get("key", "")) or new_uuid()
    draft, sheet = _read(visit.form, call.settings)
    if not sheet.is_good:
        return _form(visit, sheet, status=400)
    if await call.db.read(apps.find_app, key) is not None:
        return visit.back_to(f"/apps/{key}/start")
    try:
        made = await visit.change(app_changes.create_app, call.context.sealer, draft, uuid=key)
    except XAppIdTaken as refusal:
        return _form(visit, sheet.refused(refusal, at=""), status=400)
    call.context.get(AppDirectory).forget(key)
    return visit.page(
        "new_app_done.html",
        app=made.app,
        role=Role.OWNER,
        may_develop=True,
        may_own=True,
        secret=made.secret.text,
        webhook_secret=made.webhook_secret,
        snippets=first_calls(made.app, call.settings.public_url, made.secret.text),
        first=FirstSign(),
    )


def _read(typed: Mapping[str, str], settings: Settings) -> tuple[Any, Sheet]:
    """Return the draft of the app where the form is good, and the sheet."""
    fields = ("kind", "key", "name", "webhook_url", "origin", "redirect_uri", "xapp_url")
    sheet = Sheet({name: typed.get(name, "").strip() for name in fields})
    kind = next((known for known in KINDS if known.word == sheet.value("kind")), None)
    if kind is None:
        return None, sheet.with_problem("kind", "Choose what you build.")
    members: dict[str, Any] = {"type": kind.type}
    members["name"], sheet = attempt(lambda: checked_name(sheet.value("name")), sheet, at="name")
    given = sheet.value(kind.field)
    if not given:
        if kind.required:
            sheet = sheet.with_problem(kind.field, "This is needed.")
    else:
        found, sheet = attempt(lambda: _check(kind.field, given, settings), sheet, at=kind.field)
        members |= found or {}
    if not sheet.is_good:
        return None, sheet
    return attempt(lambda: AppIn(**members).checked(dev=settings.dev), sheet, at="")


def _check(field: str, given: str, settings: Settings) -> dict[str, Any]:
    """Return the members of the app that a kind's own field stands for; AppInvalid where it cannot be used."""
    if field == "origin":
        return {"redirect_uris": list(checked_redirects((Redirect(given, "origin"),)))}
    if field == "redirect_uri":
        return {"redirect_uris": list(checked_redirects((given,)))}
    if field == "webhook_url":
        return {field: checked_webhook_url(field, given, settings)}
    return {field: checked_url(field, given, dev=settings.dev)}


def _form(visit: Visit, sheet: Sheet, *, status: int = 200) -> Page:
    return visit.page("new_app.html", status=status, sheet=sheet, kinds=KINDS)
