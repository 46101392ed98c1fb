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

# How long an import takes beside one of nothing, in a process that has just begun.
_IMPORT = """
const began = process.hrtime.bigint();
await import(process.argv[1]);
console.log(Number(process.hrtime.bigint() - began) / 1e6);
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


@pytest.mark.parametrize("project", ["tsconfig.json", "tsconfig.native.json", "tsconfig.pages.json"])
def test_the_types_hold(project):
    """Without the DOM and Node, with what React Native has, and with what pages have by the package's own exports."""
    done = run("node_modules/.bin/tsc", "-p", project, "--noEmit")

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("entry", ["index.js", "server.js", "xumm.js"])
def test_importing_it_costs_little(entry):
    times_ms = [
        float(run("node", "--input-type=module", "-e", _IMPORT, f"{SDK}/dist/{entry}").stdout) for _ in range(3)
    ]

    print(f"{entry}: {statistics.median(times_ms):.1f} ms")
    assert min(times_ms) < 100  # a few; the rest is for machines that are busy
