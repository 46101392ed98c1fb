"""The samples for FastAPI, Flask and Django, as they stand: people sign in, pay, and the webhook tells the app."""

import asyncio
import importlib.util
import re
import sys
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.compat.tab import Tab
from tests.receiver import Received, Receiver

SAMPLES = Path(__file__).parents[3] / "sdk/python/samples"
HERE = "http://localhost:3000"
MINE = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Page:
    """What the shop answered."""

    def __init__(self, status: int, headers: httpx.Headers, text: str) -> None:
        self.status = status
        self.headers = headers
        self.text = text

    @property
    def location(self) -> str:
        return self.headers["location"]


class Visitor:
    """A browser at the shop: it keeps cookies."""

    def __init__(self, shop) -> None:
        self._shop = shop
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> Page:
        return self._ask("GET", path, b"", headers)

    def post(self, path: str, form: bytes = b"", **headers: str) -> Page:
        return self._ask("POST", path, form, {"content-type": "application/x-www-form-urlencoded", **headers})

    def delivered(self, call: Received) -> Page:
        """Hand on what the platform delivered, as it came."""
        passed = {name: value for name, value in call.headers.items() if name.startswith(("webhook-", "content-type"))}
        return self._shop("POST", "/webhooks/sealgate", call.body, passed)

    def _ask(self, method: str, path: str, content: bytes, headers: dict[str, str]) -> Page:
        if self.cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        page = self._shop(method, path, content, headers)
        for line in page.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                if name != "csrftoken":
                    assert morsel["httponly"], line
                    assert morsel["samesite"].lower() == "lax", line
                self.cookies.pop(name, None)
                if morsel["max-age"] != "0":
                    self.cookies[name] = morsel.value
        return page


class OnAsgi:
    """An ASGI app, called in this process."""

    def __init__(self, app) -> None:
        self._loop = asyncio.new_event_loop()
        self._app = app

    def __call__(self, method, path, content, headers) -> Page:
        async def ask():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app), base_url=HERE) as client:
                return await client.request(method, path, content=content, headers=headers)

        answer = self._loop.run_until_complete(ask())
        return Page(answer.status_code, answer.headers, answer.text)

    def run(self, coroutine) -> None:
        self._loop.run_until_complete(coroutine)

    def close(self) -> None:
        self._loop.close()


def on_wsgi(app):
    def ask(method, path, content, headers) -> Page:
        # A new one each time: the visitor keeps the cookies.
        with httpx.Client(transport=httpx.WSGITransport(app), base_url=HERE) as client:
            answer = client.request(method, path, content=content, headers=headers)
        return Page(answer.status_code, answer.headers, answer.text)

    return ask


@pytest.fixture(scope="module")
def stage(on_sqlite):
    return on_sqlite


@pytest.fixture(scope="module", params=["fastapi_app", "flask_app", "django_app"])
def sample(request, stage):
    """The module of a sample, loaded by a developer who loaded `dev.env`."""
    name = f"sealgate_sample_{request.param}"
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in stage.platform.env.items():
            patch.setenv(variable, value)
        spec = importlib.util.spec_from_file_location(name, SAMPLES / f"{request.param}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        patch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        yield module


@pytest.fixture(scope="module")
def shop(sample):
    """The running sample."""
    if hasattr(sample, "life"):
        asgi = OnAsgi(sample.app)
        yield asgi
        asgi.run(sample.sealgate.close())
        asgi.close()
    else:
        yield on_wsgi(getattr(sample, "application", None) or sample.app)
        sample.sealgate.close()


@pytest.fixture
def visitor(shop):
    return Visitor(shop)


@pytest.fixture(scope="module")
def endpoint(stage):
    """An endpoint of the demo app, told of signatures: what it gets is handed on to the shop."""
    add = ("app", "webhook", "add", stage.platform.env["SEALGATE_API_KEY"])
    with Receiver() as receiver:
        stage.platform.sealgate(*add, receiver.url, "--event", "payload.signed")
        yield receiver


@pytest.fixture
def tab(stage):
    tab = Tab(stage.platform.url)
    yield tab
    tab.close()


def signs_in(visitor, tab, stage, path="/auth/sign-in"):
    """Sign in as alice and return the page that the browser is sent to at the end."""
    begun = visitor.get(path)
    assert begun.status == 303
    back = urlsplit(tab.sign_in(begun.location, stage.alice))
    assert f"{back.scheme}://{back.netloc}" == HERE
    return visitor.get(f"{back.path}?{back.query}")


class TestAPerson:
    def test_signs_in_pays_and_is_thanked(self, visitor, tab, stage, sample, endpoint):
        assert "Sign in with your wallet" in visitor.get("/").text
        sample.paid.clear()

        assert signs_in(visitor, tab, stage).location == "/"
        home = visitor.get("/").text
        assert f"Hello {stage.alice.account}" in home
        mine = MINE.findall(home)
        asked = visitor.post("/coffee", f"csrfmiddlewaretoken={mine[0]}".encode() if mine else b"")
        assert asked.status == 303, asked.text
        uuid = asked.location.rpartition("/")[2]
        assert uuid in stage.alice.pending(), "it was pushed"
        endpoint.calls.clear()
        stage.alice.signs(uuid)

        [call] = endpoint.wait_for(lambda calls: calls)
        assert visitor.delivered(call).status == 204
        assert "Thank you" in visitor.get("/").text

    def test_goes_where_they_wanted_but_not_elsewhere(self, visitor, tab, stage):
        assert signs_in(visitor, tab, stage, "/auth/sign-in?next=/cart%3Fitem=7").location == "/cart?item=7"
        for elsewhere in ("https://evil.example/", "//evil.example", "/%5Cevil.example", "/%09/evil.example", "cart"):
            back = urlsplit(tab.get(visitor.get(f"/auth/sign-in?next={elsewhere}").location).headers["location"])
            assert visitor.get(f"{back.path}?{back.query}").location == "/", "known by the session, without a wallet"

    def test_who_declines_is_told_so_and_not_signed_in(self, visitor, tab, stage):
        begun = visitor.get("/auth/sign-in")
        back = urlsplit(tab.sign_in(begun.location, stage.alice, declines=True))

        assert visitor.get(f"{back.path}?{back.query}").location == "/?sign_in_error=access_denied"
        assert "Sign in" in visitor.get("/").text

    def test_signs_out(self, visitor, tab, stage):
        signs_in(visitor, tab, stage)

        assert visitor.get("/auth/sign-out").status == 405, "no link or image ends a session"
        assert visitor.post("/auth/sign-out").location == "/"
        assert "Sign in" in visitor.get("/").text


class TestAStranger:
    def test_is_not_let_in(self, visitor):
        refused = post_with_token(visitor)

        assert (refused.status, refused.headers["www-authenticate"]) == (401, "Bearer")

    def test_cannot_finish_what_another_browser_began(self, visitor, shop, tab, stage):
        back = urlsplit(tab.sign_in(Visitor(shop).get("/auth/sign-in").location, stage.alice))

        refused = visitor.get(f"{back.path}?{back.query}")

        assert refused.status == 400
        assert "not begun in this browser" in refused.text

    @pytest.mark.parametrize("cookie", ["x", "x.y", "", ".", "e30.AAAA", "%C3%A9.%C3%A9"])
    def test_cannot_make_a_session(self, visitor, cookie):
        visitor.cookies["sealgate_session"] = cookie

        assert "Sign in" in visitor.get("/").text

    def test_cannot_change_a_session_nor_use_what_was_begun_as_one(self, visitor, tab, stage):
        visitor.get("/auth/sign-in")
        [(_, begun)] = visitor.cookies.items()
        visitor.cookies = {"sealgate_session": begun}
        assert "Sign in" in visitor.get("/").text

        visitor.cookies.clear()
        signs_in(visitor, tab, stage)
        visitor.cookies["sealgate_session"] = "x" + visitor.cookies["sealgate_session"]
        assert "Sign in" in visitor.get("/").text

    def test_cannot_pretend_to_be_the_platform(self, visitor, endpoint):
        assert visitor.post("/webhooks/sealgate", b'{"type": "payload.signed"}').status == 400


class TestAProgram:
    def test_calls_with_an_access_token(self, visitor, stage):
        token = stage.alice.signs_in()

        assert f"Hello {stage.alice.account}" in visitor.get("/", authorization=f"Bearer {token}").text
        refused = post_with_token(visitor, authorization=f"Bearer {token[:-9]}")
        assert (refused.status, refused.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')


def post_with_token(visitor, **headers):
    """Post as a form of the site does: Django asks for a token of its own."""
    token = "a" * 32
    visitor.cookies["csrftoken"] = token
    return visitor.post("/coffee", f"csrfmiddlewaretoken={token}".encode(), **headers)
