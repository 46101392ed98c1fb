"""Published packages as xApps in Chromium, opened by `sealgate wallet open-xapp --browser` as a phone opens them.

Each session is one run of the command. They are waited for more than worked at, so they run side by side.
"""

import contextlib
import json
import os
import pty
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.lab import PLATFORM_NAME, SIGN_IN_NAME, LabPlatform, make_certificates, spki_of
from tests.browser.support import PACKAGES
from tests.browser.xapp_pages import XAppPages
from tests.platform import SEALGATE, Platform, start_platform
from tests.services import chromium_path

LIMIT_S = 180
BOB = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
NOBODY_AT_THE_OLD_NAMES = "MAP xumm.app ~NOTFOUND, MAP *.xumm.app ~NOTFOUND"


@dataclass(frozen=True)
class Session:
    """One run of the command: what the command says happened, and what the page says."""

    happened: dict[str, Any]
    told: dict[str, Any]
    later: dict[str, Any]


class Stage:
    """A platform, an xApp's web server, and a Chromium that finds its way."""

    def __init__(self, platform: Platform, pages: XAppPages, chromium: Path, **environ: str) -> None:
        self.platform = platform
        self.pages = pages
        self.chromium = chromium
        self.environ = platform.environ | environ

    def register(self, kind: str, name: str) -> str:
        """Register the xApp of a page; return its identifier."""
        xapp_id = f"shop.{name}"
        options = ["--xapp-push", "--xapp-special", "NETWORK_SWITCH_EVENT_NO_RELOAD"]
        made = self.run("app", "create", "--name", name, "--xapp-url", self.pages.url(kind, name), "--xapp-id", xapp_id,
                        *options)  # fmt: skip
        self.pages.keys[name] = made["api_key"]
        return xapp_id

    def run(self, *arguments: str) -> dict[str, Any]:
        """Run a command and return the object it printed."""
        done = subprocess.run([SEALGATE, *arguments, "--json"], **self.how, text=True, capture_output=True)
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        assert isinstance(answer, dict)
        return answer

    def open(self, xapp_id: str, *options: str) -> dict[str, Any]:
        """Open an xApp until it closes."""
        limit = ["--time-limit", str(LIMIT_S - 30)]
        return self.run("wallet", "open-xapp", xapp_id, str(self.chromium), "--browser", "--headless", *limit, *options)

    def refused(self, *arguments: str) -> str:
        """Run a command that must be refused; return what it said."""
        done = subprocess.run([SEALGATE, *arguments], **self.how, text=True, capture_output=True)
        assert done.returncode == 1, done.stdout + done.stderr
        return done.stderr

    @property
    def how(self) -> dict[str, Any]:
        return {"env": self.environ, "stdin": subprocess.DEVNULL, "timeout": LIMIT_S, "check": False}


@pytest.fixture(scope="module")
def chromium() -> str:
    """The browser that the tests have."""
    if found := chromium_path():
        return found
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def a_chromium(folder: Path, chromium: str, *arguments: str) -> Path:
    """Write a program that starts Chromium with some more arguments."""
    program = folder / "chromium"
    program.write_text(f'#!/bin/sh\nexec {shlex.join([chromium, "--no-proxy-server", *arguments])} "$@"\n')
    program.chmod(0o755)
    return program


@pytest.fixture(scope="module")
def stage(chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Pages with `compat.js`; the names that are built into the packages lead nowhere."""
    program = a_chromium(
        tmp_path_factory.mktemp("chromium"), chromium, f"--host-resolver-rules={NOBODY_AT_THE_OLD_NAMES}"
    )
    platform = start_platform()
    pages = XAppPages(platform.url, loader=True)
    yield Stage(platform, pages, program)
    pages.close()
    platform.stop()


@pytest.fixture(scope="module")
def mapped_stage(chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Pages with the packages alone; the names that are built into them lead to the platform."""
    folder = tmp_path_factory.mktemp("lab")
    files = make_certificates(folder)
    platform = LabPlatform.start_in(tmp_path_factory.mktemp("platform"), files)
    rules = ", ".join(f"MAP {name} 127.0.0.1:{platform.port}" for name in (PLATFORM_NAME, SIGN_IN_NAME))
    trust = f"--ignore-certificate-errors-spki-list={spki_of(files)}"
    program = a_chromium(folder, chromium, f"--host-resolver-rules={rules}", trust)
    pages = XAppPages(f"https://{PLATFORM_NAME}", loader=False)
    yield Stage(platform, pages, program, SSL_CERT_FILE=str(files.ca))
    pages.close()
    platform.stop()


@pytest.fixture(scope="module")
def sessions(stage, mapped_stage) -> Iterator[Callable[[str], Session]]:
    """Every session by its name, all of them running."""
    stage.register("second", "second")
    answers = ["--scan", "order 1042", "--destination", f"{BOB}:7", "--switch-network", "TESTNET"]
    asked: dict[str, tuple[Stage, str, Sequence[str]]] = {
        "approved": (stage, "xumm", ["--approve", "all", "--param", "order=1042"]),
        "declined": (stage, "xumm", ["--approve", "none"]),
        "mapped": (mapped_stage, "xumm", ["--approve", "all"]),
        "plain": (stage, "plain", answers),
        "guide": (stage, "guide", ["--approve", "all"]),
    }

    def play(name: str) -> Session:
        where, kind, options = asked[name]
        happened = where.open(where.register(kind, name), *options)
        if kind == "guide":  # it is a reader's page, and reports to nobody
            return Session(happened, {}, {})
        later = where.pages.report_of("second") if name == "plain" else {}
        return Session(happened, where.pages.report_of(name), later)

    with ThreadPoolExecutor(len(asked)) as pool:
        running: dict[str, Future[Session]] = {name: pool.submit(play, name) for name in asked}
        yield lambda name: running[name].result()


class TestXumm:
    """The universal package, from its launch to its end."""

    @pytest.mark.parametrize("name", ["approved", "mapped"])
    def test_knows_that_it_is_an_xapp_and_whose(self, sessions, name):
        told = sessions(name).told

        assert told["runtime"]["xapp"] is True
        assert told["heard"] == ["retrieved", "success", "ready"]
        assert told["user"]["account"] == told["ott"]["account"] == told["jwt"]["sub"]
        assert told["user"]["networkType"] == "MAINNET"
        assert told["user"]["token"] == told["jwt"]["usertoken_uuidv4"]
        assert told["pong"]["jwtData"]["ott_uuidv4"] == told["jwt"]["ott_uuidv4"]

    def test_has_the_size_and_the_user_agent_of_a_phones_wallet(self, sessions):
        told = sessions("approved").told

        assert told["width"] == 390
        assert told["agent"] == f"xumm/xapp:{told['ott']['version']} (ott:{told['jwt']['ott_uuidv4']})"

    def test_reads_the_parameters_of_its_link(self, sessions):
        ott = sessions("approved").told["ott"]

        assert ott["order"] == "1042"
        assert ott["origin"]["type"] == "QR"

    @pytest.mark.parametrize("name", ["approved", "mapped"])
    def test_keeps_data_of_its_user(self, sessions, name):
        told = sessions(name).told

        assert (told["stored"], told["prefs"], told["keys"], told["removed"]) == (
            True,
            {"theme": "dark"},
            ["prefs"],
            True,
        )

    @pytest.mark.parametrize("name", ["approved", "mapped"])
    def test_a_request_that_is_signed_comes_back_to_the_page(self, sessions, name):
        session = sessions(name)
        uuid = session.told["uuid"]

        assert session.told["resolved"] == {"reason": "SIGNED", "uuid": uuid}
        assert session.told["signed"] is True
        assert session.happened["signed"] == [uuid]

    def test_a_request_that_is_declined_does_too_and_is_declined_for_the_app(self, sessions):
        session = sessions("declined")
        uuid = session.told["uuid"]

        assert session.told["resolved"] == {"reason": "DECLINED", "uuid": uuid}
        assert session.told["signed"] is False
        assert session.happened["declined"] == [{"uuid": uuid, "why": "Nothing is approved."}]

    @pytest.mark.parametrize("name", ["approved", "mapped"])
    def test_puts_an_event_on_its_users_list(self, sessions, name):
        event = sessions(name).told["event"]

        assert event["pushed"] is True
        assert len(event["uuid"]) == 36

    @pytest.mark.parametrize("name", ["approved", "declined", "mapped"])
    def test_closes_and_with_it_the_command(self, sessions, name):
        happened = sessions(name).happened

        assert happened["closed_by"] == "xapp"
        assert [one["command"] for one in happened["commands"]] == ["ready", "openSignRequest", "close"]
        assert happened["commands"][-1]["refreshEvents"] is True
        assert happened["dropped"] == happened["problems"] == []


class TestXummXAppSdk:
    """The small package, and the commands that the other session does not need."""

    def test_reads_version_and_token_from_the_user_agent_and_sees_nothing_of_the_terminal(self, sessions):
        told = sessions("plain").told

        assert told["environment"]["version"].count(".") == 2
        assert len(told["environment"]["ott"]) == 36
        assert told["hidden"] == ["undefined", "undefined"]

    def test_gets_what_was_scanned_and_whom_the_person_chose(self, sessions):
        told = sessions("plain").told

        assert told["scanned"] == {"reason": "SCANNED", "qrContents": "order 1042"}
        assert told["chosen"]["destination"] == {"address": BOB, "tag": 7}
        assert told["chosen"]["info"]["risk"] == told["chosen"]["info"]["danger"] == "UNKNOWN"

    def test_hears_that_the_wallet_is_on_another_network(self, sessions):
        assert sessions("plain").told["switched"] == {"network": "TESTNET"}

    def test_the_developer_reads_what_had_no_effect(self, sessions):
        scan, share = sessions("plain").happened["dropped"]

        assert scan == {"why": "not_ready", "waitsFor": "ready", "command": "scanQr"}
        assert (share["command"], share["why"]) == ("share", "too_soon")

    def test_leads_to_another_xapp_which_gets_a_token_of_its_own(self, sessions):
        session = sessions("plain")
        ott = session.later["ott"]

        assert session.happened["launches"] == [
            {"xapp": "shop.plain", "network": "MAINNET"},
            {"xapp": "shop.second", "network": "TESTNET"},
        ]
        assert session.later["token"] != session.told["environment"]["ott"]
        assert session.later["agent"].endswith(f"(ott:{session.later['token']})")
        assert ott["xAppNavigateData"] == {"xApp": "shop.second", "title": "Second", "orderId": "1042"}
        assert (ott["orderId"], ott["origin"]["type"], ott["nodetype"]) == ("1042", "XAPP", "TESTNET")

    def test_a_token_counts_once(self, sessions):
        later = sessions("plain").later

        assert later["jwt"] == "string"
        assert later["again"] == 410

    def test_every_command_is_told_in_order(self, sessions):
        happened = sessions("plain").happened

        assert [one["command"] for one in happened["commands"]] == [
            "ready",
            "scanQr",
            "selectDestination",
            "openBrowser",
            "txDetails",
            "xAppNavigate",
            "ready",
            "close",
        ]


class TestTheGuide:
    def test_its_page_asks_and_hears(self, sessions):
        happened = sessions("guide").happened

        assert [one["command"] for one in happened["commands"]] == ["ready", "openSignRequest", "close"]
        assert happened["dropped"] == happened["problems"] == []
        assert len(happened["signed"]) == 1


class TestAtATerminal:
    @pytest.mark.parametrize(("typed", "reason"), [("y", "SIGNED"), ("n", "DECLINED")])
    def test_the_person_reads_the_request_and_decides(self, stage, typed, reason):
        xapp_id = stage.register("xumm", f"typed-{typed}")
        ours, theirs = pty.openpty()
        command = [SEALGATE, "wallet", "open-xapp", xapp_id, str(stage.chromium), "--browser", "--headless"]
        with subprocess.Popen(command, env=stage.environ, stdin=theirs, stdout=theirs, stderr=theirs) as process:
            os.close(theirs)
            said = read_until(ours, "Sign this?")
            os.write(ours, f"{typed}\n".encode())
            told = stage.pages.report_of(f"typed-{typed}")
            said += read_until(ours, "Closed by the xapp.")
        os.close(ours)

        assert process.returncode == 0
        assert f"typed-{typed} asks you to sign in" in said
        assert f"openSignRequest: uuid {told['uuid']}" in said
        assert told["resolved"]["reason"] == reason
        assert told["signed"] is (reason == "SIGNED")


class TestTheCommand:
    def test_says_so_when_the_xapps_server_is_down(self, stage):
        stage.pages.keys["away"] = ""
        stage.run("app", "create", "--name", "Away", "--xapp-url", "http://localhost:9/", "--xapp-id", "shop.away")

        said = stage.refused("wallet", "open-xapp", "shop.away", str(stage.chromium), "--browser", "--headless")

        assert "ERR_" in said
        assert "Does the server of the xApp run?" in said

    def test_waits_no_longer_than_it_is_told(self, stage):
        xapp_id = stage.register("stays", "stays")
        options = ["--browser", "--headless", "--time-limit", "3"]

        said = stage.refused("wallet", "open-xapp", xapp_id, str(stage.chromium), *options)

        assert "did not close within 3 s" in said

    @pytest.fixture
    def short_path(self):
        """A folder for temporary files: Chromium's socket is in it, and the path of a socket has 107 characters."""
        with tempfile.TemporaryDirectory(prefix="xapp-", dir="/tmp") as folder:
            yield Path(folder)

    def test_takes_its_browser_along_when_it_is_ended(self, stage, short_path):
        xapp_id = stage.register("stays", "ended")
        command = [SEALGATE, "wallet", "open-xapp", xapp_id, str(stage.chromium), "--browser", "--headless"]
        how = {"env": stage.environ | {"TMPDIR": str(short_path)}, "stdin": subprocess.DEVNULL, "text": True}
        with subprocess.Popen(command, stderr=subprocess.PIPE, **how) as process:
            assert process.stderr is not None
            said = [process.stderr.readline()]
            while "ready" not in said[-1]:
                assert said[-1], said
                said.append(process.stderr.readline())
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=LIMIT_S)

        assert process.returncode == 128 + signal.SIGTERM
        assert list(short_path.glob("sealgate-*")) == []
        assert not any(str(short_path) in line for line in command_lines())

    def test_opens_nothing_without_a_browser(self, stage, tmp_path):
        said = stage.refused("wallet", "open-xapp", "shop.plain", str(tmp_path / "none"), "--browser")

        assert "no program that can be started" in said

    def test_its_options_need_the_browser(self, stage):
        done = subprocess.run(
            [SEALGATE, "wallet", "open-xapp", "shop.plain", "--headless"], **stage.how, capture_output=True
        )

        assert done.returncode == 2


def test_the_packages_are_the_published_ones():
    for name, version in (("xumm", "1.8.0"), ("xumm-xapp-sdk", "1.7.2")):
        assert json.loads((PACKAGES / name / "package.json").read_text())["version"] == version


def read_until(terminal: int, words: str) -> str:
    """Return what a terminal shows up to the words."""
    shown, deadline = "", time.monotonic() + LIMIT_S
    while words not in shown:
        assert time.monotonic() < deadline, shown
        shown += os.read(terminal, 4096).decode(errors="replace")
    return shown


def command_lines() -> list[str]:
    """Return the command lines of all processes."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found.append(path.read_bytes().decode(errors="replace"))
    return found
