"""The door: each kind of caller with the one who recognises it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from sealgate.access.admin_changes import ChangeRecord
from sealgate.access.by_admin_token import AdminByToken
from sealgate.access.by_api_key import AppByKey, AppBySecret
from sealgate.access.by_bearer import UserByToken
from sealgate.access.by_device_key import DeviceByKey, NewDeviceByKey
from sealgate.access.by_either import AppOrUserByCredential
from sealgate.access.errors import RateLimited
from sealgate.access.exposed_secrets import ExposedSecrets
from sealgate.access.rate_limits import RateLimits
from sealgate.apps.directory import AppDirectory
from sealgate.apps.model import App, PublicApp
from sealgate.base.errors import SealgateError
from sealgate.holders.directory import DeviceDirectory
from sealgate.holders.model import Device, NewDevice
from sealgate.tokens.bearers import BearerVerifier
from sealgate.tokens.model import AppOrUser, User
from sealgate.web.callers import Admin, Anyone

if TYPE_CHECKING:
    from sealgate.web.call import Call
    from sealgate.web.context import Context


class Recogniser(Protocol):
    """Knows one kind of caller."""

    @property
    def errors(self) -> Sequence[type[SealgateError]]:
        """What `recognise` may refuse with."""

    async def recognise(self, call: "Call[Any]") -> object:
        """Return who calls, or raise one of `errors`."""


class Passerby:
    """Lets anybody in, within the route's limit."""

    errors = (RateLimited,)

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits

    async def recognise(self, call: "Call[Any]") -> Anyone:
        """Return anyone; only routes that name a limit count."""
        if call.route.limit is not None:
            await self._limits.count_address(call)
        return Anyone()


class Resolver:
    """Finds out who calls; implements `web.callers.CallerResolver`."""

    def __init__(self, context: "Context", apps: AppDirectory, devices: DeviceDirectory) -> None:
        limits = RateLimits(context)
        exposed = ExposedSecrets(context, apps)
        by_secret = AppBySecret(context, apps, limits, exposed)
        by_token = UserByToken(context.get(BearerVerifier), limits, exposed)
        self._by_kind: dict[type[Any], Recogniser] = {
            App: by_secret,
            User: by_token,
            AppOrUser: AppOrUserByCredential(by_secret, by_token),
            PublicApp: AppByKey(apps, limits, exposed),
            Admin: AdminByToken(context.settings.admin_token, limits, context.get(ChangeRecord)),
            Device: DeviceByKey(devices, limits),
            NewDevice: NewDeviceByKey(limits),
            Anyone: Passerby(limits),
        }

    async def resolve(self, kind: type[Any], call: "Call[Any]") -> object:
        """Return the caller as `kind`; refusals are those of `errors_of(kind)`."""
        return await self._by_kind[kind].recognise(call)

    def errors_of(self, kind: type[Any]) -> Sequence[type[SealgateError]]:
        """Return what a call of this kind may be refused with; KeyError for a kind nobody here recognises."""
        return self._by_kind[kind].errors
