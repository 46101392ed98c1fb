"""The worker: the background loops of the server without its routes, beside servers that share PostgreSQL.

Every loop is safe to run in several processes at once, so the servers keep running theirs: a worker takes load off
them and goes on while they restart.
"""

import asyncio
import signal

import msgspec

from sealgate.asgi import build
from sealgate.base.logs import get_logger
from sealgate.base.settings import Settings

_log = get_logger("worker")


def run_worker(settings: Settings) -> None:
    """Run the loops until SIGTERM or SIGINT."""
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    # Whatever servers leave to workers is done here.
    life = build(msgspec.structs.replace(settings, outbox_in_server=True)).life
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await life.start()
    _log.info("ready")
    try:
        await stop.wait()
    finally:
        await life.stop()
