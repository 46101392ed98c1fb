"""The webhook endpoints that were sent to lately, in memory: each delivery needs one, and they hardly ever change."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from sealgate.apps import webhooks
from sealgate.apps.directory import AppDirectory
from sealgate.apps.events import TOPIC
from sealgate.apps.model import App
from sealgate.apps.webhook_model import WebhookEndpoint
from sealgate.delivery.bodies import Signers
from sealgate.infra.bus import Event
from sealgate.tokens.webhook_key import WebhookKeys

if TYPE_CHECKING:
    from sealgate.web.context import Context

REMEMBERED_S = 5
MAX_REMEMBERED = 10_000


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint with its app and what its deliveries are signed with."""

    endpoint: WebhookEndpoint
    app: App
    signers: Signers
    until: datetime


class EndpointDirectory:
    """Finds endpoints and forgets them when their app changes, in whichever process; else after 5 s."""

    def __init__(self, context: "Context") -> None:
        self._db = context.db
        self._sealer = context.sealer
        self._apps = context.get(AppDirectory)
        self._keys = context.get(WebhookKeys)
        self._remembered: OrderedDict[str, Receiver] = OrderedDict()
        context.bus.listen(TOPIC, self._hear)

    async def find(self, uuid: str, *, now: datetime) -> Receiver | None:
        """Return the endpoint, or None where it is gone.

        Raises:
            SealBroken: the master key of one of its secrets is not configured.
        """
        known = self._remembered.get(uuid)
        if known is not None and now < known.until:
            return known
        endpoint = await self._db.read(webhooks.find_endpoint, uuid)
        entry = await self._apps.find(endpoint.app_uuid, now=now) if endpoint is not None else None
        if endpoint is None or entry is None:
            self._remembered.pop(uuid, None)
            return None
        live = entry.live_secrets(now)
        signers = Signers(
            api_secret=entry.opened.text(self._sealer, live[0]) if live else None,
            webhook_secrets=webhooks.signing_secrets(self._sealer, endpoint, now=now),
            sign=self._keys.sign,
        )
        until = now + timedelta(seconds=REMEMBERED_S)
        return self._remember(Receiver(endpoint=endpoint, app=entry.app, signers=signers, until=until))

    def note(self, endpoint: WebhookEndpoint | None, receiver: Receiver) -> None:
        """Remember what is newly known of an endpoint; None where it is gone."""
        if endpoint is None:
            self._remembered.pop(receiver.endpoint.uuid, None)
        else:
            self._remember(msgspec.structs.replace(receiver, endpoint=endpoint))

    def forget(self, uuid: str) -> None:
        """Ask the database the next time."""
        self._remembered.pop(uuid, None)

    def _remember(self, receiver: Receiver) -> Receiver:
        uuid = receiver.endpoint.uuid
        self._remembered[uuid] = receiver
        self._remembered.move_to_end(uuid)
        if len(self._remembered) > MAX_REMEMBERED:
            self._remembered.popitem(last=False)
        return receiver

    def _hear(self, event: Event) -> None:
        changed = event.data.get("uuid")
        for uuid in [uuid for uuid, receiver in self._remembered.items() if receiver.app.uuid == changed]:
            del self._remembered[uuid]
