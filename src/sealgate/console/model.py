"""The words of the slice."""

from datetime import datetime
from enum import IntEnum

import msgspec


class Role(IntEnum):
    """What somebody may do with an app; each role may do what those below it may."""

    VIEWER = 1
    """See everything but secrets."""
    DEVELOPER = 2
    """Change settings, send and resend."""
    OWNER = 3
    """Secrets, sharing, the end of the app."""

    @property
    def word(self) -> str:
        """The role as people read it."""
        return self.name.lower()


class Developer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may use the console, known by the account they sign in with.

    Attributes:
        operator: Whether they own every app of this server and say who else is a developer.
        disabled_at: Since when they may not; their sessions end with it.
    """

    account: str
    name: str | None = None
    operator: bool = False
    created_at: datetime
    disabled_at: datetime | None = None

    @property
    def label(self) -> str:
        """The name, or the account where there is none."""
        return self.name or self.account


class Member(msgspec.Struct, frozen=True):
    """A developer's part in an app."""

    app_uuid: str
    account: str
    role: Role
    added_at: datetime


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """A link that makes whoever signs in with it a developer, once.

    Attributes:
        secret_hash: SHA-256 of the secret in the link.
        operator: Whether they become an operator.
        app_uuid, role: The app they get a part in, both or neither.
        invited_by: Account of the developer who invites, None for the command line.
    """

    secret_hash: bytes
    operator: bool = False
    app_uuid: str | None = None
    role: Role | None = None
    invited_by: str | None = None
    created_at: datetime
    expires_at: datetime
    used_by: str | None = None


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A browser in which a developer is signed in.

    Attributes:
        id: Names it on pages; no credential.
        secret_hash: SHA-256 of the cookie's value.
        seen_at: The last visit, to within five minutes.
    """

    id: str
    secret_hash: bytes
    account: str
    user_agent: str
    address: str
    created_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One change somebody made.

    Attributes:
        number: 1 for the first; no number is missing.
        actor: Account of the developer, or `admin` for the admin API and the command line.
        action: What was done, as `app.secret_rotated`.
        app_uuid: The app it was done to, where there is one.
        details: What changed, without secrets.
        reference: UUID of the call.
        hash: SHA-256 over the entry before and this one.
    """

    number: int
    at: datetime
    actor: str
    action: str
    app_uuid: str | None
    details: dict[str, object]
    reference: str | None
    hash: bytes
