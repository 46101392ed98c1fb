"""A push service on this machine and a device that has subscribed there: what they get is kept, and can be read."""

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LIMIT_S = 30.0


def base64url(raw: bytes) -> str:
    """Return base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class Subscriber:
    """A browser with a push subscription.

    Attributes:
        endpoint: Where messages for it go.
        auth: The secret it shares with the sender.
    """

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.auth = bytes(range(16))
        self._key = ec.generate_private_key(ec.SECP256R1())

    @property
    def p256dh(self) -> bytes:
        """Its public key."""
        return self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def to_json(self) -> dict[str, Any]:
        """Return what `PushSubscription.toJSON()` gives."""
        keys = {"p256dh": base64url(self.p256dh), "auth": base64url(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def read(self, body: bytes) -> dict[str, Any]:
        """Decrypt a message."""
        return dict(json.loads(http_ece.decrypt(body, private_key=self._key, auth_secret=self.auth)))


class Delivered:
    """One call that the push service got."""

    def __init__(self, path: str, headers: dict[str, str], body: bytes) -> None:
        self.path = path
        self.headers = headers
        self.body = body


class PushService:
    """Listens on a port of its own until `close`.

    Attributes:
        answers: Statuses to give, one a call; the last one is given from then on. None keeps silent until the end.
        retry_after: What `Retry-After` says, if anything.
    """

    def __init__(self, *, port: int = 0) -> None:
        self.answers: list[int | None] = [201]
        self.retry_after: str | None = None
        self._calls: list[Delivered] = []
        self._news = threading.Condition()
        self._over = threading.Event()
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                status = service._take(
                    Delivered(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                )
                if status is None:
                    service._over.wait()
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("content-length", "0")
                if service.retry_after is not None:
                    self.send_header("retry-after", service.retry_after)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Keep silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def origin(self) -> str:
        """How it calls itself."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def calls(self) -> Sequence[Delivered]:
        """What it got so far."""
        with self._news:
            return tuple(self._calls)

    def subscribe(self, name: str = "device") -> Subscriber:
        """Return a browser that is subscribed here."""
        return Subscriber(f"{self.origin}/send/{name}")

    def wait_for(self, number: int) -> Sequence[Delivered]:
        """Return the calls once there are so many; AssertionError where that takes over 30 s."""
        with self._news:
            assert self._news.wait_for(lambda: len(self._calls) >= number, LIMIT_S), f"{len(self._calls)} of {number}"
            return tuple(self._calls)

    def close(self) -> None:
        """Stop listening."""
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _take(self, call: Delivered) -> int | None:
        with self._news:
            self._calls.append(call)
            self._news.notify_all()
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def push_service() -> Iterator[PushService]:
    """Return a push service for a while."""
    service = PushService()
    try:
        yield service
    finally:
        service.close()
