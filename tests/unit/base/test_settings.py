"""Settings: what wins, what is refused, and in which words."""

from pathlib import Path

import pytest

from sealgate.base.settings import SettingsInvalid, load_settings


class TestSources:
    def test_the_command_line_wins_over_the_environment_over_the_file_over_the_default(self, tmp_path: Path) -> None:
        file = tmp_path / "sealgate.toml"
        file.write_text('port = 1\nhost = "::1"\nlog_level = "debug"\n')

        found = load_settings({"SEALGATE_PORT": "2", "SEALGATE_HOST": "0.0.0.0"}, file=file, overrides={"port": 3})

        assert (found.port, found.host, found.log_level, found.write_queue) == (3, "0.0.0.0", "debug", 2048)

    def test_lists_are_separated_by_commas(self) -> None:
        assert load_settings({"SEALGATE_TRUSTED_PROXIES": "10.0.0.0/8, ::1"}).trusted_proxies == ("10.0.0.0/8", "::1")

    def test_the_issuer_is_the_public_url_where_none_is_set(self) -> None:
        found = load_settings({"SEALGATE_PUBLIC_URL": "https://sign.example/"})

        assert found.issuer_url == found.public_url == "https://sign.example"
        assert found.websocket_url == "wss://sign.example"


class TestRefusals:
    @pytest.mark.parametrize(
        ("environ", "words"),
        [
            ({"SEALGATE_PORT": "many"}, "port"),
            ({"SEALGATE_PORT": "70000"}, "port"),
            ({"SEALGATE_LOG_STYLE": "xml"}, "log_style"),
            ({"SEALGATE_PUBLIC_URL": "sign.example"}, "public_url must start with"),
            ({"SEALGATE_PUBLIC_URL": "https://sign.example/app"}, "without a path"),
            ({"SEALGATE_ISSUER": "ftp://sign.example"}, "issuer_url must start with"),
        ],
    )
    def test_a_value_that_does_not_fit_is_named(self, environ: dict[str, str], words: str) -> None:
        with pytest.raises(SettingsInvalid, match=words):
            load_settings(environ)

    def test_an_unknown_name_in_the_file_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "sealgate.toml").write_text("prot = 8080\n")

        with pytest.raises(SettingsInvalid, match="prot"):
            load_settings({"SEALGATE_CONFIG": str(tmp_path / "sealgate.toml")})

    def test_a_file_that_is_no_toml_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "sealgate.toml").write_text("port: 8080")

        with pytest.raises(SettingsInvalid, match="cannot be read"):
            load_settings({}, file=tmp_path / "sealgate.toml")
