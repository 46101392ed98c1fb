"""`sealgate login`, `whoami` and `logout` against a real platform; alice's wallet signs on the page they point to."""

import json
import os
import pty
import re
import shlex
import signal
import sqlite3
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Self

import httpx
import pytest

from sealgate.cli.output import Refused
from sealgate.cli.sign_in import Provider
from tests.compat.stage import Alice
from tests.compat.tab import Tab
from tests.platform import SEALGATE, Platform, start_platform

LIMIT_S = 60
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """A running `sealgate dev` with empty data."""
    started = start_platform()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def alice(platform: Platform) -> Iterator[Alice]:
    """The person with the wallet."""
    person = Alice(platform)
    yield person
    person.leaves()


@pytest.fixture(scope="module")
def signed_in(platform: Platform, alice: Alice, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[SignedIn]":
    """A terminal where alice signed in to the demo app."""
    opened = Terminal(platform, tmp_path_factory.mktemp("config"))
    yield SignedIn(opened, opened.signs_in(alice))
    opened.close()


@pytest.fixture(scope="module")
def printed(platform: Platform, alice: Alice, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[SignedIn]":
    """A terminal where alice signed in to another app, for a script."""
    app = platform.sealgate(
        "app", "create", "--name", "Terminal app", "--type", "native", "--grant-type", "device_code"
    )
    opened = Terminal(platform, tmp_path_factory.mktemp("config"))
    options = ("--json", "--client-id", app["api_key"], "--issuer", platform.url)
    yield SignedIn(opened, opened.signs_in(alice, *options), app["api_key"])
    opened.close()


@pytest.fixture
def terminal(platform: Platform, tmp_path: Path) -> "Iterator[Terminal]":
    """A terminal of somebody who has not signed in."""
    opened = Terminal(platform, tmp_path)
    yield opened
    opened.close()


class Terminal:
    """A terminal with a configuration folder of its own."""

    def __init__(self, platform: Platform, config: Path) -> None:
        self.platform = platform
        self.environ = platform.environ | {"XDG_CONFIG_HOME": str(config), "COLUMNS": "100"}
        self.file = config / "sealgate" / "login.json"
        self.tab = Tab(platform.url)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command until it ends."""
        return subprocess.run(
            [SEALGATE, *arguments], env=self.environ, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=LIMIT_S, check=False,
        )  # fmt: skip

    def begins(self, *arguments: str) -> "Begun":
        """Run `sealgate login` until it shows its link."""
        return Begun([SEALGATE, "login", *arguments], self.environ)

    def pastes(self, script: str) -> "Begun":
        """Run a script that signs in until the link is shown."""
        path = f"{Path(SEALGATE).parent}{os.pathsep}{self.environ['PATH']}"
        return Begun(["bash", "-euc", script], self.environ | {"PATH": path})

    def signs_in(self, alice: Alice, *arguments: str) -> str:
        """Sign alice in and return what the command printed on stdout."""
        with self.begins(*arguments) as login:
            self.tab.approve_device(login.link, alice)
            return login.ends(0)

    def has(self, access_token: str) -> None:
        """Let a login of the demo app be there that cannot be renewed."""
        self.file.parent.mkdir(mode=0o700)
        kept = {
            "issuer": self.platform.url, "client_id": self.platform.env["SEALGATE_API_KEY"], "account": "rAlice",
            "access_token": access_token, "refresh_token": None, "expires_at": int(time.time()) + 3600,
        }  # fmt: skip
        self.file.write_text(json.dumps(kept))

    def counts(self, access_token: str) -> bool:
        """Tell whether the platform still takes a token."""
        headers = {"authorization": f"Bearer {access_token}"}
        return httpx.get(f"{self.platform.url}/api/v1/jwt/ping", headers=headers).status_code == 200

    def close(self) -> None:
        """Close the browser tab."""
        self.tab.close()


@dataclass(frozen=True)
class SignedIn:
    """A terminal after `sealgate login`, what that printed, and the app it signed in to."""

    terminal: Terminal
    said: str
    app: str = ""


class Begun:
    """A `sealgate login` that waits."""

    def __init__(self, command: list[str], environ: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._limit = threading.Timer(LIMIT_S, self.process.kill)
        self._limit.start()
        assert self.process.stderr is not None
        self.said = ""
        while "must show the code" not in self.said:
            line = self.process.stderr.readline()
            assert line, f"sealgate login ended before it showed a link:\n{self.said}"
            self.said += line
        self.link = re.findall(r"http\S+", self.said)[0]
        self.user_code = re.findall(r"\b[A-Z]{4}-[A-Z]{4}\b", self.said)[-1]

    def ends(self, code: int) -> str:
        """Wait for its end and return its stdout."""
        out, err = self.process.communicate()
        self.said += err
        assert self.process.returncode == code, self.said + out
        return out

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._limit.cancel()
        self.process.kill()
        self.process.communicate()


def lets_expire(platform: Platform) -> None:
    """Make every device that waits too late; the clock of a process cannot be moved."""
    database = sqlite3.connect(platform.data_dir / "sealgate.db", timeout=10)
    try:
        with database:
            assert database.execute("UPDATE oauth_device_requests SET expires_at = created_at + 1").rowcount > 0
    finally:
        database.close()


class TestLogin:
    def test_signs_in_whoever_approves_it_with_a_wallet(self, signed_in, alice):
        file = signed_in.terminal.file

        assert f"Signed in as {alice.account}" in signed_in.said
        assert json.loads(file.read_text())["account"] == alice.account
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700

    def test_shows_the_code_that_stands_on_the_page(self, terminal, alice):
        with terminal.begins() as login:
            page = terminal.tab.get(login.link).text

            assert login.user_code in page
            assert "sealgate on " in page

    def test_prints_the_tokens_and_keeps_nothing_where_json_is_asked_for(self, printed, alice):
        tokens = json.loads(printed.said)

        assert tokens["account"] == alice.account
        assert printed.terminal.counts(tokens["access_token"])
        assert not printed.terminal.file.exists()

    def test_takes_another_app_and_its_provider_by_option(self, printed):
        tokens = json.loads(printed.said)

        assert (tokens["client_id"], tokens["issuer"]) == (printed.app, printed.terminal.platform.url)
        assert tokens["refresh_token"] is None  # the app has no such grant

    def test_ends_the_login_it_replaces(self, terminal, alice):
        earlier = alice.signs_in()
        terminal.has(earlier)

        terminal.signs_in(alice)

        assert json.loads(terminal.file.read_text())["account"] == alice.account
        assert not terminal.counts(earlier)

    def test_says_that_it_was_declined(self, terminal, alice):
        with terminal.begins() as login:
            page = terminal.tab.get(login.link)
            hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text))
            terminal.tab.get("/device", {**hidden, "answer": "no"})

            assert login.ends(1) == ""

        assert "declined" in login.said
        assert not terminal.file.exists()

    def test_says_that_nobody_came_in_time(self, terminal):
        with terminal.begins() as login:
            lets_expire(terminal.platform)

            assert login.ends(1) == ""

        assert "expired" in login.said
        assert "sealgate login" in login.said

    def test_stops_when_it_is_interrupted(self, terminal):
        with terminal.begins() as login:
            login.process.send_signal(signal.SIGINT)

            login.ends(130)

        assert "Traceback" not in login.said
        assert not terminal.file.exists()

    def test_says_what_an_app_without_the_device_grant_lacks(self, terminal):
        app = terminal.platform.sealgate("app", "create", "--name", "No devices", "--type", "native")

        refused = terminal.run("login", "--client-id", app["api_key"])

        assert refused.returncode == 1
        assert "--grant-type device_code" in refused.stderr

    def test_says_that_an_address_is_no_provider(self, terminal):
        refused = terminal.run("login", "--issuer", f"{terminal.platform.url}/docs")

        assert refused.returncode == 1
        assert "OpenID provider" in refused.stderr

    def test_goes_by_the_name_the_provider_gives_itself(self, terminal):
        refused = terminal.run("login", "--issuer", terminal.platform.url.replace("localhost", "127.0.0.1"))

        assert refused.returncode == 1
        assert f"--issuer {terminal.platform.url}" in refused.stderr


class TestAtATerminal:
    def test_shows_a_qr_code_and_counts_down_until_it_is_interrupted(self, terminal):
        line, far_end = pty.openpty()
        login = subprocess.Popen(
            [SEALGATE, "login"], env=terminal.environ, stdin=far_end, stdout=far_end, stderr=far_end
        )
        os.close(far_end)
        limit = threading.Timer(LIMIT_S, login.kill)
        limit.start()
        try:
            shown = b""
            while b" left" not in shown:
                shown += os.read(line, 4096)
            login.send_signal(signal.SIGINT)
            code = login.wait()
        finally:
            limit.cancel()
            login.kill()
            login.wait()
            os.close(line)

        assert code == 130
        assert "█" in shown.decode(errors="replace")
        assert re.search(r"Waiting for your wallet, (10:00|9:\d\d) left", shown.decode(errors="replace"))


class TestPolling:
    def test_gets_slower_each_time_the_provider_says_so(self, platform):
        paused: list[float] = []

        def pause(seconds: float) -> None:
            paused.append(seconds)  # and no time passes, which is too fast for the provider
            if len(paused) == 4:
                raise KeyboardInterrupt

        with Provider(platform.url) as provider:
            waiting = provider.begin(platform.env["SEALGATE_API_KEY"], "openid")
            with pytest.raises(KeyboardInterrupt):
                provider.wait(platform.env["SEALGATE_API_KEY"], waiting, pause=pause, clock=lambda: 0.0)

        assert paused[0] == waiting.interval
        assert paused[-1] >= paused[0] + 10
        assert {later - earlier for earlier, later in pairwise(paused)} <= {0.0, 5.0}

    def test_goes_on_while_nobody_answers_and_ends_in_time(self, platform):
        passed = 0.0
        paused: list[float] = []

        def pause(seconds: float) -> None:
            nonlocal passed
            passed += seconds
            paused.append(seconds)

        with Provider(platform.url) as provider:
            waiting = provider.begin(platform.env["SEALGATE_API_KEY"], "openid")
            silent = provider.metadata.__class__(
                issuer=platform.url, token_endpoint="http://127.0.0.1:9/token", userinfo_endpoint=""
            )
            provider._metadata = silent
            with pytest.raises(Refused, match="expired"):
                provider.wait("any", waiting, pause=pause, clock=lambda: passed)

        assert paused[:4] == [5.0, 10.0, 20.0, 40.0]
        assert max(paused) == 60


class TestWhoami:
    def test_tells_who_is_signed_in_and_where(self, signed_in, alice):
        told = signed_in.terminal.run("whoami")

        assert told.stdout.splitlines()[0] == alice.account
        assert signed_in.terminal.platform.url in told.stdout

    def test_prints_a_token_that_other_programs_call_with(self, signed_in):
        token = signed_in.terminal.run("whoami", "--token").stdout.strip()

        assert signed_in.terminal.counts(token)

    def test_renews_a_login_that_is_about_to_end(self, signed_in, alice):
        file = signed_in.terminal.file
        kept = json.loads(file.read_text())
        file.write_text(json.dumps(kept | {"expires_at": 0}))

        told = json.loads(signed_in.terminal.run("whoami", "--json").stdout)

        renewed = json.loads(file.read_text())
        assert told["sub"] == alice.account
        assert renewed["access_token"] != kept["access_token"]
        assert renewed["refresh_token"] != kept["refresh_token"]
        assert renewed["expires_at"] > time.time()

    def test_says_that_the_login_has_ended(self, terminal, alice):
        token = alice.signs_in()
        terminal.has(token)
        form = {"token": token, "client_id": terminal.platform.env["SEALGATE_API_KEY"]}
        httpx.post(f"{terminal.platform.url}/revoke", data=form)

        refused = terminal.run("whoami")

        assert (refused.returncode, refused.stdout) == (1, "")
        assert "has ended" in refused.stderr
        assert "sealgate login" in refused.stderr

    @pytest.mark.parametrize("command", ["whoami", "logout"])
    def test_says_that_nobody_is_signed_in(self, terminal, command):
        refused = terminal.run(command)

        assert (refused.returncode, refused.stdout) == (1, "")
        assert "sealgate login" in refused.stderr

    def test_says_that_its_file_is_damaged(self, terminal):
        terminal.file.parent.mkdir()
        terminal.file.write_text("{")

        refused = terminal.run("whoami")

        assert refused.returncode == 1
        assert str(terminal.file) in refused.stderr


class TestLogout:
    def test_ends_the_token_and_removes_the_file(self, terminal, alice):
        token = alice.signs_in()
        terminal.has(token)

        told = terminal.run("logout")

        assert "is signed out" in told.stdout
        assert not terminal.counts(token)
        assert not terminal.file.exists()

    def test_keeps_the_login_while_the_server_does_not_answer(self, terminal):
        terminal.has("none")
        kept = json.loads(terminal.file.read_text())
        terminal.file.write_text(json.dumps(kept | {"issuer": "http://127.0.0.1:9"}))

        refused = terminal.run("logout")

        assert refused.returncode == 1
        assert str(terminal.file) in refused.stderr
        assert terminal.file.exists()


class TestTheGuide:
    PAGE = ROOT / "docs/guides/native-apps.md"

    def test_signs_in_calls_and_signs_out(self, terminal, alice):
        section = self.PAGE.read_text().split("\n## In a terminal\n", 1)[1]
        script = re.search(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
        assert script is not None

        with terminal.pastes(script[1]) as login:
            terminal.tab.approve_device(login.link, alice)
            printed = login.ends(0)

        assert f'"sub":"{alice.account}"' in printed
        assert printed.rstrip().endswith(f"{alice.account} is signed out.")
        assert not terminal.file.exists()

    def test_registers_a_program_that_is_told_what_a_secret_is_not_for(self, terminal):
        script = re.search(r"^```sh\nsealgate (app create .*?)\n```$", self.PAGE.read_text(), re.MULTILINE)
        assert script is not None

        told = terminal.run(*shlex.split(script[1]))

        assert told.returncode == 0, told.stderr
        assert "A native app has no use for the secret" in told.stdout
        assert told.stderr == ""

    def test_says_that_a_scheme_without_a_dot_is_anybodys(self, terminal):
        told = terminal.run("app", "create", "--name", "Careless", "--type", "native", "--redirect-uri", "myapp://in")

        assert told.returncode == 0
        assert "myapp:" in told.stderr
        assert "com.example.app:/cb" in told.stderr
