"""Apps by their API key: with the secret (`App`), or by the key alone (`PublicApp`)."""

from typing import TYPE_CHECKING, Any

from sealgate.access.call_log import APP_UUID
from sealgate.access.errors import (
    ApiKeyUnknown,
    ApiSecretWrong,
    AppDisabled,
    BearerNotTaken,
    CredentialsMalformed,
    RateLimited,
    SecretExposed,
    TooManyFailures,
)
from sealgate.access.exposed_secrets import KEY, SECRET, ExposedSecrets
from sealgate.access.rate_limits import RateLimits
from sealgate.apps.directory import AppDirectory, Entry
from sealgate.apps.model import App, PublicApp
from sealgate.base.errors import SealgateError
from sealgate.base.ids import as_uuid

if TYPE_CHECKING:
    from sealgate.web.call import Call
    from sealgate.web.context import Context

UUID_CHARS = 36


class AppBySecret:
    """Recognises the holder of an app's key and secret."""

    errors: tuple[type[SealgateError], ...] = (
        SecretExposed,
        BearerNotTaken,
        CredentialsMalformed,
        ApiKeyUnknown,
        ApiSecretWrong,
        AppDisabled,
        RateLimited,
        TooManyFailures,
    )

    def __init__(
        self, context: "Context", directory: AppDirectory, limits: RateLimits, exposed: ExposedSecrets
    ) -> None:
        self._sealer = context.sealer
        self._exposed = exposed
        self._directory = directory
        self._limits = limits

    async def recognise(self, call: "Call[Any]") -> App:
        """Return the calling app.

        The order is that of the codes 812, 811, 813, 810: whether an app is disabled is told only to who has its
        secret. A call from a browser is refused before anything else, and learns nothing.
        """
        await self._exposed.refuse(call)
        headers = call.headers
        key, secret = headers.get(KEY), headers.get(SECRET)
        if secret is None and headers.get("authorization", "")[:7].lower() == "bearer ":
            raise BearerNotTaken
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


class AppByKey:
    """Recognises an app by its public key alone."""

    errors: tuple[type[SealgateError], ...] = (
        SecretExposed,
        CredentialsMalformed,
        ApiKeyUnknown,
        AppDisabled,
        RateLimited,
        TooManyFailures,
    )

    def __init__(self, directory: AppDirectory, limits: RateLimits, exposed: ExposedSecrets) -> None:
        self._exposed = exposed
        self._directory = directory
        self._limits = limits

    async def recognise(self, call: "Call[Any]") -> PublicApp:
        """Return the app the call names; limits count its calls by address, since anybody may name it."""
        await self._exposed.refuse(call)
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
