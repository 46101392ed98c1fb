"""News of the slice, by topic.

`keys`: `changed`. The keys that sign tokens are others now.
`tokens`: `revoked` {jti}, an access token ended; `permission_ended` {app, holder}, a user token did.
"""

from sealgate.infra.bus import Event

KEYS_TOPIC = "keys"
TOKENS_TOPIC = "tokens"
REVOKED = "revoked"


def keys_changed() -> Event:
    """Return the news that every process must read the signing keys again."""
    return Event(topic=KEYS_TOPIC, kind="changed")


def token_revoked(jti: str) -> Event:
    """Return the news that an access token no longer counts."""
    return Event(topic=TOKENS_TOPIC, kind=REVOKED, data={"jti": jti})


def permission_ended(app_uuid: str, holder_uuid: str) -> Event:
    """Return the news that an app may not send a holder sign requests any more."""
    return Event(topic=TOKENS_TOPIC, kind="permission_ended", data={"app": app_uuid, "holder": holder_uuid})
