"""Sealed values in the database: the pepper, and the rotation of the master key."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Column, LargeBinary, MetaData, Table, Text, insert, select

from sealgate.infra.database import Database, Tx
from sealgate.infra.errors import MasterKeyUnusable, SealBroken
from sealgate.infra.resealing import ResealTarget, reseal_all
from sealgate.infra.sealing import Sealer

OLD, NEW = bytes(range(32)), bytes(range(32, 64))

secrets = Table(
    "secrets",
    MetaData(),
    Column("app", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("sealed", LargeBinary),
)
TARGET = ResealTarget(secrets.c.sealed, lambda row: f"app:{row.app}:{row.field}")


def with_pepper(database: Database, *keys: bytes) -> Sealer:
    sealer = Sealer(keys)
    with database.begin() as tx:
        sealer.load_pepper(tx)
    return sealer


def fill(tx: Tx, sealer: Sealer) -> None:
    secrets.metadata.create_all(tx.connection)
    for app in ("1", "2"):
        for field in ("secret", "webhook"):
            sealed = sealer.seal(f"{app} {field}".encode(), context=f"app:{app}:{field}")
            tx.execute(insert(secrets).values(app=app, field=field, sealed=sealed))
    tx.execute(insert(secrets).values(app="3", field="none", sealed=None))


class TestPepper:
    def test_makes_the_same_mac_in_every_process_and_at_every_start(self, database):
        first, second = with_pepper(database, OLD), with_pepper(database, OLD)

        assert first.mac("secret") == second.mac("secret")
        assert len(first.mac("secret")) == 32
        assert first.mac("secret") != first.mac("Secret")

    def test_is_made_once_when_many_processes_start_together(self, database):
        with ThreadPoolExecutor(8) as threads:
            macs = list(threads.map(lambda _: with_pepper(database, OLD).mac("x"), range(8)))

        assert len(set(macs)) == 1

    def test_differs_between_installations_with_the_same_master_key(self, database, tx):
        here, there = Sealer([OLD]), Sealer([OLD])
        here.load_pepper(tx)
        tx.exec_driver_sql("DELETE FROM sealed_values")
        there.load_pepper(tx)

        assert here.mac("x") != there.mac("x")

    def test_under_a_key_that_is_not_configured_is_said_plainly(self, database):
        with_pepper(database, OLD)

        with pytest.raises(MasterKeyUnusable, match="another master key"):
            with_pepper(database, NEW)


class TestRotation:
    def test_moves_every_value_to_the_new_key_and_keeps_macs(self, database):
        before = with_pepper(database, OLD)
        with database.begin() as tx:
            fill(tx, before)

        both = with_pepper(database, NEW, OLD)
        with database.begin() as tx:
            assert reseal_all(tx, both, [TARGET]) == 5  # four secrets and the pepper

        after = with_pepper(database, NEW)
        assert after.mac("x") == both.mac("x") == before.mac("x")
        with database.begin() as tx:
            for row in tx.execute(select(secrets).where(secrets.c.sealed.is_not(None))):
                assert after.open(row.sealed, context=TARGET.context(row)) == f"{row.app} {row.field}".encode()

    def test_has_nothing_to_do_the_second_time(self, database):
        both = with_pepper(database, NEW, OLD)
        with database.begin() as tx:
            fill(tx, both)

            assert reseal_all(tx, both, [TARGET]) == 0

    def test_changes_nothing_when_one_value_does_not_open(self, database):
        with database.begin() as tx:
            fill(tx, with_pepper_in(tx, OLD))
            tx.execute(
                insert(secrets).values(app="4", field="odd", sealed=b"\x01not sealed by anybody, but long enough")
            )
            stored = tx.execute(select(secrets).order_by(secrets.c.app, secrets.c.field)).all()

        with pytest.raises(SealBroken), database.begin() as tx:
            reseal_all(tx, with_pepper_in(tx, NEW, OLD), [TARGET])

        with database.begin() as tx:
            assert tx.execute(select(secrets).order_by(secrets.c.app, secrets.c.field)).all() == stored


def with_pepper_in(tx: Tx, *keys: bytes) -> Sealer:
    sealer = Sealer(keys)
    sealer.load_pepper(tx)
    return sealer
