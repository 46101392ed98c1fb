"""The pages of an xApp as its developer writes them, with the published packages, and what they report."""

import json
import queue
import re
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.browser.support import PACKAGES, ROOT

LIMIT_S = 30
_GUIDE = ROOT / "docs/guides/xapp-bridge.md"
_BUNDLES = {"xumm.js": "xumm/dist/browser.min.js", "xapp-sdk.js": "xumm-xapp-sdk/dist/browser.js"}

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Shop</title><link rel="icon" href="data:,">
%(head)s
<script>
    const KEY = %(key)s, SERVER = %(server)s;
    const report = (told) => fetch(location.pathname, {method: "POST", body: JSON.stringify(told)});
    // Wallets drop what comes within 1.5 s of the command before.
    const pause = () => new Promise((resolve) => setTimeout(resolve, 1600));
    const once = (source, name) => new Promise((resolve) => source.on(name, resolve));
    const failed = (problem) => report({failed: String(problem?.stack ?? problem)});
</script>
</head><body><h1>Shop</h1><script>
%(script)s
</script></body></html>
"""

# The universal package, from its launch to its end.
_XUMM = """
    const xumm = new Xumm(KEY);
    const heard = [];
    for (const name of ["retrieving", "retrieved", "success", "ready"]) xumm.on(name, () => heard.push(name));
    async function session() {
        const told = {runtime: xumm.runtime, width: innerWidth, agent: navigator.userAgent};
        await xumm.xapp.ready();
        told.user = {};
        for (const name of ["account", "networkType", "networkId", "token", "kycApproved"])
            told.user[name] = await xumm.user[name];
        told.ott = await xumm.environment.ott;
        told.jwt = await xumm.environment.jwt;
        told.pong = await xumm.ping();
        told.stored = await xumm.userstore.set("prefs", {theme: "dark"});
        told.prefs = await xumm.userstore.get("prefs");
        told.keys = await xumm.userstore.list();
        told.removed = await xumm.userstore.delete("prefs");
        const made = await xumm.payload.create({TransactionType: "SignIn"});
        await pause();
        const resolved = once(xumm, "payload");
        await xumm.xapp.openSignRequest(made);
        told.resolved = await resolved;
        told.uuid = made.uuid;
        told.signed = (await xumm.payload.get(made.uuid)).meta.signed;
        told.event = await xumm.push.event({body: "Your parcel is ready", data: {orderId: 1042}});
        told.heard = heard;
        await report(told);
    }
    xumm.on("ready", () => session().catch(failed).finally(() => xumm.xapp.close({refreshEvents: true})));
"""

# The small package: every command that the universal one does not need.
_PLAIN = """
    const sdk = new xAppSdk();
    async function session() {
        const told = {environment: sdk.getEnvironment(), hidden: [typeof sealgateTerminal, typeof SealgateBridge]};
        sdk.scanQr();  // before ready: dropped
        const switched = once(sdk, "networkswitch");
        await sdk.ready();
        told.switched = await switched;
        const scanned = once(sdk, "qr");
        await sdk.scanQr();
        told.scanned = await scanned;
        const chosen = once(sdk, "destination");
        await sdk.selectDestination();
        await sdk.share({text: "too soon"});
        told.chosen = await chosen;
        await sdk.openBrowser({url: "https://shop.example/orders"});
        await pause();
        await sdk.tx({tx: "AB".repeat(32), account: "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"});
        await report(told);
        await pause();
        await sdk.navigate({xApp: "shop.second", title: "Second", orderId: "1042"});
    }
    session().catch(failed);
"""

# Where the first xApp leads: a page without any package but the small one, that trades its token itself.
_SECOND = """
    const sdk = new xAppSdk();
    async function session() {
        const token = new URLSearchParams(location.search).get("xAppToken");
        const headers = {"x-api-key": KEY, "x-api-ott": token};
        const answer = await fetch(`${SERVER}/api/v1/jwt/authorize`, {headers}).then((answer) => answer.json());
        const again = await fetch(`${SERVER}/api/v1/jwt/authorize`, {headers}).then((answer) => answer.json());
        const {ott, jwt} = answer;
        await report({token, agent: navigator.userAgent, ott, jwt: typeof jwt, again: again.error.code});
    }
    session().catch(failed).then(() => sdk.ready()).then(pause).then(() => sdk.close());
"""

_STAYS = """
    new xAppSdk().ready();
"""

_SCRIPTS = {"xumm": _XUMM, "plain": _PLAIN, "second": _SECOND, "stays": _STAYS}


class XAppPages:
    """A web server with an xApp's pages, which report what they heard: `/<kind>/<name>`.

    The kinds are `xumm`, `plain`, `second`, `stays`, and `guide`, which reports nothing.

    Attributes:
        keys: API key of the app whose page it is, by the page's name.
        server: Origin of the Sealgate.
        loader: Whether the pages have its `compat.js`.
    """

    def __init__(self, server: str, *, loader: bool) -> None:
        self.server = server
        self.loader = loader
        self.keys: dict[str, str] = {}
        self._reports: defaultdict[str, queue.Queue[dict[str, Any]]] = defaultdict(queue.Queue)
        pages = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, _, name = urlsplit(self.path).path.strip("/").partition("/")
                if name == "xumm.min.js":
                    return self._send((PACKAGES / _BUNDLES["xumm.js"]).read_bytes(), "text/javascript")
                if kind in _BUNDLES:
                    return self._send((PACKAGES / _BUNDLES[kind]).read_bytes(), "text/javascript")
                if kind not in (*_SCRIPTS, "guide"):
                    return self.send_error(404)
                return self._send(pages.page(kind, name).encode(), "text/html; charset=utf-8")

            def do_POST(self) -> None:
                name = self.path.rpartition("/")[2]
                pages._reports[name].put(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self._send(b"", "text/plain")

            def _send(self, body: bytes, media_type: str) -> None:
                self.send_response(200)
                self.send_header("content-type", media_type)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, name="xapp pages", daemon=True)
        self._thread.start()

    def url(self, kind: str, name: str) -> str:
        """Return the address of a page."""
        return f"http://localhost:{self._http.server_port}/{kind}/{name}"

    def page(self, kind: str, name: str) -> str:
        """Return a page."""
        if kind == "guide":
            return self._page_of_the_guide(self.keys[name])
        bundle = "xumm.js" if kind == "xumm" else "xapp-sdk.js"
        loader = f'<script src="{self.server}/assets/compat.js"></script>\n' if self.loader else ""
        return _PAGE % {
            "head": f'{loader}<script src="/{bundle}"></script>',
            "key": json.dumps(self.keys[name]),
            "server": json.dumps(self.server),
            "script": _SCRIPTS[kind],
        }

    def _page_of_the_guide(self, key: str) -> str:
        found = re.search(r"^```html\n(.*?)^```$", _GUIDE.read_text(), re.MULTILINE | re.DOTALL)
        assert found is not None
        return found[1].replace("YOUR_API_KEY", key).replace("http://localhost:8080", self.server)

    def report_of(self, name: str) -> dict[str, Any]:
        """Return the next report of a page."""
        told = self._reports[name].get(timeout=LIMIT_S)
        assert "failed" not in told, told["failed"]
        return told

    def close(self) -> None:
        """Stop serving."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
