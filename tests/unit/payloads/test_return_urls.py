"""Return URLs with their tags filled in (platform-api 5.5)."""

import msgspec
import pytest

from sealgate.payloads.events import resolve_message
from sealgate.payloads.model import Outcome
from sealgate.payloads.return_urls import return_urls
from tests.conftest import NOON
from tests.payloads import a_payload

UUID = "0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41"
OUTCOME = Outcome(
    signed=True, reference=UUID, holder_uuid=UUID, device_uuid=UUID, origintype="QR", txid="AB" * 32, hex="7321ED"
)


def a_payload_going_to(web: str, *, identifier: str | None = None, signed: bool = False):
    payload = a_payload(uuid=UUID, options={"return_url": {"web": web}}, custom_meta={"identifier": identifier})
    return msgspec.structs.replace(payload, outcome=OUTCOME, resolved_at=NOON) if signed else payload


@pytest.mark.parametrize(
    ("asked", "before", "after"),
    [
        ("https://a.example/", "https://a.example/", "https://a.example/"),
        ("https://a.example/{id}?x={ID}", f"https://a.example/{UUID}?x={UUID}", f"https://a.example/{UUID}?x={UUID}"),
        ("https://a.example/{cid}", "https://a.example/b%20c%2F%C3%A9%3F", "https://a.example/b%20c%2F%C3%A9%3F"),
        ("a://b/{txid}/{TxBlob}", "a://b//", f"a://b/{'AB' * 32}/7321ED"),
        ("https://a.example/{other}{}", "https://a.example/{other}{}", "https://a.example/{other}{}"),
    ],
)
def test_every_tag_is_replaced_and_nothing_else(asked, before, after):
    assert return_urls(a_payload_going_to(asked, identifier="b c/é?")).web == before
    assert return_urls(a_payload_going_to(asked, identifier="b c/é?", signed=True)).web == after


def test_an_identifier_that_is_missing_becomes_empty_text():
    assert return_urls(a_payload_going_to("https://a.example/{cid}.")).web == "https://a.example/."


def test_a_tag_in_an_identifier_stays_text():
    assert return_urls(a_payload_going_to("https://a.example/{cid}", identifier="{txid}")).web == (
        "https://a.example/%7Btxid%7D"
    )


def test_there_are_none_where_none_were_asked_for():
    assert return_urls(a_payload()) == (None, None)


def test_whoever_knows_the_uuid_alone_does_not_get_the_blob():
    payload = a_payload_going_to("https://a.example/{txid}/{txblob}", signed=True)

    assert return_urls(payload, public=True).web == f"https://a.example/{'AB' * 32}/"
    assert resolve_message(payload)["return_url"]["web"] == f"https://a.example/{'AB' * 32}/"
