"""Where something leads that a developer found in a log or an error and pasted: one box for every kind of name.

Only what the developer has a part in is found; what is somebody else's is as unknown as what never was.
"""

import re
from collections.abc import Collection

from sealgate.access import service as access
from sealgate.base.ids import as_uuid
from sealgate.delivery import history
from sealgate.delivery.bodies import event_uuid, message_id
from sealgate.infra.tx import Tx
from sealgate.payloads import service as payloads
from sealgate.tokens import service as tokens

MOST_CHARS = 200
MOST_APPS_FOR_TOKENS = 50
_EVENT = re.compile(r"evt_[0-9a-f]{32}")
_HASH = re.compile(r"[0-9A-F]{64}")
_UUID_IN_TEXT = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_IDENTIFIER_CHARS = 40


def clean(text: str) -> str:
    """Return what was meant: without blanks, quotes, a header's name, or an address around it."""
    text = text.strip()[:MOST_CHARS].strip(" \t\"'`,;")
    if len(text) > _IDENTIFIER_CHARS and (found := _UUID_IN_TEXT.search(text)):
        return found[0].lower()
    return text


def find(tx: Tx, text: str, *, apps: Collection[str], all_apps: bool) -> str | None:
    """Return the page a name leads to, as a path below `/console`, or None.

    Args:
        text: A reference or `X-Call-Ref`, a payload's UUID or custom identifier, a transaction's hash, a `webhook-id`,
            a user token or an API key.
        apps: Those the developer may see.
        all_apps: They may see every app.
    """
    theirs = None if all_apps else apps
    lowered = text.lower()
    if _EVENT.fullmatch(lowered):
        return _event(tx, event_uuid(lowered), theirs)
    if _HASH.fullmatch(text.upper()):
        signed = payloads.find_by_txid(tx, text.upper(), apps=theirs)
        if signed is not None:
            return f"/apps/{signed.app_uuid}/payloads/{signed.uuid}"
    uuid = as_uuid(text)
    if uuid is not None:
        found = _uuid(tx, uuid, apps, theirs)
        if found is not None:
            return found
    if len(text) <= _IDENTIFIER_CHARS:
        named = payloads.find_by_identifiers(tx, text, apps=apps)
        if named:
            return f"/apps/{named[0].app_uuid}/payloads/{named[0].uuid}"
    return None


def _event(tx: Tx, uuid: str, theirs: Collection[str] | None) -> str | None:
    event = history.find_event(tx, uuid, apps=theirs)
    return None if event is None else f"/apps/{event.app_uuid}/deliveries?event={message_id(event.id)}"


def _uuid(tx: Tx, uuid: str, apps: Collection[str], theirs: Collection[str] | None) -> str | None:
    if uuid in apps:
        return f"/apps/{uuid}"
    payload = payloads.find_payload(tx, uuid)
    # A request's UUID is also the reference of the call that made it; the request tells more.
    if payload is not None and (theirs is None or payload.app_uuid in theirs):
        return f"/apps/{payload.app_uuid}/payloads/{uuid}"
    call = access.find_call(tx, uuid, apps=apps, all_apps=theirs is None)
    if call is not None:
        return f"/apps/{call.app_uuid}/activity/{uuid}"
    for app_uuid in list(apps)[:MOST_APPS_FOR_TOKENS]:
        if tokens.find_user_token(tx, app_uuid, uuid) is not None:
            return f"/apps/{app_uuid}/users?token={uuid}"
    return _event(tx, uuid, theirs)
