"""PostgreSQL, Redis and Chromium for the tests, from the installed binaries.

Each process that runs tests (each xdist worker, too) starts its own servers on free loopback ports, with their data
in a temporary folder, and stops them when it ends. On Linux they also end when that process is killed.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import psycopg
from psycopg import sql

from tests.server_process import Server, ServiceNotStarted, run_as

S = TypeVar("S", bound=Server)


class PostgresServer(Server):
    """A PostgreSQL server that trusts every loopback connection.

    Attributes:
        url: The maintenance database, `postgresql://postgres@127.0.0.1:<port>/postgres`.
    """

    name = "PostgreSQL"
    goodbye = signal.SIGINT  # "fast": ends sessions instead of waiting for them
    start_again_s = 10.0  # after a kill, the old server's children hold its memory until they notice

    def __init__(self, folder: Path, binaries: Path, owner: pwd.struct_passwd | None, *, durable: bool) -> None:
        super().__init__(folder, owner)
        self._binaries = binaries
        self._durable = durable
        self._made = 0
        initdb: list[str | Path] = [binaries / "initdb", "-D", folder / "data", "-U", "postgres"]
        run_as(owner, [*initdb, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"], cwd=folder)

    @property
    def url(self) -> str:
        return self._url_of("postgres")

    def command(self) -> Sequence[str]:
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.folder,
            "max_connections": 200,
            "shared_buffers": "32MB",
            # Plans are tested: nobody takes statistics of tables that are just empty.
            "autovacuum": "off",
        }
        if not self._durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self._binaries / "postgres"), "-D", str(self.folder / "data"), *flags]

    def is_up(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(self.url, connect_timeout=2).close()
            return True
        return False

    def create_database(self, name: str | None = None, *, template: str = "template1") -> str:
        """Create a database and return its URL. Without a name it gets one of its own.

        Args:
            name: The database's name.
            template: The database to copy; nobody may be connected to it meanwhile.
        """
        self._made += 1
        name = name or f"test_{self._made}"
        self._maintain("CREATE DATABASE {} TEMPLATE {}", name, template)
        return self._url_of(name)

    def drop_database(self, url: str) -> None:
        """Remove the database behind `url`, ending whoever is connected to it."""
        self._maintain("DROP DATABASE IF EXISTS {} WITH (FORCE)", url.rsplit("/", 1)[1])

    def _maintain(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _url_of(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"


class RedisServer(Server):
    """A Redis server that stores nothing on disk. Its `url` is `redis://127.0.0.1:<port>/0`."""

    name = "Redis"
    goodbye = signal.SIGTERM

    def __init__(self, folder: Path, binary: str) -> None:
        super().__init__(folder)
        self._binary = binary

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> Sequence[str]:
        return [self._binary, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]

    def is_up(self) -> bool:
        return self._ask(b"PING") == b"+PONG\r\n"

    def flush(self) -> None:
        """Forget every key."""
        if self._ask(b"FLUSHALL") != b"+OK\r\n":
            raise ServiceNotStarted(f"Redis on port {self.port} does not answer:\n{self.log_tail()}")

    def _ask(self, command: bytes) -> bytes:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
            connection.sendall(command + b"\r\n")
            return connection.recv(64)
        return b""


def start_postgres(*, durable: bool = False, kind: type[PostgresServer] = PostgresServer) -> PostgresServer:
    """Start PostgreSQL on a free port, with an empty cluster.

    Args:
        durable: Keep fsync on, for tests that pull the plug. Off, the whole suite is faster.
        kind: A subclass that starts it in its own way.

    Raises:
        ServiceNotStarted: it is not installed or did not come up.
    """
    binaries = _postgres_binaries()
    owner = _unprivileged_owner()
    folder = Path(tempfile.mkdtemp(prefix="sealgate-postgres-"))
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    return _started(folder, lambda: kind(folder, binaries, owner, durable=durable))


def start_redis() -> RedisServer:
    """Start Redis (or Valkey) on a free port.

    Raises:
        ServiceNotStarted: it is not installed or did not come up.
    """
    binary = shutil.which("redis-server") or shutil.which("valkey-server")
    if binary is None:
        raise ServiceNotStarted("redis-server is not installed: run `make dev-setup` or `apt-get install redis-server`")
    folder = Path(tempfile.mkdtemp(prefix="sealgate-redis-"))
    return _started(folder, lambda: RedisServer(folder, binary))


def chromium_path() -> str | None:
    """Return the Chromium that apt installed; None means Playwright's own, which set-up installs on Ubuntu."""
    return shutil.which("chromium")


def _started(folder: Path, make: Callable[[], S]) -> S:
    try:
        server = make()
        server.start()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return server


def _postgres_binaries() -> Path:
    """Return the folder with the newest installed `initdb` and `postgres`."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    on_path = [Path(found).resolve().parent] if (found := shutil.which("initdb")) else []
    for folder in [*debian, *on_path]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise ServiceNotStarted("PostgreSQL is not installed: run `make dev-setup` or `apt-get install postgresql`")


def _unprivileged_owner() -> pwd.struct_passwd | None:
    """Return who PostgreSQL runs as: it refuses to run as root, so root lends it another user."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServiceNotStarted("PostgreSQL does not run as root, and this machine has no user `postgres` or `nobody`")
