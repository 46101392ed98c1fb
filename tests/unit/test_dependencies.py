"""The list of dependencies and the record of why we have each are the same list."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
RECORD = (ROOT / "docs/adr/0001-dependencies.md").read_text()

MOST_DIRECT_DEPENDENCIES = 25


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~! ]", requirement)[0] for requirement in requirements}


class TestTheDependencies:
    def test_are_few(self):
        assert len(PROJECT["dependencies"]) <= MOST_DIRECT_DEPENDENCIES

    def test_each_have_their_reason_on_record(self):
        recorded = set(re.findall(r"^\| ([a-z0-9-]+) \| [^|]+ \| [^|]+ \|$", RECORD, re.MULTILINE)) - {
            "package",
            "extra",
        }

        optional = {f for f in recorded if f in PROJECT["optional-dependencies"]}
        assert recorded - optional == names(PROJECT["dependencies"])

    def test_of_each_extra_have_their_reason_on_record(self):
        for extra, requirements in PROJECT["optional-dependencies"].items():
            for name in names(requirements):
                assert re.search(rf"^\| {extra} \| {name}\b", RECORD, re.MULTILINE), f"{extra}: {name}"
