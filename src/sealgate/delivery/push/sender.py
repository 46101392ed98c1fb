"""Sends the pushes of the outbox: one HTTP call for each device and message, whatever comes of it (RFC 8030)."""

import random
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from sealgate.base.logs import get_logger
from sealgate.delivery.model import Attempt, Claimed, Result
from sealgate.delivery.push.answers import Meaning, headers_of, meaning_of, retry_at, ttl_s
from sealgate.delivery.push.encryption import encrypt
from sealgate.delivery.push.vapid import Vapid, origin_of, subject_of
from sealgate.delivery.schedule import read_retry_after
from sealgate.holders import push
from sealgate.holders.model import Subscription
from sealgate.infra.errors import SealBroken, TargetRefused
from sealgate.infra.outbound import Answer, CallFailed, Outbound
from sealgate.tokens.vapid_key import VapidKey

if TYPE_CHECKING:
    from sealgate.web.context import Context

TIMEOUT_S = 10.0
OK_NOTED_EVERY = timedelta(days=1)

_log = get_logger(__name__)
_decode = msgspec.json.Decoder(dict[str, str]).decode


class PushSender:
    """The `Sender` of the outbox for targets of the kind `push`: devices."""

    def __init__(self, context: "Context", outbound: Outbound) -> None:
        self._db = context.db
        self._clock = context.clock
        self._sealer = context.sealer
        self._outbound = outbound
        self._vapid = Vapid(context.get(VapidKey), subject=subject_of(context.settings))

    async def send(self, claimed: Claimed) -> Result:
        """Wake a device once, and say what came of it.

        A subscription that its push service does not know any more is forgotten. Nothing is sent to a device that was
        revoked or has unsubscribed, nor for an app that was muted, since the message was put on its way.
        """
        began = self._clock.now()
        subscription = await self._db.read(push.find_wakeable, claimed.target_uuid, claimed.app_uuid)
        if subscription is None or (claimed.expires_at is not None and began >= claimed.expires_at):
            return Result(id=claimed.id, state="cancelled")
        try:
            answer = await self._post(subscription, claimed)
        except CallFailed as failure:
            attempt = Attempt(
                number=claimed.attempt,
                at=began,
                latency_ms=failure.latency_ms,
                error=f"{failure.reason}: {failure.message}",
            )
            return self._later(claimed, attempt, retry_after=None, unreachable=True)
        except (TargetRefused, SealBroken) as refusal:
            await self._note(subscription, "refused")
            attempt = Attempt(number=claimed.attempt, at=began, error=refusal.message)
            return self._failed(claimed, attempt, subscription, because=refusal.slug())
        attempt = Attempt.answered(claimed.attempt, answer, at=began)
        meaning = meaning_of(answer.status)
        await self._note(subscription, meaning)
        if meaning == "taken":
            return Result(id=claimed.id, state="delivered", attempt=attempt)
        if meaning == "later":
            return self._later(claimed, attempt, retry_after=answer.headers.get("retry-after"))
        return self._failed(claimed, attempt, subscription, because=meaning)

    async def _post(self, subscription: Subscription, claimed: Claimed) -> Answer:
        now = self._clock.now()
        message = claimed.message or "{}"
        headers = headers_of(
            _decode(message),
            ttl=ttl_s(now, claimed.expires_at),
            authorization=self._vapid.authorization(subscription.endpoint, now=now),
        )
        body = encrypt(message.encode(), p256dh=subscription.p256dh, auth=push.auth_of(subscription, self._sealer))
        return await self._outbound.post(subscription.endpoint, headers=headers, body=body, timeout=TIMEOUT_S)

    async def _note(self, subscription: Subscription, meaning: Meaning) -> None:
        now = self._clock.now()
        if meaning == "gone":
            await self._db.write(push.remove_dead, subscription)
        elif meaning == "refused":
            await self._db.write(push.note_refused, subscription)
        elif meaning == "taken":
            ok_at = subscription.last_ok_at
            # Once a day is enough to know that a subscription lives.
            if subscription.failures or ok_at is None or now - ok_at >= OK_NOTED_EVERY:
                await self._db.write(push.note_delivered, subscription, now=now)

    def _later(
        self, claimed: Claimed, attempt: Attempt, *, retry_after: str | None, unreachable: bool = False
    ) -> Result:
        now = self._clock.now()
        at = retry_at(
            claimed.attempt,
            now,
            jitter=random.random(),  # noqa: S311 - spreads load
            retry_after=read_retry_after(retry_after, now=now),
            expires_at=claimed.expires_at,
        )
        if at is None:
            return Result(id=claimed.id, state="failed", attempt=attempt, unreachable=unreachable)
        return Result(id=claimed.id, state="waiting", next_at=at, attempt=attempt, unreachable=unreachable)

    def _failed(self, claimed: Claimed, attempt: Attempt, subscription: Subscription, *, because: str) -> Result:
        _log.info(
            "push not taken",
            because=because,
            status=attempt.status,
            device=claimed.target_uuid,
            service=origin_of(subscription.endpoint),
        )
        return Result(id=claimed.id, state="failed", attempt=attempt)
