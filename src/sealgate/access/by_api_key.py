"""Apps by their API key: with the secret (`App`), or by the key alone (`PublicApp`)."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sealgate.access import service
from sealgate.access.call_log import APP_UUID
from sealgate.access.errors import (
    ApiKeyUnknown,
    ApiSecretWrong,
    AppDisabled,
    CredentialsMalformed,
    RateLimited,
    SecretExposed,
    TooManyFailures,
)
from sealgate.access.model import Notice
from sealgate.access.rate_limits import RateLimits
from sealgate.apps.directory import AppDirectory, Entry
from sealgate.apps.model import App, PublicApp
from sealgate.base.errors import SealgateError
from sealgate.base.ids import as_uuid
from sealgate.base.logs import get_logger

if TYPE_CHECKING:
    from sealgate.web.call import Call
    from sealgate.web.context import Context

KEY = "x-api-key"
SECRET = "x-api-secret"  # noqa: S105 - the name of a header
UUID_CHARS = 36
NOTICED_EVERY_S = 60
MOST_HOST_CHARS = 255

_log = get_logger(__name__)


class AppBySecret:
    """Recognises the holder of an app's key and secret."""

    errors: tuple[type[SealgateError], ...] = (
        SecretExposed,
        CredentialsMalformed,
        ApiKeyUnknown,
        ApiSecretWrong,
        AppDisabled,
        RateLimited,
        TooManyFailures,
    )

    def __init__(self, context: "Context", directory: AppDirectory, limits: RateLimits) -> None:
        self._context = context
        self._sealer = context.sealer
        self._directory = directory
        self._limits = limits

    async def recognise(self, call: "Call[Any]") -> App:
        """Return the calling app.

        The order is that of the codes 812, 811, 813, 810: whether an app is disabled is told only to who has its
        secret. A call from a browser is refused before anything else, and learns nothing.
        """
        headers = call.headers
        key, secret = headers.get(KEY), headers.get(SECRET)
        if secret is not None and ("origin" in headers or "sec-fetch-site" in headers):
            await self._refuse_browser(call, key, secret)
        uuid = as_uuid(key) if key is not None else None
        text = as_uuid(secret) if secret is not None else None
        if uuid is None or text is None:
            raise CredentialsMalformed(message=_what_is_wrong(key, secret))

        entry = await self._directory.find(uuid, now=call.now)
        if entry is None:
            await self._limits.count_failure(call)
            raise ApiKeyUnknown
        call.notes[APP_UUID] = uuid
        used = entry.matching(self._sealer.mac(text), call.now)
        if used is None:
            await self._limits.count_failure(call)
            raise ApiSecretWrong
        if entry.app.disabled:
            raise AppDisabled
        self._directory.note_use(used, call.now)
        await self._limits.count(call, f"app:{uuid}")
        return entry.app

    async def _refuse_browser(self, call: "Call[Any]", key: str | None, secret: str) -> None:
        """Refuse a secret that comes from a browser, and tell the developer if it is a live one (design 4.24)."""
        uuid, text = as_uuid(key or ""), as_uuid(secret)
        if uuid is not None and text is not None:
            try:
                entry = await self._directory.find(uuid, now=call.now)
                if entry is not None:
                    call.notes[APP_UUID] = uuid
                    # Anybody knows the key: a notice for every wrong secret would let anybody cry wolf.
                    if entry.matching(self._sealer.mac(text), call.now) is not None:
                        await self._notice(call, uuid)
            except SealgateError as problem:
                _log.warning("exposed credential not recorded", app=uuid, problem=str(problem))
        raise SecretExposed

    async def _notice(self, call: "Call[Any]", uuid: str) -> None:
        host = origin_host(call.headers.get("origin", ""))
        key = f"exposed:{uuid}:{host}"
        if not await self._context.counters.mark(key, ttl_s=NOTICED_EVERY_S, now=call.now):
            return
        _log.warning("credential of an app sent by a browser", app=uuid, origin=host, route=call.route.path)
        notice = Notice(uuid, "secret_exposed", call.now, call.ref, call.method, call.route.path, host)
        await self._context.db.write(service.record_notice, notice)


class AppByKey:
    """Recognises an app by its public key alone."""

    errors: tuple[type[SealgateError], ...] = (
        CredentialsMalformed,
        ApiKeyUnknown,
        AppDisabled,
        RateLimited,
        TooManyFailures,
    )

    def __init__(self, directory: AppDirectory, limits: RateLimits) -> None:
        self._directory = directory
        self._limits = limits

    async def recognise(self, call: "Call[Any]") -> PublicApp:
        """Return the app the call names; limits count its calls by address, since anybody may name it."""
        key = call.headers.get(KEY)
        uuid = as_uuid(key) if key is not None else None
        if uuid is None:
            raise CredentialsMalformed(
                message=_what_is_wrong_with(KEY, "API key", key), hint="Send the app's API key as x-api-key."
            )
        entry: Entry | None = await self._directory.find(uuid, now=call.now)
        if entry is None:
            await self._limits.count_failure(call)
            raise ApiKeyUnknown
        call.notes[APP_UUID] = uuid
        if entry.app.disabled:
            raise AppDisabled
        await self._limits.count_address(call)
        return PublicApp(entry.app)


def origin_host(origin: str) -> str:
    """Return the host of an Origin header, for people to read: `unknown` where it has none."""
    try:
        host = urlsplit(origin).hostname
    except ValueError:
        host = None
    return host[:MOST_HOST_CHARS] if host and host.isprintable() else "unknown"


def _what_is_wrong(key: str | None, secret: str | None) -> str:
    """Say which header is at fault and how, without repeating what it holds."""
    if key is None and secret is None:
        return f"The headers {KEY} and {SECRET} are missing."
    if key is None or as_uuid(key) is None:
        return _what_is_wrong_with(KEY, "API key", key)
    return _what_is_wrong_with(SECRET, "API secret", secret)


def _what_is_wrong_with(header: str, name: str, value: str | None) -> str:
    if value is None:
        return f"The header {header} is missing."
    if not value.strip():
        return f"The header {header} is empty: is the variable that should hold the {name} set?"
    if value != value.strip(" \t\"'"):
        return f"The {name} in {header} is wrapped in spaces or quotation marks."
    if "," in value:
        return f"The header {header} was sent more than once."
    if len(value) != UUID_CHARS:
        return f"The {name} in {header} has {len(value)} characters; it must be a UUID, which has {UUID_CHARS}."
    return f"The {name} in {header} is {UUID_CHARS} characters that do not form a UUID (8-4-4-4-12 hexadecimal digits)."
