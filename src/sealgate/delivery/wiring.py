"""Puts the outbox into a process: what `asgi.py` calls."""

import asyncio
from typing import TYPE_CHECKING

from sealgate.delivery.model import Sender, TargetKind
from sealgate.delivery.outbox import Outbox
from sealgate.delivery.pruning import Pruning
from sealgate.delivery.push import wiring as push
from sealgate.infra.outbound import Outbound

if TYPE_CHECKING:
    from sealgate.web.context import Context


def install(context: "Context") -> None:
    """Add the outbox, its metrics and its loops to a process with an `AppDirectory` and `WebhookKeys`.

    Where workers stand apart (the setting `outbox_in_server`), a server records and shows, and sends nothing.
    """
    push.install(context)
    outbound = Outbound.from_settings(context.settings)
    context.put(outbound)
    outbox = Outbox(context)
    senders: dict[TargetKind, Sender] = {}

    async def send() -> None:
        if not senders:
            # What sends is loaded when the server answers already.
            from sealgate.delivery.push.sender import PushSender
            from sealgate.delivery.sender import WebhookSender

            senders.update({"webhook": WebhookSender(context, outbound), "push": PushSender(context, outbound)})
        try:
            await outbox.run(senders)
        except asyncio.CancelledError:
            await outbound.close()
            raise

    if context.settings.outbox_in_server or not context.settings.database_url:
        context.background.append(send)
    context.background += [outbox.keep_looking, Pruning(context).keep_pruning]
    _show(context, outbox)


def _show(context: "Context", outbox: Outbox) -> None:
    metrics = context.metrics
    metrics.gauge(
        "sealgate_deliveries_waiting",
        "Deliveries that are to be sent, now or later, in all processes.",
        lambda: outbox.backlog.waiting,
    )
    metrics.gauge(
        "sealgate_deliveries_held", "Deliveries for paused endpoints, in all processes.", lambda: outbox.backlog.held
    )
    metrics.gauge(
        "sealgate_deliveries_oldest_seconds",
        "Age of the oldest delivery that is due or being sent, in all processes.",
        outbox.oldest_s,
    )
    for outcome in outbox.attempts:
        metrics.counter(
            f"sealgate_delivery_attempts_{outcome}_total",
            f"Attempts of this process that ended so: {outcome}.",
            lambda outcome=outcome: outbox.attempts[outcome],  # type: ignore[misc]
        )
