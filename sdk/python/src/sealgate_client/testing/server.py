"""The process of `sealgate dev`: started on a free port, ended with the run, even where that is killed."""

from __future__ import annotations

import contextlib
import http.client
import os
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sealgate_client.errors import SealgateError
from sealgate_client.testing.controls import Controls
from sealgate_client.testing.program import find_program, fingerprint

START_LIMIT_S = 60
STOP_LIMIT_S = 15
TRIES = 3
LOOK_EVERY_S = 0.01


class NotStarted(SealgateError):
    """`sealgate dev` did not come up; the text shows what it said."""


class Server:
    """A running platform of this process's own.

    Args:
        keep: A folder to keep a prepared sandbox in: the next start copies it instead of making one, which takes half
            the time.

    Attributes:
        env: What the platform wrote to its `dev.env`.
        took_s: Seconds from the start of the process to its first answer.

    Raises:
        NotStarted: it ended, or did not answer within a minute.
        Misconfigured: there is no program to start.
    """

    def __init__(self, *, keep: Path | None = None, arguments: Sequence[str] = ()) -> None:
        program = find_program()
        self._kept = None if keep is None else keep / f"sandbox-{fingerprint(program)}"
        self._folder = Path(tempfile.mkdtemp(prefix="sealgate-test-"))
        self._data, self.log = self._folder / "data", self._folder / "server.log"
        self.env: dict[str, str] = {}
        self.took_s = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        try:
            if self._kept is None or not self._starts_from(self._kept, program, arguments):
                self._start(program, arguments)
        except BaseException:
            self.stop(keep=False)
            raise

    def stop(self, *, keep: bool = True) -> None:
        """End the process and remove what it stored. Calling it again does nothing.

        Args:
            keep: Leave a prepared sandbox for the next start, unless there is one.
        """
        process, self._process = self._process, None
        if process is not None:
            wanted = keep and self._kept is not None and not self._kept.exists()
            if wanted and self._reset():
                self._end(process)
                self._leave()
            else:
                process.kill()
            process.wait(STOP_LIMIT_S)
            assert process.stdin is not None
            process.stdin.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def said_since(self, offset: int, *, most: int = 4000) -> str:
        """Return the end of what the server wrote from a place in its log on."""
        with contextlib.suppress(OSError), self.log.open("rb") as log:
            log.seek(offset)
            return log.read().decode(errors="replace")[-most:]
        return ""

    def _starts_from(self, kept: Path, program: Sequence[str], arguments: Sequence[str]) -> bool:
        if not kept.is_dir():
            return False
        try:
            shutil.copytree(kept, self._data)
            self._start(program, arguments)
            # What another version left may start and yet have no way back.
            if self._reset():
                return True
        except (OSError, NotStarted):
            pass
        if self._process is not None:
            self._process.kill()
            self._process.wait(STOP_LIMIT_S)
        shutil.rmtree(self._data, ignore_errors=True)
        shutil.rmtree(kept, ignore_errors=True)
        return False

    def _start(self, program: Sequence[str], arguments: Sequence[str]) -> None:
        for attempt in range(TRIES):
            if self._comes_up(program, arguments):
                return
            said = self.said_since(0)
            # Somebody may have taken the port between our look and the server's.
            if "port" not in said.lower() or attempt == TRIES - 1:
                raise NotStarted(f"`{shlex.join(program)} dev` did not start:\n{said}", code="not_started")

    def _comes_up(self, program: Sequence[str], arguments: Sequence[str]) -> bool:
        port = _free_port()
        began = time.monotonic()
        # What the developer's shell has set is not the sandbox's business.
        environ = {name: value for name, value in os.environ.items() if not name.startswith("SEALGATE_")}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*program, "dev", "--port", str(port), "--data-dir", str(self._data), "--until-eof", *arguments],
                cwd=self._folder, env=environ, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        while self._process.poll() is None and time.monotonic() < began + START_LIMIT_S:
            if _is_ready(port):
                self.took_s = time.monotonic() - began
                self.env = _read(self._data / "dev.env")
                return True
            time.sleep(LOOK_EVERY_S)
        self._process.kill()
        self._process.wait(STOP_LIMIT_S)
        return False

    def _reset(self) -> bool:
        try:
            with contextlib.closing(Controls(self.env["SEALGATE_URL"], self.env["SEALGATE_ADMIN_TOKEN"])) as controls:
                controls.dev("POST", "/reset")
        except SealgateError:
            return False
        return True

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        process.terminate()
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()

    def _leave(self) -> None:
        """Put the sandbox where the next start finds it; of several runs that end at once, the first one does."""
        assert self._kept is not None
        with contextlib.suppress(OSError):
            beside = Path(tempfile.mkdtemp(prefix=f"{self._kept.name}-", dir=self._kept.parent))
            try:
                shutil.copytree(self._data, beside, dirs_exist_ok=True)
                beside.rename(self._kept)
            except OSError:
                shutil.rmtree(beside, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _read(env_file: Path) -> dict[str, str]:
    lines = env_file.read_text().splitlines()
    return dict(shlex.split(line)[0].split("=", 1) for line in lines if "=" in line)
