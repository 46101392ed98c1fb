"""A browser before a transaction: what it has to show, and what it may expect for it (oauth2 B5.2)."""

import hmac

from sealgate.apps.directory import AppDirectory
from sealgate.apps.model import App
from sealgate.base.ids import as_uuid, hash_secret
from sealgate.oauth import service
from sealgate.oauth.cookies import read_binding
from sealgate.oauth.errors import SignInUnknown
from sealgate.oauth.model import Transaction
from sealgate.oauth.redirects import shown_origin
from sealgate.oauth.service import Verdict
from sealgate.payloads.model import Payload
from sealgate.payloads.return_urls import ticket_of
from sealgate.web import Anyone, Call


class Visit:
    """A browser at the door, with what it may see of the transaction it names.

    Attributes:
        cookie: Its binding secret, None where it has none.
        ticket: What the wallet sent along, if it is right, else None.
    """

    def __init__(
        self, call: Call[Anyone], app: App, transaction: Transaction, payload: Payload | None, ticket: str
    ) -> None:
        self.call = call
        self.app = app
        self.transaction = transaction
        self.payload = payload
        self.cookie = read_binding(call.cookies, call.settings)
        self.is_initiator = (
            self.cookie is not None
            and transaction.browser_hash is not None
            and hmac.compare_digest(hash_secret(self.cookie), transaction.browser_hash)
        )
        self.ticket = ticket if self._is_ticket(ticket) else None

    def _is_ticket(self, ticket: str) -> bool:
        outcome = self.payload.outcome if self.payload is not None else None
        if outcome is None or not ticket.isascii():
            return False
        right = ticket_of(self.call.context.sealer, self.transaction.uuid, outcome.device_uuid)
        return hmac.compare_digest(ticket, right)

    @property
    def verdict(self) -> Verdict:
        """What this browser may expect."""
        if self.payload is None:
            if not self.is_initiator:
                return Verdict.STRANGER
            if self.transaction.completed_at is not None:
                return Verdict.FINISHED
            return Verdict.UNANSWERED if self.call.now < self.transaction.expires_at else Verdict.DENY
        return service.judge(
            self.transaction,
            self.payload,
            is_initiator=self.is_initiator,
            has_ticket=self.ticket is not None,
            strict=self.call.settings.deeplink_strict,
            now=self.call.now,
        )

    @property
    def by(self) -> str:
        """Which of the two browsers this is."""
        return "browser" if self.is_initiator else "phone"

    @property
    def account(self) -> str:
        """The account that signed."""
        assert self.payload is not None
        assert self.payload.outcome is not None
        return self.payload.outcome.account or ""

    @property
    def origin(self) -> str:
        """Where the answer goes, to be shown in full."""
        request = self.transaction.request
        return shown_origin(request.redirect_uri, request.registered) if request.registered else "your device"


async def find_visit(call: Call[Anyone], txn: str | None, ticket: str) -> Visit:
    """Return the browser that calls, before the transaction it names.

    Raises:
        SignInUnknown: there is no such transaction.
    """
    uuid = as_uuid(txn or "")
    found = await call.db.read(service.look_up, uuid) if uuid else None
    if found is None:
        raise SignInUnknown
    entry = await call.context.get(AppDirectory).find(found.transaction.app_uuid, now=call.now)
    if entry is None:
        raise SignInUnknown(detail=f"app={found.transaction.app_uuid} is gone")
    return Visit(call, entry.app, found.transaction, found.payload, ticket)
