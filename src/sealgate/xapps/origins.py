"""What the way to an xApp brings along: the data of the event or notification that was tapped (platform-api 17)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sealgate.base.ids import as_uuid
from sealgate.infra.tx import Tx
from sealgate.xapps.errors import EventUnknown
from sealgate.xapps.events_service import event_context
from sealgate.xapps.model import LaunchOrder

_PAYLOAD = "payload"


def data_of_origin(tx: Tx, order: LaunchOrder, *, app_uuid: str, holder_uuid: str, now: datetime) -> Mapping[str, Any]:
    """Return what the xApp's own back end wrote for this launch; empty where it was opened otherwise.

    It is read where it is kept, never from what the wallet sends. A push that comes late still opens the xApp.

    Raises:
        EventUnknown: from the list: there is no such event of this app for this user, or it is over.
    """
    if order.origin_type not in ("EVENT_LIST", "PUSH_NOTIFICATION"):
        return {}
    named = order.origin_data.get(_PAYLOAD)
    uuid = as_uuid(named) if isinstance(named, str) else None
    try:
        if uuid is None:
            raise EventUnknown
        return event_context(tx, uuid, app_uuid=app_uuid, holder_uuid=holder_uuid, now=now)
    except EventUnknown:
        if order.origin_type == "EVENT_LIST":
            raise
        return {}
