"""`sealgate/testing` for Vitest and Playwright: the examples, the guide's programs, what a failing test shows."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import sync_playwright

from tests.sdks.published import ROOT
from tests.services import chromium_path

SDK = ROOT / "sdk/js"
LIMIT_S = 180
PATIENCE = "--testTimeout=60000"
"""For Vitest, whose tests have five seconds otherwise."""


def guide(heading: str) -> list[str]:
    """Return the programs under a heading of the guide."""
    page = (ROOT / "docs/guides/testing.md").read_text()
    _, under = page.split(f"\n### {heading}\n")
    return re.findall(r"^```js\n(.*?)^```$", re.split(r"^##", under, flags=re.MULTILINE)[0], re.MULTILINE | re.DOTALL)


def installed(place: Path) -> Path:
    """Give a project the packages that `npm install` would bring, and return it."""
    modules = place / "node_modules"
    modules.mkdir()
    for package in (SDK / "node_modules").iterdir():
        if package.name != ".cache":
            (modules / package.name).symlink_to(package)
    (modules / "sealgate").symlink_to(SDK)
    asked = json.loads((place / "package.json").read_text()) if (place / "package.json").exists() else {}
    for name, version in {**asked.get("dependencies", {}), **asked.get("devDependencies", {})}.items():
        assert json.loads((modules / name / "package.json").read_text())["version"] == version, name
    return place


def run(place: Path, *command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the project's packages, as `npm test` would."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEALGATE_")}
    kept |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1", "CI": "1"}
    program = place / "node_modules/.bin" / command[0]
    return subprocess.run(
        [str(program) if program.exists() else command[0], *command[1:]],
        cwd=place,
        env={**kept, **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


STORY = """
import { expect, test } from "sealgate/testing/vitest";

const SIGN_IN = { TransactionType: "SignIn" };

test("starts with nothing of earlier tests", async ({ platform, app, wallet }) => {
  expect(await platform.requests()).toEqual([]);
  const user = await app.signIn(wallet);
  expect(user.account).toBe(wallet.account);
  expect(process.env.SEALGATE_API_KEY).toBe(app.apiKey);
});

test("a wallet does what apps must live with", async ({ app, wallet, platform }) => {
  const asks = (options = {}) => app.client.payloads.create({ txjson: SIGN_IN, options });
  expect(await platform.requests()).toEqual([]);
  expect((await wallet.wrongNetwork(await asks({ force_network: "MAINNET" }))).done).toBe("refused");
  expect((await wallet.wrongAccount(await asks({ signers: [wallet.account] }))).done).toBe("refused");
  expect((await wallet.open(await asks())).done).toBe("opened");
  const waiting = await asks();
  const bob = await platform.wallet("bob");
  const next = [];
  for (let i = 0; i < 4; i++) next.push((await bob.waitForRequest()).uuid);
  expect(next.at(-1)).toBe(waiting.uuid);
  await expect(bob.waitForRequest({ timeoutMs: 0 })).rejects.toThrow("no new sign request of the app came");
});

test("code that waits is answered meanwhile", async ({ app, wallet }) => {
  const signed = await wallet.during("approve", async () => {
    const subscription = await app.client.payloads.createAndSubscribe(SIGN_IN);
    return subscription.resolved;
  });
  expect(signed).toBeTruthy();
});

test("sign-in leads back to the app", async ({ app, wallet, platform }) => {
  const url = new URL(`${platform.url}/auth`);
  url.search = new URLSearchParams({
    response_type: "code", client_id: app.apiKey, redirect_uri: "http://localhost/callback", state: "s",
  });
  const declined = await wallet.refuseSignIn(url.href);
  const back = await wallet.signIn(url.href);
  expect([back.params.state, declined.params.error]).toEqual(["s", "access_denied"]);
  expect(back.params.code).toBeTruthy();
});

test("time stands still and moves", async ({ clock }) => {
  const before = await clock.freeze();
  const after = await clock.advance({ hours: 1 });
  expect(after - before).toBe(3_600_000);
  expect((await clock.now()).getTime()).toBe(after.getTime());
});

test("fails and is told why", async ({ app, wallet, clock }) => {
  await clock.advance({ hours: 1 });
  await wallet.reject(await app.client.payloads.create(SIGN_IN), { reason: "not me" });
  await app.client.payloads.create({ TransactionType: "Pay ment" }).catch(() => {});
  expect("this").toBe("that");
});
"""


KIT = """
import { expect, test } from "sealgate/testing/playwright";

test("has the fixtures of the other kits", async ({ platform, app, wallet, ledger, webhooks, platformClock }) => {
  expect(process.env.SEALGATE_API_KEY).toBe(app.apiKey);
  await ledger.fund(wallet, 20);
  await app.signIn(wallet);
  expect((await webhooks.waitFor("payload.signed")).event.data.account).toBe(wallet.account);
  await platformClock.advance({ hours: 1 });
  expect(await ledger.balance(wallet)).toBe(20);
});

test("starts with nothing of earlier tests, and fails", async ({ platform, app, wallet, ledger }) => {
  expect(await ledger.balance(wallet)).toBe(0);
  await wallet.reject(await app.client.payloads.create({ TransactionType: "SignIn" }), { reason: "not me" });
  expect((await platform.requests()).length).toBe(2);
});
"""


class Outcome(NamedTuple):
    """What became of a test: its file and title, whether it passed, what else is said of it."""

    file: str
    title: str
    passed: bool
    took_ms: float
    said: str


def project(example: str, place: Path, **more: str) -> Path:
    """Copy an example and put further files beside its own."""
    shutil.copytree(ROOT / "examples" / example, place, ignore=shutil.ignore_patterns("node_modules"))
    for name, text in more.items():
        (place / f"{name}.test.js").write_text(text)
    return installed(place)


def median_ms(outcomes: list[Outcome]) -> float:
    """Return what a test of the example takes; the first one, which waits for the platform, is left out."""
    took = sorted(one.took_ms for one in outcomes if one.file == "shop.test.js")[:-1]
    return took[len(took) // 2]


def titles(outcomes: list[Outcome], *, passed: bool) -> list[str]:
    return sorted(f"{one.file}: {one.title}" for one in outcomes if one.passed is passed)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, with the guide's tests and a story beside its own."""
    config, tests = guide("Vitest")
    place = project("tested-with-vitest", tmp_path_factory.mktemp("vitest") / "shop", guide=tests, story=STORY)
    assert (place / "vitest.config.js").read_text() == config
    return place


@pytest.fixture(scope="module")
def in_vitest(place: Path) -> list[Outcome]:
    """One file after the other, so that all have one platform, which leaves a prepared sandbox to later starts."""
    done = run(
        place,
        "vitest",
        "run",
        "--no-file-parallelism",
        "--reporter=default",
        "--reporter=json",
        "--outputFile=report.json",
        PATIENCE,
    )

    assert (place / "report.json").exists(), done.stdout + done.stderr
    return [
        Outcome(
            file=Path(file["name"]).name,
            title=one["title"],
            passed=one["status"] == "passed",
            took_ms=one.get("duration") or 0,
            said=done.stdout + done.stderr,
        )
        for file in json.loads((place / "report.json").read_text())["testResults"]
        for one in file["assertionResults"]
    ]


class TestVitest:
    def test_runs_the_example_and_the_guide(self, in_vitest, capsys):
        with capsys.disabled():
            print(f"\n  examples/tested-with-vitest: {median_ms(in_vitest):.0f} ms a test (median)")

        failing = ["story.test.js: fails and is told why"]
        assert titles(in_vitest, passed=False) == failing, [one for one in in_vitest if not one.passed]
        assert [one.file for one in in_vitest].count("shop.test.js") == 4
        assert [one.file for one in in_vitest].count("guide.test.js") == 4
        assert [one.file for one in in_vitest].count("story.test.js") == 6

    def test_shows_what_the_platform_saw(self, in_vitest):
        [said] = [one.said for one in in_vitest if not one.passed]

        assert "what the platform saw" in said
        assert "3600 s ahead" in said
        assert "rejected: not me" in said
        assert "POST /api/v1/platform/payload -> 400 code 602, reference" in said

    def test_needs_no_set_up_and_says_what_is_missing(self, in_vitest, place):
        assert in_vitest
        (place / "one.mjs").write_text(
            'import { test } from "sealgate/testing/vitest";\ntest("one", async ({ app }) => {});\n'
        )
        # Set-up runs in Vitest's own process, whose program is not there; the tests of the second project have one.
        program = Path(sys.executable).parent / "sealgate"
        (place / "other.config.mjs").write_text(
            'const include = ["one.mjs"];\n'
            "export default { test: { projects: ["
            '{ test: { include, name: "by set-up", globalSetup: "sealgate/testing/vitest-setup" } },'
            f'{{ test: {{ include, name: "without", env: {{ SEALGATE_BIN: "{program}" }} }} }},'
            "] } };\n"
        )

        done = run(place, "vitest", "run", "--config=other.config.mjs", PATIENCE, SEALGATE_BIN="no-such-program")

        said = done.stdout + done.stderr
        assert re.search(r"Tests\s+1 failed \| 1 passed", said), said
        assert re.search(r"FAIL\s+\S*by set-up", said), said
        assert "There is no platform to test with." in said
        assert "SEALGATE_BIN names no-such-program" in said


def chromium() -> str:
    """Return the machine's Chromium, or the one that set-up has brought."""
    if (path := chromium_path()) is not None:
        return path
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


@pytest.fixture(scope="module")
def in_playwright(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    """The example, the guide and the other fixtures; what fails comes last, since that ends a worker's platform."""
    [tests] = guide("Playwright")
    place = project("tested-with-playwright", tmp_path_factory.mktemp("playwright") / "shop", guide=tests, the_kit=KIT)

    done = run(place, "playwright", "test", "--reporter=json", "--workers=1", "--timeout=60000", CHROMIUM=chromium())

    report = json.loads(done.stdout)
    assert report["errors"] == [], report["errors"]
    return [
        Outcome(
            file=suite["file"],
            title=spec["title"],
            passed=spec["ok"],
            took_ms=result["duration"],
            said="\n".join([*(error["message"] for error in result["errors"]), *attached(result)]),
        )
        for suite in report["suites"]
        for spec in suite["specs"]
        for result in spec["tests"][0]["results"]
    ]


def attached(result: dict[str, Any]) -> list[str]:
    """Return the texts beside a result, each after its name."""
    return [
        f"{one['name']}: {base64.b64decode(one['body']).decode()}" for one in result["attachments"] if "body" in one
    ]


class TestPlaywright:
    def test_runs_the_example_and_the_guide_in_a_browser(self, in_playwright, capsys):
        with capsys.disabled():
            print(f"\n  examples/tested-with-playwright: {median_ms(in_playwright):.0f} ms a test (median)")

        failing = ["the_kit.test.js: starts with nothing of earlier tests, and fails"]
        assert titles(in_playwright, passed=False) == failing, [one for one in in_playwright if not one.passed]
        assert [one.file for one in in_playwright].count("shop.test.js") == 4
        assert [one.file for one in in_playwright].count("guide.test.js") == 1
        assert [one.file for one in in_playwright].count("the_kit.test.js") == 2

    def test_attaches_what_the_platform_saw(self, in_playwright):
        [said] = [one.said for one in in_playwright if not one.passed]

        assert "what the platform saw: sign requests:" in said
        assert "rejected: not me" in said
        assert "s ahead" not in said  # the clock of the test before


def test_another_runner_starts_a_platform_by_itself(in_vitest, place):
    assert in_vitest
    [program] = guide("Another runner")
    (place / "program.mjs").write_text(program)

    done = run(place, "node", "program.mjs")

    assert re.fullmatch(r"r\w{24,34} signed in\n", done.stdout), done.stdout + done.stderr
    # It began with the sandbox that Vitest's run had left.
    [kept] = (place / "node_modules/.cache/sealgate").iterdir()
    assert kept.name.startswith("sandbox-")
