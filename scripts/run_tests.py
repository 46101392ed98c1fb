"""Run the suites of `make test` one after the other and add them up.

Usage: run_tests.py [SUITE...], where SUITE is `check` or a folder under tests/. Without one, all of them run.
"""

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS_COLLECTED = 5

# How a suite is spread over the workers: suites that start a server per file keep a file on one worker.
SUITES = {
    "unit": "worksteal",
    "conformance": "worksteal",
    "flows": "loadfile",
    "compat": "loadfile",
    "browser": "loadfile",
    "sdks": "loadfile",
}


@dataclass
class Result:
    """How a suite ended. A test that could not be set up counts as failed."""

    name: str
    ok: bool
    took_s: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0


def run_check() -> Result:
    """Lint, types, import rules, generated docs."""
    started = time.monotonic()
    code = subprocess.call([ROOT / "scripts/check.sh"], cwd=ROOT)
    return Result("check", ok=code == 0, took_s=time.monotonic() - started)


def run_suite(name: str) -> Result:
    """Run the tests under `tests/<name>` on two workers."""
    folder = ROOT / "tests" / name
    if not folder.is_dir():
        print(f"The suite {name} has no folder {folder.relative_to(ROOT)}")
        return Result(name, ok=False, took_s=0)

    started = time.monotonic()
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        command = [sys.executable, "-m", "pytest", str(folder), "-q", "-n", "2", "--dist", SUITES[name]]
        code = subprocess.call([*command, f"--junit-xml={report.name}"], cwd=ROOT)
        result = Result(name, ok=code in (0, NO_TESTS_COLLECTED), took_s=time.monotonic() - started)
        for suite in _suites_of(report.name):
            result.failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            result.skipped += int(suite.get("skipped", 0))
            result.passed += int(suite.get("tests", 0))
        result.passed -= result.failed + result.skipped
    return result


def _suites_of(report: str) -> list[ET.Element]:
    """Return the suites of a JUnit report; none where pytest broke before it wrote one."""
    try:
        return list(ET.parse(report).iter("testsuite"))  # noqa: S314  # our own pytest wrote it
    except ET.ParseError:
        return []


def main(wanted: list[str]) -> int:
    """Run the suites, print the time of each and the sum of all; return the exit code."""
    known = ["check", *SUITES]
    if unknown := [name for name in wanted if name not in known]:
        print(f"Unknown suite: {', '.join(unknown)}. There are: {', '.join(known)}", file=sys.stderr)
        return 2

    results = []
    for name in wanted or known:
        print(f"\n── {name} ──", flush=True)
        results.append(run_check() if name == "check" else run_suite(name))

    print()
    for result in results:
        print(f"{result.name:12} {'ok' if result.ok else 'FAILED':8} {result.took_s:6.1f} s")
    print(f"{'all':12} {'':8} {sum(result.took_s for result in results):6.1f} s")
    print(
        f"{sum(r.passed for r in results)} passed, "
        f"{sum(r.failed for r in results)} failed, "
        f"{sum(r.skipped for r in results)} skipped"
    )
    return 0 if all(result.ok for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
