"""A signed-in user's tokens are renewed before they end: once, whoever calls meanwhile, and the app stores them."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from sealgate_client import AsyncSealgate, Refused, Sealgate, SessionEnded, Tokens, Unreachable
from sealgate_client._web import SignIn

from tests.compat.stage import Stage
from tests.platform import start_platform
from tests.sdks.python.conftest import dev, registers
from tests.sdks.python.test_signing_in import CALLBACK, GRANTS, agrees_to_stay

LIMIT_S = 15
CALLERS = 8
DAY_S = 86_400


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """A platform whose clock may be moved."""
    stage = Stage(start_platform())
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def shop(stage):
    """The credentials of an app that may keep people signed in."""
    return registers(stage, redirect_uris=[CALLBACK], grant_types=GRANTS)


@pytest.fixture
def app(clients, stage, shop):
    return clients.make(stage.platform.url, shop["api_key"], shop["api_secret"])


@pytest.fixture
def tokens(app, tab, stage):
    """What a sign-in brought, as the app kept it."""
    begun = app.oauth.begin(CALLBACK, scope="openid offline_access")
    tokens = app.oauth.finish(begun, agrees_to_stay(tab, begun.url, stage.alice))
    return Tokens(**json.loads(json.dumps(tokens.to_dict())))


def expired(tokens):
    return replace(tokens, expires_at=time.time() - 1)


class TestTokens:
    def test_are_renewed_when_the_server_says_that_they_have_ended(self, app, stage, tokens):
        stored: list[Tokens] = []
        user = app.as_user(tokens, on_tokens=stored.append)

        dev(stage, "POST", "clock", advance_s=DAY_S + 60)

        assert user.ping().sub == user.ping().sub == stage.alice.account
        assert stored == [user.tokens]
        assert user.tokens.refresh_token not in (None, tokens.refresh_token)

    def test_are_renewed_before_this_machine_takes_them_for_expired(self, app, tokens):
        stored: list[Tokens] = []
        user = app.as_user(expired(tokens), on_tokens=stored.append)

        user.userdata.set("prefs", {"dark": True})

        [new] = stored
        assert new.access_token != tokens.access_token
        assert new.expires_at > time.time() + DAY_S - 600

    def test_are_renewed_again_and_again(self, app, stage, tokens):
        stored: list[Tokens] = []
        user = app.as_user(tokens, on_tokens=stored.append)

        for _ in range(3):
            dev(stage, "POST", "clock", advance_s=DAY_S + 60)
            assert user.ping().sub == stage.alice.account

        assert len({tokens.refresh_token, *(new.refresh_token for new in stored)}) == 4

    def test_that_were_refused_end_the_session_for_whoever_calls(self, app, tokens):
        user = app.as_user(tokens)
        app.oauth.revoke(tokens.refresh_token)

        with pytest.raises(SessionEnded) as ended:
            user.ping()
        with pytest.raises(SessionEnded) as still:
            user.ping()

        assert (ended.value.code, ended.value.status) == ("invalid_grant", 400)
        assert "sign in again" in str(ended.value)
        assert still.value.reference == ended.value.reference != "", "nobody is asked a second time"

    def test_without_a_refresh_token_end_when_they_end(self, app, tokens):
        app.oauth.revoke(tokens.access_token)

        for given in (tokens.access_token, replace(tokens, refresh_token=None)):
            with pytest.raises(Refused) as refused:
                app.as_user(given).ping()
            assert (refused.value.status, refused.value.code) == (403, 800)

    def test_are_there_although_they_could_not_be_stored(self, app, stage, tokens):
        def store(new: Tokens) -> None:
            raise OSError("The disk is full.")

        user = app.as_user(expired(tokens), on_tokens=store)

        with pytest.raises(OSError, match="disk is full"):
            user.ping()
        assert user.tokens.refresh_token != tokens.refresh_token
        assert user.ping().sub == stage.alice.account

    def test_of_a_person_are_no_secret_of_a_log(self, tokens):
        assert tokens.refresh_token not in repr(tokens)


class TestManyAtOnce:
    """Whoever trades a refresh token that was traded already ends the session: it must happen once."""

    @pytest.mark.parametrize("clients", ["blocking"], indirect=True)
    def test_threads_are_renewed_once(self, app, stage, tokens):
        stored: list[Tokens] = []
        users = [app.as_user(expired(tokens), on_tokens=stored.append) for _ in range(2)]
        together = threading.Barrier(CALLERS)

        def calls(number: int) -> str:
            together.wait(LIMIT_S)
            return str(users[number % 2].ping().sub)

        with ThreadPoolExecutor(CALLERS) as threads:
            assert set(threads.map(calls, range(CALLERS))) == {stage.alice.account}

        assert stored == [users[0].tokens] == [users[1].tokens]
        assert app.as_user(stored[0]).tokens is stored[0], "who comes with the new ones shares them"

    def test_tasks_are_renewed_once(self, stage, shop, tokens_of_a_task):
        tokens, stored = tokens_of_a_task, list[Tokens]()

        async def store(new: Tokens) -> None:
            await asyncio.sleep(0)
            stored.append(new)

        async def program() -> list[str]:
            async with AsyncSealgate(stage.platform.url, shop["api_key"], shop["api_secret"]) as app:
                users = [app.as_user(expired(tokens), on_tokens=store) for _ in range(2)]
                told = await asyncio.gather(*(users[number % 2].ping() for number in range(CALLERS)))
                assert stored == [users[0].tokens] == [users[1].tokens]
                return [str(pong.raw["sub"]) for pong in told]

        assert set(asyncio.run(program())) == {stage.alice.account}

    @pytest.fixture
    def tokens_of_a_task(self, stage, shop, tab):
        with Sealgate(stage.platform.url, shop["api_key"], shop["api_secret"]) as app:
            begun = app.oauth.begin(CALLBACK, scope="offline_access")
            return app.oauth.finish(begun, agrees_to_stay(tab, begun.url, stage.alice))


@pytest.mark.parametrize("clients", ["blocking"], indirect=True)
def test_a_web_site_whose_clock_is_behind_signs_people_in(app, stage, tab):
    dev(stage, "POST", "clock", advance_s=600)
    site = SignIn(app)
    begun = site.begin(CALLBACK, "/cart")

    came_back = urlsplit(agrees_to_stay(tab, begun.location, stage.alice)).query
    outcome = site.finish(dict(parse_qsl(came_back)), {cookie.name: cookie.value for cookie in begun.cookies})

    assert outcome.user is not None
    assert (outcome.location, outcome.user.account) == ("/cart", stage.alice.account)


ENDING = Tokens("old", expires_at=0.0, refresh_token="r1")
RENEWED = {"access_token": "new", "expires_in": 3600, "refresh_token": "r2", "token_type": "Bearer"}


class TestAServerThatIsHardToReach:
    def client(self, answer, **options):
        http = httpx.Client(transport=httpx.MockTransport(answer))
        return Sealgate("https://sign.example", "key", "secret", http=http, retries=0, **options)

    def test_is_not_needed_while_the_old_ones_count(self):
        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.path == "/token":
                return httpx.Response(503)
            return httpx.Response(200, json={"keys": [request.headers["authorization"]]})

        client = self.client(answer)
        user = client.as_user(replace(ENDING, expires_at=time.time() + 3600))
        assert user._server.session is not None
        user._server.session._renewed_at = 0.0

        assert user.userdata.list() == ["Bearer old"]

    def test_is_told_of_where_they_do_not(self):
        def answer(request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("refused")

        user = self.client(answer).as_user(ENDING)

        with pytest.raises(Unreachable):
            user.userdata.list()
        assert user.tokens == ENDING

    def test_is_asked_once_for_a_call_that_it_refuses_all_the_same(self):
        asked = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request.url.path)
            return httpx.Response(200, json=RENEWED) if request.url.path == "/token" else httpx.Response(401)

        user = self.client(answer).as_user(replace(ENDING, expires_at=time.time() + 3600))

        with pytest.raises(Refused):
            user.userdata.list()
        assert asked == ["/api/v1/jwt/userdata", "/token", "/api/v1/jwt/userdata"]

    def test_sends_the_app_for_new_tokens_and_the_user_for_everything_else(self):
        asked = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append((request.url.path, request.headers.get("authorization"), request.content))
            return httpx.Response(200, json=RENEWED if request.url.path == "/token" else {"keys": []})

        self.client(answer).as_user(ENDING).userdata.list()

        assert asked == [
            ("/token", None, b"grant_type=refresh_token&refresh_token=r1&client_id=key&client_secret=secret"),
            ("/api/v1/jwt/userdata", "Bearer new", b""),
        ]

    def test_may_answer_somebody_who_no_longer_waits(self):
        stored: list[Tokens] = []

        async def program() -> None:
            asked, may_answer = asyncio.Event(), asyncio.Event()

            async def answer(request: httpx.Request) -> httpx.Response:
                asked.set()
                await may_answer.wait()
                return httpx.Response(200, json=RENEWED)

            http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
            async with http, AsyncSealgate("https://sign.example", "key", "secret", http=http) as client:
                user = client.as_user(ENDING, on_tokens=stored.append)
                call = asyncio.ensure_future(user.userdata.list())
                await asked.wait()
                call.cancel()
                await asyncio.wait([call])
                may_answer.set()
            assert call.cancelled()

        asyncio.run(program())

        assert [new.refresh_token for new in stored] == ["r2"], "the only one that still counts"
