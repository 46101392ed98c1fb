"""Who gets the answer to a signature: the browser that began, or the one on the phone that signed, and nobody else.

The table of oauth2 B5.2 first, then the attacks of oauth2 A12 and B16, each of which must end with nothing.
"""

import asyncio
from urllib.parse import urlsplit

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
    signs_by,
)

pytestmark = pytest.mark.anyio


def way_back(answer) -> str:
    """Return where the wallet leads its person, as a path."""
    url = answer.json["return_url"]["app"]
    assert url is not None
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


class TestScanned:
    async def test_goes_on_in_the_browser_that_began(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)

        signed = await scans_and_signs(wallet, uuid)

        assert signed.json["return_url"]["app"] is None  # the phone's browser has no business here
        assert "code" in parameters(await browser.goes_on(uuid))

    async def test_gives_nothing_to_another_browser(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        await scans_and_signs(wallet, uuid)

        answer = await Browser(side).goes_on(uuid)

        assert answer.status_code == 403
        assert "another browser" in answer.text
        assert CALLBACK not in answer.text

    async def test_is_finished_after_the_first_answer(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        await scans_and_signs(wallet, uuid)
        await browser.goes_on(uuid)

        again = await browser.goes_on(uuid)

        assert again.status_code == 200
        assert "You are signed in" in again.text
        assert "code" not in again.headers.get("location", "")


class TestByLink:
    async def test_is_not_released_by_waiting(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        await signs_by(wallet, uuid, "DEEP_LINK")

        answer = await browser.goes_on(uuid)

        assert answer.headers["location"] == f"/sign/{uuid}"
        assert "press Next in your wallet" in (await browser.get(f"/sign/{uuid}")).text

    async def test_goes_on_in_the_same_browser_once_the_wallet_led_back(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        signed = await signs_by(wallet, uuid, "DEEP_LINK")

        back = await browser.get(way_back(signed))

        # Neither tab has the answer yet: the one that began takes it if it is still there, else this one does.
        assert back.status_code == 200
        assert uuid in back.text
        assert "code" in parameters(await browser.goes_on(uuid))

    async def test_asks_when_the_wallet_led_to_another_browser(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        signed = await signs_by(wallet, uuid, "DEEP_LINK")
        phone = Browser(side)

        asked = await phone.get(way_back(signed))

        assert asked.status_code == 200
        assert wallet.key.address in asked.text
        assert "https://shop.example" in asked.text
        answer = await phone.clicks(asked)
        assert handed_to(answer) == CALLBACK
        assert "code" in parameters(answer)

    async def test_gives_the_browser_that_began_nothing_once_it_went_on_elsewhere(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        signed = await signs_by(wallet, uuid, "DEEP_LINK")
        phone = Browser(side)
        await phone.clicks(await phone.get(way_back(signed)))

        answer = await browser.goes_on(uuid)

        assert answer.status_code == 200
        assert "finished" in answer.text

    async def test_ends_when_the_person_on_the_phone_stops(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        signed = await signs_by(wallet, uuid, "DEEP_LINK")
        phone = Browser(side)

        stopped = await phone.clicks(await phone.get(way_back(signed)), "no")

        assert stopped.status_code == 200
        assert "finished" in (await browser.goes_on(uuid)).text

    async def test_completes_once_for_two_browsers_at_once(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        signed = await signs_by(wallet, uuid, "DEEP_LINK")
        phone = Browser(side)
        asked = await phone.get(way_back(signed))
        await browser.get(way_back(signed))

        answers = await asyncio.gather(
            *(phone.clicks(asked) for _ in range(10)), *(browser.goes_on(uuid) for _ in range(10))
        )

        assert sum("code=" in answer.headers.get("location", "") for answer in answers) == 1

    async def test_of_the_popup_reaches_the_app_on_the_phone_without_an_opener(self, side):
        shop, browser, wallet = await sdk_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, redirect_uri="https://shop.example/", scope="XummPkce", response_type="token")
        signed = await signs_by(wallet, uuid, "DEEP_LINK")
        phone = Browser(side)

        page = await phone.clicks(await phone.get(way_back(signed)))

        said, data = message(page)
        assert data["otherwise"] == said["options"]["full_redirect_uri"]
        assert data["otherwise"].startswith("https://shop.example/?access_token=")

    async def test_that_was_declined_leads_the_phone_to_a_page_without_an_answer(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        declined = await declines(wallet, uuid, "DEEP_LINK")

        page = await Browser(side).get(way_back(declined))

        assert page.status_code == 200
        assert parameters(await browser.goes_on(uuid))["error"] == "access_denied"


class TestPushed:
    async def test_is_treated_like_a_link_where_nobody_was_addressed(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        await signs_by(wallet, uuid, "PUSH_NOTIFICATION")

        assert (await browser.goes_on(uuid)).headers["location"] == f"/sign/{uuid}"


class TestAttacks:
    async def test_a_known_uuid_and_a_cookie_of_ones_own_get_nothing(self, side):
        """A12.1: the UUID stands in the QR code; the attacker has a sign-in of his own, his cookie and his ticket."""
        shop, wallet = await new_shop(side), await side.wallet()
        victim, attacker, his_wallet = Browser(side), Browser(side), await side.wallet()
        uuid, his_uuid = await victim.begins(shop), await attacker.begins(shop)
        his_ticket = way_back(await signs_by(his_wallet, his_uuid, "DEEP_LINK")).partition("ticket=")[2]
        await scans_and_signs(wallet, uuid)

        answers = [
            await attacker.goes_on(uuid),
            await attacker.get(f"/signin?txn={uuid}&ticket={his_ticket}"),
            await attacker.get(f"/signin?txn={uuid}&ticket="),
            await attacker.get(f"/signin?payload={uuid}"),
        ]

        assert all(answer.status_code in (403, 404) for answer in answers)
        assert "code" in parameters(await victim.goes_on(uuid))

    async def test_a_wallet_that_only_looked_learns_no_way_back(self, side):
        """B16: whoever scans the code sees the request, and the ticket is for the wallet that answers alone."""
        shop, browser, wallet, spy = await new_shop(side), Browser(side), await side.wallet(), await side.wallet()
        uuid = await browser.begins(shop)

        seen = await spy.opens(uuid, "DEEP_LINK")
        signed = await signs_by(wallet, uuid, "DEEP_LINK")

        ticket = way_back(signed).partition("ticket=")[2]
        assert len(ticket) == 43
        assert seen.json["meta"]["return_url_app"] is None
        assert ticket not in seen.text

    async def test_neither_the_app_nor_the_public_page_learns_the_ticket(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        signed = await signs_by(wallet, uuid, "DEEP_LINK")
        ticket = way_back(signed).partition("ticket=")[2]

        credentials = {"x-api-key": shop.app.uuid, "x-api-secret": shop.secret}
        seen = await side.platform("GET", f"payload/{uuid}", credentials=credentials)
        page = await Browser(side).get(f"/sign/{uuid}")

        assert seen.status == 200
        assert ticket not in seen.text
        assert ticket not in page.text

    async def test_another_app_cannot_read_the_sign_request(self, side):
        shop, browser = await new_shop(side), Browser(side)
        uuid = await browser.begins(shop)

        assert (await side.platform("GET", f"payload/{uuid}")).status == 404

    async def test_the_return_url_works_once(self, side):
        """A12.2: it lies in histories and logs of proxies."""
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        back = way_back(await signs_by(wallet, uuid, "DEEP_LINK"))
        phone = Browser(side)
        await phone.clicks(await phone.get(back))

        again = [await phone.get(back), await Browser(side).get(back), await browser.get(back)]

        assert all(answer.status_code == 200 for answer in again)
        assert all("code" not in answer.headers.get("location", "") for answer in again)
        assert all("Continue here" not in answer.text for answer in again)

    async def test_a_forwarded_link_signs_nobody_in_where_it_came_from(self, side):
        """A12.3, B16: the attacker begins, the victim signs by the link, and the attacker waits."""
        shop, wallet = await new_shop(side), await side.wallet()
        attacker, victims_phone = Browser(side), Browser(side)
        uuid = await attacker.begins(shop)
        signed = await signs_by(wallet, uuid, "DEEP_LINK")

        before = await attacker.goes_on(uuid)
        asked = await victims_phone.get(way_back(signed))
        while_asked = await attacker.goes_on(uuid)
        await victims_phone.clicks(asked)
        after = await attacker.goes_on(uuid)

        for answer in (before, while_asked, after):
            assert "code" not in answer.headers.get("location", "")

    async def test_nobody_is_signed_in_as_a_stranger_without_a_click(self, side):
        """A12.3, login CSRF: the attacker signs on his own phone and makes the victim open his way back."""
        shop, attackers_wallet = await new_shop(side), await side.wallet()
        attacker, victim = Browser(side), Browser(side)
        uuid = await attacker.begins(shop)
        back = way_back(await signs_by(attackers_wallet, uuid, "DEEP_LINK"))
        ticket = back.partition("ticket=")[2]

        opened = await victim.get(back)
        forged = await victim.post(
            "/signin", {"txn": uuid, "step": "continue", "ticket": ticket, "answer": "yes", "csrf": "A" * 43}
        )

        assert opened.status_code == 200
        assert attackers_wallet.key.address in opened.text
        assert forged.status_code == 403
        assert "code" not in forged.headers.get("location", "")

    async def test_a_forms_token_is_for_one_browser(self, side):
        shop, wallet = await new_shop(side), await side.wallet()
        browser, phone, other = Browser(side), Browser(side), Browser(side)
        uuid = await browser.begins(shop)
        back = way_back(await signs_by(wallet, uuid, "DEEP_LINK"))
        asked = await phone.get(back)
        await other.get(back)

        assert (await other.clicks(asked)).status_code == 403

    async def test_a_code_asked_for_with_a_challenge_is_not_redeemed_by_the_secret_alone(self, side):
        """A12.4."""
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        await scans_and_signs(wallet, uuid)
        code = parameters(await browser.goes_on(uuid))["code"]

        answer = await redeems(shop, browser, code, code_verifier=None)

        assert answer.status_code == 400
        assert answer.json()["error"] == "invalid_grant"

    async def test_a_code_asked_for_without_a_challenge_takes_no_verifier(self, side):
        shop, browser, wallet = await new_shop(side, require_pkce=False), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, code_challenge=None, code_challenge_method=None)
        await scans_and_signs(wallet, uuid)
        code = parameters(await browser.goes_on(uuid))["code"]

        assert (await redeems(shop, browser, code)).json()["error"] == "invalid_grant"

    @pytest.mark.parametrize(
        "hostile", ["--><script>alert(1)</script>", "\"'</script><script>", "%0d%0aSet-Cookie:x=y"]
    )
    async def test_text_of_the_request_stays_text(self, side, hostile):
        """A12.5: state and nonce on the page that talks to the opener."""
        shop, browser, wallet = await sdk_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(
            shop,
            redirect_uri="https://shop.example/a'b?q='",
            scope="XummPkce",
            state=hostile,
            nonce=hostile,
        )
        await scans_and_signs(wallet, uuid)

        page = await browser.goes_on(uuid)

        said, _ = message(page)
        assert said["options"]["state"] == said["options"]["nonce"] == hostile
        assert "<script>alert" not in page.text
        assert "</script><script>" not in page.text
        assert (
            "script-src" in page.headers["content-security-policy"]
            or "'self'" in page.headers["content-security-policy"]
        )

    async def test_no_line_break_gets_into_a_header(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, state="a\r\nset-cookie: x=y")
        await scans_and_signs(wallet, uuid)

        answer = await browser.goes_on(uuid)

        assert parameters(answer)["state"] == "a\r\nset-cookie: x=y"
        assert "x" not in browser.cookies

    async def test_no_host_header_changes_where_people_are_led(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        asked = await browser.get("/auth", shop.asks(), host="evil.example", **{"x-forwarded-host": "evil.example"})
        uuid = asked.headers["location"].removeprefix("/sign/")
        signed = await signs_by(wallet, uuid, "DEEP_LINK")

        assert signed.json["return_url"]["app"].startswith(f"{side.settings.issuer_url}/signin?")

    @pytest.mark.parametrize("path", ["/auth", "/sign/{uuid}", "/signin?txn={uuid}"])
    async def test_no_page_is_framed_or_cut_from_its_opener(self, side, path):
        shop, browser = await new_shop(side), Browser(side)
        uuid = await browser.begins(shop)

        answer = await browser.get(path.format(uuid=uuid))

        assert answer.headers.get("cross-origin-opener-policy") in (None, "unsafe-none")
        assert "access-control-allow-origin" not in answer.headers
        if answer.status_code != 303:
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize("txn", ["", "x", "'--", "5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70"])
    async def test_an_unknown_transaction_is_a_page(self, side, txn):
        answer = await Browser(side).get("/signin", {"txn": txn})

        assert answer.status_code == 404
        assert "text/html" in answer.headers["content-type"]

    async def test_who_only_looks_uses_nothing_up(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        await scans_and_signs(wallet, uuid)

        looked = await browser._client.head(f"/signin?txn={uuid}")
        begun = await browser._client.head("/auth", params=shop.asks())

        assert looked.status_code == begun.status_code == 405
        assert "code" in parameters(await browser.goes_on(uuid))

    async def test_nothing_is_answered_long_after_the_deadline(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        await scans_and_signs(wallet, uuid)
        side.clock.advance(minutes=10)

        assert "code" not in parameters(await browser.goes_on(uuid))


class TestLooserDeployments:
    async def test_release_a_link_where_it_began(self, side):
        from msgspec.structs import replace

        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        side.context.settings = replace(side.settings, deeplink_strict=False)
        uuid = await browser.begins(shop)
        await signs_by(wallet, uuid, "DEEP_LINK")

        assert "code" in parameters(await browser.goes_on(uuid))
