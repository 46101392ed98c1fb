"""The guide for those who come from Xumm, as pasted: its commands in one terminal, its programs with published SDKs."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compat.test_readme import NODE_PACKAGES, run_and_sign
from tests.platform import SEALGATE, Platform, start_platform

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/guides/from-xumm.md").read_text()
KEY = "0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41"
OLD = "c2a7e1d4-6b3f-4a90-8e5c-7f1b9d2a4c60"
LIMIT_S = 120

START, *SCRIPTS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SIGN_IN_JS, DROP_IN_JS, ASK_JS = re.findall(r"^```js\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
[SIGN_IN_PY] = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    started = start_platform()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def walk(platform) -> list[str]:
    """What the terminal shows when every command of the page was pasted, both streams together."""
    (platform.folder / "ask.js").write_text(ASK_JS)
    told = 'echo "$SEALGATE_API_KEY $SEALGATE_API_SECRET"'
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join([*SCRIPTS, told])],
        cwd=platform.folder,
        env=platform.environ
        | {"NODE_PATH": str(NODE_PACKAGES), "PATH": f"{Path(SEALGATE).parent}{os.pathsep}{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout.splitlines()


@pytest.fixture
def credentials(walk) -> dict[str, str]:
    """Those of the app that moved in."""
    key, secret = walk[-1].split()
    return {"SEALGATE_API_KEY": key, "SEALGATE_API_SECRET": secret}


@pytest.fixture
def alice(platform) -> str:
    return next(one["account"] for one in platform.sealgate("wallet", "list")["wallets"] if one["name"] == "alice")


def test_the_platform_is_started_as_the_page_says(platform):
    assert platform.command()[1] == START.split()[1]


def test_the_app_keeps_its_key_and_hears_what_was_left_out(walk, credentials):
    shown = "\n".join(walk)

    assert credentials["SEALGATE_API_KEY"] == KEY
    assert "Corner Shop: would be registered." in shown
    assert "http://shop.example/old: left out" in shown


def test_a_stored_token_works_once_its_user_has_signed(walk):
    shown = "\n".join(walk)

    assert walk.count("1 would be taken, 0 known before, 1 refused.") == 1
    assert walk.count("1 taken, 0 known before, 1 refused.") == 1
    assert "line 3: The account is not a classic address" in shown
    before, after = (line for line in walk if line.startswith("active: "))
    assert before == "active: false, pushed: false token_waiting"
    assert after.startswith("active: true, pushed: true ")
    assert after.split()[-1] in "\n".join(walk[walk.index(after) + 1 :]), "it is on the list of the wallet"


def test_every_published_client_fits(walk):
    assert not [line for line in walk if "BAD" in line or "breaks at" in line]
    assert [line for line in walk if line.startswith("ok ")]


def test_a_second_import_changes_nothing(walk, platform, credentials):
    again = platform.run(SEALGATE, "import", "app", "app.json")

    assert again.returncode == 0, again.stderr
    assert "is here already, and stays as it is" in again.stdout
    assert "secret" not in again.stdout
    tokens = platform.sealgate("import", "user-tokens", "tokens.csv", "--app", KEY)
    assert (tokens["taken"], [one["reason"] for one in tokens["refused"]]) == (0, ["claimed", "no_account"])


def test_signing_in_with_the_sdk_for_node(platform, credentials, alice):
    (platform.folder / "sign-in.js").write_text(SIGN_IN_JS)

    assert run_and_sign(platform, "node", "sign-in.js", **credentials) == f"{alice} signed in to Corner Shop"


def test_signing_in_with_the_sdk_for_python(platform, credentials, alice):
    (platform.folder / "sign_in.py").write_text(SIGN_IN_PY)

    assert run_and_sign(platform, sys.executable, "sign_in.py", **credentials) == f"{alice} signed in to Corner Shop"


def test_one_import_and_one_endpoint_with_our_entry(platform, credentials, tmp_path):
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules/sealgate").symlink_to(ROOT / "sdk/js")
    (tmp_path / "connect.mjs").write_text(DROP_IN_JS)

    done = subprocess.run(
        ["node", "connect.mjs"], cwd=tmp_path, env=platform.environ | credentials, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=LIMIT_S, check=False,
    )  # fmt: skip

    assert done.stdout.strip() == "Connected as Corner Shop", done.stderr
