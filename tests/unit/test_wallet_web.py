"""The parts of the web wallet that run under Node: its types, its tests, and the script that the wheel carries of it.

vitest runs `wallet-web/tests`, and each of its tests is a subtest here.
"""

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
WALLET_WEB = ROOT / "wallet-web"
LIMIT_S = 120


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=WALLET_WEB, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT_S, check=False
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


def test_the_types_hold_and_the_script_in_the_wheel_is_made_from_the_sources():
    types = run("node_modules/.bin/tsc", "--noEmit")
    script = run("node", "scripts/build-bridge.mjs", "--check")

    assert types.returncode == 0, types.stdout
    assert script.returncode == 0, script.stderr


def test_the_published_package_is_the_one_that_apps_use():
    installed = json.loads((WALLET_WEB / "node_modules/xumm-xapp-sdk/package.json").read_text())

    assert installed["version"] == "1.7.2"
