"""The end of a server and its refusals to start: nothing is cut off, and the words are plain."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.payloads import PAYMENT
from tests.platform import SEALGATE, Platform, start_platform
from tests.remote import Remote
from tests.server_process import free_port
from tests.wallet_side import Wallet

STOPS_WITHIN_S = 20
SERVICE_RESTART = 1012


@pytest.fixture(params=["sqlite", "postgresql"])
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    """A platform on each engine."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    started = start_platform(database_url=url)
    yield started
    started.stop()


def ended(platform: Platform) -> int:
    """Return the exit code of a platform that was told to end."""
    assert platform._process is not None
    code = platform._process.wait(STOPS_WITHIN_S)
    platform._process = None
    return code


class HalfSent:
    """A call of which the server has the head and one half of the body."""

    def __init__(self, head: str, body: bytes) -> None:
        self._head = f"{head}\r\nhost: localhost\r\ncontent-length: {len(body)}\r\n\r\n".encode()
        self._body = body

    async def begin(self, port: int) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        self._writer.write(self._head + self._body[:10])
        await self._writer.drain()

    async def finish(self) -> tuple[int, Any]:
        """Send the rest; return status and body of the answer."""
        self._writer.write(self._body[10:])
        async with asyncio.timeout(10):
            answer = await self._reader.read()
        self._writer.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split(b" ")[1]), json.loads(body)


def half_a_creation(side: Remote) -> HalfSent:
    headers = "\r\n".join(f"{name}: {value}" for name, value in side.credentials.items())
    return HalfSent(f"POST /api/v1/platform/payload HTTP/1.1\r\n{headers}", json.dumps({"txjson": PAYMENT}).encode())


def half_a_signature(wallet: Wallet, uuid: str, body: dict[str, Any]) -> HalfSent:
    path, content = f"/api/v1/app/payload/{uuid}", json.dumps(body).encode()
    headers = "\r\n".join(f"{n}: {v}" for n, v in wallet.signed_headers("PATCH", path, content).items())
    return HalfSent(f"PATCH {path} HTTP/1.1\r\n{headers}", content)


async def hears_the_end(status: ClientConnection) -> int | None:
    async with asyncio.timeout(10):
        await status.wait_closed()
    return status.close_code


async def listens_to_the_end(wallet: Wallet, listening: asyncio.Event) -> bool:
    """Follow the wallet's events; True when the stream ends as HTTP wants it."""
    headers = wallet.signed_headers("GET", "/api/v1/app/events")
    async with wallet.side._client.stream("GET", "/api/v1/app/events", headers=headers) as stream:
        assert stream.status_code == 200
        listening.set()
        async for _ in stream.aiter_bytes():
            pass
    return True


class TestTheEnd:
    def test_lets_calls_finish_and_tells_whoever_listens(self, platform):
        async def end() -> tuple[dict[str, Any], str]:
            async with Remote.of(platform) as side:
                wallet, asked = await side.wallet(), await side.asks(PAYMENT)
                body = wallet.signature((await wallet.opens(asked["uuid"])).json)
                creation, signature = half_a_creation(side), half_a_signature(wallet, asked["uuid"], body)
                listening = asyncio.Event()
                stream = asyncio.create_task(listens_to_the_end(wallet, listening))
                async with connect(asked["refs"]["websocket_status"], proxy=None) as status:
                    await status.recv()
                    await listening.wait()
                    await creation.begin(platform.port)
                    await signature.begin(platform.port)
                    await asyncio.sleep(0.3)  # for the server to have read both heads

                    os.kill(platform.pid, signal.SIGTERM)
                    code = await hears_the_end(status)
                    async with asyncio.timeout(10):
                        assert await stream is True
                    with pytest.raises(httpx.ConnectError):
                        await side.send("GET", "/healthz", {})
                    made, signed = await creation.finish(), await signature.finish()

                assert code == SERVICE_RESTART
                assert made[0] == signed[0] == 200
                assert signed[1]["signed"] is True
                return made[1], asked["uuid"]

        async def look(made: dict[str, Any], signed: str) -> None:
            async with Remote.of(platform) as side:
                assert (await side.sees(made["uuid"]))["meta"]["exists"] is True
                assert (await side.sees(signed))["meta"]["signed"] is True

        made, signed = asyncio.run(end())
        assert ended(platform) == 0
        log = platform.log_tail()
        platform.start()
        asyncio.run(look(made, signed))

        assert "Traceback" not in log
        assert "error" not in log

    def test_in_a_crowd_leaves_no_answer_without_its_write(self, platform):
        made: list[str] = []
        refused: list[int] = []

        async def crowd() -> None:
            async with Remote.of(platform) as side, asyncio.timeout(30):

                async def create() -> None:
                    try:
                        while True:
                            answer = await side.platform("POST", "payload", {"txjson": PAYMENT})
                            if answer.status == 200:
                                made.append(answer.json["uuid"])
                            else:
                                refused.append(answer.status)
                    except httpx.TransportError:
                        return

                workers = [asyncio.create_task(create()) for _ in range(20)]
                await asyncio.sleep(0.5)
                os.kill(platform.pid, signal.SIGTERM)
                await asyncio.gather(*workers)

        async def look() -> None:
            async with Remote.of(platform) as side:
                for uuid in made:
                    assert (await side.sees(uuid))["meta"]["exists"] is True

        asyncio.run(crowd())
        assert ended(platform) == 0
        platform.start()
        asyncio.run(look())

        assert made
        assert refused == []


def start(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Try to start a server; return its end."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SEALGATE_")}
    environ |= {f"SEALGATE_{name.upper()}": value for name, value in settings.items()}
    return subprocess.run(
        [SEALGATE, *arguments], cwd=folder, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=STOPS_WITHIN_S, check=False,
    )  # fmt: skip


def is_plain(done: subprocess.CompletedProcess[str], *words: str) -> bool:
    """Tell whether a command ended with 1 and a few lines with these words and a cure."""
    return (
        done.returncode == 1
        and done.stdout == ""
        and "Traceback" not in done.stderr
        and "try: " in done.stderr
        and len(done.stderr.splitlines()) <= 4
        and all(word in done.stderr for word in words)
    )


class TestARefusedStart:
    @pytest.mark.parametrize("command", ["dev", "serve"])
    def test_on_a_port_that_is_taken(self, tmp_path, command):
        assert start(tmp_path, "migrate", data_dir=str(tmp_path / "data")).returncode == 0
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]

            done = start(tmp_path, command, "--port", str(port), data_dir=str(tmp_path / "data"))

        assert is_plain(done, f"Port {port}", "taken", "another port"), done.stderr

    @pytest.mark.parametrize("command", ["dev", "serve", "migrate"])
    @pytest.mark.parametrize("place", ["file", "nowhere"])
    def test_with_a_data_folder_that_cannot_be_used(self, tmp_path, command, place):
        (tmp_path / "file").write_text("")
        # Not even root may make a folder in /proc.
        folder = tmp_path / "file" if place == "file" else Path("/proc/sealgate")

        done = start(tmp_path, command, "--data-dir", str(folder), port=str(free_port()))

        assert is_plain(done, str(folder), "data folder"), done.stderr

    @pytest.mark.parametrize("command", ["dev", "serve"])
    def test_with_a_file_that_is_no_database(self, tmp_path, command):
        (tmp_path / "sealgate.db").write_bytes(b"not a database, but long enough to be looked at" * 100)

        done = start(tmp_path, command, "--data-dir", str(tmp_path), port=str(free_port()))

        assert is_plain(done, "sealgate.db", "backup"), done.stderr

    def test_of_a_server_on_an_older_schema(self, tmp_path):
        assert start(tmp_path, "migrate", data_dir=str(tmp_path)).returncode == 0
        with closing(sqlite3.connect(tmp_path / "sealgate.db")) as database, database:
            database.execute("UPDATE alembic_version SET version_num = '0000'")

        done = start(tmp_path, "serve", data_dir=str(tmp_path), port=str(free_port()))

        assert is_plain(done, "0000", "sealgate migrate"), done.stderr

    @pytest.mark.parametrize("command", ["dev", "serve", "migrate"])
    def test_without_its_postgresql(self, tmp_path, command):
        url = f"postgresql://postgres:correct-horse@127.0.0.1:{free_port()}/sealgate"
        began = time.monotonic()

        done = start(tmp_path, command, data_dir=str(tmp_path), port=str(free_port()), database_url=url)

        assert is_plain(done, "database does not answer", "SEALGATE_DATABASE_URL"), done.stderr
        assert "correct-horse" not in done.stderr
        assert time.monotonic() - began < 15

    @pytest.mark.parametrize("settings", [{"port": "many"}, {"log_level": "loud"}, {"public_url": "ftp://x"}])
    def test_with_a_setting_that_is_none(self, tmp_path, settings):
        done = start(tmp_path, "serve", data_dir=str(tmp_path), **settings)

        assert done.returncode == 1
        assert next(iter(settings)) in done.stderr
        assert "Traceback" not in done.stderr
