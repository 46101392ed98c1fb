"""What the console's pages list: by app, a bounded piece at a time, whatever is stored beside; on both engines."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import msgspec
import pytest
from sqlalchemy import event

from sealgate.access import service as access
from sealgate.access.model import LoggedCall
from sealgate.access.search import CallsWanted
from sealgate.base.cursors import Cursor, read_cursor
from sealgate.base.ids import new_uuid
from sealgate.delivery import history
from sealgate.delivery import service as delivery
from sealgate.delivery import store as delivery_store
from sealgate.delivery.kinds import PayloadCancelled
from sealgate.delivery.search import Wanted
from sealgate.infra import paging
from sealgate.oauth import review
from sealgate.oauth import store as oauth_store
from sealgate.oauth.model import SignInsWanted
from sealgate.payloads import search, store
from sealgate.payloads.model import Outcome, State, Terms, XappEvent
from sealgate.payloads.search import XAPP_EVENT, PayloadsWanted
from sealgate.tokens import service as tokens
from sealgate.tokens.model import UserToken
from sealgate.tokens.store import extend_or_replace
from sealgate.xapps import service as xapps
from sealgate.xapps import store as xapps_store
from sealgate.xapps.model import OneTimeToken
from tests.conftest import NOON
from tests.grants import a_grant

APP, OTHER = new_uuid(), new_uuid()
MINUTE = timedelta(minutes=1)


def a_call(app: str = APP, at=NOON, **values) -> LoggedCall:
    call = LoggedCall(new_uuid(), app, at, "POST", "/api/v1/platform/payload", 200, None, 1234)
    return msgspec.structs.replace(call, **values)


def a_payload(tx, app: str = APP, at=NOON, *, tx_type="Payment", identifier=None, xapp=None, **values) -> str:
    """Store a request that expires after ten minutes, and return its UUID."""
    uuid = new_uuid()
    terms = Terms(tx_type=tx_type, request_json=msgspec.Raw(b"{}"), xapp=xapp)
    row = {
        "uuid": uuid, "app_uuid": app, "identifier": identifier, "holder_uuid": None, "pushed": False,
        "created_at": at, "expires_at": at + 10 * MINUTE, "terms": terms,
    }  # fmt: skip
    if values:
        store.insert_event(tx, is_listed=True, **row, **values)
    else:
        store.insert_payload(tx, tell_expiry=None, **row)
    return uuid


def signs(tx, uuid: str, *, signed=True, txid=None, account="rAlice", at=NOON) -> None:
    """Settle a request."""
    assert store.open_payload(tx, uuid, holder_uuid=OTHER, by_deeplink=False, now=at)
    claimed = store.claim_payload(tx, uuid, holder_uuid=OTHER, now=at)
    assert claimed is not None
    outcome = Outcome(
        signed=signed, reference=new_uuid(), holder_uuid=OTHER, device_uuid=OTHER, origintype="QR", txid=txid,
        account=account,
    )  # fmt: skip
    store.insert_outcome(tx, claimed.id, outcome)


def found(tx, now=NOON, **wanted) -> list[str]:
    payloads, _ = search.find_payloads(tx, APP, PayloadsWanted(**wanted), limit=50, now=now)
    return [payload.uuid for payload in payloads]


def followed(page_of: Callable[[Any], tuple[list[Any], int | None]], wanted: Any) -> list[Any]:
    """Return everything on the pages that follow each other."""
    seen: list[Any] = []
    for _ in range(100):
        page, before = page_of(wanted)
        seen += page
        if before is None:
            return seen
        wanted = msgspec.structs.replace(wanted, before=before)
    raise AssertionError("the pages have no end")


@pytest.fixture
def few_at_once(monkeypatch):
    """Make a page be chosen from four rows at the most."""
    monkeypatch.setattr(paging, "LOOKED_AT", 4)


class TestCalls:
    def test_are_those_that_meet_everything_asked(self, tx):
        sought = a_call(method="GET", route="/api/v1/platform/ping", status=403, error_code="813")
        others = [a_call(), a_call(status=404, error_code="404"), a_call(OTHER, status=403, error_code="813")]
        access.log_calls(tx, [*others, sought])

        wanted = CallsWanted(status=4, method="GET", route="ping", error_code="813")
        calls, more = access.search_calls(tx, APP, wanted, limit=10)

        assert [call.ref for call in calls] == [sought.ref]
        assert more is None

    def test_takes_signs_of_patterns_for_themselves(self, tx):
        access.log_calls(tx, [a_call()])

        assert access.search_calls(tx, APP, CallsWanted(route="p%d"), limit=10) == ([], None)

    def test_are_all_seen_a_piece_at_a_time_however_rare_they_are(self, tx, few_at_once):
        calls = [a_call(OTHER if number % 3 else APP, status=500 if number % 9 == 0 else 200) for number in range(60)]
        access.log_calls(tx, calls)
        seen: list[LoggedCall] = []
        before, pages = None, 0
        while pages == 0 or before is not None:
            page, before = access.search_calls(tx, APP, CallsWanted(status=5, before=before), limit=2)
            seen, pages = seen + page, pages + 1

        assert [call.ref for call in seen] == [call.ref for call in calls[54::-9]]
        assert pages >= 5

    def test_of_a_time_are_found_among_many(self, tx, few_at_once):
        calls = [a_call(at=NOON + number * MINUTE) for number in range(100)]
        access.log_calls(tx, calls)

        wanted = CallsWanted(since=NOON + 40 * MINUTE, until=NOON + 43 * MINUTE)
        seen = followed(lambda wanted: access.search_calls(tx, APP, wanted, limit=10), wanted)

        assert [call.at for call in seen] == [NOON + number * MINUTE for number in (42, 41, 40)]

    def test_that_took_an_hour_lead_nobody_astray(self, tx):
        late = [a_call(at=NOON) for _ in range(3)]
        access.log_calls(tx, [a_call(at=NOON + number * MINUTE) for number in range(60)] + late)

        calls, _ = access.search_calls(tx, APP, CallsWanted(since=NOON + 58 * MINUTE), limit=10)

        assert [call.at for call in calls] == [NOON + 59 * MINUTE, NOON + 58 * MINUTE]

    @pytest.mark.parametrize("error_code", [None, "813"])
    def test_is_found_by_its_reference_in_the_apps_of_the_asker_only(self, tx, error_code):
        call = a_call(error_code=error_code)
        access.log_calls(tx, [a_call(OTHER), call])

        known = access.find_call(tx, call.ref, apps=[OTHER, APP])
        assert known is not None
        assert known.ref == call.ref
        assert access.find_call(tx, call.ref, apps=[OTHER]) is None
        assert access.find_call(tx, new_uuid(), apps=[APP]) is None


class TestPayloads:
    def test_are_those_of_a_state(self, tx):
        late = NOON + 20 * MINUTE
        expired, signed, rejected, cancelled = (a_payload(tx) for _ in range(4))
        opened, created = a_payload(tx), a_payload(tx, at=late)
        signs(tx, signed)
        signs(tx, rejected, signed=False)
        store.cancel_payload(tx, APP, cancelled, now=NOON)
        store.open_payload(tx, opened, holder_uuid=OTHER, by_deeplink=False, now=NOON)

        by_state = {state.value: found(tx, now=late, state=state) for state in State}

        assert by_state == {
            "created": [created], "opened": [opened], "signed": [signed],
            "rejected": [rejected], "cancelled": [cancelled], "expired": [expired],
        }  # fmt: skip

    def test_of_a_type_are_told_from_events_of_xapps(self, tx):
        told = XappEvent(identifier="shop", title="Shop", body="Something new")
        sign_in, event = a_payload(tx, tx_type="SignIn"), a_payload(tx, tx_type="SignIn", xapp=told)
        a_payload(tx, tx_type="SignInLater")
        payment = a_payload(tx)

        assert found(tx, tx_type="SignIn") == [sign_in]
        assert found(tx, tx_type=XAPP_EVENT) == [event]
        assert found(tx, tx_type="Payment") == [payment]

    def test_an_event_of_an_xapp_expires_though_it_was_opened(self, tx):
        told = XappEvent(identifier="shop", title="Shop", body="Something new")
        event = a_payload(tx, tx_type="SignIn", xapp=told)
        store.open_payload(tx, event, holder_uuid=OTHER, by_deeplink=False, now=NOON)

        late = NOON + 20 * MINUTE
        assert found(tx, now=late, state=State.EXPIRED) == [event]
        assert found(tx, now=late, state=State.OPENED) == []

    def test_are_found_by_identifier_account_and_hash(self, tx):
        mine, _ = a_payload(tx, identifier="order-1"), a_payload(tx, OTHER, identifier="order-1")
        signs(tx, mine, txid="AB" * 32, account="rBob")

        assert found(tx, identifier="order-1") == found(tx, account="rBob") == [mine]
        assert found(tx, identifier="order-2") == []
        by_hash = search.find_by_txid(tx, "AB" * 32, apps=[APP])
        assert by_hash is not None
        assert by_hash.uuid == mine
        assert search.find_by_txid(tx, "AB" * 32, apps=[OTHER]) is None
        assert len(search.find_by_identifiers(tx, "order-1", apps=[APP, OTHER])) == 2
        assert search.find_by_identifiers(tx, "order-1\0", apps=[APP]) == []

    def test_are_all_seen_a_piece_at_a_time(self, tx, few_at_once):
        made = [a_payload(tx, APP if number % 2 else OTHER, NOON + number * MINUTE) for number in range(40)]
        for uuid in made[1::8]:
            store.cancel_payload(tx, APP, uuid, now=NOON)
        wanted = PayloadsWanted(state=State.CANCELLED)
        seen = followed(lambda wanted: search.find_payloads(tx, APP, wanted, limit=1, now=NOON), wanted)

        assert [payload.uuid for payload in seen] == made[1::8][::-1]

    def test_of_a_time_are_found_among_many(self, tx, few_at_once):
        made = [a_payload(tx, at=NOON + number * MINUTE) for number in range(50)]

        wanted = PayloadsWanted(since=NOON + 20 * MINUTE, until=NOON + 22 * MINUTE)
        seen = followed(lambda wanted: search.find_payloads(tx, APP, wanted, limit=10, now=NOON), wanted)

        assert [payload.uuid for payload in seen] == [made[21], made[20]]


class TestDeliveries:
    def test_are_all_seen_a_piece_at_a_time_and_found_by_time(self, tx, few_at_once):
        endpoint = new_uuid()
        for number in range(30):
            delivery_store.insert_delivery(
                tx, app_uuid=APP if number % 2 else OTHER, message=None,
                kind="payload.resolved" if number % 3 else "user_token.issued",
                target_kind="webhook", target_uuid=endpoint, subject=new_uuid(), now=NOON + number * MINUTE,
            )  # fmt: skip
        wanted = Wanted(kind="user_token.issued")
        seen = followed(lambda wanted: history.page_of_deliveries(tx, APP, wanted, limit=1), wanted)

        assert [one.created_at for one in seen] == [NOON + number * MINUTE for number in (27, 21, 15, 9, 3)]
        wanted = Wanted(since=NOON + 10 * MINUTE, until=NOON + 14 * MINUTE)
        seen = followed(lambda wanted: history.page_of_deliveries(tx, APP, wanted, limit=10), wanted)
        assert [one.created_at for one in seen] == [NOON + 13 * MINUTE, NOON + 11 * MINUTE]

    def test_events_are_found_by_what_they_are_about_and_when(self, tx):
        delivery_store.note_listener(tx, APP, until=NOON + timedelta(days=1))
        payload, other = new_uuid(), new_uuid()
        for number in range(300):
            subject = payload if number == 200 else other
            told = PayloadCancelled(payload_uuid=subject, identifier=None)
            delivery.record(tx, APP, subject, told, now=NOON + number * MINUTE)

        events = history.events_about(tx, APP, payload, [NOON + 200 * MINUTE])

        assert [(event.subject, event.created_at) for event in events] == [(payload, NOON + 200 * MINUTE)]
        assert history.events_about(tx, OTHER, payload, [NOON + 200 * MINUTE]) == []
        assert history.find_event(tx, events[0].id, apps=[APP]) == events[0]
        assert history.find_event(tx, events[0].id, apps=[OTHER]) is None


class TestByTime:
    def test_sign_ins_are_all_seen_though_several_share_a_moment(self, tx, few_at_once):
        grants = [a_grant(APP, created_at=NOON + number // 5 * MINUTE) for number in range(20)]
        for grant in [*grants, a_grant(OTHER)]:
            oauth_store.insert_grant(tx, grant)
        seen, after = [], None
        for turn in count():
            page, after = review.list_sign_ins(tx, APP, SignInsWanted(after=after), limit=3)
            seen += page
            if after is None:
                break
            after = read_cursor(after.text())
            assert turn < 50

        assert {grant.uuid for grant in seen} == {grant.uuid for grant in grants}
        assert len(seen) == 20
        assert [grant.created_at for grant in seen] == sorted((grant.created_at for grant in grants), reverse=True)

    def test_sign_ins_of_an_account_are_found_however_few_they_are(self, tx, few_at_once):
        for number in range(20):
            account = "rBob" if number in (3, 17) else "rAlice"
            oauth_store.insert_grant(tx, a_grant(APP, account=account, created_at=NOON + number * MINUTE))
        seen, after = [], None
        for turn in count():
            page, after = review.list_sign_ins(tx, APP, SignInsWanted(account="rBob", after=after), limit=3)
            seen += page
            if after is None:
                break
            assert turn < 50

        assert [grant.created_at for grant in seen] == [NOON + 17 * MINUTE, NOON + 3 * MINUTE]

    def test_a_sign_in_is_ended_once_and_by_its_app_only(self, tx):
        grant = a_grant(APP)
        oauth_store.insert_grant(tx, grant)

        assert review.revoke_sign_in(tx, OTHER, grant.uuid, now=NOON) is None
        ended = review.revoke_sign_in(tx, APP, grant.uuid, now=NOON)
        assert ended is not None
        assert review.revoke_sign_in(tx, APP, grant.uuid, now=NOON) is None
        assert review.revoke_sign_in(tx, APP, new_uuid(), now=NOON) is None

    def test_user_tokens_are_listed_by_whether_they_count(self, tx):
        made = [
            extend_or_replace(tx, UserToken(new_uuid(), APP, new_uuid(), NOON + n * MINUTE, NOON + (n + 30) * MINUTE))
            for n in range(6)
        ]
        tokens.revoke(tx, APP, made[5].holder_uuid, NOON + 6 * MINUTE)
        now = NOON + 32 * MINUTE

        def listed(live):
            page, _ = tokens.tokens_of_app(tx, APP, live=live, limit=10, now=now)
            return [made.index(msgspec.structs.replace(one, revoked_at=None)) for one in page]

        assert listed(None) == [5, 4, 3, 2, 1, 0]
        assert listed(True) == [4, 3]
        assert listed(False) == [5, 2, 1, 0]
        first, after = tokens.tokens_of_app(tx, APP, limit=4, now=now)
        rest, end = tokens.tokens_of_app(tx, APP, after=after, limit=4, now=now)
        assert (len(first), len(rest), end) == (4, 2, None)

    def test_launches_are_listed_without_their_tokens(self, tx):
        for number in range(3):
            token = OneTimeToken(
                ott_hash=bytes([number]) * 32, app_uuid=APP, holder_uuid=OTHER, device_uuid=OTHER, account="rAlice",
                debug=False, ip=None, context='{"origin":{"type":"QR"},"nodetype":"MAINNET"}',
                created_at=NOON, expires_at=NOON + MINUTE, taken_at=None,
            )  # fmt: skip
            xapps_store.insert_ott(tx, token)

        first, after = xapps.launches_of(tx, APP, limit=2)
        rest, end = xapps.launches_of(tx, APP, after=after, limit=2)

        assert [launch.origin for launch in first + rest] == ["QR"] * 3
        assert (len(rest), end) == (1, None)


@pytest.mark.parametrize("text", ["", "1", "1.g0", "1.abc", "99999999999999.ab", "1." + "ab" * 33, "-1.ab", "١.ab"])
def test_what_is_no_cursor_is_none(text):
    assert read_cursor(text) is None


def test_a_cursor_of_any_key_is_compared_and_breaks_nothing(tx):
    for key in ("00", "ff" * 32):
        assert review.list_sign_ins(tx, APP, SignInsWanted(after=Cursor(NOON, key)), limit=3) == ([], None)
        assert xapps.launches_of(tx, APP, after=Cursor(NOON, key), limit=2) == ([], None)


class TestPlans:
    """No page looks at more than it shows: every statement goes by an index, none sorts, none scans a table."""

    @pytest.fixture
    def plans(self, tx):
        """Return what tells how a function's statements are carried out, with many rows of another app beside."""
        for number in range(30):
            a_payload(tx, APP if number % 10 == 0 else OTHER, NOON + number * MINUTE)
            oauth_store.insert_grant(tx, a_grant(OTHER if number % 10 else APP))
        if tx.engine == "postgresql":
            # So few rows are read at once without an index; what is asked is whether there is one to go by.
            for name in ("seqscan", "sort", "bitmapscan"):
                tx.connection.exec_driver_sql(f"SET LOCAL enable_{name} = off")

        def plans_of(fn) -> list[tuple[str, str]]:
            ran: list[tuple[str, Any]] = []

            def note(connection, cursor, statement, parameters, context, executemany) -> None:
                ran.append((statement, parameters))

            event.listen(tx.connection, "before_cursor_execute", note)
            try:
                fn()
            finally:
                event.remove(tx.connection, "before_cursor_execute", note)
            how = "EXPLAIN QUERY PLAN " if tx.engine == "sqlite" else "EXPLAIN "
            return [
                (statement, "\n".join(str(tuple(row)) for row in tx.connection.exec_driver_sql(how + statement, given)))
                for statement, given in ran
            ]

        return plans_of

    @pytest.mark.parametrize("wanted", [{}, {"state": State.EXPIRED}, {"since": NOON, "until": NOON + 9 * MINUTE}])
    def test_of_requests_go_by_the_app(self, tx, plans, wanted):
        found = plans(lambda: search.find_payloads(tx, APP, PayloadsWanted(**wanted), limit=5, now=NOON))

        self.check(found, "ix_payloads_app_uuid_id", table="payloads")

    @pytest.mark.parametrize("wanted", [{}, {"status": 4}, {"since": NOON, "until": NOON + 9 * MINUTE}])
    def test_of_calls_go_by_the_app(self, tx, plans, wanted):
        found = plans(lambda: access.search_calls(tx, APP, CallsWanted(**wanted), limit=5))

        self.check(found, "ix_call_log_app_uuid_number", table="call_log")

    @pytest.mark.parametrize("wanted", [{}, {"state": "failed"}, {"since": NOON, "until": NOON + 9 * MINUTE}])
    def test_of_deliveries_go_by_the_app(self, tx, plans, wanted):
        found = plans(lambda: history.page_of_deliveries(tx, APP, Wanted(**wanted), limit=5))

        self.check(found, "ix_deliveries_app_uuid_id", table="deliveries")

    def test_of_people_go_by_the_app(self, tx, plans):
        grants = plans(lambda: review.list_sign_ins(tx, APP, SignInsWanted(after=Cursor(NOON, "ff" * 16)), limit=5))
        listed = plans(lambda: tokens.tokens_of_app(tx, APP, live=True, limit=5, now=NOON))
        launched = plans(lambda: xapps.launches_of(tx, APP, limit=5))

        self.check(grants, "ix_oauth_grants_app_uuid_created_at_uuid", table="oauth_grants")
        self.check(listed, "ix_user_tokens_app_uuid_issued_at_token", table="user_tokens")
        self.check(launched, "ix_one_time_tokens_app_uuid_created_at_ott_hash", table="one_time_tokens")

    def test_of_a_hash_go_by_the_hash(self, tx, plans):
        if tx.engine == "postgresql":  # the few that share a hash may be sorted
            tx.connection.exec_driver_sql("SET LOCAL enable_sort = on")

        found = plans(lambda: search.find_by_txid(tx, "AB" * 32, apps=[APP]))

        assert "ix_payload_outcomes_txid" in found[0][1]

    def check(self, found: list[tuple[str, str]], index: str, *, table: str) -> None:
        assert found
        for statement, plan in found:
            assert f"SCAN {table}" not in plan.replace(f"SCAN {table} USING COVERING INDEX", ""), (statement, plan)
            assert "Seq Scan" not in plan, (statement, plan)
            assert "TEMP B-TREE" not in plan, (statement, plan)
        assert index in "".join(plan for _, plan in found)
