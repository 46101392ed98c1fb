"""Where commands find the server: the environment first, then the dev file."""

import stat
import subprocess
from pathlib import Path

import pytest

from sealgate.cli.environment import Environment, read_env_file, write_env_file
from sealgate.cli.output import Refused

VALUES = {"SEALGATE_URL": "http://localhost:8080/", "SEALGATE_WALLET_DIR": "/a folder/with 'quotes' and $signs"}


class TestEnvironment:
    def test_a_variable_wins_over_the_dev_file(self, tmp_path: Path) -> None:
        write_env_file(tmp_path / "dev.env", VALUES)

        found = Environment({"SEALGATE_URL": "https://sign.example"}, dev_env=tmp_path / "dev.env")

        assert found.url == "https://sign.example"
        assert found.wallet_dir == Path(VALUES["SEALGATE_WALLET_DIR"])

    def test_the_dev_file_serves_where_nothing_is_set(self, tmp_path: Path) -> None:
        write_env_file(tmp_path / "dev.env", VALUES)

        assert Environment({"SEALGATE_URL": ""}, dev_env=tmp_path / "dev.env").url == "http://localhost:8080"

    def test_what_is_missing_is_named_with_the_cure(self, tmp_path: Path) -> None:
        with pytest.raises(Refused, match="SEALGATE_URL") as refusal:
            _ = Environment({}, dev_env=tmp_path / "dev.env").url
        assert "sealgate dev" in refusal.value.hint

    def test_wallets_have_a_home_without_a_dev_file(self, tmp_path: Path) -> None:
        found = Environment({"XDG_CONFIG_HOME": str(tmp_path)}, dev_env=tmp_path / "dev.env")

        assert found.wallet_dir == tmp_path / "sealgate" / "wallets"


class TestDevFile:
    def test_reads_back_what_it_wrote_and_is_private(self, tmp_path: Path) -> None:
        path = tmp_path / "dev.env"

        write_env_file(path, VALUES)

        assert read_env_file(path) == VALUES
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    @pytest.mark.parametrize("content", [b"SEALGATE_URL='http://localhost", b"SEALGATE_URL=\xff\n"])
    def test_a_damaged_one_is_refused_with_the_cure(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "dev.env"
        path.write_bytes(content)

        with pytest.raises(Refused, match="it is damaged") as refusal:
            read_env_file(path)
        assert "sealgate dev" in refusal.value.hint

    def test_a_posix_shell_can_source_it(self, tmp_path: Path) -> None:
        path = tmp_path / "dev.env"
        write_env_file(path, VALUES)

        said = subprocess.run(
            ["sh", "-c", f'. "{path}"; printf %s "$SEALGATE_WALLET_DIR"'], capture_output=True, text=True, check=True
        )

        assert said.stdout == VALUES["SEALGATE_WALLET_DIR"]
