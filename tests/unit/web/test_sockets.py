"""The thin class over the WebSocket messages."""

import asyncio
from typing import Any

import pytest

from sealgate.web import sockets
from sealgate.web.sockets import ABORT, Socket, SocketClosed
from tests.unit.web.tiny import make_context

pytestmark = pytest.mark.anyio

UUID = "5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70"


class Peer:
    """The other end: says what it is told to say, and keeps what it is sent."""

    def __init__(self, *said: dict[str, Any]) -> None:
        self._said = [{"type": "websocket.connect"}, *said, {"type": "websocket.disconnect", "code": 1005}]
        self.heard: list[dict[str, Any]] = []
        self.stuck = False
        self.cut = False

    @property
    def scope(self) -> dict[str, Any]:
        return {
            "type": "websocket", "path": "", "headers": [(b"host", b"x"), (b"origin", b"https://a.example")],
            "extensions": {ABORT: self._abort, "websocket.http.response": {}},
        }  # fmt: skip

    def _abort(self) -> None:
        self.cut = True

    async def receive(self) -> dict[str, Any]:
        return self._said.pop(0)

    async def send(self, message: Any) -> None:
        if self.stuck:
            await asyncio.sleep(3600)
        self.heard.append(message)


@pytest.fixture
def open_socket(settings):
    async def opened(peer: Peer) -> Socket:
        socket = Socket(make_context(settings), peer.scope, peer.receive, peer.send, {"uuid": UUID})
        await socket.accept()
        return socket

    return opened


class TestSocket:
    async def test_sends_text_and_receives_it(self, open_socket):
        peer = Peer({"type": "websocket.receive", "text": "hey"}, {"type": "websocket.receive", "bytes": b"\xff1"})
        socket = await open_socket(peer)

        await socket.send_text('{"a":1}')
        await socket.send_text(b'{"b":2}')
        received = [await socket.receive(), await socket.receive(), await socket.receive(), await socket.receive()]

        assert [message.get("text") for message in peer.heard] == [None, '{"a":1}', '{"b":2}']
        assert received == ["hey", "\ufffd1", None, None]
        assert socket.headers["origin"] == "https://a.example"

    async def test_drops_a_reader_who_does_not_read(self, open_socket, monkeypatch):
        monkeypatch.setattr(sockets, "SEND_TIMEOUT_S", 0.01)
        peer = Peer()
        socket = await open_socket(peer)
        peer.stuck = True

        with pytest.raises(SocketClosed):
            await socket.send_text("anybody there?")

        assert peer.cut
        assert socket.closed

    async def test_sends_nothing_more_once_it_is_over(self, open_socket):
        peer = Peer()
        socket = await open_socket(peer)
        await socket.close(1000)
        await socket.close(1011)

        with pytest.raises(SocketClosed):
            await socket.send_text("late")

        assert peer.heard[1:] == [{"type": "websocket.close", "code": 1000}]

    async def test_takes_a_server_that_says_the_client_is_gone_for_the_end(self, open_socket):
        peer = Peer()
        socket = await open_socket(peer)

        async def gone(message: Any) -> None:
            raise OSError

        socket._send = gone

        with pytest.raises(SocketClosed):
            await socket.send_text("hello")
        assert await socket.receive() is None


class TestApp:
    async def test_hands_a_connection_to_the_handler_of_its_path(self, app):
        peer = Peer({"type": "websocket.receive", "text": "hey"})

        await app(peer.scope | {"raw_path": f"/ECHO/{UUID.upper()}/".encode()}, peer.receive, peer.send)

        assert [message["type"] for message in peer.heard] == ["websocket.accept", "websocket.send", "websocket.send"]
        assert peer.heard[1]["text"] == f"welcome {UUID}"
        assert peer.heard[2]["text"] == "you said hey"

    async def test_closes_with_1011_when_the_handler_fails(self, app, capsys):
        peer = Peer({"type": "websocket.receive", "text": "boom"})

        await app(peer.scope | {"raw_path": f"/echo/{UUID}".encode()}, peer.receive, peer.send)

        assert peer.heard[-1] == {"type": "websocket.close", "code": 1011}
        assert "socket failed" in "".join(capsys.readouterr())

    @pytest.mark.parametrize("path", [b"/nope", b"/page", b"/echo/not-a-uuid"])
    async def test_refuses_other_paths_with_404(self, app, path):
        peer = Peer()

        await app(peer.scope | {"raw_path": path}, peer.receive, peer.send)

        assert peer.heard[0]["type"] == "websocket.http.response.start"
        assert peer.heard[0]["status"] == 404
