"""Events handed to a program on this machine: what it gets, and what is made of its answer."""

import hmac
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import msgspec
import pytest
from standardwebhooks import Webhook

from sealgate.cli.app_events import AppEvent
from sealgate.cli.forwarding import WAITS_S, Forwarder
from tests.receiver import Receiver
from tests.server_process import free_port

API_SECRET = "b7e6f0a2-5c1d-4f3e-9a8b-2d4c6e8f0a1b"
WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
UUID = "4d2f9c10-8e7b-4a63-b5d1-0c9e8f7a6b52"
OPENED = AppEvent(
    id="evt_" + "a1" * 16,
    type="payload.opened",
    timestamp=datetime(2026, 1, 15, 12, tzinfo=UTC),
    data=msgspec.Raw(b'{"payload_uuid":"%s","identifier":"caf\xc3\xa9 \xe2\x80\xa8"}' % UUID.encode()),
    number=7,
)
RESOLVED = msgspec.structs.replace(
    OPENED,
    type="payload.resolved",
    data=msgspec.Raw(b'{"meta":{"payload_uuidv4":"%s"},"custom_meta":{"blob":1.0}}' % UUID.encode()),
)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A program that takes everything."""
    with Receiver() as started:
        yield started


def forward(event, url, *, pause=None):
    """Forward an event and return what came of it; a test that waits says how."""
    forwarder = Forwarder(
        url, api_secret=API_SECRET, webhook_secret=WEBHOOK_SECRET, pause=pause or (lambda _: pytest.fail("it waited"))
    )
    with closing(forwarder):
        return forwarder.forward(event)


class TestWhatTheProgramGets:
    def test_is_the_typed_body_signed_for_standard_webhooks(self, receiver):
        done = forward(OPENED, receiver.url)

        (call,) = receiver.calls
        assert (done.status, done.attempts, done.error) == (204, 1, None)
        assert call.json == {
            "type": "payload.opened", "timestamp": "2026-01-15T12:00:00Z", "data": json.loads(bytes(OPENED.data)),
        }  # fmt: skip
        Webhook(WEBHOOK_SECRET).verify(call.body, dict(call.headers))
        assert call.id == OPENED.id
        assert "x-xumm-request-signature" not in call.headers

    def test_is_the_body_of_old_with_the_headers_of_old(self, receiver):
        forward(RESOLVED, receiver.url)

        (call,) = receiver.calls
        assert call.body == (
            b'{"meta":{"url":"%s","payload_uuidv4":"%s"},"custom_meta":{"blob":1}}'
            % (receiver.url.encode(), UUID.encode())
        )
        timestamp = call.headers["x-xumm-request-timestamp"]
        key = API_SECRET.replace("-", "", 1).encode()
        assert call.headers["x-xumm-request-signature"] == hmac.digest(
            key, timestamp.encode() + call.body, "sha1"
        ).hex()  # fmt: skip
        assert (call.headers["x-xumm-payload"], call.headers["x-xumm-attempt"]) == (UUID, "1")
        Webhook(WEBHOOK_SECRET).verify(call.body, dict(call.headers))

    def test_has_no_headers_that_a_webhook_has_not(self, receiver):
        forward(OPENED, receiver.url)

        (call,) = receiver.calls
        assert set(call.headers) == {
            "host", "content-type", "content-length", "user-agent", "webhook-id", "webhook-timestamp",
            "webhook-signature",
        }  # fmt: skip


class TestWhatIsMadeOfIt:
    @pytest.mark.parametrize("status", [200, 400, 503])
    def test_an_answer_is_an_answer(self, receiver, status):
        receiver.behave = lambda _: status

        done = forward(OPENED, receiver.url)

        assert (done.status, done.attempts) == (status, 1)
        assert done.words == f"{status} in {done.latency_ms} ms"

    def test_a_redirect_is_not_followed(self, receiver):
        receiver.behave = lambda _: b"HTTP/1.1 302 Found\r\nlocation: /other\r\ncontent-length: 0\r\n\r\n"

        assert forward(OPENED, receiver.url).status == 302
        assert len(receiver.calls) == 1

    def test_a_program_that_starts_again_is_waited_for(self):
        late = Receiver(port=free_port())
        waited: list[float] = []

        def pause(seconds):
            waited.append(seconds)
            if len(waited) == 2:
                late.__enter__()

        done = forward(RESOLVED, late.url, pause=pause)
        late.__exit__()

        assert (done.status, done.attempts) == (204, 3)
        assert waited == list(WAITS_S[:2])
        assert late.calls[0].headers["x-xumm-attempt"] == "3"
        assert done.words.endswith(", 3 tries")

    def test_a_program_that_stays_away_is_told_of(self):
        waited: list[float] = []

        done = forward(OPENED, f"http://127.0.0.1:{free_port()}/hook", pause=waited.append)

        assert (done.status, done.attempts) == (None, len(WAITS_S) + 1)
        assert waited == list(WAITS_S)
        assert "no answer" in done.words
