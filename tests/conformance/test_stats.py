"""Counting for the pictures, on both engines: everything once, whoever counts, however late."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import delete, insert, update

from sealgate.access import service as access
from sealgate.access.model import LoggedCall
from sealgate.access.tables import call_log
from sealgate.base.clock import to_ms
from sealgate.base.ids import new_uuid
from sealgate.console import metrics, stats, stats_store
from sealgate.console.tables import app_stats
from sealgate.delivery.tables import deliveries, delivery_attempts
from sealgate.infra.following import LAG, look_ahead
from sealgate.oauth.tables import oauth_grants
from sealgate.payloads.tables import payload_outcomes, payloads
from tests.conftest import NOON

SHOP, CAFE = new_uuid(), new_uuid()
MINUTE = timedelta(minutes=1)
AFTER = NOON + timedelta(hours=1)


def a_call(app=SHOP, *, at=NOON, status=200) -> LoggedCall:
    return LoggedCall(new_uuid(), app, at, "GET", "/api/v1/platform/ping", status, None, 250)


def did(database, fn, *args, **kwargs):
    """Run a function in a transaction of its own, since nobody counts what is not committed."""
    with database.begin() as tx:
        return fn(tx, *args, **kwargs)


def calls_are_stored(database, *calls: LoggedCall) -> None:
    did(database, access.log_calls, calls)


def a_payload(database, app=SHOP, *, at=NOON, life=MINUTE, terms='{"tx_type":"Payment"}', **ended) -> int:
    row = {
        "uuid": new_uuid(), "app_uuid": app, "pushed": False, "terms": terms, "created_at": at, "expires_at": at + life,
        **ended,
    }  # fmt: skip
    return did(database, lambda tx: tx.execute(insert(payloads).values(row).returning(payloads.c.id)).scalar_one())


def ends(database, payload_id: int, *, signed: bool, at) -> None:
    outcome = {
        "payload_id": payload_id, "signed": signed, "reference": new_uuid(), "holder_uuid": new_uuid(),
        "device_uuid": new_uuid(), "origintype": "QR",
    }  # fmt: skip
    resolved = update(payloads).where(payloads.c.id == payload_id).values(opened_at=at, resolved_at=at)
    with database.begin() as tx:
        tx.execute(resolved)
        tx.execute(insert(payload_outcomes).values(outcome))


def a_delivery(database, app=SHOP, *, target_kind="webhook") -> int:
    row = {
        "app_uuid": app, "kind": "payload.resolved", "target_kind": target_kind, "target_uuid": new_uuid(),
        "subject": new_uuid(), "state": "delivered", "attempts": 1, "next_at": NOON, "created_at": NOON,
    }  # fmt: skip
    return did(database, lambda tx: tx.execute(insert(deliveries).values(row).returning(deliveries.c.id)).scalar_one())


def a_try(database, delivery_id: int, **values) -> None:
    row = {"delivery_id": delivery_id, "number": 1, "at": NOON, **values}
    did(database, lambda tx: tx.execute(insert(delivery_attempts).values(row)))


def a_sign_in(database, app=SHOP, *, at=NOON) -> None:
    row = {
        "uuid": new_uuid(), "app_uuid": app, "account": "rPEPPER", "auth_time": at, "acr": "1", "amr": ["wallet"],
        "shape": "oidc", "response_type": "code", "redirect_uri": "https://shop.example/back", "popup": False,
        "created_at": at,
    }  # fmt: skip
    did(database, lambda tx: tx.execute(insert(oauth_grants).values(row)))


def counted(database, *, now=AFTER, limit=stats.READ_AT_ONCE) -> int:
    """Count everything there is; return in how many steps."""
    steps = 0
    ahead = did(database, stats.look_ahead)
    for source in stats.SOURCES:
        while not (news := did(database, stats.read_news, source, ahead, now=now, limit=limit)).is_empty:
            assert did(database, stats.count, news)
            steps += 1
    return steps


def minutes_of(database, metric: str, app=SHOP) -> dict[int, int]:
    """Return the counts of a metric by the minutes after noon."""
    span = {"since": NOON - timedelta(days=3), "until": NOON + timedelta(days=3)}
    found = did(database, stats_store.counts_of, [app], [metric], resolution_s=60, step_s=60, **span)
    return {(start - to_ms(NOON)) // 60_000: n for (_, _, start), n in found.items() if n}


class TestCounting:
    def test_tells_calls_apart_by_app_minute_and_refusal(self, database):
        calls = [a_call(), a_call(), a_call(status=400), a_call(at=NOON + MINUTE), a_call(CAFE)]
        calls_are_stored(database, *calls)

        counted(database)

        assert minutes_of(database, metrics.CALLS_ANSWERED) == {0: 2, 1: 1}
        assert minutes_of(database, metrics.CALLS_REFUSED) == {0: 1}
        assert minutes_of(database, metrics.CALLS_ANSWERED, CAFE) == {0: 1}
        assert did(database, stats.last_calls, [SHOP, CAFE, new_uuid()]) == {SHOP: NOON + MINUTE, CAFE: NOON}

    def test_keeps_the_last_call_when_earlier_ones_come_late(self, database):
        calls_are_stored(database, a_call(at=NOON + MINUTE))
        counted(database)

        calls_are_stored(database, a_call())
        counted(database)

        assert did(database, stats.last_calls, [SHOP]) == {SHOP: NOON + MINUTE}

    def test_follows_requests_from_their_making_to_their_end(self, database):
        signed, rejected, _ = a_payload(database), a_payload(database), a_payload(database)
        cancelled = a_payload(database, cancelled_at=NOON + timedelta(seconds=20))
        ends(database, signed, signed=True, at=NOON + timedelta(seconds=7))
        ends(database, rejected, signed=False, at=NOON + timedelta(minutes=2))

        counted(database)

        assert cancelled
        assert minutes_of(database, metrics.MADE) == {0: 4}
        assert minutes_of(database, metrics.SIGNED) == {0: 1}
        assert minutes_of(database, metrics.REJECTED) == {2: 1}
        assert minutes_of(database, metrics.CANCELLED) == {0: 1}
        assert minutes_of(database, metrics.DUE) == {1: 1}
        assert minutes_of(database, metrics.time_to_sign(metrics.TIME_TO_SIGN_MS.index(8000))) == {0: 1}

    def test_takes_an_expiry_back_when_somebody_signs_who_had_opened_in_time(self, database):
        late = a_payload(database)
        counted(database)
        assert minutes_of(database, metrics.DUE) == {1: 1}

        ends(database, late, signed=True, at=NOON + timedelta(minutes=5))
        counted(database)

        assert minutes_of(database, metrics.DUE) == {}
        assert minutes_of(database, metrics.SIGNED) == {5: 1}

    def test_passes_over_what_xapps_tell_people(self, database):
        a_payload(database, terms='{"tx_type":"SignIn","xapp":{"identifier":"a.b","title":"T","body":"B"}}')

        counted(database)

        assert minutes_of(database, metrics.MADE) == {}
        assert minutes_of(database, metrics.DUE) == {}

    def test_tells_sign_ins(self, database):
        a_sign_in(database)
        a_sign_in(database)
        a_sign_in(database, CAFE, at=NOON + MINUTE)

        counted(database)

        assert minutes_of(database, metrics.SIGN_INS) == {0: 2}
        assert minutes_of(database, metrics.SIGN_INS, CAFE) == {1: 1}

    @pytest.mark.parametrize(
        ("status", "latency_ms", "ok", "place"),
        [(204, 80, True, 2), (500, 16_000, False, 13), (None, 15_000, False, None), (302, 25, False, 0)],
    )
    def test_tells_tries_apart_by_what_came_of_them(self, database, status, latency_ms, ok, place):
        a_try(database, a_delivery(database), status=status, latency_ms=latency_ms)
        a_try(database, a_delivery(database, target_kind="push"), status=201, latency_ms=10)

        counted(database)

        assert minutes_of(database, metrics.TRIES_OK) == ({0: 1} if ok else {})
        assert minutes_of(database, metrics.TRIES_FAILED) == ({} if ok else {0: 1})
        measured = {at for at, metric in enumerate(metrics.TRY_PLACES) if minutes_of(database, metric)}
        assert measured == (set() if place is None else {place})

    def test_fills_hours_beside_minutes(self, database):
        calls_are_stored(database, a_call(), a_call(at=NOON + 59 * MINUTE), a_call(at=NOON + 60 * MINUTE))

        counted(database)

        span = {"resolution_s": 3600, "step_s": 86_400, "since": NOON, "until": AFTER + MINUTE}
        hours = did(database, stats_store.counts_of, [SHOP], [metrics.CALLS_ANSWERED], **span)
        midnight = to_ms(NOON - timedelta(hours=12))
        assert hours == {(SHOP, metrics.CALLS_ANSWERED, midnight): 3}


class TestCountingOnce:
    def test_adds_nothing_when_nothing_came(self, database):
        calls_are_stored(database, a_call())
        a_payload(database)

        assert counted(database) == 2
        assert counted(database) == 0

    def test_goes_on_where_it_was(self, database):
        calls_are_stored(database, *[a_call() for _ in range(3)])
        counted(database)
        calls_are_stored(database, *[a_call() for _ in range(4)])
        counted(database)

        assert minutes_of(database, metrics.CALLS_ANSWERED) == {0: 7}

    def test_catches_up_in_steps(self, database):
        calls_are_stored(database, *[a_call() for _ in range(10)])
        for second in range(10):
            ends(database, a_payload(database), signed=True, at=NOON + timedelta(seconds=second))

        assert counted(database, limit=3) == 4 + 4 + 4

        assert minutes_of(database, metrics.CALLS_ANSWERED) == {0: 10}
        assert minutes_of(database, metrics.MADE) == {0: 10}
        assert minutes_of(database, metrics.SIGNED) == {0: 10}

    def test_keeps_what_ended_at_one_moment_together(self, database):
        for _ in range(5):
            ends(database, a_payload(database), signed=True, at=NOON)

        counted(database, limit=2)

        assert minutes_of(database, metrics.SIGNED) == {0: 5}

    def test_adds_once_however_many_read_the_same(self, database):
        calls_are_stored(database, *[a_call() for _ in range(5)])
        ready = Barrier(6)

        def count(_) -> bool:
            news = did(database, stats.read_news, "calls", did(database, stats.look_ahead), now=AFTER)
            ready.wait(15)
            return did(database, stats.count, news)

        with ThreadPoolExecutor(6) as six:
            assert sorted(six.map(count, range(6))) == [False] * 5 + [True]
        assert minutes_of(database, metrics.CALLS_ANSWERED) == {0: 5}

    def test_loses_nothing_when_a_process_dies_between_reading_and_writing(self, database):
        calls_are_stored(database, *[a_call() for _ in range(5)])
        news = did(database, stats.read_news, "calls", did(database, stats.look_ahead), now=AFTER)

        def dies(tx) -> None:
            assert stats.count(tx, news)
            raise RuntimeError("killed before the commit")

        with pytest.raises(RuntimeError):
            did(database, dies)

        assert counted(database) == 1

        assert minutes_of(database, metrics.CALLS_ANSWERED) == {0: 5}

    def test_begins_anew_where_a_table_was_emptied(self, database):
        calls_are_stored(database, *[a_call() for _ in range(5)])
        counted(database)

        did(database, lambda tx: tx.execute(delete(call_log)))
        counted(database)
        calls_are_stored(database, a_call(at=NOON + MINUTE))
        counted(database)

        assert minutes_of(database, metrics.CALLS_ANSWERED) == {0: 5, 1: 1}

    def test_leaves_what_may_still_get_company(self, database):
        ends(database, a_payload(database), signed=True, at=NOON)

        counted(database, now=NOON + LAG - timedelta(milliseconds=1))
        assert minutes_of(database, metrics.SIGNED) == {}

        counted(database, now=NOON + LAG)
        assert minutes_of(database, metrics.SIGNED) == {0: 1}

    def test_goes_on_when_the_clock_was_set_back(self, database):
        ends(database, a_payload(database), signed=True, at=NOON + timedelta(days=1))
        counted(database, now=NOON + timedelta(days=2))

        ends(database, a_payload(database), signed=True, at=NOON + MINUTE)
        counted(database, now=NOON)
        counted(database, now=AFTER)

        assert minutes_of(database, metrics.SIGNED) == {1: 1, 24 * 60: 1}


class TestNumbers:
    @pytest.fixture
    def engine_name(self):
        """PostgreSQL alone: on SQLite two writers never overlap."""
        return "postgresql"

    def test_wait_until_every_transaction_that_might_bring_a_lower_one_is_over(self, database):
        keys = {"calls": call_log.c.number}
        with database.begin() as early:
            access.log_calls(early, [a_call()])
            calls_are_stored(database, a_call(), a_call())
            ahead = did(database, look_ahead, keys)
            assert not ahead.is_settled(did(database, look_ahead, keys))

        assert ahead.is_settled(did(database, look_ahead, keys))

    def test_wait_for_one_that_began_late_and_took_its_number_early(self, database):
        keys = {"calls": call_log.c.number}
        with database.begin() as slow:
            with database.begin() as quick:
                stats_store.move_mark(quick, "calls", since=None, to=0)
                access.log_calls(slow, [a_call()])
                access.log_calls(quick, [a_call()])
            ahead = did(database, look_ahead, keys)
            assert not ahead.is_settled(did(database, look_ahead, keys))

    def test_do_not_wait_for_what_began_later(self, database):
        calls_are_stored(database, a_call(), a_call())
        ahead = did(database, look_ahead, {"calls": call_log.c.number})
        with database.begin() as later:
            access.log_calls(later, [a_call()])

            assert ahead.is_settled(did(database, look_ahead, {"calls": call_log.c.number}))


class TestForgetting:
    def test_keeps_minutes_for_two_days_and_hours_for_forty(self, database):
        calls_are_stored(database, a_call())
        counted(database)

        assert did(database, stats.forget_old, now=NOON + timedelta(days=2)) == 0
        assert did(database, stats.forget_old, now=NOON + timedelta(days=3)) == 1
        assert did(database, stats.forget_old, now=NOON + timedelta(days=40)) == 0
        assert did(database, stats.forget_old, now=NOON + timedelta(days=41)) == 1

    def test_goes_in_steps(self, database, monkeypatch):
        monkeypatch.setattr(stats, "FORGOTTEN_AT_ONCE", 2)
        calls_are_stored(database, *[a_call(at=NOON + number * MINUTE) for number in range(5)])
        counted(database)

        steps = [did(database, stats.forget_old, now=NOON + timedelta(days=3)) for _ in range(4)]

        assert steps == [2, 2, 1, 0]

    def test_counts_nothing_that_would_be_forgotten_at_once(self, database):
        calls_are_stored(database, a_call(at=NOON - timedelta(days=3)), a_call(at=NOON - timedelta(days=50)))

        counted(database, now=NOON)

        kept = did(database, lambda tx: tx.execute(app_stats.select()).all())
        assert [(row.resolution_s, row.count) for row in kept] == [(3600, 1)]
