"""Reading the body of an event as published clients write it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.xapps.events_errors import XappEventInvalid
from sealgate.xapps.events_model import (
    MAX_BODY,
    MAX_DATA_BYTES,
    MAX_SUBTITLE,
    EventDraft,
    Target,
    check_object,
    read_draft,
    read_target,
)
from tests.unit.web.test_strict_json import TEXT, VALUES

MEMBERS = st.sampled_from(["user_token", "user_uuid", "user_account", "body", "subtitle", "data", "silent", "other"])


def read(**asked: Any) -> EventDraft:
    """Return what a body says."""
    return read_draft(asked, json.dumps(asked).encode())


def pointer_of(**asked: Any) -> str | None:
    """Return the pointer of the refusal."""
    with pytest.raises(XappEventInvalid) as refusal:
        read(**asked)
    return refusal.value.pointer


class TestDrafts:
    def test_have_a_body_and_nothing_else_by_default(self):
        assert read(body="Your parcel is ready") == EventDraft(body="Your parcel is ready")

    def test_have_their_white_space_in_order_and_no_control_characters(self):
        draft = read(body="  One \x1b[31m\n\n\n\n two \t", subtitle=" Order\n1042 ")

        assert draft.body == "One [31m\n\ntwo"
        assert draft.subtitle == "Order 1042"

    def test_keep_data_to_the_letter(self):
        raw = b'{"body":"x", "data": {"z": 1.10, "a": [1, {"n": 2.50}]} }'

        draft = read_draft(json.loads(raw), raw)

        assert bytes(draft.data) == b'{"z":1.10,"a":[1,{"n":2.50}]}'

    @pytest.mark.parametrize("empty", [None, {}, []])
    def test_without_data_have_an_empty_object(self, empty):
        assert bytes(read(body="x", data=empty).data) == b"{}"

    @pytest.mark.parametrize(
        ("said", "silent"), [(True, True), ("true", True), (1, True), (False, False), (None, False)]
    )
    def test_are_silent_in_any_spelling(self, said, silent):
        assert read(body="x", silent=said).silent is silent

    @pytest.mark.parametrize(
        ("asked", "pointer"),
        [
            ({}, "/body"),
            ({"body": ""}, "/body"),
            ({"body": " \n\x00"}, "/body"),
            ({"body": 5}, "/body"),
            ({"body": ["x"]}, "/body"),
            ({"body": "x" * (MAX_BODY + 1)}, "/body"),
            ({"body": "x", "subtitle": {}}, "/subtitle"),
            ({"body": "x", "subtitle": "x" * (MAX_SUBTITLE + 1)}, "/subtitle"),
            ({"body": "x", "data": "text"}, "/data"),
            ({"body": "x", "data": [1]}, "/data"),
            ({"body": "x", "data": {"a": "x" * MAX_DATA_BYTES}}, "/data"),
        ],
    )
    def test_are_refused_with_a_pointer(self, asked, pointer):
        assert pointer_of(**asked) == pointer

    def test_may_be_as_long_as_is_said(self):
        largest = {"a": "x" * (MAX_DATA_BYTES - len('{"a":""}'))}

        draft = read(body="x" * MAX_BODY, subtitle="y" * MAX_SUBTITLE, data=largest)

        assert (len(draft.body), len(draft.subtitle or ""), len(bytes(draft.data))) == (500, 120, 4096)


class TestTargets:
    def test_are_named_by_the_first_of_three(self):
        assert read_target({"user_uuid": "u", "user_account": "r"}).name == "u"
        assert read_target({"user_token": " t ", "user_uuid": "u"}).name == "t"
        assert read_target({"user_token": "", "user_account": None}) == Target()

    @pytest.mark.parametrize("value", [5, {}, ["x"], True, "x" * 65])
    def test_are_short_texts(self, value):
        with pytest.raises(XappEventInvalid):
            read_target({"user_account": value})


@given(st.dictionaries(MEMBERS, VALUES, max_size=6) | VALUES)
def test_answer_anything_with_a_draft_or_a_refusal(asked):
    try:
        body = check_object(asked)
        read_target(body)
        draft = read_draft(body, json.dumps(body).encode())
    except XappEventInvalid:
        return

    assert 0 < len(draft.body) <= MAX_BODY
    assert draft.subtitle is None or 0 < len(draft.subtitle) <= MAX_SUBTITLE
    assert isinstance(json.loads(bytes(draft.data)), dict)


@given(st.dictionaries(TEXT, VALUES, max_size=4))
def test_data_comes_back_as_it_was_sent(data):
    assert json.loads(bytes(read(body="x", data=data).data)) == data
