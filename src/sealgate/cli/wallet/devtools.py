"""A Chromium of one's own, driven over the DevTools protocol: an empty profile, gone with the command."""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import msgspec

from sealgate.cli.output import Refused

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
START_LIMIT_S = 30
ANSWER_LIMIT_S = 30
_PR_SET_PDEATHSIG = 1

# What would otherwise ask, update or call home in an empty profile.
_QUIET = (
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-features=Translate,MediaRouter,OptimizationHints",
    "--password-store=basic",
    "--use-mock-keychain",
    "--disable-dev-shm-usage",
)


class Event(msgspec.Struct, frozen=True):
    """Something the browser tells unasked."""

    method: str
    params: dict[str, Any]


class Gone(Exception):
    """The window was closed, or the browser ended."""


class NotDone(Exception):
    """The browser refused a call: mostly since the document it was meant for is no longer there."""


def find_chromium(named: Path | None) -> Path:
    """Return the browser to start: the one that was named, else the first of the usual names on PATH.

    Raises:
        Refused: there is none.
    """
    if named is not None:
        found = shutil.which(named)
        if found is None:
            raise Refused(
                message=f"{named} is no program that can be started.", hint="Name a Chromium, or leave the path out."
            )
        return Path(found)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    raise Refused(
        message="There is no Chromium on PATH.",
        hint="Install it (Debian: apt-get install chromium), or say where it is: --browser /path/to/chrome.",
    )


@contextlib.contextmanager
def running_chromium(binary: Path, *, headless: bool, size: tuple[int, int]) -> Iterator[str]:
    """Run a Chromium and give the address of its DevTools socket; end it, and remove its profile, afterwards.

    Raises:
        Refused: it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="sealgate-chromium-", ignore_cleanup_errors=True) as folder:
        profile = Path(folder)
        arguments = [*_QUIET, f"--user-data-dir={profile}", "--remote-debugging-port=0"]
        arguments += [f"--window-size={size[0]},{size[1]}", "--app=about:blank"]
        if headless:
            arguments.append("--headless=new")
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            arguments.append("--no-sandbox")  # as root, Chromium starts with no other
        with (profile / "chromium.log").open("wb") as log:
            process = subprocess.Popen(
                [str(binary), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours: the browser is ended once we are done with it
                preexec_fn=_dies_with_us(),
            )
        try:
            yield _address(process, profile)
        finally:
            _end(process)


def _address(process: "subprocess.Popen[bytes]", profile: Path) -> str:
    port_file = profile / "DevToolsActivePort"
    deadline = time.monotonic() + START_LIMIT_S
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            lines = port_file.read_text().split()
            if len(lines) == 2:
                return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.02)
    said = (profile / "chromium.log").read_text(errors="replace").strip().splitlines()
    raise Refused(
        message=f"Chromium did not start: {said[-1][:300] if said else 'it said nothing'}",
        hint="Without a display it needs --headless.",
    )


def _end(process: "subprocess.Popen[bytes]") -> None:
    # The whole group: with the first process alone, others would still write to the profile that is being removed.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _dies_with_us() -> Callable[[], None] | None:
    """Return what lets the child end with this process even where that is killed and cannot clean up."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl  # found before the fork: the child does nothing but call it
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Page:
    """The one page of a browser: calls, and the events that arrive meanwhile, in order."""

    def __init__(self, address: str) -> None:
        from websockets.sync.client import connect

        # A proxy of the environment is not for loopback, a screenful of page may be large, and a browser that thinks
        # about a page for a minute is not gone.
        self._socket = connect(
            address,
            compression=None,
            max_size=64 << 20,
            proxy=None,
            ping_interval=None,
            open_timeout=ANSWER_LIMIT_S,
        )
        self._events: deque[Event] = deque()
        self._calls = 0
        self._session: str | None = None
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(one for one in targets if one["type"] == "page")
        self.call("Target.setDiscoverTargets", {"discover": True})
        self._target: str = page["targetId"]
        self._session = self.call("Target.attachToTarget", {"targetId": self._target, "flatten": True})["sessionId"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def call(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Call a method and return its result.

        Raises:
            NotDone: the browser refuses it.
            Gone: there is no browser any more.
        """
        self._calls += 1
        message: dict[str, Any] = {"id": self._calls, "method": method, "params": params or {}}
        if self._session is not None:
            message["sessionId"] = self._session
        with _while_there():
            self._socket.send(msgspec.json.encode(message).decode())
        deadline = time.monotonic() + ANSWER_LIMIT_S
        while (heard := self._hear(deadline)) is not None:
            if heard.get("id") == message["id"]:
                if "error" in heard:
                    raise NotDone(f"{method}: {heard['error'].get('message')}")
                return dict(heard["result"])
            self._keep(heard)
        raise Refused(message="Chromium does not answer any more.")

    def next_event(self, deadline: float | None) -> Event | None:
        """Return the next event, waiting for it; None when `time.monotonic()` passes the deadline first.

        Raises:
            Gone: there is no page any more.
        """
        while not self._events:
            heard = self._hear(deadline)
            if heard is None:
                return None
            self._keep(heard)
        return self._events.popleft()

    def _hear(self, deadline: float | None) -> dict[str, Any] | None:
        left = None if deadline is None else max(deadline - time.monotonic(), 0)
        with _while_there():
            try:
                return dict(msgspec.json.decode(self._socket.recv(timeout=left)))
            except TimeoutError:
                return None

    def _keep(self, heard: dict[str, Any]) -> None:
        method, params = heard.get("method"), heard.get("params", {})
        if method == "Target.targetDestroyed" and params.get("targetId") == self._target:
            raise Gone
        if method in ("Inspector.targetCrashed", "Target.targetCrashed"):
            raise Refused(message="The page crashed.")
        if method is not None and heard.get("sessionId") == self._session:
            self._events.append(Event(method, params))


@contextlib.contextmanager
def _while_there() -> Iterator[None]:
    from websockets.exceptions import ConnectionClosed

    try:
        yield
    except ConnectionClosed:
        raise Gone from None
