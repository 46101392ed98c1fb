"""The published `xumm-sdk` for JavaScript, unmodified, pointed at the platform with `setEndpoint`.

The tests are in `js/*.test.js`; node's own test runner runs them, and each is a subtest here.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

JS = Path(__file__).parent / "js"
PUBLISHED = "1.11.2"
FILE_LIMIT_S = 120


def run_file(stage, name: str, results: Path) -> list[dict[str, Any]]:
    """Run a file of tests against a stage; return title, result and reason of each test."""
    stage.open_door()
    environ = stage.platform.environ | {"STAGE_DOOR": stage.door_url, "STAGE_ALICE": stage.alice.account}
    reporter = ["--test-reporter=./reporter.mjs", f"--test-reporter-destination={results}"]
    done = subprocess.run(
        ["node", *reporter, name],
        cwd=JS,
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


def test_the_sdk_is_the_published_one():
    locked = json.loads((JS / "package-lock.json").read_text())["packages"]["node_modules/xumm-sdk"]
    installed = json.loads((JS / "node_modules/xumm-sdk/package.json").read_text())

    assert locked["version"] == installed["version"] == PUBLISHED


@pytest.mark.parametrize("name", ["main_job.test.js", "requests.test.js", "reconnect.test.js", "jwt.test.js"])
def test_on_sqlite(stage, name, tmp_path, subtests):
    for outcome in run_file(stage, name, tmp_path / "results"):
        with subtests.test(outcome["title"]):
            assert outcome["passed"], outcome["why"]


def test_on_postgres(stage_on_postgres, tmp_path, subtests):
    for outcome in run_file(stage_on_postgres, "main_job.test.js", tmp_path / "results"):
        with subtests.test(outcome["title"]):
            assert outcome["passed"], outcome["why"]
