"""Sign requests: create, read, cancel, follow."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any, ParamSpec

from sealgate_client import _calls
from sealgate_client._both import Awaiting, Blocking, Paired, operation
from sealgate_client.subscriptions import AsyncSubscription, Subscription, SubscriptionCalls

if TYPE_CHECKING:
    from sealgate_client.models import CancelOut, CustomMetaIn, OptionsIn, PayloadCreated, PayloadOut, ReceiptOut

P = ParamSpec("P")


class subscribing(Paired[P, Subscription, Coroutine[Any, Any, AsyncSubscription]]):  # noqa: N801 - a decorator
    """A call that ends in a subscription."""


class PayloadCalls(_calls.Group):
    """Sign requests, of the app or of the signed-in user."""

    _subscription: type[SubscriptionCalls]

    @operation
    async def create(
        self,
        request: Mapping[str, Any],
        *,
        options: OptionsIn | None = None,
        custom_meta: CustomMetaIn | None = None,
        user_token: str | None = None,
        idempotency_key: str | None = None,
    ) -> PayloadCreated:
        """Ask for a signature.

        Args:
            request: A transaction with its `TransactionType`, or a whole body with `txjson` or `txblob`.
            options: How it is to be answered: `expire` in minutes, `submit`, `return_url`, `force_network`, …
            custom_meta: `identifier`, `instruction` and `blob` of your own.
            user_token: Sends it to this user's wallet. A signed-in user is sent it anyway.
            idempotency_key: Repeats with the same one are one request. Without it each call makes its own, so that
                trying again after a lost answer asks nobody twice.
        """
        from sealgate_client.models import PayloadCreated

        body = dict(request) if "txjson" in request or "txblob" in request else {"txjson": dict(request)}
        added = {"options": options, "custom_meta": custom_meta, "user_token": user_token}
        body |= {name: value for name, value in added.items() if value is not None}
        headers = {"idempotency-key": idempotency_key or str(uuids.uuid4())}
        call = _calls.Call("POST", "{family}/payload", body=body, headers=headers)
        return PayloadCreated(await self._server.json(call))

    @operation
    async def get(self, uuid: str) -> PayloadOut:
        """Read a request. NotFound where this app has none with this UUID."""
        return await self._get(f"{{family}}/payload/{_calls.segment(uuid)}")

    @operation
    async def get_by_identifier(self, identifier: str) -> PayloadOut:
        """Read a request by the `identifier` that you gave it."""
        return await self._get(f"{{family}}/payload/ci/{_calls.segment(identifier)}")

    async def _get(self, path: str) -> PayloadOut:
        from sealgate_client.models import PayloadOut

        return PayloadOut(await self._server.json(_calls.Call("GET", path)))

    @operation
    async def cancel(self, uuid: str) -> CancelOut:
        """Withdraw a request that no wallet has opened; `result.cancelled` says whether that was so."""
        from sealgate_client.models import CancelOut

        path = f"{{family}}/payload/{_calls.segment(uuid)}"
        return CancelOut(await self._server.json(_calls.Call("DELETE", path)))

    @operation
    async def receipt(self, uuid: str) -> ReceiptOut:
        """Fetch a receipt of a signed request: who signed what and what became of it, signed by the server.

        `verify_receipt` reads it, here or where it is sent. For apps by key and secret.
        """
        from sealgate_client.models import ReceiptOut

        path = f"platform/payload/{_calls.segment(uuid)}/receipt"
        return ReceiptOut(await self._server.json(_calls.Call("GET", path)))

    @subscribing
    async def subscribe(self, uuid: str, *, timeout_s: float | None = None) -> Any:
        """Follow a request to its end.

        Args:
            timeout_s: How long, in seconds; without it as long as it takes.
        """
        return self._subscription(self._server, uuid, None, timeout_s)

    @subscribing
    async def create_and_subscribe(
        self,
        request: Mapping[str, Any],
        *,
        options: OptionsIn | None = None,
        custom_meta: CustomMetaIn | None = None,
        user_token: str | None = None,
        idempotency_key: str | None = None,
        timeout_s: float | None = None,
    ) -> Any:
        """Ask for a signature and follow the request to its end: `create`, then `subscribe`."""
        created = await PayloadCalls.create.of(
            self,
            request,
            options=options,
            custom_meta=custom_meta,
            user_token=user_token,
            idempotency_key=idempotency_key,
        )
        return self._subscription(self._server, created.uuid, created, timeout_s)


class Payloads(PayloadCalls, Blocking):
    """Sign requests, of the app or of the signed-in user."""

    _subscription = Subscription


class AsyncPayloads(PayloadCalls, Awaiting):
    """Sign requests, of the app or of the signed-in user."""

    _subscription = AsyncSubscription
