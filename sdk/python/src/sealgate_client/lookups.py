"""What an app asks about the world: rates, networks, assets, accounts, transactions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sealgate_client import _calls
from sealgate_client._both import Awaiting, Blocking, operation

if TYPE_CHECKING:
    from sealgate_client.models import AccountMeta, AssetsOut, Hook, NftokenOut, Rail, TransactionOut

_ADDRESS = re.compile(r"r[1-9A-HJ-NP-Za-km-z]{24,34}")


class LookupCalls(_calls.Group):
    """Look-ups. The server answers from its operator's files and feeds, and from ledger nodes."""

    @operation
    async def rates(self, currency: str) -> dict[str, Any]:
        """Return what one USD, XRP, … buys of a currency (ISO 4217, such as `EUR`); `__meta` describes the currency."""
        rates: dict[str, Any] = await self._get(f"{{family}}/rates/{_calls.segment(currency)}")
        return rates

    @operation
    async def rails(self) -> dict[str, Rail]:
        """Return the networks that this server knows, by key."""
        from sealgate_client.models import Rail

        rails = await self._server.json(_calls.Call("GET", "platform/rails", anonymous=True))
        return {key: Rail(rail) for key, rail in rails.items()}

    @operation
    async def curated_assets(self) -> AssetsOut:
        """Return the issuers that the server's operator vouches for."""
        from sealgate_client.models import AssetsOut

        return AssetsOut(await self._get("{family}/curated-assets"))

    @operation
    async def hook_hashes(self) -> dict[str, Hook]:
        """Return what is known of hooks, by hash."""
        from sealgate_client.models import Hook

        return {key: Hook(hook) for key, hook in (await self._get("{family}/hookhash")).items()}

    @operation
    async def hook_hash(self, hash: str) -> Hook:
        """Return what is known of a hook."""
        from sealgate_client.models import Hook

        return Hook(await self._get(f"{{family}}/hookhash/{_calls.segment(hash)}"))

    @operation
    async def kyc_status(self, of: str) -> str:
        """Tell whether somebody was identified: `NONE`, `IN_PROGRESS`, `REJECTED` or `SUCCESSFUL`.

        Args:
            of: An account, of which only `NONE` and `SUCCESSFUL` are known; or a user token of this app.
        """
        if _ADDRESS.fullmatch(of):
            told = await self._server.json(_calls.Call("GET", f"platform/kyc-status/{of}", anonymous=True))
            return "SUCCESSFUL" if told["kycApproved"] else "NONE"
        told = await self._server.json(_calls.Call("POST", "platform/kyc-status", body={"user_token": of}))
        return str(told["kycStatus"])

    @operation
    async def transaction(self, hash: str) -> TransactionOut:
        """Return a transaction with who gained and who lost by it, from a node of the app's network."""
        from sealgate_client.models import TransactionOut

        return TransactionOut(await self._get(f"{{family}}/xrpl-tx/{_calls.segment(hash)}"))

    @operation
    async def account_meta(self, account: str) -> AccountMeta:
        """Return what is known of an account. For apps by key and secret."""
        from sealgate_client.models import AccountMeta

        return AccountMeta(await self._get(f"platform/account-meta/{_calls.segment(account)}"))

    @operation
    async def nftoken(self, id: str) -> NftokenOut:
        """Return what an NFToken's number says. For signed-in users."""
        from sealgate_client.models import NftokenOut

        return NftokenOut(await self._get(f"jwt/nftoken-detail/{_calls.segment(id)}"))

    async def _get(self, path: str) -> Any:
        return await self._server.json(_calls.Call("GET", path))


class Lookups(LookupCalls, Blocking):
    """Look-ups. The server answers from its operator's files and feeds, and from ledger nodes."""


class AsyncLookups(LookupCalls, Awaiting):
    """Look-ups. The server answers from its operator's files and feeds, and from ledger nodes."""
