"""Webhooks, caught on this machine and checked as the app should check them."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sealgate_client.testing.controls import Controls

if TYPE_CHECKING:
    from sealgate_client.webhooks import Event

LIMIT_S = 15.0
MAX_BODY_BYTES = 1 << 20


@dataclass(frozen=True)
class Delivery:
    """One webhook as it came, its signature checked.

    Attributes:
        body: Byte for byte: hand it to your own endpoint with `headers`.
        event: What it tells.
        answered: The status it was given.
    """

    body: bytes
    headers: Mapping[str, str]
    event: Event
    answered: int = field(default=204, compare=False)

    @property
    def type(self) -> str:
        """The kind of event."""
        return self.event.type

    @property
    def json(self) -> Any:
        """The body as an object."""
        return json.loads(self.body)


class Webhooks:
    """An endpoint of the app on a free port, registered with the platform for every kind of event.

    Attributes:
        received: What came, in the order it came.
        secret: Of the endpoint (`whsec_…`).
        status: What the endpoint answers from now on; set it to see what the platform does about a failure.
    """

    def __init__(self, controls: Controls, app_uuid: str, *, events: list[str] | None = None) -> None:
        self.received: list[Delivery] = []
        self.forged: list[str] = []
        self.status = 204
        self._controls = controls
        self._arrived = threading.Condition()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        asked = {"url": self.url, "events": events or _kinds()}
        self._path = f"/apps/{app_uuid}/webhooks"
        made = controls.admin("POST", self._path, asked)
        self.secret: str = made["secret"]
        self._endpoint: str = made["uuid"]

    @property
    def url(self) -> str:
        """Where the endpoint is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/webhook"

    def wait_for(
        self,
        type: str | None = None,
        where: Callable[[Delivery], bool] = lambda _delivery: True,
        *,
        timeout_s: float = LIMIT_S,
    ) -> Delivery:
        """Return the first delivery of a kind that meets a condition, waiting for it.

        Raises:
            AssertionError: none came in time; the text says what did.
        """
        deadline = time.monotonic() + timeout_s
        with self._arrived:
            while True:
                for delivery in self.received:
                    if type in (None, delivery.type) and where(delivery):
                        return delivery
                left = deadline - time.monotonic()
                if left <= 0 or not self._arrived.wait(left):
                    break
            came = ", ".join(delivery.type for delivery in self.received) or "nothing"
        forged = f"; not genuine: {'; '.join(self.forged)}" if self.forged else ""
        raise AssertionError(
            f"no webhook {type or 'that is wanted'} came in {timeout_s:g} s; what came: {came}{forged}"
        )

    def close(self) -> None:
        """Stop listening. Calling it again does nothing."""
        self._server.shutdown()
        self._server.server_close()

    def _take(self, body: bytes, headers: Mapping[str, str]) -> int:
        from sealgate_client.errors import WebhookInvalid
        from sealgate_client.webhooks import verify_webhook

        # The first one may come before its secret does.
        deadline = time.monotonic() + LIMIT_S
        while not hasattr(self, "secret") and time.monotonic() < deadline:
            time.sleep(0.005)
        try:
            # By the platform's clock, which a test may have moved.
            now = float(headers.get("webhook-timestamp", "nan"))
            event = verify_webhook(body, headers, secret=self.secret, now=now)
        except (WebhookInvalid, ValueError) as problem:
            with self._arrived:
                self.forged.append(str(problem))
            return 400
        with self._arrived:
            self.received.append(Delivery(body, headers, event, self.status))
            self._arrived.notify_all()
        return self.status

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        webhooks = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = min(int(self.headers.get("content-length") or 0), MAX_BODY_BYTES)
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.send_response(webhooks._take(self.rfile.read(length), headers))
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *_: Any) -> None:
                """Nothing: pytest's output is for tests."""

        return Handler


def _kinds() -> list[str]:
    """Return every kind of event that this version of the package has a model of."""
    return [
        "payload.opened", "payload.resolved", "payload.signed", "payload.rejected", "payload.expired",
        "payload.cancelled", "payload.validated", "user_token.issued", "user_token.revoked",
    ]  # fmt: skip
