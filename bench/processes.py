"""Servers as child processes, and what they cost: CPU time and memory, read from /proc."""

import contextlib
import os
import random
import resource
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parent.parent
BENCH = ROOT / "bench"
START_LIMIT_S = 60.0
OPEN_FILES = 16_000

_TICKS = os.sysconf("SC_CLK_TCK")


class NotStarted(RuntimeError):
    """A server did not answer; the text shows what it wrote."""


def allow_many_files() -> None:
    """Let this process and its children open enough sockets, as far as the system allows."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def put_before_others(thread: int, *, before: bool = True) -> None:
    """Let a thread run before other programs (SCHED_RR), or no longer, where the system allows it."""
    policy, priority = (os.SCHED_RR, 1) if before else (os.SCHED_OTHER, 0)
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(thread, policy, os.sched_param(priority))


def free_port() -> int:
    """Return a loopback port nobody listens on, below those that Linux gives to outgoing connections."""
    while True:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Process:
    """A server that answers `path` with `status` once it is up. A context manager: it is stopped at the end.

    Args:
        command: What to run; `{port}` stands for the port.
        environ: Added to the environment; `PORT` is there always.

    Attributes:
        started_s: Seconds from its start to its first answer.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        path: str,
        status: int = 200,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.port = free_port()
        self.started_s = 0.0
        self._command = [part.replace("{port}", str(self.port)) for part in command]
        self._path = path
        self._status = b"%d" % status
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("SEALGATE_")}
        # Bytecode is kept between starts, as it is where nobody forbids it.
        inherited.pop("PYTHONDONTWRITEBYTECODE", None)
        self._environ = inherited | {"PORT": str(self.port), "NODE_ENV": "production"} | dict(environ or {})
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by stop
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        started = time.perf_counter()
        self._process = subprocess.Popen(
            self._command, cwd=BENCH, env=self._environ, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log
        )
        while not self._answers():
            if self._process.poll() is not None or time.perf_counter() > started + START_LIMIT_S:
                self.stop()
                raise NotStarted(f"{self.name} did not start: {shlex.join(self._command)}\n{self.log_tail()}")
            time.sleep(0.002)
        self.started_s = time.perf_counter() - started
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._log.close()

    def stop(self) -> None:
        """Stop it, politely at first."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def log_tail(self) -> str:
        """Return the end of what it wrote."""
        self._log.seek(0)
        return self._log.read()[-3000:].decode(errors="replace")

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    def cpu_s(self) -> float:
        """Return the CPU-seconds it has used so far: user and system, all threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory_kib(self, what: str = "Rss") -> int:
        """Return its resident memory; `Pss` counts pages that several processes share in part only."""
        for line in Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith(f"{what}:"):
                return int(line.split()[1])
        raise LookupError(what)

    @contextlib.contextmanager
    def before_others(self) -> Iterator[None]:
        """Run its threads before other programs meanwhile, where the system allows it."""
        threads = [int(task.name) for task in Path(f"/proc/{self.pid}/task").iterdir()]
        for thread in threads:
            put_before_others(thread)
        try:
            yield
        finally:
            for thread in threads:
                put_before_others(thread, before=False)

    def written_bytes(self) -> int:
        """Return the bytes it has caused to be written to disk."""
        for line in Path(f"/proc/{self.pid}/io").read_text().splitlines():
            if line.startswith("write_bytes:"):
                return int(line.split()[1])
        raise LookupError("write_bytes")

    def _answers(self) -> bool:
        request = f"GET {self._path} HTTP/1.1\r\nhost: localhost:{self.port}\r\nconnection: close\r\n\r\n"
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                connection.sendall(request.encode())
                return connection.recv(64).split(b" ", 2)[1] == self._status
        except (OSError, IndexError):
            return False


class Platform(Process):
    """`sealgate dev` in a data folder: SQLite, `synchronous=FULL`, rate limits off."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        command = [
            str(Path(sys.executable).parent / "sealgate"),
            "dev",
            "--port",
            "{port}",
            "--data-dir",
            str(data_dir),
        ]
        super().__init__("sealgate", command, path="/readyz")

    @property
    def env(self) -> dict[str, str]:
        """What it wrote to dev.env."""
        lines = (self.data_dir / "dev.env").read_text().splitlines()
        return dict(shlex.split(line)[0].split("=", 1) for line in lines)

    @property
    def credentials(self) -> dict[str, str]:
        """The demo app's headers."""
        env = self.env
        return {"x-api-key": env["SEALGATE_API_KEY"], "x-api-secret": env["SEALGATE_API_SECRET"]}


PEER_CREDENTIALS = {
    "x-api-key": "5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70",
    "x-api-secret": "0c5b9d2a-4e1f-4c63-9a70-3d8e2f6b1c94",
}
REDIRECT_URI = "http://127.0.0.1/callback"
"""Of every app that people sign in to: an installed program's (RFC 8252, 7.3)."""


def peer(name: str, *, status: int = 404) -> Process:
    """Return a Node server of `peers/`, which answers `/` with `status` once it is up."""
    environ = {
        "BENCH_API_KEY": PEER_CREDENTIALS["x-api-key"],
        "BENCH_API_SECRET": PEER_CREDENTIALS["x-api-secret"],
        "BENCH_REDIRECT_URI": REDIRECT_URI,
    }
    (program,) = (BENCH / "peers").glob(f"{name}.*js")
    return Process(name, ["node", str(program)], path="/", status=status, environ=environ)


def install_peers() -> None:
    """Install the peers from the lock file, unless they are there.

    Raises:
        subprocess.CalledProcessError: npm could not.
    """
    stamp, lock = BENCH / "node_modules" / ".sealgate-stamp", (BENCH / "package-lock.json").read_text()
    if stamp.exists() and stamp.read_text() == lock:
        return
    print("Installing the peers of bench/package-lock.json", file=sys.stderr)
    npm: list[Any] = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(npm, cwd=BENCH, check=True, stdout=sys.stderr)
    stamp.write_text(lock)
