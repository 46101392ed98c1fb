"""The devices that called lately, in memory: every signed call needs one, and they hardly ever change."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from sealgate.holders import service
from sealgate.holders.events import DEVICE_REVOKED, DEVICES_TOPIC
from sealgate.holders.model import Device
from sealgate.infra.bus import Bus
from sealgate.infra.database import Database

MAX_REMEMBERED = 10_000
REMEMBERED_S = 30


class DeviceDirectory:
    """Finds active devices by UUID and forgets one at the moment it is revoked, in whichever process.

    The news comes over the bus. Should it be lost on the way, what is remembered ends by itself after 30 s, and
    handing in a signature checks the device once more in its own transaction.
    """

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._bus = bus
        self._remembered: OrderedDict[str, tuple[Device, datetime]] = OrderedDict()
        self._revocations = 0

    async def find(self, uuid: str, *, now: datetime) -> Device | None:
        """Return the device, or None when there is none or it was revoked."""
        entry = self._remembered.get(uuid)
        if entry is not None and now < entry[1]:
            return entry[0]
        revocations = self._revocations
        device = await self._database.read(service.find_device, uuid)
        if device is None or not device.is_active:
            self._remembered.pop(uuid, None)
            return None
        # A revocation that arrived while the read ran may be about this device: then it is not kept.
        if revocations == self._revocations:
            self._remember(device, now)
        return device

    def forget(self, uuid: str) -> None:
        """Ask the database again the next time this device calls."""
        self._revocations += 1
        self._remembered.pop(uuid, None)

    def forget_all(self) -> None:
        """Ask the database again for every device: for the sandbox."""
        self._revocations += 1
        self._remembered.clear()

    async def follow(self, ready: Callable[[], None] | None = None) -> None:
        """Follow revocations until the bus closes; the server runs this beside its calls.

        Args:
            ready: Called each time the subscription stands, so that a start can wait for it.
        """
        missed_some = True
        while missed_some:
            async with self._bus.subscribe(DEVICES_TOPIC) as news:
                # What was missed while nobody listened is unknown, so nothing older is believed.
                self._revocations += 1
                self._remembered.clear()
                if ready is not None:
                    ready()
                async for event in news:
                    if event.kind == DEVICE_REVOKED:
                        self.forget(str(event.data.get("uuid")))
                missed_some = news.dropped

    def _remember(self, device: Device, now: datetime) -> None:
        self._remembered[device.uuid] = (device, now + timedelta(seconds=REMEMBERED_S))
        self._remembered.move_to_end(device.uuid)
        if len(self._remembered) > MAX_REMEMBERED:
            self._remembered.popitem(last=False)
