"""The package as it is published: what is in it, what it needs, how much a program pays for importing it."""

import ast
import os
import re
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

FOLDER = Path(__file__).parents[3] / "sdk/python"
SOURCES = FOLDER / "src/sealgate_client"
FRAMEWORKS = {"django", "fastapi", "flask"}
LIMIT_S = 60


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from the folder alone."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=FOLDER, check=True, capture_output=True, timeout=LIMIT_S)
    [built] = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """A folder with the wheel and the packages that it declares, and theirs: nothing else can be imported."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    for name in needed("sealgate-client", set()):
        for file in metadata.distribution(name).files or ():
            top = folder / file.parts[0]
            if not top.exists() and file.parts[0] not in ("..", "__pycache__"):
                top.symlink_to(metadata.distribution(name).locate_file(file.parts[0]))
    return folder


def needed(name: str, extras: set[str]) -> set[str]:
    """Return the packages that one needs, and those that they need."""
    found: set[str] = set()
    for text in metadata.requires(name) or ():
        wanted = Requirement(text)
        if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in extras | {""}):
            found |= {wanted.name} | needed(wanted.name, wanted.extras)
    return found


def run(folder: Path, program: str) -> str:
    """Run a program that finds the standard library and the packages in a folder, and nothing else."""
    code = f"import sys; sys.path.insert(0, {str(folder)!r})\n{program}"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", "-c", code],
        capture_output=True, text=True, timeout=LIMIT_S, check=False, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


class TestTheWheel:
    def test_has_the_types_and_the_sources_and_nothing_else(self, wheel):
        with zipfile.ZipFile(wheel) as archive:
            names = {name for name in archive.namelist() if ".dist-info/" not in name}
            told = archive.read(next(name for name in archive.namelist() if name.endswith("METADATA"))).decode()

        assert "sealgate_client/py.typed" in names
        assert all(name.startswith("sealgate_client/") for name in names)
        assert "Requires-Python: >=3.10" in told
        assert "# sealgate-client" in told, "the page at the registry is the README"

    def test_needs_httpx_and_two_more(self):
        requirements = [Requirement(text) for text in metadata.requires("sealgate-client") or ()]

        assert {one.name for one in requirements if one.marker is None} == {"httpx", "pyjwt", "wsproto"}
        assert {one.name for one in requirements if one.marker is not None} == FRAMEWORKS

    def test_works_with_what_it_declares(self, installed):
        modules = sorted(
            ".".join(("sealgate_client", *path.relative_to(SOURCES).with_suffix("").parts))
            for path in SOURCES.glob("*.py")
            if path.stem not in FRAMEWORKS | {"__init__"}
        )
        program = (
            f"import importlib\nfor name in {modules}: importlib.import_module(name)\n"
            "from sealgate_client import Sealgate\n"
            "from sealgate_client.errors import SealgateError\n"
            "import wsproto.connection, jwt.algorithms\n"
            "with Sealgate('http://127.0.0.1:1', 'key', 'secret', retries=0) as client:\n"
            "    try: client.ping()\n"
            "    except SealgateError as gone: print(gone.code)\n"
        )

        assert run(installed, program) == "network\n"


class TestImporting:
    def test_loads_nothing_that_is_not_used(self, installed):
        loaded = "import sys, sealgate_client; before = len(sys.modules); print(sorted(sys.modules))"

        modules = set(ast.literal_eval(run(installed, loaded)))

        ours = {name for name in modules if name.startswith("sealgate_client")}
        assert ours == {"sealgate_client"}
        assert modules.isdisjoint({"httpx", "jwt", "cryptography", "wsproto", "asyncio", "ssl", "http.client"})

    def test_costs_less_than_a_tenth_of_what_its_transport_does(self, installed):
        told = [self.costs_us(installed) for _ in range(3)]

        ours, transport = (min(cost[name] for cost in told) for name in ("sealgate_client", "httpx"))
        print(f"sealgate_client {ours / 1000:.1f} ms, httpx {transport / 1000:.1f} ms")
        assert ours < transport / 10

    def costs_us(self, folder):
        program = f"import sys; sys.path.insert(0, {str(folder)!r}); import sealgate_client, httpx"
        command = [sys.executable, "-I", "-S", "-X", "importtime", "-c", program]
        told = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=True).stderr
        lines = re.findall(r"\| +(\d+) \| (sealgate_client|httpx)$", told, re.MULTILINE)
        return {name: int(cost) for cost, name in lines}

    def test_a_client_loads_no_cryptography_until_a_token_is_checked(self, installed):
        program = (
            "import sys\nfrom sealgate_client import Sealgate\nSealgate('http://127.0.0.1:1', 'a', 'b').payloads\n"
        )

        assert run(installed, program + "print('httpx' in sys.modules, 'jwt' in sys.modules)") == "False False\n"


class TestTheSources:
    @pytest.mark.parametrize("path", sorted(SOURCES.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCES)))
    def test_know_nothing_of_the_server(self, path):
        for node in ast.walk(ast.parse(path.read_text(), feature_version=(3, 10))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name == "sealgate" or name.startswith("sealgate.")]
