"""The examples of the README and of the guides, as pasted."""

import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.compat.stage import Alice
from tests.platform import SEALGATE, start_platform

ROOT = Path(__file__).resolve().parents[2]
NODE_PACKAGES = ROOT / "tests/compat/js/node_modules"
EXAMPLE_LIMIT_S = 60


@pytest.fixture(scope="module")
def platform():
    server = start_platform()
    yield server
    server.stop()


@pytest.fixture
def alice(platform):
    """The address of the wallet that signs."""
    wallets = platform.sealgate("wallet", "list")["wallets"]
    return next(wallet["account"] for wallet in wallets if wallet["name"] == "alice")


def example(title: str, language: str, page: str = "README.md") -> str:
    """Return the first block of code in `language` under a page's heading `title`."""
    section = (ROOT / page).read_text().split(f"\n### {title}\n", 1)[1]
    found = re.search(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert found, f"no {language} under {title}"
    return found[1]


def run_and_sign(platform, *command: str, **settings: str) -> str:
    """Run an example until its end, sign at the URL it prints first, and return the last line it printed."""
    environ = platform.environ | {"NODE_PATH": str(NODE_PACKAGES), "PYTHONUNBUFFERED": "1"} | settings
    with subprocess.Popen(command, cwd=platform.folder, env=environ, stdout=subprocess.PIPE, text=True) as running:
        time_limit = threading.Timer(EXAMPLE_LIMIT_S, running.kill)
        time_limit.start()
        assert running.stdout is not None
        url = running.stdout.readline().removeprefix("Sign here: ").strip()
        platform.sealgate("wallet", "sign", url)
        rest = running.stdout.read()
        time_limit.cancel()
    assert running.returncode == 0
    return rest.strip().splitlines()[-1]


class TestTheFirstSignRequest:
    def test_in_javascript(self, platform, alice):
        script = platform.folder / "sign-in.js"
        script.write_text(example("JavaScript", "js"))

        assert run_and_sign(platform, "node", str(script)) == f"Signed in as {alice}"

    def test_in_python(self, platform, alice):
        script = platform.folder / "sign_in.py"
        script.write_text(example("Python", "python"))

        assert run_and_sign(platform, sys.executable, str(script)) == f"Signed in as {alice}"

    def test_with_curl(self, platform, alice):
        bin_folder = Path(SEALGATE).parent
        script = f'export PATH="{bin_folder}{os.pathsep}$PATH"\n' + example("curl", "sh")

        done = platform.run("bash", "-euc", script)

        assert done.returncode == 0, done.stderr
        payload = json.loads(done.stdout[done.stdout.rindex('{"meta"') :])
        assert payload["meta"]["signed"] is True
        assert payload["response"]["account"] == alice


class TestThePaymentOfTheGuide:
    PAGE = "docs/guides/first-sign-request.md"

    def test_in_javascript(self, platform, alice):
        script = platform.folder / "payment.js"
        script.write_text(example("JavaScript and TypeScript", "js", self.PAGE))

        assert run_and_sign(platform, "node", str(script)) == f"Signed by {alice}"

    def test_in_python(self, platform, alice):
        script = platform.folder / "payment.py"
        script.write_text(example("Python", "python", self.PAGE))

        assert run_and_sign(platform, sys.executable, str(script)) == f"Signed by {alice}"


def test_the_signed_in_user_of_the_guide_pays(platform, alice):
    script = platform.folder / "pay.js"
    script.write_text(example("An example", "js", "docs/guides/jwt-api.md"))
    person = Alice(platform)
    token = person.signs_in()
    person.leaves()

    assert run_and_sign(platform, "node", str(script), ACCESS_TOKEN=token) == f"Signed by {alice}, pushed: true"


def run_in_shell(platform, script: str) -> list[str]:
    """Run a shell example with the command line on PATH and return the lines it printed."""
    done = platform.run("bash", "-euc", f'export PATH="{Path(SEALGATE).parent}{os.pathsep}$PATH"\n{script}')
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()


class TestTheDataOfTheGuide:
    PAGE = "docs/guides/user-data.md"

    def test_is_kept_for_the_app(self, platform):
        printed = run_in_shell(platform, example("With curl", "sh", self.PAGE))

        assert '{"open":true,"price":1.50}' in "".join(printed)
        assert printed[-1].endswith('"stored":true,"data":null}')

    def test_is_kept_for_a_user(self, platform):
        script = platform.folder / "userdata.js"
        script.write_text(example("From a page", "js", self.PAGE))
        person = Alice(platform)
        token = person.signs_in()
        person.leaves()

        environ = platform.environ | {"ACCESS_TOKEN": token}
        done = subprocess.run(
            ["node", str(script)], env=environ, capture_output=True, text=True, timeout=EXAMPLE_LIMIT_S, check=False
        )

        assert (done.stdout.strip(), done.stderr) == ("true undefined", "")


def test_the_event_of_the_guide_opens_the_xapp_and_is_taken_back(platform):
    printed = run_in_shell(platform, example("With curl", "sh", "docs/guides/xapp-events.md"))

    origin, result = (json.loads(line) for line in printed[-2:])
    assert origin["type"] == "EVENT_LIST"
    assert origin["data"]["orderId"] == "1042"
    assert result == {"cancelled": True, "reason": "OK"}


class TestTheWalletOfTheGuide:
    def test_pairs_and_is_known(self, platform):
        page = (ROOT / "docs/guides/wallet-api.md").read_text()
        script = platform.folder / "wallet.py"
        script.write_text("\n".join(re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)))

        done = platform.run(sys.executable, str(script))

        assert done.returncode == 0, done.stderr
        assert done.stdout.strip() == "True"
