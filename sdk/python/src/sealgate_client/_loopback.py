"""A door on this computer for a browser to come back to (RFC 8252, 7.3)."""

from __future__ import annotations

import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from typing_extensions import Self

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<style>body {{ font: 1.1rem/1.5 system-ui, sans-serif; margin: 20vh auto 0; max-width: 26rem; padding: 0 1rem }}</style>
</head><body><main><h1>{title}</h1><p>You can close this window and go back to the program.</p></main></body></html>"""


class Door:
    """Listens on this computer alone, on a free port. Browsers may keep connections open, so it has threads.

    Attributes:
        answer: The parameters that the browser brought; None until then.
    """

    def __init__(self, path: str) -> None:
        self.answer: dict[str, str] | None = None
        self._path = path
        self._state = ""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def redirect_uri(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}{self._path}"

    def expect(self, state: str) -> None:
        """Let in who brings this state: other visitors are strangers."""
        self._state = state

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        door = self

        class Visit(BaseHTTPRequestHandler):
            timeout = 10

            def do_GET(self) -> None:
                url = urlsplit(self.path)
                answer = dict(parse_qsl(url.query))
                known = secrets.compare_digest(answer.get("state", "").encode(), door._state.encode())
                if url.path != door._path or not (known and door._state):
                    return self.send_error(404)
                page = _PAGE.format(title="You are signed in" if "code" in answer else "You are not signed in")
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("cache-control", "no-store")
                self.end_headers()
                self.wfile.write(page.encode())
                door.answer = answer
                return None

            def log_message(self, *_: object) -> None:
                """The address holds the code: it is no text for a log."""

        return Visit
