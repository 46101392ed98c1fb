"""An API secret that came from a browser: a notice, and an event for whoever watches the app by webhook."""

from sealgate.access.model import Notice
from sealgate.access.service import record_notice
from sealgate.delivery import service
from sealgate.delivery.kinds import SecretExposed
from sealgate.infra.tx import Tx


def record_exposure(tx: Tx, notice: Notice) -> None:
    """Store both; `asgi.py` hands this function to `access`, which knows nothing of events."""
    record_notice(tx, notice)
    data = SecretExposed(
        reference_call_uuid=notice.ref, method=notice.method, route=notice.route, origin_host=notice.origin_host
    )
    service.record(tx, notice.app_uuid, notice.ref, data, now=notice.at)
