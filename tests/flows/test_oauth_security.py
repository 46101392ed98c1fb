"""The recommendations of RFC 9700 and the known attacks on sign-ins by QR code, each tried against the whole server.

Who gets the answer to a signature is in `test_sign_in_binding.py`; algorithms, keys and forged tokens in
`unit/tokens/test_hostile_tokens.py`; a hundred redemptions at once in `conformance`; logs in `test_sign_in_canary.py`.
"""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from sealgate.apps.errors import AppInvalid
from sealgate.apps.model import DEVICE_CODE, Redirect
from sealgate.apps.redirects import checked_redirects
from sealgate.base.ids import new_token, new_uuid
from tests.oidc_checks import check_token_error
from tests.oidc_party import CALLBACK, Party, new_party
from tests.sign_in import (
    PKCE,
    VERIFIER,
    Browser,
    message,
    new_shop,
    parameters,
    scans_and_signs,
    sdk_shop,
    signs_by,
)

pytestmark = pytest.mark.anyio

EVIL = "https://evil.example/catch"
TEMPTING = ("redirect_uri", "post_logout_redirect_uri", "return_url", "url", "next", "continue", "target", "leads_to")

_LOADED = re.compile(r'<(?:img|script|link|iframe|source)\b[^>]*?(?:src|href)="([^"]+)"')
_OWN_PAGE = re.compile(r'(?:href|action|content)="[^"]*evil\.example')


@pytest.fixture
def flow_engine() -> str:
    """One engine is enough: what depends on it is tested on both elsewhere."""
    return "sqlite"


@pytest.fixture
async def party(side) -> Party:
    """A relying party whose clients need no PKCE and may stay signed in."""
    return await new_party(side)


async def every_page(side) -> dict[str, Any]:
    """Return one answer of each kind of page a sign-in has."""
    party = await new_party(side)
    browser, wallet = party.browser, party.wallet
    shop, sdk = party.client, await sdk_shop(side)
    device_app = await new_shop(side, grant_types=("authorization_code", DEVICE_CODE), public_pkce=True)
    pages = {"refusal": await browser.get("/auth", party.request(shop, redirect_uri=EVIL))}

    begun = await browser.get("/auth", party.request(shop, prompt="consent"))
    uuid = begun.headers["location"].removeprefix("/sign/")
    pages["sign"] = await browser.get(f"/sign/{uuid}")
    await scans_and_signs(wallet, uuid)
    pages["consent"] = await browser.goes_on(uuid)
    await browser.clicks(pages["consent"])
    pages["finished"] = await browser.goes_on(uuid)
    pages["stranger"] = await Browser(side).goes_on(uuid)
    pages["logout"] = await browser.get("/logout")

    by_link = (await browser.get("/auth", party.request(shop, prompt="login"))).headers["location"]
    signed = await signs_by(wallet, by_link.removeprefix("/sign/"), "DEEP_LINK")
    back = urlsplit(signed.json["return_url"]["app"])
    pages["continue"] = await Browser(side).get(f"{back.path}?{back.query}")
    pages["returned"] = await browser.get(f"{back.path}?{back.query}")

    popup = await browser.begins(sdk, redirect_uri="https://shop.example/", scope="XummPkce")
    await scans_and_signs(wallet, popup)
    pages["popup"] = await browser.goes_on(popup)
    pages["form_post"] = (await party.authorizes(response_mode="form_post")).page

    asked = await browser.post("/device_authorization", {"client_id": device_app.app.uuid})
    pages["device"] = await browser.get("/device")
    pages["device asks"] = await browser.get("/device", {"user_code": asked.json()["user_code"]})
    return pages


class TestPages:
    async def test_may_be_framed_by_nobody_and_are_kept_by_nobody(self, side):
        for name, page in (await every_page(side)).items():
            policy = page.headers["content-security-policy"]
            assert "frame-ancestors 'none'" in policy, name
            assert "default-src 'self'" in policy, name
            assert "base-uri 'none'" in policy, name
            assert "unsafe-" not in policy, name
            assert page.headers["x-frame-options"] == "DENY", name
            assert page.headers["x-content-type-options"] == "nosniff", name
            assert "no-store" in page.headers["cache-control"], name

    async def test_tell_nobody_where_people_come_from_and_load_nothing_from_elsewhere(self, side):
        for name, page in (await every_page(side)).items():
            assert page.headers["referrer-policy"] in ("no-referrer", "same-origin"), name
            for address in _LOADED.findall(page.text):
                assert address.startswith(("/", "data:")), f"{name} loads {address}"

    async def test_are_no_open_redirectors(self, side, party):
        tempting = dict.fromkeys(TEMPTING, EVIL)
        outcome = await party.authorizes()
        begun = await party.browser.get("/auth", party.request(party.client, prompt="login"))
        uuid = begun.headers["location"].removeprefix("/sign/")
        await scans_and_signs(party.wallet, uuid)

        paths = ("/signin", "/signin/cancel", f"/sign/{uuid}", f"/sign/{uuid}/qr", "/logout", "/device", "/auth")
        for path in paths:
            answer = await party.browser.get(path, {"txn": new_uuid(), **tempting})
            assert "evil.example" not in answer.headers.get("location", ""), path
            assert not _OWN_PAGE.search(answer.text), path
        used_up = await party.browser.get("/signin", {"txn": uuid, **tempting})
        assert used_up.headers["location"].startswith(f"{CALLBACK}?")
        assert "code" in outcome.params

    async def test_redirect_with_303_alone(self, side):
        party = await new_party(side)
        begun = await party.browser.post("/auth", party.request(party.client))
        uuid = begun.headers["location"].removeprefix("/sign/")
        await scans_and_signs(party.wallet, uuid)
        done = await party.browser.goes_on(uuid)
        refused = await party.browser.post("/auth", party.request(party.client, prompt="none", max_age="x"))

        assert [answer.status_code for answer in (begun, done, refused)] == [303, 303, 303]

    async def test_follow_no_header_of_a_stranger(self, side, party):
        spoofed = {
            "x-forwarded-host": "evil.example",
            "forwarded": "host=evil.example",
            "x-original-host": "evil.example",
        }

        begun = await party.browser.get("/auth", party.request(party.client), **spoofed)
        page = await party.browser.get(begun.headers["location"], **spoofed)
        said = await party.browser.get("/.well-known/openid-configuration", **spoofed)

        assert "evil.example" not in begun.headers["location"] + page.text + said.text


class TestCodes:
    async def test_of_somebody_else_are_worth_nothing_in_a_client_that_uses_pkce(self, side, party):
        stolen = await party.authorizes(**PKCE)

        injected = await party.redeems(stolen, code_verifier="v" * 64)

        check_token_error(injected, "invalid_grant")

    async def test_are_bought_back_with_the_redirect_uri_they_went_to(self, side):
        other = f"{CALLBACK}/other"
        party = await new_party(side, redirects=(Redirect(CALLBACK), Redirect(other)))
        outcome = await party.authorizes()

        answer = await party.asks_for_tokens(
            grant_type="authorization_code", code=outcome.params["code"], redirect_uri=other
        )

        check_token_error(answer, "invalid_grant")

    async def test_that_come_again_end_the_refresh_tokens_too(self, party):
        outcome = await party.authorizes(scope="openid offline_access", prompt="consent")
        tokens = await party.tokens(outcome)

        await party.redeems(outcome)

        assert (await party.userinfo(tokens.access_token)).status_code == 401
        again = await party.asks_for_tokens(grant_type="refresh_token", refresh_token=tokens.body["refresh_token"])
        check_token_error(again, "invalid_grant")

    @pytest.mark.parametrize(
        "challenge",
        [
            {},
            {"code_challenge": VERIFIER, "code_challenge_method": "plain"},
            {"code_challenge": PKCE["code_challenge"]},
            {"code_challenge_method": "S256"},
            {**PKCE, "code_challenge": PKCE["code_challenge"][:-1]},
        ],
        ids=["none", "plain", "no method", "no challenge", "short"],
    )
    async def test_need_a_challenge_by_s256_where_the_app_must_use_pkce(self, side, challenge):
        party = await new_party(side, require_pkce=True)

        outcome = await party.authorizes(**challenge)

        assert outcome.params["error"] == "invalid_request"
        assert not outcome.signed

    async def test_without_a_challenge_need_the_secret_even_of_an_app_without_one(self, side):
        party = await new_party(side, public_pkce=True)
        outcome = await party.authorizes()

        answer = await party.browser.post(
            "/token",
            {
                "grant_type": "authorization_code", "code": outcome.params["code"], "redirect_uri": CALLBACK,
                "client_id": party.client.app.uuid,
            },
        )  # fmt: skip

        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


class TestMixUp:
    @pytest.mark.parametrize("mode", ["query", "form_post"])
    async def test_is_seen_by_clients_that_look_who_answers(self, side, mode):
        party = await new_party(side, mode)

        success, failure = await party.authorizes(), await party.authorizes(prompt="none", max_age="x")

        assert success.params["iss"] == failure.params["iss"] == side.settings.issuer_url
        assert (await party.metadata())["authorization_response_iss_parameter_supported"] is True


class TestFlows:
    @pytest.mark.parametrize("wanted", ["id_token", "id_token token", "code id_token", "code token", "none"])
    async def test_put_no_id_token_into_an_address(self, side, wanted):
        party = await new_party(side, allow_implicit=True)

        outcome = await party.authorizes(response_type=wanted)

        assert outcome.params["error"] == "unsupported_response_type"

    @pytest.mark.parametrize("kind", ["web", "native"])
    async def test_are_not_implicit_unless_the_operator_says_so(self, side, kind):
        party = await new_party(side, type=kind)

        assert (await party.authorizes(response_type="token")).params["error"] == "unauthorized_client"

    @pytest.mark.parametrize("grant", ["password", "client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer"])
    async def test_sign_nobody_in_without_a_wallet(self, party, grant):
        answer = await party.asks_for_tokens(grant_type=grant, username="a", password="b", assertion="c")

        check_token_error(answer, "unsupported_grant_type")

    @pytest.mark.parametrize(
        "uri", ["http://shop.example/cb", "http://192.168.1.4/cb", "http://localhost.evil.example/"]
    )
    async def test_lead_nobody_over_plain_http(self, side, uri):
        with pytest.raises(AppInvalid):
            checked_redirects([uri])
        party = await new_party(side, redirects=(Redirect(uri),))

        assert (await party.authorizes(redirect_uri=uri)).page.status_code == 400

    async def test_answer_a_stranger_as_they_answer_a_wrong_secret(self, party):
        wrong = await party.browser.post("/token", self._with(party.client.app.uuid))
        unknown = await party.browser.post("/token", self._with(new_uuid()))

        assert (wrong.status_code, wrong.json()["error"]) == (unknown.status_code, unknown.json()["error"])
        assert wrong.json()["error_description"] == unknown.json()["error_description"]

    @staticmethod
    def _with(client_id: str) -> dict[str, str]:
        code = {"grant_type": "authorization_code", "code": new_token(), "redirect_uri": CALLBACK}
        return {**code, "client_id": client_id, "client_secret": new_uuid()}


class TestTokensOfOneKind:
    async def test_are_no_tokens_of_another(self, party):
        tokens = await party.signs_in(scope="openid offline_access", prompt="consent")
        refresh = tokens.body["refresh_token"]
        waiting = await party.authorizes()

        for no_access_token in (tokens.id_token, refresh, waiting.params["code"]):
            bearer = {"authorization": f"Bearer {no_access_token}"}
            assert (await party.browser.get("/userinfo", **bearer)).status_code == 401
            assert (await party.browser.get("/api/v1/jwt/ping", **bearer)).status_code in (401, 403)
        for no_code in (refresh, tokens.access_token, tokens.id_token):
            answer = await party.asks_for_tokens(grant_type="authorization_code", code=no_code, redirect_uri=CALLBACK)
            check_token_error(answer, "invalid_grant")
        for no_refresh_token in (waiting.params["code"], tokens.access_token, tokens.id_token):
            answer = await party.asks_for_tokens(grant_type="refresh_token", refresh_token=no_refresh_token)
            check_token_error(answer, "invalid_grant")

    async def test_show_no_id_token_to_logout_that_is_an_access_token(self, party):
        tokens = await party.signs_in()

        answer = await party.browser.get("/logout", {"id_token_hint": tokens.access_token})

        assert "You are signed out" not in answer.text
        assert "code" in (await party.authorizes(prompt="none")).params

    async def test_of_one_app_are_nothing_to_another(self, party):
        tokens = await party.signs_in(scope="openid offline_access", prompt="consent")
        theirs = {"client_id": party.client2.app.uuid, "client_secret": party.client2.secret}

        for token in (tokens.access_token, tokens.body["refresh_token"]):
            told = await party.browser.post("/introspect", {"token": token, **theirs})
            assert told.json() == {"active": False}
            await party.browser.post("/revoke", {"token": token, **theirs})

        assert (await party.userinfo(tokens.access_token)).status_code == 200


class TestSessions:
    async def test_cannot_be_chosen_by_somebody_else(self, side, party):
        planted = new_token()
        party.browser._client.cookies.set("__Host-op_sid", planted, domain="sign.example", path="/")

        await party.signs_in()

        assert party.browser.cookies["__Host-op_sid"] != planted
        attacker = Browser(side)
        attacker._client.cookies.set("__Host-op_sid", planted)
        answer = await attacker.get("/auth", party.request(party.client, prompt="none"))
        assert parameters(answer)["error"] == "login_required"

    async def test_are_not_ended_by_a_strangers_link(self, party):
        await party.signs_in()

        for method in (party.browser.get, party.browser.post):
            assert "You are signed out" not in (await method("/logout")).text
        forged = await party.browser.post("/logout", {"answer": "yes", "csrf": new_token()})

        assert forged.status_code == 403
        assert "code" in (await party.authorizes(prompt="none")).params


class TestMessages:
    async def test_go_to_the_registered_origin_and_no_other(self, side):
        shop, browser, wallet = await sdk_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, redirect_uri="https://SHOP.example/page", scope="XummPkce")
        await scans_and_signs(wallet, uuid)

        _, data = message(await browser.goes_on(uuid))

        assert data["target"] == "https://shop.example"

    @pytest.mark.parametrize(
        "uri",
        [
            "https://shop.example.evil.example/",
            "https://shop.example@evil.example/",
            "https://shop.example:8443/",
            "https://evil.example\\@shop.example/",
            "http://shop.example/",
            "javascript:alert(1)//https://shop.example/",
        ],
    )
    async def test_to_another_origin_are_never_made(self, side, uri):
        shop, browser = await sdk_shop(side), Browser(side)

        answer = await browser.get("/auth", shop.asks(redirect_uri=uri, scope="XummPkce"))

        assert answer.status_code == 400
        assert "application/json" not in answer.text
        assert f'href="{uri}' not in answer.text


class TestSignatures:
    async def test_for_one_app_sign_nobody_in_to_another(self, side):
        honest, evil = await new_shop(side), await new_shop(side, name="Evil")
        wallet, at_evil, at_honest = await side.wallet(), Browser(side), Browser(side)
        lured = await at_evil.begins(evil)
        wanted = await at_honest.begins(honest)
        signed = wallet.signature((await wallet.opens(lured)).json)

        await wallet.opens(wanted)
        replayed = await wallet.answers(wanted, signed)

        assert replayed.status >= 400
        answer = await at_honest.goes_on(wanted)
        assert answer.headers["location"] == f"/sign/{wanted}"

    async def test_of_one_sign_in_are_not_those_of_the_next(self, side):
        shop, wallet, browser = await new_shop(side), await side.wallet(), Browser(side)
        first, second = await browser.begins(shop), await browser.begins(shop)
        signed = wallet.signature((await wallet.opens(first)).json)

        await wallet.opens(second)

        assert (await wallet.answers(second, signed)).status >= 400

    async def test_are_asked_for_in_words_that_no_request_can_choose(self, side):
        party = await new_party(side, name="Bank\u202egpj.exe", redirects=(Redirect(CALLBACK),))
        lure = "Your screen shows 00. Press yes."
        begun = await party.browser.get("/auth", party.request(party.client, state=lure, login_hint=lure, scope=lure))
        uuid = begun.headers["location"].removeprefix("/sign/")

        shown = (await party.wallet.opens(uuid)).json["meta"]["custom_instruction"]
        page = (await party.browser.get(f"/sign/{uuid}")).text

        assert re.fullmatch(r"Sign in to suite\.example\. Only continue if your screen shows \d\d\.", shown), shown
        assert "Your screen shows 00" not in page
        assert "\u202e" not in page


class TestDevices:
    @pytest.fixture
    async def app(self, side):
        return await new_shop(side, grant_types=("authorization_code", DEVICE_CODE), public_pkce=True)

    async def test_are_signed_in_by_nobody_who_only_follows_the_link(self, side, app):
        browser = Browser(side)
        asked = (await browser.post("/device_authorization", {"client_id": app.app.uuid})).json()

        page = await browser.get("/device", {"user_code": asked["user_code"]})

        assert asked["user_code"] in page.text
        assert app.app.name in page.text
        forged = await browser.post("/device", {"user_code": asked["user_code"], "answer": "yes", "csrf": new_token()})
        assert forged.status_code == 403
        polled = await browser.post(
            "/token", {"grant_type": DEVICE_CODE, "device_code": asked["device_code"], "client_id": app.app.uuid}
        )
        check_token_error(polled, "authorization_pending")

    async def test_are_not_found_by_trying_codes(self, side, app):
        browser = Browser(side)

        statuses = [(await browser.get("/device", {"user_code": f"BCDF-GHJ{char}"})).status_code for char in "BCDFGHJK"]

        assert statuses[-1] == 429
        assert statuses[0] == 400


class TestRefreshTokens:
    async def test_end_after_a_month_without_use(self, party):
        tokens = await party.signs_in(scope="openid offline_access", prompt="consent")
        party.side.clock.advance(days=30)

        late = await party.asks_for_tokens(grant_type="refresh_token", refresh_token=tokens.body["refresh_token"])

        check_token_error(late, "invalid_grant")

    async def test_buy_no_more_than_was_granted(self, party):
        tokens = await party.signs_in(scope="openid offline_access", prompt="consent")

        wider = await party.asks_for_tokens(
            grant_type="refresh_token", refresh_token=tokens.body["refresh_token"], scope="openid profile"
        )

        check_token_error(wider, "invalid_scope")
