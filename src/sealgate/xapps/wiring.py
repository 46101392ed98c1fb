"""What the slice needs in a process beside its routes."""

import asyncio

from sealgate.web.context import Context
from sealgate.xapps import service

SWEPT_EVERY_S = 600
BETWEEN_STEPS_S = 0.1


def install(context: Context) -> None:
    """Let a process forget old one-time tokens."""

    async def keep_sweeping() -> None:
        while True:
            await asyncio.sleep(SWEPT_EVERY_S)
            forgotten = 1
            while forgotten:
                forgotten = await context.db.write(service.forget_old, now=context.clock.now())
                await asyncio.sleep(BETWEEN_STEPS_S)

    context.background.append(keep_sweeping)
