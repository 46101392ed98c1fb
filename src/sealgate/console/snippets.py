"""A first call for each kind of app, as it is pasted: with this server's address and the app's own key. Pure.

Tests run them as they stand.
"""

import json
import re
import shlex
from dataclasses import dataclass, replace
from typing import Literal

from sealgate.apps.model import App

Kind = Literal["backend", "browser", "native", "xapp"]

SECRET_PLACE = "YOUR-API-SECRET"  # noqa: S105 - what stands for it where it is not known any more


@dataclass(frozen=True, slots=True)
class Snippet:
    """One program.

    Attributes:
        id: As in `id` and `for` of HTML.
        before: What to do first, such as installing a package; None for nothing.
        code: The program.
        note: What happens then.
    """

    id: str
    label: str
    before: str | None
    code: str
    note: str


def kind_of(app: App) -> Kind:
    """Return what an app is built as; xApps have a back end, too."""
    if app.type != "web":
        return app.type
    return "xapp" if app.xapp_url else "backend"


def first_calls(app: App, public_url: str, secret: str = SECRET_PLACE) -> tuple[Snippet, ...]:
    """Return the programs for an app, the one most people want first.

    Args:
        public_url: Where this server is.
        secret: The API secret, where it is shown.
    """
    kind = kind_of(app)
    if kind == "browser":
        return (_page(app, public_url), *_beside(_back_end(app, public_url, secret)))
    if kind == "native":
        return _native(app, public_url)
    return _back_end(app, public_url, secret)


def _back_end(app: App, url: str, secret: str) -> tuple[Snippet, ...]:
    values = {"url": url, "key": app.uuid, "secret": secret}
    note = f"It prints a link. {_OPEN_IT}"
    return (
        Snippet("curl", "curl", None, _CURL.format(**values), f"In the answer, next.always is a link. {_OPEN_IT}"),
        Snippet("node", "JavaScript", "npm install xumm-sdk", _NODE.format(**values), note),
        Snippet("python", "Python", "pip install xumm-sdk-py", _PYTHON.format(**values), note),
    )


def _page(app: App, url: str) -> Snippet:
    before = "npm install xumm && cp node_modules/xumm/dist/browser.min.js xumm.min.js && python3 -m http.server 5173"
    note = "Save it as index.html beside xumm.min.js, open it where the app may return to, and press the button."
    return Snippet("page", "JavaScript", before, _PAGE.format(url=url, key=app.uuid), note)


def _beside(of_back_end: tuple[Snippet, ...]) -> tuple[Snippet, ...]:
    """Return what a server beside the page may do; JavaScript is the page's own there."""
    said = "From a server of yours, never from the page."
    return tuple(replace(one, note=f"{said} {one.note}") for one in of_back_end if one.id != "node")


def _native(app: App, url: str) -> tuple[Snippet, ...]:
    on_this_machine = (redirect.uri for redirect in app.redirects if redirect.match == "loopback")
    loopback = next((uri for uri in on_this_machine if not uri.startswith("http://[")), None)
    redirect = loopback or next(iter(app.redirect_uris), "")
    begun = Snippet(
        "curl", "curl", None, _BEGINS.format(url=url, key=app.uuid, redirect=shlex.quote(f"redirect_uri={redirect}")),
        "It prints the page to sign on. A program then waits for the answer where the app returns to.",
    )  # fmt: skip
    if loopback is None:
        return (begun,)
    host, path = _host_and_path(loopback)
    values = {"url": json.dumps(url), "key": json.dumps(app.uuid), "host": json.dumps(host), "path": json.dumps(path)}
    note = "It prints a link. Open it in a browser on this computer and sign with your wallet."
    return (
        Snippet("python", "Python", None, _fill(_NATIVE_PYTHON, values), note),
        Snippet("node", "JavaScript", None, _fill(_NATIVE_NODE, values), note),
        begun,
    )


def _host_and_path(uri: str) -> tuple[str, str]:
    """Return the host of an http URI on this machine, without its port, which is free, and its path (RFC 8252, 7.3)."""
    authority, slash, path = uri.removeprefix("http://").partition("/")
    return authority.partition(":")[0], slash + path


def _fill(template: str, values: dict[str, str]) -> str:
    return re.sub(r"<(url|key|host|path)>", lambda found: values[found[1]], template)


_OPEN_IT = "Open it, sign with your wallet, and the request is signed."

_CURL = """\
curl -s '{url}/api/v1/platform/payload' \\
  -H 'x-api-key: {key}' \\
  -H 'x-api-secret: {secret}' \\
  -H 'content-type: application/json' \\
  -d '{{"txjson": {{"TransactionType": "SignIn"}}}}'
"""

_NODE = """\
const {{ XummSdk }} = require('xumm-sdk')

const sdk = new XummSdk('{key}', '{secret}')
sdk.setEndpoint('{url}')

sdk.payload.create({{ TransactionType: 'SignIn' }})
  .then(request => console.log('Sign here:', request.next.always))
"""

_PYTHON = """\
import xumm

xumm.client.api_base = "{url}/api/v1/"
sdk = xumm.XummSdk("{key}", "{secret}")

request = sdk.payload.create({{"txjson": {{"TransactionType": "SignIn"}}}})
print("Sign here:", request.next.always)
"""

_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Sign in</title>
<h1>My first page</h1>
<button id="sign-in">Sign in with your wallet</button>
<p id="who" role="status"></p>
<script src="{url}/assets/compat.js"></script>
<script src="xumm.min.js"></script>
<script>
  const xumm = new Xumm('{key}')
  document.querySelector('#sign-in').onclick = () => xumm.authorize()
  xumm.user.account.then(account => {{
    document.querySelector('#who').textContent = 'Signed in as ' + account
  }})
</script>
</html>
"""

_BEGINS = """\
curl -sG '{url}/auth' -o /dev/null -w '%{{redirect_url}}\\n' \\
  --data-urlencode 'client_id={key}' \\
  --data-urlencode {redirect} \\
  -d response_type=code -d scope=openid -d state=st4te \\
  -d code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM -d code_challenge_method=S256
"""

_NATIVE_PYTHON = """\
import base64
import hashlib
import json
import secrets
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

SERVER, KEY, HOST, PATH = <url>, <key>, <host>, <path>

verifier, state = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
answer = {}


class Door(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        found = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path != PATH or found.get("state") != state:
            return self.send_error(404)
        answer.update(found)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"Done: go back to the program.")

    def log_message(self, *_):
        pass


door = HTTPServer(("127.0.0.1", 0), Door)
redirect_uri = f"http://{HOST}:{door.server_port}{PATH}"
request = {
    "response_type": "code", "client_id": KEY, "redirect_uri": redirect_uri, "scope": "openid", "state": state,
    "code_challenge": challenge, "code_challenge_method": "S256",
}
print("Sign here:", f"{SERVER}/auth?{urlencode(request)}", flush=True)
while not answer:
    door.handle_request()

form = {
    "grant_type": "authorization_code", "code": answer["code"], "redirect_uri": redirect_uri,
    "client_id": KEY, "code_verifier": verifier,
}
token = json.load(urlopen(f"{SERVER}/token", urlencode(form).encode()))["access_token"]
ping = Request(f"{SERVER}/api/v1/jwt/ping", headers={"Authorization": f"Bearer {token}"})
print("Signed in as", json.load(urlopen(ping))["sub"])
"""

_NATIVE_NODE = """\
const { createHash, randomBytes } = require('node:crypto')
const http = require('node:http')

const [server, key, host, path] = [<url>, <key>, <host>, <path>]
const verifier = randomBytes(32).toString('base64url')
const state = randomBytes(16).toString('base64url')
const challenge = createHash('sha256').update(verifier).digest('base64url')
let redirectUri

const door = http.createServer(async (request, response) => {
  const url = new URL(request.url, redirectUri)
  if (url.pathname !== path || url.searchParams.get('state') !== state) return response.writeHead(404).end()
  response.end('Done: go back to the program.')
  door.close()
  const form = {
    grant_type: 'authorization_code', code: url.searchParams.get('code'), redirect_uri: redirectUri,
    client_id: key, code_verifier: verifier
  }
  const tokens = await fetch(`${server}/token`, { method: 'POST', body: new URLSearchParams(form) }).then(r => r.json())
  const headers = { authorization: `Bearer ${tokens.access_token}` }
  const user = await fetch(`${server}/api/v1/jwt/ping`, { headers }).then(r => r.json())
  console.log('Signed in as', user.sub)
  process.exit()
})
door.listen(0, '127.0.0.1', () => {
  redirectUri = `http://${host}:${door.address().port}${path}`
  const asked = {
    response_type: 'code', client_id: key, redirect_uri: redirectUri, scope: 'openid', state,
    code_challenge: challenge, code_challenge_method: 'S256'
  }
  console.log('Sign here:', `${server}/auth?${new URLSearchParams(asked)}`)
})
"""
