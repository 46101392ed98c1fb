"""News of the slice, by topic.

`outbox`: `waiting`. There is something to send. `app-events:<uuid>`: `recorded`. The app has new events.
"""

from sealgate.infra.bus import Event

OUTBOX_TOPIC = "outbox"


def app_events_topic(app_uuid: str) -> str:
    """Return the topic of one app's events."""
    return f"app-events:{app_uuid}"


def recorded(app_uuid: str) -> Event:
    """Return the news that an app has new events."""
    return Event(topic=app_events_topic(app_uuid), kind="recorded")


def waiting() -> Event:
    """Return the news that a delivery is due."""
    return Event(topic=OUTBOX_TOPIC, kind="waiting")
