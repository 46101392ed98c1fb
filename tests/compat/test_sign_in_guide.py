"""The example of the sign-in guide, as pasted: a program without a browser."""

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.compat.tab import Tab

PAGE = Path(__file__).resolve().parents[2] / "docs/guides/sign-in.md"
EXAMPLE_LIMIT_S = 60


@pytest.fixture
def tab(stage):
    opened = Tab(stage.platform.url)
    yield opened
    opened.close()


def test_a_program_signs_in_whoever_opens_its_address(stage, tab):
    found = re.search(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert found is not None
    script = stage.platform.folder / "program.py"
    script.write_text(found[1])
    environ = {**os.environ, **stage.platform.env, "NO_PROXY": "*"}
    with subprocess.Popen([sys.executable, str(script)], env=environ, stdout=subprocess.PIPE, text=True) as running:
        time_limit = threading.Timer(EXAMPLE_LIMIT_S, running.kill)
        time_limit.start()
        assert running.stdout is not None
        address = running.stdout.readline().removeprefix("Open ").strip()
        tab.approve_device(address, stage.alice)
        rest = running.stdout.read()
        time_limit.cancel()

    assert rest.strip() == f"Signed in as {stage.alice.account}"
