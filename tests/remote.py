"""Apps and wallets that call a server in another process, over HTTP."""

from collections.abc import Mapping
from typing import Self

import httpx

from sealgate.base.clock import ShiftedClock
from sealgate.base.settings import Settings
from tests.platform import Platform
from tests.wallet_side import WalletSide

_LIMITS = httpx.Limits(max_connections=200, max_keepalive_connections=200)


class Remote(WalletSide):
    """What `WalletSide` offers, of a server elsewhere that may go away and come back: `async with Remote(…)`.

    Args:
        address: Where it listens.
        public_url: Its own name for itself, which signatures cover.
        credentials: API key and secret of an app, as headers.
    """

    def __init__(self, address: str, *, public_url: str, credentials: Mapping[str, str]) -> None:
        self.address = address
        self.settings = Settings(public_url=public_url)
        self.clock = ShiftedClock()
        self._client = httpx.AsyncClient(base_url=address, limits=_LIMITS, timeout=30, trust_env=False)
        self._credentials = dict(credentials)

    @classmethod
    def of(cls, platform: Platform) -> Self:
        """Return the demo app of a platform, for the running event loop."""
        return cls(
            f"http://127.0.0.1:{platform.port}",
            public_url=platform.url,
            credentials={
                "x-api-key": platform.env["SEALGATE_API_KEY"],
                "x-api-secret": platform.env["SEALGATE_API_SECRET"],
            },
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()
