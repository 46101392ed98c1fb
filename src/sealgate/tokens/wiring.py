"""What the slice needs in a process beside its routes."""

import asyncio

from sealgate.tokens import deny_list
from sealgate.tokens.signing import TokenKeys
from sealgate.tokens.verifying import TokenVerifier
from sealgate.tokens.webhook_key import open_webhook_keys
from sealgate.web.context import Context

PRUNED_EVERY_S = 600


def install(context: Context) -> TokenVerifier:
    """Prepare a process to sign and verify tokens; return who verifies, for whoever recognises users.

    The context gets a `TokenKeys` and a `TokenVerifier` at once; the keys are read, or the first is made, at the start.
    """
    keys = TokenKeys(context.db, context.bus, context.sealer, context.clock)
    verifier = TokenVerifier(keys, context.db, context.bus, context.settings.issuer_url)
    context.put(keys)
    context.put(verifier)

    async def start() -> None:
        verifier.listen()
        await keys.start()
        context.put(await context.db.write(open_webhook_keys, context.sealer, now=context.clock.now()))

    async def keep_pruning() -> None:
        while True:
            await asyncio.sleep(PRUNED_EVERY_S)
            await context.db.write(deny_list.prune, now=context.clock.now())

    context.starting.append(start)
    context.background += [keys.follow, keys.keep_tending, keep_pruning]
    return verifier
