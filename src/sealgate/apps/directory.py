"""The apps that called lately, in memory, so that checking a call costs no database statement."""

import asyncio
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING

import msgspec

from sealgate.apps import events, service
from sealgate.apps.model import App, AppSecret
from sealgate.apps.webhook_model import EVENT_KINDS
from sealgate.base.clock import from_ms
from sealgate.base.logs import get_logger

if TYPE_CHECKING:
    from sealgate.infra.bus import Bus
    from sealgate.infra.database import Database
    from sealgate.infra.sealing import Sealer

MAX_REMEMBERED = 10_000
REMEMBERED_S = 30
USES_NOTED_EVERY_S = 30

_NEVER = datetime.min.replace(tzinfo=UTC)

_log = get_logger(__name__)


class OpenedSecrets:
    """The texts of an app's secrets, opened when they are first needed; printed, it shows none of them."""

    __slots__ = ("_texts",)

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def text(self, sealer: "Sealer", secret: AppSecret) -> str:
        """Return a secret as the developer has it.

        Raises:
            SealBroken: its master key is not configured.
        """
        found = self._texts.get(secret.id)
        if found is None:
            found = self._texts[secret.id] = service.open_secret(sealer, secret)
        return found

    def __repr__(self) -> str:
        return "OpenedSecrets([withheld])"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An app with what its callers are checked against.

    Attributes:
        opened: Its secrets as text. They are forgotten with the entry: when the app changes, or after 30 s.
    """

    app: App
    secrets: tuple[AppSecret, ...]
    until: datetime
    opened: OpenedSecrets = msgspec.field(default_factory=OpenedSecrets)

    def live_secrets(self, now: datetime) -> list[AppSecret]:
        """Return the secrets that count, the one that the app's own calls used last first, then the newest."""
        live = [secret for secret in self.secrets if secret.is_live(now)]
        return sorted(live, key=lambda secret: (secret.last_used_at or _NEVER, secret.created_at), reverse=True)

    def matching(self, mac: bytes, now: datetime) -> AppSecret | None:
        """Return the live secret whose MAC this is, comparing in constant time, or None."""
        for secret in self.secrets:
            if compare_digest(secret.mac, mac) and secret.is_live(now):
                return secret
        return None


class AppDirectory:
    """Finds apps by API key and forgets one at the moment it changes, in whichever process.

    The news comes over the bus. Should it be lost on the way, what is remembered ends by itself after 30 s. It also
    collects which secret was used when, and stores that every 30 s. While somebody follows an app's events, its
    `webhook_events` are all there are.
    """

    def __init__(self, db: "Database", bus: "Bus") -> None:
        self._db = db
        self._bus = bus
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._changes = 0
        self._followed: dict[str, datetime] = {}
        self._uses: dict[str, datetime] = {}

    @property
    def changes(self) -> int:
        """A number that grows whenever any app may have changed: for what is made from all apps and kept."""
        return self._changes

    async def find(self, uuid: str, *, now: datetime) -> Entry | None:
        """Return the app with its secrets, or None where no app has this key."""
        entry = self._entries.get(uuid)
        if entry is not None and now < entry.until:
            return entry
        changes = self._changes
        found = await self._db.read(service.find_app_and_secrets, uuid)
        if found is None:
            self._entries.pop(uuid, None)
            return None
        app = self._with_followers(found[0], now)
        secrets = tuple(self._with_use(secret) for secret in found[1])
        entry = Entry(app=app, secrets=secrets, until=now + timedelta(seconds=REMEMBERED_S))
        # A change that was announced while the read ran may be about this app: then it is not kept.
        if changes == self._changes:
            self._remember(entry)
        return entry

    def forget(self, uuid: str) -> None:
        """Ask the database again the next time this app calls."""
        self._changes += 1
        self._entries.pop(uuid, None)

    def forget_all(self) -> None:
        """Ask the database again for every app: for the sandbox."""
        self._changes += 1
        self._entries.clear()

    def note_use(self, secret: AppSecret, now: datetime) -> None:
        """Remember that a call was made with this secret, to be stored later; the next signature goes by it at once."""
        self._uses[secret.id] = now
        entry = self._entries.get(secret.app_uuid)
        if entry is not None and len(entry.secrets) > 1:
            secrets = tuple(self._with_use(secret) for secret in entry.secrets)
            self._entries[secret.app_uuid] = msgspec.structs.replace(entry, secrets=secrets)

    async def follow(self) -> None:
        """Forget what changes until cancelled; the server runs this beside its calls."""
        while True:
            async with self._bus.subscribe(events.TOPIC, events.FOLLOWED_TOPIC, limit=1024) as news:
                # What was missed while nobody listened is unknown, so nothing older is believed.
                self._changes += 1
                self._entries.clear()
                async for event in news:
                    if event.topic == events.FOLLOWED_TOPIC:
                        self._note_followed(event.data["uuid"], from_ms(event.data["until"]))
                    else:
                        self.forget(str(event.data.get("uuid")))

    async def keep_noting_uses(self) -> None:
        """Store every 30 s which secrets were used, until cancelled, and once more then."""
        try:
            while True:
                await asyncio.sleep(USES_NOTED_EVERY_S)
                await self.store_uses()
        finally:
            await self.store_uses()

    async def store_uses(self) -> None:
        """Store which secrets were used since the last time. A failure is logged and costs only this knowledge."""
        uses, self._uses = self._uses, {}
        if uses:
            try:
                await self._db.write(service.note_secret_uses, uses)
            except Exception as problem:
                _log.warning("last use of API credentials not stored", problem=str(problem))

    def _with_use(self, secret: AppSecret) -> AppSecret:
        used_at = self._uses.get(secret.id)
        return secret if used_at is None else msgspec.structs.replace(secret, last_used_at=used_at)

    def _note_followed(self, uuid: str, until: datetime) -> None:
        if uuid not in self._followed:
            self.forget(uuid)
        self._followed[uuid] = until

    def _with_followers(self, app: App, now: datetime) -> App:
        until = self._followed.get(app.uuid)
        if until is None:
            return app
        if now >= until:
            del self._followed[app.uuid]
            return app
        return msgspec.structs.replace(app, webhook_events=EVENT_KINDS)

    def _remember(self, entry: Entry) -> None:
        self._entries[entry.app.uuid] = entry
        self._entries.move_to_end(entry.app.uuid)
        if len(self._entries) > MAX_REMEMBERED:
            self._entries.popitem(last=False)
