"""Tests that node's own runner runs: each of them is a subtest here."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
REPORTER = FOLDER / "js/reporter.mjs"
FILE_LIMIT_S = 120


def run_file(folder: str, name: str, environ: Mapping[str, str], results: Path) -> list[dict[str, Any]]:
    """Run a file of tests; return title, result and reason of each.

    Args:
        folder: Below tests/compat, with the packages the file needs.
        results: A file to be written.
    """
    done = subprocess.run(
        ["node", f"--test-reporter={REPORTER}", f"--test-reporter-destination={results}", name],
        cwd=FOLDER / folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=FILE_LIMIT_S,
        check=False,
    )
    print(done.stdout)
    outcomes = [json.loads(line) for line in results.read_text().splitlines()]
    assert outcomes, f"{name} ran no tests"
    assert (done.returncode == 0) == all(outcome["passed"] for outcome in outcomes), (
        "node ended otherwise than its tests"
    )
    return outcomes


def installed_version(folder: str, package: str) -> str:
    """Return the version of a package, which is the one that the lock file names."""
    locked = json.loads((FOLDER / folder / "package-lock.json").read_text())["packages"][f"node_modules/{package}"]
    installed = json.loads((FOLDER / folder / "node_modules" / package / "package.json").read_text())
    assert locked["version"] == installed["version"]
    return str(installed["version"])
