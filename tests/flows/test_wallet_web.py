"""The rooms of the web wallet below its screens, against a running platform: each test of `wallet-web/tests/flows`."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.platform import Platform, start_platform
from tests.signatures import check_signatures

WALLET_WEB = Path(__file__).parent.parent.parent / "wallet-web"
LIMIT_S = 120


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """A running `sealgate dev` with empty data."""
    started = start_platform()
    yield started
    started.stop()


def test_the_rooms_of_the_web_wallet(platform, tmp_path, subtests):
    results, handed_in = tmp_path / "results.json", tmp_path / "handed_in.json"

    done = subprocess.run(
        (
            *("node_modules/.bin/vitest", "run", "--config", "vitest.flows.config.ts"),
            *("--reporter=json", f"--outputFile={results}"),
        ),
        cwd=WALLET_WEB,
        env=platform.environ | {"HANDED_IN": str(handed_in)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )

    tests = [test for file in json.loads(results.read_text())["testResults"] for test in file["assertionResults"]]
    assert tests, done.stdout + done.stderr
    for test in tests:
        with subtests.test(test["fullName"]):
            assert test["status"] == "passed", "\n".join(test["failureMessages"])
    assert done.returncode == 0, done.stdout + done.stderr
    assert check_signatures(json.loads(handed_in.read_text())) > 5
