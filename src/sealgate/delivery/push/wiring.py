"""What pushes need in a process: the server's key, read or made when it starts."""

from sealgate.tokens.vapid_key import open_vapid_key
from sealgate.web.context import Context


def install(context: Context) -> None:
    """Have the key by which push services know this server, for wallets that subscribe and for what is sent."""

    async def open_key() -> None:
        context.put(await context.db.write(open_vapid_key, context.sealer, now=context.clock.now()))

    context.starting.append(open_key)
