"""The endpoints for programs through the whole server: who may call, what is answered, what is refused and how.

What `/auth` leaves behind is put into the database; the way through `/auth` itself is in `test_oauth_flows.py`.
"""

from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from sealgate.access import service as access
from sealgate.apps import service as apps
from sealgate.apps.model import AppDraft, NewApp, Redirect
from sealgate.base.clock import to_unix_s
from sealgate.base.ids import hash_secret
from sealgate.oauth import store
from sealgate.oauth.claims import at_hash
from sealgate.oauth.clients import CALLS_PER_MINUTE
from sealgate.oauth.pkce import challenge_of
from tests.grants import ALICE, ALL_GRANTS, CALLBACK, a_grant, keep
from tests.wallet_side import WalletSide

FORM = "application/x-www-form-urlencoded"
VERIFIER = "v" * 64
CHALLENGE = challenge_of(VERIFIER)
BROWSER = {
    "accept": "text/html,application/xhtml+xml",
    "accept-language": "en",
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "cors",
    "user-agent": "Mozilla/5.0",
    "origin": "https://shop.example",
}

pytestmark = pytest.mark.anyio


class Shop:
    """An app's server, and everything else that speaks HTTP."""

    def __init__(self, side: WalletSide, made: NewApp) -> None:
        self.side = side
        self.app = made.app
        self.key, self.secret = made.app.uuid, made.secret.text
        transport = httpx.ASGITransport(side.app)
        self.http = httpx.AsyncClient(transport=transport, base_url=side.settings.public_url)

    @property
    def basic(self) -> dict[str, str]:
        return {"authorization": "Basic " + b64encode(f"{self.key}:{self.secret}".encode()).decode()}

    async def post(self, path: str, headers: dict[str, str] | None = None, /, **params: str) -> httpx.Response:
        """Post a form, authenticated by Basic unless other headers are given."""
        sent = {"content-type": FORM, **(self.basic if headers is None else headers)}
        return await self.http.post(path, content=urlencode(params), headers=sent)

    async def code(self, **grant: Any) -> str:
        """Let alice sign in."""
        moment = self.side.clock.now()
        made = a_grant(self.key, **{"auth_time": moment, "created_at": moment, **grant})
        return await self.side.context.db.write(keep, made)

    async def token(self, headers: dict[str, str] | None = None, /, **params: str) -> httpx.Response:
        """Redeem a code."""
        sent = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, **params}
        return await self.post("/token", headers, **sent)

    async def sign_in(self, **grant: Any) -> dict[str, Any]:
        """Let alice sign in and return the tokens."""
        answer = await self.token(code=await self.code(**grant))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def userinfo(self, token: str, **how: Any) -> httpx.Response:
        return await self.http.get("/userinfo", headers={"authorization": f"Bearer {token}"}, **how)

    async def claims(self, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Check a token as anybody can, offline, by the published keys; return its header and claims."""
        keys = KeySet.import_key_set((await self.http.get("/certs")).json())
        found = jwt.decode(token, keys, algorithms=["RS256", "ES256"])
        return found.header, found.claims


async def open_shop(side: WalletSide, **values: Any) -> Shop:
    draft = AppDraft(**{"name": "Corner Shop", "grant_types": ALL_GRANTS, **values})
    return Shop(side, await side.context.db.write(apps.create_app, side.context.sealer, draft, now=side.clock.now()))


@pytest.fixture
def flow_engine():
    """One engine: what differs between them is in `tests/conformance`, and on this one the keys are made once."""
    return "postgresql"


@pytest.fixture
async def shop(side):
    opened = await open_shop(side)
    yield opened
    await opened.http.aclose()


@pytest.fixture
async def kiosk(side):
    """An app whose users run it at home."""
    opened = await open_shop(side, public_pkce=True)
    yield opened
    await opened.http.aclose()


class TestTheAnswerForOldClients:
    async def test_has_every_member_they_read(self, shop):
        answer = await shop.token(code=await shop.code(scope="somescope"))

        body = answer.json()
        assert answer.status_code == 200
        assert body.keys() == {"access_token", "token_type", "expires_in", "refresh_token", "expires_at", "scope"}
        assert (body["token_type"], body["expires_in"], body["refresh_token"]) == ("bearer", 86_400, "")
        assert body["scope"] == "somescope"

    async def test_writes_expires_at_with_a_fraction(self, shop):
        answer = await shop.token(code=await shop.code())

        assert f'"expires_at":{to_unix_s(shop.side.clock.now()) + 86_400}.0' in answer.text

    @pytest.mark.parametrize("scope", [None, ""])
    async def test_names_no_scope_where_none_was_sent(self, shop, scope):
        assert "scope" not in await shop.sign_in(scope=scope)

    async def test_is_kept_by_nobody(self, shop):
        answer = await shop.token(code=await shop.code())

        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["pragma"] == "no-cache"
        assert answer.headers["content-type"].startswith("application/json")

    async def test_has_a_token_that_the_published_keys_verify(self, shop):
        tokens = await shop.sign_in(scope="somescope", state="s", nonce="n")

        header, claims = await shop.claims(tokens["access_token"])

        assert header.keys() == {"alg", "typ", "kid"}
        assert (header["alg"], header["typ"]) == ("RS256", "at+jwt")
        assert claims["iss"] == shop.side.settings.issuer_url
        assert claims["aud"] == claims["client_id"] == claims["app_uuidv4"] == shop.key
        assert claims["sub"] == ALICE
        assert (claims["network_id"], claims["usertoken_uuidv4"], claims["nonce"]) == (0, None, "n")
        assert "state" not in claims


class TestTheAnswerForOpenIdConnect:
    async def test_is_what_the_standard_says_and_nothing_else(self, shop):
        body = await shop.sign_in(scope="openid profile unknown")

        assert body.keys() == {"access_token", "token_type", "expires_in", "id_token", "scope"}
        assert (body["token_type"], body["scope"]) == ("Bearer", "openid profile")

    async def test_has_an_id_token_for_its_access_token(self, shop):
        body = await shop.sign_in(scope="openid", nonce="n" * 43)

        header, claims = await shop.claims(body["id_token"])

        assert header["typ"] == "JWT"
        assert claims["nonce"] == "n" * 43
        assert claims["at_hash"] == at_hash(body["access_token"])
        assert claims["exp"] - claims["iat"] == 3600

    async def test_is_signed_with_an_elliptic_curve_where_the_app_says_so(self, side):
        modern = await open_shop(side, id_token_alg="ES256")

        body = await modern.sign_in(scope="openid")

        assert (await modern.claims(body["id_token"]))[0]["alg"] == "ES256"
        assert (await modern.claims(body["access_token"]))[0]["alg"] == "RS256"
        await modern.http.aclose()

    async def test_lives_as_long_as_the_app_says(self, side):
        brief = await open_shop(side, access_token_ttl_s=300)

        assert (await brief.sign_in(scope="openid"))["expires_in"] == 300
        await brief.http.aclose()


class TestWhoMayRedeem:
    async def test_proves_it_by_header_or_body_or_json(self, shop):
        secret = {"client_id": shop.key, "client_secret": shop.secret}
        params = {"grant_type": "authorization_code", "redirect_uri": CALLBACK}

        by_header = await shop.token(code=await shop.code())
        by_body = await shop.token({}, code=await shop.code(), **secret)
        by_both = await shop.token(shop.basic, code=await shop.code(), **secret)
        by_json = await shop.http.post("/token", json={**params, **secret, "code": await shop.code(), "scope": None})

        assert [a.status_code for a in (by_header, by_body, by_both, by_json)] == [200] * 4

    async def test_proves_it_by_pkce_alone_where_the_app_allows(self, kiosk):
        code = await kiosk.code(challenge=CHALLENGE, scope="XummPkce", popup=True)

        answer = await kiosk.token(
            BROWSER, code=code, client_id=kiosk.key, code_verifier=VERIFIER, redirect_uri=f"{CALLBACK}?code={code}"
        )

        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "*"

    async def test_is_not_who_only_knows_the_key(self, shop):
        answer = await shop.token({}, code=await shop.code(), client_id=shop.key)

        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")

    @pytest.mark.parametrize("secret", ["11111111-1111-4111-8111-111111111111", "x", "ä"])
    async def test_is_not_who_guesses_the_secret(self, shop, secret):
        by_body = await shop.token({}, code="x", client_id=shop.key, client_secret=secret)
        wrong = "Basic " + b64encode(f"{shop.key}:{secret}".encode()).decode()
        by_header = await shop.token({"authorization": wrong}, code="x")

        assert (by_body.status_code, by_body.json()["error"]) == (401, "invalid_client")
        assert (by_header.status_code, by_header.json()["error"]) == (401, "invalid_client")
        assert by_header.headers["www-authenticate"].startswith("Basic ")

    async def test_is_told_where_a_page_sends_the_secret(self, shop):
        secret = {"client_id": shop.key, "client_secret": shop.secret}

        at_home = await shop.token({}, code=await shop.code(), **secret)
        before = await shop.side.context.db.read(access.list_notices, shop.key)
        on_a_page = await shop.token(BROWSER, code=await shop.code(), **secret)
        after = await shop.side.context.db.read(access.list_notices, shop.key)

        assert (at_home.status_code, on_a_page.status_code) == (200, 200)
        assert before == []
        assert [(notice.kind, notice.origin_host) for notice in after] == [("secret_exposed", "shop.example")]

    async def test_is_no_disabled_app(self, shop):
        code = await shop.code()
        await shop.side.context.db.write(apps.disable_app, shop.key)

        answer = await shop.token(code=code)

        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


class TestARefusal:
    @pytest.mark.parametrize(
        ("params", "status", "error"),
        [
            ({}, 400, "invalid_request"),
            ({"grant_type": "authorization_code"}, 400, "invalid_request"),
            ({"grant_type": "authorization_code", "code": "x"}, 400, "invalid_grant"),
            ({"grant_type": "password"}, 400, "unsupported_grant_type"),
            ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
            ({"grant_type": "refresh_token"}, 400, "invalid_request"),
            ({"grant_type": "refresh_token", "refresh_token": "x"}, 400, "invalid_grant"),
        ],
    )
    async def test_has_the_word_of_the_protocol(self, shop, params, status, error):
        answer = await shop.post("/token", **params)

        assert (answer.status_code, answer.json()["error"]) == (status, error)

    async def test_names_the_grant_an_app_may_not_use(self, side):
        plain = await open_shop(side, grant_types=("authorization_code",))

        answer = await plain.post("/token", grant_type="refresh_token", refresh_token="x")

        assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")
        await plain.http.aclose()

    @pytest.mark.parametrize("path", ["/token", "/oauth/token", "/userinfo", "/revoke", "/introspect", "/par"])
    @pytest.mark.parametrize("method", ["POST", "PUT", "GET"])
    async def test_is_json_for_browsers_too(self, shop, path, method):
        answer = await shop.http.request(method, path, headers=BROWSER)

        assert 400 <= answer.status_code < 500
        assert answer.headers["content-type"].startswith("application/json")
        assert answer.json()["error"]
        assert answer.json()["error_description"]
        assert answer.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b"grant_type=a&grant_type=b", FORM),
            (b"\xff\xfe=%ff", FORM),
            (b"a=" + b"x" * 40_000, FORM),
            (b"[]", "application/json"),
            (b"{", "application/json"),
            (b'{"grant_type": 1}', "application/json"),
            (b"[" * 5000, "application/json"),
            (b"\x00", "text/plain"),
            (b"", "application/json"),
        ],
        ids=["twice", "not UTF-8", "too large", "array", "half", "number", "deep", "NUL", "empty"],
    )
    async def test_meets_what_cannot_be_read(self, shop, body, kind):
        answer = await shop.http.post("/token", content=body, headers={"content-type": kind, **shop.basic})

        assert 400 <= answer.status_code < 500
        assert answer.json()["error"] == "invalid_request"

    async def test_of_another_method_names_the_right_one(self, shop):
        answer = await shop.http.get("/token")

        assert answer.status_code == 405
        assert "POST" in answer.headers["allow"]

    async def test_comes_after_too_many_wrong_codes(self, side, shop):
        answers = [await shop.token(code=f"guess-{number}") for number in range(31)]

        assert [answer.status_code for answer in answers] == [400] * 30 + [429]
        assert answers[-1].json()["error"] == "temporarily_unavailable"
        assert int(answers[-1].headers["retry-after"]) > 0

    async def test_comes_after_too_many_calls_of_one_app_from_one_address(self, shop, kiosk):
        answers = [await shop.post("/introspect", token="x") for _ in range(CALLS_PER_MINUTE + 1)]

        assert [answer.status_code for answer in answers] == [200] * CALLS_PER_MINUTE + [429]
        assert answers[-1].json()["error"] == "temporarily_unavailable"
        assert int(answers[-1].headers["retry-after"]) > 0
        assert (await kiosk.post("/introspect", token="x")).status_code == 200


class TestUserinfo:
    async def test_has_fifteen_members_for_old_clients(self, shop):
        tokens = await shop.sign_in()

        body = (await shop.userinfo(tokens["access_token"])).json()

        assert len(body) == 15
        assert (body["sub"], body["account"], body["networkId"]) == (ALICE, ALICE, 0)
        assert body["email"] == f"{shop.key}+{ALICE}@users.invalid"

    async def test_has_the_claims_of_the_scope_for_openid(self, shop):
        tokens = await shop.sign_in(scope="openid profile")

        body = (await shop.userinfo(tokens["access_token"])).json()

        assert body["preferred_username"] == ALICE
        assert None not in body.values()

    async def test_takes_the_token_in_a_header_or_a_form(self, shop):
        token = (await shop.sign_in())["access_token"]
        shouted = {"authorization": f"BEARER {token}"}

        by_get = await shop.http.get("/userinfo", headers=shouted)
        by_post = await shop.http.post("/userinfo", headers=shouted)
        by_form = await shop.post("/userinfo", {}, access_token=token)

        assert by_get.json() == by_post.json() == by_form.json()

    async def test_takes_no_token_in_the_query(self, shop):
        token = (await shop.sign_in())["access_token"]

        answer = await shop.http.get("/userinfo", params={"access_token": token})

        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer realm="sealgate"'

    async def test_takes_it_once(self, shop):
        token = (await shop.sign_in())["access_token"]

        answer = await shop.post("/userinfo", {"authorization": f"Bearer {token}"}, access_token=token)

        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")

    async def test_refuses_what_is_no_access_token(self, shop):
        tokens = await shop.sign_in(scope="openid")

        for wrong in ("x", "a.b.c", tokens["id_token"], tokens["access_token"][:-4] + "AAAA"):
            answer = await shop.userinfo(wrong)

            assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
            assert 'error="invalid_token"' in answer.headers["www-authenticate"]

    async def test_refuses_an_expired_token(self, shop):
        tokens = await shop.sign_in()
        assert (await shop.userinfo(tokens["access_token"])).status_code == 200

        shop.side.clock.advance(seconds=86_400 + 60)

        assert (await shop.userinfo(tokens["access_token"])).status_code == 401

    async def test_refuses_the_token_of_a_disabled_app(self, shop):
        tokens = await shop.sign_in()
        await shop.side.context.db.write(apps.disable_app, shop.key)

        assert (await shop.userinfo(tokens["access_token"])).status_code == 401


class TestACodeThatComesAgain:
    async def test_ends_the_access_token_it_bought(self, shop):
        code = await shop.code()
        token = (await shop.token(code=code)).json()["access_token"]
        assert (await shop.userinfo(token)).status_code == 200

        again = await shop.token(code=code)

        assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
        assert (await shop.userinfo(token)).status_code == 401


class TestRefreshing:
    async def test_gives_tokens_that_work(self, shop):
        first = await shop.sign_in(scope="openid offline_access", nonce="n")
        shop.side.clock.advance(hours=1)

        second = (await shop.post("/token", grant_type="refresh_token", refresh_token=first["refresh_token"])).json()

        old, new = [(await shop.claims(tokens["id_token"]))[1] for tokens in (first, second)]
        assert {name: new[name] for name in ("iss", "sub", "aud", "auth_time")} == {
            name: old[name] for name in ("iss", "sub", "aud", "auth_time")
        }
        assert new["iat"] > old["iat"]
        assert "nonce" not in new
        assert new["at_hash"] == at_hash(second["access_token"])
        assert (await shop.userinfo(second["access_token"])).status_code == 200

    async def test_with_a_used_token_ends_everything(self, shop):
        first = await shop.sign_in(scope="openid offline_access")
        second = (await shop.post("/token", grant_type="refresh_token", refresh_token=first["refresh_token"])).json()
        shop.side.clock.advance(seconds=11)

        again = await shop.post("/token", grant_type="refresh_token", refresh_token=first["refresh_token"])

        assert again.json()["error"] == "invalid_grant"
        for token in (first["access_token"], second["access_token"]):
            assert (await shop.userinfo(token)).status_code == 401
        last = await shop.post("/token", grant_type="refresh_token", refresh_token=second["refresh_token"])
        assert last.json()["error"] == "invalid_grant"


class TestRevoking:
    async def test_ends_an_access_token(self, shop):
        token = (await shop.sign_in())["access_token"]

        answer = await shop.post("/revoke", token=token, token_type_hint="access_token")

        assert (answer.status_code, answer.content) == (200, b"")
        assert (await shop.userinfo(token)).status_code == 401

    async def test_of_a_refresh_token_ends_its_family(self, shop):
        tokens = await shop.sign_in(scope="openid offline_access")

        await shop.post("/revoke", token=tokens["refresh_token"])

        assert (await shop.userinfo(tokens["access_token"])).status_code == 401
        again = await shop.post("/token", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
        assert again.json()["error"] == "invalid_grant"

    async def test_needs_no_secret(self, kiosk):
        token = (await kiosk.sign_in())["access_token"]

        answer = await kiosk.post("/revoke", BROWSER, token=token, client_id=kiosk.key)

        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "*"
        assert (await kiosk.userinfo(token)).status_code == 401

    async def test_leaves_the_tokens_of_others_alone(self, shop, kiosk):
        tokens = await shop.sign_in(scope="openid offline_access")

        answers = [await kiosk.post("/revoke", token=tokens[name]) for name in ("access_token", "refresh_token")]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert (await shop.userinfo(tokens["access_token"])).status_code == 200

    @pytest.mark.parametrize("token", ["x", "a.b.c", "." * 3])
    async def test_of_what_nobody_knows_is_done_already(self, shop, token):
        assert (await shop.post("/revoke", token=token)).status_code == 200

    async def test_needs_a_token(self, shop):
        assert (await shop.post("/revoke")).json()["error"] == "invalid_request"


class TestIntrospecting:
    async def test_tells_what_a_token_says(self, shop):
        tokens = await shop.sign_in(scope="openid profile")

        body = (await shop.post("/introspect", token=tokens["access_token"])).json()

        assert body["active"] is True
        assert body["username"] == body["sub"] == ALICE
        assert body["client_id"] == body["aud"] == shop.key
        assert (body["scope"], body["token_type"], body["network_type"]) == ("openid profile", "Bearer", "MAINNET")
        assert body.keys() >= {"exp", "iat", "iss", "jti"}

    async def test_tells_of_a_refresh_token(self, shop):
        tokens = await shop.sign_in(scope="openid offline_access")

        body = (await shop.post("/introspect", token=tokens["refresh_token"])).json()

        assert (body["active"], body["sub"], body["scope"]) == (True, ALICE, "openid offline_access")

    async def test_tells_nothing_of_dead_and_foreign_tokens(self, shop, kiosk):
        revoked = await shop.sign_in(scope="openid offline_access")
        await shop.post("/revoke", token=revoked["refresh_token"])
        foreign = await kiosk.sign_in(scope="openid offline_access")

        for token in ("x", "a.b.c", revoked["id_token"], *(t[n] for t in (revoked, foreign) for n in
                      ("access_token", "refresh_token"))):  # fmt: skip
            assert (await shop.post("/introspect", token=token)).json() == {"active": False}

    async def test_is_for_servers_only(self, kiosk):
        token = (await kiosk.sign_in())["access_token"]

        answer = await kiosk.post("/introspect", {}, token=token, client_id=kiosk.key)

        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
        assert "access-control-allow-origin" not in answer.headers


class TestPushing:
    PARAMS = {"response_type": "code", "redirect_uri": CALLBACK, "scope": "openid"}  # noqa: RUF012
    PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}  # noqa: RUF012

    @pytest.fixture
    async def bank(self, side):
        opened = await open_shop(side, redirects=(Redirect(CALLBACK),), public_pkce=True)
        yield opened
        await opened.http.aclose()

    async def test_gives_a_handle_for_a_minute(self, bank):
        answer = await bank.post("/par", **self.PARAMS, **self.PKCE, state="s")

        body = answer.json()
        assert (answer.status_code, body["expires_in"]) == (201, 60)
        assert body["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
        assert len(body["request_uri"].rpartition(":")[2]) == 43
        assert answer.headers["cache-control"] == "no-store"

        def kept(tx):
            return store.find_pushed_request(
                tx, hash_secret(body["request_uri"]), app_uuid=bank.key, now=bank.side.clock.now()
            )

        pushed = await bank.side.context.db.read(kept)
        assert (pushed.request.state, pushed.request.challenge) == ("s", CHALLENGE)
        bank.side.clock.advance(seconds=60)
        assert await bank.side.context.db.read(kept) is None

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
            ({"response_type": "id_token"}, "unsupported_response_type"),
            ({"response_type": "token"}, "unauthorized_client"),
            ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "invalid_request"),
            ({"request": "x.y."}, "request_not_supported"),
            ({"code_challenge_method": "plain"}, "invalid_request"),
            ({"code_challenge": "short"}, "invalid_request"),
            ({"state": "x" * 9000}, "invalid_request"),
        ],
    )
    async def test_refuses_at_once_what_auth_would_refuse(self, bank, change, error):
        answer = await bank.post("/par", **{**self.PARAMS, **self.PKCE, **change})

        assert (answer.status_code, answer.json()["error"]) == (400, error)

    async def test_knows_whom_an_id_token_names(self, bank):
        id_token = (await bank.sign_in(scope="openid"))["id_token"]

        answer = await bank.post("/par", **self.PARAMS, **self.PKCE, id_token_hint=id_token)

        pushed = await bank.side.context.db.read(
            store.find_pushed_request,
            hash_secret(answer.json()["request_uri"]),
            app_uuid=bank.key,
            now=bank.side.clock.now(),
        )
        assert pushed.request.signers == (ALICE,)

    async def test_needs_pkce_without_the_secret(self, bank):
        plain = await bank.post("/par", {}, client_id=bank.key, **self.PARAMS)
        guarded = await bank.post("/par", {}, client_id=bank.key, **self.PARAMS, **self.PKCE)

        assert (plain.status_code, plain.json()["error"]) == (400, "invalid_request")
        assert guarded.status_code == 201

    async def test_needs_a_client(self, bank):
        assert (await bank.post("/par", {}, **self.PARAMS)).status_code == 401


class TestADevice:
    async def test_waits_until_somebody_signs_in(self, kiosk):
        started = (await kiosk.post("/device_authorization", {}, client_id=kiosk.key, scope="openid")).json()
        poll = {
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            "device_code": started["device_code"],
            "client_id": kiosk.key,
        }
        assert (started["expires_in"], started["interval"]) == (600, 5)
        assert started["verification_uri"] == f"{kiosk.side.settings.issuer_url}/device"
        assert started["verification_uri_complete"].endswith(f"?user_code={started['user_code']}")

        first = await kiosk.post("/token", {}, **poll)
        hasty = await kiosk.post("/token", {}, **poll)

        def approve(tx):
            grant = msgspec.structs.replace(a_grant(kiosk.key, scope="openid"), created_at=kiosk.side.clock.now())
            store.insert_grant(tx, grant)
            waiting = store.find_waiting_device(
                tx, hash_secret(started["user_code"].replace("-", "")), now=kiosk.side.clock.now()
            )
            assert waiting is not None
            return store.approve_device(tx, waiting.hash, grant_uuid=grant.uuid, now=kiosk.side.clock.now())

        assert await kiosk.side.context.db.write(approve)
        kiosk.side.clock.advance(seconds=10)
        done = await kiosk.post("/token", {}, **poll)

        assert (first.json()["error"], hasty.json()["error"]) == ("authorization_pending", "slow_down")
        assert done.status_code == 200
        assert (await kiosk.claims(done.json()["id_token"]))[1]["sub"] == ALICE

    async def test_needs_an_app_that_allows_it(self, side):
        plain = await open_shop(side, grant_types=("authorization_code",), public_pkce=True)

        answer = await plain.post("/device_authorization", {}, client_id=plain.key)

        assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")
        await plain.http.aclose()

    async def test_needs_the_secret_where_codes_do(self, shop):
        answer = await shop.post("/device_authorization", {}, client_id=shop.key)

        assert answer.status_code == 401


class TestTheMetadata:
    PATHS = (
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/oauth/.well-known/openid-configuration",
        "/.well-known/openid-configuration/.well-known/openid-configuration",
    )

    async def test_is_the_same_wherever_it_is_looked_for(self, shop):
        answers = [await shop.http.get(path) for path in self.PATHS]

        assert len({answer.content for answer in answers}) == 1
        for answer in answers:
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "application/json"
            assert answer.headers["access-control-allow-origin"] == "*"
            assert "max-age=3600" in answer.headers["cache-control"]

    async def test_names_the_issuer_whatever_host_was_asked(self, shop):
        answer = await shop.http.get(self.PATHS[0], headers={"host": "evil.example"})

        body = answer.json()
        assert body["issuer"] == shop.side.settings.issuer_url
        assert all(value.startswith(body["issuer"]) for name, value in body.items() if name.endswith("_endpoint"))

    async def test_lists_what_some_app_uses_at_once(self, side, shop):
        await open_shop(side, allow_implicit=True, id_token_alg="ES256")

        document = (await shop.http.get(self.PATHS[0])).json()

        assert {"implicit", *ALL_GRANTS} <= set(document["grant_types_supported"])
        assert "token" in document["response_types_supported"]
        assert document["id_token_signing_alg_values_supported"] == ["RS256", "ES256"]
        assert "device_authorization_endpoint" in document
        assert "offline_access" in document["scopes_supported"]

    async def test_says_no_where_silence_would_mean_yes(self, shop):
        body = (await shop.http.get(self.PATHS[0])).json()

        assert body["request_uri_parameter_supported"] is False
        assert body["code_challenge_methods_supported"] == ["S256"]
        assert body["authorization_response_iss_parameter_supported"] is True

    async def test_is_not_sent_again_to_who_has_it(self, shop):
        for path in (self.PATHS[0], "/certs"):
            first = await shop.http.get(path)
            again = await shop.http.get(path, headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})

            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == first.headers["etag"]

    async def test_stands_behind_the_host_for_an_issuer_with_a_path_only(self, shop):
        assert (await shop.http.get("/.well-known/oauth-authorization-server/oauth")).status_code == 404


class TestTheKeys:
    async def test_are_public_and_named(self, shop):
        keys = (await shop.http.get("/certs")).json()["keys"]

        assert keys
        assert len({key["kid"] for key in keys}) == len(keys)
        for key in keys:
            assert key["use"] == "sig"
            assert key.keys().isdisjoint({"d", "p", "q", "dp", "dq", "qi", "k", "oth"})

    async def test_has_the_key_in_use_last(self, shop):
        token = (await shop.sign_in())["access_token"]

        keys = (await shop.http.get("/certs")).json()["keys"]

        assert (await shop.claims(token))[0]["kid"] == keys[-1]["kid"]


class TestCallsFromPages:
    @pytest.mark.parametrize(
        ("path", "method"),
        [
            ("/token", "POST"), ("/oauth/token", "POST"), ("/userinfo", "GET"), ("/userinfo", "POST"),
            ("/revoke", "POST"), ("/certs", "GET"), ("/.well-known/openid-configuration", "GET"),
            ("/device_authorization", "POST"),
        ],
    )  # fmt: skip
    async def test_are_allowed_after_a_preflight(self, shop, path, method):
        asked = {
            "origin": "https://shop.example",
            "access-control-request-method": method,
            "access-control-request-headers": "authorization,content-type",
        }

        answer = await shop.http.options(path, headers=asked)

        assert answer.status_code in {200, 204}
        assert answer.headers["access-control-allow-origin"] == "*"
        assert method in answer.headers["access-control-allow-methods"]
        assert {"authorization", "content-type"} <= {
            name.strip().lower() for name in answer.headers["access-control-allow-headers"].split(",")
        }
        assert "access-control-allow-credentials" not in answer.headers

    @pytest.mark.parametrize("path", ["/introspect", "/par", "/auth"])
    async def test_are_not_allowed_where_browsers_have_no_business(self, shop, path):
        answer = await shop.http.options(path, headers={"origin": "https://x.example"})

        assert "access-control-allow-origin" not in answer.headers
