"""One attempt at a webhook: prepared, sent through the guard, judged."""

import random
from datetime import datetime
from typing import TYPE_CHECKING

from sealgate.apps import webhooks
from sealgate.delivery import bodies, failing
from sealgate.delivery.endpoints import EndpointDirectory, Receiver
from sealgate.delivery.model import MAX_ERROR_CHARS, Attempt, Claimed, Result
from sealgate.delivery.schedule import Verdict, judge
from sealgate.infra.outbound import Answer, CallFailed, Outbound, TargetRefused

if TYPE_CHECKING:
    from sealgate.web.context import Context


class WebhookSender:
    """Sends events to webhook endpoints; notes what that says about the endpoint."""

    def __init__(self, context: "Context", outbound: Outbound) -> None:
        self._db = context.db
        self._clock = context.clock
        self._outbound = outbound
        self._endpoints = EndpointDirectory(context)
        self._waits_s = context.settings.webhook_waits_s

    async def send(self, claimed: Claimed) -> Result:
        """Try once; as `Sender.send`."""
        now = self._clock.now()
        receiver = await self._endpoints.find(claimed.target_uuid, now=now)
        if receiver is None or claimed.event is None:
            return Result(id=claimed.id, state="cancelled")
        if receiver.endpoint.paused_at is not None or receiver.app.disabled:
            return Result(id=claimed.id, state="held")
        prepared = bodies.build(
            claimed.event,
            receiver.endpoint.url,
            receiver.signers,
            # Receivers refuse what is old by their own clock, and only the sandbox's clock is moved.
            now=self._clock.elsewhere(),
            attempt=claimed.attempt,
        )
        answer: Answer | None = None
        failure: CallFailed | TargetRefused | None = None
        try:
            answer = await self._outbound.post(receiver.endpoint.url, headers=prepared.headers, body=prepared.body)
        except (CallFailed, TargetRefused) as problem:
            failure = problem
        verdict = judge(
            answer.status if answer is not None else None,
            answer.headers.get("retry-after") if answer is not None else None,
            attempt=claimed.attempt,
            schedule=receiver.app.webhook_schedule,
            now=self._clock.now(),
            chance=random.random(),  # noqa: S311 - spreads load
            refused=isinstance(failure, TargetRefused),
            waits_s=self._waits_s,
        )
        await self._note(receiver, verdict)
        return Result(
            id=claimed.id,
            state=verdict.state,
            next_at=verdict.next_at,
            attempt=_attempt(claimed, answer, failure, began=now),
            unreachable=isinstance(failure, CallFailed),
            quiet_until=verdict.hold_until,
        )

    async def _note(self, receiver: Receiver, verdict: Verdict) -> None:
        endpoint, now = receiver.endpoint, self._clock.now()
        if verdict.state == "delivered":
            if endpoint.failing_since is not None:
                await self._db.write(webhooks.note_success, endpoint.uuid)
                self._endpoints.forget(endpoint.uuid)
            return
        noted = await self._db.write(failing.note_failure, endpoint.uuid, pause=verdict.pause, now=now)
        self._endpoints.note(noted, receiver)


def _attempt(
    claimed: Claimed, answer: Answer | None, failure: CallFailed | TargetRefused | None, *, began: datetime
) -> Attempt:
    if answer is not None:
        return Attempt.answered(claimed.attempt, answer, at=began)
    assert failure is not None
    return Attempt(
        number=claimed.attempt,
        at=began,
        latency_ms=failure.latency_ms if isinstance(failure, CallFailed) else None,
        error=failure.message[:MAX_ERROR_CHARS],
    )
