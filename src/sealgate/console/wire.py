"""Shapes of the admin API of developers."""

from typing import Annotated

from msgspec import Meta, Struct

from sealgate.base.clock import to_wire
from sealgate.console.model import Developer


class DeveloperOut(Struct, frozen=True, kw_only=True):
    """A developer.

    Attributes:
        account: The XRPL account they sign in with.
        operator: Whether they own every app of this server.
    """

    account: str
    name: str | None
    operator: bool
    disabled: bool
    created_at: str

    @classmethod
    def of(cls, developer: Developer) -> "DeveloperOut":
        """Return the shape of a developer."""
        return cls(
            account=developer.account,
            name=developer.name,
            operator=developer.operator,
            disabled=developer.disabled_at is not None,
            created_at=to_wire(developer.created_at),
        )


class DevelopersOut(Struct, frozen=True):
    """The developers of this server, oldest first."""

    developers: list[DeveloperOut]


class InvitationIn(Struct, frozen=True, forbid_unknown_fields=True):
    """What an invitation is for.

    Attributes:
        operator: Whether who uses it becomes an operator.
    """

    operator: bool = False


class InvitationOut(Struct, frozen=True):
    """An invitation; the link is shown in this answer only."""

    link: str
    operator: bool
    expires_at: str


class DeveloperChangesIn(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes about a developer."""

    disabled: bool


class AuditOut(Struct, frozen=True):
    """A whole chain.

    Attributes:
        hash: SHA-256 of the last entry, in hex; note it elsewhere, and the past cannot be rewritten unseen.
    """

    entries: Annotated[int, Meta(ge=0)]
    hash: str
