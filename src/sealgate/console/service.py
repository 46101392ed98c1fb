"""What can be done about developers, their parts in apps, invitations and sessions. One verb, one transaction."""

from datetime import datetime, timedelta

from sealgate.apps import service as apps
from sealgate.apps.model import App
from sealgate.base.ids import hash_secret, new_token, new_uuid
from sealgate.console import audit, store
from sealgate.console.errors import (
    AppNotYours,
    DeveloperUnknown,
    InvitationGone,
    LastOperator,
    LastOwner,
    MemberUnknown,
    NotADeveloper,
)
from sealgate.console.model import Developer, Invitation, Member, Role, Session
from sealgate.infra.tx import Tx

INVITATION_LIFE = timedelta(days=7)
SESSION_LIFE = timedelta(days=7)
SESSION_IDLE = timedelta(hours=12)
SEEN_AGAIN_AFTER = timedelta(minutes=5)
MOST_DEVELOPERS = 1000
MOST_AGENT_CHARS = 300


def add_developer(
    tx: Tx, account: str, *, name: str | None = None, operator: bool = False, actor: str = audit.ADMIN, now: datetime
) -> Developer:
    """Make somebody a developer; who is one already stays as they are."""
    developer = Developer(account=account, name=name, operator=operator, created_at=now)
    if store.insert_developer(tx, developer):
        audit.record(tx, actor, "developer.added", details={"account": account, "operator": operator}, now=now)
        return developer
    known = store.find_developer(tx, account)
    assert known is not None
    return known


def find_developer(tx: Tx, account: str) -> Developer | None:
    """Return the developer of an account, or None."""
    return store.find_developer(tx, account)


def list_developers(tx: Tx) -> list[Developer]:
    """Return the developers of this server, oldest first, at most 1000."""
    return store.list_developers(tx, limit=MOST_DEVELOPERS)


def set_disabled(
    tx: Tx, account: str, *, disabled: bool, actor: str, reference: str | None = None, now: datetime
) -> Developer:
    """Keep a developer out, with all their sessions, or let them in again.

    Raises:
        DeveloperUnknown: there is none.
        LastOperator: nobody would be left to let them in again.
    """
    if disabled and store.lock_operators(tx) == [account]:
        raise LastOperator
    changed = store.update_developer(tx, account, disabled_at=now if disabled else None)
    if changed is None:
        raise DeveloperUnknown
    if disabled:
        store.end_sessions(tx, account, now=now)
    action = "developer.disabled" if disabled else "developer.enabled"
    audit.record(tx, actor, action, details={"account": account}, reference=reference, now=now)
    return changed


def rename_developer(tx: Tx, account: str, name: str | None) -> Developer:
    """Set the name a developer goes by; None shows the account."""
    changed = store.update_developer(tx, account, name=name)
    if changed is None:
        raise DeveloperUnknown
    return changed


def invite(
    tx: Tx,
    *,
    operator: bool = False,
    app_uuid: str | None = None,
    role: Role | None = None,
    actor: str = audit.ADMIN,
    reference: str | None = None,
    now: datetime,
) -> tuple[str, Invitation]:
    """Make an invitation and return it with its secret, which is shown this once."""
    secret = new_token()
    invitation = Invitation(
        secret_hash=hash_secret(secret),
        operator=operator,
        app_uuid=app_uuid,
        role=role,
        invited_by=None if actor == audit.ADMIN else actor,
        created_at=now,
        expires_at=now + INVITATION_LIFE,
    )
    store.insert_invitation(tx, invitation)
    details: dict[str, object] = {"role": role.word} if role is not None else {"operator": operator}
    audit.record(tx, actor, "invitation.made", app_uuid=app_uuid, details=details, reference=reference, now=now)
    return secret, invitation


def find_invitation(tx: Tx, secret: str, *, now: datetime) -> Invitation:
    """Return an invitation that may still be used.

    Raises:
        InvitationGone: it is unknown, used up or expired.
    """
    invitation = store.find_invitation(tx, hash_secret(secret), now=now)
    if invitation is None:
        raise InvitationGone
    return invitation


def withdraw_invitation(
    tx: Tx, app_uuid: str, secret_hash: bytes, *, actor: str, reference: str | None = None, now: datetime
) -> None:
    """End an invitation to an app before somebody uses it.

    Raises:
        InvitationGone: there is no such invitation any more.
    """
    if not store.delete_invitation(tx, app_uuid, secret_hash):
        raise InvitationGone
    audit.record(tx, actor, "invitation.withdrawn", app_uuid=app_uuid, reference=reference, now=now)


def sign_in(
    tx: Tx,
    account: str,
    *,
    invitation: str | None,
    open_to_all: bool,
    user_agent: str,
    address: str,
    now: datetime,
) -> tuple[str, Developer]:
    """Begin a session for an account that has just signed in; return the cookie's value and the developer.

    Args:
        invitation: Secret of the invitation they came with; it is used up.
        open_to_all: Whether an account nobody invited becomes a developer.

    Raises:
        NotADeveloper: the account is no developer's, or the developer is disabled.
        InvitationGone: the invitation is not valid any more, and the account is no developer's without it.
    """
    developer = store.find_developer(tx, account)
    if invitation is not None:
        developer = _accept(tx, invitation, account, known=developer, now=now)
    elif developer is None and open_to_all:
        developer = add_developer(tx, account, actor=account, now=now)
    if developer is None or developer.disabled_at is not None:
        raise NotADeveloper(detail=f"known={developer is not None}")
    secret = new_token()
    store.insert_session(
        tx,
        Session(
            id=new_uuid(),
            secret_hash=hash_secret(secret),
            account=account,
            user_agent=user_agent[:MOST_AGENT_CHARS],
            address=address,
            created_at=now,
            seen_at=now,
        ),
    )
    return secret, developer


def _accept(tx: Tx, secret: str, account: str, *, known: Developer | None, now: datetime) -> Developer | None:
    if known is not None and known.disabled_at is not None:
        return known
    taken = store.take_invitation(tx, hash_secret(secret), account, now=now)
    if taken is None:
        if known is None:
            raise InvitationGone
        return known
    developer = known or add_developer(tx, account, operator=taken.operator, actor=account, now=now)
    if taken.operator and not developer.operator:
        changed = store.update_developer(tx, account, operator=True)
        assert changed is not None
        developer = changed
    if taken.app_uuid is not None and taken.role is not None:
        role = store.find_role(tx, taken.app_uuid, account)
        # An invitation never takes anything away.
        if role is None or role < taken.role:
            store.set_member(tx, taken.app_uuid, account, taken.role, now=now)
    audit.record(tx, account, "invitation.accepted", app_uuid=taken.app_uuid, now=now)
    return developer


def find_session(tx: Tx, secret: str, *, now: datetime) -> tuple[Session, Developer] | None:
    """Return the live session of a cookie's value with its developer, or None."""
    return store.find_session(tx, hash_secret(secret), begun_after=now - SESSION_LIFE, seen_after=now - SESSION_IDLE)


def note_seen(tx: Tx, session: Session, *, now: datetime) -> None:
    """Remember that a session was used."""
    store.note_seen(tx, session.id, now=now)


def sessions_of(tx: Tx, account: str, *, now: datetime) -> list[Session]:
    """Return a developer's live sessions, the one used last first."""
    return store.live_sessions(tx, account, begun_after=now - SESSION_LIFE, seen_after=now - SESSION_IDLE)


def end_sessions(
    tx: Tx, account: str, *, session_id: str | None = None, reference: str | None = None, now: datetime
) -> int:
    """End one session of a developer, or all; return how many ended."""
    ended = store.end_sessions(tx, account, session_id=session_id, now=now)
    if ended:
        audit.record(tx, account, "session.ended", details={"sessions": ended}, reference=reference, now=now)
    return ended


def role_in(tx: Tx, developer: Developer, app_uuid: str) -> tuple[App, Role]:
    """Return an app with the developer's role in it; operators own every app.

    Raises:
        AppNotYours: there is no such app, or they have no part in it.
    """
    app = apps.find_app(tx, app_uuid)
    role = Role.OWNER if developer.operator else store.find_role(tx, app_uuid, developer.account)
    if app is None or app.deleted_at is not None or role is None:
        raise AppNotYours(detail=f"app={app_uuid} exists={app is not None}")
    return app, role


def add_owner(tx: Tx, app_uuid: str, account: str, *, now: datetime) -> None:
    """Give a new app its first owner."""
    store.set_member(tx, app_uuid, account, Role.OWNER, now=now)


def roles_of(tx: Tx, developer: Developer) -> dict[str, Role]:
    """Return a developer's own parts by the app's UUID; what operators own by their office is not among them."""
    return store.roles_of(tx, developer.account)


def members_of(tx: Tx, app_uuid: str) -> list[tuple[Member, Developer]]:
    """Return the members of an app with who they are, oldest first."""
    return store.members_of(tx, app_uuid)


def share(
    tx: Tx,
    app_uuid: str,
    account: str,
    role: Role,
    *,
    actor: str,
    reference: str | None = None,
    now: datetime,
) -> None:
    """Give a developer a part in an app, or another one.

    Raises:
        DeveloperUnknown: nobody is a developer with this account; invite them.
        LastOwner: the app would be left without an owner.
    """
    if store.find_developer(tx, account) is None:
        raise DeveloperUnknown
    if role is not Role.OWNER:
        _keep_an_owner(tx, app_uuid, without=account)
    store.set_member(tx, app_uuid, account, role, now=now)
    details = {"account": account, "role": role.word}
    audit.record(tx, actor, "app.shared", app_uuid=app_uuid, details=details, reference=reference, now=now)


def unshare(tx: Tx, app_uuid: str, account: str, *, actor: str, reference: str | None = None, now: datetime) -> None:
    """End a developer's part in an app.

    Raises:
        MemberUnknown: they have none.
        LastOwner: the app would be left without an owner.
    """
    _keep_an_owner(tx, app_uuid, without=account)
    if not store.delete_member(tx, app_uuid, account):
        raise MemberUnknown
    details = {"account": account}
    audit.record(tx, actor, "app.unshared", app_uuid=app_uuid, details=details, reference=reference, now=now)


def invitations_to(tx: Tx, app_uuid: str, *, now: datetime) -> list[Invitation]:
    """Return the invitations to an app that may still be used, newest first."""
    return store.open_invitations(tx, app_uuid, now=now)


def _keep_an_owner(tx: Tx, app_uuid: str, *, without: str) -> None:
    if store.lock_owners(tx, app_uuid) == [without]:
        raise LastOwner


def forget_old(tx: Tx, *, now: datetime) -> int:
    """Forget sessions that ended long ago; return how many."""
    return store.delete_old_sessions(tx, seen_before=now - 2 * SESSION_LIFE)
