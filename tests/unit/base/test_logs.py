"""Logs: what a line carries, and what it withholds."""

import errno
import io
import json
import logging

import pytest
import structlog

from sealgate.base.logs import call_reference, configure_logs, get_logger


class FullDisk(io.StringIO):
    """A file that has no room for one more character."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture(autouse=True)
def own_configuration():
    yield
    structlog.reset_defaults()


def lines(capsys) -> list[dict[str, str]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


class TestALogLine:
    def test_names_its_component_and_level(self, capsys):
        log = get_logger("sealgate.apps")
        configure_logs(style="json", level="info")

        log.info("app disabled", app="a1")

        (line,) = lines(capsys)
        assert {name: line[name] for name in ("component", "level", "event", "app")} == {
            "component": "sealgate.apps",
            "level": "info",
            "event": "app disabled",
            "app": "a1",
        }

    def test_carries_the_reference_of_the_call(self, capsys):
        configure_logs(style="json", level="info")
        reset = call_reference.set("0b1c")

        get_logger("sealgate.web").info("answered")

        call_reference.reset(reset)
        assert lines(capsys)[0]["reference"] == "0b1c"

    @pytest.mark.parametrize("name", ["api_secret", "user_token", "Authorization", "txblob", "ott", "jwt"])
    def test_withholds_what_must_stay_secret(self, capsys, name):
        configure_logs(style="json", level="info")

        get_logger("sealgate.web").info("called", **{name: "canary"})

        assert "canary" not in capsys.readouterr().err

    def test_below_the_level_is_not_written(self, capsys):
        configure_logs(style="json", level="warning")

        get_logger("sealgate.web").info("answered")

        assert lines(capsys) == []

    @pytest.mark.parametrize("style", ["json", "console"])
    def test_that_find_no_room_are_lost_and_harm_nobody(self, monkeypatch, style):
        monkeypatch.setattr("sys.stderr", FullDisk())
        configure_logs(style=style, level="info")

        get_logger("sealgate.web").error("no room")
        logging.getLogger("uvicorn.error").error("no room")
