"""News about apps. On one topic: whoever keeps an app in memory forgets it and reads it again."""

from datetime import datetime

from sealgate.base.clock import to_ms
from sealgate.infra.bus import Event

TOPIC = "apps"
FOLLOWED_TOPIC = "apps-followed"


def app_changed(uuid: str) -> Event:
    """The app was created, changed, disabled or enabled, or its secrets were."""
    return Event(topic=TOPIC, kind="changed", data={"uuid": uuid})


def app_followed(uuid: str, until: datetime) -> Event:
    """Somebody follows the app's events, at least until then."""
    return Event(topic=FOLLOWED_TOPIC, kind="followed", data={"uuid": uuid, "until": to_ms(until)})
