"""The commands of the guide to xApps, as pasted."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.platform import SEALGATE, Platform, start_platform

PAGE = Path(__file__).resolve().parents[2] / "docs/guides/xapps.md"


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    started = start_platform()
    yield started
    started.stop()


def test_the_commands_work_one_after_the_other(platform):
    scripts = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    path = f'export PATH="{Path(SEALGATE).parent}{os.pathsep}$PATH"'

    done = platform.run("bash", "-euo", "pipefail", "-c", "\n".join([path, *scripts]))

    assert done.returncode == 0, done.stderr
    context, _ = json.JSONDecoder().raw_decode(done.stdout[done.stdout.index("{") :])
    shown = json.loads(re.findall(r"^```json\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)[0])
    assert list(context) == list(shown)
    assert context["orderId"] == "1042"
    assert "GET /api/v1/platform/xapp/ott/{ott:text}: 200" in done.stdout
    assert "debug" in done.stdout
    assert "open to everybody" in done.stdout
    assert "a draft" in done.stdout
