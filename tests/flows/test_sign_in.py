"""Signing in, from an app's link to its answer: real requests, a wallet's real signature, both engines."""

import asyncio

import pytest

from tests.sign_in import (
    CALLBACK,
    Browser,
    declines,
    handed_to,
    message,
    new_shop,
    parameters,
    redeems,
    scans_and_signs,
    sdk_shop,
)

pytestmark = pytest.mark.anyio

PAGE = "https://shop.example/page?x=1#/cart"


class TestCode:
    async def test_comes_to_the_app_once_the_wallet_has_signed(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, nonce="n0nce")

        await scans_and_signs(wallet, uuid)
        answer = await browser.goes_on(uuid)

        assert handed_to(answer) == CALLBACK
        given = parameters(answer)
        assert list(given) == ["authorization_code", "code", "state", "nonce", "iss"]
        assert given["code"] == given["authorization_code"]
        assert len(given["code"]) == 43
        assert given["state"] == "st4te"
        assert given["nonce"] == "n0nce"
        assert given["iss"] == side.settings.issuer_url
        assert answer.headers["cache-control"] == "no-store"

    async def test_buys_a_token_with_the_secret_and_the_verifier(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        await scans_and_signs(wallet, uuid)
        code = parameters(await browser.goes_on(uuid))["code"]

        answer = await redeems(shop, browser, code)

        assert answer.status_code == 200, answer.text
        assert answer.json()["token_type"] == "bearer"
        told = (await browser.get("/userinfo", authorization=f"Bearer {answer.json()['access_token']}")).json()
        assert told["sub"] == told["account"] == wallet.key.address
        assert told["networkType"] == "MAINNET"

    async def test_needs_no_pkce_where_the_app_is_let_off(self, side):
        shop, browser, wallet = await new_shop(side, require_pkce=False), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, code_challenge=None, code_challenge_method=None)
        await scans_and_signs(wallet, uuid)
        code = parameters(await browser.goes_on(uuid))["code"]

        assert (await redeems(shop, browser, code, code_verifier=None)).status_code == 200

    async def test_has_no_nonce_in_the_redirect_in_the_oidc_shape(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, scope="openid profile", nonce="n0nce")
        await scans_and_signs(wallet, uuid)

        given = parameters(await browser.goes_on(uuid))

        assert set(given) == {"authorization_code", "code", "state", "iss"}
        tokens = (await redeems(shop, browser, given["code"])).json()
        assert tokens["id_token"] != tokens["access_token"]

    async def test_is_asked_for_by_a_form_as_well(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        asked = await browser.post("/oauth/authorize", shop.asks())
        uuid = asked.headers["location"].removeprefix("/sign/")

        await scans_and_signs(wallet, uuid)

        assert handed_to(await browser.goes_on(uuid)) == CALLBACK

    async def test_is_made_once_for_a_hundred_browser_tabs(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        await scans_and_signs(wallet, uuid)

        answers = await asyncio.gather(*(browser.goes_on(uuid) for _ in range(100)))

        assert sorted(answer.status_code for answer in answers) == [200] * 99 + [303]

    @pytest.mark.parametrize(("mode", "mark"), [("query", "?"), ("fragment", "#")])
    async def test_travels_in_the_mode_that_was_asked_for(self, side, mode, mark):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, response_mode=mode)
        await scans_and_signs(wallet, uuid)

        location = (await browser.goes_on(uuid)).headers["location"]

        assert location.startswith(f"{CALLBACK}{mark}authorization_code=")

    async def test_travels_as_a_form_that_may_lead_to_the_app_alone(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, response_mode="form_post", state='"><script>')
        await scans_and_signs(wallet, uuid)

        page = await browser.goes_on(uuid)

        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
        assert f'action="{CALLBACK}"' in page.text
        assert 'name="code"' in page.text
        assert "<script>" not in page.text.partition("<form")[2]
        assert "form-action 'self' https://shop.example" in page.headers["content-security-policy"]


class TestImplicit:
    async def test_sends_the_token_in_the_query(self, side):
        shop, browser, wallet = await sdk_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, redirect_uri="https://shop.example/", response_type="token", scope="openid")
        await scans_and_signs(wallet, uuid)

        answer = await browser.goes_on(uuid)

        given = parameters(answer)
        assert list(given) == ["access_token", "token_type", "expires_in", "refresh_token", "state", "scope"]
        assert (given["token_type"], given["expires_in"], given["refresh_token"]) == ("bearer", "86400", "")
        told = await browser.get("/userinfo", authorization=f"Bearer {given['access_token']}")
        assert told.json()["account"] == wallet.key.address
        assert told.json()["name"] is None  # the compat shape, whatever the scope

    async def test_is_refused_to_an_app_that_may_not(self, side):
        shop, browser = await new_shop(side), Browser(side)

        answer = await browser.get("/auth", shop.asks(response_type="token"))

        assert parameters(answer)["error"] == "unauthorized_client"

    async def test_puts_the_query_before_a_fragment(self, side):
        shop, browser, wallet = await sdk_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, redirect_uri="https://shop.example/#/auth", response_type="token")
        await scans_and_signs(wallet, uuid)

        location = (await browser.goes_on(uuid)).headers["location"]

        assert location.startswith("https://shop.example/?access_token=")
        assert location.endswith("#/auth")


class TestPopup:
    async def test_hands_the_code_to_the_page_that_opened_it(self, side):
        shop, browser, wallet = await sdk_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, redirect_uri=PAGE, scope="XummPkce")
        await scans_and_signs(wallet, uuid)

        page = await browser.goes_on(uuid)

        assert page.status_code == 200
        assert page.headers.get("cross-origin-opener-policy", "unsafe-none") == "unsafe-none"
        said, data = message(page)
        assert said["source"] == "xumm_sign_request_resolved"
        assert data["target"] == "https://shop.example"
        assert said["options"]["redirect_uri"] == PAGE
        assert said["options"]["full_redirect_uri"].startswith("https://shop.example/page?x=1&authorization_code=")
        assert said["options"]["full_redirect_uri"].endswith("#/cart")
        assert "iss" not in said["options"]
        answer = await redeems(
            shop,
            browser,
            said["options"]["code"],
            client_secret=None,
            redirect_uri=said["options"]["full_redirect_uri"].partition("#")[0],
        )
        assert answer.status_code == 200, answer.text

    async def test_drops_what_an_earlier_answer_left_in_the_address(self, side):
        shop, browser, wallet = await sdk_shop(side), Browser(side), await side.wallet()
        dirty = "https://shop.example/page?error=access_denied&error_description=no&access_token=old&x=1"
        uuid = await browser.begins(shop, redirect_uri=dirty, scope="xummpkce", response_type="token")
        await scans_and_signs(wallet, uuid)

        said, _ = message(await browser.goes_on(uuid))

        assert said["options"]["full_redirect_uri"].startswith("https://shop.example/page?x=1&access_token=ey")
        assert "error" not in said["options"]["full_redirect_uri"]
        assert said["options"]["expires_in"] == 86400

    async def test_tells_of_a_refusal_but_not_in_the_address_of_a_page_without_opener(self, side):
        shop, browser, wallet = await sdk_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, redirect_uri=PAGE, scope="XummPkce")
        await declines(wallet, uuid)

        said, data = message(await browser.goes_on(uuid))

        assert said["source"] == "xumm_sign_request_rejected"
        assert said["options"]["error"] == "access_denied"
        assert said["options"]["error_description"] == "The XUMM sign in request has been rejected"
        assert "error_description" in said["options"]["full_redirect_uri"]
        assert data["otherwise"] == "https://shop.example/page?x=1&error=access_denied&state=st4te#/cart"

    async def test_ends_the_apps_promise_when_the_request_was_wrong(self, side):
        shop, browser = await sdk_shop(side), Browser(side)

        page = await browser.get("/auth", shop.asks(redirect_uri=PAGE, scope="XummPkce", code_challenge_method="plain"))

        said, _ = message(page)
        assert said["source"] == "xumm_sign_request_rejected"
        assert said["options"]["error"] == "invalid_request"


class TestRefusal:
    async def test_is_told_to_the_app_with_words(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        await declines(wallet, uuid)

        answer = await browser.goes_on(uuid)

        assert handed_to(answer) == CALLBACK
        assert parameters(answer) == {
            "error": "access_denied",
            "error_description": "The XUMM sign in request has been rejected",
            "state": "st4te",
            "iss": side.settings.issuer_url,
        }

    async def test_is_told_when_nobody_answered_in_time(self, side):
        shop, browser = await new_shop(side), Browser(side)
        uuid = await browser.begins(shop)
        side.clock.advance(minutes=5)

        assert parameters(await browser.goes_on(uuid))["error"] == "access_denied"

    async def test_is_told_when_the_person_cancels(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)

        answer = await browser.get(f"/signin/cancel?txn={uuid}")

        assert parameters(answer)["error"] == "access_denied"
        assert (await wallet.opens(uuid)).status == 410

    async def test_leaves_nothing_for_a_wallet_that_signs_after_the_cancellation(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        opened = await wallet.opens(uuid)
        await browser.get(f"/signin/cancel?txn={uuid}")

        await wallet.answers(uuid, wallet.signature(opened.json))
        answer = await browser.goes_on(uuid)

        assert answer.status_code == 200
        assert "finished" in answer.text


class TestSignPage:
    async def test_is_led_to_by_303_and_shows_who_asks_and_a_number(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, scope="openid email")

        page = await browser.get(f"/sign/{uuid}")
        opened = await wallet.opens(uuid)

        instruction = opened.json["meta"]["custom_instruction"]
        assert instruction.startswith("Sign in to shop.example. Only continue if your screen shows ")
        number = instruction.removesuffix(".")[-2:]
        assert number in page.text
        assert "https://shop.example" in page.text
        assert "Corner Shop" in page.text

    async def test_waits_for_the_wallet(self, side):
        shop, browser = await new_shop(side), Browser(side)
        uuid = await browser.begins(shop)

        answer = await browser.goes_on(uuid)

        assert answer.headers["location"] == f"/sign/{uuid}"

    async def test_asks_for_the_network_and_the_signers_of_the_request(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        address = wallet.key.address
        uuid = await browser.begins(
            shop, force_network="testnet", signers=f"{address},rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
        )

        meta = (await wallet.opens(uuid)).json["meta"]

        assert meta["force_network"] == "TESTNET"
        assert meta["signers"] == [address, "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"]

    async def test_asks_the_account_of_a_hint_to_sign(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, login_hint=wallet.key.address)

        assert (await wallet.opens(uuid)).json["meta"]["signers"] == [wallet.key.address]
