"""The request builder: composing, being told what is wrong where it is typed, sending as the app, following."""

import html
import re
from typing import Any

import msgspec
import pytest

from sealgate.console import audit
from sealgate.console.model import Role
from sealgate.payloads import service as payloads
from tests.console_side import ConsoleBrowser, joins, new_app, new_developer
from tests.wallet_side import WalletSide

pytestmark = pytest.mark.anyio

DESTINATION = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
PAYMENT = {
    "was": "Payment",
    "type": "Payment",
    "fields": "Destination,Amount,DestinationTag",
    "tx.Destination": DESTINATION,
    "tx.Amount.value": "1.5",
    "tx.Amount.currency": "XRP",
    "tx.DestinationTag": "7",
    "options.submit": "on",
}


async def at_builder(side: WalletSide, **values: Any) -> tuple[ConsoleBrowser, str, Any]:
    """Return a developer with the builder of an app of theirs open, its path, and the app."""
    ann = await new_developer(side)
    app = await new_app(side, ann, **values)
    path = f"/apps/{app.uuid}/builder"
    page = await ann.opens(path)
    assert page.status_code == 200, page.text
    return ann, path, app


def json_shown(text: str) -> Any:
    found = re.search(r'aria-label="JSON"><code data-copy>(.*?)</code>', text, re.DOTALL)
    assert found is not None
    return msgspec.json.decode(html.unescape(found[1]))


class TestComposing:
    async def test_begins_with_a_sign_in(self, side):
        ann, path, _ = await at_builder(side)

        page = await ann.opens(path)

        assert json_shown(page.text) == {"txjson": {"TransactionType": "SignIn"}}
        assert "It passes every check" in page.text

    async def test_shows_the_usual_fields_of_a_type_and_its_json(self, side):
        ann, path, _ = await at_builder(side)

        page = await ann.opens(f"{path}?type=Payment")
        filled = await ann.sends(path, **PAYMENT, do="check")

        assert 'name="tx.Destination"' in page.text
        assert json_shown(filled.text) == {
            "txjson": {
                "TransactionType": "Payment",
                "Destination": DESTINATION,
                "Amount": "1500000",
                "DestinationTag": 7,
            }
        }

    async def test_tells_at_its_field_what_the_api_would_refuse_and_keeps_what_was_typed(self, side):
        ann, path, _ = await at_builder(side)

        page = await ann.sends(path, **{**PAYMENT, "tx.DestinationTag": "seven"}, do="check")

        assert re.search(r'name="tx.DestinationTag" value="seven"[^>]*aria-invalid="true"', page.text)
        assert 'id="tx.DestinationTag-wrong"' in page.text
        assert f'value="{DESTINATION}"' in page.text

    async def test_keeps_what_another_type_has_as_well(self, side):
        ann, path, _ = await at_builder(side)

        page = await ann.sends(path, **{**PAYMENT, "type": "CheckCreate"}, do="type")

        assert f'name="tx.Destination" value="{DESTINATION}"' in page.text
        assert 'name="tx.SendMax.value"' in page.text
        assert "tx.Amount" not in page.text

    async def test_adds_and_removes_fields(self, side):
        ann, path, _ = await at_builder(side)

        added = await ann.sends(path, **PAYMENT, add="InvoiceID", do="add")
        removed = await ann.sends(path, **PAYMENT, do="remove:DestinationTag")

        assert 'name="tx.InvoiceID"' in added.text
        assert 'name="tx.DestinationTag"' not in removed.text
        assert "DestinationTag" not in json_shown(removed.text)["txjson"]

    async def test_goes_to_json_and_back(self, side):
        ann, path, _ = await at_builder(side)

        as_json = await ann.sends(path, **PAYMENT, do="as-json")
        text = re.search(r'name="json"[^>]*>\n(.*?)</textarea>', as_json.text, re.DOTALL)
        assert text is not None
        back = await ann.sends(path, mode="json", json=html.unescape(text[1]), do="as-form")

        assert 'name="tx.Amount.value" value="1.5"' in back.text

    async def test_stays_with_json_where_the_form_would_say_something_else(self, side):
        ann, path, _ = await at_builder(side)
        body = '{"txjson": {"TransactionType": "Payment", "Amount": "1", "NoSuchField": 1}}'

        page = await ann.sends(path, mode="json", json=body, do="as-form")

        assert "no place for txjson.NoSuchField" in page.text
        assert "NoSuchField&#34;: 1" in page.text

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"txjson": 1}', '{"a":1,"a":2}', "[" * 500, '"\\ud800"'])
    async def test_says_what_is_wrong_with_json(self, side, text):
        ann, path, _ = await at_builder(side)

        for do in ("check", "as-form"):
            page = await ann.sends(path, mode="json", json=text, do=do)
            assert page.status_code == 200
            assert 'id="json-wrong"' in page.text


class TestSending:
    async def test_makes_the_request_as_the_app_and_leads_to_its_code(self, side):
        ann, path, app = await at_builder(side)

        sent = await ann.sends(f"{path}/send", **PAYMENT)
        uuid = sent.headers["location"].split("?")[0].rsplit("/", 1)[1]
        page = await ann.opens(f"{path}/{uuid}")
        payload = await side.context.db.read(payloads.get_for_app, app.uuid, uuid)

        assert sent.status_code == 303
        assert payload.terms.tx_type == "Payment"
        assert f"/sign/{uuid}" in page.text
        assert "<svg" in page.text
        assert "Waiting for somebody" in page.text

    async def test_is_in_the_audit_log(self, side):
        ann, path, app = await at_builder(side)

        await ann.sends(f"{path}/send", **PAYMENT)

        entries = await side.context.db.read(audit.entries, app_uuid=app.uuid, limit=5)
        assert [(entry.actor, entry.action) for entry in entries] == [(ann.account, "payload.sent")]
        assert entries[0].details["type"] == "Payment"

    async def test_sends_nothing_that_the_api_would_refuse(self, side):
        ann, path, app = await at_builder(side)

        page = await ann.sends(f"{path}/send", **{**PAYMENT, "tx.Destination": "nobody"})

        assert page.status_code == 400
        assert "It was not sent" in page.text
        assert 'value="nobody"' in page.text
        assert await side.context.db.read(audit.entries, app_uuid=app.uuid, limit=5) == []

    async def test_sends_no_fields_of_another_type_than_the_one_in_view(self, side):
        ann, path, app = await at_builder(side)

        page = await ann.sends(f"{path}/send", **{**PAYMENT, "type": "TrustSet"})

        assert page.status_code == 200
        assert 'name="tx.LimitAmount.value"' in page.text
        assert await side.context.db.read(audit.entries, app_uuid=app.uuid, limit=5) == []

    async def test_says_at_its_field_that_an_identifier_is_used_up(self, side):
        ann, path, _ = await at_builder(side)
        order = {**PAYMENT, "custom_meta.identifier": "order-1"}
        await ann.sends(f"{path}/send", **order)

        page = await ann.sends(f"{path}/send", **order)

        assert page.status_code == 400
        assert 'id="custom_meta.identifier-wrong"' in page.text

    async def test_sends_what_was_written_as_json(self, side):
        ann, path, app = await at_builder(side)
        body = '{"txjson": {"TransactionType": "SignIn"}, "custom_meta": {"blob": {"price": 1.10}}}'

        sent = await ann.sends(f"{path}/send", mode="json", json=body)
        uuid = sent.headers["location"].split("?")[0].rsplit("/", 1)[1]

        payload = await side.context.db.read(payloads.get_for_app, app.uuid, uuid)
        assert bytes(payload.terms.blob) == b'{"price":1.10}'

    async def test_is_not_for_viewers_who_may_look(self, side):
        ann, path, app = await at_builder(side)
        bob = await new_developer(side)
        await joins(side, app, ann, bob, Role.VIEWER)

        page = await bob.opens(path)
        sent = await bob.sends(f"{path}/send", **PAYMENT)

        assert page.status_code == 200
        assert "/builder/send" not in page.text
        assert sent.status_code == 403

    async def test_again_fills_the_form_with_what_was_asked(self, side):
        ann, path, _ = await at_builder(side)
        sent = await ann.sends(
            f"{path}/send", **{**PAYMENT, "custom_meta.identifier": "order-2", "options.expire": "10"}
        )
        uuid = sent.headers["location"].split("?")[0].rsplit("/", 1)[1]

        page = await ann.opens(f"{path}?again={uuid}")

        assert json_shown(page.text) == {
            "txjson": {
                "TransactionType": "Payment",
                "Destination": DESTINATION,
                "Amount": "1500000",
                "DestinationTag": 7,
            },
            "options": {"expire": 10},
        }

    async def test_again_leaves_the_challenge_of_a_sign_in_out(self, side):
        ann, path, _ = await at_builder(side)
        sent = await ann.sends(f"{path}/send", was="SignIn", type="SignIn")
        uuid = sent.headers["location"].split("?")[0].rsplit("/", 1)[1]

        page = await ann.opens(f"{path}?again={uuid}")

        assert json_shown(page.text) == {"txjson": {"TransactionType": "SignIn"}}

    async def test_of_another_apps_request_is_not_found(self, side):
        ann, path, _ = await at_builder(side)
        bob, bobs_path, _ = await at_builder(side)
        sent = await ann.sends(f"{path}/send", **PAYMENT)
        uuid = sent.headers["location"].split("?")[0].rsplit("/", 1)[1]

        assert (await bob.opens(f"{bobs_path}/{uuid}")).status_code == 404
        assert (await bob.opens(f"{bobs_path}?again={uuid}")).status_code == 404


class TestFollowing:
    async def test_tells_of_each_step_and_ends_with_the_outcome(self, side):
        ann, path, _ = await at_builder(side)
        sent = await ann.sends(f"{path}/send", was="SignIn", type="SignIn")
        uuid = sent.headers["location"].split("?")[0].rsplit("/", 1)[1]
        wallet = await side.wallet()

        async with ann.follows(f"{path}/{uuid}/live") as stream:
            told = [(await stream.next())[2]]
            await wallet.opens(uuid)
            told.append((await stream.next())[2])
            await wallet.signs(uuid)
            told.append((await stream.next())[2])
            ended = await stream.next()

        assert [re.search("<strong>(.*?)</strong>", part)[1] for part in told] == [  # type: ignore[index]
            "Waiting for somebody to open it.", "Open in a wallet.", "Signed.",
        ]  # fmt: skip
        assert wallet.key.address in told[-1]
        assert ended[0] == "end"

    async def test_ends_for_somebody_who_has_no_part_in_the_app_any_more(self, side):
        ann, path, app = await at_builder(side)
        bob = await new_developer(side)
        await joins(side, app, ann, bob, Role.VIEWER)
        sent = await ann.sends(f"{path}/send", was="SignIn", type="SignIn")
        uuid = sent.headers["location"].split("?")[0].rsplit("/", 1)[1]
        wallet = await side.wallet()

        async with bob.follows(f"{path}/{uuid}/live") as stream:
            await stream.next()
            await ann.opens(f"/apps/{app.uuid}/team")
            await ann.sends(f"/apps/{app.uuid}/team/remove", account=bob.account)
            await wallet.opens(uuid)

            await stream.ended()
