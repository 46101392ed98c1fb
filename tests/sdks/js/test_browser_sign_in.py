"""`sealgate` in a real Chromium: signing in by popup, by leaving the page, in the tab that the wallet opened.

The shop is on 127.0.0.1 and the platform on localhost: two sites.
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.compat.stage import Stage
from tests.platform import start_platform
from tests.sdks.js.shop import (
    LOOK_EVERY_MS,
    PHONE,
    Chromiums,
    Shop,
    account_on,
    click,
    close_by_hand,
    result_of,
    sign_in,
    uuid_on,
    visit,
    wait_until_closed,
    wait_until_there,
)

# With `openid`, the provider answers by a redirect to the shop's own page; without it, its page tells the shop's.
OPENID = {"scope": "openid"}
WAYS = {"message": {}, "redirect": OPENID}
OFFLINE = {"scope": "openid offline_access"}

# What the tab that renewed left for the others in IndexedDB.
RENEWALS = """() => new Promise((resolve, reject) => {
    const opening = indexedDB.open("sealgate", 1);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
        const counting = opening.result.transaction("renewed").objectStore("renewed").count();
        counting.onsuccess = () => resolve(counting.result);
        opening.result.close();
    };
})"""

each_way = pytest.mark.parametrize("way", WAYS)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    stage = Stage(start_platform())
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def a_shop(stage: Stage) -> Iterator[Shop]:
    shop = Shop(stage.platform)
    yield shop
    shop.close()


@pytest.fixture
def shop(a_shop: Shop) -> Shop:
    """The shop, with nothing special about its pages."""
    a_shop.opens_with()
    return a_shop


@pytest.fixture(scope="module")
def chromiums() -> Iterator[Chromiums]:
    with Chromiums() as chromiums:
        yield chromiums


@pytest.fixture
def chromium(chromiums: Chromiums) -> Browser:
    """The browser as the strictest have it: windows open in a click alone, and cookies of other sites are off."""
    return chromiums.started("--test-third-party-cookie-phaseout", without=("--disable-popup-blocking",))


@pytest.fixture
def a_browser(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Browsers that were never here. At the end, none may have complained."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def new(**options: Any) -> BrowserContext:
        context = chromium.new_context(**options)
        context.set_default_timeout(15_000)
        context.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        context.on("weberror", lambda problem: complaints.append(str(problem.error)))
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        context.close()
    assert [text for text in complaints if "status of 40" not in text] == []


class TestPopup:
    @each_way
    def test_signs_in(self, stage, shop, a_browser, way):
        shop.opens_with(signIn=WAYS[way])
        page = visit(a_browser(), shop.url)

        popup = click(page)
        stage.alice.signs(uuid_on(popup))

        assert result_of(page) == {"account": stage.alice.account}
        assert page.evaluate("heard") == [stage.alice.account]
        assert page.evaluate("sealgate.ping().then((pong) => pong.sub)") == stage.alice.account
        assert page.evaluate("sealgate.userinfo().then((info) => info.account)") == stage.alice.account
        wait_until_closed(popup)
        assert page.url == shop.url
        page.get_by_role("button", name="Sign in").click()
        assert result_of(page) == {"account": stage.alice.account}  # at once: somebody is

    def test_a_declined_sign_in_is_an_error_and_the_next_click_works(self, stage, shop, a_browser):
        shop.opens_with(signIn=OPENID)
        page = visit(a_browser(), shop.url)

        popup = click(page)
        stage.alice.declines(uuid_on(popup))

        assert result_of(page)["code"] == "access_denied"
        wait_until_closed(popup)
        sign_in(stage, page)

    def test_a_closed_popup_is_an_error_and_the_next_click_works(self, stage, shop, a_browser):
        page = visit(a_browser(), shop.url)

        popup = click(page)
        uuid_on(popup)
        close_by_hand(popup, page)

        assert result_of(page)["code"] == "popup_closed"
        sign_in(stage, page)

    def test_one_that_is_closed_before_it_has_loaded_is_an_error_once_one_is_back(self, shop, a_browser):
        context = a_browser()
        context.route("**/auth?*", lambda _: None)  # an answer that takes its time
        page = visit(context, shop.url)

        close_by_hand(click(page), page)

        assert result_of(page)["code"] == "popup_closed"

    def test_a_second_click_finds_the_popup_that_is_open(self, stage, shop, a_browser):
        context = a_browser()
        page = visit(context, shop.url)
        popup = click(page)
        uuid = uuid_on(popup)

        page.get_by_role("button", name="Sign in").click()
        stage.alice.signs(uuid)

        assert result_of(page) == {"account": stage.alice.account}

    def test_who_gives_up_waiting_closes_it(self, shop, a_browser):
        page = visit(a_browser(), shop.url)
        with page.expect_popup() as opened:
            page.evaluate("window.control = new AbortController(); start({signal: control.signal})")
        uuid_on(opened.value)

        page.evaluate("control.abort()")

        assert result_of(page)["code"] == "aborted"
        wait_until_closed(opened.value)

    def test_a_page_that_is_cut_off_from_its_popup_is_signed_in_all_the_same(self, stage, shop, a_browser):
        shop.opens_with()
        shop.headers = {"cross-origin-opener-policy": "same-origin"}
        context = a_browser()
        page = visit(context, shop.url)

        with context.expect_page() as opened:
            page.get_by_role("button", name="Sign in").click()
        stage.alice.signs(uuid_on(opened.value))

        assert account_on(page) == stage.alice.account
        assert result_of(page) == {"account": stage.alice.account}


class TestBlockedPopup:
    def test_is_an_error_that_says_what_to_do(self, shop, a_browser):
        shop.opens_with(signIn={"whenBlocked": "error"})
        shop.at_once = True

        page = visit(a_browser(), shop.url)

        told = result_of(page)
        assert told["code"] == "popup_blocked"
        assert "click" in told["hint"]

    def test_leaves_the_page_where_that_is_as_good(self, stage, shop, a_browser):
        shop.opens_with(signIn=OPENID)
        shop.at_once = True
        page = a_browser().new_page()
        page.goto(f"{shop.url}?x=1#top")

        uuid = uuid_on(page)
        shop.at_once = False
        stage.alice.signs(uuid)

        page.wait_for_url(f"{shop.url}?x=1#top")
        wait_until_there(page)
        assert account_on(page) == stage.alice.account


class TestRedirect:
    def test_comes_back_to_where_it_began(self, stage, shop, a_browser):
        shop.opens_with(signIn={"mode": "redirect"})
        page = visit(a_browser(), f"{shop.url}?cart=7#items")

        page.get_by_role("button", name="Sign in").click()
        stage.alice.signs(uuid_on(page))

        page.wait_for_url(f"{shop.url}?cart=7#items")
        wait_until_there(page)
        assert page.evaluate("state") == stage.alice.account
        assert page.evaluate("heard") == [stage.alice.account]

    def test_comes_back_to_another_page_by_the_one_that_is_registered(self, stage, shop, a_browser):
        shop.opens_with(signIn={**OPENID, "mode": "redirect", "redirectUri": shop.url})
        page = visit(a_browser(), f"{shop.url}orders?open=1")

        page.get_by_role("button", name="Sign in").click()
        stage.alice.signs(uuid_on(page))

        page.wait_for_url(f"{shop.url}orders?open=1")
        wait_until_there(page)
        assert account_on(page) == stage.alice.account

    def test_a_declined_one_is_told_and_the_next_click_works(self, stage, shop, a_browser):
        shop.opens_with(signIn={"mode": "redirect"})
        page = visit(a_browser(), shop.url)

        page.get_by_role("button", name="Sign in").click()
        stage.alice.declines(uuid_on(page))

        page.wait_for_url(shop.url)
        wait_until_there(page)
        assert page.evaluate("state") is None
        assert [told["code"] for told in page.evaluate("heard")] == ["access_denied"]
        page.get_by_role("button", name="Sign in").click()
        stage.alice.signs(uuid_on(page))
        page.wait_for_url(shop.url)
        assert account_on(page) == stage.alice.account

    def test_only_an_answer_of_ours_is_taken_and_none_that_was_made_up(self, shop, a_browser):
        page = visit(a_browser(), f"{shop.url}?code=abc&state=theirs")
        assert page.evaluate("state") is None
        assert page.evaluate("heard") == []
        assert page.url.endswith("?code=abc&state=theirs")

        page.goto(f"{shop.url}?code=abc&state=sg-madeup&x=1")

        page.wait_for_url(f"{shop.url}?x=1")
        wait_until_there(page)
        assert page.evaluate("state") is None
        assert [told["code"] for told in page.evaluate("heard")] == ["other_browser"]


class TestAnotherTab:
    def test_the_tab_that_the_wallet_opens_goes_on_where_the_first_is_gone(self, stage, shop, a_browser):
        shop.opens_with(signIn={**OPENID, "mode": "redirect"})
        phone = a_browser(**PHONE)
        page = visit(phone, f"{shop.url}?cart=7")
        page.get_by_role("button", name="Sign in").click()
        back = stage.alice.signs(uuid_on(page), origin="DEEP_LINK")["return_url"]
        page.close()

        returned = phone.new_page()
        returned.goto(back)

        returned.wait_for_url(f"{shop.url}?cart=7")
        assert account_on(returned) == stage.alice.account

    def test_the_tab_that_waits_behind_a_popup_is_signed_in(self, stage, shop, a_browser):
        phone = a_browser(**PHONE)
        page = visit(phone, shop.url)
        popup = click(page)
        back = stage.alice.signs(uuid_on(popup), origin="DEEP_LINK")["return_url"]

        returned = phone.new_page()
        returned.goto(back)

        assert result_of(page) == {"account": stage.alice.account}
        expect(returned.get_by_text("You can close this one")).to_be_visible()

    def test_a_popup_that_is_gone_does_not_lose_the_sign_in(self, stage, shop, a_browser):
        phone = a_browser(**PHONE)
        page = visit(phone, shop.url)
        popup = click(page)
        back = stage.alice.signs(uuid_on(popup), origin="DEEP_LINK")["return_url"]
        close_by_hand(popup, page)
        assert result_of(page)["code"] == "popup_closed"

        returned = phone.new_page()
        returned.goto(back)

        returned.wait_for_url(shop.url)
        assert account_on(returned) == stage.alice.account
        assert account_on(page) == stage.alice.account


class TestAnotherBrowser:
    def begin(self, stage: Stage, page: Page) -> str:
        page.get_by_role("button", name="Sign in").click()
        return str(stage.alice.signs(uuid_on(page), origin="DEEP_LINK")["return_url"])

    def test_is_signed_in_without_a_second_signature(self, stage, shop, a_browser):
        shop.opens_with(signIn={**OPENID, "mode": "redirect"})
        first = visit(a_browser(**PHONE), f"{shop.url}?cart=7")
        back = self.begin(stage, first)

        other = a_browser(**PHONE).new_page()
        other.goto(back)
        other.get_by_role("button", name="Continue here").click()

        other.wait_for_url(shop.url)
        assert account_on(other) == stage.alice.account

    def test_is_told_what_to_do_where_the_provider_remembers_nobody(self, stage, shop, a_browser):
        shop.opens_with(signIn={"mode": "redirect"})
        first = visit(a_browser(**PHONE), shop.url)
        back = self.begin(stage, first)

        other = a_browser(**PHONE).new_page()
        other.goto(back)
        other.get_by_role("button", name="Continue here").click()

        other.wait_for_url(shop.url)
        other.wait_for_function("window.heard?.length")
        (told,) = other.evaluate("heard")
        assert told["code"] == "other_browser"
        assert "again" in told["hint"]


class TestTabs:
    def test_all_tabs_are_signed_in_and_out_together(self, stage, shop, a_browser):
        context = a_browser()
        first, second = visit(context, shop.url), visit(context, shop.url)

        sign_in(stage, first)
        assert account_on(second) == stage.alice.account
        second.reload()
        wait_until_there(second)
        assert second.evaluate("state") == stage.alice.account
        second.evaluate("sealgate.signOut()")

        first.wait_for_function("sealgate.session === null")
        assert first.evaluate("heard") == [stage.alice.account, None]
        assert visit(context, shop.url).evaluate("state") is None

    def test_one_tab_renews_for_all(self, stage, shop, a_browser):
        shop.opens_with(signIn=OFFLINE)
        context = a_browser()
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url) if request.url.endswith("/token") else None)
        tabs = [visit(context, shop.url) for _ in range(3)]
        sign_in(stage, tabs[0])
        for tab in tabs:
            account_on(tab)
        asked.clear()

        # A minute before its end a token is as good as ended.
        ends_soon = "Date.now = ((now) => () => now() + 86_390_000)(Date.now)"
        for tab in tabs:
            tab.evaluate(ends_soon)
        pings = "window.pinged = sealgate.ping().then((pong) => pong.sub); 0"
        for tab in tabs:
            tab.evaluate(pings)

        assert [tab.evaluate("pinged") for tab in tabs] == [stage.alice.account] * 3
        assert len(asked) == 1
        assert tabs[1].evaluate(RENEWALS) == 1
        tabs[2].evaluate("sealgate.signOut()")
        assert tabs[1].evaluate(RENEWALS) == 0

    def test_what_a_page_keeps_to_itself_is_gone_with_it(self, stage, shop, a_browser):
        shop.opens_with(remember="page")
        page = visit(a_browser(), shop.url)
        sign_in(stage, page)

        page.reload()
        wait_until_there(page)

        assert page.evaluate("state") is None
        assert page.evaluate("Object.keys(localStorage)") == []


class TestLater:
    def test_a_token_that_was_taken_back_is_renewed_unseen(self, stage, shop, a_browser):
        shop.opens_with(signIn=OFFLINE)
        page = visit(a_browser(), shop.url)
        sign_in(stage, page)
        page.evaluate("sealgate.accessToken().then((token) => sealgate.oauth.revoke(token))")

        assert page.evaluate("sealgate.ping().then((pong) => pong.sub)") == stage.alice.account

    def test_without_leave_to_stay_the_session_ends_with_the_token(self, stage, shop, a_browser):
        page = visit(a_browser(), shop.url)
        sign_in(stage, page)
        page.evaluate("sealgate.accessToken().then((token) => sealgate.oauth.revoke(token))")

        told = page.evaluate("sealgate.ping().catch((error) => error.code)")

        assert told == 800
        assert page.evaluate("[sealgate.session, heard.at(-1)]") == [None, None]

    def test_signing_out_ends_the_token_and_the_next_sign_in_signs(self, stage, shop, a_browser):
        shop.opens_with(signIn=OPENID)
        page = visit(a_browser(), shop.url)
        sign_in(stage, page)
        token = page.evaluate("sealgate.accessToken()")

        page.evaluate("sealgate.signOut()")

        ping = "fetch(`${sealgate.url}/api/v1/jwt/ping`, {headers: {authorization: `Bearer ${token}`}})"
        page.wait_for_function(f"(token) => {ping}.then(({{status}}) => status === 403)", arg=token)
        sign_in(stage, page)  # there is a sign page again, although the provider knows who signed a moment ago

    def test_the_app_asks_for_a_signature_and_follows_it(self, stage, shop, a_browser):
        page = visit(a_browser(), shop.url)
        sign_in(stage, page)

        uuid = page.evaluate(
            """async () => {
                window.told = [];
                window.request = await sealgate.payloads.createAndSubscribe(
                    {TransactionType: "SignIn"}, ({type}) => told.push(type));
                return request.uuid;
            }"""
        )
        page.wait_for_function("told.length", polling=LOOK_EVERY_MS)
        stage.alice.signs(uuid, origin="PUSH_NOTIFICATION")

        assert page.evaluate("request.resolved.then(({meta}) => meta.signed)") is True
        assert page.evaluate("told") == ["waiting", "opened", "signing", "signed"]
        assert page.evaluate("request.created.pushed") is True


def test_a_worker_calls_as_the_user(stage, shop, a_browser):
    page = visit(a_browser(), shop.url)
    sign_in(stage, page)

    heard = page.evaluate(
        """async () => {
            const code = `
                import { Sealgate } from "${location.origin}/sdk/index.js";
                onmessage = async ({ data }) => {
                    const { payloads } = new Sealgate(data);
                    const request = await payloads.createAndSubscribe({ TransactionType: "SignIn" });
                    await payloads.cancel(request);
                    postMessage((await request.resolved).meta.cancelled);
                };`;
            const source = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
            const worker = new Worker(source, { type: "module" });
            const told = new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); });
            worker.postMessage({ url: sealgate.url, accessToken: await sealgate.accessToken() });
            return told;
        }"""
    )

    assert heard is True


def test_the_request_is_code_with_pkce_whatever_is_asked_for(shop, a_browser):
    page = visit(a_browser(), shop.url)
    asked = []
    page.context.on("request", lambda request: asked.append(request.url) if "/auth?" in request.url else None)

    for way in WAYS.values():
        with page.expect_popup() as opened:
            page.evaluate("(options) => start(options)", way)
        uuid_on(opened.value)
        close_by_hand(opened.value, page)

    queries = [parse_qs(urlsplit(url).query) for url in asked]
    assert [query["response_type"] for query in queries] == [["code"]] * 2
    assert [query["code_challenge_method"] for query in queries] == [["S256"]] * 2
    assert queries[0]["state"] != queries[1]["state"]
    assert queries[0]["code_challenge"] != queries[1]["code_challenge"]
