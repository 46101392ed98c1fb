"""Signing in for a device without a browser, the whole way: its two codes, the page, the wallet, its polls."""

import pytest

from sealgate.apps.model import DEVICE_CODE
from tests.sign_in import Browser, declines, new_shop, scans_and_signs

pytestmark = pytest.mark.anyio


class Device:
    """A television, say, and the person before it."""

    def __init__(self, side, shop, waiting) -> None:
        self.side = side
        self.shop = shop
        self.waiting = waiting
        self.line = Browser(side, agent="a television")
        self.phone = Browser(side)

    @classmethod
    async def waits(cls, side, scope="openid", **values):
        """Let a device of a new app ask."""
        grants = ("authorization_code", "refresh_token", DEVICE_CODE)
        shop = await new_shop(side, **{"type": "native", "public_pkce": True, "grant_types": grants, **values})
        asked = await Browser(side).post("/device_authorization", {"client_id": shop.app.uuid, "scope": scope})
        assert asked.status_code == 200, asked.text
        return cls(side, shop, asked.json())

    async def polls(self, after_s=5):
        """Ask for the tokens once more, after a while."""
        self.side.clock.advance(seconds=after_s)
        params = {
            "grant_type": DEVICE_CODE,
            "device_code": self.waiting["device_code"],
            "client_id": self.shop.app.uuid,
        }
        return await self.line.post("/token", params)

    async def shows_page(self, user_code=None):
        """Open the page on the phone, by the code on the screen."""
        return await self.phone.get("/device", {"user_code": user_code or self.waiting["user_code"]})

    async def confirmed(self):
        """Say on the page that the device is one's own; return the UUID of the sign request."""
        led = await self.phone.clicks(await self.shows_page())
        assert led.status_code == 303, led.text
        return led.headers["location"].removeprefix("/sign/")


class TestADevice:
    async def test_is_signed_in_by_who_holds_it_and_a_wallet(self, side):
        device, wallet = await Device.waits(side), await side.wallet()
        assert (await device.polls()).json()["error"] == "authorization_pending"
        uuid = await device.confirmed()
        assert (await device.polls()).json()["error"] == "authorization_pending"

        await scans_and_signs(wallet, uuid)
        done = await device.phone.goes_on(uuid)
        tokens = await device.polls()

        assert done.status_code == 200
        assert "code=" not in done.text
        assert tokens.status_code == 200, tokens.text
        told = await device.line.get("/userinfo", authorization=f"Bearer {tokens.json()['access_token']}")
        assert told.json()["sub"] == wallet.key.address
        assert (await device.polls()).json()["error"] == "invalid_grant"

    @pytest.mark.parametrize("code", ["{}", "{} ", "lower", "no dash"])
    async def test_has_a_code_that_is_easy_to_type(self, side, code):
        device = await Device.waits(side)
        shown = device.waiting["user_code"]
        typed = {"lower": shown.lower(), "no dash": shown.replace("-", "")}.get(code, code.format(shown))

        page = await device.shows_page(typed)

        assert shown in page.text
        assert "Corner Shop" in page.text

    async def test_hears_no_from_the_page(self, side):
        device = await Device.waits(side)

        said = await device.phone.clicks(await device.shows_page(), "no")

        assert said.status_code == 200
        assert (await device.polls()).json()["error"] == "access_denied"

    async def test_hears_no_from_the_wallet(self, side):
        device, wallet = await Device.waits(side), await side.wallet()
        uuid = await device.confirmed()

        await declines(wallet, uuid)
        await device.phone.goes_on(uuid)

        assert (await device.polls()).json()["error"] == "access_denied"

    async def test_waits_for_ten_minutes(self, side):
        device = await Device.waits(side)

        late = await device.polls(after_s=600)

        assert late.json()["error"] == "expired_token"
        assert device.waiting["user_code"] not in (await device.shows_page()).text

    async def test_is_not_signed_in_by_a_link_alone(self, side):
        device = await Device.waits(side)

        page = await device.shows_page()

        assert page.status_code == 200
        assert (await device.polls()).json()["error"] == "authorization_pending"

    async def test_is_not_signed_in_by_a_form_of_another_site(self, side):
        device = await Device.waits(side)
        await device.shows_page()

        forged = await device.phone.post("/device", {"user_code": device.waiting["user_code"], "answer": "yes"})

        assert forged.status_code == 403
        assert (await device.polls()).json()["error"] == "authorization_pending"

    async def test_gets_a_refresh_token_where_it_asked_for_one(self, side):
        device, wallet = await Device.waits(side, "openid offline_access"), await side.wallet()
        uuid = await device.confirmed()
        await scans_and_signs(wallet, uuid)
        await device.phone.goes_on(uuid)

        tokens = (await device.polls()).json()
        again = await device.line.post(
            "/token",
            {
                "grant_type": "refresh_token",
                "refresh_token": tokens["refresh_token"],
                "client_id": device.shop.app.uuid,
            },
        )

        assert again.status_code == 200, again.text

    async def test_may_guess_codes_five_times_a_minute(self, side):
        device = await Device.waits(side)

        pages = [await device.shows_page(f"BCDF-GHJ{letter}") for letter in "BCDFGH"]

        assert [page.status_code for page in pages] == [400] * 5 + [429]
