"""Look-ups over HTTP, with an operator's files: both families, strangers, and what nobody knows."""

import json
from functools import partial
from typing import Any

import httpx
import msgspec
import pytest
from xrpl.utils import parse_nftoken_id

from tests.scripted_node import ScriptedNode
from tests.user_side import sign_in
from tests.wallet_side import WalletSide

pytestmark = pytest.mark.anyio

ACCOUNT, STRANGER = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
HOOK = "3E7A1C94B05D28F6E1A47C3B9D60825F1B4E7A93C6D05F28A1E94B7C3D6025F8"


@pytest.fixture
async def known(flow_settings, tmp_path):
    """A server whose operator keeps every file."""
    files = {
        "rates_file": {"currencies": {"EUR": 1.25, "JPY": 0.0067}, "assets": {"XRP": 0.5, "XAH": 0.05}},
        "curated_assets_file": [
            {"name": "Gate", "domain": "gate.example",
             "currencies": [{"currency": "USD", "issuer": STRANGER, "name": "US Dollar"}]}
        ],
        "hook_hashes_file": {HOOK: {"name": "Round-up savings", "description": "Sends change to savings"}},
        "accounts_file": {ACCOUNT: {"name": "Genesis", "domain": "genesis.example", "kyc_approved": True}},
    }  # fmt: skip
    named = {}
    for setting, content in files.items():
        path = tmp_path / f"{setting}.json"
        path.write_text(json.dumps(content))
        named[setting] = str(path)
    side = WalletSide(msgspec.structs.replace(flow_settings, **named))
    await side.start()
    yield side
    await side.stop()


def says(answer, _params):
    return answer


class TestRates:
    async def test_say_what_one_dollar_and_one_xrp_buy(self, known):
        answer = await known.platform("GET", "rates/eur")

        assert answer.status == 200
        assert answer.json == {
            "USD": 0.8,
            "XRP": 0.4,
            "XAH": 0.04,
            "__meta": {"currency": {"en": "Euro", "code": "EUR", "symbol": "€", "isoDecimals": 2}},
        }
        assert list(answer.json)[-1] == "__meta"

    @pytest.mark.parametrize("code", ["XXX", "GBP", "a" * 300, "%F0%9F%92%B6"])
    async def test_of_an_unknown_currency_are_refused_as_old_clients_know(self, known, code):
        refused = await known.platform("GET", f"rates/{code}")

        assert refused.status == 400
        assert refused.json["error"]["code"] is None
        assert refused.json["error"]["message"] == "Unknown currency"

    async def test_that_nobody_provides_are_missed_in_words(self, side):
        refused = await side.platform("GET", "rates/EUR")

        assert refused.status == 503
        assert "rates_file" in refused.json["error"]["hint"]


class TestAssetsAndHooks:
    async def test_are_the_operators(self, known):
        assets = (await known.platform("GET", "curated-assets")).json
        hooks = (await known.platform("GET", "hookhash")).json

        assert assets["issuers"] == ["Gate"]
        assert assets["details"]["Gate"]["currencies"]["USD"]["issuer"] == STRANGER
        assert hooks == {HOOK: {"name": "Round-up savings", "description": "Sends change to savings"}}
        assert (await known.platform("GET", f"hookhash/{HOOK.lower()}")).json == hooks[HOOK]

    async def test_are_empty_where_the_operator_has_none(self, side):
        assert (await side.platform("GET", "curated-assets")).json == {"issuers": [], "currencies": [], "details": {}}
        assert (await side.platform("GET", "hookhash")).json == {}

    async def test_of_an_unknown_hash_there_is_none(self, known):
        assert (await known.platform("GET", f"hookhash/{'0' * 64}")).code == 404
        assert (await known.platform("GET", "hookhash/xyz")).status == 404


class TestKyc:
    async def test_of_an_account_needs_no_credential(self, known):
        for account, approved in ((ACCOUNT, True), (STRANGER, False)):
            answer = await known.send("GET", f"/api/v1/platform/kyc-status/{account}?include_globalid=true", {})
            assert answer.json == {"account": account, "kycApproved": approved}

    async def test_of_a_user_is_none_for_whoever_was_never_checked(self, known):
        wallet = await known.wallet()
        asked = await known.asks({"TransactionType": "SignIn"})
        await wallet.signs(asked["uuid"])
        token = (await known.sees(asked["uuid"]))["application"]["issued_user_token"]

        for given in (token, "nonsense", ""):
            answer = await known.platform("POST", "kyc-status", {"user_token": given})
            assert answer.json["kycStatus"] == "NONE"
            assert set(answer.json["possibleStatuses"]) == {"NONE", "IN_PROGRESS", "REJECTED", "SUCCESSFUL"}

    async def test_of_no_account_is_refused(self, known):
        assert (await known.send("GET", "/api/v1/platform/kyc-status/rNothing", {})).status == 400


class TestAccounts:
    async def test_have_every_member_that_clients_demand(self, known):
        for account, aliases in ((ACCOUNT, [{"accountAlias": "Genesis", "source": "operator"}]), (STRANGER, [])):
            told = (await known.platform("GET", f"account-meta/{account}")).json
            assert told["account"] == account
            assert told["avatar"] == f"{known.settings.public_url}/avatar/{account}.png"
            assert told["thirdPartyProfiles"] == aliases
            assert told["globalid"] == {"linked": None, "profileUrl": None}
            assert set(told["xummProfile"]) == {
                "accountAlias", "ownerAlias", "slug", "profileUrl", "accountSlug", "payString"
            }  # fmt: skip
            assert {told[name] for name in ("xummPro", "blocked", "force_dtag")} == {False}

    async def test_are_told_to_wallets_without_a_credential(self, known):
        told = (await known.send("GET", f"/api/v1/app/account-info/{ACCOUNT}", {})).json

        assert told == {
            "account": ACCOUNT, "name": "Genesis", "domain": "genesis.example", "blocked": False, "source": "operator",
            "force_dtag": False, "kycApproved": True, "proSubscription": False,
        }  # fmt: skip
        assert (await known.send("GET", f"/api/v1/app/account-info/{STRANGER}", {})).json == {}

    async def test_have_a_picture(self, known):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(known.app), base_url="https://sign.example") as web:
            first = await web.get(f"/avatar/{ACCOUNT}_180_50.png")
            again = await web.get(f"/avatar/{ACCOUNT}_180_50.png", headers={"if-none-match": first.headers["etag"]})
            nobody = await web.get("/avatar/nobody.png")

        assert (first.status_code, first.headers["content-type"]) == (200, "image/png")
        assert first.headers["access-control-allow-origin"] == "*"
        assert (again.status_code, again.content, nobody.status_code) == (304, b"", 404)


class TestAUsersPage:
    @pytest.mark.parametrize("family", ["jwt", "xapp-jwt"])
    async def test_gets_the_same_answers(self, known, family):
        page = await sign_in(known, await known.wallet())
        for path in ("rates/EUR", "curated-assets", "hookhash", f"hookhash/{HOOK}"):
            mine = await page.call("GET", path, family=family)
            assert mine.status == 200, path
            assert mine.json == (await known.platform("GET", path)).json

    async def test_asks_for_its_users_status_without_a_token_in_the_body(self, known):
        page = await sign_in(known, await known.wallet())

        assert (await page.call("POST", "kyc-status", {}, family="platform")).json["kycStatus"] == "NONE"


class TestRails:
    @pytest.mark.parametrize("family", ["platform", "app", "jwt", "xapp-jwt"])
    async def test_are_told_to_anybody_in_every_family(self, side, family):
        answer = await side.send("GET", f"/api/v1/{family}/rails", {})

        assert answer.status == 200
        rails = answer.json
        assert list(rails)[:5] == ["MAINNET", "TESTNET", "DEVNET", "XAHAU", "XAHAUTESTNET"]
        for rail in rails.values():
            assert isinstance(rail["chain_id"], int)
            assert isinstance(rail["is_livenet"], bool)
            assert rail["name"]
            assert rail["native_asset"]
            assert rail["endpoints"][0]["url"].startswith("wss://")
            assert rail["explorers"][0]["url_tx"]
            assert all(icon.startswith("data:image/png;base64,") for icon in rail["icons"].values())
        assert (rails["XAHAU"]["chain_id"], rails["XAHAU"]["native_asset"]) == (21337, "XAH")


class TestTransactions:
    @pytest.fixture
    async def node(self):
        async with ScriptedNode() as scripted:
            yield scripted

    @pytest.fixture
    async def looking(self, flow_settings, node):
        """A server that asks a node of the mainnet."""
        side = WalletSide(msgspec.structs.replace(flow_settings, nodes=(f"MAINNET={node.url}",)))
        await side.start()
        yield side
        await side.stop()

    async def test_are_told_with_who_gained_and_who_lost(self, looking, node):
        paid = {
            "ModifiedNode": {
                "LedgerEntryType": "AccountRoot",
                "FinalFields": {"Account": ACCOUNT, "Balance": "97499988"},
                "PreviousFields": {"Balance": "100000000"},
            }
        }
        node.validates(HOOK, AffectedNodes=[paid])

        told = await looking.platform("GET", f"xrpl-tx/{HOOK.lower()}")

        assert told.status == 200, told
        assert told.json["txid"] == HOOK
        assert told.json["balanceChanges"] == {
            ACCOUNT: [
                {
                    "counterparty": "",
                    "currency": "XRP",
                    "value": "-2.500012",
                    "formatted": {"value": "-2.500012", "currency": "XRP"},
                }
            ]
        }
        assert told.json["node"].startswith("ws://127.0.0.1:")
        assert told.json["transaction"]["meta"]["TransactionResult"] == "tesSUCCESS"

    async def test_that_nobody_knows_are_refused(self, looking):
        assert (await looking.platform("GET", f"xrpl-tx/{'0' * 64}")).status == 404
        malformed = await looking.platform("GET", "xrpl-tx/xyz")
        assert (malformed.status, malformed.json["error"]) == (404, True)

    async def test_that_a_node_tells_badly_are_refused(self, looking, node):
        node.validates(HOOK, AffectedNodes=[{"ModifiedNode": {"LedgerEntryType": "AccountRoot", "FinalFields": {
            "Balance": "many", "Account": ACCOUNT}, "PreviousFields": {"Balance": "few"}}}])  # fmt: skip

        assert (await looking.platform("GET", f"xrpl-tx/{HOOK}")).code == 502

    async def test_wait_for_no_node_where_none_is_configured(self, side):
        refused = await side.platform("GET", f"xrpl-tx/{HOOK}")

        assert (refused.status, refused.code) == (500, 500)
        assert "setting nodes" in refused.json["error"]["hint"]

    async def test_are_looked_up_for_a_users_page(self, looking, node):
        node.validates(HOOK)
        page = await sign_in(looking, await looking.wallet())

        assert (await page.call("GET", f"xrpl-tx/{HOOK}")).json["txid"] == HOOK


class TestNftokens:
    async def test_name_their_issuer_by_their_number(self, side):
        page = await sign_in(side, await side.wallet())
        token = "000B013A95F14B0044F78A264E41713C64B5F89242540EE208C3098E00000D65"

        told = await page.call("GET", f"nftoken-detail/{token.lower()}")

        assert told.json == {"issuer": parse_nftoken_id(token)["issuer"], "token": token}
        assert (await page.call("GET", "nftoken-detail/abc")).status == 400

    async def test_name_their_owner_where_a_node_keeps_track(self, flow_settings):
        token = "000B013A95F14B0044F78A264E41713C64B5F89242540EE208C3098E00000D65"
        whole = {"nft_id": token, "owner": ACCOUNT, "is_burned": False, "uri": "", "validated": True}
        picture = "https://shop.example/1.PNG"
        cases: list[tuple[dict[str, Any], dict[str, str]]] = [
            ({}, {"owner": ACCOUNT}),
            ({"uri": picture.encode().hex()}, {"owner": ACCOUNT, "image": picture}),
            ({"uri": b"javascript:alert(1).png".hex()}, {"owner": ACCOUNT}),
            ({"uri": "zz"}, {"owner": ACCOUNT}),
            ({"uri": "ff"}, {"owner": ACCOUNT}),
            ({"is_burned": True}, {}),
            ({"owner": "somebody"}, {}),
            ({"nft_id": "0" * 64}, {}),
            ({"validated": False}, {}),
        ]
        async with ScriptedNode() as node:
            side = WalletSide(msgspec.structs.replace(flow_settings, nodes=(f"MAINNET={node.url}",)))
            await side.start()
            page = await sign_in(side, await side.wallet())
            assert set((await page.call("GET", f"nftoken-detail/{token}")).json) == {"issuer", "token"}
            for told, more in cases:
                node.answers["nft_info"] = partial(says, whole | told)

                answer = await page.call("GET", f"nftoken-detail/{token}")

                expected = {"issuer": parse_nftoken_id(token)["issuer"], "token": token, **more}
                assert answer.json == expected, told
            await side.stop()
