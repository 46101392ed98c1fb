"""What operators do with an installation: migrate, rotate the master key, back up and restore, ask the doctor."""

import json
import os
import secrets
import stat
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.platform import SEALGATE, Platform, start_platform
from tests.server_process import free_port


@pytest.fixture
def platform() -> Iterator[Platform]:
    started = start_platform()
    yield started
    started.stop()


def command(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command with nothing set but these settings."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SEALGATE_")}
    environ |= {f"SEALGATE_{name.upper()}": value for name, value in settings.items()}
    return subprocess.run(
        [SEALGATE, *arguments], env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def answer(*arguments: str, **settings: str) -> dict[str, Any]:
    done = command(*arguments, "--json", **settings)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


class TestStarting:
    def test_a_second_server_on_the_folder_is_refused_and_changes_nothing(self, platform: Platform) -> None:
        before = (platform.data_dir / "dev.env").read_text()

        for verb in ("dev", "serve"):
            done = command(verb, "--port", str(free_port()), "--data-dir", str(platform.data_dir))
            assert done.returncode == 1
            assert "Another server uses the data folder" in done.stderr

        assert (platform.data_dir / "dev.env").read_text() == before
        assert platform.sealgate("payload", "create", "--sign-in")["pushed"] is False

    def test_a_taken_port_leaves_the_folder_as_it_was(self, platform: Platform, tmp_path: Path) -> None:
        done = command("dev", "--port", str(platform.port), "--data-dir", str(tmp_path / "data"))

        assert done.returncode == 1
        assert f"Port {platform.port}" in done.stderr
        assert not (tmp_path / "data" / "dev.env").exists()


class TestMigrate:
    def test_makes_an_empty_folder_ready_and_does_nothing_the_second_time(self, tmp_path: Path) -> None:
        folder = str(tmp_path / "data")

        first = answer("migrate", data_dir=folder)
        second = answer("migrate", data_dir=folder)

        assert first["from"] is None
        assert second["from"] == second["to"] == first["to"]

    def test_serving_an_empty_folder_is_refused_in_plain_words(self, tmp_path: Path) -> None:
        done = command("serve", data_dir=str(tmp_path))

        assert done.returncode == 1
        assert "sealgate migrate" in done.stderr

    def test_a_newer_schema_is_refused_by_every_command_that_needs_it(self, tmp_path: Path) -> None:
        import sqlite3

        answer("migrate", data_dir=str(tmp_path))
        with sqlite3.connect(tmp_path / "sealgate.db") as database:
            database.execute("UPDATE alembic_version SET version_num = '9999'")

        for arguments in (["serve"], ["dev", "--data-dir", str(tmp_path)], ["migrate"]):
            done = command(*arguments, data_dir=str(tmp_path))
            assert done.returncode == 1, arguments
            assert "newer" in done.stderr, arguments


class TestMasterKey:
    def test_a_rotated_key_opens_everything_and_the_old_one_may_go(self, tmp_path: Path) -> None:
        old, new = secrets.token_hex(32), secrets.token_hex(32)
        first = start_platform(master_key=old)
        data = str(first.data_dir)
        before = dict(first.env)
        first.stop(keep=True)

        resealed = answer("migrate", data_dir=data, master_key=f"{new},{old}")["resealed"]
        again = answer("migrate", data_dir=data, master_key=f"{new},{old}")["resealed"]
        refused = command("dev", "--data-dir", data, master_key=old)
        restarted = Platform(first.folder, settings={"SEALGATE_MASTER_KEY": new})
        restarted.start()

        assert resealed >= 3
        assert again == 0
        assert refused.returncode == 1
        assert restarted.env["SEALGATE_API_SECRET"] == before["SEALGATE_API_SECRET"]
        restarted.stop()


class TestBackup:
    def test_a_restored_backup_has_what_was_there(self, platform: Platform, tmp_path: Path) -> None:
        uuid = platform.sealgate("payload", "create", "--sign-in")["uuid"]
        archive = tmp_path / "backup.tar.gz"

        kept = platform.sealgate("backup", str(archive), "--data-dir", str(platform.data_dir))["members"]
        answer("restore", str(archive), data_dir=str(tmp_path / "restored"))

        import sqlite3

        with sqlite3.connect(tmp_path / "restored" / "sealgate.db") as database:
            found = database.execute(
                "SELECT count(*) FROM payloads WHERE uuid = ?", (bytes.fromhex(uuid.replace("-", "")),)
            )
            assert found.fetchone() == (1,)
        assert kept == ["sealgate.db"]
        assert stat.S_IMODE(archive.stat().st_mode) == 0o600

    def test_the_master_key_goes_in_only_when_told(self, platform: Platform, tmp_path: Path) -> None:
        archive = tmp_path / "whole.tar.gz"

        platform.sealgate("backup", str(archive), "--data-dir", str(platform.data_dir), "--with-master-key")

        with tarfile.open(archive) as opened:
            assert sorted(opened.getnames()) == ["master.key", "sealgate.db"]

    def test_data_that_is_there_or_in_use_is_not_replaced(self, platform: Platform, tmp_path: Path) -> None:
        archive, data = tmp_path / "backup.tar.gz", str(platform.data_dir)
        platform.sealgate("backup", str(archive), "--data-dir", data)

        there = command("restore", str(archive), data_dir=data)
        in_use = command("restore", str(archive), "--replace", data_dir=data)

        assert there.returncode == in_use.returncode == 1
        assert "--replace" in there.stderr
        assert "Stop it first" in in_use.stderr

    def test_what_is_no_backup_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "note.txt").write_text("hello")

        assert "cannot be read as a backup" in command("restore", str(tmp_path / "note.txt")).stderr

    def test_postgresql_goes_through_its_own_tools(self, postgres_url: str, tmp_path: Path) -> None:
        settings = {"database_url": postgres_url, "data_dir": str(tmp_path / "data")}
        answer("migrate", **settings)

        answer("backup", str(tmp_path / "backup.tar.gz"), **settings)
        restored = answer("restore", str(tmp_path / "backup.tar.gz"), "--replace", **settings)

        assert restored["members"] == ["sealgate.pgdump"]
        assert answer("migrate", **settings)["from"] is not None


class TestDoctor:
    def test_a_healthy_installation_passes(self, platform: Platform) -> None:
        found = platform.sealgate("doctor", "--data-dir", str(platform.data_dir))

        assert found["healthy"] is True
        assert {check["name"] for check in found["checks"]} >= {"folder", "master key", "database", "server"}

    def test_what_is_wrong_is_named_with_its_cure(self, tmp_path: Path) -> None:
        folder = tmp_path / "data"
        folder.mkdir(mode=0o755)

        done = command("doctor", "--json", data_dir=str(folder))

        checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
        assert done.returncode == 1
        assert "chmod 700" in checks["folder"]["cure"]
        assert "sealgate migrate" in checks["database"]["cure"]


class TestWorker:
    def test_refuses_on_sqlite_with_the_reason(self, tmp_path: Path) -> None:
        done = command("worker", data_dir=str(tmp_path))

        assert done.returncode == 1
        assert "inside the server" in done.stderr

    def test_runs_beside_servers_on_postgresql(self, postgres_url: str, tmp_path: Path) -> None:
        settings = {"database_url": postgres_url, "data_dir": str(tmp_path)}
        answer("migrate", **settings)
        environ = os.environ | {f"SEALGATE_{name.upper()}": value for name, value in settings.items()}
        with subprocess.Popen([SEALGATE, "worker"], env=environ, stderr=subprocess.PIPE, text=True) as worker:
            assert worker.stderr is not None
            assert '"event":"ready"' in worker.stderr.readline().replace(" ", "")

            worker.terminate()

            assert worker.wait(10) == 0
