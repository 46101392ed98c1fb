"""xApps in a real Chromium, with `sealgate` and with `sealgate/xumm`; and a page that signs people in with the latter.

`sealgate wallet open-xapp --browser` is the wallet. Its sessions are waited for more than worked at, so they run side
by side.
"""

import json
import shlex
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.compat.stage import Stage
from tests.platform import SEALGATE, start_platform
from tests.sdks.js.shop import (
    LOOK_EVERY_MS,
    Chromiums,
    Shop,
    click,
    result_of,
    uuid_on,
    wait_until_closed,
    wait_until_there,
)

LIMIT_S = 120
BOB = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"

_OURS = """
import { Sealgate } from "/sdk/index.js";

const sealgate = window.sealgate = new Sealgate({ url: "%(url)s", apiKey: "%(key)s" });
async function session() {
  const { context, session } = await sealgate.xapp.launch;
  const told = { credential: sealgate.credential, context, account: session.account };
  told.ready = (await sealgate.ready).account;
  told.sub = (await sealgate.ping()).sub;
  await sealgate.userdata.set("prefs", { theme: "dark" });
  told.prefs = await sealgate.userdata.get("prefs");
  told.nothing = await sealgate.userdata.get("cart");
  told.keys = await sealgate.userdata.list();
  await sealgate.userdata.delete("prefs");
  told.event = await sealgate.push.event({ body: "Your parcel is ready", data: { orderId: 1042 } });
  const request = await sealgate.payloads.createAndSubscribe({ TransactionType: "SignIn" });
  told.signed = await sealgate.xapp.openSignRequest(request);
  told.outcome = (await request.resolved).meta.signed;
  told.scanned = await sealgate.xapp.scanQr();
  told.chosen = await sealgate.xapp.selectDestination();
  told.closed = await sealgate.xapp.scanQr();
  await tell(told);
}
session().catch((problem) => tell({ failed: String(problem?.stack ?? problem) })).finally(() => sealgate.xapp.close());
"""

_XUMM = """
import { Xumm } from "/sdk/xumm.js";

const xumm = new Xumm("%(key)s", undefined, { url: "%(url)s" });
const heard = [];
for (const name of ["retrieving", "retrieved", "success", "ready"]) xumm.on(name, () => heard.push(name));
const once = (name) => new Promise((resolve) => xumm.on(name, resolve));
async function session() {
  const told = { runtime: xumm.runtime, state: { ...xumm.state } };
  told.user = {};
  for (const name of ["account", "networkType", "networkId", "token", "kycApproved", "profile"])
    told.user[name] = await xumm.user[name];
  told.ott = await xumm.environment.ott;
  told.jwt = await xumm.environment.jwt;
  told.pong = await xumm.ping();
  told.stored = await xumm.userstore.set("prefs", { theme: "dark" });
  told.prefs = await xumm.userstore.get("prefs");
  told.removed = await xumm.userstore.delete("prefs");
  const made = await xumm.payload.create({ TransactionType: "SignIn" });
  const resolved = once("payload");
  told.sent = await xumm.xapp.openSignRequest(made);
  told.resolved = await resolved;
  told.uuid = made.uuid;
  told.signed = (await xumm.payload.get(made.uuid)).meta.signed;
  told.heard = heard;
  await tell(told);
}
xumm.on("ready", () => session()
  .catch((problem) => tell({ failed: String(problem?.stack ?? problem) }))
  .finally(() => xumm.xapp.close({ refreshEvents: true })));
"""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    stage = Stage(start_platform())
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def shop(stage: Stage) -> Iterator[Shop]:
    shop = Shop(stage.platform)
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def chromiums() -> Iterator[Chromiums]:
    with Chromiums() as chromiums:
        yield chromiums


@pytest.fixture(scope="module")
def register(stage: Stage, shop: Shop) -> Callable[[str, str], str]:
    """Serve a page, register it as an xApp and return its identifier."""

    def one(name: str, script: str) -> str:
        made = stage.platform.sealgate(
            *("app", "create", "--name", name, "--xapp-id", f"shop.{name}", "--xapp-url", f"{shop.url}{name}"),
            "--xapp-push",
        )
        shop.scripts[f"/{name}"] = script % {"url": stage.platform.url, "key": made["api_key"]}
        return str(made["xapp_id"])

    return one


@pytest.fixture(scope="module")
def sessions(stage, shop, register, chromiums, tmp_path_factory) -> Iterator[dict[str, Future[dict[str, Any]]]]:
    """What the command says of each session, all of them running."""
    program = tmp_path_factory.mktemp("chromium") / "chromium"
    program.write_text(f'#!/bin/sh\nexec {shlex.join([chromiums.path, "--no-proxy-server"])} "$@"\n')
    program.chmod(0o755)
    answers = ["--scan", "order 1042", "--destination", f"{BOB}:7"]
    identifiers = {"ours": register("ours", _OURS), "xumm": register("xumm", _XUMM)}
    with ThreadPoolExecutor(len(identifiers)) as pool:
        yield {
            name: pool.submit(opened, stage, program, identifier, *answers) for name, identifier in identifiers.items()
        }


def opened(stage: Stage, program: Path, identifier: str, *options: str) -> dict[str, Any]:
    """Open an xApp until it closes and return what the command says."""
    how = ["--browser", "--headless", "--time-limit", str(LIMIT_S - 20), "--approve", "all", "--param", "order=1042"]
    done = subprocess.run(
        [SEALGATE, "wallet", "open-xapp", identifier, str(program), *how, *options, "--json"],
        env=stage.platform.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_an_xapp_knows_its_user_and_asks_the_wallet(stage, shop, sessions):
    happened = sessions["ours"].result()
    told = shop.told["/ours"]

    assert "failed" not in told, told
    assert happened["problems"] == []
    assert happened["dropped"] == []
    assert [command["command"] for command in happened["commands"]] == [
        "ready", "openSignRequest", "scanQr", "selectDestination", "scanQr", "close",
    ]  # fmt: skip
    assert told["credential"] == "xapp"
    assert told["account"] == told["ready"] == told["sub"] == told["context"]["account"] == stage.alice.account
    assert told["context"]["order"] == "1042"
    assert (told["prefs"], told["nothing"], told["keys"]) == ({"theme": "dark"}, None, ["prefs"])
    assert told["event"]["pushed"] is True
    assert told["signed"] is told["outcome"] is True
    assert told["scanned"] == "order 1042"
    assert told["chosen"]["destination"] == {"address": BOB, "tag": 7}
    assert told["closed"] is None


def test_an_xapp_of_the_published_package_changes_one_import(stage, shop, sessions):
    happened = sessions["xumm"].result()
    told = shop.told["/xumm"]

    assert "failed" not in told, told
    assert happened["problems"] == []
    assert happened["signed"] == [told["uuid"]]
    assert told["runtime"] == {"cli": False, "browser": False, "xapp": True}
    assert told["state"] == {"account": stage.alice.account, "signedIn": True}
    assert told["user"]["account"] == told["jwt"]["sub"] == told["ott"]["account"] == stage.alice.account
    assert told["user"]["networkType"] == "MAINNET"
    assert told["user"]["networkId"] == 0
    assert told["user"]["kycApproved"] is False
    assert told["user"]["token"] == told["jwt"]["usertoken_uuidv4"]
    assert told["pong"]["jwtData"]["sub"] == stage.alice.account
    assert (told["stored"], told["prefs"], told["removed"]) == (True, {"theme": "dark"}, True)
    assert told["sent"] is True
    assert told["resolved"] == {"reason": "SIGNED", "uuid": told["uuid"]}
    assert told["signed"] is True
    assert told["heard"] == ["retrieving", "retrieved", "success", "ready"]
    assert happened["commands"][-1] == {"command": "close", "refreshEvents": True}


@pytest.fixture
def page(chromiums: Chromiums) -> Iterator[Page]:
    """A tab of a browser that was never here."""
    context = chromiums.started().new_context()
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


class TestFrame:
    """An xApp in a frame of a wallet that is a page: on another site, as here localhost is."""

    _WALLET = """
        window.asked = [];
        const frame = document.createElement("iframe");
        addEventListener("message", ({ source, origin, data }) => {
          if (source !== frame.contentWindow) return;
          if (data === "XAPP_PROXY_INIT") return source.postMessage("XAPP_PROXY_INIT_ACK", origin);
          const command = JSON.parse(data);
          asked.push({ ...command, origin });
          const answer = (told) => source.postMessage(JSON.stringify(told), origin);
          if (command.command === "scanQr") answer({ method: "scanQr", reason: "SCANNED", qrContents: "7" });
        });
        frame.src = new URLSearchParams(location.search).get("xapp");
        document.body.append(frame);
    """
    _XAPP = """
        import { Sealgate } from "/sdk/index.js";
        const sealgate = new Sealgate({ url: "%(url)s", apiKey: "%(key)s" });
        window.isSigned = sealgate.ready.then((session) => session?.account);
        window.scan = () => sealgate.xapp.scanQr();
    """

    def test_is_asked_and_answers(self, stage, shop, register, page):
        identifier = register("framed", self._XAPP)
        shop.scripts["/wallet"] = self._WALLET
        ott = stage.alice.launches(identifier, {})
        xapp = f"{shop.url}framed?xAppToken={ott}"

        page.goto(f"{shop.url.replace('127.0.0.1', 'localhost')}wallet?xapp={xapp}")
        page.wait_for_function("window.isReady")
        frame = page.frames[1]
        frame.wait_for_function("window.isReady")

        assert frame.evaluate("isSigned") == stage.alice.account
        assert frame.evaluate("scan()") == "7"
        assert [one["command"] for one in page.evaluate("asked")] == ["ready", "scanQr"]

    def test_a_reload_finds_the_launch_that_counted_once(self, stage, shop, register, page):
        ott = stage.alice.launches(register("reloaded", self._XAPP), {})
        page.goto(f"{shop.url}reloaded?xAppToken={ott}")
        assert page.evaluate("isSigned") == stage.alice.account

        page.reload()

        assert page.evaluate("isSigned") == stage.alice.account
        problem = page.evaluate("scan().catch((error) => error.code)")
        assert problem == "no_bridge"

    def test_a_token_that_is_no_good_is_told(self, stage, shop, register, page):
        register("stale", self._XAPP + "sealgate.on('error', (error) => { window.told = error.code; });")

        page.goto(f"{shop.url}stale?xAppToken=00000000-0000-4000-8000-000000000000")

        page.wait_for_function("window.told === 404", polling=LOOK_EVERY_MS)
        assert page.evaluate("isSigned") is None


class TestXumm:
    """The page of a project that used `xumm`, with the import changed."""

    _PAGE = """
        import { Xumm, setEndpoint } from "/sdk/xumm.js";
        setEndpoint("%(url)s");
        const xumm = window.xumm = new Xumm("%(key)s");
        window.heard = [];
        for (const event of ["ready", "retrieving", "retrieved", "success", "error", "logout"])
          xumm.on(event, () => heard.push(event));
        document.getElementById("go").onclick = () => {
          window.result = undefined;
          xumm.authorize().then((flow) => {
            window.result = flow instanceof Error ? { error: flow.message } : { account: flow.me.account };
          });
        };
        window.pay = async () => {
          window.said = [];
          const request = await xumm.payload.createAndSubscribe({ TransactionType: "SignIn" }, ({ data, payload }) => {
            said.push(Object.keys(data)[0]);
            if ("signed" in data) return payload.response.account;
          });
          window.paid = request.resolved;
          return request.created;
        };
    """

    @pytest.fixture
    def shopper(self, stage, shop, page) -> Page:
        """The page, as nobody has seen it yet."""
        key = stage.platform.env["SEALGATE_API_KEY"]
        shop.scripts["/shopper"] = self._PAGE % {"url": stage.platform.url, "key": key}
        page.goto(f"{shop.url}shopper")
        wait_until_there(page)
        return page

    def signs_in(self, stage: Stage, page: Page) -> None:
        popup = click(page)
        stage.alice.signs(uuid_on(popup))
        assert result_of(page)["account"] == stage.alice.account
        wait_until_closed(popup)

    def test_signs_in_asks_for_a_signature_and_remembers(self, stage, shopper):
        shopper.wait_for_function("heard.includes('ready')", polling=LOOK_EVERY_MS)
        assert shopper.evaluate("heard") == ["retrieving", "ready"]

        self.signs_in(stage, shopper)
        created = shopper.evaluate("pay()")
        shopper.wait_for_function("said.length", polling=LOOK_EVERY_MS)
        stage.alice.signs(created["uuid"], origin="PUSH_NOTIFICATION")

        assert created["pushed"] is True
        assert shopper.evaluate("paid") == stage.alice.account
        assert shopper.evaluate("said") == ["message", "expires_in_seconds", "opened", "pre_signed", "payload_uuidv4"]
        assert shopper.evaluate("[xumm.state, xumm.runtime]") == [
            {"account": stage.alice.account, "signedIn": True},
            {"cli": False, "browser": True, "xapp": False},
        ]
        assert shopper.evaluate("Promise.all([xumm.user.account, xumm.user.networkType, xumm.user.name])") == [
            stage.alice.account, "MAINNET", None,
        ]  # fmt: skip
        assert stage.alice.account in shopper.evaluate("xumm.user.picture")
        assert shopper.evaluate("heard") == ["retrieving", "ready", "success"]

        shopper.reload()
        shopper.wait_for_function("window.heard?.includes('ready')", polling=LOOK_EVERY_MS)
        assert shopper.evaluate("heard") == ["success", "retrieved", "ready"]
        assert shopper.evaluate("xumm.environment.bearer.then((jwt) => jwt.split('.').length)") == 3

    def test_a_refusal_is_what_it_resolves_to_and_a_logout_is_told(self, stage, shopper):
        popup = click(shopper)
        stage.alice.declines(uuid_on(popup))
        assert "error" in result_of(shopper)
        assert "error" in shopper.evaluate("heard")
        wait_until_closed(popup)

        other = shopper.context.new_page()
        other.goto(shopper.url)
        wait_until_there(other)
        self.signs_in(stage, shopper)
        other.wait_for_function("xumm.state.signedIn", polling=LOOK_EVERY_MS)
        shopper.evaluate("xumm.logout()")

        for tab in (shopper, other):
            tab.wait_for_function("heard.at(-1) === 'logout'", polling=LOOK_EVERY_MS)
            assert tab.evaluate("xumm.state") == {"account": "", "signedIn": False}
