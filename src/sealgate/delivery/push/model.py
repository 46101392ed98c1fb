"""What a push says, and what came of asking for one: values, no I/O."""

from typing import Any, Literal

import msgspec

Category = Literal["SIGNTX", "OPENXAPP"]
"""What a tap opens (wallet-api 7.2): a sign request, or an xApp."""

Reason = Literal["no_user_token", "token_unknown", "token_waiting", "no_device", "muted", "rate_limited", "silent"]
"""Why `pushed` is false; `docs/guides/push.md` has a line for each."""


class PushMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What a device is woken with: where to look, and nothing that could be read off a lock screen.

    Attributes:
        app: UUID of the app that asks.
        payload: UUID of the request or event to look at, None where the message is all there is.
        xapp: Identifier of the xApp to open.
    """

    category: Category
    app: str
    payload: str | None = None
    xapp: str | None = None

    def to_wire(self) -> bytes:
        """Return the JSON that is encrypted: string members alone, under the names of wallet-api 7.2."""
        members: dict[str, Any] = {
            "category": self.category,
            "app": self.app,
            "payload": self.payload,
            "xappIdentifier": self.xapp,
        }
        return msgspec.json.encode({name: value for name, value in members.items() if value is not None})


class PushOutcome(msgspec.Struct, frozen=True):
    """What came of asking for a push.

    Attributes:
        pushed: Whether the person can be expected to look at their wallet.
        reason: Why not.
    """

    pushed: bool
    reason: Reason | None = None

    @property
    def is_listed(self) -> bool:
        """Whether the request belongs on the person's list: an app is muted, not sent away."""
        return self.pushed or self.reason in ("muted", "silent")


PUSHED = PushOutcome(True)
NOBODY_NAMED = PushOutcome(False, "no_user_token")
