"""The programs of the guide to the sandbox ledger, as pasted."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.compat.node import FOLDER

PAGE = (Path(__file__).resolve().parents[2] / "docs/guides/sandbox-ledger.md").read_text()
LIMIT_S = 60

JS, PYTHON, CURL, FAULTS = re.findall(r"^```(?:js|python|sh)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def runs(stage, tmp_path):
    """Run a program of the guide; return what it printed."""

    def run(*command: str) -> str:
        environ = {
            **stage.platform.environ,
            "NO_PROXY": "*",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        done = subprocess.run(
            command, cwd=tmp_path, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=LIMIT_S, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_xrpl_js_is_funded_and_pays(runs, tmp_path):
    (tmp_path / "pay.js").write_text(JS)
    (tmp_path / "node_modules").symlink_to(FOLDER / "js/node_modules")

    assert runs("node", "pay.js").split("\n")[:2] == ["funded 1000", "tesSUCCESS 2500000"]


def test_xrpl_py_is_funded_and_pays(runs, tmp_path):
    (tmp_path / "pay.py").write_text(PYTHON)

    assert runs(sys.executable, "pay.py") == "tesSUCCESS 2500000\n"


def test_curl_makes_an_account_and_reads_it(runs, tmp_path):
    (tmp_path / "pay.sh").write_text(CURL)

    answers, decoder = runs("sh", "pay.sh"), json.JSONDecoder()
    funded, end = decoder.raw_decode(answers)
    found, _ = decoder.raw_decode(answers, end)

    assert funded["amount"] == 25
    assert found["result"]["account_data"]["Balance"] == "25000000"


def test_the_ledger_can_fail(runs, tmp_path):
    (tmp_path / "fail.sh").write_text(FAULTS)

    said = runs("sh", "fail.sh").splitlines()

    assert said == ["ledger: work after 8 s", "ledger: the connection fails, 1 times more", "Everything works again."]
