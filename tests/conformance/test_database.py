"""The promises of the database, on both engines."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from sealgate.base.errors import SealgateError, Unavailable
from sealgate.base.settings import Settings
from sealgate.infra.bus import Event, LocalBus
from sealgate.infra.database import Database, Tx, insert_if_new
from sealgate.infra.hot import HotStatement

pytestmark = pytest.mark.anyio

things = Table(
    "things",
    MetaData(),
    Column("name", Text, primary_key=True),
    Column("number", Integer, nullable=False, default=None),
    Column("spent_by", Integer),
)


class Refusal(SealgateError):
    """A refusal of the domain."""


@pytest.fixture(autouse=True)
def table(database: Database) -> None:
    with database.begin() as tx:
        things.metadata.create_all(tx.connection)


def add(tx: Tx, name: str, *, number: int = 0) -> str:
    tx.execute(insert(things).values(name=name, number=number))
    tx.emit(Event("things", "added", {"name": name}))
    return name


def add_and_raise(tx: Tx, name: str) -> None:
    add(tx, name)
    raise Refusal(detail=name)


def refuse(_tx: Tx) -> None:
    raise Refusal


def names(tx: Tx) -> list[str]:
    return list(tx.execute(select(things.c.name).order_by(things.c.name)).scalars())


class TestWrite:
    async def test_returns_the_value_once_every_later_transaction_sees_the_row(self, live_database):
        assert await live_database.write(add, "a", number=7) == "a"

        assert await live_database.read(names) == ["a"]
        with live_database.begin() as tx:
            assert names(tx) == ["a"]

    async def test_stores_what_many_callers_bring_at_once(self, live_database):
        await asyncio.gather(*(live_database.write(add, f"{n:03}") for n in range(200)))

        assert await live_database.read(names) == [f"{n:03}" for n in range(200)]

    async def test_gives_each_caller_its_own_error_and_keeps_its_neighbours(self, live_database):
        calls = [add_and_raise if n % 5 == 3 else add for n in range(40)]

        outcomes = await asyncio.gather(
            *(live_database.write(fn, f"{n:03}") for n, fn in enumerate(calls)), return_exceptions=True
        )

        good = [f"{n:03}" for n in range(40) if n % 5 != 3]
        assert [outcome for outcome in outcomes if isinstance(outcome, str)] == good
        assert [e.detail for e in outcomes if isinstance(e, Refusal)] == [f"{n:03}" for n in range(3, 40, 5)]
        assert await live_database.read(names) == good

    async def test_keeps_neighbours_of_one_that_raises_before_its_first_write(self, live_database):
        outcomes = await asyncio.gather(
            live_database.write(add, "a"), live_database.write(refuse), live_database.write(add, "b"),
            return_exceptions=True,
        )  # fmt: skip

        assert isinstance(outcomes[1], Refusal)
        assert await live_database.read(names) == ["a", "b"]

    async def test_keeps_neighbours_of_one_that_breaks_a_constraint(self, live_database):
        outcomes = await asyncio.gather(
            *(live_database.write(add, name) for name in ("a", "b", "a", "c")), return_exceptions=True
        )

        # On PostgreSQL either of the two may come first.
        assert [type(outcome) for outcome in outcomes].count(IntegrityError) == 1
        assert await live_database.read(names) == ["a", "b", "c"]

    async def test_survives_whatever_a_function_raises(self, live_database):
        def raising(tx, error):
            add(tx, "x")
            raise error

        for error in (ValueError("x"), StopIteration(), RecursionError(), MemoryError(), asyncio.CancelledError()):
            with pytest.raises((type(error), RuntimeError)):
                await live_database.write(raising, error)

        await live_database.write(add, "a")
        assert await live_database.read(names) == ["a"]

    async def test_survives_a_caller_that_gives_up_waiting(self, live_database):
        def slow_add(tx):
            time.sleep(0.2)
            add(tx, "slow")

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(live_database.write(slow_add), 0.01)
        await live_database.write(add, "a")
        await asyncio.sleep(0.3)

        assert await live_database.read(names) == ["a", "slow"]

    async def test_commits_though_a_function_left_a_result_half_read(self, live_database):
        def leave_open(tx):
            return tx.execute(insert(things).values(name="a", number=0).returning(things.c.name))

        await live_database.write(leave_open)

        assert await live_database.read(names) == ["a"]

    async def test_does_not_wait_on_the_event_loop(self, live_database):
        ticks = 0

        async def tick():
            nonlocal ticks
            while True:
                await asyncio.sleep(0.005)
                ticks += 1

        ticking = asyncio.create_task(tick())
        await live_database.write(lambda tx: time.sleep(0.3))
        ticking.cancel()

        assert ticks > 3  # a loop that is held up counts none

    async def test_needs_a_started_database(self, database):
        with pytest.raises(RuntimeError, match="start"):
            await database.write(add, "a")


class TestEvents:
    async def test_leave_after_the_commit_and_before_the_caller_goes_on(self, live_database, bus):
        seen_at_arrival: list[list[str]] = []

        async def listen(subscription):
            async for event in subscription:
                assert event.data["name"] in await live_database.read(names)
                seen_at_arrival.append(await live_database.read(names))

        async with bus.subscribe("things") as subscription:
            listening = asyncio.create_task(listen(subscription))
            for n in range(20):
                await live_database.write(add, f"{n:03}")
            await asyncio.sleep(0.1)
        await listening
        assert len(seen_at_arrival) == 20

    async def test_are_queued_for_listeners_when_the_write_returns(self, live_database, bus):
        async with bus.subscribe("things") as subscription:
            await live_database.write(add, "a")

            async with asyncio.timeout(0.05):
                assert await subscription.get() == Event("things", "added", {"name": "a"})

    async def test_of_a_function_that_raises_never_leave_and_others_leave_once(self, live_database, bus):
        async with bus.subscribe("things") as subscription:
            await asyncio.gather(
                *(live_database.write(add_and_raise if n % 3 == 0 else add, f"{n:02}") for n in range(30)),
                return_exceptions=True,
            )
            await live_database.write(add, "last")

            heard = [(await subscription.get()).data["name"] for _ in range(21)]
        assert sorted(heard) == [f"{n:02}" for n in range(30) if n % 3] + ["last"]

    async def test_leave_a_begun_transaction_when_it_is_committed_and_not_when_it_raises(self, live_database, bus):
        async with bus.subscribe("things") as subscription:

            def in_another_thread():
                with live_database.begin() as tx:
                    add(tx, "a")
                with pytest.raises(Refusal), live_database.begin() as tx:
                    add_and_raise(tx, "b")
                with live_database.begin() as tx:
                    add(tx, "c")

            await asyncio.to_thread(in_another_thread)

            assert [(await asyncio.wait_for(subscription.get(), 5)).data["name"] for _ in range(2)] == ["a", "c"]


class TestRead:
    async def test_sees_everything_committed_before_it_was_asked_for(self, live_database):
        for n in range(50):
            await live_database.write(add, f"{n:03}")
            assert len(await live_database.read(names)) == n + 1

    async def test_raises_what_its_function_raises_and_serves_the_others(self, live_database):
        await live_database.write(add, "a")

        outcomes = await asyncio.gather(
            live_database.read(names), live_database.read(refuse), live_database.read(names), return_exceptions=True
        )

        assert outcomes[0] == outcomes[2] == ["a"]
        assert isinstance(outcomes[1], Refusal)

    async def test_cannot_write(self, live_database):
        with pytest.raises(Exception, match=r"(?i)read-?only"):
            await live_database.read(add, "a")

        assert await live_database.read(names) == []
        await live_database.check()

    async def test_that_leaves_a_result_half_read_does_not_hold_later_reads_back(self, live_database):
        await live_database.write(add, "a")
        await live_database.write(add, "b")
        await live_database.read(lambda tx: tx.execute(select(things)))

        await live_database.write(add, "c")

        assert await live_database.read(names) == ["a", "b", "c"]

    async def test_goes_on_while_a_write_takes_its_time(self, live_database):
        release = threading.Event()
        writing = asyncio.create_task(live_database.write(lambda tx: release.wait(5)))
        await asyncio.sleep(0.05)

        assert await asyncio.wait_for(live_database.read(names), 1) == []
        release.set()
        await writing


class TestBegin:
    def test_commits_at_the_end_and_rolls_back_when_the_block_raises(self, database):
        with database.begin() as tx:
            add(tx, "a")
        with pytest.raises(Refusal), database.begin() as tx:
            add_and_raise(tx, "b")

        with database.begin() as tx:
            assert names(tx) == ["a"]

    async def test_takes_turns_with_the_writer(self, live_database):
        def count_up():
            with live_database.begin() as tx:
                tx.execute(update(things).where(things.c.name == "a").values(number=things.c.number + 1))

        await live_database.write(add, "a")
        await asyncio.gather(
            *(asyncio.to_thread(count_up) for _ in range(20)),
            *(
                live_database.write(lambda tx: tx.execute(update(things).values(number=things.c.number + 1)) and None)
                for _ in range(20)
            ),
        )

        assert await live_database.read(lambda tx: tx.execute(select(things.c.number)).scalar_one()) == 40


def spend(tx: Tx, who: int) -> bool:
    done = tx.execute(
        update(things)
        .where(things.c.name == "ticket", things.c.spent_by.is_(None))
        .values(spent_by=who)
        .returning(things.c.name)
    )
    return done.one_or_none() is not None


class TestSingleUse:
    @pytest.mark.parametrize("many", [8, 100])
    def test_one_conditional_statement_has_one_winner_among_overlapping_transactions(self, database, many):
        with database.begin() as tx:
            add(tx, "ticket")

        def attempt(who):
            with database.begin() as tx:
                won = spend(tx, who)
                time.sleep(0.02)  # hold the transaction open, so that they overlap
                return won

        with ThreadPoolExecutor(many) as threads:
            assert sorted(threads.map(attempt, range(many))) == [False] * (many - 1) + [True]

    async def test_one_conditional_statement_has_one_winner_among_writes(self, live_database):
        await live_database.write(add, "ticket")

        assert sum(await asyncio.gather(*(live_database.write(spend, n) for n in range(100)))) == 1

    @pytest.mark.parametrize("many", [8, 100])
    def test_insert_if_new_has_one_winner_among_overlapping_transactions(self, database, many):
        def attempt(who):
            with database.begin() as tx:
                won = insert_if_new(tx, things, {"name": "a", "number": who})
                time.sleep(0.02)
                return won

        with ThreadPoolExecutor(many) as threads:
            won = list(threads.map(attempt, range(many)))

        assert sorted(won) == [False] * (many - 1) + [True]
        with database.begin() as tx:
            assert tx.execute(select(things.c.number)).scalar_one() == won.index(True)


class TestBackPressure:
    async def test_a_full_queue_refuses_at_once_and_says_when_to_come_back(self, settings, table):
        tight = Database.open(_with(settings, write_queue=4), LocalBus())
        await tight.start()
        release = threading.Event()
        busy = [asyncio.create_task(tight.write(lambda tx: release.wait(10))) for _ in range(64)]
        await asyncio.sleep(0.1)

        outcomes = [task.exception() for task in busy if task.done()]
        assert outcomes
        assert all(isinstance(outcome, Unavailable) and outcome.headers["retry-after"] == "1" for outcome in outcomes)
        release.set()
        done = await asyncio.gather(*busy, return_exceptions=True)
        assert done.count(True) == 64 - len(outcomes)
        await tight.write(add, "a")
        assert await tight.read(names) == ["a"]
        await tight.close()


class TestClose:
    async def test_finishes_what_waits_and_refuses_what_comes_later(self, database):
        await database.start()
        waiting = [asyncio.create_task(database.write(add, f"{n:02}")) for n in range(50)]
        await asyncio.sleep(0)

        await database.close()

        assert [await task for task in waiting] == [f"{n:02}" for n in range(50)]
        with pytest.raises(Unavailable):
            await database.write(add, "late")
        with database.begin() as tx:
            assert len(names(tx)) == 50

    async def test_may_be_called_twice(self, live_database):
        await live_database.close()
        await live_database.close()


class TestHotStatements:
    insert = HotStatement(insert(things))
    find = HotStatement(select(things).where(things.c.name == bindparam("name")))
    spend = HotStatement(
        update(things)
        .where(things.c.name == bindparam("which"), things.c.spent_by.is_(None))
        .values(spent_by=bindparam("who"))
        .returning(things.c.name, things.c.spent_by)
    )
    count = HotStatement(select(func.count().label("many")).select_from(things).where(things.c.number > 5))

    def test_do_what_the_core_statement_does(self, tx):
        self.insert.run(tx, name="a", number=6, spent_by=None)
        self.insert.run(tx, name="b", number=5, spent_by=None)

        (row,) = self.find.run(tx, name="a").rows
        assert (row.name, row.number, row.spent_by) == tuple(
            tx.execute(select(things).where(things.c.name == "a")).one()
        )
        assert self.find.run(tx, name="c").one_or_none() is None
        assert self.count.run(tx).rows[0].many == 1

    def test_tell_how_many_rows_changed(self, tx):
        self.insert.run(tx, name="a", number=6, spent_by=None)

        assert self.spend.run(tx, which="a", who=1).rows == [("a", 1)]
        assert self.spend.run(tx, which="a", who=2).rows == []

    def test_refuse_missing_and_unknown_parameters(self, tx):
        with pytest.raises(TypeError, match="number"):
            self.insert.run(tx, name="a", spent_by=None)
        with pytest.raises(TypeError, match="colour"):
            self.find.run(tx, name="a", colour="red")

    def test_raise_what_core_raises_without_showing_values(self, database):
        with database.begin() as tx:
            self.insert.run(tx, name="a", number=1, spent_by=None)
        with pytest.raises(IntegrityError) as caught, database.begin() as tx:
            self.insert.run(tx, name="a", number=424242, spent_by=None)

        assert "424242" not in str(caught.value)

    def test_with_several_rows_where_one_is_expected_is_an_error(self, tx):
        for name in "ab":
            self.insert.run(tx, name=name, number=9, spent_by=None)

        with pytest.raises(LookupError):
            HotStatement(select(things)).run(tx).one_or_none()

    def test_refuse_what_only_core_can_do(self, tx):
        with pytest.raises(TypeError, match="list"):
            HotStatement(select(things).where(things.c.name.in_(["a"]))).run(tx)
        defaulted = Table("defaulted", MetaData(), Column("a", Integer), Column("b", Integer, default=3))
        with pytest.raises(TypeError, match="default"):
            HotStatement(insert(defaulted), columns=["a"]).run(tx, a=1)


def _with(settings: Settings, **changes: object) -> Settings:
    import msgspec

    return msgspec.structs.replace(settings, **changes)
