"""Sharing an app: its members, their roles, and invitations for people who are no developers yet."""

from typing import Any

from sealgate.console import service
from sealgate.console.errors import DeveloperUnknown, FormInvalid, InvitationGone, LastOwner
from sealgate.console.model import Role
from sealgate.console.visit import ROOT, AppVisit, form, page
from sealgate.infra.tx import Tx
from sealgate.ledger.addresses import is_classic_address
from sealgate.web import Page, Redirect

NO_ACCOUNT = "That is no account: it begins with r and has 25 to 35 characters."
ROLES = {role.word: role for role in Role}


@page("/apps/{app:uuid}/team", role=Role.VIEWER)
async def get_team(visit: AppVisit) -> Page:
    """Show who has a part in the app."""
    return await _team(visit)


@form("/apps/{app:uuid}/team", role=Role.OWNER)
async def post_team(visit: AppVisit) -> Page | Redirect:
    """Give a developer a part in the app, or another one."""
    account = visit.form.get("account", "").strip()
    role = _role(visit)
    if not is_classic_address(account):
        return await _team(
            visit, status=400, problem="That is no account: it begins with r and has 25 to 35 characters."
        )
    try:
        await visit.change(service.share, visit.app.uuid, account, role)
    except DeveloperUnknown:
        problem = "Nobody is a developer here with this account yet. Make an invitation link and send it to them."
        return await _team(visit, status=400, problem=problem)
    except LastOwner as refusal:
        return await _team(visit, status=409, problem=refusal.message)
    return visit.back_to_app("/team", said="saved")


@form("/apps/{app:uuid}/team/remove", role=Role.OWNER)
async def post_remove(visit: AppVisit) -> Page | Redirect:
    """End somebody's part in the app."""
    try:
        await visit.change(service.unshare, visit.app.uuid, visit.form.get("account", ""))
    except LastOwner as refusal:
        return await _team(visit, status=409, problem=refusal.message)
    return visit.back_to_app("/team", said="removed")


@form("/apps/{app:uuid}/team/invite", role=Role.OWNER)
async def post_invite(visit: AppVisit) -> Page:
    """Make an invitation link, shown this once."""
    secret, _ = await visit.change(service.invite, app_uuid=visit.app.uuid, role=_role(visit))
    return await _team(visit, link=f"{visit.call.settings.public_url}{ROOT}/invitations/{secret}")


@form("/apps/{app:uuid}/team/withdraw", role=Role.OWNER)
async def post_withdraw(visit: AppVisit) -> Redirect:
    """End an invitation before somebody uses it."""
    try:
        secret_hash = bytes.fromhex(visit.form.get("invitation", ""))
    except ValueError:
        raise InvitationGone from None
    await visit.change(service.withdraw_invitation, visit.app.uuid, secret_hash)
    return visit.back_to_app("/team", said="removed")


def _role(visit: AppVisit) -> Role:
    role = ROLES.get(visit.form.get("role", ""))
    if role is None:
        raise FormInvalid(message="A role is one of viewer, developer and owner.")
    return role


async def _team(visit: AppVisit, *, status: int = 200, problem: str | None = None, link: str | None = None) -> Page:
    members, invitations = await visit.call.db.read(_read, visit.app.uuid, now=visit.call.now)
    return visit.page(
        "team.html",
        status=status,
        members=members,
        invitations=invitations,
        roles=list(ROLES),
        problem=problem,
        link=link,
    )


def _read(tx: Tx, app_uuid: str, *, now: Any) -> tuple[list[Any], list[Any]]:
    return service.members_of(tx, app_uuid), service.invitations_to(tx, app_uuid, now=now)
