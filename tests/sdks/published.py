"""The client as it is published, and projects that have nothing else, run as they stand."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[2]
LIMIT_S = 120

# Plugins of our own suite that a small project does not have; some take seconds to load.
_OURS = ("schemathesis", "hypothesispytest", "anyio", "socket", "playwright")
_WITHOUT = tuple(word for name in _OURS for word in ("-p", f"no:{name}"))


def install_client(folder: Path) -> Path:
    """Build the wheel of the client, unpack it as an installer does, and return the folder for PYTHONPATH."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT / "sdk/python",
        check=True,
        capture_output=True,
        timeout=LIMIT_S,
    )
    site = folder / "site"
    [wheel] = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(site)
    return site


class Run:
    """A test run of a project.

    Attributes:
        code: Exit code of pytest.
        said: What it wrote.
        seconds: By the name of each test after its file's, all three phases together.
        failed: The names of those that did not pass, written in the same way.
    """

    def __init__(self, place: Path, site: Path, *arguments: str, **environ: str) -> None:
        report = place / "report.xml"
        arguments = ("-m", "pytest", "-q", *_WITHOUT, f"--rootdir={place}", f"--junit-xml={report}", *arguments)
        done = _run(arguments, place, site, environ)
        self.code = done.returncode
        self.said = done.stdout + done.stderr
        found = list(ET.parse(report).iter("testcase")) if report.exists() else []
        self.seconds = {f"{one.get('classname')}: {one.get('name')}": float(one.get("time") or 0) for one in found}
        self.failed = [f"{one.get('classname')}: {one.get('name')}" for one in found if len(one)]

    @staticmethod
    def script(path: Path, site: Path) -> str:
        """Run a program and return what it wrote on stdout."""
        done = _run((str(path),), path.parent, site, {})
        assert done.returncode == 0, done.stderr
        return done.stdout

    def median_ms(self, of: str) -> float:
        """Return what a test takes whose name has a word in it."""
        return median(seconds for name, seconds in self.seconds.items() if of in name) * 1000


def _run(
    arguments: Sequence[str], place: Path, site: Path, environ: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    # `sealgate` is found on PATH, as after an installation; nothing of this run's own settings goes along.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SEALGATE_", "PYTEST_"))}
    kept |= {"PYTHONPATH": str(site), "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=place,
        env={**kept, **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
