"""What clients in other languages send and what they cannot bear, on the wire (platform-api 21.4 to 21.6).

They are written in languages this suite does not install, so their calls are made here by hand.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
from websockets.exceptions import ConnectionClosedOK
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from tests.compat.stage import Stage

SIGN_IN = {"TransactionType": "SignIn"}
SHOP = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
PAYMENT = {"TransactionType": "Payment", "Destination": SHOP, "DestinationTag": 1042, "Amount": "2500000"}
NOTHING = type(None)

META = {
    "exists": bool, "uuid": str, "multisign": bool, "submit": bool, "pathfinding": bool, "pathfinding_fallback": bool,
    "force_network": (str, NOTHING), "destination": str, "resolved_destination": str, "resolved": bool, "signed": bool,
    "cancelled": bool, "expired": bool, "pushed": bool, "app_opened": bool, "opened_by_deeplink": (bool, NOTHING),
    "return_url_app": (str, NOTHING), "return_url_web": (str, NOTHING), "is_xapp": bool, "signers": (list, NOTHING),
}  # fmt: skip
APPLICATION = {
    "name": str, "description": str, "disabled": int, "uuidv4": str, "icon_url": str,
    "issued_user_token": (str, NOTHING),
}  # fmt: skip
REQUEST = {
    "tx_type": str, "tx_destination": str, "tx_destination_tag": (int, NOTHING), "request_json": dict,
    "origintype": (str, NOTHING), "signmethod": (str, NOTHING), "created_at": str, "expires_at": str,
    "expires_in_seconds": int,
}  # fmt: skip
RESPONSE = {
    **dict.fromkeys(
        [
            "hex", "txid", "resolved_at", "dispatched_to", "dispatched_nodetype", "dispatched_result",
            "environment_nodeuri", "environment_nodetype", "multisign_account", "account", "signer", "user",
        ],
        (str, NOTHING),
    ),
    "dispatched_to_node": (bool, NOTHING), "environment_networkid": (int, NOTHING),
}  # fmt: skip
CUSTOM_META = {"identifier": (str, NOTHING), "blob": (dict, NOTHING), "instruction": (str, NOTHING)}
PARTS: dict[str, dict[str, Any]] = {
    "meta": META,
    "application": APPLICATION,
    "payload": REQUEST,
    "response": RESPONSE,
    "custom_meta": CUSTOM_META,
}


class Api:
    """The platform API as a typed client calls it: no trailing slash, success by status."""

    def __init__(self, stage: Stage) -> None:
        env = stage.platform.env
        self.stage = stage
        self.http = httpx.Client(
            base_url=f"{stage.platform.url}/api/v1/platform/",
            headers={"X-API-Key": env["SEALGATE_API_KEY"], "X-API-Secret": env["SEALGATE_API_SECRET"]},
        )

    def get(self, path: str) -> Any:
        """Return the answer to a GET that succeeds."""
        return self.http.get(path).raise_for_status().json()

    def post(self, path: str, body: Any) -> Any:
        """Return the answer to a POST that succeeds."""
        return self.http.post(path, json=body).raise_for_status().json()

    def cancel(self, uuid: str) -> Any:
        """Cancel a request."""
        return self.http.delete(f"payload/{uuid}").raise_for_status().json()

    def asks(self, txjson: dict[str, Any] = SIGN_IN, **members: Any) -> Any:
        """Create a request."""
        return self.post("payload", {"txjson": txjson, **members})

    def refusal(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Return the answer to a call that fails."""
        answer = self.http.request(method, path, json=body)
        assert answer.is_error, answer.text
        return answer


@pytest.fixture(scope="module")
def api(stage) -> Iterator[Api]:
    api = Api(stage)
    with api.http:
        yield api


@pytest.fixture(scope="module")
def api_on_postgres(stage_on_postgres) -> Iterator[Api]:
    api = Api(stage_on_postgres)
    with api.http:
        yield api


@contextmanager
def listening(url: str) -> Iterator[Connection]:
    """Follow a request and send nothing, as the .NET, PHP and Go clients do."""
    with connect(url, compression=None, proxy=None, ping_interval=None) as socket:
        yield socket


def heard(socket: Connection, *, until: str, limit_s: float = 10) -> list[str]:
    """Return the frames up to the first with the key `until`."""
    frames: list[str] = []
    while not frames or until not in json.loads(frames[-1]):
        frames.append(str(socket.recv(timeout=limit_s)))
    return frames


def mistakes(part: dict[str, Any], types: dict[str, Any]) -> dict[str, Any]:
    """Return what is missing, unexpected, or not of its type; 0 and true are not the same."""
    allowed = {key: kind if isinstance(kind, tuple) else (kind,) for key, kind in types.items()}
    return {
        key: part.get(key, "missing")
        for key in part.keys() | types.keys()
        if key not in part or type(part[key]) not in allowed.get(key, ())
    }


LIVES = {
    "created": lambda api, uuid: None,
    "opened": lambda api, uuid: api.stage.alice.opens(uuid),
    "signed": lambda api, uuid: api.stage.alice.signs(uuid),
    "rejected": lambda api, uuid: api.stage.alice.declines(uuid),
    "cancelled": lambda api, uuid: api.cancel(uuid),
    "expired": lambda api, uuid: api.stage.operator.shortens(uuid, -1),
}


class TestThePayload:
    """Typed clients read it into records: a missing key, or null where they hold a value, ends their program."""

    @pytest.mark.parametrize("txjson", [SIGN_IN, PAYMENT], ids=["sign-in", "payment"])
    @pytest.mark.parametrize("life", LIVES)
    def test_has_every_key_with_its_type(self, api, life, txjson):
        uuid = api.asks(txjson)["uuid"]
        LIVES[life](api, uuid)

        self.check(api.get(f"payload/{uuid}"))

    @pytest.mark.parametrize("life", ["created", "signed"])
    def test_has_every_key_with_its_type_on_postgres(self, api_on_postgres, life):
        api = api_on_postgres
        made = api.asks(PAYMENT)
        with listening(made["refs"]["websocket_status"]) as socket:
            LIVES[life](api, made["uuid"])
            heard(socket, until="payload_uuidv4" if life == "signed" else "expires_in_seconds")

        payload = api.get(f"payload/{made['uuid']}")

        self.check(payload)
        assert payload["meta"]["signed"] is (life == "signed")

    def test_keeps_its_types_where_everything_is_asked_for(self, api):
        uuid = api.asks(
            PAYMENT,
            options={
                "pathfinding": True, "pathfinding_fallback": True, "force_network": "MAINNET", "signers": [SHOP],
                "return_url": {"app": "shop://done", "web": "https://shop.example"},
            },
            custom_meta={"identifier": str(uuid4()), "blob": {"cart": 7}, "instruction": "Thanks"},
        )["uuid"]  # fmt: skip

        self.check(api.get(f"payload/{uuid}"))

    def check(self, payload: dict[str, Any]) -> None:
        """Fail unless every part has its keys and no other, but for the memos' text where there are memos."""
        if "Memos" in payload["payload"]["request_json"]:
            assert isinstance(payload["payload"].pop("computed"), dict)
        assert {part: mistakes(payload[part], types) for part, types in PARTS.items()} == {part: {} for part in PARTS}
        # What this server adds of its own stands beside the parts that clients know, never in them.
        assert payload.keys() - {"verified"} == PARTS.keys()
        assert ("verified" in payload) is payload["meta"]["signed"]
        for moment in (payload["payload"]["created_at"], payload["payload"]["expires_at"]):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment)

    def test_of_a_cancellation_has_every_key(self, api):
        done = api.cancel(api.asks()["uuid"])

        assert done.keys() == {"result", "meta", "custom_meta"}
        assert mistakes(done["result"], {"cancelled": bool, "reason": str}) == {}
        assert mistakes(done["meta"], META) == {}
        assert mistakes(done["custom_meta"], CUSTOM_META) == {}

    def test_of_success_never_looks_like_an_error(self, api):
        uuid = api.asks()["uuid"]
        answers = [api.get("ping"), api.asks(), api.get(f"payload/{uuid}"), api.cancel(uuid)]
        answers.append(api.post("user-tokens", {"tokens": [str(uuid4())]}))

        assert [key for answer in answers for key in ("message", "error") if key in answer] == []


class TestDotNet:
    def test_writes_txjson_with_a_capital_and_always_an_expiry(self, api):
        made = api.post("payload", {"txJson": SIGN_IN, "options": {"expire": 0, "submit": True, "multisign": False}})

        payload = api.get(f"payload/{made['uuid']}")["payload"]
        assert payload["tx_type"] == "SignIn"
        assert 86_390 <= payload["expires_in_seconds"] <= 86_400

    def test_reads_a_request_by_its_custom_identifier(self, api):
        made = api.asks(custom_meta={"identifier": (identifier := f"order 1/2 {uuid4()}"[:40])})

        found = api.get("payload/ci/" + identifier.replace(" ", "%20").replace("/", "%2F"))

        assert found["meta"]["uuid"] == made["uuid"]
        missing = api.refusal("GET", "payload/ci/never-used")
        assert (missing.status_code, missing.json()["error"]["code"]) == (404, 409)

    def test_takes_a_code_for_a_number(self, api):
        soft = api.refusal("GET", f"payload/{uuid4()}").json()["error"]
        fatal = api.refusal("GET", "nope").json()

        assert mistakes({key: soft[key] for key in ("reference", "code")}, {"reference": str, "code": int}) == {}
        assert (
            mistakes(fatal, {"error": bool, "message": str, "reference": str, "code": int, "req": str, "method": str})
            == {}
        )
        assert (fatal["error"], fatal["code"], fatal["req"], fatal["method"]) == (True, 404, "/v1/platform/nope", "GET")

    def test_reads_frames_into_1024_bytes_and_sends_none(self, api):
        made = api.asks(custom_meta={"identifier": str(uuid4()), "blob": {"x": "y" * 100}, "instruction": "z" * 200})
        with listening(made["refs"]["websocket_status"]) as socket:
            heard(socket, until="expires_in_seconds")
            api.stage.alice.signs(made["uuid"])
            frames = heard(socket, until="payload_uuidv4")

            assert max(len(frame.encode()) for frame in frames) <= 1024
            with pytest.raises(TimeoutError):
                socket.recv(timeout=1)  # nothing more, and above all no close: it cannot read one

    def test_reads_token_times_as_numbers(self, api):
        tokens = api.post("user-tokens", {"tokens": [str(uuid4())]})["tokens"]

        assert [mistakes(token, USER_TOKEN) for token in tokens] == [{}]


USER_TOKEN = {
    "user_token": str, "active": bool, "issued": int, "expires": int, "token_issued": int, "token_expiration": int,
}  # fmt: skip


class TestPhp:
    def test_sends_null_for_what_is_not_set(self, api):
        made = api.post(
            "payload",
            {
                "txjson": SIGN_IN,
                "txblob": None,
                "user_token": None,
                "options": {
                    "submit": None, "multisign": None, "expire": None, "signers": None, "force_network": None,
                    "return_url": {"app": None, "web": None},
                },
                "custom_meta": {"identifier": None, "blob": None, "instruction": None},
            },
        )  # fmt: skip

        payload = api.get(f"payload/{made['uuid']}")
        assert payload["custom_meta"] == {"identifier": None, "blob": None, "instruction": None}
        assert payload["meta"]["return_url_web"] is None
        assert 86_390 <= payload["payload"]["expires_in_seconds"] <= 86_400

    def test_sees_options_of_its_own_again(self, api):
        made = api.asks(options={"immutable": True, "force_account": False})

        meta = api.get(f"payload/{made['uuid']}")["meta"]

        assert (meta["immutable"], meta["forceAccount"]) == (True, False)

    def test_reads_texts_that_are_never_null(self, api):
        application = api.get("ping")["auth"]["application"]
        payload = api.get(f"payload/{api.asks()['uuid']}")

        assert application["webhookurl"] == ""
        assert (payload["payload"]["tx_destination"], payload["meta"]["destination"]) == ("", "")
        assert isinstance(api.get("ping")["auth"]["quota"], dict)

    @pytest.mark.parametrize(
        ("life", "reason"),
        [
            ("created", "OK"),
            ("opened", "ALREADY_OPENED"),
            ("signed", "ALREADY_RESOLVED"),
            ("rejected", "ALREADY_RESOLVED"),
            ("cancelled", "ALREADY_CANCELLED"),
            ("expired", "ALREADY_EXPIRED"),
        ],
    )
    def test_knows_five_reasons(self, api, life, reason):
        uuid = api.asks()["uuid"]
        LIVES[life](api, uuid)

        assert api.cancel(uuid)["result"] == {"cancelled": reason == "OK", "reason": reason}

    def test_takes_the_first_token_of_a_list_that_must_not_be_empty(self, api):
        unknown = str(uuid4())

        (token,) = api.get(f"user-token/{unknown}")["tokens"]

        assert (token["user_token"], token["active"]) == (unknown, False)

    def test_expects_an_object_in_every_frame(self, api):
        made = api.asks()
        with listening(made["refs"]["websocket_status"]) as socket:
            heard(socket, until="expires_in_seconds")
            api.get(f"payload/{made['uuid']}")
            api.stage.alice.declines(made["uuid"])
            frames = heard(socket, until="payload_uuidv4")

        assert all(isinstance(json.loads(frame), dict) and json.loads(frame) for frame in frames)

    def test_may_write_the_parts_of_a_user_token_call_either_way(self, api):
        unknown = str(uuid4())

        assert api.post("user-tokens", {"tokens": [unknown]}) == api.post("user-tokens/", [unknown])


class TestGo:
    def test_knows_a_missing_request_by_three_dots(self, api):
        with listening(f"{api.stage.platform.url.replace('http', 'ws')}/sign/{uuid4()}") as socket:
            assert json.loads(socket.recv(timeout=5))["message"] == "..."
            with pytest.raises(ConnectionClosedOK) as closed:
                socket.recv(timeout=5)

        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1000

    def test_stops_at_the_outcome_and_then_reads_it(self, api):
        made = api.asks()
        with listening(made["refs"]["websocket_status"]) as socket:
            heard(socket, until="expires_in_seconds")
            api.stage.alice.signs(made["uuid"])
            heard(socket, until="payload_uuidv4")

            assert api.get(f"payload/{made['uuid']}")["meta"]["resolved"] is True

    def test_stops_at_expired(self, api):
        made = api.asks()
        with listening(made["refs"]["websocket_status"]) as socket:
            heard(socket, until="expires_in_seconds")
            api.cancel(made["uuid"])

            assert json.loads(heard(socket, until="expired")[-1]) == {"expired": True}

    @pytest.mark.parametrize(
        ("method", "path", "body", "status", "code"),
        [
            ("POST", "payload", {"txjson": {"TransactionType": "?"}}, 400, 602),
            ("GET", f"payload/{uuid4()}", None, 404, 404),
            ("DELETE", f"payload/{uuid4()}", None, 404, 404),
        ],
        ids=["create", "get", "cancel"],
    )
    def test_reads_reference_code_and_message(self, api, method, path, body, status, code):
        answer = api.refusal(method, path, body)

        error = answer.json()["error"]
        assert (answer.status_code, error["code"], error["reference"]) == (status, code, answer.headers["x-call-ref"])
        assert error["message"]


class TestAnyClient:
    def test_may_send_a_content_type_without_a_body(self, api):
        uuid = api.asks()["uuid"]

        for method in ("GET", "DELETE"):
            answer = api.http.request(method, f"payload/{uuid}", headers={"content-type": "application/json"})
            assert answer.status_code == 200

    @pytest.mark.parametrize("path", ["ping/", "payload/", "user-tokens/"])
    def test_may_end_a_path_with_a_slash_and_is_not_redirected(self, api, path):
        body = {"ping/": {}, "payload/": {"txjson": SIGN_IN}, "user-tokens/": {"tokens": []}}[path]

        assert api.http.post(path, json=body).status_code == 200

    def test_may_write_uuids_in_any_case(self, api):
        uuid = api.asks()["uuid"]

        assert api.get(f"payload/{uuid.upper()}")["meta"]["uuid"] == uuid

    def test_is_told_the_uuid_of_a_request_as_the_reference_of_the_call(self, api):
        answer = api.http.post("payload", json={"txjson": SIGN_IN})

        assert answer.headers["x-call-ref"] == answer.json()["uuid"]
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
