"""Whole sign-ins per CPU-second: `/auth`, `/signin`, `/token`, with PKCE; the wallet's calls lie between, uncounted."""

import re
import secrets
import shutil
import subprocess
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

from bench.browsers import App, Browser, run_browsers
from bench.calls import FLUSH_S
from bench.processes import PEER_CREDENTIALS, REDIRECT_URI, Platform, Process
from bench.signatures import per_cpu_s
from sealgate.cli.environment import Environment
from sealgate.cli.wallet.answering import answer
from sealgate.cli.wallet.wallets import open_keystore, open_wallet
from sealgate.tokens import jws

WARM_UP = 300
WALLETS = 4
"""Threads that sign, so that the server's commits are shared."""


@dataclass(frozen=True)
class Kind:
    """A way to ask for a sign-in.

    Attributes:
        ours, theirs: What `/auth` is asked for besides, here and at the peer.
        signatures: RS256 tokens that come of it: one RSA signature each.
    """

    ours: dict[str, str]
    theirs: dict[str, str]
    signatures: int


PLAIN = Kind({}, {"scope": "openid"}, 1)
"""An access token here, an ID token beside an opaque access token there."""
OPENID = Kind({"scope": "openid"}, {"scope": "openid", "resource": "urn:bench:api"}, 2)


@dataclass(frozen=True)
class Cost:
    """CPU-seconds of the server for one sign-in, and where.

    Attributes:
        begin: From `/auth` to the sign page; 0 where nobody has to sign.
        finish: From `/signin` to the tokens.
    """

    begin: float
    finish: float

    @property
    def per_cpu_s(self) -> float:
        """Sign-ins per CPU-second."""
        return 1 / (self.begin + self.finish)


def measure_ours(server: Platform, kind: Kind, *, count: int) -> Cost:
    """Return what sign-ins at the demo app cost; the second of two rounds counts.

    All begin, then a wallet signs all, then all finish: so the CPU of the wallet's calls can be told apart.
    """
    app = App(server.credentials["x-api-key"], REDIRECT_URI)
    _whole(server, app, kind, WARM_UP)
    return _whole(server, app, kind, count)


def _whole(server: Platform, app: App, kind: Kind, count: int) -> Cost:
    begin, browsers = _phase(server, app, _visitors(app, kind.ours, count))
    uuids = [browser.path.removeprefix(app.stop) for browser in browsers]
    _sign(server, uuids)
    time.sleep(FLUSH_S)
    for browser, uuid in zip(browsers, uuids, strict=True):
        browser.path = f"/signin?txn={uuid}"
    finish, browsers = _phase(server, app, browsers)
    _check_signatures(server, browsers, kind)
    return Cost(begin / count, finish / count)


def access_tokens(server: Platform, *, count: int) -> list[str]:
    """Let so many people sign in to the demo app and return the access tokens it gets."""
    app = App(server.credentials["x-api-key"], REDIRECT_URI)
    browsers = run_browsers(server, app, _visitors(app, PLAIN.ours, count)).browsers
    uuids = [browser.path.removeprefix(app.stop) for browser in browsers]
    _sign(server, uuids)
    for browser, uuid in zip(browsers, uuids, strict=True):
        browser.path = f"/signin?txn={uuid}"
    return [browser.token for browser in run_browsers(server, app, browsers).browsers]


def measure_theirs(server: Process, kind: Kind, *, count: int) -> Cost:
    """Return what sign-ins cost at a peer whose login page lets everybody through."""
    app = App(PEER_CREDENTIALS["x-api-key"], REDIRECT_URI)
    _phase(server, app, _visitors(app, kind.theirs, WARM_UP))
    cpu, browsers = _phase(server, app, _visitors(app, kind.theirs, count))
    _check_signatures(server, browsers, kind)
    return Cost(0, cpu / count)


def _phase(server: Process, app: App, browsers: Sequence[Browser]) -> tuple[float, list[Browser]]:
    before = server.cpu_s()
    outcome = run_browsers(server, app, browsers)
    time.sleep(FLUSH_S)
    return server.cpu_s() - before, outcome.browsers


def _visitors(app: App, asked: dict[str, str], count: int) -> list[Browser]:
    made = []
    for _ in range(count):
        verifier = secrets.token_urlsafe(32)
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
        params = {
            "client_id": app.client_id,
            "redirect_uri": app.redirect_uri,
            "response_type": "code",
            "state": secrets.token_urlsafe(16),
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **asked,
        }
        made.append(Browser(f"/auth?{urlencode(params)}", verifier))
    return made


def _sign(server: Platform, uuids: Sequence[str]) -> None:
    environment = Environment({**server.env, "SEALGATE_URL": f"http://127.0.0.1:{server.port}"})
    wallet = open_wallet(open_keystore(environment), "alice")
    with ThreadPoolExecutor(WALLETS) as threads:
        list(threads.map(lambda uuid: answer(wallet, environment, uuid, origin="QR"), uuids))
    wallet.close()


def _check_signatures(server: Process, browsers: Sequence[Browser], kind: Kind) -> None:
    made = {browser.signatures for browser in browsers}
    if made != {kind.signatures}:
        raise RuntimeError(f"{server.name} made {made} signatures a sign-in, not {kind.signatures}")


def openssl_per_s() -> float | None:
    """Return the RSA-2048 signatures that `openssl speed` makes in a CPU-second; None where there is no openssl."""
    openssl = shutil.which("openssl")
    if openssl is None:
        return None
    asked = [openssl, "speed", "-seconds", "2", "-mr", "rsa2048"]
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    found = re.search(r"^\+F2:\d+:2048:([\d.]+):", told, re.MULTILINE)
    return float(found[1]) if found is not None else None


def signing() -> Callable[[], object]:
    """Return the signature of one access token, as the server makes it, without the server."""
    key = jws.generate_key("RS256")
    header = jws.Header(alg="RS256", kid=key.thumbprint(), typ="at+jwt")
    claims = {f"claim{number}": secrets.token_urlsafe(24) for number in range(16)}
    return lambda: jws.sign(key, header, claims)


def signatures_per_cpu_s(*, seconds: float) -> float:
    """Return the tokens that one thread signs in a CPU-second."""
    return per_cpu_s(signing(), seconds=seconds)
