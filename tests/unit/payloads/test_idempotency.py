"""The Idempotency-Key header; what it does is tested on both engines, in `conformance`."""

import pytest

from sealgate.payloads.errors import KeyInvalid
from sealgate.payloads.idempotency import read_key


def test_no_header_is_no_key():
    assert read_key(None, b"{}") is None


@pytest.mark.parametrize("header", ["x", "x" * 255, 'a "quoted" one', "0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41"])
def test_a_key_is_1_to_255_printable_characters(header):
    key = read_key(header, b"{}")

    assert key is not None
    assert (len(key.key_hash), len(key.body_hash)) == (32, 32)


@pytest.mark.parametrize("header", ["", "x" * 256, "tab\there", "é", "a\n"], ids=repr)
def test_anything_else_is_refused(header):
    with pytest.raises(KeyInvalid):
        read_key(header, b"{}")


def test_a_key_remembers_its_body():
    assert read_key("x", b"{}") == read_key("x", b"{}")
    assert read_key("x", b"{}") != read_key("x", b"{ }")


def test_a_key_is_the_app_s_or_one_user_s_own():
    alice, bob = (read_key("x", b"{}", account=account) for account in ("rAlice", "rBob"))

    assert len({key.key_hash for key in (read_key("x", b"{}"), alice, bob) if key is not None}) == 3
