"""The column types, without a database."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Constraint, Index, MetaData, Table, create_engine, insert, select

from sealgate.infra.schema import Json, Moment, Uuid, load_tables, metadata
from tests.conftest import NOON

values = Table("values", MetaData(), Column("at", Moment), Column("uuid", Uuid), Column("json", Json))


@pytest.fixture
def connection():
    engine = create_engine("sqlite://")
    with engine.begin() as opened:
        values.metadata.create_all(opened)
        yield opened
    engine.dispose()


def stored(connection, **row: object):
    connection.execute(insert(values).values(**row))
    return connection.execute(select(values)).one()


class TestMoment:
    @pytest.mark.parametrize("moment", [NOON, NOON + timedelta(milliseconds=1), datetime(1969, 12, 31, 23, tzinfo=UTC)])
    def test_comes_back_as_it_was(self, connection, moment):
        assert stored(connection, at=moment).at == moment

    def test_is_whole_milliseconds_in_the_database(self, connection):
        stored(connection, at=NOON + timedelta(microseconds=1999))

        assert connection.exec_driver_sql('SELECT at FROM "values"').scalar_one() == 1768478400001

    def test_comes_back_in_utc(self, connection):
        there = NOON.astimezone(timezone(timedelta(hours=2)))

        assert stored(connection, at=there).at.tzinfo is UTC

    def test_without_a_zone_is_refused(self, connection):
        with pytest.raises(Exception, match="offset-naive"):
            stored(connection, at=datetime(2026, 1, 1))  # noqa: DTZ001  # that is the point


class TestUuid:
    def test_is_text_here_and_sixteen_bytes_there(self, connection):
        uuid = "0123abcd-4567-489a-8bcd-ef0123456789"

        assert stored(connection, uuid=uuid).uuid == uuid
        assert connection.exec_driver_sql('SELECT length(uuid) FROM "values"').scalar_one() == 16


class TestJson:
    @pytest.mark.parametrize("value", [{}, [], {"a": [1, 1.5, None, True, "é"]}, "text", 0, False])
    def test_comes_back_as_it_was(self, connection, value):
        assert stored(connection, json=value).json == value

    def test_none_is_null(self, connection):
        stored(connection, json=None)

        assert connection.exec_driver_sql('SELECT json IS NULL FROM "values"').scalar_one() == 1


def test_every_constraint_and_index_has_a_name_that_fits_postgresql():
    load_tables()

    for table in metadata.tables.values():
        things: list[Constraint | Index] = [*table.constraints, *table.indexes]
        for thing in things:
            assert thing.name, f"{table.name} has a constraint without a name"
            assert len(str(thing.name)) <= 63
