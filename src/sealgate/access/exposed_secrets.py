"""API secrets that come from a browser, where everybody can read them (design 4.24)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sealgate.access.call_log import APP_UUID
from sealgate.access.errors import SecretExposed
from sealgate.access.model import Notice
from sealgate.apps.directory import AppDirectory
from sealgate.base.errors import SealgateError
from sealgate.base.ids import as_uuid
from sealgate.base.logs import get_logger
from sealgate.infra.tx import Tx

if TYPE_CHECKING:
    from sealgate.web.call import Call
    from sealgate.web.context import Context

KEY = "x-api-key"
SECRET = "x-api-secret"  # noqa: S105 - the name of a header
NOTICED_EVERY_S = 60
MOST_HOST_CHARS = 255

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ExposureRecord:
    """What is stored when a secret was exposed; `asgi.py` decides, since slices above have a word in it."""

    store: Callable[[Tx, Notice], None]


class ExposedSecrets:
    """Refuses calls with a secret that a browser made, whatever else they carry, and tells the developer."""

    def __init__(self, context: "Context", directory: AppDirectory) -> None:
        self._context = context
        self._directory = directory
        self._record = context.get(ExposureRecord)

    async def refuse(self, call: "Call[Any]") -> None:
        """Refuse the call if it shows a secret to a browser; the caller learns nothing about the secret.

        Raises:
            SecretExposed: it does. If it is a live secret, its app gets a notice.
        """
        headers = call.headers
        if SECRET not in headers or not is_from_browser(call):
            return
        uuid, text = as_uuid(headers.get(KEY, "")), as_uuid(headers[SECRET])
        if uuid is not None and text is not None:
            try:
                entry = await self._directory.find(uuid, now=call.now)
                if entry is not None:
                    call.notes[APP_UUID] = uuid
                    # Anybody knows the key: a notice for every wrong secret would let anybody cry wolf.
                    if entry.matching(self._context.sealer.mac(text), call.now) is not None:
                        await self.tell(call, uuid)
            except SealgateError as problem:
                _log.warning("exposed credential not recorded", app=uuid, problem=str(problem))
        raise SecretExposed

    async def tell(self, call: "Call[Any]", uuid: str) -> None:
        """Leave the developer a notice that a live secret of the app came from a browser; at most once a minute."""
        host = origin_host(call.headers.get("origin", ""))
        key = f"exposed:{uuid}:{host}"
        if not await self._context.counters.mark(key, ttl_s=NOTICED_EVERY_S, now=call.now):
            return
        _log.warning("credential of an app sent by a browser", app=uuid, origin=host, route=call.route.path)
        notice = Notice(uuid, "secret_exposed", call.now, call.ref, call.method, call.route.path, host)
        await self._context.db.write(self._record.store, notice)


def is_from_browser(call: "Call[Any]") -> bool:
    """Tell whether a page made the call. Sec-Fetch-Mode alone says nothing: Node's `fetch` sends it too."""
    return "origin" in call.headers or "sec-fetch-site" in call.headers


def origin_host(origin: str) -> str:
    """Return the host of an Origin header, for people to read: `unknown` where it has none."""
    try:
        host = urlsplit(origin).hostname
    except ValueError:
        host = None
    return host[:MOST_HOST_CHARS] if host and host.isprintable() else "unknown"
