"""`sealgate wallet open-xapp --browser`: an xApp in a Chromium that behaves as the web view of a phone's wallet.

The page gets the wallet's user agent and `window.ReactNativeWebView`. What it asks for passes the gates of the bridge
(`bridge.js`, in a world of its own that the page cannot reach) and is answered by the terminal. (wallet-api 8)
"""

import signal
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec

from sealgate.cli.output import Refused, note
from sealgate.cli.wallet.devtools import Event, Gone, NotDone, Page, running_chromium
from sealgate.cli.wallet.xapp_launch import Launched, Launcher, Permissions
from sealgate.cli.wallet.xapp_person import Person
from sealgate.cli.wallet.xapp_words import command_in_words, why_dropped

WIDTH, HEIGHT = 390, 844
_WORLD = "sealgate"
_BINDING = "sealgateTerminal"
_MAX_NOTED = 500
_NO_CONFIRMATION = "URL_LAUNCH_NO_CONFIRMATION"
_NO_RELOAD = "NETWORK_SWITCH_EVENT_NO_RELOAD"

JsonObject = dict[str, Any]


class _Closed(Exception):
    """The xApp, or the person, has closed it."""

    def __init__(self, by: str) -> None:
        self.by = by


def open_in_browser(
    launched: Launched,
    person: Person,
    *,
    launcher: Launcher,
    chromium: Path,
    headless: bool,
    switch_to: str | None = None,
    limit_s: float | None = None,
) -> JsonObject:
    """Open an xApp and serve it until it closes; return what happened.

    Args:
        launcher: For what the page leads to.
        switch_to: Network that the wallet changes to once the page has said `ready`.
        limit_s: Refuse to wait longer than this for the end.

    Raises:
        Refused: the browser does not start, the xApp does not answer, or the limit is over.
    """
    size = (WIDTH, HEIGHT)
    with (
        _ended_by_sigterm(),
        running_chromium(chromium, headless=headless, size=size) as address,
        Page(address) as page,
    ):
        return _Session(page, launcher, person, launched, switch_to=switch_to).serve(limit_s=limit_s)


class _Session:
    def __init__(
        self, page: Page, launcher: Launcher, person: Person, launched: Launched, *, switch_to: str | None
    ) -> None:
        self._page = page
        self._launcher = launcher
        self._person = person
        self._switch_to = switch_to
        self._shown = launched
        self._scripts: list[str] = []
        self._number = 0  # of the launch whose page is shown: what the page before still says comes too late
        self._happened: dict[str, list[Any]] = {
            "launches": [],
            "commands": [],
            "dropped": [],
            "signed": [],
            "declined": [],
            "problems": [],
        }

    def serve(self, *, limit_s: float | None) -> JsonObject:
        deadline = None if limit_s is None else time.monotonic() + limit_s
        try:
            self._prepare()
            self._show(self._shown)
            while (event := self._page.next_event(deadline)) is not None:
                self._take(event)
        except _Closed as closed:
            return {"closed_by": closed.by, **self._happened}
        except Gone:
            return {"closed_by": "window", **self._happened}
        raise Refused(
            message=f"The xApp did not close within {limit_s:g} s.",
            hint=f"It asked for: {', '.join(one['command'] for one in self._happened['commands']) or 'nothing'}.",
        )

    # --- the page -----------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        for domain in ("Page", "Runtime", "Inspector"):
            self._page.call(f"{domain}.enable")
        self._page.call("Runtime.addBinding", {"name": _BINDING, "executionContextName": _WORLD})
        metrics = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 0, "mobile": True}
        self._page.call("Emulation.setDeviceMetricsOverride", metrics)

    def _show(self, launched: Launched) -> None:
        self._shown = launched
        self._page.call("Emulation.setUserAgentOverride", {"userAgent": launched.user_agent})
        for script in self._scripts:
            self._page.call("Page.removeScriptToEvaluateOnNewDocument", {"identifier": script})
        self._number += 1
        self._scripts = [self._inject(*script) for script in _scripts(launched.permissions, self._number)]
        opened = {"xapp": launched.identifier, "network": launched.network}
        self._note("launches", opened, f"{launched.title} ({launched.identifier}) opens, on {launched.network}")
        failed = self._page.call("Page.navigate", {"url": launched.url}).get("errorText")
        if failed and failed != "net::ERR_ABORTED":  # aborted: the page itself went elsewhere meanwhile
            raise Refused(
                message=f"{launched.identifier} cannot be shown: {failed}.",
                hint="Does the server of the xApp run? Its address: `sealgate app show`.",
            )

    def _inject(self, source: str, world: str | None) -> str:
        script = {"source": source} if world is None else {"source": source, "worldName": world}
        return str(self._page.call("Page.addScriptToEvaluateOnNewDocument", script)["identifier"])

    def _take(self, event: Event) -> None:
        if event.method == "Runtime.bindingCalled" and event.params["name"] == _BINDING:
            number, _, told = event.params["payload"].partition(" ")
            if number == str(self._number):
                self._hear(msgspec.json.decode(told), event.params["executionContextId"])
        elif event.method == "Runtime.exceptionThrown":
            thrown = event.params["exceptionDetails"]
            text = thrown.get("exception", {}).get("description") or thrown.get("text") or "an exception"
            self._problem(f"The page fails: {text.splitlines()[0][:500]}")

    # --- what the page asks for ---------------------------------------------------------------------------------------

    def _hear(self, told: JsonObject, context: int) -> None:
        if "ask" in told:
            self._obey(told["command"], told["ask"], context)
        elif "dropped" in told:
            dropped = told["dropped"]
            self._note("dropped", dropped, f"dropped {dropped.get('command', 'a message')}: {why_dropped(dropped)}")
        elif told.get("slow"):
            self._problem("The page has not said `ready` for 10 s: a wallet now tells people whom to ask for support.")

    def _obey(self, command: JsonObject, ask: int, context: int) -> None:
        self._note("commands", command, f"  {command_in_words(command)}")
        name = command["command"]
        if name == "close":
            raise _Closed("xapp")
        if name == "xAppNavigate":
            self._go_on(command["xApp"], network=self._shown.network, origin="XAPP", navigate=command["data"])
            return
        self._answer(ask, self._result_of(name, command), context)
        if name == "ready" and self._switch_to is not None:
            network, self._switch_to = self._switch_to, None
            self._switch(network, context)

    def _result_of(self, name: str, command: JsonObject) -> Any:
        if name == "openSignRequest":
            return self._sign(command["uuid"])
        if name == "scanQr":
            return self._person.scan()
        if name == "selectDestination":
            return self._person.select()
        asked = _NO_CONFIRMATION not in self._shown.permissions.special
        if name == "openBrowser" and self._person.lets_open(command["url"], asked=asked):
            webbrowser.open(command["url"])
        return True

    def _sign(self, uuid: str) -> str:
        done = self._person.sign(uuid, network=self._shown.network)
        if done["signed"]:
            self._note("signed", uuid, f"  signed by {done['account']}: {done['txid'] or 'a claim'}")
            return "SIGNED"
        self._note("declined", {"uuid": uuid, "why": done["error"]}, f"  not signed: {done['error']}")
        return "DECLINED"

    def _switch(self, network: str, context: int) -> None:
        """Change the wallet's network: an event for an xApp that may stay, a new launch for another (8.1, 4)."""
        if _NO_RELOAD in self._shown.permissions.special:
            self._shown = msgspec.structs.replace(self._shown, network=network)
            note(f"the wallet is on {network} now")
            self._evaluate(f"sealgateBridge.switchNetwork({_json(network)})", context)
        else:
            self._go_on(self._shown.identifier, network=network, origin="UNKNOWN", navigate={})

    def _go_on(self, xapp: str, *, network: str, origin: str, navigate: JsonObject) -> None:
        try:
            launched = self._launcher(xapp, network=network, origin=origin, navigate=navigate)
        except Refused as refusal:
            self._problem(f"Not opened: {refusal.message}")
            return
        self._show(launched)

    def _answer(self, ask: int, result: Any, context: int) -> None:
        self._evaluate(f"sealgateBridge.answer({ask}, {_json(result)})", context)

    def _evaluate(self, expression: str, context: int) -> None:
        try:
            self._page.call("Runtime.evaluate", {"expression": expression, "contextId": context})
        except NotDone:
            note("  the page that asked is gone")

    def _problem(self, words: str) -> None:
        self._note("problems", words, words)

    def _note(self, kind: str, what: Any, words: str) -> None:
        if len(self._happened[kind]) < _MAX_NOTED:
            self._happened[kind].append(what)
        note(words)


def _scripts(permissions: Permissions, number: int) -> Iterator[tuple[str, str | None]]:
    """Yield the scripts of a document and their worlds: the page's object, and the wallet's end beside it."""
    bridge = files("sealgate.cli.wallet").joinpath("bridge.js").read_text("utf-8")
    yield f"(() => {{\n{bridge}\nSealgateBridge.installPage();\n}})()", None
    tell = f"(told) => {_BINDING}(`{number} ${{told}}`)"
    yield f"{bridge}\nvar sealgateBridge = SealgateBridge.connectTerminal({_json(permissions)}, {tell});", _WORLD


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM unwind the stack, so that the browser and its profile go as well."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
