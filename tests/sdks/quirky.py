"""A server with habits of its own: it passes calls on to a real platform, and bends some of the answers."""

import http.server
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import httpx

Bend = Callable[[dict[str, Any]], Any]


@dataclass
class Habits:
    """What this server does otherwise, each by method and path of the call.

    Attributes:
        bodies: What becomes of the JSON of an answer.
        statuses: The status instead, with an empty body.
        plain: Answers that are text instead.
        without: Headers that are left out everywhere.
    """

    bodies: dict[str, Bend] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    plain: set[str] = field(default_factory=set)
    without: set[str] = field(default_factory=set)


class QuirkyServer:
    """`with QuirkyServer(url, habits) as quirky:` listens at `quirky.url`.

    Attributes:
        calls: Method and path of each call that came.
    """

    def __init__(self, behind: str, habits: Habits) -> None:
        self.calls: list[str] = []
        self._client = httpx.Client(base_url=behind, timeout=30)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler(habits))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._client.close()

    def _handler(self, habits: Habits) -> type[http.server.BaseHTTPRequestHandler]:
        quirky = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self) -> None:
                call = f"{self.command} {self.path.partition('?')[0]}"
                quirky.calls.append(call)
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
                real = quirky._client.request(self.command, self.path, headers=headers, content=body)
                status, content = real.status_code, real.content
                if call in habits.statuses:
                    status, content = habits.statuses[call], b""
                elif call in habits.plain:
                    content = b"Not found"
                elif call in habits.bodies:
                    content = json.dumps(habits.bodies[call](real.json())).encode()
                self.send_response(status)
                for name in ("content-type", "access-control-allow-origin", "access-control-allow-headers", "location"):
                    if name in real.headers and name not in habits.without:
                        self.send_header(name, real.headers[name])
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_DELETE = do_OPTIONS = answer  # noqa: N815

            def log_message(self, format: str, *_: Any) -> None:
                """Nothing."""

        return Handler
