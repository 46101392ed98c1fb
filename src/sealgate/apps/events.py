"""News about apps, on one topic: whoever keeps an app in memory forgets it and reads it again."""

from sealgate.infra.bus import Event

TOPIC = "apps"


def app_changed(uuid: str) -> Event:
    """The app was created, changed, disabled or enabled, or its secrets were."""
    return Event(topic=TOPIC, kind="changed", data={"uuid": uuid})
