"""Puts the door into a process: what `asgi.py` calls."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sealgate.access import service
from sealgate.access.admin_changes import AdminChange, ChangeRecord, keep_nothing
from sealgate.access.call_log import CallLog
from sealgate.access.exposed_secrets import ExposureRecord
from sealgate.access.model import Notice
from sealgate.access.pruning import Pruning
from sealgate.access.resolver import Resolver
from sealgate.apps.directory import AppDirectory
from sealgate.holders.directory import DeviceDirectory
from sealgate.infra.tx import Tx
from sealgate.tokens.bearers import BearerVerifier
from sealgate.tokens.verifying import TokenVerifier
from sealgate.tokens.xapp_tokens import XappTokenVerifier

if TYPE_CHECKING:
    from sealgate.web.call import Call
    from sealgate.web.context import Context


def install(
    context: "Context",
    devices: DeviceDirectory,
    *,
    record_exposure: Callable[[Tx, Notice], None] = service.record_notice,
    record_change: Callable[[Tx, AdminChange, "Call[Any]"], None] = keep_nothing,
) -> tuple[Resolver, CallLog]:
    """Add the app directory, the call log and their loops to a process; return what `build_app` wants.

    Args:
        context: The process's services, `tokens` installed; gets an `AppDirectory`, a `CallLog` and a `BearerVerifier`.
        devices: Where the resolver looks devices up; its own loop is its slice's business.
        record_exposure: What is stored when an API secret came from a browser.
        record_change: What is stored, in its transaction, of a change by the admin API.
    """
    apps = AppDirectory(context.db, context.bus)
    call_log = CallLog(context)
    pruning = Pruning(context)
    context.put(ExposureRecord(record_exposure))
    context.put(ChangeRecord(record_change))
    context.put(apps)
    context.put(call_log)
    xapp_tokens = XappTokenVerifier(apps, context.sealer, context.db, context.bus)
    context.put(BearerVerifier(context.get(TokenVerifier), xapp_tokens, apps))

    async def start() -> None:
        xapp_tokens.listen()

    context.starting.append(start)
    context.background += [
        apps.follow,
        apps.keep_noting_uses,
        call_log.keep_flushing,
        pruning.keep_pruning_nonces,
        pruning.keep_pruning_calls,
    ]
    return Resolver(context, apps, devices), call_log
