"""What was changed, by whom: for the members of an app, and for operators."""

from sealgate.console import audit
from sealgate.console.model import AuditEntry, Role
from sealgate.console.visit import AppVisit, Visit, page
from sealgate.web import Page

PAGE = 50


@page("/apps/{app:uuid}/audit", role=Role.VIEWER)
async def get_app_audit(visit: AppVisit) -> Page:
    """Show the changes of one app."""
    entries = await visit.call.db.read(audit.entries, app_uuid=visit.app.uuid, before=_before(visit), limit=PAGE + 1)
    shown, older = _cut(entries)
    return visit.page("audit.html", entries=shown, older=older)


@page("/audit", operator=True)
async def get_audit(visit: Visit) -> Page:
    """Show every change on this server."""
    entries = await visit.call.db.read(audit.entries, before=_before(visit), limit=PAGE + 1)
    shown, older = _cut(entries)
    return visit.page("audit_all.html", entries=shown, older=older)


def _before(visit: Visit) -> int | None:
    text = visit.call.query.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _cut(entries: list[AuditEntry]) -> tuple[list[AuditEntry], int | None]:
    return entries[:PAGE], entries[PAGE - 1].number if len(entries) > PAGE else None
