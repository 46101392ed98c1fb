"""The table of oauth2 B3.5, its edges, and what a browser makes of every URI we let through."""

import json
import random
import subprocess

import pytest

from sealgate.apps.model import Redirect
from sealgate.oauth.errors import RedirectRefused
from sealgate.oauth.redirects import match_redirect, message_origin, parse_redirect, same_page, shown_origin

EXACT = Redirect("https://app.example/cb")
ORIGIN = Redirect("https://app.example", "origin")
LOOPBACK = Redirect("http://127.0.0.1/cb", "loopback")
OWN = Redirect("myapp://signin")
REVERSED = Redirect("com.example.app:/cb")
ENTRIES = (EXACT, ORIGIN, LOOPBACK, OWN, REVERSED)


def matched(uri: str, *, sdk: bool = False, entries: tuple[Redirect, ...] = ENTRIES) -> Redirect | None:
    """Return the entry that allows a URI, asked for by the browser SDK or by another client."""
    try:
        return match_redirect(uri, entries, by_origin=sdk, fragment_allowed=sdk)
    except RedirectRefused:
        return None


class TestTheTable:
    @pytest.mark.parametrize("sdk", [False, True])
    @pytest.mark.parametrize(
        "uri",
        [
            "https://app.example/cb",
            "http://127.0.0.1:49152/cb",
            "http://127.0.0.1/cb",
            "myapp://signin",
            "com.example.app:/cb",
        ],
    )
    def test_allows_whoever_asks(self, uri, sdk):
        assert matched(uri, sdk=sdk) is not None

    @pytest.mark.parametrize("uri", ["https://app.example/any/page?x=1#/route", "https://APP.example/"])
    def test_allows_the_browser_sdk_alone(self, uri):
        assert matched(uri, sdk=True) == ORIGIN
        assert matched(uri) is None

    @pytest.mark.parametrize(
        "uri",
        [
            "https://app.example/cb/",
            "https://app.example/cb?x=1",
            "https://app.example/cbX",
            "https://app.example/CB",
            "https://app.example/any/page",
        ],
    )
    def test_refuses_standard_clients(self, uri):
        assert matched(uri) is None

    @pytest.mark.parametrize("sdk", [False, True])
    @pytest.mark.parametrize(
        "uri",
        [
            "https://app.example.evil.com/",
            "https://app.exampleevil.com/",
            "https://app.example@evil.com/",
            "https://app.example:8443/",
            "https://app.example\\evil.com",
            "http://app.example/",
            "https://app.example/a/../b",
            "https://app.example/a/%2e%2e/b",
            "https://app.example/a/.%2E/b",
            "https://app.example/a/./b",
            "https://app.example/..",
            "https://app.example/a%5c..%5cb",
            "https://app.example/a%00b",
            "http://127.0.0.1:49152/other",
            "http://localhost:49152/cb",
            "http://127.0.0.1.evil.com/cb",
            "http://127.0.0.1:0/cb",
            "http://127.0.0.1:65536/cb",
            "http://127.0.0.1:99999999/cb",
            "myapp://signin.evil",
            "myapp://signin/x",
            "myapp://signin?x=1",
            "MYAPP://signin",
            "myapp:signin",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "chrome-extension://abc/x",
            "view-source:https://app.example/cb",
            "blob:https://app.example/cb",
            "//app.example/cb",
            "/cb",
            "app.example/cb",
            "",
            "https:",
            "https:///cb",
            "https://",
            "https:app.example/cb",
            "https:/app.example/cb",
            " https://app.example/cb",
            "https://app.example/cb ",
            "https://app.example/\tcb",
            "https://app.example\n/cb",
            "https://app.examp\u0142e/cb",
            "https://%61pp.example/",
            "https://app.example./",
            "https://app.example:/",
            "https://app..example/",
            "https://-app.example/",
            "https://[::1/",
            "https://app.example/" + "x" * 2048,
        ],
    )
    def test_refuses_everybody(self, uri, sdk):
        assert matched(uri, sdk=sdk) is None


class TestFolder:
    FOLDER = (Redirect("https://app.example/shop/", "origin"),)

    @pytest.mark.parametrize("path", ["/shop/", "/shop/a/b", "/shop/?x=1", "/shop/#x"])
    def test_holds_what_is_below_it(self, path):
        assert matched(f"https://app.example{path}", sdk=True, entries=self.FOLDER)

    @pytest.mark.parametrize("path", ["/", "/shop", "/shopping/", "/Shop/", "/shop/%2f..%2fother", "/other/shop/"])
    def test_does_not_hold_what_is_beside_it(self, path):
        assert matched(f"https://app.example{path}", sdk=True, entries=self.FOLDER) is None

    def test_without_its_slash_holds_itself_too(self):
        entries = (Redirect("https://app.example/shop", "origin"),)

        assert matched("https://app.example/shop", sdk=True, entries=entries)
        assert matched("https://app.example/shop/x", sdk=True, entries=entries)
        assert matched("https://app.example/shopX", sdk=True, entries=entries) is None


class TestWildcard:
    ENTRIES = (Redirect("https://*.preview.example.com/cb", "wildcard"),)

    @pytest.mark.parametrize("label", ["a", "pr-12", "x1"])
    def test_stands_for_one_label(self, label):
        assert matched(f"https://{label}.preview.example.com/cb", entries=self.ENTRIES)

    @pytest.mark.parametrize(
        "uri",
        [
            "https://preview.example.com/cb",
            "https://.preview.example.com/cb",
            "https://a.b.preview.example.com/cb",
            "https://a.preview.example.com/other",
            "https://a.preview.example.com:444/cb",
            "https://evil.com/.preview.example.com/cb",
            "https://evil.com?.preview.example.com/cb",
            "https://-.preview.example.com/cb",
            "https://*.preview.example.com/cb",
        ],
    )
    def test_stands_for_nothing_else(self, uri):
        assert matched(uri, entries=self.ENTRIES) is None


class TestFragment:
    def test_is_for_answers_that_go_before_it(self):
        allowed = match_redirect("https://app.example/cb#/auth", ENTRIES, by_origin=False, fragment_allowed=True)

        assert allowed == EXACT
        assert matched("https://app.example/cb#/auth") is None


class TestMessages:
    def test_go_to_the_registered_origin(self):
        assert message_origin("https://APP.example/x", ORIGIN) == "https://app.example"

    def test_go_to_the_port_in_use_on_loopback(self):
        assert message_origin("http://127.0.0.1:49152/cb", LOOPBACK) == "http://127.0.0.1:49152"

    def test_go_to_the_port_in_use_for_the_browser_sdk_too(self):
        entry = Redirect("http://localhost/", "origin")
        uri = "http://localhost:3000/app?x=1#/y"

        assert match_redirect(uri, [entry], by_origin=True, fragment_allowed=True) == entry
        assert message_origin(uri, entry) == "http://localhost:3000"

    def test_go_to_the_label_in_use_where_one_is_open(self):
        entry = Redirect("https://*.preview.example.com/cb", "wildcard")

        assert message_origin("https://a.preview.example.com/cb", entry) == "https://a.preview.example.com"

    def test_go_nowhere_for_an_own_scheme(self):
        assert message_origin("myapp://signin", OWN) is None
        assert shown_origin("myapp://signin", OWN) == "myapp:"


class TestSamePage:
    @pytest.mark.parametrize(
        ("one", "other", "is_same"),
        [
            ("https://app.example/page?x=1&code=2#y", "https://app.example/page", True),
            ("https://app.example/page/", "https://app.example/page", True),
            ("https://app.example", "https://APP.example:443/", True),
            ("https://app.example/page2", "https://app.example/page", False),
            ("https://evil.example/page", "https://app.example/page", False),
            ("not a uri", "not a uri", False),
        ],
    )
    def test_looks_at_origin_and_path(self, one, other, is_same):
        assert same_page(one, other) is is_same


PIECES = (
    "https:", "http:", "//", "/", "\\", "@", ":", "?", "#", ".", "..", "%2e", "%2f", "%5c", "%00", "*", "[::1]",
    "app.example", "evil.com", "127.0.0.1", "localhost", "a", "8443", "443", "cb", "shop", "-", "_", "xn--a", "0x7f.1",
    "\t", " ", "%", "%41", "APP.example", "1.1", "..;", "|", "^", "{", "`", "'",
)  # fmt: skip

ORIGINS = """
const origin = (uri) => { try { return new URL(uri).origin } catch { return null } };
console.log(JSON.stringify(JSON.parse(require("fs").readFileSync(0)).map(origin)));
"""


class TestBrowsers:
    def test_find_a_registered_origin_in_every_uri_we_allow(self):
        """Node's URL is the parser of the WHATWG standard, which browsers share (oauth2 C7.4)."""
        chance = random.Random(20261122)
        entries = (*ENTRIES, *TestFolder.FOLDER, *TestWildcard.ENTRIES)
        found = {uri for uri in _mutations(chance, 60_000) if matched(uri, sdk=True, entries=entries)}
        allowed = sorted(uri for uri in found if not uri.startswith(("myapp:", "com.example.app:")))

        seen = subprocess.run(
            ["node", "-e", ORIGINS], input=json.dumps(allowed), capture_output=True, text=True, check=True
        )

        assert len(allowed) > 1000
        for uri, origin in zip(allowed, json.loads(seen.stdout), strict=True):
            if origin is None:  # no browser goes there, such as to a label that is no real A-label
                continue
            assert origin == parse_redirect(uri).origin, uri
            label = origin.removeprefix("https://").removesuffix(".preview.example.com")
            is_known = origin in ("https://app.example", "http://127.0.0.1") or origin.startswith("http://127.0.0.1:")
            assert is_known or (origin.endswith(".preview.example.com") and "." not in label), uri


def _mutations(chance: random.Random, count: int):
    """Yield registered URIs with pieces put in, taken out or repeated."""
    seeds = [
        "https://app.example/cb", "https://app.example/shop/x?y=1#z", "http://127.0.0.1:4000/cb",
        "https://a.preview.example.com/cb",
    ]  # fmt: skip
    for _ in range(count):
        uri = chance.choice(seeds)
        for _ in range(chance.randint(1, 3)):
            place = chance.randint(0, len(uri))
            if chance.random() < 0.7:
                uri = uri[:place] + chance.choice(PIECES) + uri[place:]
            else:
                uri = uri[:place] + uri[place + chance.randint(1, 3) :]
        yield uri
