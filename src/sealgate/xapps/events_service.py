"""Events and notifications of xApps (platform-api 17): finding the person, telling them, what the xApp gets then."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from sealgate.apps.model import App
from sealgate.base.ids import as_uuid
from sealgate.delivery.push.model import PushMessage, PushOutcome
from sealgate.delivery.push.service import push_to_holder
from sealgate.holders import service as holders
from sealgate.infra.tx import Tx
from sealgate.ledger.addresses import is_classic_address
from sealgate.payloads import xapp_events
from sealgate.payloads.model import XappEvent
from sealgate.tokens import service as tokens
from sealgate.xapps.errors import EventUnknown
from sealgate.xapps.events_errors import (
    XappPushNotAllowed,
    XappTargetMissing,
    XappTargetNotAllowed,
    XappTargetUnknown,
)
from sealgate.xapps.events_model import EventDraft, Target

PUSH_LIFE = timedelta(days=1)
"""How long a push is worth delivering; the event itself stays on the list."""


class Told(NamedTuple):
    """An event or notification that was made."""

    uuid: str
    push: PushOutcome


def tell(
    tx: Tx,
    app: App,
    target: Target,
    draft: EventDraft,
    *,
    uuid: str,
    user: str | None,
    is_listed: bool,
    may_push: bool = True,
    now: datetime,
) -> Told:
    """Tell a person something: an entry in their list and a push, or the push alone.

    Args:
        user: The holder whose own access token asks; None where the app itself does.
        is_listed: Whether it goes on the list: an event, not a notification.
        may_push: Whether the app is within its limits; beyond them nobody is woken.

    Raises:
        XappPushNotAllowed, XappTargetNotAllowed: what the app may not do.
        XappTargetMissing, XappTargetUnknown: there is nobody to tell it to.
        EventListFull: 25 events of the app are on the person's list.
    """
    identifier = require_permission(app)
    holder_uuid = find_holder(tx, app, target, now=now) if user is None else check_own(tx, app, target, user, now=now)
    event = XappEvent(identifier=identifier, title=app.name, body=draft.body, subtitle=draft.subtitle, data=draft.data)
    if draft.silent and is_listed:
        push = PushOutcome(False, "silent")
    elif not may_push:
        push = PushOutcome(False, "rate_limited")
    else:
        message = PushMessage(category="OPENXAPP", app=app.uuid, payload=uuid, xapp=identifier)
        push = push_to_holder(tx, holder_uuid, message, expires_at=now + PUSH_LIFE, now=now)
    if is_listed or push.pushed:
        xapp_events.create_event(
            tx, app, event, uuid=uuid, holder_uuid=holder_uuid, push=push, is_listed=is_listed, now=now
        )
    return Told(uuid, push)


def require_permission(app: App) -> str:
    """Return the app's xApp identifier, if it may tell people something.

    Raises:
        XappPushNotAllowed: it is no xApp, or was not given the permission.
    """
    if app.xapp_id is None:
        raise XappPushNotAllowed(
            message="This app is no xApp: it has no xApp identifier.",
            hint="Give it the address of its xApp: `sealgate app update --xapp-url`.",
        )
    if not app.xapp_push:
        raise XappPushNotAllowed
    return app.xapp_id


def find_holder(tx: Tx, app: App, target: Target, *, now: datetime) -> str:
    """Return the holder whom an app names.

    Who has taken the app's permission back is not reached in any other way either.

    Raises:
        XappTargetMissing, XappTargetNotAllowed, XappTargetUnknown
    """
    if target.name is None:
        raise XappTargetMissing
    if target.user_token is not None:
        holder_uuid = _by_token(tx, app, target.user_token, now)
        if holder_uuid is None:
            raise XappTargetUnknown(pointer="/user_token")
        return holder_uuid
    if not app.xapp_push_any:
        raise XappTargetNotAllowed
    if target.user_uuid is not None:
        return _by_uuid(tx, app, target.user_uuid)
    assert target.user_account is not None
    return _by_account(tx, app, target.user_account, now)


def check_own(tx: Tx, app: App, target: Target, user: str, *, now: datetime) -> str:
    """Return the holder whose access token asks: with it nobody tells others anything (ADR 14).

    Raises:
        XappTargetUnknown: the body names somebody else.
    """
    if target.name is not None:
        named = _by_token(tx, app, target.user_token or "", now) or as_uuid(target.user_uuid or "")
        if named != user:
            raise XappTargetUnknown(
                message="With a user's access token, only this user can be told something, and the body names another.",
                hint="Leave user_token out, or call from your back end with x-api-key and x-api-secret.",
            )
    return user


def event_context(tx: Tx, uuid: str, *, app_uuid: str, holder_uuid: str, now: datetime) -> dict[str, Any]:
    """Return what an xApp is told of the event it is opened from, and note that it was opened.

    These are the members of its `data`, and `payload`, its UUID: the `origin.data` of the launch (platform-api 16.2).

    Raises:
        EventUnknown: this holder has no such event of this app, or it is over.
    """
    payload = xapp_events.open_event(tx, uuid, app_uuid=app_uuid, holder_uuid=holder_uuid, now=now)
    if payload is None or payload.terms.xapp is None:
        raise EventUnknown
    data: dict[str, Any] = msgspec.json.decode(payload.terms.xapp.data)
    return {**data, "payload": uuid}


def _by_token(tx: Tx, app: App, text: str, now: datetime) -> str | None:
    token = as_uuid(text)
    found = tokens.find_live_user_token(tx, app.uuid, token, now) if token is not None else None
    return None if found is None else found.holder_uuid


def _by_uuid(tx: Tx, app: App, text: str) -> str:
    uuid = as_uuid(text)
    if uuid is None or not holders.devices_of(tx, uuid) or tokens.was_taken_back(tx, app.uuid, uuid):
        raise XappTargetUnknown(
            message="Nobody here has this user UUID, or they have taken the app's permission back.",
            pointer="/user_uuid",
        )
    return uuid


def _by_account(tx: Tx, app: App, text: str, now: datetime) -> str:
    """Return the holder of an account; of several, one who has given the app a user token, else who added it last."""
    having = holders.holders_of_account(tx, text) if is_classic_address(text) else []
    for holder_uuid in having:
        if tokens.find_for(tx, app.uuid, holder_uuid, now) is not None:
            return holder_uuid
    for holder_uuid in having:
        if not tokens.was_taken_back(tx, app.uuid, holder_uuid):
            return holder_uuid
    raise XappTargetUnknown(
        message="Nobody here has proved to hold this account, or they have taken the app's permission back.",
        pointer="/user_account",
    )
