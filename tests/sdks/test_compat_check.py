"""`sealgate compat check`: our own server fits every published client, and what is odd about another is found."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from sealgate.cli.compat.shapes import Misfit, misfits, shape
from sealgate.cli.compat.traffic import CLIENTS, READING, WRITING
from sealgate.cli.main import cli
from tests.platform import SEALGATE, Platform, start_platform
from tests.sdks.quirky import Habits, QuirkyServer


@pytest.fixture(scope="module")
def dev_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A running `sealgate dev` of the file's own, which knows rates, too."""
    rates = tmp_path_factory.mktemp("rates") / "rates.json"
    rates.write_text('{"currencies": {"EUR": 1.08}, "assets": {"XRP": 0.52}}')
    started = start_platform(rates_file=str(rates))
    yield started
    started.stop()


def checks(platform: Platform, *arguments: str) -> tuple[int, dict[str, Any], str]:
    """Run the command and return exit code, JSON and what stands on stderr."""
    done = platform.run(SEALGATE, "compat", "check", *arguments, "--json")
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr


def problems_of(report: dict[str, Any]) -> dict[str, list[str]]:
    """Return what is odd, by the name of the call."""
    return {
        one["name"]: [f"{misfit['at']}: {misfit['found']}" for misfit in one["misfits"]]
        for one in report["checks"]
        if one["state"] == "differs"
    }


class TestOurOwnServer:
    def test_fits_every_client(self, dev_platform):
        code, report, _ = checks(dev_platform, dev_platform.url, "--write")

        assert problems_of(report) == {}
        assert (code, report["fits"]) == (0, True)
        assert {one["state"] for one in report["checks"]} == {"fits"}
        assert len(report["checks"]) == len(READING) + len(WRITING) + 1
        assert [one["client"] for one in report["clients"]] == list(CLIENTS)
        assert all(one["fits"] for one in report["clients"])

    def test_is_left_as_it_was_unless_it_may_write(self, dev_platform):
        before = dev_platform.sealgate("logs", "tail", "--limit", "1")["calls"][0]["number"]

        code, report, _ = checks(dev_platform, dev_platform.url)

        assert code == 0
        assert not [one for one in report["checks"] if one["method"] == "DELETE"]
        calls = dev_platform.sealgate("logs", "tail", "--limit", "100")["calls"]
        assert not [one for one in calls if one["number"] > before and one["route"].endswith("/payload")]

    def test_cancels_the_one_request_it_makes(self, dev_platform):
        _code, _report, _ = checks(dev_platform, dev_platform.url, "--write")

        calls = dev_platform.sealgate("logs", "tail", "--limit", "10")["calls"]
        assert [one["method"] for one in calls[-5:]] == ["POST", "GET", "GET", "DELETE", "DELETE"]

    def test_is_asked_less_without_credentials(self, dev_platform):
        # Those of the environment are for SEALGATE_URL, and this is another name of the same server.
        other_name = dev_platform.url.replace("localhost", "127.0.0.1")

        code, report, _ = checks(dev_platform, other_name, "--write")

        states = {one["name"]: one["state"] for one in report["checks"]}
        assert (code, states["ping"], states["discovery"], states["create"]) == (0, "skipped", "fits", "skipped")

    def test_is_shown_as_a_table_for_people(self, dev_platform):
        done = dev_platform.run(SEALGATE, "compat", "check", dev_platform.url)

        assert done.returncode == 0
        assert "ok   ping, with a slash" in done.stdout
        assert "py    xumm-sdk-py                  fits" in done.stdout
        assert done.stdout.rstrip().endswith("All fits.")


def without(*path: str) -> Any:
    """Return what takes a member away."""

    def bend(body: dict[str, Any]) -> dict[str, Any]:
        inner = body
        for name in path[:-1]:
            inner = inner[name]
        del inner[path[-1]]
        return body

    return bend


class TestAServerWithHabits:
    def test_is_found_out(self, dev_platform):
        def odd_ping(body):
            body["auth"]["application"] |= {"webhookurl": None, "disabled": False}
            return body

        habits = Habits(
            bodies={
                "GET /api/v1/platform/ping": odd_ping,
                "POST /api/v1/platform/user-tokens": lambda _body: {"tokens": {}},
                "POST /api/v1/platform/payload/": without("refs", "qr_png"),
                "GET /.well-known/openid-configuration": without("jwks_uri"),
            },
            statuses={"GET /api/v1/platform/ping/": 301},
            plain={"GET /api/v1/platform/payload/00000000-0000-4000-8000-000000000000"},
            without={"access-control-allow-origin"},
        )
        with QuirkyServer(dev_platform.url, habits) as quirky:
            code, report, _ = checks(
                dev_platform, quirky.url, "--write",
                "--api-key", dev_platform.env["SEALGATE_API_KEY"],
                "--api-secret", dev_platform.env["SEALGATE_API_SECRET"],
            )  # fmt: skip

        found = problems_of(report)
        assert (code, report["fits"]) == (1, False)
        assert found["ping, with a slash"] == ["status: 301"]
        assert found["user tokens"][0] == "tokens: object"
        assert found["create"] == ["refs.qr_png: missing"]
        assert found["discovery"] == ["header access-control-allow-origin: missing", "jwks_uri: missing"]
        assert found["a request that is not there"] == ["body: no JSON"]
        assert "header access-control-allow-origin: missing" in found["calls from pages"]
        # Each client breaks at what it reads, and at nothing else.
        odd = next(one for one in report["checks"] if one["name"] == "ping")["misfits"]
        assert [(one["at"], one["found"], one["clients"]) for one in odd] == [
            ("auth.application.webhookurl", "null", ["py", "php"]),
            ("auth.application.disabled", "false", ["py", "net", "php"]),
        ]
        breaks = {one["client"]: one["breaks_at"] for one in report["clients"]}
        assert "ping" not in breaks["go"]
        assert "ping, with a slash" in breaks["py"]
        # What it made there, it cancelled.
        assert any(call.startswith("DELETE /api/v1/platform/payload/") for call in quirky.calls)

    def test_that_has_no_rates_says_so_and_fits(self, dev_platform):
        with QuirkyServer(dev_platform.url, Habits(statuses={"GET /api/v1/platform/rates/EUR": 503})) as quirky:
            code, report, _ = checks(
                dev_platform, quirky.url,
                "--api-key", dev_platform.env["SEALGATE_API_KEY"],
                "--api-secret", dev_platform.env["SEALGATE_API_SECRET"],
            )  # fmt: skip

        rates = next(one for one in report["checks"] if one["name"] == "rates")
        assert (code, rates["state"], rates["why"]) == (0, "lacking", "answers 503: it has none")

    def test_that_does_not_answer_fits_nobody(self, dev_platform, tmp_path):
        code, report, _ = checks(dev_platform, "http://127.0.0.1:9")

        assert code == 1
        assert all(one["misfits"][0]["at"] == "connection" for one in report["checks"] if one["state"] == "differs")

    @pytest.mark.parametrize("url", ["sign.example", "ftp://sign.example", "https://user:pass@sign.example"])
    def test_has_an_address(self, url):
        assert CliRunner().invoke(cli, ["compat", "check", url]).exit_code == 2

    def test_is_never_sent_a_secret_without_its_key(self, dev_platform):
        done = dev_platform.run(SEALGATE, "compat", "check", dev_platform.url, "--api-secret", "x")

        assert (done.returncode, "Give --api-key, too." in done.stderr) == (1, True)


class TestAShape:
    NEEDS = shape("""
        name            text
        ~nick           text
        tags[].id       int     py
        by{}.uuid       uuid?
        done            true    net php
    """)

    def test_finds_nothing_in_what_fits(self):
        body = {"name": "", "tags": [{"id": 1}], "by": {"a": {"uuid": None}}, "done": True, "more": 1}

        assert misfits(body, self.NEEDS, ("ts",)) == []

    def test_names_the_first_of_each_kind_and_who_needs_it(self):
        body = {"nick": 7, "tags": [{"id": 1}, {"id": True}, {}], "by": {"a": {"uuid": "A" * 36}}, "done": False}

        assert misfits(body, self.NEEDS, ("ts",)) == [
            Misfit("name", "missing", "text", ("ts",)),
            Misfit("nick", "7", "text", ("ts",)),
            Misfit("tags[1].id", "true", "int", ("py",)),
            Misfit("by['a'].uuid", '"' + "A" * 36 + '"', "uuid or null", ("ts",)),
            Misfit("done", "false", "true", ("net", "php")),
        ]

    @pytest.mark.parametrize("body", [None, [], "text", 7, {"tags": {}, "by": []}])
    def test_takes_any_answer(self, body):
        assert "name" in {one.at for one in misfits(body, self.NEEDS, ("ts",))}
