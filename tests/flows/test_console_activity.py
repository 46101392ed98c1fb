"""What developers see happen: calls, sign requests, deliveries, users; narrowed, found, saved, and ended."""

import asyncio
import csv
import io
import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, update

from sealgate.access.call_log import CallLog
from sealgate.apps import webhooks
from sealgate.apps.webhook_model import EndpointDraft
from sealgate.base.ids import new_uuid
from sealgate.console import audit, export
from sealgate.console import service as console
from sealgate.console.http import activity
from sealgate.console.model import Role
from sealgate.delivery import review
from sealgate.delivery.model import Attempt
from sealgate.delivery.search import Wanted
from sealgate.delivery.tables import deliveries, delivery_attempts
from sealgate.oauth import store as oauth_store
from sealgate.tokens import service as tokens
from sealgate.xapps import store as xapps_store
from sealgate.xapps.model import OneTimeToken
from tests.console_side import ConsoleBrowser, new_developer
from tests.grants import a_grant
from tests.payloads import PAYMENT

pytestmark = pytest.mark.anyio


class Shop:
    """An app with an owner at the console, and its credentials."""

    def __init__(self, side, owner: ConsoleBrowser, credentials: dict[str, str]) -> None:
        self.side, self.owner, self.credentials = side, owner, credentials
        self.uuid = credentials["x-api-key"]
        self.base = f"/apps/{self.uuid}"

    async def asks(self, txjson=PAYMENT, **members) -> str:
        made = await self.side.platform("POST", "payload", {"txjson": txjson, **members}, credentials=self.credentials)
        assert made.status == 200, made
        return str(made.json["uuid"])

    async def calls(self, path="ping", credentials=None):
        answer = await self.side.platform("GET", path, credentials=credentials or self.credentials)
        await self.side.context.get(CallLog).flush()
        return answer

    async def opens(self, path: str, by: ConsoleBrowser | None = None):
        return await (by or self.owner).opens(self.base + path)

    async def sends(self, path: str, by: ConsoleBrowser | None = None, **fields: str):
        return await (by or self.owner).sends(self.base + path, **fields)

    async def with_role(self, role: Role) -> ConsoleBrowser:
        member = await new_developer(self.side)
        how = {"actor": self.owner.account, "now": self.side.clock.now()}
        await self.side.context.db.write(console.share, self.uuid, member.account, role, **how)
        return member

    async def audited(self) -> list[tuple[str, dict[str, Any]]]:
        entries = await self.side.context.db.read(audit.entries, app_uuid=self.uuid, limit=10)
        return [(entry.action, entry.details) for entry in entries]


@pytest.fixture
async def shop(side) -> Shop:
    owner = await new_developer(side)
    credentials = await side.new_app("Corner Shop")
    await side.context.db.write(console.add_owner, credentials["x-api-key"], owner.account, now=side.clock.now())
    return Shop(side, owner, credentials)


async def delivered(shop: Shop, status=500) -> tuple[str, int]:
    """Give the shop an endpoint and a cancelled request of which it was told in vain; return its UUID and the number.

    The endpoint is paused, so that nothing but the test sends.
    """
    side = shop.side
    now = side.clock.now()
    draft = EndpointDraft(url="https://shop.example/hook?key=k3pt", events=("payload.cancelled",))
    made = await side.context.db.write(webhooks.add_endpoint, side.context.sealer, shop.uuid, draft, now=now)
    await side.context.db.write(webhooks.pause_endpoint, made.endpoint.uuid, "asked", now=now)
    uuid = await shop.asks()
    await side.platform("DELETE", f"payload/{uuid}", credentials=shop.credentials)
    (found,) = await side.context.db.read(review.list_deliveries, shop.uuid, Wanted(subject=uuid), limit=5)
    attempt = Attempt(number=1, at=now, status=status, latency_ms=12, answer="<b>no</b>")
    await side.context.db.write(give_up, found.id, attempt, now)
    return uuid, found.id


def give_up(tx, id: int, attempt: Attempt, now) -> None:
    """Give a delivery up after one try, as the outbox would."""
    ended = {"state": "failed", "finished_at": now, "lease_owner": None, "attempts": 1}
    tx.execute(update(deliveries).where(deliveries.c.id == id).values(ended))
    tx.execute(insert(delivery_attempts).values(delivery_id=id, **msgspec.structs.asdict(attempt)))


class TestCalls:
    async def test_are_listed_and_lead_to_their_cause_and_cure(self, shop):
        well = await shop.calls()
        refused = await shop.calls(f"payload/{new_uuid()}")

        page = await shop.opens("/activity")
        assert well.headers["x-call-ref"] in page.text
        assert "Error 404: why?" in page.text

        found = await shop.owner.browser.get(f"/console/find?reference={refused.json['error']['reference']}")
        assert found.headers["location"] == f"/console{shop.base}/activity/{refused.headers['x-call-ref']}"
        explained = await shop.owner.browser.get(found.headers["location"])
        assert "What to do" in explained.text
        assert 'href="/docs/errors#payload-not-found"' in explained.text

    async def test_tell_the_developer_what_the_caller_was_told_in_particular(self, shop):
        wrong = await shop.side.platform(
            "POST", "payload", {"txjson": {**PAYMENT, "Amount": "a lot"}}, credentials=shop.credentials
        )
        assert wrong.code == 603

        page = await shop.opens(f"/activity/{wrong.headers['x-call-ref']}")

        assert wrong.json["error"]["message"] in unescape(page.text)

    async def test_are_narrowed_by_what_the_url_says(self, shop):
        await shop.calls()
        refused = await shop.calls(f"payload/{new_uuid()}")

        for query in ("status=4", "code=404", "route=payload", "method=GET&status=4", "since=2026-01-01&code=404"):
            page = await shop.opens(f"/activity?{query}")
            assert refused.headers["x-call-ref"] in page.text, query
            assert "platform/ping</a>" not in page.text, query
        nothing = await shop.opens("/activity?until=2026-01-01T00:00")
        assert "Nothing meets these filters" in nothing.text

    async def test_say_at_its_field_what_cannot_be_used_and_show_the_list(self, shop):
        await shop.calls()

        page = await shop.opens("/activity?since=yesterday&status=9&method=%00")
        if page.status_code == 400:  # a NUL is refused for all pages alike
            page = await shop.opens("/activity?since=yesterday&status=9")

        assert page.status_code == 200
        assert "A time is written as" in page.text
        assert "platform/ping" in page.text

    async def test_go_on_behind_a_cursor(self, shop):
        for _ in range(55):
            await shop.side.platform("GET", "ping", credentials=shop.credentials)
        await shop.side.context.get(CallLog).flush()

        first = await shop.opens("/activity")
        link = re.search(r'href="(/console[^"]+after=[^"]+)">Older', first.text)
        assert link is not None
        second = await shop.owner.browser.get(link[1].replace("&amp;", "&"))

        refs = [re.findall(r"/activity/([0-9a-f-]{36})\"", page.text) for page in (first, second)]
        assert len(set(refs[0])) == 50
        assert len(set(refs[1])) == 5
        assert not set(refs[0]) & set(refs[1])
        assert "data-live" in first.text
        assert "data-live" not in second.text

    async def test_that_come_are_told_to_who_looks(self, shop):
        scope = shop.owner.browser
        stream = Stream(shop.side.app, f"/console{shop.base}/activity/live?status=4", scope)
        await stream.opened()
        first = await stream.next()
        refused = await shop.calls(f"payload/{new_uuid()}")

        html = await stream.next()
        await stream.leave()

        assert refused.headers["x-call-ref"] not in first
        assert refused.headers["x-call-ref"] in html
        assert "<html" not in html

    async def test_are_followed_in_a_few_windows_at_once(self, shop, monkeypatch):
        monkeypatch.setattr(activity, "MOST_WINDOWS", 1)
        path = f"/console{shop.base}/activity/live"
        stream = Stream(shop.side.app, path, shop.owner.browser)
        await stream.opened()
        await stream.next()

        assert (await shop.owner.browser.get(path)).status_code == 429
        await stream.leave()
        again = Stream(shop.side.app, path, shop.owner.browser)
        await again.opened()
        await again.leave()

    async def test_of_others_are_unknown(self, shop):
        other = await shop.side.new_app("Elsewhere")
        theirs = await shop.calls(f"payload/{new_uuid()}", other)
        reference = theirs.headers["x-call-ref"]

        assert (await shop.opens(f"/activity/{reference}")).status_code == 404
        assert "Nothing of yours" in (await shop.owner.opens(f"/find?reference={reference}")).text
        assert "Nothing of yours" in (await shop.owner.opens(f"/find?reference={other['x-api-key']}")).text


class TestPayloads:
    async def test_are_listed_with_how_they_stand(self, shop):
        wallet = await shop.side.wallet()
        signed, open_ = await shop.asks(custom_meta={"identifier": "order-1"}), await shop.asks()
        await wallet.signs(signed)

        page = await shop.opens("/payloads")
        assert signed in page.text
        assert open_ in page.text
        assert wallet.key.address in page.text
        for query in ("state=signed", "identifier=order-1", f"account={wallet.key.address}"):
            narrowed = await shop.opens(f"/payloads?{query}")
            assert signed in narrowed.text, query
            assert open_ not in narrowed.text, query

    async def test_show_what_was_asked_beside_what_was_signed(self, shop):
        wallet = await shop.side.wallet()
        asked = {"TransactionType": "Payment", "Destination": wallet.key.address, "Amount": "1500000"}
        uuid = await shop.asks(asked)
        await wallet.signs(uuid)

        page = await shop.opens(f"/payloads/{uuid}")

        assert page.status_code == 200
        assert page.text.count("1.5 XRP (1,500,000 drops)") == 2
        assert "added by the wallet" in page.text
        assert "Signed" in page.text
        assert "MAINNET" in page.text
        assert "Created by the app" in page.text
        assert "Opened in a wallet" in page.text
        assert "Event payload.signed" in page.text

    async def test_tell_why_one_was_rejected(self, shop):
        wallet = await shop.side.wallet()
        uuid = await shop.asks()
        await wallet.opens(uuid)
        refusal = {"reject": True, "reject_initiator": "USER", "reject_reason": "<too much>"}
        assert (await wallet.answers(uuid, refusal)).status == 200

        page = await shop.opens(f"/payloads/{uuid}")

        assert "Rejected" in page.text
        assert "&lt;too much&gt;" in page.text

    async def test_are_cancelled_by_developers_and_the_log_says_who(self, shop):
        uuid = await shop.asks()
        viewer, developer = await shop.with_role(Role.VIEWER), await shop.with_role(Role.DEVELOPER)
        seen = await shop.opens(f"/payloads/{uuid}", viewer)
        assert "Cancel the request" not in seen.text
        assert (await shop.sends(f"/payloads/{uuid}/cancel", viewer)).status_code == 403

        await shop.opens(f"/payloads/{uuid}", developer)
        done = await shop.sends(f"/payloads/{uuid}/cancel", developer)
        again = await shop.sends(f"/payloads/{uuid}/cancel", developer)

        assert done.status_code == 303
        assert again.status_code == 409
        assert "It was cancelled before" in again.text
        assert (await shop.audited())[0] == ("payload.cancelled", {"payload": uuid})

    async def test_that_were_opened_are_not_cancelled(self, shop):
        wallet = await shop.side.wallet()
        uuid = await shop.asks()
        await wallet.opens(uuid)
        await shop.opens(f"/payloads/{uuid}")

        refused = await shop.sends(f"/payloads/{uuid}/cancel")

        assert refused.status_code == 409
        assert "may be signing it now" in refused.text

    async def test_are_found_by_every_name_they_have(self, shop):
        wallet = await shop.side.wallet()
        uuid = await shop.asks(custom_meta={"identifier": "order 1/é"})
        await wallet.signs(uuid)
        txid = (await shop.side.platform("GET", f"payload/{uuid}", credentials=shop.credentials)).json["response"][
            "txid"
        ]

        for name in (
            uuid,
            uuid.upper(),
            f" '{uuid}' ",
            "order 1/é",
            txid,
            txid.lower(),
            f"X-Call-Ref: {uuid} from the log",
        ):
            found = await shop.owner.browser.get("/console/find", {"reference": name})
            assert found.headers.get("location") == f"/console{shop.base}/payloads/{uuid}", name

    async def test_of_others_are_unknown(self, shop):
        elsewhere = await shop.side.new_app("Elsewhere")
        made = await shop.side.platform("POST", "payload", {"txjson": PAYMENT}, credentials=elsewhere)
        uuid = made.json["uuid"]
        await shop.opens("/payloads")

        assert (await shop.opens(f"/payloads/{uuid}")).status_code == 404
        assert (await shop.sends(f"/payloads/{uuid}/cancel")).status_code == 404
        assert "Nothing of yours" in (await shop.owner.opens(f"/find?reference={uuid}")).text


class TestDeliveries:
    async def test_show_every_try_and_no_secret_of_the_address(self, shop):
        uuid, number = await delivered(shop)

        page = await shop.opens("/deliveries?state=failed&kind=payload.cancelled")
        one = await shop.opens(f"/deliveries/{number}")

        assert "https://shop.example/hook?…" in page.text
        assert "&lt;b&gt;no&lt;/b&gt;" in one.text
        assert "500 not taken" in one.text
        assert "k3pt" not in page.text + one.text
        timeline = await shop.opens(f"/payloads/{uuid}")
        assert "Webhook payload.cancelled, try 1" in timeline.text
        assert "500 in 12 ms" in timeline.text

    async def test_are_sent_again_by_developers_and_the_log_says_so(self, shop):
        _, number = await delivered(shop)
        viewer = await shop.with_role(Role.VIEWER)
        seen = await shop.opens(f"/deliveries/{number}", viewer)
        assert "Send again" not in seen.text
        assert (await shop.sends(f"/deliveries/{number}/resend", viewer)).status_code == 403

        await shop.opens(f"/deliveries/{number}")
        sent = await shop.sends(f"/deliveries/{number}/resend")

        assert sent.status_code == 303
        again = int(sent.headers["location"].partition("?")[0].rpartition("/")[2])
        assert again > number
        details = {"delivery": number, "again": again, "kind": "payload.cancelled"}
        assert (await shop.audited())[0] == ("delivery.resent", details)
        found = await shop.side.context.db.read(review.list_deliveries, shop.uuid, Wanted(), limit=5)
        assert [one.id for one in found] == [again, number]

    async def test_of_a_range_are_sent_again_only_once_it_is_narrowed(self, shop):
        await delivered(shop)
        await shop.opens("/deliveries")

        everything = await shop.sends("/deliveries/resend")
        nothing = await shop.sends("/deliveries/resend?kind=push")
        some = await shop.sends("/deliveries/resend?state=failed")

        assert everything.status_code == 400
        assert nothing.status_code == 409
        assert some.status_code == 303
        assert some.headers["location"].endswith("/deliveries?state=failed&said=resent")
        assert (await shop.audited())[0] == ("deliveries.resent", {"deliveries": 1, "state": "failed"})

    async def test_are_found_by_the_id_of_their_event(self, shop):
        _, number = await delivered(shop)
        page = await shop.opens(f"/deliveries/{number}")
        event = re.search(r"evt_[0-9a-f]{32}", page.text)
        assert event is not None

        found = await shop.owner.browser.get("/console/find", {"reference": event[0]})
        listed = await shop.owner.browser.get(found.headers["location"])

        assert f'/deliveries/{number}"' in listed.text
        stranger = await new_developer(shop.side)
        assert "Nothing of yours" in (await stranger.opens(f"/find?reference={event[0]}")).text

    @pytest.mark.parametrize("name", ["0", "999999", "abc", "9" * 30, "-1"])
    async def test_that_are_not_there_are_unknown(self, shop, name):
        assert (await shop.opens(f"/deliveries/{name}")).status_code == 404


class TestUsers:
    async def test_have_tokens_that_are_shown_masked_and_can_be_revoked(self, shop):
        wallet = await shop.side.wallet()
        uuid = await shop.asks()
        await wallet.signs(uuid)
        seen = await shop.side.platform("GET", f"payload/{uuid}", credentials=shop.credentials)
        token = seen.json["application"]["issued_user_token"]
        viewer, developer = await shop.with_role(Role.VIEWER), await shop.with_role(Role.DEVELOPER)

        page = await shop.opens("/users", viewer)
        assert f"{token[:4]}…{token[-4:]}" in page.text
        assert token not in page.text
        assert (await shop.sends("/users/revoke", viewer, token=token)).status_code == 403
        await shop.opens("/users", developer)
        done = await shop.sends("/users/revoke", developer, token=token)
        again = await shop.sends("/users/revoke", developer, token=token)

        assert (done.status_code, again.status_code) == (303, 404)
        assert (await shop.audited())[0] == ("user_token.revoked", {"user_token": f"{token[:4]}…{token[-4:]}"})
        assert (await wallet.call("GET", "third-party-permissions")).json == []
        asked = {"txjson": PAYMENT, "user_token": token}
        pushed = await shop.side.platform("POST", "payload", asked, credentials=shop.credentials)
        assert pushed.json["push"]["reason"] == "token_unknown"
        ended = await shop.opens("/users?state=ended")
        assert "revoked" in ended.text

    async def test_are_found_by_their_token(self, shop):
        holder = new_uuid()
        now = shop.side.clock.now()
        token = await shop.side.context.db.write(tokens.issue_or_extend, shop.uuid, holder, now=now, days=30)

        found = await shop.owner.browser.get("/console/find", {"reference": token.token})

        assert found.headers["location"] == f"/console{shop.base}/users?token={token.token}"
        assert f"{token.token[:4]}…" in (await shop.owner.browser.get(found.headers["location"])).text

    async def test_have_sign_ins_that_can_be_ended(self, shop):
        grant = a_grant(shop.uuid, scope="openid", challenge="x", popup=True, created_at=shop.side.clock.now())
        await shop.side.context.db.write(oauth_store.insert_grant, grant)

        page = await shop.opens("/users/sign-ins")
        assert grant.account in page.text
        assert "popup, PKCE" in page.text
        done = await shop.sends("/users/sign-ins/revoke", sign_in=grant.uuid)
        again = await shop.sends("/users/sign-ins/revoke", sign_in=grant.uuid)

        assert (done.status_code, again.status_code) == (303, 404)
        kept = await shop.side.context.db.read(oauth_store.find_grant, grant.uuid)
        assert kept is not None
        assert kept.revoked_at is not None
        assert (await shop.audited())[0] == ("sign_in.revoked", {"sign_in": grant.uuid, "account": grant.account})

    async def test_end_nothing_of_another_app(self, shop):
        other = new_uuid()
        grant = a_grant(other)
        now = shop.side.clock.now()
        await shop.side.context.db.write(oauth_store.insert_grant, grant)
        token = await shop.side.context.db.write(tokens.issue_or_extend, other, new_uuid(), now=now, days=30)
        await shop.opens("/users/sign-ins")

        assert (await shop.sends("/users/sign-ins/revoke", sign_in=grant.uuid)).status_code == 404
        assert (await shop.sends("/users/revoke", token=token.token)).status_code == 404
        kept = await shop.side.context.db.read(oauth_store.find_grant, grant.uuid)
        assert kept is not None
        assert kept.revoked_at is None
        assert await shop.side.context.db.read(tokens.find_live_user_token, other, token.token, now) is not None

    async def test_have_launches_of_the_last_day(self, shop):
        now = shop.side.clock.now()
        token = OneTimeToken(
            ott_hash=bytes.fromhex(new_uuid().replace("-", "") * 2), app_uuid=shop.uuid, holder_uuid=new_uuid(),
            device_uuid=new_uuid(), account="rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe", debug=False, ip=None,
            context='{"origin":{"type":"QR"},"nodetype":"MAINNET"}', created_at=now,
            expires_at=now - timedelta(seconds=1), taken_at=None,
        )  # fmt: skip
        await shop.side.context.db.write(xapps_store.insert_ott, token)

        page = await shop.opens("/users/launches")

        assert token.account in page.text
        assert "never traded" in page.text
        assert token.ott_hash.hex() not in page.text


class TestFiles:
    PATHS = ("/activity", "/payloads", "/deliveries", "/users", "/users/sign-ins", "/users/launches")

    async def test_hold_the_rows_that_the_filters_meet(self, shop, monkeypatch):
        monkeypatch.setattr(export, "ROWS_AT_ONCE", 2)
        made = [await shop.asks(custom_meta={"identifier": f"=order-{number}"}) for number in range(5)]

        as_csv = await shop.opens("/payloads/export?format=csv&state=created")
        as_json = await shop.opens("/payloads/export?format=json")
        none = await shop.opens("/payloads/export?format=json&state=signed")

        rows = list(csv.DictReader(io.StringIO(as_csv.text)))
        assert [row["uuid"] for row in rows] == made[::-1]
        assert rows[0]["identifier"] == "'=order-4"
        assert as_csv.headers["content-disposition"] == 'attachment; filename="payloads.csv"'
        told = json.loads(as_json.text)
        assert [row["identifier"] for row in told["rows"]] == [f"=order-{number}" for number in (4, 3, 2, 1, 0)]
        assert told["more"] is False
        assert json.loads(none.text) == {"rows": [], "more": False}

    async def test_end_at_their_bound_and_say_so(self, shop, monkeypatch):
        monkeypatch.setattr(export, "MOST_ROWS", 3)
        for _ in range(5):
            await shop.asks()

        told = json.loads((await shop.opens("/payloads/export?format=json")).text)

        assert (len(told["rows"]), told["more"]) == (3, True)

    @pytest.mark.parametrize("format", ["csv", "json"])
    async def test_are_there_for_every_list(self, shop, format):
        await delivered(shop)
        await shop.calls()
        for path in self.PATHS:
            answer = await shop.opens(f"{path}/export?format={format}")
            assert answer.status_code == 200, path
            assert answer.text, path
            if format == "json":
                json.loads(answer.text)

    async def test_are_not_made_of_half_a_question(self, shop):
        assert (await shop.opens("/payloads/export?since=soon")).status_code == 400
        assert (await shop.opens("/payloads/export?format=pdf")).status_code == 400


class TestFinding:
    @pytest.mark.parametrize("text", ["nothing like this", "é" * 40, "0" * 64, "evt_" + "0" * 32, "%", "x" * 3000])
    async def test_says_what_can_be_pasted_where_nothing_is_found(self, shop, text):
        page = await shop.owner.browser.get("/console/find", {"reference": text})

        if page.status_code != 414:
            assert page.status_code == 200
            assert "Nothing of yours" in page.text

    async def test_asks_for_something_where_nothing_was_pasted(self, shop):
        page = await shop.owner.opens("/find")

        assert page.status_code == 200
        assert "Nothing of yours" not in page.text

    async def test_leads_operators_to_everything(self, shop):
        operator = await new_developer(shop.side, operator=True)
        refused = await shop.calls(f"payload/{new_uuid()}")

        found = await operator.browser.get("/console/find", {"reference": refused.headers["x-call-ref"]})

        assert found.headers["location"].startswith(f"/console{shop.base}/activity/")


class Stream:
    """A browser that follows a stream; httpx gives a body at its end only, so this speaks ASGI itself."""

    def __init__(self, app, path: str, browser) -> None:
        path, _, query = path.partition("?")
        headers = [(b"cookie", "; ".join(f"{name}={value}" for name, value in browser.cookies.items()).encode())]
        scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "scheme": "https", "path": path,
            "raw_path": path.encode(), "query_string": query.encode(), "client": ("127.0.0.1", 1), "headers": headers,
        }  # fmt: skip
        self._gone = asyncio.Event()
        self._chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self.status = 0
        self._task = asyncio.create_task(app(scope, self._receive, self._send))

    async def _receive(self):
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self._chunks.put_nowait(message["body"])

    async def opened(self) -> None:
        async with asyncio.timeout(15):
            while not self.status:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert self.status == 200

    async def next(self) -> str:
        """Return the next part."""
        async with asyncio.timeout(15):
            while True:
                lines = (await self._chunks.get()).decode().splitlines()
                if "event: part" in lines:
                    return str(json.loads(next(line for line in lines if line.startswith("data: "))[6:]))

    async def leave(self) -> None:
        self._gone.set()
        await self._task
