"""What holds on SQLite only: group commit, full disks, locked and damaged files."""

import asyncio
import contextlib
import os
import resource
import sqlite3
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, LargeBinary, MetaData, Table, Text, insert, select

from sealgate.base.errors import SealgateError, Unavailable
from sealgate.base.settings import Settings
from sealgate.infra import sqlite
from sealgate.infra.bus import Event, LocalBus
from sealgate.infra.database import Database, Tx
from sealgate.infra.errors import DatabaseDamaged, DataFolderUnusable
from sealgate.infra.metrics import WRITE_BATCH
from sealgate.infra.schema import load_tables, metadata

pytestmark = pytest.mark.anyio

things = Table("things", MetaData(), Column("name", Text, primary_key=True), Column("bulk", LargeBinary))


def add(tx: Tx, name: str, size: int = 0) -> None:
    tx.execute(insert(things).values(name=name, bulk=os.urandom(size)))
    tx.emit(Event("things", "added", {"name": name}))


def names(tx: Tx) -> list[str]:
    return list(tx.execute(select(things.c.name).order_by(things.c.name)).scalars())


@pytest.fixture
def bus() -> LocalBus:
    return LocalBus()


@pytest.fixture
async def database(tmp_path: Path, bus: LocalBus) -> AsyncIterator[Database]:
    opened = Database.open(Settings(data_dir=str(tmp_path)), bus)
    with opened.begin() as tx:
        things.metadata.create_all(tx.connection)
    await opened.start()
    yield opened
    await opened.close()


def pragma(tx: Tx, name: str) -> Any:
    return tx.exec_driver_sql(f"PRAGMA {name}").scalar_one()


class TestConnections:
    async def test_write_ahead_and_sync_every_commit(self, database):
        for run in (database.write, database.read):
            assert await run(pragma, "journal_mode") == "wal"
            assert await run(pragma, "synchronous") == 2  # FULL
            assert await run(pragma, "foreign_keys") == 1

    async def test_make_files_that_only_the_owner_reads(self, database, tmp_path):
        await database.write(add, "a")

        assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("sealgate.db*")} == {0o600}


class TestGroupCommit:
    async def test_callers_that_wait_together_share_one_commit(self, database):
        release = threading.Event()
        first = asyncio.create_task(database.write(lambda tx: release.wait(5)))
        await asyncio.sleep(0.05)
        waiting = [asyncio.create_task(database.write(add, f"{n:02}")) for n in range(50)]
        await asyncio.sleep(0.05)
        before = WRITE_BATCH.total, sum(WRITE_BATCH.counts)

        release.set()
        await asyncio.gather(first, *waiting)

        after = WRITE_BATCH.total, sum(WRITE_BATCH.counts)
        assert (after[0] - before[0], after[1] - before[1]) == (50, 1)

    async def test_a_refusal_after_a_statement_that_changed_nothing_does_not_run_the_others_again(self, database):
        runs: list[str] = []

        def counted_add(tx, name):
            runs.append(name)
            add(tx, name)

        def lose(tx):
            tx.execute(things.update().where(things.c.name == "nobody").values(bulk=b"").returning(things.c.name)).all()
            raise SealgateError

        outcomes = await asyncio.gather(
            database.write(counted_add, "a"), database.write(lose), database.write(counted_add, "b"),
            return_exceptions=True,
        )  # fmt: skip

        assert isinstance(outcomes[1], SealgateError)
        assert runs == ["a", "b"]

    async def test_a_table_made_by_a_function_that_then_raises_is_gone(self, database):
        def make_table_and_raise(tx):
            tx.exec_driver_sql("CREATE TABLE half_done (a)")
            raise SealgateError

        outcomes = await asyncio.gather(
            database.write(add, "a"), database.write(make_table_and_raise), return_exceptions=True
        )

        assert isinstance(outcomes[1], SealgateError)
        tables = "SELECT name FROM sqlite_master WHERE name = 'half_done'"
        assert await database.read(lambda tx: tx.exec_driver_sql(tables).all()) == []
        assert await database.read(names) == ["a"]

    def test_no_foreign_key_waits_for_the_commit(self):
        load_tables()

        # One that did could make the commit fail, and with it the neighbours in the batch.
        keys = [key for table in metadata.tables.values() for key in table.foreign_key_constraints]
        assert not any(key.deferrable or key.initially for key in keys)


@contextlib.contextmanager
def no_file_grows_beyond(size: int) -> Iterator[None]:
    """Make the system refuse to write beyond `size`: the nearest to a full disk that needs no disk of one's own."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class TestFullDisk:
    async def test_a_commit_that_fails_refuses_the_whole_batch_and_leaves_nothing(self, database, bus, tmp_path):
        await database.write(add, "before", 200_000)
        assert await database.read(names) == ["before"]
        size = (tmp_path / "sealgate.db-wal").stat().st_size

        async with bus.subscribe("things") as news:
            with no_file_grows_beyond(size):
                outcomes = await asyncio.gather(
                    *(database.write(add, f"{n}", 5_000) for n in range(20)), return_exceptions=True
                )
                with pytest.raises(Unavailable):
                    await database.check()
                assert await database.read(names) == ["before"]

            assert {type(outcome) for outcome in outcomes} == {Unavailable}
            assert await database.read(names) == ["before"]
            await database.check()
            await database.write(add, "after")
            assert await database.read(names) == ["after", "before"]
            assert (await news.get()).data["name"] == "after"

    async def test_a_statement_that_finds_no_room_is_refused_and_its_neighbours_are_kept(self, database):
        await database.write(
            lambda tx: tx.exec_driver_sql(f"PRAGMA max_page_count = {pragma(tx, 'page_count') + 4}").close()
        )

        outcomes = await asyncio.gather(
            database.write(add, "small"), database.write(add, "big", 100_000), database.write(add, "little"),
            return_exceptions=True,
        )  # fmt: skip

        assert [type(outcome) for outcome in outcomes] == [type(None), Unavailable, type(None)]
        assert await database.read(names) == ["little", "small"]
        with pytest.raises(Unavailable):
            await asyncio.gather(*(database.write(add, f"big{n}", 100_000) for n in range(3)))

        await database.write(lambda tx: tx.exec_driver_sql("PRAGMA max_page_count = 1000000").close())
        await database.check()
        await database.write(add, "big", 100_000)

    async def test_readiness_stays_red_until_a_real_write_works(self, database):
        await database.write(
            lambda tx: tx.exec_driver_sql(f"PRAGMA max_page_count = {pragma(tx, 'page_count')}").close()
        )
        with pytest.raises(Unavailable):
            await database.write(add, "big", 100_000)

        for _ in range(2):
            with pytest.raises(Unavailable):
                await database.check()

        await database.write(lambda tx: tx.exec_driver_sql("PRAGMA max_page_count = 1000000").close())
        await database.check()
        assert await database.read(names) == []


class TestThreads:
    async def test_survive_what_nobody_foresaw(self, database, monkeypatch):
        def fail(*_):
            raise ValueError("unforeseen")

        with monkeypatch.context() as broken:
            broken.setattr(sqlite, "Tx", fail)
            for run in (database.write, database.read):
                with pytest.raises(ValueError, match="unforeseen"):
                    await run(names)

        await database.write(add, "a")
        assert await database.read(names) == ["a"]


class TestLocked:
    async def test_by_another_process_for_long_is_refused_and_works_again_after(self, tmp_path, monkeypatch):
        monkeypatch.setattr(sqlite, "LOCK_WAIT_S", 0.1)
        database = Database.open(Settings(data_dir=str(tmp_path)), LocalBus())
        with database.begin() as tx:
            things.metadata.create_all(tx.connection)
        await database.start()

        with contextlib.closing(sqlite3.connect(tmp_path / "sealgate.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable) as refused:
                await database.write(add, "a")
            assert await database.read(names) == []
            other.execute("ROLLBACK")

        assert "locked" in refused.value.detail
        await database.write(add, "a")
        assert await database.read(names) == ["a"]
        await database.close()

    async def test_by_a_begun_transaction_for_long_is_refused(self, database, monkeypatch):
        monkeypatch.setattr(sqlite, "LOCK_WAIT_S", 0.1)
        with database.begin(), pytest.raises(Unavailable):
            await database.write(add, "a")

        await database.write(add, "a")

    async def test_a_thread_that_would_wait_for_itself_is_told(self, database):
        with database.begin(), pytest.raises(RuntimeError, match="already"), database.begin():
            pass
        with pytest.raises(RuntimeError, match="already"):
            await database.write(lambda tx: database.begin().__enter__())


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Lay root's powers down: to root, no folder is closed."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


class TestUnusableFiles:
    def test_a_file_in_place_of_the_folder(self, tmp_path):
        (tmp_path / "data").write_text("")

        with pytest.raises(DataFolderUnusable, match="is a file"):
            Database.open(Settings(data_dir=str(tmp_path / "data")), LocalBus())

    def test_a_folder_that_cannot_be_made(self, tmp_path):
        (tmp_path / "data").write_text("")

        with pytest.raises(DataFolderUnusable, match="cannot be made"):
            Database.open(Settings(data_dir=str(tmp_path / "data" / "below")), LocalBus())

    def test_a_folder_in_place_of_the_database(self, tmp_path):
        (tmp_path / "sealgate.db").mkdir()

        with pytest.raises(DataFolderUnusable, match=r"sealgate\.db cannot be opened"):
            Database.open(Settings(data_dir=str(tmp_path)), LocalBus())

    def test_a_folder_without_permission(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o555)

            with as_nobody(), pytest.raises(DataFolderUnusable, match="cannot be read and written"):
                Database.open(Settings(data_dir=folder), LocalBus())

    @pytest.mark.parametrize("content", [b"this is no database" * 100, b"SQLite format 3\0" + b"\xff" * 4096])
    def test_a_file_that_is_no_database(self, tmp_path, content):
        (tmp_path / "sealgate.db").write_bytes(content)

        with pytest.raises(DatabaseDamaged, match=r"sealgate\.db is damaged"):
            Database.open(Settings(data_dir=str(tmp_path)), LocalBus())
        assert (tmp_path / "sealgate.db").read_bytes() == content

    async def test_a_database_damaged_while_in_use_is_refused_and_readiness_is_red(self, database, tmp_path):
        for n in range(20):
            await database.write(add, f"{n:02}", 20_000)
        await database.write(lambda tx: None)
        with contextlib.closing(sqlite3.connect(tmp_path / "sealgate.db")) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with (tmp_path / "sealgate.db").open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(4096)
            file.write(b"\xff" * (size - 4096))

        with pytest.raises(Unavailable):
            await database.write(lambda tx: add(tx, "more", 20_000))
        with pytest.raises(Unavailable):
            await database.check()
