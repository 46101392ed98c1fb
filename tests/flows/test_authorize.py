"""What `/auth` refuses: on a page of ours until the redirect URI is known to be the app's, then by telling the app."""

import pytest

from sealgate.apps.model import Redirect
from sealgate.base.ids import new_uuid
from tests.sign_in import Browser, handed_to, new_shop, parameters, scans_and_signs, sdk_shop

pytestmark = pytest.mark.anyio


@pytest.fixture
def flow_engine() -> str:
    """The rules are the same on both engines; what they store is tested in `tests/conformance`."""
    return "sqlite"


ENTRIES = (
    Redirect("https://app.example/cb"),
    Redirect("https://app.example", "origin"),
    Redirect("http://127.0.0.1/cb", "loopback"),
    Redirect("myapp://signin"),
    Redirect("com.example.app:/cb"),
)


class TestPages:
    async def test_an_unknown_app_is_told_to_the_person(self, side):
        shop, browser = await new_shop(side), Browser(side)

        for client_id in (None, "", "x", new_uuid()):
            answer = await browser.get("/auth", shop.asks(client_id=client_id))

            assert answer.status_code == 400
            assert "Invalid client/redirect URL." in answer.text
            assert "location" not in answer.headers

    async def test_a_strange_redirect_uri_is_told_to_the_person(self, side):
        shop, browser = await new_shop(side), Browser(side)
        added = ("https://shop.example/cb2", "https://shop.example/cb?x=1")

        for uri in (None, *added, "https://evil.example/", "javascript:alert(1)"):
            answer = await browser.get("/auth", shop.asks(redirect_uri=uri))

            assert answer.status_code == 400
            assert "location" not in answer.headers
            assert f'href="{uri}' not in answer.text

    async def test_it_is_shown_to_be_registered_but_never_as_a_link(self, side):
        shop, browser = await new_shop(side), Browser(side)

        answer = await browser.get("/auth", shop.asks(redirect_uri='https://shop.example/new?"><b>'))

        assert "https://shop.example/new?&#34;&gt;&lt;b&gt;" in answer.text

    async def test_it_is_refused_before_request_is_looked_at(self, side):
        shop, browser = await new_shop(side), Browser(side)

        answer = await browser.get("/auth", shop.asks(redirect_uri="https://evil.example/", request="eyJ"))

        assert answer.status_code == 400

    async def test_a_parameter_sent_twice_is_refused(self, side):
        shop, browser = await new_shop(side), Browser(side)
        query = "&".join(f"{key}={value}" for key, value in shop.asks().items())

        for name in ("client_id", "redirect_uri", "state", "scope", "prompt"):
            answer = await browser.get(f"/auth?{query}&{name}=again&{name}=again")

            assert answer.status_code == 400
            assert "twice" in answer.text

    async def test_an_unknown_parameter_is_ignored_however_often_it_comes(self, side):
        shop, browser = await new_shop(side), Browser(side)
        query = "&".join(f"{key}={value}" for key, value in shop.asks().items())

        assert (await browser.get(f"/auth?{query}&extra=foobar&extra=2")).status_code == 303

    async def test_a_request_that_is_too_long_is_refused(self, side):
        shop, browser = await new_shop(side), Browser(side)

        by_link = await browser.get("/auth", shop.asks(extra="x" * 17_000))
        by_form = await browser.post("/auth", shop.asks(extra="x" * 17_000))

        assert (by_link.status_code, by_form.status_code) == (414, 413)

    async def test_a_state_has_eight_kilobytes(self, side):
        shop, browser = await new_shop(side), Browser(side)

        assert (await browser.get("/auth", shop.asks(state="s" * 8192))).status_code == 303
        assert (await browser.get("/auth", shop.asks(state="s" * 8193))).status_code == 400

    async def test_a_disabled_app_signs_nobody_in(self, side):
        from sealgate.apps import service as apps

        shop, browser = await new_shop(side), Browser(side)
        await side.context.db.write(apps.disable_app, shop.app.uuid)

        assert (await browser.get("/auth", shop.asks())).status_code == 400


WRONG: tuple[tuple[dict[str, str | None], str], ...] = (
    ({"request": "eyJ"}, "request_not_supported"),
    ({"request_uri": "https://evil.example/r"}, "request_uri_not_supported"),
    ({"response_type": None}, "invalid_request"),
    ({"response_type": "id_token"}, "unsupported_response_type"),
    ({"response_type": "code token"}, "unsupported_response_type"),
    ({"response_mode": "web_message"}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge": None}, "invalid_request"),
    ({"code_challenge": "short"}, "invalid_request"),
    ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"max_age": "-1"}, "invalid_request"),
    ({"max_age": "1.5"}, "invalid_request"),
    ({"max_age": "٣"}, "invalid_request"),
    ({"nonce": "n" * 1025}, "invalid_request"),
    ({"scope": "openid", "signers": "rNot"}, "invalid_request"),
    ({"scope": "openid", "force_network": "NOWHERE"}, "invalid_request"),
)
TOLERATED: tuple[dict[str, str | None], ...] = (
    {"signers": "rNot"},
    {"force_network": "XAHAU_TESTNET"},
    {"scope": ""},
    {"scope": "what ever"},
    {"display": "popup", "ui_locales": "de", "claims": "{}", "acr_values": "x", "resource": "y"},
)


class TestErrorsForTheApp:
    async def test_say_what_was_wrong(self, side):
        shop, browser = await new_shop(side), Browser(side)

        for params, error in WRONG:
            answer = await browser.get("/auth", shop.asks(**params))

            assert handed_to(answer) == "https://shop.example/cb", params
            told = parameters(answer)
            assert told["error"] == error, params
            assert set(told) == {"error", "error_description", "state", "iss"}
            assert told["error_description"].isascii()
            assert told["error_description"].isprintable()

    async def test_travel_in_the_mode_that_was_asked_for(self, side):
        shop, browser = await new_shop(side), Browser(side)

        fragment = await browser.get("/auth", shop.asks(response_mode="fragment", prompt="none"))
        form = await browser.get("/auth", shop.asks(response_mode="form_post", prompt="none"))

        assert fragment.headers["location"].startswith("https://shop.example/cb#error=login_required")
        assert form.status_code == 200
        assert 'name="error" value="login_required"' in form.text

    async def test_do_not_come_for_what_old_clients_send(self, side):
        shop, browser = await new_shop(side), Browser(side)

        for params in TOLERATED:
            answer = await browser.get("/auth", shop.asks(**params))

            assert answer.headers["location"].startswith("/sign/"), params

    async def test_no_sign_request_is_made_for_a_wrong_request(self, side):
        shop, browser = await new_shop(side), Browser(side)

        answer = await browser.get("/auth", shop.asks(prompt="none"))

        assert "set-cookie" not in answer.headers


COMPARED: tuple[tuple[str, str | None, bool], ...] = (
    ("https://app.example/cb", "openid", True),
    ("https://app.example/cb/", "openid", False),
    ("https://app.example/any/page?x=1#/route", "XummPkce", True),
    ("https://app.example/any/page", "openid", False),
    ("https://app.example.evil.com/", "XummPkce", False),
    ("https://app.example@evil.com/", "XummPkce", False),
    ("http://127.0.0.1:49152/cb", "openid", True),
    ("http://127.0.0.1:49152/other", "openid", False),
    ("myapp://signin", "openid", True),
    ("myapp://signin.evil", "openid", False),
    ("com.example.app:/cb", None, True),
)


class TestRedirects:
    async def test_are_compared_before_anything_begins(self, side):
        shop, browser = await new_shop(side, redirects=ENTRIES, type="native"), Browser(side)

        for uri, scope, is_allowed in COMPARED:
            answer = await browser.get("/auth", shop.asks(redirect_uri=uri, scope=scope))

            assert answer.status_code == (303 if is_allowed else 400), uri

    async def test_of_an_apps_own_scheme_get_the_answer(self, side):
        shop, browser, wallet = (
            await new_shop(side, redirects=ENTRIES, type="native"),
            Browser(side),
            await side.wallet(),
        )
        uuid = await browser.begins(shop, redirect_uri="com.example.app:/cb")
        await scans_and_signs(wallet, uuid)

        assert (await browser.goes_on(uuid)).headers["location"].startswith("com.example.app:/cb?authorization_code=")

    async def test_of_an_own_scheme_get_the_sdks_answer_by_redirect(self, side):
        entries = (Redirect("myapp://signin"),)
        shop, browser, wallet = await sdk_shop(side, redirects=entries), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, redirect_uri="myapp://signin", scope="XummPkce", response_type="token")
        await scans_and_signs(wallet, uuid)

        assert (await browser.goes_on(uuid)).headers["location"].startswith("myapp://signin?access_token=")


class TestPushedRequests:
    async def push(self, shop, browser, **params):
        answer = await browser.post("/par", shop.asks(client_secret=shop.secret, **params))
        assert answer.status_code == 201, answer.text
        return {"client_id": shop.app.uuid, "request_uri": answer.json()["request_uri"]}

    async def test_begin_a_sign_in_with_what_was_pushed(self, side):
        shop, browser, wallet = await new_shop(side, require_par=True), Browser(side), await side.wallet()
        link = await self.push(shop, browser, state="pushed")

        asked = await browser.get("/auth", {**link, "state": "other", "redirect_uri": "https://evil.example/"})
        uuid = asked.headers["location"].removeprefix("/sign/")
        await scans_and_signs(wallet, uuid)

        answer = await browser.goes_on(uuid)
        assert handed_to(answer) == "https://shop.example/cb"
        assert parameters(answer)["state"] == "pushed"

    async def test_may_be_opened_again_until_one_is_answered(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        link = await self.push(shop, browser)
        await browser.get("/auth", link)
        uuid = (await browser.get("/auth", link)).headers["location"].removeprefix("/sign/")
        await scans_and_signs(wallet, uuid)
        await browser.goes_on(uuid)

        answer = await browser.get("/auth", link)

        assert answer.status_code == 400
        assert "location" not in answer.headers

    async def test_expire_within_a_minute_and_are_the_apps_own(self, side):
        shop, other, browser = await new_shop(side), await new_shop(side), Browser(side)
        link = await self.push(shop, browser)

        foreign = await browser.get("/auth", {**link, "client_id": other.app.uuid})
        side.clock.advance(seconds=60)
        late = await browser.get("/auth", link)

        assert foreign.status_code == late.status_code == 400

    async def test_are_demanded_where_the_app_is_bound_to_them(self, side):
        shop, browser = await new_shop(side, require_par=True), Browser(side)

        assert parameters(await browser.get("/auth", shop.asks()))["error"] == "invalid_request"


class TestLimits:
    async def test_hold_up_a_browser_that_begins_without_end(self, side):
        shop, browser = await new_shop(side), Browser(side)
        for _ in range(31):
            await browser.begins(shop)

        answer = await browser.get("/auth", shop.asks())

        assert parameters(answer)["error"] == "temporarily_unavailable"
