"""The web wallet outside a browser: its types, its tests under Node, what is built of it, and how much that is.

vitest runs `wallet-web/tests`, and each of its tests is a subtest here.
"""

import json
import re
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from sealgate.base.settings import Settings
from sealgate.wallet.web_app_files import BUILT, WebAppFiles

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


def test_the_types_hold_and_the_script_in_the_wheel_is_made_from_the_sources(subtests):
    # The service worker and the build run elsewhere than the page, so other names are there.
    for project in ("tsconfig.json", "tsconfig.sw.json", "tsconfig.node.json"):
        with subtests.test(project):
            types = run("node_modules/.bin/tsc", "--noEmit", "-p", project)
            assert types.returncode == 0, types.stdout

    script = run("node", "scripts/build-bridge.mjs", "--check")
    assert script.returncode == 0, script.stderr


def test_what_is_served_is_built_from_these_sources(tmp_path):
    done = run("node_modules/.bin/vite", "build", "--logLevel", "warn", "--outDir", str(tmp_path))

    assert done.returncode == 0, done.stderr
    assert _hashes(BUILT) == _hashes(tmp_path), "src/sealgate/wallet/web_app is not of these sources: make dev-setup"


def test_the_first_paint_takes_less_than_150_kb():
    files = WebAppFiles(Settings())
    page = files.page.content.decode()

    first = {"index.html", *re.findall(r'(?:src|href)="/wallet/([^"]+\.(?:js|css))"', page)}
    sizes = {name: len(file.packed or file.content) for name in first if (file := files.find(name))}

    assert sizes.keys() == first
    assert any(name.endswith(".js") for name in first)
    assert sum(sizes.values()) < 150_000, sizes


def test_nothing_that_is_served_has_code_or_styles_that_the_policy_would_refuse():
    files = WebAppFiles(Settings())
    page = files.page.content.decode()

    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=", page)
    assert not re.search(r'(?:src|href)="(?!/wallet/)', page)


@pytest.mark.parametrize("library", ["preact", "ripple-binary-codec", "@noble/curves", "@scure/bip39", "jsqr"])
def test_the_licences_of_what_the_page_carries_come_with_it(library):
    assert re.search(rf"^{library} \d", (BUILT / "licences.txt").read_text(), re.MULTILINE)


def test_the_published_package_is_the_one_that_apps_use():
    installed = json.loads((WALLET_WEB / "node_modules/xumm-xapp-sdk/package.json").read_text())

    assert installed["version"] == "1.7.2"


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".sealgate-stamp"
    }


ROOMS = ("sw", "app", "xapps", "push", "scan", "requests", "nodes", "server", "vault", "ledger", "bridge", "trusted")
"""The rooms of the wallet as ARCHITECTURE.md has them: an import goes down this list or stays in its room."""


def test_imports_go_down_the_rooms():
    sources = WALLET_WEB / "src"
    against = set()
    for file in (path for path in sources.rglob("*") if path.suffix in (".ts", ".tsx")):
        room = file.relative_to(sources).parts[0]
        for target in re.findall(r'(?:from|import\()\s*"(\.[^"]+)"', file.read_text()):
            other = (file.parent / target).resolve().relative_to(sources).parts[0]
            if ROOMS.index(other) < ROOMS.index(room):
                against.add(f"{file.relative_to(sources)} imports {other}/")

    assert not against
