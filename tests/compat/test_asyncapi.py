"""The AsyncAPI document, against the published JSON schema of AsyncAPI 3.0 and against what is really sent."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from sealgate.delivery.asyncapi import asyncapi_document
from sealgate.delivery.bodies import body_of
from sealgate.delivery.kinds import (
    DATA_OF,
    EVENT_KINDS,
    EventData,
    PayloadCancelled,
    PayloadContributed,
    PayloadExpired,
    PayloadOpened,
    PayloadRejected,
    PayloadSigned,
    PayloadValidated,
    SecretExposed,
    UserToken,
    UserTokenIssued,
    UserTokenRevoked,
    WebhookPaused,
)
from tests.unit.delivery.test_bodies import PAYLOAD, event, resolved

SPECS = Path(__file__).parent / "js/node_modules/@asyncapi/specs/schemas"
TOKEN = "c2a7e1d4-6b3f-4a90-8e5c-7f1b9d2a4c60"
WHEN = "2026-01-15T12:00:00Z"

SAMPLES: tuple[EventData, ...] = (
    resolved(),
    resolved(user_token=None),
    PayloadOpened(payload_uuid=PAYLOAD, identifier="order-1042", opened_by_deeplink=True),
    PayloadSigned(
        payload_uuid=PAYLOAD,
        reference_call_uuid=PAYLOAD,
        account="rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh",
        user_token=UserToken(user_token=TOKEN, token_issued=1, token_expiration=2),
    ),
    PayloadSigned(payload_uuid=PAYLOAD, reference_call_uuid=PAYLOAD),
    PayloadContributed(payload_uuid=PAYLOAD, signer="rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", weight=1, quorum=2),
    PayloadRejected(payload_uuid=PAYLOAD, reference_call_uuid=PAYLOAD, initiator="USER", reason="not today"),
    PayloadExpired(payload_uuid=PAYLOAD, expired_at=WHEN),
    PayloadCancelled(payload_uuid=PAYLOAD),
    PayloadValidated(payload_uuid=PAYLOAD, txid="A0", ledger_index=7, result="tesSUCCESS", network_id=1),
    UserTokenIssued(user_token=TOKEN, token_issued=1, token_expiration=2),
    UserTokenRevoked(user_token=TOKEN, revoked_at=WHEN),
    SecretExposed(reference_call_uuid=PAYLOAD, method="POST", route="/a", origin_host="shop.example"),
    WebhookPaused(
        endpoint_uuid=PAYLOAD, url="https://shop.example/", because="failing", failing_since=WHEN, failures=12
    ),
)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return asyncapi_document()


def body_validator(document: dict[str, Any], kind: str) -> Any:
    schema = document["components"]["messages"][kind]["payload"]
    return jsonschema_rs.Draft202012Validator({**schema, "components": document["components"]})


def test_is_valid_by_the_published_schema(document):
    schema = json.loads((SPECS / "3.0.0.json").read_text())

    problems = list(jsonschema_rs.validator_for(schema).iter_errors(document))

    assert [str(problem)[:500] for problem in problems] == []


def test_the_published_schema_finds_mistakes(document):
    schema = json.loads((SPECS / "3.0.0.json").read_text())

    mistakes: tuple[dict[str, Any], ...] = (
        {"asyncapi": "2.0.0"},
        {"operations": {"a": {"action": "tell"}}},
        {"channels": []},
    )
    for mistake in mistakes:
        assert not jsonschema_rs.validator_for(schema).is_valid({**document, **mistake})


def test_every_reference_leads_somewhere(document):
    def refs(value: Any):
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            for inner in value.values():
                yield from refs(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from refs(inner)

    found = set(refs(document))
    assert found
    for ref in found:
        place = document
        for step in ref.removeprefix("#/").split("/"):
            place = place[step]


def test_has_every_kind_of_event(document):
    assert tuple(document["operations"]) == EVENT_KINDS
    assert {sample.kind for sample in SAMPLES} == set(DATA_OF)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.kind}-{len(msgspec.json.encode(sample))}")
def test_what_is_sent_is_what_it_says(document, sample):
    body = json.loads(body_of(event(sample), "https://shop.example/hook"))
    validator = body_validator(document, sample.kind)

    assert [str(problem) for problem in validator.iter_errors(body)] == []
    for name in body:
        assert not validator.is_valid({key: value for key, value in body.items() if key != name}) or name == "userToken"
