"""What the command line says about itself."""

import os
import subprocess
from importlib import import_module
from importlib.metadata import version

from typer.testing import CliRunner

from tests.platform import SEALGATE

cli = import_module("sealgate.cli.main").cli


class TestTheVersion:
    def test_is_told_without_a_server(self):
        said = CliRunner().invoke(cli, ["--version"])

        assert said.exit_code == 0
        assert said.stdout.strip() == version("sealgate")


class TestATerminalWithFewLetters:
    def test_gets_the_rest_replaced(self):
        said = subprocess.run(
            [SEALGATE, "wallet", "show", "00000000-0000-4000-8000-000000000000", "--wallet", "Ünï"],
            env={**os.environ, "PYTHONIOENCODING": "ascii:strict"},
            capture_output=True,
            text=True,
            check=False,
        )

        assert (said.returncode, "'?n?' cannot name a wallet" in said.stderr) == (1, True)
