"""Curated assets and hook hashes: the operator's lists (platform-api 9 and 12)."""

from typing import Any

import msgspec

from sealgate.apps.model import App
from sealgate.lookups.errors import HashMalformed, HookUnknown
from sealgate.lookups.hashes import as_hash
from sealgate.lookups.sources import AssetIssuer, Hook, Sources
from sealgate.tokens.model import User
from sealgate.tokens.user_routes import for_users
from sealgate.web import Call, Router

router = Router(tags=("lookups",))


class CurrencyOut(msgspec.Struct, frozen=True):
    """A currency of an issuer; `shortlist` is 0 or 1."""

    id: int
    issuer_id: int
    issuer: str
    currency: str
    name: str
    avatar: str
    shortlist: int


class IssuerOut(msgspec.Struct, frozen=True):
    """An issuer with its currencies by code."""

    id: int
    name: str
    domain: str
    avatar: str
    shortlist: int
    currencies: dict[str, CurrencyOut]


class AssetsOut(msgspec.Struct, frozen=True):
    """Who issues what, as the operator of this server vouches for it."""

    issuers: list[str]
    currencies: list[str]
    details: dict[str, IssuerOut]


@router.get("/api/v1/platform/curated-assets", caller=App, answers=AssetsOut)
async def get_assets(call: Call[App]) -> AssetsOut:
    """List the issued currencies that the operator of this server vouches for."""
    return await _assets(call)


@for_users(router.get, "curated-assets", answers=AssetsOut)
async def get_assets_as_user(call: Call[User]) -> AssetsOut:
    """List the same for a user's page."""
    return await _assets(call)


@router.get("/api/v1/platform/hookhash", caller=App, answers=dict[str, Hook])
async def get_hooks(call: Call[App]) -> dict[str, Hook]:
    """List the hooks that the operator of this server has described, by their hash."""
    return await call.context.get(Sources).hooks.read()


@for_users(router.get, "hookhash", answers=dict[str, Hook])
async def get_hooks_as_user(call: Call[User]) -> dict[str, Hook]:
    """List the same for a user's page."""
    return await call.context.get(Sources).hooks.read()


@router.get("/api/v1/platform/hookhash/{hash:text}", caller=App, answers=Hook, raises=(HookUnknown, HashMalformed))
async def get_hook(call: Call[App]) -> Hook:
    """Show one hook."""
    return await _hook(call)


@for_users(router.get, "hookhash/{hash:text}", answers=Hook, raises=(HookUnknown, HashMalformed))
async def get_hook_as_user(call: Call[User]) -> Hook:
    """Show the same to a user's page."""
    return await _hook(call)


async def _assets(call: Call[Any]) -> AssetsOut:
    return shown(await call.context.get(Sources).assets.read())


async def _hook(call: Call[Any]) -> Hook:
    found = (await call.context.get(Sources).hooks.read()).get(as_hash(call.path["hash"]))
    if found is None:
        raise HookUnknown
    return found


def shown(issuers: tuple[AssetIssuer, ...]) -> AssetsOut:
    """Return the operator's list in the form of platform-api 9; numbers count the entries of the file."""
    details: dict[str, IssuerOut] = {}
    count = 0
    for number, issuer in enumerate(issuers, start=1):
        currencies: dict[str, CurrencyOut] = {}
        for one in issuer.currencies:
            count += 1
            currencies[one.currency] = CurrencyOut(
                count, number, one.issuer, one.currency, one.name, one.avatar, int(one.shortlist)
            )
        details[issuer.name] = IssuerOut(
            number, issuer.name, issuer.domain, issuer.avatar, int(issuer.shortlist), currencies
        )
    codes = dict.fromkeys(code for issuer in details.values() for code in issuer.currencies)
    return AssetsOut(list(details), list(codes), details)
