"""What moves in from another platform, by the admin API: whole or not at all, and on record without its values."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest

from sealgate.base.ids import new_uuid
from sealgate.base.settings import Settings
from sealgate.console import audit
from sealgate.tokens.importing_http import MAX_LINES
from tests.wallet_side import WalletSide
from tests.xapps import proves_account

pytestmark = pytest.mark.anyio

SHOP = {"name": "Corner Shop", "redirect_uris": ["https://shop.example/cb"], "webhook_url": "https://shop.example/hook"}
PAYMENT = {"TransactionType": "Payment", "Destination": "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe", "Amount": "2500000"}
SIGN_IN = {"TransactionType": "SignIn"}


@pytest.fixture
async def side(flow_settings: Settings) -> AsyncIterator[WalletSide]:
    """A server whose admin API is on."""
    started = WalletSide(msgspec.structs.replace(flow_settings, admin_token="operators-alone"))
    await started.start()
    yield started
    await started.stop()


async def operator(side, method: str, path: str, body: object = None) -> httpx.Response:
    transport = httpx.ASGITransport(side.app)
    headers = {"authorization": f"Bearer {side.settings.admin_token}"}
    async with httpx.AsyncClient(transport=transport, base_url=side.settings.public_url, headers=headers) as client:
        return await client.request(method, f"/api/v1/admin/apps/{path}", json=body)


async def brings(side, token: str, account: str, *, dry_run: bool = False, **more) -> dict[str, Any]:
    """Import one token for the app."""
    answer = await operator(
        side,
        "POST",
        f"{side.app_uuid}/imported-user-tokens{'?dry_run=true' if dry_run else ''}",
        {"tokens": [{"token": token, "account": account, **more}]},
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def is_active(side, token: str) -> bool:
    answer = await side.platform("GET", f"user-token/{token}")
    return bool(answer.json["tokens"][0]["active"])


class TestAnAppUnderItsKey:
    async def test_calls_with_the_key_it_had_and_a_new_secret(self, side):
        key = new_uuid()
        before = await side.platform("GET", "ping", credentials={"x-api-key": key, "x-api-secret": new_uuid()})

        made = (await operator(side, "PUT", key, SHOP)).json()

        called = await side.platform("GET", "ping", credentials={"x-api-key": key, "x-api-secret": made["api_secret"]})
        assert before.status in (401, 403), before
        assert (called.status, called.json["auth"]["application"]["uuidv4"]) == (200, key)
        assert made["webhook_secret"].startswith("whsec_")

    async def test_is_registered_once(self, side):
        key = new_uuid()
        first = await operator(side, "PUT", key, SHOP)

        second = await operator(side, "PUT", key, {**SHOP, "name": "Another"})

        assert (first.status_code, second.status_code) == (200, 409)
        assert (await operator(side, "GET", key)).json()["name"] == "Corner Shop"

    async def test_is_only_checked_in_a_dry_run(self, side):
        key = new_uuid()

        checked = await operator(side, "PUT", f"{key}?dry_run=true", SHOP)

        assert (checked.status_code, checked.json()["api_key"]) == (200, key)
        assert "api_secret" not in checked.json()
        assert (await operator(side, "GET", key)).status_code == 404

    async def test_with_a_value_that_cannot_be_is_refused_at_its_place(self, side):
        refused = await operator(side, "PUT", f"{new_uuid()}?dry_run=true", {**SHOP, "webhook_url": "ftp://x.example"})

        assert (refused.status_code, refused.json()["error"]["pointer"]) == (400, "/webhook_url")


class TestAUserToken:
    async def test_is_the_users_from_their_first_sign_in_on(self, side):
        wallet, old = await side.wallet(), new_uuid()
        await brings(side, old, wallet.key.address, issued=1_715_408_000)
        waiting = await side.asks(PAYMENT, user_token=old)
        assert (waiting["pushed"], waiting["push"]) == (False, {"reason": "token_waiting"})
        assert not await is_active(side, old)

        signed = await side.asks(SIGN_IN)
        await wallet.signs(signed["uuid"])

        seen = await side.sees(signed["uuid"])
        assert seen["application"]["issued_user_token"] == old
        assert await is_active(side, old)
        pushed = await side.asks(PAYMENT, user_token=old)
        assert pushed["pushed"] is True
        pending = await wallet.call("GET", "pending-payloads")
        assert pushed["uuid"] in pending.text

    async def test_is_not_for_who_hands_in_a_transaction_of_an_account_they_have_not_proved(self, side):
        wallet, old = await side.wallet(), new_uuid()
        await brings(side, old, wallet.key.address)

        await wallet.signs((await side.asks(PAYMENT))["uuid"])

        assert not await is_active(side, old)

    async def test_is_for_who_has_proved_the_account_with_any_signature(self, side):
        wallet, old = await side.wallet(), new_uuid()
        await brings(side, old, wallet.key.address)
        await proves_account(wallet)

        await wallet.signs((await side.asks(PAYMENT))["uuid"])

        assert await is_active(side, old)

    async def test_is_not_claimed_by_a_rejection(self, side):
        wallet, old = await side.wallet(), new_uuid()
        await brings(side, old, wallet.key.address)
        uuid = (await side.asks(SIGN_IN))["uuid"]
        await wallet.opens(uuid)

        rejected = await wallet.answers(uuid, {"reject": True})

        assert rejected.status == 200, rejected
        assert not await is_active(side, old)

    async def test_taken_in_is_on_record_without_its_value(self, side):
        wallet, old = await side.wallet(), new_uuid()

        done = await brings(side, old, wallet.key.address)

        [entry] = await side.context.db.read(audit.entries, limit=1)
        assert done == {"taken": 1, "known": 0, "refused": [], "dry_run": False}
        assert (entry.app_uuid, entry.details["tokens"]) == (side.app_uuid, 1)
        assert old not in str(entry)
        assert wallet.key.address not in str(entry)

    async def test_is_only_judged_in_a_dry_run(self, side):
        wallet, old = await side.wallet(), new_uuid()

        judged = await brings(side, old, wallet.key.address, dry_run=True)

        assert (judged["taken"], judged["dry_run"]) == (1, True)
        assert (await side.asks(PAYMENT, user_token=old))["push"] == {"reason": "token_unknown"}

    async def test_that_cannot_be_is_refused_alone_whatever_it_is(self, side):
        wallet = await side.wallet()
        lines = [("", ""), ("é" * 64, "r" * 64), (new_uuid(), wallet.key.address)]

        answer = await operator(
            side,
            "POST",
            f"{side.app_uuid}/imported-user-tokens",
            {"tokens": [{"token": token, "account": account} for token, account in lines]},
        )

        assert answer.status_code == 200, answer.text
        assert answer.json()["taken"] == 1
        assert [(one["index"], one["reason"]) for one in answer.json()["refused"]] == [(0, "no_token"), (1, "no_token")]

    @pytest.mark.parametrize(
        "tokens",
        [[{"token": "x", "account": "y"}] * (MAX_LINES + 1), [{"token": "x" * 65, "account": "y"}], [{"token": "x"}],
         [{"token": "x", "account": "y", "issued": -1}], 7],
        ids=["too many", "too long", "no account", "before 1970", "no list"],
    )  # fmt: skip
    async def test_lists_that_break_the_bounds_are_refused_whole(self, side, tokens):
        answer = await operator(side, "POST", f"{side.app_uuid}/imported-user-tokens", {"tokens": tokens})

        assert answer.status_code == 400, answer.text

    async def test_of_an_app_that_is_not_there_is_refused(self, side):
        answer = await operator(side, "POST", f"{new_uuid()}/imported-user-tokens", {"tokens": []})

        assert answer.status_code == 404, answer.text
