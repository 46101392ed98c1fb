"""Where the server is and with which credentials: the environment, else `./.sealgate/dev.env` (design 5)."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from sealgate.cli.output import Refused

DEV_ENV = Path(".sealgate") / "dev.env"
NAMES = (
    "SEALGATE_URL",
    "SEALGATE_API_KEY",
    "SEALGATE_API_SECRET",
    "SEALGATE_ADMIN_TOKEN",
    "SEALGATE_WALLET_DIR",
    "SEALGATE_LEDGER_WS",
    "SEALGATE_LEDGER_RPC",
)


class Environment:
    """The variables a command may read, each looked up first in the environment, then in the dev file."""

    def __init__(self, environ: Mapping[str, str] | None = None, *, dev_env: Path = DEV_ENV) -> None:
        self._environ = os.environ if environ is None else environ
        self._dev_env = dev_env
        self._file: dict[str, str] | None = None

    def get(self, name: str) -> str | None:
        """Return the variable's value, or None where neither place has it."""
        value = self._environ.get(name)
        if value:
            return value
        if self._file is None:
            self._file = read_env_file(self._dev_env) if self._dev_env.is_file() else {}
        return self._file.get(name)

    def need(self, name: str, what: str) -> str:
        """Return the variable's value.

        Raises:
            Refused: it is set nowhere.
        """
        value = self.get(name)
        if value is None:
            raise Refused(
                message=f"This command needs {what}: {name} is neither in the environment nor in {self._dev_env}.",
                hint="Start `sealgate dev` in this folder, or source the dev.env it wrote.",
            )
        return value

    @property
    def url(self) -> str:
        """The server's origin, without a trailing slash."""
        return self.need("SEALGATE_URL", "the address of a server").rstrip("/")

    @property
    def wallet_dir(self) -> Path:
        """The folder that holds the wallets of `sealgate wallet`."""
        found = self.get("SEALGATE_WALLET_DIR")
        if found:
            return Path(found)
        return self.config_dir / "wallets"

    @property
    def config_dir(self) -> Path:
        """The folder that keeps what belongs to this user of this machine."""
        return Path(self._environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "sealgate"


def read_env_file(path: Path) -> dict[str, str]:
    """Return the variables of a file of `KEY=value` lines that a POSIX shell can source.

    Raises:
        Refused: it cannot be read, or is damaged.
    """
    found: dict[str, str] = {}
    try:
        for line in path.read_text().splitlines():
            name, separator, value = line.partition("=")
            if separator and not line.startswith("#"):
                found[name.strip()] = " ".join(shlex.split(value))
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "it is damaged"
        raise Refused(
            message=f"The file {path} cannot be read: {reason}.",
            hint="`sealgate dev` writes it anew once it is out of the way; a new one has a new admin token.",
        ) from None
    return found


def write_env_file(path: Path, values: Mapping[str, str]) -> None:
    """Write the variables atomically, readable by the owner alone."""
    write_private_file(path, "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items()).encode())


def write_private_file(path: Path, content: bytes) -> None:
    """Write a file atomically, readable by the owner alone."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
