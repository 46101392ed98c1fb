"""What an app may ask about its own calls, and an operator about any app's: below `/api/v1/admin/apps/{uuid}`."""

from sealgate.access import following, service
from sealgate.access.call_log import APP_UUID, CallLog
from sealgate.access.errors import CallUnknown
from sealgate.access.wire import CallOut, CallsAsked, CallsOut, NoticeOut, NoticesAsked, NoticesOut, OwnCallsAsked
from sealgate.apps.errors import AppUnknown
from sealgate.apps.model import App
from sealgate.apps.service import get_app
from sealgate.web.call import Call
from sealgate.web.callers import Admin
from sealgate.web.routing import Router

router = Router(tags=("apps",))

_OWN = "/api/v1/platform/calls"
_APP = "/api/v1/admin/apps/{uuid:uuid}"


@router.get(_OWN, caller=App, query=OwnCallsAsked, answers=CallsOut, limit="log")
async def list_own_calls(call: Call[App]) -> CallsOut:
    """List the app's own calls of the last days, latest first; with `after`, those behind a number, to follow the log.

    Reading the log is not in it.
    """
    call.notes.pop(APP_UUID, None)
    await call.context.get(CallLog).flush()
    asked, app = call.asked, call.caller
    if asked.after is not None:
        found = await call.db.read(following.calls_after, app.uuid, asked.after, limit=asked.limit)
    else:
        found = await call.db.read(service.list_calls, app.uuid, before=asked.before, limit=asked.limit)
    return CallsOut([CallOut.of(logged) for logged in found])


@router.get(f"{_OWN}/{{ref:uuid}}", caller=App, answers=CallOut, raises=(CallUnknown,), limit="log")
async def show_own_call(call: Call[App]) -> CallOut:
    """Show the app's call behind a reference: why a one-time token was refused, too."""
    call.notes.pop(APP_UUID, None)
    await call.context.get(CallLog).flush()
    return CallOut.of(await call.db.read(service.get_call, call.caller.uuid, call.path["ref"]))


@router.get(f"{_APP}/calls", caller=Admin, query=CallsAsked, answers=CallsOut, raises=(AppUnknown,))
async def list_calls(call: Call[Admin]) -> CallsOut:
    """List the app's calls of the last days, latest first: references, outcomes, durations; never what they carried."""
    await call.context.get(CallLog).flush()
    app = await call.db.read(get_app, call.path["uuid"])
    calls = await call.db.read(service.list_calls, app.uuid, before=call.asked.before, limit=call.asked.limit)
    return CallsOut([CallOut.of(logged) for logged in calls])


@router.get(f"{_APP}/calls/{{ref:uuid}}", caller=Admin, answers=CallOut, raises=(CallUnknown,))
async def show_call(call: Call[Admin]) -> CallOut:
    """Show the call behind a reference, as developers find it in refusals and in the header X-Call-Ref."""
    await call.context.get(CallLog).flush()
    return CallOut.of(await call.db.read(service.get_call, call.path["uuid"], call.path["ref"]))


@router.get(f"{_APP}/notices", caller=Admin, query=NoticesAsked, answers=NoticesOut, raises=(AppUnknown,))
async def list_notices(call: Call[Admin]) -> NoticesOut:
    """List what the developer of the app should know and act on, latest first."""
    app = await call.db.read(get_app, call.path["uuid"])
    notices = await call.db.read(service.list_notices, app.uuid, limit=call.asked.limit)
    return NoticesOut([NoticeOut.of(notice) for notice in notices])
