"""What the slice needs in a process beside its routes."""

import asyncio

from sealgate.console import service
from sealgate.console.counting import Counting
from sealgate.web.context import Context

SWEPT_EVERY_S = 3600


def install(context: Context) -> None:
    """Add the console's loops to a process."""
    counting = Counting(context)
    context.put(counting)

    async def keep_sweeping() -> None:
        while True:
            await asyncio.sleep(SWEPT_EVERY_S)
            await context.db.write(service.forget_old, now=context.clock.now())

    context.background += [keep_sweeping, counting.keep_counting, counting.keep_forgetting]
