"""News of the slice, by topic.

`devices`: `revoked` {uuid, holder}. Every process forgets the device at once and ends its event stream.
`holder:<uuid>`: news for the wallets of one holder; published by the slices that make them.
"""

from sealgate.infra.bus import Event

DEVICES_TOPIC = "devices"
DEVICE_REVOKED = "revoked"


def holder_topic(holder_uuid: str) -> str:
    """Return the topic on which the wallets of a holder listen."""
    return f"holder:{holder_uuid}"


def device_revoked(device_uuid: str, holder_uuid: str) -> Event:
    """Return the news that calls of a device no longer count."""
    return Event(topic=DEVICES_TOPIC, kind=DEVICE_REVOKED, data={"uuid": device_uuid, "holder": holder_uuid})
