"""The admin API of developers and of the audit log: what `sealgate developer` and `sealgate audit` call."""

from sealgate.base.clock import to_wire
from sealgate.console import audit, service
from sealgate.console.errors import AuditBroken, DeveloperUnknown, LastOperator
from sealgate.console.visit import ROOT
from sealgate.console.wire import (
    AuditOut,
    DeveloperChangesIn,
    DeveloperOut,
    DevelopersOut,
    InvitationIn,
    InvitationOut,
)
from sealgate.web import Admin, Call, Router

router = Router(tags=("developers",))

_DEVELOPERS = "/api/v1/admin/developers"


@router.get(_DEVELOPERS, caller=Admin, answers=DevelopersOut)
async def get_developers(call: Call[Admin]) -> DevelopersOut:
    """List the developers of this server, oldest first."""
    developers = await call.db.read(service.list_developers)
    return DevelopersOut([DeveloperOut.of(developer) for developer in developers])


@router.post(f"{_DEVELOPERS}/invitations", caller=Admin, takes=InvitationIn, answers=InvitationOut)
async def post_invitation(call: Call[Admin]) -> InvitationOut:
    """Make an invitation link: one use, seven days. The first developer of a server comes this way."""
    asked: InvitationIn = call.body
    secret, invitation = await call.db.write(service.invite, operator=asked.operator, reference=call.ref, now=call.now)
    link = f"{call.settings.public_url}{ROOT}/invitations/{secret}"
    return InvitationOut(link, invitation.operator, to_wire(invitation.expires_at))


@router.patch(
    f"{_DEVELOPERS}/{{account:text}}",
    caller=Admin,
    takes=DeveloperChangesIn,
    answers=DeveloperOut,
    raises=(DeveloperUnknown, LastOperator),
)
async def patch_developer(call: Call[Admin]) -> DeveloperOut:
    """Keep a developer out, with all their sessions, or let them in again."""
    asked: DeveloperChangesIn = call.body
    changed = await call.db.write(
        service.set_disabled,
        call.path["account"],
        disabled=asked.disabled,
        actor=audit.ADMIN,
        reference=call.ref,
        now=call.now,
    )
    return DeveloperOut.of(changed)


@router.get("/api/v1/admin/audit/verify", caller=Admin, answers=AuditOut, raises=(AuditBroken,))
async def get_audit(call: Call[Admin]) -> AuditOut:
    """Follow the audit log's chain from its start and say where it ends."""
    entries, last = await call.db.read(audit.verify)
    return AuditOut(entries, last.hex())
