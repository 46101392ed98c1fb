"""From the wallet's tap to the xApp's back end: launching, fetching, fetching again, the addresses in between."""

import asyncio
from collections.abc import Mapping
from hashlib import sha1
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest

from sealgate.access.call_log import CallLog
from sealgate.access.service import list_calls
from sealgate.apps import service as apps
from sealgate.base.ids import new_uuid
from sealgate.xapps import service
from tests.wallet_side import Answer, Wallet, WalletSide
from tests.xapps import XAPP_URL, make_xapp, opens_xapp, proves_account

pytestmark = pytest.mark.anyio

WEB_VIEW = "Mozilla/5.0 (iPhone) xumm/xapp:4.1.3"
HOSTILE = [
    "xapp:", "xapp:x", "xapp:..", "xapp:../../etc/passwd", "xapp:%2e%2e", "xapp:a%00b", "xapp:" + "x" * 70,
    "xapp:é", "xapp:<script>", "xapp:a b", "xapp://evil.example", "xapp:evil.example%2F", "XAPP:none.there",
    "request:rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "feature:secret", "none", ":", "%",
]  # fmt: skip


@pytest.fixture
async def wallet(side: WalletSide) -> Wallet:
    """A wallet whose user has one account."""
    wallet = await side.wallet()
    await proves_account(wallet)
    return wallet


async def fetch(side: WalletSide, credentials: Mapping[str, str], ott: str, *more: str) -> Answer:
    """Fetch a token as a back end."""
    return await side.platform("GET", "/".join(["xapp/ott", ott, *more]), credentials=dict(credentials))


async def visit(side: WalletSide, path: str, user_agent: str = "Mozilla/5.0", ip: str = "127.0.0.1") -> httpx.Response:
    """Open an address in a browser."""
    transport = httpx.ASGITransport(side.app, client=(ip, 1))
    async with httpx.AsyncClient(transport=transport, base_url=side.settings.public_url) as browser:
        return await browser.get(path, headers={"user-agent": user_agent})


async def identifier(side: WalletSide, credentials: Mapping[str, str]) -> str:
    """Return the identifier of an app's xApp."""
    app = await side.context.db.read(apps.get_app, credentials["x-api-key"])
    assert app.xapp_id is not None
    return app.xapp_id


async def causes(side: WalletSide, credentials: Mapping[str, str]) -> list[tuple[str | None, str | None]]:
    """Return code and cause of what the app called, latest first, as its log has them."""
    await side.context.get(CallLog).flush()
    calls = await side.context.db.read(list_calls, credentials["x-api-key"])
    return [(one.error_code, one.cause) for one in calls]


class TestListing:
    async def test_says_of_each_xapp_what_its_info_says(self, side, wallet):
        xapp = await identifier(side, await make_xapp(side))
        await make_xapp(side, xapp_status="draft")

        told = await wallet.call("GET", "xapps")

        assert told.json == {"xapps": [(await wallet.call("GET", f"xapp/info/{xapp}")).json], "next": None}
        assert (await wallet.call("GET", f"xapps?after={xapp}")).json == {"xapps": [], "next": None}

    async def test_is_for_devices_and_goes_on_behind_an_identifier_only(self, side, wallet):
        assert (await side.send("GET", "/api/v1/app/xapps", {})).code == 890
        assert (await wallet.call("GET", "xapps?after=%27")).status == 400


class TestInfo:
    async def test_says_what_a_wallet_shows_before_it_opens_an_xapp(self, side, wallet):
        shop = await make_xapp(
            side,
            description="Sells what the corner needs.",
            support_url="https://shop.example/help",
            xapp_networks=("MAINNET",),
        )
        xapp = await identifier(side, shop)

        told = await wallet.call("GET", f"xapp/info/{xapp}")

        assert told.json == {
            "identifier": xapp,
            "appid": shop["x-api-key"],
            "name": "Corner Shop",
            "icon": f"{side.settings.public_url}/assets/apps/app-icon.svg",
            "description": "Sells what the corner needs.",
            "developerName": None,
            "supportUrl": "https://shop.example/help",
            "websiteUrl": None,
            "termsUrl": None,
            "privacyUrl": None,
            "donateAddress": None,
            "donation": False,
            "networks": ["MAINNET"],
        }

    async def test_is_for_devices_that_may_open_it(self, side, wallet):
        draft = await make_xapp(side, xapp_status="draft")
        xapp = await identifier(side, draft)

        assert (await wallet.call("GET", f"xapp/info/{xapp}")).code == 403
        assert (await wallet.call("GET", "xapp/info/not.there")).code == 404
        assert (await side.send("GET", f"/api/v1/app/xapp/info/{xapp}", {})).code == 890


class TestLaunch:
    async def test_answers_where_to_open_it_and_what_it_may_do(self, side, wallet):
        shop = await make_xapp(side, xapp_special=("URL_LAUNCH_NO_CONFIRMATION",), support_url="https://shop.example/h")
        xapp = await identifier(side, shop)

        opened = await opens_xapp(wallet, xapp, {"version": "4.1.3", "style": "dark"})

        assert opened.status == 200, opened
        ott = opened.json["ott"]
        assert opened.json == {
            "ott": ott,
            "appid": shop["x-api-key"],
            "xappTitle": "Corner Shop",
            "icon": f"{side.settings.public_url}/assets/apps/app-icon.svg",
            "xappSupportUrl": "https://shop.example/h",
            "allowForCurrentNetwork": True,
            "permissions": {
                "special": ["URL_LAUNCH_NO_CONFIRMATION"],
                "commands": [
                    "OPENSIGNREQUEST", "SCANQR", "SELECTDESTINATION", "XAPPNAVIGATE", "OPENBROWSER", "TXDETAILS",
                    "SHARE", "CLOSE", "READY",
                ],
            },
            "error": "",
            "identifier": xapp,
            "network": "MAINNET",
            "url": f"{XAPP_URL}?xAppToken={ott}&xAppStyle=DARK",
            "user_agent": f"xumm/xapp:4.1.3 (ott:{ott})",
        }  # fmt: skip

    async def test_is_signed_by_a_device(self, side):
        shop = await make_xapp(side)
        path = f"/api/v1/app/xapp/launch/{await identifier(side, shop)}"

        assert (await side.send("POST", path, {}, b"{}")).code == 890
        assert (await side.send("POST", path, shop, b"{}")).code == 890

    async def test_refuses_what_it_cannot_pass_on(self, side, wallet):
        xapp = await identifier(side, await make_xapp(side, xapp_networks=("MAINNET", "TESTNET")))
        orders: list[tuple[Any, int]] = [
            ({"networkid": 1}, 400), ({"user": "somebody"}, 400), ({"style": "pink"}, 400), ([], 400),
            ({"parameters": {"x": "y" * 9000}}, 400), ({"account": "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"}, 403),
            ({"nodetype": "DEVNET"}, 409), ({"origin": {"type": "EVENT_LIST", "data": {"payload": "x"}}}, 404),
        ]  # fmt: skip

        for order, status in orders:
            refused = await wallet.call("POST", f"xapp/launch/{xapp}", order)
            assert refused.status == status, refused

    async def test_a_link_cannot_say_what_the_wallet_says(self, side, wallet):
        shop = await make_xapp(side)
        link = {"nodewss": "wss://evil.example", "user": "somebody", "account": "rEvil", "error": {"code": 1}, "a": "b"}

        opened = await opens_xapp(wallet, await identifier(side, shop), {"parameters": link, "nodetype": "TESTNET"})
        told = (await fetch(side, shop, opened.json["ott"])).json

        assert (told["user"], told["account"], told["nodetype"]) == (wallet.user, wallet.key.address, "TESTNET")
        assert told["nodewss"].startswith("wss://s.altnet.")
        assert "error" not in told
        assert told["a"] == "b"
        assert told["xAppNavigateData"] == link

    async def test_the_network_and_its_node_are_said_whether_the_wallet_says_them_or_not(self, side, wallet):
        shop = await make_xapp(side, network="XAHAU")
        xapp = await identifier(side, shop)

        async def told(**order):
            context = (await fetch(side, shop, (await opens_xapp(wallet, xapp, order)).json["ott"])).json
            return context["nodetype"], context["networkid"], context["nodewss"]

        assert await told() == ("XAHAU", 21337, "wss://xahau.network")
        assert await told(nodetype="TESTNET", nodewss="wss://mine.example") == ("TESTNET", 1, "wss://mine.example")


class TestFetching:
    async def test_answers_once_what_the_token_stands_for(self, side, wallet):
        shop = await make_xapp(side)
        opened = await opens_xapp(wallet, await identifier(side, shop), {"parameters": {"orderId": "1042"}})

        first = await fetch(side, shop, opened.json["ott"].upper())
        second = await fetch(side, shop, opened.json["ott"])

        assert first.status == 200
        assert first.json["user"] == wallet.user
        assert first.json["account_info"]["account"] == wallet.key.address
        assert first.json["orderId"] == "1042"
        assert not {"message", "error", "next", "meta", "application"} & first.json.keys()
        assert (second.status, second.code) == (400, 410)

    async def test_has_one_winner_however_many_ask_at_once(self, side, wallet):
        shop = await make_xapp(side)
        ott = (await opens_xapp(wallet, await identifier(side, shop))).json["ott"]

        answers = await asyncio.gather(*(fetch(side, shop, ott) for _ in range(50)))

        assert sorted(str(answer.code) for answer in answers) == ["410"] * 49 + ["None"]

    async def test_a_guesser_learns_nothing_and_the_owner_finds_the_cause(self, side, wallet):
        shop, other = await make_xapp(side), await make_xapp(side)
        xapp = await identifier(side, shop)
        foreign = (await opens_xapp(wallet, await identifier(side, other))).json["ott"]
        late = (await opens_xapp(wallet, xapp)).json["ott"]
        side.clock.advance(seconds=121)

        answers = [await fetch(side, shop, ott) for ott in (foreign, late, new_uuid(), "none", "%C3%A9")]

        assert {(answer.status, answer.code) for answer in answers} == {(400, 404)}
        said = {answer.text.replace(answer.json["error"]["reference"], "") for answer in answers}
        assert len(said) == 1
        logged = [cause for _, cause in reversed(await causes(side, shop))]
        for cause, word in zip(logged, ("another app", "ended 1 s before", "last day", "UUID", "UUID"), strict=True):
            assert word in str(cause)

    async def test_the_log_names_no_token(self, side, wallet):
        shop = await make_xapp(side)
        ott = (await opens_xapp(wallet, await identifier(side, shop))).json["ott"]
        for _ in range(2):
            await fetch(side, shop, ott)

        (spent, taken) = await causes(side, shop)

        assert taken == (None, None)
        assert spent[0] == "410"
        assert "taken 0 s before" in str(spent[1])
        assert ott not in str(spent)

    async def test_wants_an_app_with_an_identifier(self, side, wallet):
        plain = await side.new_app("Plain")

        refused = await fetch(side, plain, new_uuid())

        assert (refused.status, refused.code) == (400, 403)

    async def test_wants_key_and_secret_and_no_bearer(self, side, wallet):
        shop = await make_xapp(side)
        path = f"/api/v1/platform/xapp/ott/{new_uuid()}"

        bearer = await side.send("GET", path, {"authorization": "Bearer x.y.z"})
        wrong = await side.send("GET", path, {**shop, "x-api-secret": new_uuid()})

        assert (bearer.status, bearer.code) == (403, 812)
        assert (wrong.status, wrong.code) == (403, 813)


class TestFetchingAgain:
    async def test_works_for_the_debug_device_with_the_hash_that_clients_send(self, side, wallet):
        shop = await make_xapp(side, xapp_status="draft")
        await side.context.db.write(service.add_device, shop["x-api-key"], wallet.device, "debug", now=side.clock.now())
        ott = (await opens_xapp(wallet, await identifier(side, shop))).json["ott"]
        proof = sha1(f"{ott}.{shop['x-api-secret']}.{wallet.device}".upper().encode()).hexdigest()

        first = await fetch(side, shop, ott)
        again = [await fetch(side, shop, ott, proof) for _ in range(3)]
        wrong = await fetch(side, shop, ott, "0" * 40)

        assert [answer.json for answer in again] == [first.json] * 3
        assert (wrong.status, wrong.code) == (400, 404)
        assert "hash" in str((await causes(side, shop))[0][1])

    async def test_works_with_either_secret_of_a_rotation(self, side, wallet):
        shop = await make_xapp(side)
        key = shop["x-api-key"]
        await side.context.db.write(service.add_device, key, wallet.device, "debug", now=side.clock.now())
        _, second = await side.context.db.write(apps.rotate_secret, side.context.sealer, key, now=side.clock.now())
        ott = (await opens_xapp(wallet, await identifier(side, shop))).json["ott"]

        for secret in (shop["x-api-secret"], second.text):
            proof = sha1(f"{ott}.{secret}.{wallet.device}".upper().encode()).hexdigest()
            assert (await fetch(side, shop, ott, proof)).status == 200

    async def test_is_nothing_for_a_guest(self, side, wallet):
        shop = await make_xapp(side)
        ott = (await opens_xapp(wallet, await identifier(side, shop))).json["ott"]
        proof = sha1(f"{ott}.{shop['x-api-secret']}.{wallet.device}".upper().encode()).hexdigest()

        refused = await fetch(side, shop, ott, proof)

        assert (refused.status, refused.code) == (400, 404)
        assert (await fetch(side, shop, ott)).status == 200


class TestTheAddressOfAnXapp:
    async def test_sends_a_wallet_on_with_token_and_style(self, side, wallet):
        shop = await make_xapp(side, xapp_url="https://shop.example/xapp?lang=en#/home")
        ott = (await opens_xapp(wallet, xapp := await identifier(side, shop))).json["ott"]

        for path in (f"/detect/xapp:{xapp}", f"/detect/xapp:{shop['x-api-key']}", f"/Detect/XAPP:{xapp.upper()}"):
            sent = await visit(
                side, f"{path}?xAppToken={ott.upper()}&xAppStyle=dark&to=evil", f"{WEB_VIEW} (ott:{ott})"
            )
            assert sent.status_code == 301
            assert sent.headers["location"] == f"https://shop.example/xapp?lang=en&xAppToken={ott}&xAppStyle=DARK#/home"
            assert sent.headers["cache-control"] == "no-store"
            assert sent.headers["referrer-policy"] == "no-referrer"

    async def test_knows_four_styles(self, side):
        xapp, ott = await identifier(side, await make_xapp(side)), new_uuid()

        for style in ("", "pink", "%22%3E", "LIGHT&xAppStyle=%0d%0a"):
            sent = await visit(side, f"/detect/xapp:{xapp}?xAppToken={ott}&xAppStyle={style}", WEB_VIEW)
            assert sent.headers["location"] == f"{XAPP_URL}?xAppToken={ott}&xAppStyle=LIGHT"

    async def test_shows_a_browser_the_way_and_never_the_token(self, side, wallet):
        shop = await make_xapp(side, description="Sells what the corner needs.")
        ott = (await opens_xapp(wallet, xapp := await identifier(side, shop))).json["ott"]

        page = await visit(side, f"/detect/xapp:{xapp}?xAppToken={ott}&orderId=10%2042")

        assert page.status_code == 200
        assert "Corner Shop" in page.text
        assert "Sells what the corner needs." in page.text
        assert f'href="sealgate://xapp/{xapp}?orderId=10+42"' in page.text
        assert f'href="/wallet/xapps/{xapp}?from=DEEP_LINK&amp;content=https%3A%2F%2F' in page.text
        assert ott not in page.text
        assert "location" not in page.headers

    async def test_sends_nobody_on_without_a_token(self, side):
        xapp = await identifier(side, await make_xapp(side))

        for query in ("", "?xAppToken=", "?xAppToken=none", "?xAppToken=" + "x" * 36):
            assert (await visit(side, f"/detect/xapp:{xapp}{query}", WEB_VIEW)).status_code == 200

    async def test_sends_no_wallet_on_with_the_token_of_another_launch(self, side):
        shop = await make_xapp(side)
        path = f"/detect/xapp:{await identifier(side, shop)}?xAppToken={new_uuid()}"

        assert (await visit(side, path, f"{WEB_VIEW} (ott:{new_uuid()})")).status_code == 200

    async def test_leads_nowhere_from_an_address_that_names_no_xapp(self, side):
        await make_xapp(side)

        for reference in HOSTILE:
            for end in ("", "/force", "/other"):
                path = f"/detect/{quote(reference, safe=':%/')}{end}?xAppToken={new_uuid()}&next=https://evil.example"
                answer = await visit(side, path, WEB_VIEW)
                assert answer.status_code == 404, path
                assert "location" not in answer.headers

    async def test_escapes_what_a_link_brings(self, side):
        shop = await make_xapp(side, name='<b>"Shop"</b>')
        query = quote('"><script>alert(1)</script>', safe="")

        page = await visit(side, f"/detect/xapp:{await identifier(side, shop)}?a={query}&{query}=1")

        assert "<script>alert" not in page.text
        assert "<b>" not in page.text

    async def test_shows_an_app_that_is_off_as_such(self, side):
        shop = await make_xapp(side)
        await side.context.db.write(apps.disable_app, shop["x-api-key"])
        path = f"/detect/xapp:{await identifier(side, shop)}?xAppToken={new_uuid()}"

        page = await visit(side, path, WEB_VIEW)

        assert page.status_code == 200
        assert "switched off" in page.text
        assert "sealgate://" not in page.text


class TestOpeningALaunchAgain:
    async def launched(self, side: WalletSide, wallet: Wallet, kind: Any) -> tuple[str, str]:
        shop = await make_xapp(side, xapp_status="draft")
        await side.context.db.write(service.add_device, shop["x-api-key"], wallet.device, kind, now=side.clock.now())
        xapp = await identifier(side, shop)
        return xapp, (await opens_xapp(wallet, xapp)).json["ott"]

    async def test_works_for_the_debug_device_from_its_public_address(self, side, wallet):
        xapp, ott = await self.launched(side, wallet, "debug")
        path = f"/detect/xapp:{xapp}/force?xAppToken={ott}&xAppStyle=ROYAL"

        sent = await visit(side, path, WEB_VIEW)

        assert sent.status_code == 301
        query = parse_qs(urlsplit(sent.headers["location"]).query)
        assert query == {"xAppToken": [ott], "xAppStyle": ["ROYAL"]}
        assert (await visit(side, path, "Mozilla/5.0")).status_code == 200
        assert (await visit(side, path, WEB_VIEW, ip="198.51.100.9")).status_code == 200
        side.clock.advance(hours=24)
        assert (await visit(side, path, WEB_VIEW)).status_code == 200

    async def test_is_nothing_for_a_guest_or_a_guess(self, side, wallet):
        xapp, ott = await self.launched(side, wallet, "guest")

        for token in (ott, new_uuid(), "none", ""):
            assert (await visit(side, f"/detect/xapp:{xapp}/force?xAppToken={token}", WEB_VIEW)).status_code == 200
