"""The running server: real sockets, real signals."""

import contextlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.sync.client import connect

from sealgate.base.settings import Settings
from sealgate.web.errors import AddressUnusable, PortTaken, TlsFilesUnusable
from sealgate.web.protocols import MAX_HEAD_BYTES
from sealgate.web.server import MAX_FRAME_BYTES, listen, serve
from tests.server_process import free_port
from tests.unit.web.tiny import make_app

UUID = "5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70"


class Running:
    """The tiny application in a process of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.port = free_port()
        environ = {f"SEALGATE_{name.upper()}": value for name, value in settings.items()}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.unit.web.tiny"],
            env={**os.environ, "SEALGATE_DATA_DIR": str(folder), "SEALGATE_PORT": str(self.port), **environ},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.first_line = self.process.stdout.readline().strip()
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(how)

    def ended(self) -> tuple[int, str]:
        """Return the exit code and what was printed."""
        output, _ = self.process.communicate(timeout=30)
        return self.process.returncode, output


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    server = Running(tmp_path, shutdown_s="2")
    assert server.first_line == "ready"
    yield server
    server.process.kill()
    server.process.communicate()


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for all tests that leave it running."""
    server = Running(tmp_path_factory.mktemp("lasting"))
    assert server.first_line == "ready"
    yield server
    server.process.kill()
    server.process.communicate()


def in_background(running: Running, **query: Any) -> tuple[threading.Thread, list[Any]]:
    """Make a slow call, and return when the server has begun with it."""
    answers: list[Any] = []
    slow = f"{running.url}/api/v1/slow"
    thread = threading.Thread(target=lambda: answers.append(httpx.get(slow, params=query, timeout=20)))
    thread.start()
    while httpx.get(f"{slow}/begun", timeout=20).json()["calls"] == 0:
        time.sleep(0.02)
    return thread, answers


class TestTheEnd:
    @pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
    def test_running_calls_finish_and_the_process_ends_in_order(self, running, how):
        thread, answers = in_background(running, s=1)

        running.stop(how)
        thread.join()

        assert answers[0].json() == {"done": True}
        assert running.ended() == (0, "ended in order\n")
        with pytest.raises(httpx.ConnectError):
            httpx.get(running.url)

    def test_a_call_that_does_not_finish_in_time_is_told_so(self, running):
        thread, answers = in_background(running, s=60)

        running.stop()
        thread.join()

        assert answers[0].status_code == 503
        assert answers[0].json()["error"]["docs"].endswith("#server-stopping")
        assert running.ended()[0] == 0

    def test_sockets_close_with_1012_and_what_was_on_its_way_arrives(self, running):
        with connect(f"ws://127.0.0.1:{running.port}/echo/{UUID}") as client:
            assert client.recv() == f"welcome {UUID}"
            running.stop()

            with pytest.raises(websockets.ConnectionClosed) as closed:
                client.recv(timeout=5)

        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
        assert running.ended() == (0, "ended in order\n")

    def test_event_streams_end(self, running):
        with httpx.stream("GET", f"{running.url}/api/v1/events", timeout=10) as answer:
            lines = answer.iter_lines()
            first = [next(lines) for _ in range(5)]
            running.stop()
            rest = list(lines)

        assert first == ["retry: 2000", "", "event: greeting", "id: 1", 'data: {"text":"hello"}']
        assert rest[-3:] == ["data: two", "data: lines", ""]
        assert running.ended() == (0, "ended in order\n")


class TestBounds:
    def test_a_head_without_end_is_refused(self, lasting):
        with socket.create_connection(("127.0.0.1", lasting.port)) as client:
            client.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n")
            with contextlib.suppress(OSError):
                for _ in range(40):
                    client.sendall(b"x-long: " + b"a" * (MAX_HEAD_BYTES // 8) + b"\r\n")
                    time.sleep(0.005)
            answer = client.recv(4096)

        assert answer.startswith(b"HTTP/1.1 431 ")

    def test_a_large_body_is_refused_in_a_way_that_clients_hear(self, lasting):
        answer = httpx.post(f"{lasting.url}/api/v1/lenient", content=b"a" * 1_000_000)

        assert answer.status_code == 413

    def test_a_frame_over_the_limit_closes_the_socket(self, lasting):
        with connect(f"ws://127.0.0.1:{lasting.port}/echo/{UUID}") as client:
            client.recv()
            client.send("x" * (MAX_FRAME_BYTES + 1))

            with pytest.raises(websockets.ConnectionClosed) as closed:
                client.recv(timeout=5)

        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009

    def test_frames_are_never_compressed(self, lasting):
        with connect(f"ws://127.0.0.1:{lasting.port}/echo/{UUID}", compression="deflate") as client:
            assert client.protocol.extensions == []

    def test_a_reader_who_does_not_read_is_dropped(self, lasting):
        with socket.create_connection(("127.0.0.1", lasting.port)) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.sendall(
                b"GET /flood HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
                b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n"
            )
            time.sleep(0.5)
            assert "sealgate_sockets 1.0" in httpx.get(f"{lasting.url}/metrics").text
            deadline = time.monotonic() + 15
            while "sealgate_sockets 0.0" not in httpx.get(f"{lasting.url}/metrics").text:
                assert time.monotonic() < deadline
                time.sleep(0.2)

    def test_http_that_cannot_be_read_is_refused(self, lasting):
        with socket.create_connection(("127.0.0.1", lasting.port)) as client:
            client.sendall(b"\x16\x03\x01 what is this\r\n\r\n")

            assert client.recv(4096).startswith(b"HTTP/1.1 400 ")


class TestListen:
    def test_says_that_the_port_is_taken(self, tmp_path):
        with contextlib.closing(listen("127.0.0.1", 0)[0]) as holder:
            port = holder.getsockname()[1]

            with pytest.raises(PortTaken, match=str(port)):
                listen("127.0.0.1", port)

    def test_a_server_on_a_taken_port_ends_with_plain_words(self, lasting, tmp_path):
        second = subprocess.run(
            [sys.executable, "-m", "tests.unit.web.tiny"],
            env={**os.environ, "SEALGATE_DATA_DIR": str(tmp_path), "SEALGATE_PORT": str(lasting.port)},
            capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip

        assert second.returncode == 1
        assert second.stderr == f"Port {lasting.port} on 127.0.0.1 is taken by another program.\n"

    @pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
    def test_says_that_the_address_is_not_ours(self, host):
        with pytest.raises(AddressUnusable, match=host):
            listen(host, 0)


class TestTls:
    def test_speaks_tls_with_the_files_of_the_settings(self, tmp_path):
        certificate, key = self_signed(tmp_path)
        server = Running(tmp_path, tls_cert=str(certificate), tls_key=str(key))
        context = ssl.create_default_context(cafile=str(certificate))

        try:
            answer = httpx.get(f"https://127.0.0.1:{server.port}/healthz", verify=context)
        finally:
            server.stop()

        assert answer.status_code == 200
        assert server.ended()[0] == 0

    def test_does_not_wait_for_idle_clients_at_the_end(self, tmp_path):
        certificate, key = self_signed(tmp_path)
        server = Running(tmp_path, tls_cert=str(certificate), tls_key=str(key))
        context = ssl.create_default_context(cafile=str(certificate))

        with httpx.Client(verify=context) as idle:
            idle.get(f"https://127.0.0.1:{server.port}/healthz")
            server.stop()
            began = time.monotonic()
            ended, _ = server.ended()

        assert ended == 0
        assert time.monotonic() - began < 10  # the server would wait 20 s for a call that runs

    def test_says_that_the_files_cannot_be_used(self, tmp_path):
        certificate, _ = self_signed(tmp_path)
        settings = Settings(data_dir=str(tmp_path), port=0, tls_cert=str(certificate), tls_key=str(tmp_path / "none"))

        with pytest.raises(TlsFilesUnusable, match="No such file"):
            serve(make_app(settings), settings)


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Return the files of a certificate for 127.0.0.1 and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tiny")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"
