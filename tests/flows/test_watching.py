"""Watching an application from the command line: `sealgate listen`, `events`, `logs`."""

import hmac
import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Self

import httpx
import pytest
from standardwebhooks import Webhook

from tests.platform import SEALGATE, Platform, start_platform
from tests.receiver import Received, Receiver
from tests.server_process import free_port

LIMIT_S = 30
ODD_BLOB = {"note": "one\u2028two\x85three \U0001f600", "big": 12345678901234567890, "small": 1.50}


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """A sandbox that the tests share; each looks at its own requests."""
    started = start_platform()
    yield started
    started.stop()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A program on this machine that takes everything, until a test says otherwise."""
    with Receiver() as started:
        yield started


class Running:
    """A command that goes on until it is stopped: `with Running(platform, "logs", "tail", …) as command`.

    Attributes:
        lines: What it has printed.
        said: What it wrote on stderr.
    """

    def __init__(self, platform: Platform, *arguments: str, **environ: str) -> None:
        self.lines: list[str] = []
        self.said = ""
        self._process = subprocess.Popen(
            [SEALGATE, *arguments],
            cwd=platform.folder,
            env=platform.environ | environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._readers = [threading.Thread(target=self._read), threading.Thread(target=self._read_errors)]

    def __enter__(self) -> Self:
        for reader in self._readers:
            reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def objects(self) -> list[dict[str, Any]]:
        """What it has printed, under --json."""
        return [json.loads(line) for line in self.lines]

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Return once a condition holds."""
        until = time.monotonic() + LIMIT_S
        while not condition():
            assert self._process.poll() is None, self.said
            assert time.monotonic() < until, (self.lines, self.said)
            time.sleep(0.02)

    def stop(self) -> int:
        """End it as Ctrl-C does, and return its exit code."""
        self._process.send_signal(signal.SIGINT)
        try:
            return self._process.wait(LIMIT_S)
        finally:
            self._process.kill()
            for reader in self._readers:
                reader.join(LIMIT_S)

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self.lines.append(line)

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            for line in lines:
                self.said += line


class Listening(Running):
    """`sealgate listen --json`, once the server listens."""

    def __init__(self, platform: Platform, *arguments: str, **environ: str) -> None:
        super().__init__(platform, "listen", *arguments, "--json", **environ)

    def __enter__(self) -> Self:
        super().__enter__()
        self.wait_for(lambda: bool(self.lines))
        return self

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events it has told."""
        return self.objects[1:]

    def about(self, uuid: str) -> list[dict[str, Any]]:
        """Return what it has told of a request."""
        return [one for one in self.events if uuid in json.dumps(one["data"])]

    def hears(self, *kinds: str, of: str) -> list[dict[str, Any]]:
        """Return what it tells of a request once these kinds are there, in this order."""
        self.wait_for(lambda: [one["type"] for one in self.about(of)] == list(kinds))
        return self.about(of)


def a_request(platform: Platform, **members: Any) -> str:
    """Create a sign request and return its UUID."""
    keys = {"x-api-key": platform.env["SEALGATE_API_KEY"], "x-api-secret": platform.env["SEALGATE_API_SECRET"]}
    body = {"txjson": {"TransactionType": "SignIn"}, **members}
    made = httpx.post(f"{platform.url}/api/v1/platform/payload", json=body, headers=keys, timeout=LIMIT_S)
    assert made.status_code == 200, made.text
    return str(made.json()["uuid"])


def an_outcome(platform: Platform, **members: Any) -> str:
    """Have a request signed and return its UUID."""
    uuid = a_request(platform, **members)
    platform.sealgate("wallet", "sign", uuid)
    return uuid


def refusal(platform: Platform, *arguments: str, code: int = 1) -> str:
    """Run a command that must be refused and return what it said."""
    done = platform.run(SEALGATE, *arguments)
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stdout == ""
    return done.stderr


class TestListening:
    def test_forwards_what_a_webhook_would_bring(self, platform, receiver):
        app = platform.env["SEALGATE_API_KEY"]
        kinds = ("payload.opened", "payload.resolved", "payload.signed")
        endpoint = platform.sealgate(
            "app", "webhook", "add", app, receiver.url, *(word for kind in kinds for word in ("--event", kind))
        )
        local = receiver.url.replace("/hook", "/local")

        with Listening(platform, "--forward-to", local, "--events", ",".join(kinds)) as listening:
            uuid = an_outcome(platform, custom_meta={"identifier": "order 7 \u2028 é", "blob": ODD_BLOB})
            told = listening.hears(*kinds, of=uuid)
            calls = receiver.wait_for(lambda calls: len(_of(calls, "/hook")) == len(_of(calls, "/local")) == 3)
        platform.sealgate("app", "webhook", "remove", app, endpoint["uuid"])

        secret = listening.objects[0]["webhook_secret"]
        for there, here in zip(_of(calls, "/hook"), _of(calls, "/local"), strict=True):
            assert here.body == there.body.replace(receiver.url.encode(), local.encode())
            assert here.id == there.id
            assert set(there.headers) == set(here.headers)
            Webhook(secret).verify(here.body, dict(here.headers))
            Webhook(endpoint["secret"]).verify(there.body, dict(there.headers))
        (compat,) = [call for call in _of(calls, "/local") if "x-xumm-payload" in call.headers]
        key = platform.env["SEALGATE_API_SECRET"].replace("-", "", 1).encode()
        message = compat.headers["x-xumm-request-timestamp"].encode() + compat.body
        assert compat.headers["x-xumm-request-signature"] == hmac.digest(key, message, "sha1").hex()
        assert [one["id"] for one in told] == [call.id for call in _of(calls, "/local")]
        assert [one["forwarded"]["status"] for one in told] == [204] * 3

    def test_goes_on_where_it_was_when_the_server_comes_back(self, platform):
        with Listening(platform, "--events", "payload.signed") as listening:
            before = an_outcome(platform)
            listening.hears("payload.signed", of=before)
            platform.kill()
            platform.start()
            missed = an_outcome(platform)
            listening.hears("payload.signed", of=missed)

            assert [one["number"] for one in listening.events] == sorted({one["number"] for one in listening.events})
            assert len(listening.events) == 2
        assert "broke off" in listening.said
        assert "goes on" in listening.said

    def test_hears_of_openings_cancellations_and_expiries_too(self, platform):
        with Listening(platform) as listening:
            cancelled, opened, expired = (a_request(platform, options={"expire": 1}) for _ in range(3))
            platform.sealgate("payload", "cancel", cancelled)
            platform.sealgate("wallet", "open", opened)
            platform.sealgate("sandbox", "clock", "--advance", "90s")

            listening.hears("payload.cancelled", of=cancelled)
            listening.hears("payload.opened", of=opened)
            listening.hears("payload.expired", of=expired)

    def test_says_where_nobody_takes_an_event(self, platform):
        nowhere = f"http://127.0.0.1:{free_port()}/hook"
        with Listening(platform, "--forward-to", nowhere, "--events", "payload.cancelled") as listening:
            uuid = a_request(platform)
            platform.sealgate("payload", "cancel", uuid)

            (told,) = listening.hears("payload.cancelled", of=uuid)

        assert (told["forwarded"]["status"], told["forwarded"]["attempts"]) == (None, 4)
        assert told["forwarded"]["error"]

    def test_ends_on_ctrl_c(self, platform):
        with Listening(platform) as listening:
            assert listening.stop() == 130
            assert listening.said == ""

    def test_signs_with_a_secret_that_is_given(self, platform, receiver):
        given = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        with Listening(platform, "--forward-to", receiver.url, SEALGATE_WEBHOOK_SECRET=given) as listening:
            uuid = a_request(platform)
            platform.sealgate("payload", "cancel", uuid)
            listening.hears("payload.cancelled", of=uuid)

        Webhook(given).verify(receiver.calls[0].body, dict(receiver.calls[0].headers))

    def test_begins_where_it_is_told_to(self, platform):
        first, second = an_outcome(platform), an_outcome(platform)

        with Listening(platform, "--after", "0", "--events", "payload.signed") as listening:
            (told,) = listening.hears("payload.signed", of=first)
            listening.hears("payload.signed", of=second)
        with Listening(platform, "--after", str(told["number"]), "--events", "payload.signed") as listening:
            listening.hears("payload.signed", of=second)

            assert listening.about(first) == []

    def test_tells_people_what_they_need(self, platform, receiver):
        with Running(platform, "listen", "--forward-to", receiver.url) as listening:
            listening.wait_for(lambda: any("whsec_" in line for line in listening.lines))
            platform.sealgate("payload", "cancel", a_request(platform))
            listening.wait_for(lambda: any("204 in" in line for line in listening.lines))

        assert f"to {receiver.url}" in listening.lines[0]
        assert "payload.cancelled" in listening.lines[-1]

    def test_is_refused_with_a_wrong_secret(self, platform):
        done = subprocess.run(
            [SEALGATE, "listen", "--json"], cwd=platform.folder,
            env=platform.environ | {"SEALGATE_API_SECRET": platform.env["SEALGATE_API_KEY"]}, capture_output=True,
            text=True, timeout=LIMIT_S, check=False,
        )  # fmt: skip

        assert (done.returncode, done.stdout) == (1, "")
        assert "code 813" in done.stderr

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [(("--events", "payload.sigend"), "payload.sigend"), (("--forward-to", "localhost:3000"), "http"),
         (("--webhook-secret", "secret"), "whsec_"), (("--webhook-secret", "whsec_é"), "whsec_")],
    )  # fmt: skip
    def test_names_a_slip(self, platform, arguments, words):
        assert words in refusal(platform, "listen", *arguments, code=2)


class TestEvents:
    @pytest.fixture
    def endpoint(self, platform, receiver):
        """An endpoint for outcomes, for the time of a test."""
        app = platform.env["SEALGATE_API_KEY"]
        made = platform.sealgate("app", "webhook", "add", app, receiver.url, "--event", "payload.signed")
        yield made
        platform.sealgate("app", "webhook", "remove", app, made["uuid"])

    def test_are_found_shown_and_sent_again(self, platform, receiver, endpoint):
        receiver.behave = lambda _: b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nthanks"
        uuid = an_outcome(platform)
        listed = _settled(platform, endpoint, 1)

        (one,) = platform.sealgate("events", "show", listed[0]["webhook_id"])["deliveries"]
        again = platform.sealgate("events", "resend", listed[0]["webhook_id"])
        _settled(platform, endpoint, 2)
        by_number = platform.sealgate("events", "resend", str(listed[0]["id"]))
        _settled(platform, endpoint, 3)

        assert (listed[0]["kind"], listed[0]["subject"]) == ("payload.signed", uuid)
        assert (one["attempts"][0]["status"], one["attempts"][0]["answer"]) == (200, "thanks")
        assert (again, by_number) == ({"resent": 1}, {"resent": 1})
        assert {call.id for call in receiver.calls} == {listed[0]["webhook_id"]}

    def test_are_sent_again_by_what_they_have_in_common(self, platform, receiver, endpoint):
        uuids = [an_outcome(platform) for _ in range(2)]
        first = _settled(platform, endpoint, 2)[0]

        every = platform.sealgate("events", "resend", "--endpoint", endpoint["uuid"], "--since", "2020-01-01T00:00:00Z")
        none = platform.sealgate("events", "resend", "--endpoint", endpoint["uuid"], "--until", "2020-01-01T00:00:00Z")

        assert (every, none) == ({"resent": 2}, {"resent": 0})
        calls = receiver.wait_for(lambda calls: len(calls) == 4)
        assert {call.json["data"]["payload_uuid"] for call in calls[2:]} == set(uuids)
        shown = platform.run(SEALGATE, "events", "show", str(first["id"])).stdout
        assert "payload.signed" in shown
        assert "try 1" in shown
        assert first["webhook_id"] in platform.run(SEALGATE, "events", "list", "--endpoint", endpoint["uuid"]).stdout

    def test_that_do_not_exist_are_refused(self, platform):
        assert "no delivery" in refusal(platform, "events", "show", "999999999")
        assert "no delivery" in refusal(platform, "events", "show", "evt_" + "0" * 32)

    @pytest.mark.parametrize("words", [("resend",), ("resend", "7", "--state", "failed"), ("show", "seven")])
    def test_that_are_not_named_are_a_slip(self, platform, words):
        refusal(platform, "events", *words, code=2)


class TestTheLog:
    def test_shows_a_refused_call_with_its_code(self, platform):
        assert "(HTTP 404" in refusal(platform, "payload", "get", "00000000-0000-4000-8000-000000000000")

        calls = platform.sealgate("logs", "tail", "--refused", "--limit", "200")["calls"]

        assert (calls[-1]["status"], calls[-1]["error_code"]) == (404, "404")
        assert calls[-1]["route"].startswith("/api/v1/platform/payload/")
        words = platform.run(SEALGATE, "logs", "tail").stdout
        assert calls[-1]["reference"] in words
        assert platform.sealgate("logs", "show", calls[-1]["reference"]) == calls[-1]

    def test_is_followed_as_calls_are_made_over_a_restart(self, platform):
        with Running(platform, "logs", "tail", "--follow", "--json", "--limit", "1") as log:
            first = a_request(platform)
            log.wait_for(lambda: first in {one["reference"] for one in log.objects})
            platform.pause()
            platform.start()
            second = a_request(platform)
            log.wait_for(lambda: second in {one["reference"] for one in log.objects})

            numbers = [one["number"] for one in log.objects]
            assert numbers == sorted(set(numbers))
            assert not [one for one in log.objects if one["route"].startswith("/api/v1/platform/calls")]
            assert log.stop() == 130


def _of(calls: list[Received], path: str) -> list[Received]:
    return [call for call in calls if call.path == path]


def _settled(platform: Platform, endpoint: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """Return the deliveries of an endpoint once so many have arrived, latest first."""
    until = time.monotonic() + LIMIT_S
    while True:
        found: list[dict[str, Any]] = platform.sealgate("events", "list", "--endpoint", endpoint["uuid"])["deliveries"]
        if [one["state"] for one in found] == ["delivered"] * count:
            return found
        assert time.monotonic() < until, found
