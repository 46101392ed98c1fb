"""Where the answers of look-ups come from: the operator's files, or a module of the operator's own.

The setting `lookups_plugin` names a Python module that may define

    async def rates(currency: str) -> Mapping[str, float] | None    # units of it for one USD, XRP, XAH
    async def kyc_status(account: str) -> str                       # NONE, IN_PROGRESS, REJECTED or SUCCESSFUL
"""

import importlib
from collections.abc import Awaitable, Callable, Mapping
from types import ModuleType
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from sealgate.base.settings import Settings, SettingsInvalid
from sealgate.lookups.files import OperatorFile

Rate = Annotated[float, Meta(gt=0)]
Hash = Annotated[str, Meta(pattern="^[0-9A-F]{64}$")]


class RatesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Prices in US dollars.

    Attributes:
        currencies: By ISO 4217 code, what one unit costs in USD.
        assets: By code (`XRP`, `XAH`), the same.
    """

    currencies: dict[str, Rate]
    assets: dict[str, Rate] = {}


class AssetCurrency(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A currency of an issuer."""

    currency: str
    issuer: str
    name: str
    avatar: str = ""
    shortlist: bool = True


class AssetIssuer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who issues currencies."""

    name: str
    domain: str = ""
    avatar: str = ""
    shortlist: bool = True
    currencies: tuple[AssetCurrency, ...] = ()


class HookCreator(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who made a hook."""

    name: str | None = None
    mail: str | None = None
    site: str | None = None


class Hook(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, rename="camel"):
    """A hook as people may know it (platform-api 12)."""

    name: str
    description: str
    creator: HookCreator | None = None
    xapp: str | None = None
    appuuid: str | None = None
    icon: str | None = None
    verified_accounts: tuple[str, ...] = ()
    audits: tuple[str, ...] = ()


class KnownAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the operator says of an account."""

    name: str | None = None
    domain: str | None = None
    blocked: bool = False
    source: str = "operator"
    force_dtag: bool = False
    kyc_approved: bool = False


class Sources:
    """The sources of this server, one for each process."""

    def __init__(self, settings: Settings) -> None:
        self.rates = OperatorFile[RatesFile | None](settings.rates_file, RatesFile, missing=None, setting="rates_file")
        self.assets = OperatorFile[tuple[AssetIssuer, ...]](
            settings.curated_assets_file, tuple[AssetIssuer, ...], missing=(), setting="curated_assets_file"
        )
        self.hooks = OperatorFile[dict[str, Hook]](
            settings.hook_hashes_file, dict[Hash, Hook], missing={}, setting="hook_hashes_file"
        )
        self.accounts = OperatorFile[dict[str, KnownAccount]](
            settings.accounts_file, dict[str, KnownAccount], missing={}, setting="accounts_file"
        )
        plugin = _plugin(settings.lookups_plugin)
        self.rates_feed: Callable[[str], Awaitable[Mapping[str, float] | None]] | None = getattr(plugin, "rates", None)
        self.kyc_feed: Callable[[str], Awaitable[str]] | None = getattr(plugin, "kyc_status", None)

    def require(self) -> None:
        """Read every file that is named; SettingsInvalid where one cannot be used."""
        files: tuple[OperatorFile[Any], ...] = (self.rates, self.assets, self.hooks, self.accounts)
        for file in files:
            file.require()


def _plugin(name: str) -> ModuleType | None:
    if not name:
        return None
    try:
        return importlib.import_module(name)
    except Exception as problem:
        raise SettingsInvalid(message=f"The module {name} of lookups_plugin cannot be loaded: {problem}.") from None
