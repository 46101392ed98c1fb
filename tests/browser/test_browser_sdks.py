"""The published `xumm` and `xumm-oauth2-pkce` in a real Chromium, unmodified: sign in, ask for signatures, log out.

Once with `compat.js` before the package, where no call may leave for the built-in hosts, and once with these hosts
mapped to the server and nothing added to the page. The app's pages are on the server's site and on another one: some
things work on the same site only.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.app_pages import AppPages
from tests.browser.lab import SHOP, LabPlatform, make_certificates, spki_of
from tests.browser.support import findings, fits, keep_screenshot
from tests.compat.stage import Alice
from tests.platform import Platform, start_platform
from tests.services import chromium_path

SAME_SITE, CROSS_SITE = "localhost", "127.0.0.1"
OLD_NAMES = "MAP xumm.app ~NOTFOUND, MAP *.xumm.app ~NOTFOUND"
WAYS = ["compat", "compat-cross-site", "mapped", "mapped-cross-site"]
PACKAGES = ["xumm", "pkce", "pkce-implicit"]


class Site:
    """A way to run the packages against a platform.

    Attributes:
        alice: The person with the wallet.
        strangers: What browsers asked for at the built-in hosts, where that must not happen.
    """

    def __init__(self, browser: Browser, platform: Platform, pages: AppPages, *, loader: str, host: str = "") -> None:
        self.platform = platform
        self.alice = Alice(platform)
        self.strangers: list[str] = []
        self._browser = browser
        self._pages = pages
        self._loader = loader
        self._host = host
        self._contexts: list[BrowserContext] = []

    def url(self, package: str) -> str:
        """Return the address of the app's page with a package."""
        name, _, implicit = package.partition("-")
        key = self.platform.env["SEALGATE_API_KEY"]
        return self._pages.url(name, key=key, loader=self._loader, implicit=bool(implicit), name=self._host)

    def open(self, package: str, **options: Any) -> Page:
        """Open the app's page in a browser that was never there."""
        context = self._browser.new_context(**options)
        context.set_default_timeout(10_000)
        self._contexts.append(context)
        page = context.new_page()
        if self._loader:
            context.on("request", lambda request: self._note(request.url))
        page.goto(self.url(package))
        return page

    @property
    def at_home(self) -> tuple[str, str]:
        """What the package says and what it comes to, for an address that is opened by hand."""
        return ("https://oauth2.xumm.app", self._loader) if self._loader else ("", "")

    def _note(self, url: str) -> None:
        if re.match(r"(https?|wss?)://([a-z0-9]+\.)?xumm\.app", url):
            self.strangers.append(url)

    def close_browsers(self) -> None:
        """Close what tests opened."""
        while self._contexts:
            self._contexts.pop().close()


@pytest.fixture(scope="module")
def chromiums() -> Iterator[Callable[..., Browser]]:
    with sync_playwright() as playwright:
        yield lambda *arguments: playwright.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--no-proxy-server", *arguments]
        )


@pytest.fixture(scope="module")
def sites(chromiums, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Site]]:
    """Every way, made when it is first asked for."""
    made: dict[str, Site] = {}
    ends: list[Callable[[], None]] = []
    shared: dict[str, Any] = {}
    environ = pytest.MonkeyPatch()

    def compat() -> tuple[Browser, Platform, AppPages]:
        if "compat" not in shared:
            platform, pages = start_platform(), AppPages()
            ends.extend([platform.stop, pages.close])
            shared["compat"] = chromiums(f"--host-resolver-rules={OLD_NAMES}"), platform, pages
        return shared["compat"]

    def mapped() -> tuple[Browser, Platform, AppPages, AppPages]:
        if "mapped" not in shared:
            files = make_certificates(tmp_path_factory.mktemp("lab"))
            environ.setenv("SSL_CERT_FILE", str(files.ca))  # alice's wallet trusts the lab's authority
            platform = LabPlatform.start_in(tmp_path_factory.mktemp("platform"), files)
            plain, secure = AppPages(), AppPages(tls=(str(files.leaf), str(files.key)))
            ends.extend([platform.stop, plain.close, secure.close])
            rules = [f"MAP {name} 127.0.0.1:{platform.port}" for name in ("xumm.app", "oauth2.xumm.app")]
            rules.append(f"MAP {SHOP} 127.0.0.1:{secure.port}")
            browser = chromiums(
                f"--host-resolver-rules={', '.join(rules)}", f"--ignore-certificate-errors-spki-list={spki_of(files)}"
            )
            platform.allow_origin(f"https://{SHOP}")
            shared["mapped"] = browser, platform, plain, secure
        return shared["mapped"]

    def site(way: str) -> Site:
        if way in made:
            return made[way]
        if way.startswith("compat"):
            browser, platform, pages = compat()
            host = SAME_SITE if way == "compat" else CROSS_SITE
            made[way] = Site(browser, platform, pages, loader=platform.url, host=f"{host}:{pages.port}")
        else:
            browser, platform, plain, secure = mapped()
            at_shop = way == "mapped-cross-site"
            made[way] = Site(browser, platform, secure if at_shop else plain, loader="", host=SHOP if at_shop else "")
        return made[way]

    yield site
    for one in made.values():
        one.close_browsers()
        one.alice.leaves()
    for end in ends:
        end()
    environ.undo()


@pytest.fixture
def site(sites: Callable[[str], Site], request: pytest.FixtureRequest) -> Iterator[Site]:
    """The way a test runs on; `compat` unless it says otherwise."""
    chosen = sites(getattr(request, "param", "compat"))
    yield chosen
    chosen.close_browsers()
    assert chosen.strangers == []


def uuid_on(page: Page) -> str:
    """Return the sign request that a sign page shows, once it listens to it."""
    page.wait_for_url("**/sign/*")
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"Expires in \d:\d\d"))
    return page.url.rpartition("/")[2]


def click(page: Page) -> Page:
    """Click on sign in and return the popup."""
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Sign in").click()
    return popup.value


def result_of(page: Page) -> dict[str, Any]:
    """Return what became of the app's `authorize()`."""
    page.wait_for_function("window.result !== undefined", timeout=10_000)
    return page.evaluate("window.result")


def wait_until_closed(popup: Page) -> None:
    """Return once the popup is gone: until then the package's next one would be the same window."""
    if not popup.is_closed():
        popup.wait_for_event("close")


def sign_in(site: Site, page: Page) -> None:
    """Sign in by popup with alice's wallet."""
    popup = click(page)
    site.alice.signs(uuid_on(popup))
    assert result_of(page) == {"ok": True}
    wait_until_closed(popup)


def on(*ways: str) -> pytest.MarkDecorator:
    """Run a test on these ways. Some cost two seconds a piece, so not each runs on each."""
    return pytest.mark.parametrize("site", ways, indirect=True)


with_each = pytest.mark.parametrize("package", PACKAGES)


class TestPopup:
    @on(*WAYS)
    @with_each
    def test_signs_in(self, site, package):
        page = site.open(package)

        popup = click(page)
        site.alice.signs(uuid_on(popup))

        assert result_of(page) == {"ok": True}
        assert page.evaluate("account()") == site.alice.account
        assert "success" in page.evaluate("heard")
        wait_until_closed(popup)

    @on("compat-cross-site", "mapped")
    @pytest.mark.parametrize("package", ["xumm", "pkce"])
    def test_a_declined_sign_in_is_an_error_and_the_next_click_works(self, site, package):
        page = site.open(package)

        popup = click(page)
        site.alice.declines(uuid_on(popup))

        assert "rejected" in result_of(page)["error"]
        wait_until_closed(popup)
        sign_in(site, page)

    @on("compat", "mapped-cross-site")
    @pytest.mark.parametrize("package", ["xumm", "pkce"])
    def test_cancel_on_the_page_is_an_error_too(self, site, package):
        page = site.open(package)

        popup = click(page)
        uuid_on(popup)
        popup.get_by_role("link", name="Cancel").click()

        assert "rejected" in result_of(page)["error"]

    @on("compat-cross-site", "mapped-cross-site")
    @pytest.mark.parametrize("package", ["xumm", "pkce"])
    def test_a_closed_popup_is_an_error_and_the_next_click_works(self, site, package):
        page = site.open(package)

        popup = click(page)
        uuid_on(popup)
        popup.close(run_before_unload=True)

        assert "closed" in result_of(page)["error"].lower()
        wait_until_closed(popup)
        sign_in(site, page)

    @pytest.mark.parametrize("package", ["xumm", "pkce"])
    def test_a_popup_that_is_only_reloaded_goes_on(self, site, package):
        page = site.open(package)
        popup = click(page)
        uuid_on(popup)

        popup.reload()
        site.alice.signs(uuid_on(popup))

        assert result_of(page) == {"ok": True}


class TestRedirect:
    """Phones often have no opener: the popup is then a page of its own, and becomes the app."""

    @on("compat", "mapped")
    @with_each
    def test_signs_in_without_an_opener(self, site, package):
        page = site.open(package)
        page.evaluate("window.open = (url) => { window.goTo = url; return null; }")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_function("window.goTo")
        page.goto(page.evaluate("window.goTo").replace(*site.at_home))

        site.alice.signs(uuid_on(page))

        page.wait_for_url(re.compile(r"/(xumm|pkce)\?"))
        page.wait_for_function("window.heard?.includes('success') && window.heard.includes('retrieved')")
        assert page.evaluate("account()") == site.alice.account


class TestLater:
    @on("compat")
    @with_each
    def test_a_reload_remembers(self, site, package):
        page = site.open(package)
        sign_in(site, page)

        page.reload()

        page.wait_for_function("window.heard.includes('retrieved')")
        assert page.evaluate("account()") == site.alice.account

    @on("compat")
    @with_each
    def test_after_a_logout_one_can_sign_in_again(self, site, package):
        page = site.open(package)
        sign_in(site, page)

        page.evaluate("client.logout()")

        page.wait_for_function("localStorage.getItem('XummPkceJwt') === null")
        page.reload()
        sign_in(site, page)
        assert page.evaluate("account()") == site.alice.account

    @on("compat", "mapped-cross-site")
    @with_each
    def test_the_app_asks_for_a_signature_and_hears_of_it(self, site, package):
        page = site.open(package)
        sign_in(site, page)

        request = page.evaluate("pay()")
        site.alice.signs(request["uuid"], origin="PUSH_NOTIFICATION")

        assert request["pushed"] is True
        assert page.evaluate("paid") is True
        assert "opened" in page.evaluate("said")


class TestLoader:
    def test_says_when_it_comes_too_late(self, site):
        said: list[str] = []
        page = site.open("xumm")
        page.on("console", lambda message: said.append(message.text))

        page.add_script_tag(url=f"{site.platform.url}/assets/compat.js")

        assert any("twice" in text for text in said)

    def test_leaves_other_addresses_alone(self, site):
        page = site.open("xumm")

        assert page.evaluate("fetch('/bundle/xumm.js').then((answer) => answer.status)") == 200
        assert page.evaluate("fetch(new Request('/bundle/xumm.js')).then((answer) => answer.status)") == 200
        assert "xumm.app.example" in page.evaluate(
            "(() => { try { return new WebSocket('wss://xumm.app.example/').url } catch (e) { return String(e) } })()"
        )


@on("compat")
def test_the_sign_page_in_a_popup_is_for_everybody(site):
    popup = click(site.open("xumm"))
    uuid_on(popup)
    popup.set_viewport_size({"width": 600, "height": 790})  # what the packages ask for

    keep_screenshot(popup, "popup-sign")

    assert findings(popup) == []
    assert fits(popup)
    code = popup.get_by_role("img", name="QR code").bounding_box()
    assert code is not None
    assert code["y"] + code["height"] <= 790


def test_the_packages_are_the_published_ones():
    folder = Path(__file__).parent / "node_modules"
    for name, version in (("xumm", "1.8.0"), ("xumm-oauth2-pkce", "2.8.7")):
        assert f'"version": "{version}"' in (folder / name / "package.json").read_text()
