"""What was verified, by the SHA-256 of the token, while it lasts and nobody ended it. Holds no key and checks none."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from sealgate.base.clock import from_ms
from sealgate.base.ids import as_uuid
from sealgate.infra.bus import BUS_RESUMED
from sealgate.tokens import deny_list
from sealgate.tokens.errors import TokenRevoked
from sealgate.tokens.events import REVOKED, TOKENS_TOPIC
from sealgate.tokens.lifetime import LAST_SECOND, LEEWAY_S

if TYPE_CHECKING:
    from sealgate.infra.bus import Bus, Event
    from sealgate.infra.database import Database

MAX_REMEMBERED = 10_000
STANDING_COUNTS_S = 30


class Remembered(msgspec.Struct, kw_only=True):
    """A token whose signature is right.

    Attributes:
        claims: All of it; not to be changed.
        expires_s: When it ends, Unix seconds.
        holder_uuid: Whom the app's sign requests reach by the user token inside, while that is live.
        standing_until: How long `holder_uuid` and its not being revoked need no look at the database.
    """

    claims: dict[str, Any]
    expires_s: int
    holder_uuid: str | None = None
    standing_until: datetime | None = None

    @property
    def jti(self) -> str | None:
        """The token's number, where it has one."""
        found = self.claims.get("jti")
        return found if isinstance(found, str) else None


T = TypeVar("T", bound=Remembered)


class TokenMemory(Generic[T]):
    """Remembers the tokens of one kind until they are revoked, ten thousand at most.

    Revocations arrive over the bus; should one be lost on the way, it counts after 30 s.
    """

    def __init__(self, db: "Database", bus: "Bus") -> None:
        self._db = db
        self._bus = bus
        self._known: OrderedDict[bytes, T] = OrderedDict()
        self._by_jti: dict[str, bytes] = {}
        self._changes = 0

    def __len__(self) -> int:
        return len(self._known)

    def find(self, digest: bytes) -> T | None:
        """Return what is known of the token with this SHA-256."""
        return self._known.get(digest)

    def forget(self, digest: bytes) -> None:
        """Check this token anew when it comes again."""
        token = self._known.pop(digest, None)
        if token is not None and token.jti is not None:
            self._by_jti.pop(token.jti, None)

    async def check_standing(self, digest: bytes, token: T, now: datetime) -> None:
        """Return when a verified token was not revoked, and remember it; reads the database every 30 s at most.

        Raises:
            TokenRevoked: it was.
        """
        if token.standing_until is not None and now < token.standing_until:
            return
        client_id, user_token = token.claims.get("client_id"), token.claims.get("usertoken_uuidv4")
        changes = self._changes
        standing = await self._db.read(
            deny_list.standing_of,
            token.jti,
            as_uuid(client_id) if isinstance(client_id, str) else None,
            as_uuid(user_token) if isinstance(user_token, str) else None,
            now=now,
        )
        if standing.revoked:
            self.forget(digest)
            raise TokenRevoked
        token.holder_uuid = standing.holder_uuid
        # A revocation that was announced while the read ran may be of this token: then it is not remembered.
        if changes == self._changes:
            ends = from_ms(min(token.expires_s + LEEWAY_S, LAST_SECOND) * 1000)
            token.standing_until = min(now + timedelta(seconds=STANDING_COUNTS_S), ends)
            self._remember(digest, token)

    def listen(self) -> None:
        """Hear of revocations from now on."""
        self._bus.listen(TOKENS_TOPIC, self._heard)
        self._bus.listen(BUS_RESUMED.topic, self._missed_some)

    def _remember(self, digest: bytes, token: T) -> None:
        self._known[digest] = token
        self._known.move_to_end(digest)
        if token.jti is not None:
            self._by_jti[token.jti] = digest
        if len(self._known) > MAX_REMEMBERED:
            self.forget(next(iter(self._known)))

    def _heard(self, event: "Event") -> None:
        self._changes += 1
        if event.kind == REVOKED:
            digest = self._by_jti.get(str(event.data.get("jti")))
            if digest is not None:
                self.forget(digest)
            return
        holder = event.data.get("holder")
        for digest in [digest for digest, token in self._known.items() if token.holder_uuid == holder]:
            self.forget(digest)

    def _missed_some(self, _event: "Event") -> None:
        self._changes += 1
        self._known.clear()
        self._by_jti.clear()
