"""Exchange rates: what one USD, one XRP and one XAH buy of a currency (platform-api 10)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from sealgate.apps.model import App
from sealgate.lookups.errors import CurrencyUnknown, RatesMissing
from sealgate.lookups.sources import RatesFile, Sources
from sealgate.tokens.model import User
from sealgate.tokens.user_routes import for_users
from sealgate.web import Call, Router

DECIMALS = 6
MOST_CODE_CHARS = 8

router = Router(tags=("lookups",))


class Currency(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A currency as people write it.

    Attributes:
        en: Its English name.
        iso_decimals: Digits behind the point in daily use.
    """

    en: str
    code: str
    symbol: str
    iso_decimals: int


@router.get("/api/v1/platform/rates/{code:text}", caller=App, answers=dict, raises=(CurrencyUnknown, RatesMissing))
async def get_rates(call: Call[App]) -> dict[str, Any]:
    """Tell how much of a currency one USD, one XRP and one XAH buys, to six decimals."""
    return await _rates(call)


@for_users(router.get, "rates/{code:text}", answers=dict, raises=(CurrencyUnknown, RatesMissing))
async def get_rates_as_user(call: Call[User]) -> dict[str, Any]:
    """Tell the same to a user's page."""
    return await _rates(call)


async def _rates(call: Call[Any]) -> dict[str, Any]:
    code = call.path["code"].upper()
    currency = currencies().get(code) if len(code) <= MOST_CODE_CHARS else None
    sources = call.context.get(Sources)
    bought = await sources.rates_feed(code) if sources.rates_feed else _bought(await sources.rates.read(), code)
    if bought is None or currency is None:
        raise CurrencyUnknown
    rounded = {name: round(float(value), DECIMALS) for name, value in bought.items()}
    # One published client takes the last member for this one (platform-api 10).
    return {**rounded, "__meta": {"currency": msgspec.to_builtins(currency)}}


def _bought(prices: RatesFile | None, code: str) -> Mapping[str, float] | None:
    """Return how many units of a currency one USD and one of each asset buys, None where its price is not known."""
    if prices is None:
        raise RatesMissing
    price = 1.0 if code == "USD" else prices.currencies.get(code)
    if price is None:
        return None
    return {"USD": 1 / price, **{asset: value / price for asset, value in prices.assets.items()}}


@cache
def currencies() -> dict[str, Currency]:
    """Return the currencies we can name, by their ISO 4217 code."""
    raw = (Path(__file__).parent / "data" / "currencies.json").read_bytes()
    known = msgspec.json.decode(raw, type=dict[str, tuple[str, str, int]])
    return {
        code: Currency(en=name, code=code, symbol=symbol, iso_decimals=decimals)
        for code, (name, symbol, decimals) in known.items()
    }
