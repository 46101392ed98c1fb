"""The receivers of the webhook guide, as pasted, against a platform; and the published libraries they use."""

import contextlib
import os
import queue
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests  # type: ignore[import-untyped]

from tests.compat.node import FOLDER, installed_version
from tests.receiver import Receiver
from tests.server_process import free_port

PAGE = (Path(__file__).resolve().parents[2] / "docs/guides/webhooks.md").read_text()
LIMIT_S = 60

STANDARD_PYTHON, COMPAT_PYTHON = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
STANDARD_NODE, KEYLESS_NODE, COMPAT_NODE = re.findall(r"^```js\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PROGRAMS = {
    "standard-python": ("receiver.py", STANDARD_PYTHON),
    "standard-node": ("receiver.mjs", STANDARD_NODE),
    "keyless-node": ("receiver.mjs", KEYLESS_NODE),
    "compat-node": ("receiver.mjs", COMPAT_NODE),
    "compat-python": ("receiver.py", COMPAT_PYTHON),
}
BLOB = {
    "10": "ten",
    "2": {"b": 1.0, "1": [1e21, 1e-7, -0.0, 18446744073709551615]},
    "emoji": "👩‍👩‍👧‍👦 naïve",
    "long": "ß" * 600,
}


class Program:
    """A running receiver of the guide.

    Attributes:
        uuid: Of its endpoint.
        lines: What it printed.
    """

    def __init__(self, uuid: str, command: list[str], environ: dict[str, str], port: int) -> None:
        self.uuid = uuid
        self.url = f"http://127.0.0.1:{port}/"
        self._process = subprocess.Popen(
            command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self._reading = threading.Thread(target=self._read)
        self._reading.start()
        self._wait_until_up(port)

    def _wait_until_up(self, port: int) -> None:
        until = time.monotonic() + LIMIT_S
        while self._process.poll() is None and time.monotonic() < until:
            with contextlib.suppress(ConnectionError), socket.create_connection(("127.0.0.1", port), LIMIT_S):
                return
            time.sleep(0.05)
        raise AssertionError(f"the receiver did not start: {list(self.lines.queue)}")

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.put(line.strip())

    def next_line(self) -> str:
        """Return the next line it prints."""
        return self.lines.get(timeout=LIMIT_S)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reading.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture(params=list(PROGRAMS))
def program(request, stage, tmp_path) -> Iterator[Program]:
    """A receiver of the guide, told of the demo app's outcomes."""
    name, text = PROGRAMS[request.param]
    (tmp_path / name).write_text(text)
    (tmp_path / "node_modules").symlink_to(FOLDER / "js/node_modules")
    sealgate, app = stage.platform.sealgate, stage.platform.env["SEALGATE_API_KEY"]
    port = free_port()
    endpoint = sealgate("app", "webhook", "add", app, f"http://127.0.0.1:{port}/")
    environ = {
        **os.environ,
        **stage.platform.env,
        "PORT": str(port),
        "WEBHOOK_SECRET": endpoint["secret"],
        "NO_PROXY": "*",
    }
    command = [sys.executable if name.endswith(".py") else "node", str(tmp_path / name)]
    running = Program(endpoint["uuid"], command, environ, port)
    yield running
    running.close()
    sealgate("app", "webhook", "remove", app, endpoint["uuid"])


def new_request(stage, **meta) -> str:
    """Create a sign request of the demo app; return its UUID."""
    env = stage.platform.env
    answer = requests.post(
        f"{stage.platform.url}/api/v1/platform/payload",
        json={"txjson": {"TransactionType": "SignIn"}, "custom_meta": {"instruction": "Thanks 👋", **meta}},
        headers={"x-api-key": env["SEALGATE_API_KEY"], "x-api-secret": env["SEALGATE_API_SECRET"]},
        timeout=LIMIT_S,
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["uuid"])


def test_the_library_is_the_published_one():
    assert installed_version("js", "standardwebhooks") == "1.1.1"


def test_receivers_take_what_is_genuine_and_nothing_else(stage, program):
    signed, rejected = new_request(stage, blob=BLOB), new_request(stage, blob="plain ✓")

    stage.alice.signs(signed)
    assert program.next_line() == f"payload.resolved {signed}"
    stage.alice.declines(rejected)
    assert program.next_line() == f"payload.resolved {rejected}"

    with Receiver() as tap:
        app = stage.platform.env["SEALGATE_API_KEY"]
        stage.platform.sealgate("app", "webhook", "update", app, program.uuid, "--url", f"http://127.0.0.1:{tap.port}/")
        third = new_request(stage, blob=BLOB)
        stage.alice.signs(third)
        (genuine,) = tap.wait_for(lambda calls: len(calls) == 1, limit_s=LIMIT_S)
    headers = {name: value for name, value in genuine.headers.items() if name not in ("host", "content-length")}
    altered = genuine.body.replace(b'"signed":true', b'"signed":false')
    assert altered != genuine.body
    older = {"webhook-timestamp": "1", "x-xumm-request-timestamp": "1"}
    for body, sent in ((altered, headers), (genuine.body, headers | older), (genuine.body, {"webhook-id": "evt_1"})):
        assert requests.post(program.url, data=body, headers=sent, timeout=LIMIT_S).status_code == 400

    assert requests.post(program.url, data=genuine.body, headers=headers, timeout=LIMIT_S).status_code == 204
    assert program.next_line() == f"payload.resolved {third}"
    with contextlib.suppress(queue.Empty):
        raise AssertionError(program.lines.get_nowait())
