"""What the commands of the sandbox read, and what they say where there is none."""

from importlib import import_module

import pytest
import typer
from typer.testing import CliRunner

from sealgate.cli.output import Refused
from sealgate.cli.sandbox_controls import seconds
from tests.receiver import Receiver

cli = import_module("sealgate.cli.main").cli


class TestDurations:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [("90s", 90), ("10m", 600), ("1h30m", 5400), ("2d", 172_800), ("15", 15), ("0.5s", 0.5), (" 1H ", 3600),
         ("1d1h1m1s", 90_061)],
    )  # fmt: skip
    def test_are_read(self, text, expected):
        assert seconds(text) == expected

    @pytest.mark.parametrize("text", ["", "soon", "-5s", "1w", "5 s", "1m1h", "s", "1.5h"])
    def test_that_are_none_are_refused(self, text):
        with pytest.raises(typer.BadParameter):
            seconds(text)


class TestAServerThatIsNoSandbox:
    @pytest.mark.parametrize(
        "words",
        [["sandbox", "state"], ["sandbox", "reset"], ["sandbox", "faults", "clear"], ["trigger", "payload.signed"]],
    )
    def test_is_told_to_have_no_controls(self, monkeypatch, words):
        body = b'{"error":{"reference":"4d2f9c10-8e7b-4a63-b5d1-0c9e8f7a6b52","code":404,"message":"Not here."}}'
        answer = b"HTTP/1.1 404 Not Found\r\ncontent-length: %d\r\n\r\n" % len(body) + body
        with Receiver(lambda _: answer) as server:
            monkeypatch.setenv("SEALGATE_URL", f"http://127.0.0.1:{server.port}")
            for name in ("SEALGATE_ADMIN_TOKEN", "SEALGATE_API_KEY", "SEALGATE_API_SECRET"):
                monkeypatch.setenv(name, "any")

            said = CliRunner().invoke(cli, words)

        assert isinstance(said.exception, Refused)
        assert "is no sandbox" in said.exception.message
        assert said.stdout == ""


class TestFaults:
    def test_that_do_nothing_are_a_slip(self):
        said = CliRunner().invoke(cli, ["sandbox", "faults", "webhooks", "--times", "2"])

        assert said.exit_code == 2
        assert "say what happens" in said.output
