"""Finding a Chromium, and what is said where there is none or it does not start."""

from pathlib import Path

import pytest

from sealgate.cli.output import Refused
from sealgate.cli.wallet.devtools import find_chromium, running_chromium


def a_program(folder: Path, name: str, script: str = "exit 0") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


class TestFindChromium:
    def test_takes_the_first_of_the_usual_names(self, tmp_path, monkeypatch):
        a_program(tmp_path, "google-chrome")
        expected = a_program(tmp_path, "chromium")
        monkeypatch.setenv("PATH", str(tmp_path))

        assert find_chromium(None) == expected

    def test_takes_the_one_that_is_named(self, tmp_path):
        named = a_program(tmp_path, "my-browser")

        assert find_chromium(named) == named

    def test_says_how_to_get_one(self, tmp_path, monkeypatch):
        monkeypatch.setenv("PATH", str(tmp_path))

        with pytest.raises(Refused, match="no Chromium on PATH") as refused:
            find_chromium(None)

        assert "apt-get install chromium" in refused.value.hint

    def test_refuses_a_name_that_is_no_program(self, tmp_path):
        with pytest.raises(Refused, match="no program"):
            find_chromium(tmp_path / "nothing")


class TestRunningChromium:
    def test_one_that_ends_is_refused_with_what_it_said_and_leaves_nothing(self, tmp_path, monkeypatch):
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        monkeypatch.setattr("tempfile.tempdir", None)
        broken = a_program(tmp_path, "chromium", "echo 'Missing X server or $DISPLAY' >&2; exit 1")

        with (
            pytest.raises(Refused, match="Missing X server") as refused,
            running_chromium(broken, headless=False, size=(390, 844)),
        ):
            pass

        assert "--headless" in refused.value.hint
        assert list(tmp_path.iterdir()) == [broken]
