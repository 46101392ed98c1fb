"""The parts of `sealgate` for JavaScript that need no platform: units, types, sizes, what importing it costs.

vitest runs `sdk/js/tests`, and each of its tests is a subtest here.
"""

import json
import statistics
import subprocess
from pathlib import Path

import pytest

SDK = Path(__file__).parents[3] / "sdk/js"
LIMIT_S = 120
ENTRIES = ["index.js", "server.js", "xumm.js"]

# How long an import takes beside one of nothing, in a process that has just begun.
_IMPORTS = """
for (const entry of process.argv.slice(1)) {
  const began = process.hrtime.bigint();
  await import(entry);
  console.log(Number(process.hrtime.bigint() - began) / 1e6);
}
"""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=SDK, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )


def test_under_node(tmp_path, subtests):
    results = tmp_path / "results.json"

    done = run("node_modules/.bin/vitest", "run", "--reporter=json", f"--outputFile={results}")

    tests = [test for file in json.loads(results.read_text())["testResults"] for test in file["assertionResults"]]
    assert tests, done.stdout + done.stderr
    for test in tests:
        with subtests.test(test["fullName"]):
            assert test["status"] == "passed", "\n".join(test["failureMessages"])
    assert done.returncode == 0, done.stdout + done.stderr


PROJECTS = ["tsconfig.json", "tsconfig.native.json", "tsconfig.pages.json", str(Path(__file__).parent / "types")]


@pytest.mark.parametrize("project", PROJECTS, ids=["all", "native", "pages", "xumm"])
def test_the_types_hold(project):
    """Without the DOM and Node, with what React Native and pages have, and beside the types of the package `xumm`."""
    done = run("node_modules/.bin/tsc", "-p", project, "--noEmit")

    assert done.returncode == 0, done.stdout


def test_importing_it_costs_little():
    files = [f"{SDK}/dist/{entry}" for entry in ENTRIES]

    runs = [run("node", "--input-type=module", "-e", _IMPORTS, *files).stdout.split() for _ in range(3)]

    for entry, times in zip(ENTRIES, zip(*runs, strict=True), strict=True):
        times_ms = [float(time) for time in times]
        print(f"{entry}: {statistics.median(times_ms):.1f} ms")
        assert min(times_ms) < 500  # a few; the rest is for machines that are busy
