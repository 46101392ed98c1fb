"""Private files."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from sealgate.infra.errors import DataFolderTaken, DataFolderUnusable
from sealgate.infra.folder import ensure_folder, sole_use, write_once


class TestEnsureFolder:
    def test_makes_a_folder_that_only_the_owner_enters(self, tmp_path):
        ensure_folder(tmp_path / "a" / "b")

        assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700

    def test_leaves_a_folder_as_it_is(self, tmp_path):
        tmp_path.chmod(0o755)

        ensure_folder(tmp_path)

        assert tmp_path.stat().st_mode & 0o777 == 0o755


class TestWriteOnce:
    def test_writes_a_file_that_only_the_owner_reads(self, tmp_path):
        assert write_once(tmp_path / "key", b"secret") == b"secret"

        assert (tmp_path / "key").read_bytes() == b"secret"
        assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600

    def test_returns_what_is_there_already(self, tmp_path):
        write_once(tmp_path / "key", b"first")

        assert write_once(tmp_path / "key", b"second") == b"first"
        assert [path.name for path in tmp_path.iterdir()] == ["key"]

    def test_has_one_winner_whose_content_everybody_gets(self, tmp_path):
        with ThreadPoolExecutor(16) as threads:
            got = list(threads.map(lambda n: write_once(tmp_path / "key", b"%d" % n * 1000), range(64)))

        assert set(got) == {(tmp_path / "key").read_bytes()}
        assert [path.name for path in tmp_path.iterdir()] == ["key"]

    def test_says_plainly_where_it_cannot_write(self, tmp_path):
        with pytest.raises(DataFolderUnusable, match="cannot be written: No such file or directory"):
            write_once(tmp_path / "missing" / "key", b"x")


class TestSoleUse:
    def test_lets_one_in_at_a_time(self, tmp_path):
        with (
            sole_use(tmp_path, wait_s=0),
            pytest.raises(DataFolderTaken, match=str(tmp_path)),
            sole_use(tmp_path, wait_s=0),
        ):
            pass

        with sole_use(tmp_path, wait_s=0):
            assert (tmp_path / "server.lock").stat().st_mode & 0o777 == 0o600

    def test_waits_for_the_one_who_is_leaving(self, tmp_path):
        with ThreadPoolExecutor(1) as threads:
            with sole_use(tmp_path, wait_s=0):
                waiting = threads.submit(lambda: sole_use(tmp_path, wait_s=5).__enter__())
            waiting.result(5)
