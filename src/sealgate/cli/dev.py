"""`sealgate dev`: make the sandbox's developer, demo app and wallet once, then serve.

Whatever is missing is made, and what is there is kept: a start after a crash at any point ends with the same keys,
app and wallet. `dev.env` is written from what the database holds, before the server answers its first call.
"""

import gc
import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sealgate.base.clock import ShiftedClock, SystemClock
from sealgate.base.ids import new_token
from sealgate.base.logs import configure_logs
from sealgate.base.settings import Settings
from sealgate.cli.environment import read_env_file, write_env_file
from sealgate.cli.output import Refused, say

if TYPE_CHECKING:
    from sealgate.cli.sandbox import Sandbox

HANDOVER_S = 5.0
"""How long a start waits for a server on the same folder that is just stopping."""
LEDGER_PATH = "/__dev/ledger"


def run_dev(settings: Settings, *, until_eof: bool = False) -> None:
    """Prepare the sandbox in the data folder and serve it until told to stop.

    Args:
        until_eof: Stop when standard input ends, too: a test runner that is killed leaves nothing behind.

    Raises:
        SealgateError: the folder cannot be used or is in use, its schema is newer, or the port is taken.
    """
    configure_logs(style=settings.log_style, level=settings.log_level)
    folder = Path(settings.data_dir)
    _make_folder(folder)
    from sealgate.infra.folder import sole_use
    from sealgate.web.server import require_port

    # Both before anything is written: `dev.env` belongs to the server that runs.
    require_port(settings)
    if until_eof:
        threading.Thread(target=_stop_with_stdin, daemon=True).start()
    with sole_use(folder, wait_s=HANDOVER_S):
        _run(settings, folder / "dev.env")


def _run(settings: Settings, env_file: Path) -> None:
    # All that a start makes stays: looking through it again and again takes a tenth of the start.
    gc.disable()
    migration = _begin_migration(settings)
    from sealgate.asgi import build
    from sealgate.cli.sandbox import prepare_sandbox
    from sealgate.cli.scripted import ScriptedHand
    from sealgate.web.server import serve

    before = read_env_file(env_file) if env_file.exists() else {}
    admin_token = settings.admin_token or before.get("SEALGATE_ADMIN_TOKEN") or new_token("sga_")
    settings = replace(settings, admin_token=admin_token)
    _end_migration(migration, settings)
    sandbox = prepare_sandbox(settings, now=SystemClock().now())
    clock, hand = ShiftedClock(), ScriptedHand(settings)
    write_env_file(
        env_file,
        {
            "SEALGATE_URL": settings.public_url,
            "SEALGATE_API_KEY": sandbox.api_key,
            "SEALGATE_API_SECRET": sandbox.api_secret,
            "SEALGATE_ADMIN_TOKEN": admin_token,
            "SEALGATE_WALLET_DIR": str(sandbox.wallet_dir),
            "SEALGATE_LEDGER_WS": settings.public_url.replace("http", "ws", 1) + LEDGER_PATH,
            "SEALGATE_LEDGER_RPC": settings.public_url + LEDGER_PATH,
        },
    )
    gc.enable()
    serve(build(settings, clock=clock, hand=hand), settings, on_ready=lambda: _greet(settings, sandbox, env_file))


def _begin_migration(settings: Settings) -> int | None:
    """Bring the database up to date in a child process, and return its ID; None where there is nothing to do.

    The server is loaded meanwhile, and the 15 MB that Alembic loads end with the child.
    """
    from sealgate.infra.migrate import is_current, migrate

    if is_current(settings):
        return None
    child = os.fork()
    if child == 0:
        try:
            migrate(settings)
        except BaseException:
            os._exit(1)
        os._exit(0)
    return child


def _end_migration(child: int | None, settings: Settings) -> None:
    if child is None or os.waitpid(child, 0)[1] == 0:
        return
    from sealgate.infra.migrate import migrate

    migrate(settings)  # which says what is wrong


def _stop_with_stdin() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(13, "no right to read and write there")
    except OSError as problem:
        raise Refused(
            message=f"The data folder {folder} cannot be used: {problem.strerror}.",
            hint="Choose another with --data-dir, or mend its rights.",
        ) from None


def _greet(settings: Settings, sandbox: "Sandbox", env_file: Path) -> None:
    say(
        f"Sealgate is ready at {settings.public_url}",
        "",
        f"  API key      {sandbox.api_key}",
        f"  API secret   {sandbox.api_secret}",
        f"  wallet       alice, {sandbox.account}",
        f"  ledger       {settings.public_url}{LEDGER_PATH}",
        f"  console      {settings.public_url}/console",
        *([f"  web wallet   {settings.public_url}/wallet"] if settings.web_wallet else []),
        f"  reference    {settings.public_url}/docs",
        f"  variables    {env_file}",
        "",
        "In a second terminal, in this folder:",
        "",
        "  sealgate payload create --sign-in     prints the request's ID",
        "  sealgate wallet sign ID",
        "  sealgate payload get ID",
        "",
    )
