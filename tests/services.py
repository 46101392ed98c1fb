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
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, TypeVar

import psycopg
from psycopg import sql

START_LIMIT_S = 30
STOP_LIMIT_S = 20

S = TypeVar("S", bound="Server")


class ServiceNotStarted(RuntimeError):
    """A server is not installed or did not come up; the text says which and shows its log."""


def free_port() -> int:
    """Return a loopback TCP port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A child process with a folder, a port and a log. Subclasses say how to run it and when it is up."""

    name: str
    goodbye: signal.Signals

    def __init__(self, folder: Path, owner: pwd.struct_passwd | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        self._owner = owner
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> Sequence[str]:
        """Return the command line, for the port this server has now."""
        raise NotImplementedError

    def is_up(self) -> bool:
        """True once the server answers."""
        raise NotImplementedError

    def start(self) -> None:
        """Start the server and return when it answers, on the port it had before if it ran already.

        Raises:
            ServiceNotStarted: it did not answer within 30 s.
        """
        give_up_at = time.monotonic() + START_LIMIT_S
        log = self.folder / "server.log"
        while time.monotonic() < give_up_at:
            with log.open("ab") as output:
                self._process = _spawn(self.command(), cwd=self.folder, output=output, owner=self._owner)
            while self._process.poll() is None and time.monotonic() < give_up_at:
                if self.is_up():
                    return
                time.sleep(0.02)
            # It ended at once: after a kill, the children of the old server may still be leaving.
            self.kill()
            time.sleep(0.2)
        raise ServiceNotStarted(f"{self.name} did not start on port {self.port}:\n{log.read_text()[-2000:]}")

    def kill(self) -> None:
        """End the server as a power cut would (SIGKILL). `start` brings it back with what it had stored."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(STOP_LIMIT_S)
            self._process = None

    def pause(self) -> None:
        """Stop the server politely and keep its folder. `start` brings it back on the same port."""
        if self._process is not None:
            self._process.send_signal(self.goodbye)
            self._process.wait(STOP_LIMIT_S)
            self._process = None

    def stop(self) -> None:
        """End the server and remove its folder. Calling it again does nothing."""
        try:
            self.pause()
        finally:
            self.kill()
            shutil.rmtree(self.folder, ignore_errors=True)


class PostgresServer(Server):
    """A PostgreSQL server that trusts every loopback connection.

    Attributes:
        url: The maintenance database, `postgresql://postgres@127.0.0.1:<port>/postgres`.
    """

    name = "PostgreSQL"
    goodbye = signal.SIGINT  # "fast": ends sessions instead of waiting for them

    def __init__(self, folder: Path, binaries: Path, owner: pwd.struct_passwd | None, *, durable: bool) -> None:
        super().__init__(folder, owner)
        self._binaries = binaries
        self._durable = durable
        self._made = 0
        initdb: list[str | Path] = [binaries / "initdb", "-D", folder / "data", "-U", "postgres"]
        _run_as(owner, [*initdb, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"], cwd=folder)

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
            raise ServiceNotStarted(f"Redis on port {self.port} does not answer")

    def _ask(self, command: bytes) -> bytes:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
            connection.sendall(command + b"\r\n")
            return connection.recv(64)
        return b""


def start_postgres(*, durable: bool = False) -> PostgresServer:
    """Start PostgreSQL on a free port, with an empty cluster.

    Args:
        durable: Keep fsync on, for tests that pull the plug. Off, the whole suite is faster.

    Raises:
        ServiceNotStarted: it is not installed or did not come up.
    """
    binaries = _postgres_binaries()
    owner = _unprivileged_owner()
    folder = Path(tempfile.mkdtemp(prefix="sealgate-postgres-"))
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    return _started(folder, lambda: PostgresServer(folder, binaries, owner, durable=durable))


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


def _spawn(
    command: Sequence[str], *, cwd: Path, output: IO[bytes], owner: pwd.struct_passwd | None
) -> subprocess.Popen[bytes]:
    """Start a child that Ctrl-C does not reach, and that ends when this process does."""
    if setpriv := shutil.which("setpriv"):
        command = [setpriv, "--pdeathsig", "INT", *command]
    return subprocess.Popen(
        command,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        **_identity(owner),
    )


def _run_as(owner: pwd.struct_passwd | None, command: Sequence[str | Path], *, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, **_identity(owner))
    if done.returncode != 0:
        raise ServiceNotStarted(f"{command[0]} failed:\n{done.stderr[-2000:]}")


def _identity(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    if owner is None:
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
