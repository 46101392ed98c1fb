"""What the command line says about itself."""

from importlib import import_module
from importlib.metadata import version

from typer.testing import CliRunner

cli = import_module("sealgate.cli.main").cli


class TestTheVersion:
    def test_is_told_without_a_server(self):
        said = CliRunner().invoke(cli, ["--version"])

        assert said.exit_code == 0
        assert said.stdout.strip() == version("sealgate")
