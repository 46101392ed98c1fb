"""The import rules of pyproject.toml, tried on small packages that break them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ORDER = [
    *["devtools", "console", "wallet", "userdata", "oauth", "xapps", "payloads", "delivery", "lookups"],
    *["access", "tokens", "holders", "apps", "web", "infra", "ledger", "base"],
]


@pytest.fixture
def lint(tmp_path):
    """Return a function that checks a package made of `{module: source}` against the project's contracts."""

    def check(modules: dict[str, str]) -> subprocess.CompletedProcess[str]:
        for module in ["", *modules]:
            folder = tmp_path.joinpath("sealgate", *module.split(".")[:-1] if "." in module else [module])
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "__init__.py").touch()
        for module, source in modules.items():
            path = tmp_path.joinpath("sealgate", *module.split("."))
            (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).write_text(source)
        return subprocess.run(
            [Path(sys.executable).parent / "lint-imports", "--config", ROOT / "pyproject.toml", "--no-cache"],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
            capture_output=True,
            text=True,
            check=False,
        )

    return check


class TestTheOrderOfSlices:
    def test_lets_an_import_go_down(self, lint):
        result = lint({"payloads.http": "import sealgate.base.clock", "base.clock": ""})

        assert result.returncode == 0, result.stdout

    @pytest.mark.parametrize("place", range(1, len(ORDER)))
    def test_refuses_an_import_of_the_slice_above(self, lint, place):
        above, below = ORDER[place - 1], ORDER[place]

        result = lint({f"{below}.service": f"import sealgate.{above}.service", f"{above}.service": ""})

        assert result.returncode == 1
        assert f"sealgate.{below} is not allowed to import sealgate.{above}" in result.stdout

    def test_refuses_an_import_of_the_composition_root(self, lint):
        result = lint({"web.http": "import sealgate.asgi", "asgi": ""})

        assert result.returncode == 1
        assert "sealgate.web is not allowed to import sealgate.asgi" in result.stdout

    def test_refuses_a_slice_without_a_place(self, lint):
        result = lint({"newcomer.service": "", "base.clock": ""})

        assert result.returncode == 1
        assert "newcomer" in result.stdout


class TestAStore:
    @pytest.mark.parametrize("room", ["store", "tables"])
    def test_is_not_opened_by_a_slice_above(self, lint, room):
        result = lint({"payloads.service": f"from sealgate.apps import {room}", f"apps.{room}": ""})

        assert result.returncode == 1
        assert f"sealgate.payloads.service opens sealgate.apps.{room}" in result.stdout

    def test_is_opened_by_its_own_slice(self, lint):
        result = lint({"apps.service": "from sealgate.apps import store", "apps.store": "import sealgate.apps.tables"})

        assert result.returncode == 0, result.stdout


class TestXrplPy:
    @pytest.mark.parametrize("module", ["ledger.codec", "cli.wallet"])
    def test_stays_out_of_the_program(self, lint, module):
        result = lint({module: "def encode():\n    import xrpl\n"})

        assert result.returncode == 1
        assert f"{module} -> xrpl" in result.stdout
