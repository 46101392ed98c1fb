"""The challenge in every SignIn: design 4.6."""

import json

import msgspec
import pytest

from sealgate.base.clock import to_unix_s
from sealgate.base.ids import new_uuid
from sealgate.payloads.challenge import answers_challenge, with_challenge
from sealgate.payloads.model import Presentation
from tests.conftest import NOON
from tests.payloads import DOMAIN, SIGN_IN_REQUEST, a_draft, a_payload

MEMO = {"Memo": {"MemoData": "AB"}}


def memos_of(payload):
    return json.loads(bytes(payload.terms.request_json))["Memos"]


def text(hexadecimal: str) -> str:
    return bytes.fromhex(hexadecimal).decode()


class TestTheMemo:
    def test_binds_the_signature_to_payload_app_and_domain(self):
        payload = a_payload()

        [entry] = memos_of(payload)
        memo = entry["Memo"]
        says = json.loads(text(memo["MemoData"]))
        assert text(memo["MemoType"]) == "sealgate-challenge"
        assert text(memo["MemoFormat"]) == "application/json"
        assert len(says.pop("nonce")) == 32
        assert says == {
            "v": 1,
            "payload": payload.uuid,
            "domain": DOMAIN,
            "app": payload.app_uuid,
            "origin": None,
            "iat": to_unix_s(NOON),
        }

    def test_comes_behind_the_developers_own(self):
        memos = memos_of(a_payload({**SIGN_IN_REQUEST, "Memos": [MEMO]}))

        assert memos[0] == MEMO
        assert len(memos) == 2

    def test_says_what_an_oauth_sign_in_must_bind_too(self):
        shown = Presentation(origin="https://shop.example", txn_hash="ab" * 32, matching_number="42")

        terms = with_challenge(
            a_draft().terms, payload_uuid=new_uuid(), domain=DOMAIN, app_uuid=new_uuid(), presentation=shown, now=NOON
        )

        says = json.loads(text(json.loads(bytes(terms.request_json))["Memos"][0]["Memo"]["MemoData"]))
        assert (says["origin"], says["txn_hash"], says["number"]) == ("https://shop.example", "ab" * 32, "42")

    def test_is_never_the_same_twice(self):
        uuid = new_uuid()

        assert memos_of(a_payload(uuid=uuid)) != memos_of(a_payload(uuid=uuid))


class TestTheAnswer:
    def test_must_be_the_very_memo(self):
        payload = a_payload({**SIGN_IN_REQUEST, "Memos": [MEMO]})

        assert answers_challenge({"Memos": memos_of(payload)}, payload)

    @pytest.mark.parametrize("memos", [None, [], [MEMO], "x", [5]])
    def test_must_be_there(self, memos):
        assert not answers_challenge({"Memos": memos}, a_payload())

    def test_may_not_be_that_of_another_payload(self):
        assert not answers_challenge({"Memos": memos_of(a_payload())}, a_payload())

    def test_may_not_come_twice(self):
        payload = a_payload()

        assert not answers_challenge({"Memos": memos_of(payload) * 2}, payload)

    def test_may_not_stand_beside_another(self):
        payload = a_payload()

        assert not answers_challenge({"Memos": [*memos_of(payload), *memos_of(a_payload())]}, payload)

    def test_belongs_to_the_payload_it_names_even_if_the_memo_was_copied(self):
        payload = a_payload()
        moved = msgspec.structs.replace(payload, uuid=new_uuid())
        sold = msgspec.structs.replace(payload, app_uuid=new_uuid())

        assert not answers_challenge({"Memos": memos_of(payload)}, moved)
        assert not answers_challenge({"Memos": memos_of(payload)}, sold)
