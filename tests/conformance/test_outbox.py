"""The outbox's promises, on both engines: recorded together, claimed once, in order, and never lost."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from sealgate.apps import service as apps
from sealgate.apps import webhooks
from sealgate.apps.model import AppDraft
from sealgate.apps.webhook_model import EndpointDraft, EventKind, WebhookEndpoint
from sealgate.base.ids import new_uuid
from sealgate.delivery import queue, review, service, store
from sealgate.delivery.kinds import PayloadCancelled, PayloadOpened, PayloadRejected
from sealgate.delivery.model import Attempt, Claimed, NewEvent, Result
from sealgate.infra.bus import Bus, Event
from sealgate.infra.database import Database, Tx
from sealgate.infra.sealing import Sealer
from tests.conftest import NOON

OWNER, OTHER = new_uuid(), new_uuid()
MINUTE = timedelta(minutes=1)
REJECTED: tuple[EventKind, ...] = ("payload.rejected",)


def an_endpoint(database: Database, sealer: Sealer, *kinds: EventKind) -> WebhookEndpoint:
    """Register an app with one endpoint."""
    with database.begin() as tx:
        app = apps.create_app(tx, sealer, AppDraft(name="Corner Shop"), now=NOON).app
        draft = EndpointDraft(url="https://shop.example/hook", events=kinds or REJECTED)
        return webhooks.add_endpoint(tx, sealer, app.uuid, draft, now=NOON).endpoint


def rejected(payload_uuid: str | None = None) -> NewEvent:
    """Return an event about a payload."""
    uuid = payload_uuid or new_uuid()
    return NewEvent(uuid, PayloadRejected(payload_uuid=uuid, reference_call_uuid=new_uuid()))


def record(database: Database, app_uuid: str, *told: NewEvent, now: datetime = NOON) -> None:
    with database.begin() as tx:
        service.record_all(tx, app_uuid, told, now=now)


def claim(
    database: Database,
    *,
    now: datetime = NOON,
    owner: str = OWNER,
    limit: int = 100,
    per_target: int = 100,
    busy: Sequence[str] = (),
) -> list[Claimed]:
    with database.begin() as tx:
        return store.claim(
            tx, owner=owner, now=now, until=now + MINUTE, limit=limit, per_target=per_target, busy_targets=busy
        )


def settle(database: Database, *results: Result, owner: str = OWNER, now: datetime = NOON) -> None:
    with database.begin() as tx:
        store.settle(tx, results, owner=owner, now=now)


def delivered(claimed: Claimed) -> Result:
    attempt = Attempt(number=claimed.attempt, at=NOON, status=200, latency_ms=3, answer="thanks")
    return Result(id=claimed.id, state="delivered", attempt=attempt)


def refused(claimed: Claimed, *, again_at: datetime) -> Result:
    attempt = Attempt(number=claimed.attempt, at=NOON, status=500, latency_ms=3, answer="sorry")
    return Result(id=claimed.id, state="waiting", next_at=again_at, attempt=attempt)


class TestRecording:
    def test_stores_the_event_with_a_delivery_for_every_endpoint_that_asks(self, database, sealer):
        endpoint = an_endpoint(database, sealer)
        with database.begin() as tx:
            also = EndpointDraft(url="https://two.example/hook", events=("payload.rejected", "payload.signed"))
            other = EndpointDraft(url="https://three.example/hook", events=("payload.signed",))
            second = webhooks.add_endpoint(tx, sealer, endpoint.app_uuid, also, now=NOON).endpoint
            webhooks.add_endpoint(tx, sealer, endpoint.app_uuid, other, now=NOON)

        record(database, endpoint.app_uuid, rejected())

        claimed = claim(database)
        assert {one.target_uuid for one in claimed} == {endpoint.uuid, second.uuid}
        assert len({one.event.id for one in claimed if one.event}) == 1

    def test_leaves_nothing_behind_where_the_transaction_fails(self, database, sealer):
        endpoint = an_endpoint(database, sealer)

        def record_and_fail() -> None:
            with database.begin() as tx:
                service.record_all(tx, endpoint.app_uuid, (rejected(),), now=NOON)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            record_and_fail()

        assert claim(database) == []

    @pytest.mark.anyio
    async def test_happens_once_where_a_neighbour_in_the_batch_fails(self, live_database, sealer):
        endpoint = an_endpoint(live_database, sealer)

        def fail(tx: Tx) -> None:
            service.record_all(tx, endpoint.app_uuid, (rejected(),), now=NOON)
            raise ZeroDivisionError

        def store_one(tx: Tx) -> None:
            service.record_all(tx, endpoint.app_uuid, (rejected(),), now=NOON)

        # They wait for the writer at once, so most share a transaction on SQLite, which is taken back and run again.
        jobs = [store_one, store_one, fail, store_one] * 8
        outcomes = await asyncio.gather(*(live_database.write(job) for job in jobs), return_exceptions=True)

        assert [type(outcome) for outcome in outcomes].count(ZeroDivisionError) == 8
        assert len(claim(live_database)) == 24

    def test_is_announced_after_the_commit_alone(self, database, bus: Bus, sealer):
        endpoint = an_endpoint(database, sealer)
        heard: list[Event] = []
        for topic in ("outbox", f"app-events:{endpoint.app_uuid}"):
            bus.listen(topic, heard.append)

        with database.begin() as tx:
            service.record_all(tx, endpoint.app_uuid, (rejected(),), now=NOON)
            before = list(heard)

        assert before == []
        assert {event.topic for event in heard} == {"outbox", f"app-events:{endpoint.app_uuid}"}

    def test_of_what_few_want_to_know_happens_for_those_who_ask(self, database, sealer):
        silent = an_endpoint(database, sealer)
        asking = an_endpoint(database, sealer, "payload.opened")

        for endpoint in (silent, asking):
            uuid = new_uuid()
            record(database, endpoint.app_uuid, NewEvent(uuid, PayloadOpened(payload_uuid=uuid)))

        assert [one.target_uuid for one in claim(database)] == [asking.uuid]
        with database.begin() as tx:
            assert store.events_after(tx, silent.app_uuid, after=0, limit=10) == []

    def test_of_what_few_want_to_know_happens_while_somebody_follows(self, database, sealer):
        app_uuid = an_endpoint(database, sealer).app_uuid
        with database.begin() as tx:
            store.note_listener(tx, app_uuid, until=NOON + MINUTE)

        for moment in (NOON, NOON + 2 * MINUTE):
            uuid = new_uuid()
            record(database, app_uuid, NewEvent(uuid, PayloadCancelled(payload_uuid=uuid)), now=moment)

        with database.begin() as tx:
            found = store.events_after(tx, app_uuid, after=0, limit=10)
        assert [(event.kind, event.created_at) for event in found] == [("payload.cancelled", NOON)]


class TestClaiming:
    def test_gives_each_delivery_to_one_however_many_ask(self, database, sealer):
        endpoint = an_endpoint(database, sealer)
        record(database, endpoint.app_uuid, *(rejected() for _ in range(60)))
        ready = threading.Barrier(8)

        def take(_: int) -> list[int]:
            ready.wait()
            return [one.id for one in claim(database, owner=new_uuid(), limit=20)]

        with ThreadPoolExecutor(8) as eight:
            taken = [id_ for ids in eight.map(take, range(8)) for id_ in ids]

        taken += [one.id for one in claim(database)]
        assert len(taken) == len(set(taken)) == 60

    def test_gives_it_to_nobody_else_before_the_lease_ends(self, database, sealer):
        endpoint = an_endpoint(database, sealer)
        record(database, endpoint.app_uuid, rejected())

        first = claim(database)
        too_early = claim(database, owner=OTHER, now=NOON + MINUTE - timedelta(milliseconds=1))
        after_a_crash = claim(database, owner=OTHER, now=NOON + MINUTE)

        assert (len(first), too_early, len(after_a_crash)) == (1, [], 1)
        assert after_a_crash[0].event == first[0].event
        assert after_a_crash[0].attempt == 1

    def test_keeps_the_order_of_one_payload_at_one_endpoint(self, database, sealer):
        endpoint = an_endpoint(database, sealer)
        uuid = new_uuid()
        record(database, endpoint.app_uuid, rejected(uuid), rejected(), rejected(uuid))

        first = claim(database)
        settle(database, *(refused(one, again_at=NOON + MINUTE) for one in first))
        meanwhile = claim(database)
        again = claim(database, now=NOON + MINUTE)
        settle(database, *(delivered(one) for one in again), now=NOON + MINUTE)
        last = claim(database, now=NOON + MINUTE)

        assert [one.id for one in first] == [one.id for one in again]
        assert (len(first), meanwhile, len(last)) == (2, [], 1)
        assert last[0].subject == uuid

    def test_lets_another_endpoint_go_on_meanwhile(self, database, sealer):
        one = an_endpoint(database, sealer)
        with database.begin() as tx:
            draft = EndpointDraft(url="https://two.example/hook", events=REJECTED)
            two = webhooks.add_endpoint(tx, sealer, one.app_uuid, draft, now=NOON).endpoint
        uuid = new_uuid()
        record(database, one.app_uuid, rejected(uuid), rejected(uuid))
        first = {claimed.target_uuid: claimed for claimed in claim(database)}

        settle(database, delivered(first[two.uuid]), refused(first[one.uuid], again_at=NOON + MINUTE))

        assert [claimed.target_uuid for claimed in claim(database)] == [two.uuid]

    def test_takes_a_few_of_each_target_and_none_of_a_busy_one(self, database, sealer):
        crowded, quiet, busy = (an_endpoint(database, sealer) for _ in range(3))
        record(database, busy.app_uuid, *(rejected() for _ in range(5)))
        record(database, crowded.app_uuid, *(rejected() for _ in range(30)))
        record(database, quiet.app_uuid, rejected())

        claimed = claim(database, per_target=4, busy=[busy.uuid])

        assert sorted(one.target_uuid for one in claimed) == sorted([crowded.uuid] * 4 + [quiet.uuid])

    def test_finds_others_behind_the_backlog_of_one(self, database, sealer):
        hoarder, other = an_endpoint(database, sealer), an_endpoint(database, sealer)
        record(database, hoarder.app_uuid, *(rejected() for _ in range(store.CLAIM_WINDOW + 10)))
        record(database, other.app_uuid, rejected(), now=NOON + timedelta(seconds=1))

        now = NOON + timedelta(seconds=1)
        first = claim(database, per_target=8, now=now)
        second = claim(database, per_target=8, busy=[hoarder.uuid], now=now)

        assert {one.target_uuid for one in first} == {hoarder.uuid}
        assert [one.target_uuid for one in second] == [other.uuid]


class TestSettling:
    def test_counts_tries_and_keeps_each(self, database, sealer):
        endpoint = an_endpoint(database, sealer)
        record(database, endpoint.app_uuid, rejected())
        (first,) = claim(database)
        settle(database, refused(first, again_at=NOON + MINUTE))
        (second,) = claim(database, now=NOON + MINUTE)

        settle(database, delivered(second), now=NOON + MINUTE)

        assert (first.attempt, second.attempt) == (1, 2)
        assert claim(database, now=NOON + timedelta(days=9)) == []
        with database.begin() as tx:
            shown, attempts = review.get_delivery(tx, endpoint.app_uuid, first.id)
        assert (shown.state, shown.attempts, shown.finished_at) == ("delivered", 2, NOON + MINUTE)
        assert [(one.number, one.status, one.answer) for one in attempts] == [(1, 500, "sorry"), (2, 200, "thanks")]

    def test_of_a_lost_lease_changes_nothing_but_is_kept_as_a_try(self, database, sealer):
        endpoint = an_endpoint(database, sealer)
        record(database, endpoint.app_uuid, rejected())
        (stale,) = claim(database)
        (taken_over,) = claim(database, owner=OTHER, now=NOON + MINUTE)

        settle(database, delivered(stale), now=NOON + MINUTE)

        with database.begin() as tx:
            shown, attempts = review.get_delivery(tx, endpoint.app_uuid, stale.id)
        assert (shown.state, shown.sending, len(attempts)) == ("waiting", True, 1)
        settle(database, delivered(taken_over), owner=OTHER, now=NOON + MINUTE)
        with database.begin() as tx:
            assert review.get_delivery(tx, endpoint.app_uuid, stale.id)[0].state == "delivered"

    def test_gives_back_what_was_not_sent(self, database, sealer):
        endpoint = an_endpoint(database, sealer)
        record(database, endpoint.app_uuid, rejected())
        (claimed,) = claim(database)

        settle(database, Result(id=claimed.id, state="waiting", next_at=NOON))

        (again,) = claim(database, owner=OTHER)
        assert (again.id, again.attempt) == (claimed.id, 1)

    def test_many_processes_at_once_never_wait_for_each_other(self, database, sealer):
        endpoint = an_endpoint(database, sealer)
        record(database, endpoint.app_uuid, *(rejected() for _ in range(120)))
        done: list[int] = []

        def work(_: int) -> None:
            owner = new_uuid()
            results: list[Result] = []
            while True:
                ask = queue.Ask(owner=owner, limit=10, per_target=10, until=NOON + MINUTE)
                with database.begin() as tx:
                    turn = queue.take_turn(tx, ask, results, now=NOON)
                done.extend(result.id for result in results)
                results = [delivered(one) for one in turn.claimed]
                if not results:
                    return

        with ThreadPoolExecutor(6) as six:
            list(six.map(work, range(6)))

        assert len(done) == len(set(done)) == 120


class TestHolding:
    def test_keeps_what_waits_for_a_paused_endpoint_until_it_is_resumed(self, database, sealer):
        endpoint = an_endpoint(database, sealer)
        record(database, endpoint.app_uuid, rejected(), rejected())
        first, _ = claim(database)
        with database.begin() as tx:
            webhooks.pause_endpoint(tx, endpoint.uuid, "asked", now=NOON)
            held = [Result(id=one, state="held") for one in (first.id, first.id + 1)]
            ask = queue.Ask(owner=OWNER, limit=9, per_target=9, until=NOON + MINUTE)
            turn = queue.take_turn(tx, ask, held, held=[endpoint.uuid], now=NOON)
            still = queue.release_resumed(tx, now=NOON)
        record(database, endpoint.app_uuid, rejected())

        with database.begin() as tx:
            assert store.backlog(tx, now=NOON).held == 2
            webhooks.resume_endpoint(tx, endpoint.app_uuid, endpoint.uuid)
            released = queue.release_for_app(tx, endpoint.app_uuid, now=NOON)

        assert (turn.claimed, still, released) == ([], 0, 2)
        assert len(claim(database)) == 3

    def test_ends_where_the_endpoint_is_gone(self, database, sealer):
        endpoint = an_endpoint(database, sealer)
        record(database, endpoint.app_uuid, rejected())
        (claimed,) = claim(database)
        with database.begin() as tx:
            store.settle(tx, [Result(id=claimed.id, state="held")], owner=OWNER, now=NOON)
            store.hold(tx, endpoint.uuid, until=NOON + timedelta(days=1))
            webhooks.remove_endpoint(tx, endpoint.app_uuid, endpoint.uuid)

            assert queue.release_resumed(tx, now=NOON) == 1

        assert len(claim(database)) == 1

    def test_puts_off_what_is_due_for_a_silent_target(self, engine_name, database, sealer):
        silent, other = an_endpoint(database, sealer), an_endpoint(database, sealer)
        for endpoint in (silent, other):
            record(database, endpoint.app_uuid, rejected(), rejected())

        with database.begin() as tx:
            if engine_name == "postgresql":  # the plan that looks for the rows again with each row of the table
                for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material"):
                    tx.execute(text(f"SET LOCAL enable_{way} = off"))
            store.put_off(tx, silent.uuid, now=NOON, until=NOON + MINUTE, limit=1)

        assert sorted(one.target_uuid for one in claim(database)) == sorted([silent.uuid, other.uuid, other.uuid])
        with database.begin() as tx:
            assert store.next_due(tx, after=NOON) == NOON + MINUTE


class TestFollowing:
    def test_leaves_no_event_out_that_is_committed_late(self, engine_name, database, sealer):
        if engine_name == "sqlite":
            pytest.skip("there is one writer at a time")
        app_uuid = an_endpoint(database, sealer).app_uuid
        with database.begin() as slow:
            service.record_all(slow, app_uuid, (rejected(),), now=NOON)
            record(database, app_uuid, rejected())
            with database.begin() as tx:
                meanwhile = store.events_after(tx, app_uuid, after=0, limit=10)
                last = store.last_seq(tx, app_uuid)

        with database.begin() as tx:
            afterwards = store.events_after(tx, app_uuid, after=0, limit=10)
        assert (meanwhile, last, len(afterwards)) == ([], 0, 2)


class TestLeases:
    def test_last_for_as_long_as_they_are_renewed(self, database, sealer):
        endpoint = an_endpoint(database, sealer)
        record(database, endpoint.app_uuid, rejected(), rejected())
        mine, given_up = claim(database)

        with database.begin() as tx:
            renewed = store.renew(tx, [mine.id], owner=OWNER, until=NOON + 2 * MINUTE)

        assert renewed == {mine.id}
        taken = claim(database, owner=OTHER, now=NOON + MINUTE)
        assert [one.id for one in taken] == [given_up.id]
        with database.begin() as tx:
            assert store.renew(tx, [mine.id, given_up.id], owner=OWNER, until=NOON + 3 * MINUTE) == {mine.id}

    def test_end_at_once_where_nobody_else_is_left(self, database, sealer):
        endpoint = an_endpoint(database, sealer)
        record(database, endpoint.app_uuid, rejected())
        claim(database)

        with database.begin() as tx:
            recovered = queue.recover(tx, now=NOON)

        assert (recovered, len(claim(database, owner=OTHER))) == (1, 1)


class TestPruning:
    def test_deletes_what_is_old_and_finished_with_its_tries(self, database, sealer):
        endpoint = an_endpoint(database, sealer)
        record(database, endpoint.app_uuid, rejected(), rejected())
        old, waiting = claim(database)
        settle(database, delivered(old), Result(id=waiting.id, state="waiting", next_at=NOON + MINUTE))
        later = NOON + timedelta(days=30, milliseconds=1)
        record(database, endpoint.app_uuid, rejected(), now=later)

        with database.begin() as tx:
            service.prune(tx, now=later, days=30)

            left = store.events_after(tx, endpoint.app_uuid, after=0, limit=10)
        assert [event.id for event in left][:1] == [waiting.event.id if waiting.event else None]
        assert len(left) == 2
        assert len(claim(database, now=later)) == 2

    def test_never_gives_a_number_twice(self, database, sealer):
        endpoint = an_endpoint(database, sealer, "payload.signed")
        record(database, endpoint.app_uuid, rejected())
        later = NOON + timedelta(days=31)
        with database.begin() as tx:
            (last,) = store.events_after(tx, endpoint.app_uuid, after=0, limit=10)
            service.prune(tx, now=later, days=30)

        record(database, endpoint.app_uuid, rejected(), now=later)

        with database.begin() as tx:
            (fresh,) = store.events_after(tx, endpoint.app_uuid, after=0, limit=10)
        assert fresh.seq > last.seq
