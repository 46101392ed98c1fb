"""A whole platform for the tests: `sealgate dev` in a process and a folder of its own."""

import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.local_ca import TlsFiles
from tests.server_process import Server, ServiceNotStarted

SEALGATE = str(Path(sys.executable).parent / "sealgate")
COMMAND_LIMIT_S = 30


class Platform(Server):
    """`sealgate dev` on a free port, with its demo app and its wallet "alice".

    Attributes:
        url: Where it listens.
        env: What it wrote to `dev.env`: SEALGATE_URL, SEALGATE_API_KEY, SEALGATE_API_SECRET and the others.
    """

    name = "sealgate dev"
    goodbye = signal.SIGTERM

    def __init__(
        self,
        folder: Path,
        *,
        arguments: Sequence[str] = (),
        settings: dict[str, str] | None = None,
        tls: TlsFiles | None = None,
    ) -> None:
        # What the developer's shell has set is not the tests' business.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SEALGATE_")}
        inherited |= tls.environ if tls else {}
        super().__init__(folder, environ=inherited | (settings or {}))
        self.data_dir = folder / "data"
        self._scheme = "https" if tls else "http"
        self._tls = tls.context() if tls else None
        self.url = f"{self._scheme}://localhost:{self.port}"
        self.env: dict[str, str] = {}
        self._inherited = inherited
        self._arguments = (*arguments, *(tls.options if tls else ()))

    def command(self) -> Sequence[str]:
        return [SEALGATE, "dev", "--port", str(self.port), "--data-dir", str(self.data_dir), *self._arguments]

    def is_up(self) -> bool:
        try:
            url = f"{self._scheme}://127.0.0.1:{self.port}/readyz"
            with urllib.request.urlopen(url, timeout=2, context=self._tls):
                lines = (self.data_dir / "dev.env").read_text().splitlines()
        except OSError:  # a refused connection, or an answer that is not 200
            return False
        self.env = dict(shlex.split(line)[0].split("=", 1) for line in lines)
        return True

    @property
    def environ(self) -> dict[str, str]:
        """The environment of a developer who loaded `dev.env`."""
        return self._inherited | self.env

    def run(self, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command as a developer does who loaded `dev.env`, and return what it wrote."""
        return subprocess.run(
            command,
            cwd=cwd or self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_LIMIT_S,
            check=False,
        )

    def sealgate(self, *arguments: str) -> dict[str, Any]:
        """Run `sealgate <arguments> --json` and return the object it printed.

        Raises:
            AssertionError: it did not exit with 0; the text is what it wrote on stderr.
        """
        done = self.run(SEALGATE, *arguments, "--json")
        assert done.returncode == 0, f"sealgate {shlex.join(arguments)} exited with {done.returncode}:\n{done.stderr}"
        answer = json.loads(done.stdout)
        assert isinstance(answer, dict), answer
        return answer


def start_platform(
    *,
    database_url: str = "",
    redis_url: str = "",
    arguments: Sequence[str] = (),
    tls: TlsFiles | None = None,
    **settings: str,
) -> Platform:
    """Start a platform with empty data and return it once it is ready.

    Args:
        database_url: A PostgreSQL database; SQLite in the platform's folder without one.
        redis_url: A Redis server; in-process events and counters without one.
        arguments: Further arguments of `sealgate dev`.
        tls: Speak https with these files; commands run by `Platform.run` trust their authority.
        settings: Further settings by name, for example `calls_per_minute="5"`.
    """
    settings |= {"database_url": database_url, "redis_url": redis_url}
    environ = {f"SEALGATE_{name.upper()}": value for name, value in settings.items() if value}
    folder = Path(tempfile.mkdtemp(prefix="sealgate-platform-"))
    platform = Platform(folder, arguments=arguments, settings=environ, tls=tls)
    try:
        platform.start()
    except ServiceNotStarted:
        platform.stop()
        raise
    return platform
