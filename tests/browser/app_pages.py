"""The app of the browser tests: pages on loopback with the published packages, as a developer writes them."""

import html
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.browser.support import PACKAGES

BUNDLES = {"xumm": "xumm/dist/browser.min.js", "pkce": "xumm-oauth2-pkce/dist/browser.min.js"}

# What the two packages call things differently; the pages are the same otherwise.
_SETUP = {
    "xumm": """
        const EVENTS = ["ready", "retrieving", "retrieved", "success", "error", "logout"];
        const client = new Xumm(KEY);
        const signedIn = () => client.authorize();
        const sdkOf = () => client;
        const account = () => client.user.account;
        const token = () => client.environment.bearer;
    """,
    "pkce": """
        const EVENTS = ["retrieved", "success", "error", "loggedout"];
        const client = new XummPkce(KEY, {implicit: IMPLICIT});
        const signedIn = () => client.authorize();
        const sdkOf = async () => (await client.state()).sdk;
        const account = async () => (await client.state())?.me?.account;
        const token = async () => (await client.state())?.jwt;
    """,
}

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">
{loader}
<script src="/bundle/{package}.js"></script>
</head><body><button id="go">Sign in</button>
<script>
    const KEY = {key}, IMPLICIT = {implicit};
    window.heard = [];
    {setup}
    for (const name of EVENTS)
        client.on(name, () => heard.push(name));
    const settle = (promise) => promise.then(
        (value) => value instanceof Error ? {{error: value.message}} : {{ok: true}},
        (problem) => ({{error: problem?.message ?? String(problem)}}),
    );
    document.getElementById("go").onclick = () => {{
        window.result = undefined;
        settle(signedIn()).then((result) => {{ window.result = result; }});
    }};
    window.pay = async () => {{
        const sdk = await sdkOf();
        const said = window.said = [];
        const request = await sdk.payload.createAndSubscribe(
            {{txjson: {{TransactionType: "SignIn"}}}},
            (event) => {{ said.push(Object.keys(event.data)[0]); if ("signed" in event.data) return event.data; }},
        );
        window.paid = request.resolved.then((data) => data.signed);
        return {{uuid: request.created.uuid, pushed: request.pushed ?? request.created.pushed}};
    }};
</script></body></html>
"""


class AppPages:
    """A web server with the app's pages: `/<package>?key=…&loader=…[&implicit=1]`, and `/`, its redirect URI.

    Args:
        tls: A certificate and its key, PEM files, for pages on https.
        name: The host of `url`: `localhost` is on one site with a server on localhost, `127.0.0.1` is not.
    """

    def __init__(self, *, tls: tuple[str, str] | None = None, name: str = "localhost") -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port: int = self._server.server_address[1]
        self.scheme = "https" if tls else "http"
        self._name = name
        self._thread = threading.Thread(target=self._server.serve_forever, name="app pages", daemon=True)
        self._thread.start()

    def url(self, package: str, *, key: str, loader: str = "", implicit: bool = False, name: str = "") -> str:
        """Return the address of a page.

        Args:
            loader: Origin of the Sealgate whose `compat.js` comes before the package; none without.
            name: Another host than the usual one.
        """
        flag = "&implicit=1" if implicit else ""
        host = name or f"{self._name}:{self.port}"
        return f"{self.scheme}://{host}/{package}?key={key}&loader={loader}{flag}"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        where = urlsplit(self.path)
        first = where.path.strip("/").split("/")
        if first[0] == "bundle":
            body, media_type = (PACKAGES / BUNDLES[first[1].removesuffix(".js")]).read_bytes(), "text/javascript"
        elif first == [""]:
            body, media_type = _echo("GET", where.query).encode(), "text/html; charset=utf-8"
        elif first[0] in _SETUP:
            body, media_type = _page(first[0], parse_qs(where.query)).encode(), "text/html; charset=utf-8"
        else:
            return self.send_error(404)
        self._send(body, media_type)
        return None

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["content-length"])).decode()
        self._send(_echo("POST", form).encode(), "text/html; charset=utf-8")

    def _send(self, body: bytes, media_type: str) -> None:
        self.send_response(200)
        self.send_header("content-type", media_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _echo(method: str, text: str) -> str:
    """Return the page of the app's redirect URI: it shows, as JSON, how it was asked for and with what."""
    got = json.dumps({"method": method, **{name: values[0] for name, values in parse_qs(text).items()}})
    head = '<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">'
    return f'{head}<pre id="got">{html.escape(got)}</pre>'


def _page(package: str, query: dict[str, list[str]]) -> str:
    loader = query.get("loader", [""])[0]
    return _PAGE.format(
        package=package,
        key=json.dumps(query["key"][0]),
        implicit="true" if "implicit" in query else "false",
        loader=f'<script src="{loader}/assets/compat.js"></script>' if loader else "",
        setup=_SETUP[package],
    )
