"""Migrations, on both engines."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from sealgate.apps import service as apps
from sealgate.apps import webhooks
from sealgate.apps.model import Redirect
from sealgate.base.clock import to_ms
from sealgate.base.ids import new_uuid, uuid_bytes
from sealgate.base.settings import Settings
from sealgate.infra import migrate as migrations
from sealgate.infra.bus import LocalBus
from sealgate.infra.database import Database, Tx
from sealgate.infra.errors import DatabaseUnreachable, SchemaTooNew, SchemaTooOld
from sealgate.infra.migrate import HEAD, current_revision, is_current, migrate, require_current
from sealgate.infra.migrations import config_for
from sealgate.infra.schema import load_tables, metadata
from tests.conftest import NOON
from tests.server_process import free_port

VERSIONS = Path(migrations.__file__).parent / "migrations" / "versions"


@pytest.fixture
def empty_settings(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings with a database that has no table at all."""
    folder = tmp_path / "empty"
    if engine_name == "sqlite":
        return Settings(data_dir=str(folder))
    return Settings(data_dir=str(folder), database_url=request.getfixturevalue("postgres_url"))


def in_database(settings: Settings, fn):
    database = Database.open(settings, LocalBus())
    try:
        with database.begin() as tx:
            return fn(tx)
    finally:
        database.engine.dispose()


def set_revision(settings: Settings, revision: str) -> None:
    in_database(settings, lambda tx: tx.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision}))


def shape(tx: Tx) -> set[tuple[Any, ...]]:
    """Return every table, column, index and constraint in the engine's own words."""
    if tx.engine == "sqlite":
        objects = tx.exec_driver_sql("SELECT tbl_name, coalesce(sql, name) AS made_by FROM sqlite_master").all()
        return {
            (row.tbl_name, line.strip(" \t,"))
            for row in objects
            # Columns that were added stand in one line.
            for line in re.split(r"\n|, ", row.made_by)
            if row.tbl_name != "alembic_version"
        }
    columns = "table_name, column_name, data_type, is_nullable, column_default, character_maximum_length"
    queries = (
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0",
        f"SELECT {columns} FROM information_schema.columns WHERE table_schema = 'public'",
    )
    found = {tuple(row) for query in queries for row in tx.exec_driver_sql(query)}
    return {row for row in found if row[0] in metadata.tables}


class TestMigrate:
    def test_makes_the_tables_that_the_slices_define_and_no_others(self, settings, empty_settings):
        load_tables()

        assert migrate(empty_settings) is None

        def difference(tx):
            return compare_metadata(MigrationContext.configure(tx.connection, opts={"compare_type": True}), metadata)

        assert in_database(empty_settings, difference) == []
        # Alembic does not compare checks and partial indexes: the engine does.
        assert in_database(empty_settings, shape) == in_database(settings, shape)

    def test_has_nothing_to_do_the_second_time(self, empty_settings):
        migrate(empty_settings)

        assert migrate(empty_settings) == HEAD
        assert is_current(empty_settings)
        require_current(empty_settings)

    def test_lets_one_of_many_starters_do_it_while_the_others_wait(self, empty_settings):
        with ThreadPoolExecutor(6) as starters:
            before = list(starters.map(lambda _: migrate(empty_settings), range(6)))

        assert before.count(None) == 1
        assert before.count(HEAD) == 5

    def test_leaves_nothing_behind_when_it_fails(self, empty_settings):
        # A table of the same name stands in the way of one that comes late.
        blocker = max(metadata.tables)
        in_database(empty_settings, lambda tx: tx.exec_driver_sql(f"CREATE TABLE {blocker} (a int)"))

        with pytest.raises(Exception, match="already exists"):
            migrate(empty_settings)

        assert in_database(empty_settings, current_revision) is None
        in_database(empty_settings, lambda tx: tx.exec_driver_sql(f"DROP TABLE {blocker}"))
        assert migrate(empty_settings) is None

    def test_refuses_a_database_of_a_newer_program(self, empty_settings):
        migrate(empty_settings)
        set_revision(empty_settings, "9999")

        for use in (migrate, is_current, require_current):
            with pytest.raises(SchemaTooNew, match="newer Sealgate: it is at revision 9999"):
                use(empty_settings)


class TestRequireCurrent:
    def test_names_the_cure_for_an_empty_database(self, empty_settings):
        with pytest.raises(SchemaTooOld, match="no tables yet") as refused:
            require_current(empty_settings)
        assert "sealgate migrate" in refused.value.hint
        assert not is_current(empty_settings)

    def test_names_the_cure_for_an_older_database(self, empty_settings):
        migrate(empty_settings)
        set_revision(empty_settings, "0000")

        with pytest.raises(SchemaTooOld, match="at revision 0000") as refused:
            require_current(empty_settings)
        assert "sealgate migrate" in refused.value.hint


def test_a_server_that_does_not_answer_is_said_plainly():
    nowhere = Settings(database_url=f"postgresql://postgres:hunter2@127.0.0.1:{free_port()}/postgres")

    with pytest.raises(DatabaseUnreachable, match="Connection refused") as refused:
        migrate(nowhere)
    assert "hunter2" not in refused.value.message


def test_the_program_works_with_its_newest_revision():
    assert max(path.name for path in VERSIONS.glob("[0-9]*.py")).startswith(f"{HEAD}_")


def test_alembic_is_not_imported_when_there_is_nothing_to_migrate(tmp_path):
    migrate(Settings(data_dir=str(tmp_path)))
    program = (
        "import sys; from sealgate.base.settings import Settings; from sealgate.infra.migrate import migrate;"
        f"migrate(Settings(data_dir={str(tmp_path)!r})); sys.exit('alembic' in sys.modules or 'psycopg' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_apps_from_before_sign_in_keep_what_they_had_and_get_the_defaults_of_their_type(empty_settings):
    uuid, secret = new_uuid(), new_uuid()

    def register(tx):
        command.upgrade(config_for(tx.connection), "0001")
        old = {"name": "Old", "type": "browser", "disabled": False, "created_at": to_ms(NOON), "uuid": uuid_bytes(uuid)}
        uris = '["https://a.example/cb","http://localhost/"]'
        tx.execute(
            text(
                "INSERT INTO apps (uuid, name, type, redirect_uris, disabled, created_at)"
                " VALUES (:uuid, :name, :type, :uris, :disabled, :created_at)"
            ),
            old | {"uris": uris},
        )
        tx.execute(
            text("INSERT INTO app_secrets (id, app_uuid, mac, sealed, created_at) VALUES (:id, :uuid, :id, :id, 0)"),
            {"id": uuid_bytes(secret), "uuid": uuid_bytes(uuid)},
        )

    in_database(empty_settings, lambda tx: (current_revision(tx), register(tx)))

    assert migrate(empty_settings) == "0001"

    app = in_database(empty_settings, lambda tx: apps.get_app(tx, uuid))
    assert app.redirect_uris == ("https://a.example/cb", "http://localhost/")
    assert Redirect("http://localhost/", "loopback") in app.redirects
    assert (app.allow_implicit, app.public_pkce, app.require_pkce) == (True, True, True)
    assert app.grant_types == ("authorization_code",)
    (kept,) = in_database(empty_settings, lambda tx: apps.live_secrets(tx, uuid, now=NOON))
    assert kept.id == secret


def test_apps_from_before_endpoints_keep_their_webhook_with_its_secret(empty_settings):
    uuid, other, secret = new_uuid(), new_uuid(), new_uuid()

    def register(tx):
        command.upgrade(config_for(tx.connection), "0003")
        insert = text(
            "INSERT INTO apps (uuid, name, type, redirect_uris, disabled, created_at, webhook_url,"
            " webhook_secret_sealed) VALUES (:uuid, 'Old', 'web', '[]', :no, :at, :url, :sealed)"
        )
        kept = {"no": False, "at": to_ms(NOON)}
        tx.execute(insert, {"uuid": uuid_bytes(uuid), "url": "https://a.example/hook", "sealed": b"sealed", **kept})
        tx.execute(insert, {"uuid": uuid_bytes(other), "url": None, "sealed": None, **kept})
        tx.execute(
            text("INSERT INTO app_secrets (id, app_uuid, mac, sealed, created_at) VALUES (:id, :uuid, :id, :id, 0)"),
            {"id": uuid_bytes(secret), "uuid": uuid_bytes(uuid)},
        )

    in_database(empty_settings, lambda tx: (current_revision(tx), register(tx)))

    assert migrate(empty_settings) == "0003"

    (endpoint,) = in_database(empty_settings, lambda tx: webhooks.list_endpoints(tx, uuid))
    assert (endpoint.url, endpoint.secret_sealed, endpoint.is_default) == ("https://a.example/hook", b"sealed", True)
    assert endpoint.created_at == NOON
    assert in_database(empty_settings, lambda tx: apps.get_app(tx, uuid)).webhook_events == endpoint.events
    assert in_database(empty_settings, lambda tx: webhooks.list_endpoints(tx, other)) == []
    (kept,) = in_database(empty_settings, lambda tx: apps.live_secrets(tx, uuid, now=NOON))
    assert kept.id == secret
