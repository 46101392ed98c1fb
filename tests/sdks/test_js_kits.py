"""`sealgate/testing` for Vitest and Playwright: the example projects, and what a failing test shows."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sdks.published import ROOT

SDK = ROOT / "sdk/js"
LIMIT_S = 120


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
    return subprocess.run(
        [str(place / "node_modules/.bin" / command[0]), *command[1:]],
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


class TestVitest:
    def test_runs_the_example(self, tmp_path, capsys):
        place = tmp_path / "shop"
        shutil.copytree(ROOT / "examples/tested-with-vitest", place, ignore=shutil.ignore_patterns("node_modules"))

        done = run(installed(place), "vitest", "run", "--reporter=json", "--outputFile=report.json")

        assert done.returncode == 0, done.stdout + done.stderr
        [file] = json.loads((place / "report.json").read_text())["testResults"]
        took = sorted(one["duration"] for one in file["assertionResults"])
        with capsys.disabled():
            print(f"\n  examples/tested-with-vitest: {took[len(took) // 2 - 1]:.0f} ms a test (median of {len(took)})")
        assert len(took) == 4

    def test_has_every_fixture_and_shows_what_the_platform_saw(self, tmp_path):
        (tmp_path / "story.test.js").write_text(STORY)

        done = run(installed(tmp_path), "vitest", "run")

        said = done.stdout + done.stderr
        assert re.search(r"Tests\s+1 failed \| 5 passed", said), said
        assert "what the platform saw" in said
        assert "3600 s ahead" in said
        assert "rejected: not me" in said
        assert "POST /api/v1/platform/payload -> 400 code 602, reference" in said

    @pytest.mark.parametrize("setup", [True, False])
    def test_says_what_is_missing(self, setup, tmp_path):
        (tmp_path / "one.test.js").write_text(
            'import { test } from "sealgate/testing/vitest";\ntest("one", async ({ app }) => {});\n'
        )
        if setup:
            (tmp_path / "vitest.config.mjs").write_text(
                'export default { test: { globalSetup: "sealgate/testing/vitest-setup" } };\n'
            )

        done = run(installed(tmp_path), "vitest", "run", SEALGATE_BIN="no-such-program")

        assert done.returncode == 1
        assert "SEALGATE_BIN names no-such-program" in done.stdout + done.stderr
