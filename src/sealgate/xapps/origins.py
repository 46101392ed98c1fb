"""What the way to an xApp brings along: the data of the event or notification that was tapped (platform-api 17)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from sealgate.base.ids import as_uuid
from sealgate.infra.tx import Tx
from sealgate.payloads import service as payloads
from sealgate.payloads.model import State, state_of
from sealgate.xapps.errors import EventUnknown
from sealgate.xapps.model import LaunchOrder

_PAYLOAD = "payload"


def data_of_origin(tx: Tx, order: LaunchOrder, *, app_uuid: str, holder_uuid: str, now: datetime) -> Mapping[str, Any]:
    """Return what the xApp's own back end wrote for this launch; empty where it was opened otherwise.

    An event is read where it is kept. A mere notification is kept nowhere, so there its data is what the wallet got.

    Raises:
        EventUnknown: there is no such event of this app for this user, or it is over.
    """
    if order.origin_type not in ("EVENT_LIST", "PUSH_NOTIFICATION"):
        return {}
    named = order.origin_data.get(_PAYLOAD)
    uuid = as_uuid(named) if isinstance(named, str) else None
    event = payloads.find_payload(tx, uuid) if uuid else None
    if event is None or event.terms.xapp is None or (event.app_uuid, event.holder_uuid) != (app_uuid, holder_uuid):
        if order.origin_type == "EVENT_LIST":
            raise EventUnknown
        return order.origin_data
    if state_of(event, now) not in (State.CREATED, State.OPENED):
        raise EventUnknown
    data: dict[str, Any] = msgspec.json.decode(event.terms.xapp.data)
    return data
