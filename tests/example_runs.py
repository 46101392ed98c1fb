"""The programs of `examples/`, run as they stand: copied out of the repository, with the packages they ask for."""

import json
import re
import shutil
import subprocess
import sys
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Self

from tests.platform import Platform

EXAMPLES = Path(__file__).parents[1] / "examples"
LIMIT_S = 60

# What `npm install` would bring, from the packages the other tests use; `same_packages` compares the versions.
_NODE_MODULES = {"backend-node": "tests/compat/js/node_modules", "browser-app": "tests/browser/node_modules"}


def same_packages(name: str) -> None:
    """Check that an example asks for the very packages it is run with here."""
    for package, asked in json.loads((EXAMPLES / name / "package.json").read_text())["dependencies"].items():
        installed = EXAMPLES.parent / _NODE_MODULES[name] / package / "package.json"
        assert json.loads(installed.read_text())["version"] == asked, package


def known_packages(name: str) -> None:
    """Check that what an example's `requirements.txt` names is what it is run with here."""
    for line in (EXAMPLES / name / "requirements.txt").read_text().splitlines():
        package, least = re.fullmatch(r"([a-z]+)(?:\[[a-z]+\])?>=([0-9.]+)", line.strip()).groups()  # type: ignore[union-attr]
        assert _numbers(version(package)) >= _numbers(least), line


def copied(name: str, folder: Path) -> Path:
    """Copy an example into a folder as a developer would have it after the installation, and return where it is."""
    place = folder / name
    left_out = shutil.ignore_patterns("node_modules", "__pycache__", "package-lock.json")
    shutil.copytree(EXAMPLES / name, place, ignore=left_out)
    if name in _NODE_MODULES:
        (place / "node_modules").symlink_to(EXAMPLES.parent / _NODE_MODULES[name])
    return place


class Run:
    """An example while it runs, as a developer starts it who loaded `dev.env`.

    Args:
        program: As its README starts it; `python` is the one of the tests.
        settings: Further variables.
    """

    def __init__(self, platform: Platform, place: Path, *program: str, **settings: str) -> None:
        command = [sys.executable if word == "python" else word for word in program]
        environ = platform.environ | {"PYTHONUNBUFFERED": "1", "NO_PROXY": "*"} | settings
        self.process = subprocess.Popen(
            command, cwd=place, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.said: list[str] = []
        self._limit = threading.Timer(LIMIT_S, self.process.kill)
        self._limit.start()

    def says(self, beginning: str) -> str:
        """Wait for a line with this beginning and return the rest of it."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if line.startswith(beginning):
                return line.removeprefix(beginning).strip()
        raise AssertionError(f"it never said {beginning!r}:\n{''.join(self.said)}")

    def ends(self) -> int:
        """Wait for the end and return the exit code."""
        assert self.process.stdout is not None
        self.said += self.process.stdout.readlines()
        return self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._limit.cancel()
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])
