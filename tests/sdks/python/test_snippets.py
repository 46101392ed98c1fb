"""Examples of the README, the guide and the docstrings, run as they stand, with a person who does what they print."""

import builtins
import contextlib
import io
import json
import re
import textwrap
import threading
from itertools import takewhile
from pathlib import Path
from typing import Any

import flask
import pytest
import sealgate_client
import sealgate_client.django
import sealgate_client.fastapi
import sealgate_client.flask
from fastapi import FastAPI
from sealgate_client import Sealgate

from tests.compat.tab import Tab
from tests.sdks.python.test_signing_in import agrees_to_stay

ROOT = Path(__file__).parents[3]
PAGES = {"readme": ROOT / "sdk/python/README.md", "guide": ROOT / "docs/guides/sdk-python.md"}
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SNIPPETS = {
    f"{page}-{number}": code
    for page, path in PAGES.items()
    for number, code in enumerate(_BLOCK.findall(path.read_text()), start=1)
}
_SIGN = re.compile(r"/sign/([0-9a-f-]{36})$")
_ADDRESS = re.compile(r"https?://\S+")
LIMIT_S = 30


class Person(io.StringIO):
    """Reads what a program prints, and does what it asks for: signs, signs in, confirms a code.

    Attributes:
        came_back: The address that the browser was sent to by the last sign-in.
    """

    def __init__(self, stage) -> None:
        super().__init__()
        self._stage = stage
        self._tab = Tab(stage.platform.url)
        self._acts: list[threading.Thread] = []
        self.came_back = ""
        self.problems: list[BaseException] = []

    def write(self, text: str) -> int:
        for address in _ADDRESS.findall(text):
            if found := _SIGN.search(address):
                self._does(self._stage.alice.signs, found[1])
            elif "127.0.0.1%3A3000" in address:
                self.came_back = self._tab.sign_in(address, self._stage.alice)
            elif "offline_access" in address:
                self._does(lambda url: self._tab.get(agrees_to_stay(self._tab, url, self._stage.alice)), address)
            elif "/auth?" in address:
                self._does(lambda url: self._tab.get(self._tab.sign_in(url, self._stage.alice)), address)
            elif "/device?" in address:
                self._tab.approve_device(address, self._stage.alice)
        return super().write(text)

    def runs(self, code: str, **known: Any) -> dict[str, Any]:
        """Run a program and return its names."""
        names = {"__name__": "__main__", **known}
        with contextlib.redirect_stdout(self):
            exec(compile(code, "<example>", "exec", dont_inherit=True), names)
        return names

    def leaves(self) -> None:
        for act in self._acts:
            act.join(LIMIT_S)
        self._tab.close()
        assert self.problems == []

    def _does(self, act, *args) -> None:
        def run() -> None:
            try:
                act(*args)
            except BaseException as problem:
                self.problems.append(problem)

        self._acts.append(threading.Thread(target=run))
        self._acts[-1].start()


@pytest.fixture
def stage(on_sqlite):
    return on_sqlite


@pytest.fixture
def person(stage, monkeypatch):
    """Somebody at the terminal of a developer who loaded `dev.env`."""
    for name, value in stage.platform.env.items():
        monkeypatch.setenv(name, value)
    person = Person(stage)
    monkeypatch.setattr(builtins, "input", lambda _: person.came_back)
    yield person
    person.leaves()


class TestTheReadme:
    def test_asks_who_somebody_is(self, person, stage):
        person.runs(SNIPPETS["readme-1"])

        assert person.getvalue().endswith(f"Signed by {stage.alice.account}\n")

    def test_asks_for_a_payment(self, person):
        person.runs(SNIPPETS["readme-2"])

        assert re.search(r"signed\nTransaction [0-9A-F]{64}\n$", person.getvalue())

    def test_lets_people_sign_in(self, person):
        app = person.runs(SNIPPETS["readme-3"])["app"]

        assert app.url_path_for("me") == "/me"
        assert app.url_path_for("sealgate_callback") == "/auth/callback"

    def test_shows_a_refusal(self, person):
        person.runs(SNIPPETS["readme-4"])

        assert person.getvalue().startswith("400 603 /txjson/Amount\n")


class TestTheGuide:
    def test_begins_with_a_request(self, person):
        person.runs(SNIPPETS["guide-1"])

        assert person.getvalue() == "Demo app\nTrue\nOK\n"

    def test_follows_a_request_and_pushes_the_next(self, person):
        person.runs(SNIPPETS["guide-2"])

        assert person.getvalue().endswith("signed\nPushed\nTrue\n")

    def test_signs_people_in_in_any_framework(self, person, stage):
        person.runs(SNIPPETS["guide-3"])

        assert person.getvalue().endswith(f"Signed in as {stage.alice.account}\n{{'dark': True}} True\n")

    def test_signs_in_at_this_computer(self, person, stage):
        person.runs(SNIPPETS["guide-4"])

        assert person.getvalue().endswith(f"Signed in as {stage.alice.account}\n")

    def test_signs_in_by_a_code(self, person, stage, monkeypatch):
        monkeypatch.setattr("sealgate_client._transport.time.sleep", lambda _: None)

        person.runs(SNIPPETS["guide-5"])

        assert person.getvalue().endswith(f"Signed in as {stage.alice.account}\n")

    def test_keeps_people_signed_in(self, person, stage, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        session = tmp_path / "session.json"
        person.runs(SNIPPETS["guide-6"])
        first = json.loads(session.read_text())

        session.write_text(json.dumps({**first, "expires_at": 0}))
        person.runs(SNIPPETS["guide-6"])

        last = json.loads(session.read_text())
        assert person.getvalue().endswith(f"Signed in as {stage.alice.account}\n" * 2)
        assert last["refresh_token"] != first["refresh_token"]
        assert session.stat().st_mode & 0o777 == 0o600
        with Sealgate() as sealgate:
            sealgate.oauth.revoke(last["refresh_token"])
        person.runs(SNIPPETS["guide-6"])
        assert not session.exists()

    def test_serves_an_xapp(self, person, stage):
        names = person.runs(SNIPPETS["guide-7"])
        made = stage.operator.new_xapp()

        with Sealgate(stage.platform.url, made["api_key"], made["api_secret"]) as sealgate:
            ott = stage.alice.launches(made["xapp_id"], {"orderId": "1042"})
            assert names["order_of"](sealgate, ott) == (stage.alice.account, "1042")
            signed = sealgate.payloads.create({"TransactionType": "SignIn"})
            stage.alice.signs(signed.uuid)
            user_token = sealgate.payloads.get(signed.uuid).application.issued_user_token
            assert sealgate.payloads.cancel(names["tell"](sealgate, user_token)).result.cancelled is True

    def test_stores_looks_up_and_looks_back(self, person):
        person.runs(SNIPPETS["guide-8"])

        stored, network, call = person.getvalue().splitlines()
        assert stored == "{'open': True}"
        assert network
        assert call.startswith("/api/v1/platform/app-storage 200 ")

    def test_receives_webhooks(self, person):
        names = person.runs(SNIPPETS["guide-9"])

        assert names["receive"](b"{}", {}) == 400
        names["sealgate"].close()

    def test_checks_tokens(self, person, stage, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.StringIO(stage.alice.signs_in()))
        person.runs(SNIPPETS["guide-10"])
        monkeypatch.setattr("sys.stdin", io.StringIO("no token"))
        person.runs(SNIPPETS["guide-10"])

        assert person.getvalue() == f"A token of {stage.alice.account}\nIt does not count: malformed\n"

    def test_has_no_example_that_is_not_run_here(self):
        names = set(re.findall(r"SNIPPETS\[\"([a-z]+-\d+)\"\]", Path(__file__).read_text()))

        assert names == set(SNIPPETS)


class TestDocstrings:
    def indented(self, module) -> str:
        """Return the first example of a module's docstring: what is indented by four."""
        lines = module.__doc__.splitlines()
        start = next(at for at, line in enumerate(lines) if line.startswith("    "))
        return textwrap.dedent("\n".join(takewhile(lambda line: not line or line.startswith("    "), lines[start:])))

    def test_of_the_package_asks_who_somebody_is(self, person, stage):
        person.runs(self.indented(sealgate_client))

        assert person.getvalue().endswith(f"Signed by {stage.alice.account}\n")

    def test_of_the_piece_for_fastapi_makes_routes(self, person):
        app = FastAPI()
        import typing

        import fastapi

        known = {**vars(sealgate_client.fastapi), **vars(typing), **vars(fastapi)}
        person.runs(self.indented(sealgate_client.fastapi), **{**known, "app": app, "on_event": print})

        paths = [app.url_path_for(name) for name in ("me", "sealgate_sign_in", "receive")]
        assert paths == ["/me", "/auth/sign-in", "/webhooks/sealgate"]

    def test_of_the_piece_for_flask_makes_routes(self, person):
        app = flask.Flask("shop")
        person.runs(
            self.indented(sealgate_client.flask), **{**vars(sealgate_client.flask), "app": app, "on_event": print}
        )

        assert {"/me", "/auth/sign-in", "/webhooks/sealgate"} <= {str(rule) for rule in app.url_map.iter_rules()}

    def test_of_the_piece_for_django_makes_urls(self, person):
        from django.http import HttpResponse
        from django.urls import include, path

        known = {"include": include, "path": path, "HttpResponse": HttpResponse, "on_event": print}
        names = person.runs(self.indented(sealgate_client.django), **{**vars(sealgate_client.django), **known})

        assert [str(pattern.pattern) for pattern in names["urlpatterns"]] == ["auth/", "webhooks/sealgate", "me"]

    @pytest.mark.parametrize(
        "name", ["payloads", "user_tokens", "userdata", "storage", "push", "xapp", "lookups", "activity", "oauth"]
    )
    def test_of_the_package_names_every_method(self, name, person):
        told = re.search(
            rf"^    sealgate\.{name} +((?:.|\n +)*?)$(?!\n {{10}})", sealgate_client.__doc__ or "", re.MULTILINE
        )
        assert told is not None

        with Sealgate() as sealgate:
            group = type(getattr(sealgate, name))
        methods = {found for found in dir(group) if not found.startswith("_")}
        assert set(re.findall(r"\w+", told[1])) == methods
