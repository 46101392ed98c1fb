"""What the slice needs in a process beside its routes."""

import asyncio

from sealgate.oauth import service
from sealgate.tokens.signing import TokenKeys
from sealgate.web.context import Context

SWEPT_EVERY_S = 600
BETWEEN_STEPS_S = 0.1


def install(context: Context) -> None:
    """Prepare a process to let people sign in; `tokens` is installed before."""
    context.get(TokenKeys).when_compromised.append(service.end_everything)

    async def keep_sweeping() -> None:
        while True:
            await asyncio.sleep(SWEPT_EVERY_S)
            swept = 1
            while swept:
                swept = await context.db.write(service.forget_old, now=context.clock.now())
                await asyncio.sleep(BETWEEN_STEPS_S)

    context.background.append(keep_sweeping)
