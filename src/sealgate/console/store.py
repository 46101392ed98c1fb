"""The statements on developers, their apps, invitations and sessions."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, delete, insert, select, update

from sealgate.console.model import Developer, Invitation, Member, Role, Session
from sealgate.console.tables import app_members, console_sessions, developer_invitations, developers
from sealgate.infra.database import Tx, insert_for, insert_if_new


def insert_developer(tx: Tx, developer: Developer) -> bool:
    """Store a developer. False where the account has one already."""
    return insert_if_new(tx, developers, msgspec.structs.asdict(developer))


def find_developer(tx: Tx, account: str) -> Developer | None:
    """Return the developer of an account, or None."""
    row = tx.execute(select(developers).where(developers.c.account == account)).one_or_none()
    return None if row is None else Developer(**row._mapping)


def list_developers(tx: Tx, *, limit: int) -> list[Developer]:
    """Return developers, oldest first."""
    query = select(developers).order_by(developers.c.created_at, developers.c.account).limit(limit)
    return [Developer(**row._mapping) for row in tx.execute(query)]


def lock_operators(tx: Tx) -> list[str]:
    """Return the accounts of the operators who may sign in, and hold them until the transaction ends."""
    query = (
        select(developers.c.account)
        .where(developers.c.operator, developers.c.disabled_at.is_(None))
        .order_by(developers.c.account)
        .with_for_update()
    )
    return list(tx.execute(query).scalars())


def update_developer(tx: Tx, account: str, **values: Any) -> Developer | None:
    """Change values of a developer and return them as they are then, or None where there is none."""
    changed = update(developers).where(developers.c.account == account).values(**values).returning(*developers.c)
    row = tx.execute(changed).one_or_none()
    return None if row is None else Developer(**row._mapping)


def set_member(tx: Tx, app_uuid: str, account: str, role: Role, *, now: datetime) -> None:
    """Give a developer a part in an app, or another one."""
    statement = insert_for(tx.engine, app_members).values(
        app_uuid=app_uuid, account=account, role=int(role), added_at=now
    )
    keys = [app_members.c.app_uuid, app_members.c.account]
    tx.execute(statement.on_conflict_do_update(index_elements=keys, set_={"role": statement.excluded.role}))


def find_role(tx: Tx, app_uuid: str, account: str) -> Role | None:
    """Return a developer's part in an app, or None."""
    query = select(app_members.c.role).where(app_members.c.app_uuid == app_uuid, app_members.c.account == account)
    role = tx.execute(query).scalar_one_or_none()
    return None if role is None else Role(role)


def members_of(tx: Tx, app_uuid: str) -> list[tuple[Member, Developer]]:
    """Return the members of an app with who they are, oldest first."""
    who = tuple(column.label(f"developer_{column.name}") for column in developers.c)
    query = (
        select(app_members, *who)
        .join(developers, developers.c.account == app_members.c.account)
        .where(app_members.c.app_uuid == app_uuid)
        .order_by(app_members.c.added_at, app_members.c.account)
    )
    return [
        (Member(row.app_uuid, row.account, Role(row.role), row.added_at), _labelled_developer(row))
        for row in tx.execute(query)
    ]


def lock_owners(tx: Tx, app_uuid: str) -> list[str]:
    """Return the accounts of an app's owners, and hold them until the transaction ends."""
    query = (
        select(app_members.c.account)
        .where(app_members.c.app_uuid == app_uuid, app_members.c.role == int(Role.OWNER))
        .order_by(app_members.c.account)
        .with_for_update()
    )
    return list(tx.execute(query).scalars())


def roles_of(tx: Tx, account: str) -> dict[str, Role]:
    """Return a developer's parts by the app's UUID."""
    query = select(app_members.c.app_uuid, app_members.c.role).where(app_members.c.account == account)
    return {row.app_uuid: Role(row.role) for row in tx.execute(query)}


def delete_member(tx: Tx, app_uuid: str, account: str) -> bool:
    """End a developer's part in an app. False where there was none."""
    gone = delete(app_members).where(app_members.c.app_uuid == app_uuid, app_members.c.account == account)
    return bool(tx.execute(gone).rowcount)


def insert_invitation(tx: Tx, invitation: Invitation) -> None:
    """Store an invitation."""
    values = msgspec.structs.asdict(invitation)
    tx.execute(insert(developer_invitations).values(values | {"role": _number(invitation.role)}))


def find_invitation(tx: Tx, secret_hash: bytes, *, now: datetime) -> Invitation | None:
    """Return an invitation that nobody has used and that has not expired, or None."""
    query = select(developer_invitations).where(_open_invitation(secret_hash, now))
    row = tx.execute(query).one_or_none()
    return None if row is None else _invitation(row)


def take_invitation(tx: Tx, secret_hash: bytes, account: str, *, now: datetime) -> Invitation | None:
    """Use an invitation up. It is returned to one caller ever; None for the others and after its time."""
    taken = (
        update(developer_invitations)
        .where(_open_invitation(secret_hash, now))
        .values(used_by=account)
        .returning(*developer_invitations.c)
    )
    row = tx.execute(taken).one_or_none()
    return None if row is None else _invitation(row)


def open_invitations(tx: Tx, app_uuid: str, *, now: datetime) -> list[Invitation]:
    """Return the invitations to an app that may still be used, newest first."""
    columns = developer_invitations.c
    query = (
        select(developer_invitations)
        .where(columns.app_uuid == app_uuid, columns.used_by.is_(None), columns.expires_at > now)
        .order_by(columns.created_at.desc())
    )
    return [_invitation(row) for row in tx.execute(query)]


def delete_invitation(tx: Tx, app_uuid: str, secret_hash: bytes) -> bool:
    """Withdraw an unused invitation to an app. False where there is none."""
    columns = developer_invitations.c
    gone = delete(developer_invitations).where(
        columns.secret_hash == secret_hash, columns.app_uuid == app_uuid, columns.used_by.is_(None)
    )
    return bool(tx.execute(gone).rowcount)


def insert_session(tx: Tx, session: Session) -> None:
    """Store a session."""
    tx.execute(insert(console_sessions).values(msgspec.structs.asdict(session)))


def find_session(
    tx: Tx, secret_hash: bytes, *, begun_after: datetime, seen_after: datetime
) -> tuple[Session, Developer] | None:
    """Return a session that has not ended, with its developer unless disabled; else None."""
    columns = console_sessions.c
    query = (
        select(console_sessions, *(column.label(f"developer_{column.name}") for column in developers.c))
        .join(developers, developers.c.account == columns.account)
        .where(
            columns.secret_hash == secret_hash,
            columns.ended_at.is_(None),
            columns.created_at > begun_after,
            columns.seen_at > seen_after,
            developers.c.disabled_at.is_(None),
        )
    )
    row = tx.execute(query).one_or_none()
    if row is None:
        return None
    values = row._mapping
    session = Session(**{column.name: values[column.name] for column in console_sessions.c})
    return session, _labelled_developer(row)


def note_seen(tx: Tx, session_id: str, *, now: datetime) -> None:
    """Set when a session was last used."""
    tx.execute(update(console_sessions).where(console_sessions.c.id == session_id).values(seen_at=now))


def live_sessions(tx: Tx, account: str, *, begun_after: datetime, seen_after: datetime) -> list[Session]:
    """Return the sessions of a developer that have not ended, the one used last first."""
    columns = console_sessions.c
    query = (
        select(console_sessions)
        .where(
            columns.account == account,
            columns.ended_at.is_(None),
            columns.created_at > begun_after,
            columns.seen_at > seen_after,
        )
        .order_by(columns.seen_at.desc())
    )
    return [Session(**row._mapping) for row in tx.execute(query)]


def end_sessions(tx: Tx, account: str, *, session_id: str | None = None, now: datetime) -> int:
    """End one session of a developer, or all of them; return how many ended."""
    columns = console_sessions.c
    ended = update(console_sessions).where(columns.account == account, columns.ended_at.is_(None))
    if session_id is not None:
        ended = ended.where(columns.id == session_id)
    return tx.execute(ended.values(ended_at=now)).rowcount


def delete_old_sessions(tx: Tx, *, seen_before: datetime) -> int:
    """Forget sessions nobody has used since a moment; return how many."""
    return tx.execute(delete(console_sessions).where(console_sessions.c.seen_at < seen_before)).rowcount


def _open_invitation(secret_hash: bytes, now: datetime) -> Any:
    columns = developer_invitations.c
    return (columns.secret_hash == secret_hash) & columns.used_by.is_(None) & (columns.expires_at > now)


def _invitation(row: Row[Any]) -> Invitation:
    values = row._mapping
    return Invitation(**{**values, "role": None if values["role"] is None else Role(values["role"])})


def _labelled_developer(row: Row[Any]) -> Developer:
    values = row._mapping
    return Developer(**{column.name: values[f"developer_{column.name}"] for column in developers.c})


def _number(role: Role | None) -> int | None:
    return None if role is None else int(role)
