"""The two client libraries: one description, the same words, and a reason for what only one of them can do."""

import re
from pathlib import Path

import pytest
from sealgate_client import client, models, tokens, webhooks
from sealgate_client._both import Paired
from sealgate_client._model import Model
from sealgate_client.activity import ActivityCalls
from sealgate_client.errors import TokenInvalid, WebhookInvalid
from sealgate_client.lookups import LookupCalls
from sealgate_client.oauth import OAuthCalls
from sealgate_client.payloads import PayloadCalls
from sealgate_client.stores import StorageCalls, UserdataCalls
from sealgate_client.users import PushCalls, UserTokenCalls, XappCalls

from scripts.sdk_models import python_models, read_models, typescript_models

SDK = Path(__file__).parents[3] / "sdk"
JS = SDK / "js/src"

GROUPS = {
    "payloads.ts": PayloadCalls,
    "user-tokens.ts": UserTokenCalls,
    "userdata.ts": UserdataCalls,
    "storage.ts": StorageCalls,
    "push.ts": PushCalls,
    "xapp/xapp.ts": XappCalls,
    "lookups.ts": LookupCalls,
    "activity.ts": ActivityCalls,
    "oauth.ts": OAuthCalls,
    "sealgate.ts": client.SealgateCalls,
}

# What only one of them has, and why.
ONLY_JAVASCRIPT = {
    # In the wallet's own browser, which runs no Python.
    "xapp/xapp.ts": {
        "close", "navigate", "on_network_switch", "open_browser", "open_sign_request", "ready", "scan_qr",
        "select_destination", "share", "show_transaction",
    },
    # A page keeps who is signed in; in Python `sealgate_client.fastapi` and its like do, and `oauth.sign_in_here`.
    "sealgate.ts": {"access_token", "close", "on", "sign_in", "sign_out", "userinfo"},
}  # fmt: skip
ONLY_PYTHON = {
    # Needs a port to listen on.
    "oauth.ts": {"sign_in_here"},
    # The entry `sealgate/server` has them as functions.
    "sealgate.ts": {"verify_receipt", "verify_token", "verify_webhook"},
}

_METHOD = re.compile(r"^  (?:async )?([a-z]\w*)(?:<.*?>)?\(", re.MULTILINE)


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()


def javascript(file: str) -> set[str]:
    """Return the methods of the first exported class of a file, in the words of Python."""
    text = (JS / file).read_text()
    begin = re.search(r"^export class \w+ \{$", text, re.MULTILINE)
    assert begin is not None, file
    body, _, _ = text[begin.end() :].partition("\n}\n")
    return {snake(name) for name in _METHOD.findall(body)} - {"constructor"}


def python(group: type) -> set[str]:
    return {
        name
        for name, member in vars(group).items()
        if not name.startswith("_") and (callable(member) or isinstance(member, Paired))
    }


class TestOperations:
    @pytest.mark.parametrize("file", list(GROUPS))
    def test_are_the_same_in_both(self, file):
        js, py = javascript(file), python(GROUPS[file])

        assert js - py == ONLY_JAVASCRIPT.get(file, set()), "Python lacks these, or has them by now"
        assert py - js == ONLY_PYTHON.get(file, set()), "JavaScript lacks these, or has them by now"

    def test_stand_in_the_same_groups(self):
        text = (JS / "sealgate.ts").read_text()
        parts = {snake(name) for name in re.findall(r"^  readonly (\w+): [A-Z]\w+;$", text, re.MULTILINE)}

        assert parts - {"credential"} == {
            name for name, part in vars(client.SealgateCalls).items() if isinstance(part, client.part)
        }

    def test_offline_are_the_same_in_both(self):
        exported = re.findall(r"\b(verify[A-Z]\w+)\b", (JS / "server/index.ts").read_text())

        have = {name for module in (tokens, webhooks) for name in vars(module) if name.startswith("verify_")}
        assert {snake(name) for name in exported} == have - {"verify_id_token"}, (
            "JavaScript checks an ID token in `finish`"
        )

    @pytest.mark.parametrize(("type", "error"), [("TokenCode", TokenInvalid), ("WebhookCode", WebhookInvalid)])
    def test_fail_for_the_same_reasons(self, type, error):
        declared = re.search(rf"export type {type} =([^;]+);", (JS / "errors.ts").read_text())
        assert declared is not None

        words = set(re.findall(r"`(\w+)`", error.__doc__)) - {"code"}
        assert set(re.findall(r'"(\w+)"', declared[1])) == words - {"wrong_nonce"}


class TestModels:
    @pytest.mark.parametrize(
        ("path", "text"),
        [(SDK / "python/src/sealgate_client/models.py", python_models), (JS / "models.ts", typescript_models)],
        ids=["python", "javascript"],
    )
    def test_are_those_of_the_description(self, path, text):
        assert path.read_text() == text(), "run `make docs`"

    def test_are_the_same_in_both(self):
        exported = re.findall(r"^export interface (\w+)", (JS / "models.ts").read_text(), re.MULTILINE)

        assert sorted(exported) == [model.name for model in read_models()]
        assert all(hasattr(models, name) for name in exported)


RAW = {
    "uuid": "u",
    "next": {"always": "https://sign.example/sign/u"},
    "pushed": False,
    "tomorrow": 1,
    "warnings": [{"message": "Sure?"}],
}


class TestAModel:
    def test_shows_members_as_attributes_and_what_is_left_out_as_none(self):
        created = models.PayloadCreated(RAW)

        assert (created.uuid, created.next.always, created.pushed) == ("u", "https://sign.example/sign/u", False)
        assert (created.push, created.next.no_push_msg_received) == (None, None)
        assert [warning.message for warning in created.warnings or ()] == ["Sure?"]

    def test_keeps_what_it_does_not_know(self):
        created = models.PayloadCreated(RAW)

        assert created.raw["tomorrow"] == 1
        with pytest.raises(AttributeError):
            _ = created.tomorrow

    def test_has_lists_in_maps(self):
        change = {"counterparty": "", "currency": "XRP", "value": "-1", "formatted": {}}

        found = models.TransactionOut({"balanceChanges": {"r": [change]}}).balanceChanges["r"][0]

        assert found.currency == "XRP"

    def test_is_a_value(self):
        import copy
        import pickle

        created = models.PayloadCreated(RAW)

        assert pickle.loads(pickle.dumps(created)) == copy.deepcopy(created) == created
        assert created != models.PayloadCreated({})
        assert isinstance(created.next, Model)
        assert "uuid" in dir(created)
