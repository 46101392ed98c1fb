"""What the wallet API needs in a process beside its routes."""

from sealgate.holders.directory import DeviceDirectory
from sealgate.tokens.view_key import open_view_keys
from sealgate.wallet.web_app_files import WebAppFiles
from sealgate.web.context import Context


def install(context: Context) -> DeviceDirectory:
    """Prepare a process to serve wallets: the directory of devices, and the keys that sign views.

    The keys are read, or made, when the server starts. The directory is there at once; it is returned for whoever
    recognises devices.
    """
    directory = DeviceDirectory(context.db, context.bus)
    context.put(directory)
    context.background.append(directory.follow)
    context.put(WebAppFiles(context.settings))

    async def open_keys() -> None:
        context.put(await context.db.write(open_view_keys, context.sealer, now=context.clock.now()))

    context.starting.append(open_keys)
    return directory
