"""A server that a test starts, kills and stops: a child process with a folder, a port and a log of its own."""

import contextlib
import pwd
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

START_LIMIT_S = 30
STOP_LIMIT_S = 20


class ServiceNotStarted(RuntimeError):
    """A server is not installed or did not come up; the text says which and shows its log."""


def free_port() -> int:
    """Return a loopback TCP port nobody listens on now.

    It lies below the ports that Linux gives to outgoing connections: while a killed server is away, a client that
    calls again and again would otherwise get the server's port for its own end, and talk to itself.
    """
    while True:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port


class Server:
    """A child process with a folder, a port and a log. Subclasses say how to run it and when it is up."""

    name: str
    goodbye: signal.Signals
    start_again_s = 0.0
    """How long a start that ends at once is tried again."""

    def __init__(
        self, folder: Path, owner: pwd.struct_passwd | None = None, environ: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self._owner = owner
        self._environ = environ
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
        started_at = time.monotonic()
        log = self.folder / "server.log"
        while True:
            with log.open("ab") as output:
                self._process = _spawn(self.command(), self.folder, output, self._owner, self._environ)
            while self._process.poll() is None and time.monotonic() < started_at + START_LIMIT_S:
                if self.is_up():
                    return
                time.sleep(0.02)
            self.kill()
            if time.monotonic() > started_at + self.start_again_s:
                raise ServiceNotStarted(f"{self.name} did not start on port {self.port}:\n{self.log_tail()}")
            time.sleep(0.2)

    @property
    def pid(self) -> int:
        """The process that runs now."""
        assert self._process is not None, f"{self.name} does not run"
        return self._process.pid

    def log_tail(self) -> str:
        """Return the end of what the server wrote."""
        return (self.folder / "server.log").read_text(errors="replace")[-4000:]

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

    def stop(self, *, keep: bool = False) -> None:
        """End the server and remove its folder, or keep that. Calling it again does nothing."""
        try:
            self.pause()
        finally:
            self.kill()
            if not keep:
                shutil.rmtree(self.folder, ignore_errors=True)


def _spawn(
    command: Sequence[str],
    folder: Path,
    output: IO[bytes],
    owner: pwd.struct_passwd | None,
    environ: Mapping[str, str] | None,
) -> subprocess.Popen[bytes]:
    """Start a child that Ctrl-C does not reach, and that ends when this process does."""
    # Linux means the thread that starts it, not the process: a thread of a pool that ends takes the server with it.
    if setpriv := shutil.which("setpriv"):
        command = [setpriv, "--pdeathsig", "INT", *command]
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        **_identity(owner),
    )


def run_as(owner: pwd.struct_passwd | None, command: Sequence[str | Path], *, cwd: Path) -> None:
    """Run a command to its end as `owner`.

    Raises:
        ServiceNotStarted: it failed; the text is what it wrote on stderr.
    """
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, **_identity(owner))
    if done.returncode != 0:
        raise ServiceNotStarted(f"{command[0]} failed:\n{done.stderr[-2000:]}")


def _identity(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    if owner is None:
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
