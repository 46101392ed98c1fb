"""Browsers that sign in, and the app that redeems their codes: HTTP/1.1 on keep-alive connections, in a process apart.

`python -m bench.browsers` reads a job as JSON on stdin and prints where every browser came to. Each has its own
cookies and follows redirects, until one leads to a page that is not for it or to the app, which then redeems the code.
"""

import asyncio
import json
import subprocess
import sys
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import uvloop

from bench.processes import ROOT, Process

MAX_STEPS = 8


@dataclass
class Browser:
    """One person's browser.

    Attributes:
        path: Where it goes next, or where it was led in the end.
        verifier: The PKCE code verifier of its sign-in.
        signatures: RS256 tokens that the app got for its code; 0 while there is none.
        token: The access token among them.
    """

    path: str
    verifier: str
    cookies: dict[str, str] = field(default_factory=dict)
    signatures: int = 0
    token: str = ""


@dataclass(frozen=True)
class App:
    """Who redeems the codes: a public client.

    Attributes:
        stop: Beginning of the paths that are not for browsers: the wallet's turn.
    """

    client_id: str
    redirect_uri: str
    stop: str = "/sign/"


@dataclass(frozen=True)
class Outcome:
    """What came of a job.

    Attributes:
        seconds: By the clock.
    """

    browsers: list[Browser]
    seconds: float


def run_browsers(server: Process, app: App, browsers: Sequence[Browser], *, connections: int = 32) -> Outcome:
    """Let browsers go on, so many at a time, and return them as they are then.

    Raises:
        subprocess.CalledProcessError: a browser or the app got an answer that it cannot go on with.
    """
    job = {"port": server.port, "app": asdict(app), "connections": connections}
    job["browsers"] = [asdict(browser) for browser in browsers]
    done = subprocess.run(
        [sys.executable, "-m", "bench.browsers"],
        input=json.dumps(job),
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        check=True,
    )
    told = json.loads(done.stdout)
    return Outcome([Browser(**browser) for browser in told["browsers"]], told["seconds"])


class Connection:
    """One keep-alive connection, one request at a time."""

    def __init__(self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._host = f"localhost:{port}"
        self._reader = reader
        self._writer = writer

    async def ask(
        self, browser: Browser | None, path: str, form: dict[str, str] | None = None
    ) -> tuple[int, str, bytes]:
        """Send a GET, or a form, and return status, `location` and body; a browser keeps the cookies it is given."""
        body = urlencode(form).encode() if form else b""
        lines = [f"{'POST' if form else 'GET'} {path} HTTP/1.1", f"host: {self._host}", "accept: */*"]
        if browser is not None:
            lines.append("user-agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36")
            if browser.cookies:
                lines.append("cookie: " + "; ".join(f"{name}={value}" for name, value in browser.cookies.items()))
        if form:
            lines += ["content-type: application/x-www-form-urlencoded", f"content-length: {len(body)}"]
        self._writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        location, length = "", 0
        for line in head[1:-2]:
            name, _, value = line.partition(": ")
            match name.lower():
                case "location":
                    location = value
                case "content-length":
                    length = int(value)
                case "set-cookie" if browser is not None:
                    cookie, _, content = value.partition(";")[0].partition("=")
                    browser.cookies.pop(cookie, None)
                    if content:
                        browser.cookies[cookie] = content
        return int(head[0].split(" ")[1]), location, await self._reader.readexactly(length)


async def _go_on(connection: Connection, browser: Browser, app: App) -> None:
    for _ in range(MAX_STEPS):
        status, location, body = await connection.ask(browser, browser.path)
        if status not in (302, 303):
            raise RuntimeError(f"{browser.path} answered {status}: {body[:500]!r}")
        if location.startswith(app.redirect_uri):
            await _redeem(connection, browser, app, parse_qs(urlsplit(location).query)["code"][0])
            return
        place = urlsplit(location)
        browser.path = place.path + (f"?{place.query}" if place.query else "")
        if browser.path.startswith(app.stop):
            return
    raise RuntimeError(f"a browser was led about, at last to {browser.path}")


async def _redeem(connection: Connection, browser: Browser, app: App, code: str) -> None:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": app.redirect_uri,
        "client_id": app.client_id,
        "code_verifier": browser.verifier,
    }
    status, _, body = await connection.ask(None, "/token", form)
    answer: dict[str, Any] = json.loads(body)
    if status != 200 or not answer.get("access_token"):
        raise RuntimeError(f"the code was refused with {status}: {body[:500]!r}")
    tokens = [answer["access_token"], answer.get("id_token", "")]
    browser.token = answer["access_token"]
    browser.signatures = sum(token.count(".") == 2 and _alg(token) == "RS256" for token in tokens)


def _alg(token: str) -> str:
    header = token.partition(".")[0]
    alg: str = json.loads(urlsafe_b64decode(header + "=" * (-len(header) % 4)))["alg"]
    return alg


async def _run(job: dict[str, Any]) -> dict[str, Any]:
    app = App(**job["app"])
    browsers = [Browser(**browser) for browser in job["browsers"]]
    waiting: Iterator[Browser] = iter(browsers)
    port = job["port"]
    connections = [
        Connection(port, *(await asyncio.open_connection("127.0.0.1", port))) for _ in range(job["connections"])
    ]

    async def use(connection: Connection) -> None:
        for browser in waiting:
            await _go_on(connection, browser, app)

    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for connection in connections:
            group.create_task(use(connection))
    return {"browsers": [asdict(browser) for browser in browsers], "seconds": time.perf_counter() - started}


if __name__ == "__main__":
    print(json.dumps(uvloop.run(_run(json.load(sys.stdin)))))
