"""The routes by which xApps tell people something (platform-api 17), for back ends and for signed-in users' pages."""

from typing import Any

from sealgate.delivery.push.limits import may_push
from sealgate.payloads.errors import EventListFull
from sealgate.tokens.model import AppOrUser
from sealgate.tokens.user_routes import CORS
from sealgate.web.answers import Lenient
from sealgate.web.call import Call
from sealgate.web.routing import Router
from sealgate.xapps import events_service as service
from sealgate.xapps.events_errors import (
    XappEventInvalid,
    XappPushNotAllowed,
    XappTargetMissing,
    XappTargetNotAllowed,
    XappTargetUnknown,
)
from sealgate.xapps.events_model import check_object, read_draft, read_target
from sealgate.xapps.events_service import Told
from sealgate.xapps.events_wire import EventIn, EventOut, NotificationIn, NotifiedOut

router = Router(tags=("xapps",))

_TELLING: dict[str, Any] = {
    "caller": AppOrUser,
    "takes": Lenient,
    "body_error": XappEventInvalid,
    "cors": CORS,
}
_REFUSALS = (
    XappPushNotAllowed,
    XappTargetNotAllowed,
    XappTargetMissing,
    XappEventInvalid,
    XappTargetUnknown,
)


@router.post(
    "/api/v1/platform/xapp/event",
    documents=EventIn,
    answers=EventOut,
    raises=(*_REFUSALS, EventListFull),
    **_TELLING,
)
async def post_event(call: Call[AppOrUser]) -> EventOut:
    """Put something on the list of a person's wallet, where it opens the xApp, and notify them.

    It stays there for 30 days, until it is taken back (DELETE `platform/payload/{uuid}`) or the person puts it away.
    """
    return EventOut.of(await _tell(call, is_listed=True))


@router.post("/api/v1/platform/xapp/push", documents=NotificationIn, answers=NotifiedOut, raises=_REFUSALS, **_TELLING)
async def post_push(call: Call[AppOrUser]) -> NotifiedOut:
    """Notify a person: a tap opens the xApp. Nothing is put on their list."""
    return NotifiedOut.of(await _tell(call, is_listed=False))


async def _tell(call: Call[AppOrUser], *, is_listed: bool) -> Told:
    app, user = call.caller.app, call.caller.user
    service.require_permission(app)
    asked = check_object(call.json())
    target, draft = read_target(asked), read_draft(asked, call.raw_body)
    if user is not None and user.holder_uuid is None:
        raise XappTargetUnknown(
            message="The user of this access token has taken the app's permission back in the wallet, or it has ended.",
            hint="Let the user sign in again.",
        )
    whom = user.holder_uuid if user is not None else target.name
    return await call.db.write(
        service.tell,
        app,
        target,
        draft,
        uuid=call.ref,
        user=None if user is None else user.holder_uuid,
        is_listed=is_listed,
        may_push=await may_push(call.context, app.uuid, whom or "", now=call.now),
        now=call.now,
    )
