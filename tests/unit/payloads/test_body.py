"""The documented body of a creation is one that is really understood."""

import msgspec
import pytest

from sealgate.payloads import members
from sealgate.payloads.body import CustomMetaIn, OptionsIn, PayloadIn, ReturnUrlIn
from sealgate.payloads.draft import check_draft
from sealgate.payloads.errors import MemberInvalid, TooLong
from tests.payloads import ALICE, PAYMENT


def at_the_limit(more: int = 0) -> PayloadIn:
    """Return a body with every member at its longest, or `more` beyond."""
    url = "https://a.example/"
    return PayloadIn(
        txjson=PAYMENT,
        options=OptionsIn(
            submit=False,
            expire=members.LONGEST_EXPIRE_MIN,
            signers=[ALICE.address] * members.MAX_SIGNERS,
            return_url=ReturnUrlIn(web=url + "x" * (members.MAX_RETURN_URL - len(url) + more)),
        ),
        custom_meta=CustomMetaIn(
            identifier="i" * members.MAX_IDENTIFIER, blob={"a": 1}, instruction="x" * members.MAX_INSTRUCTION
        ),
    )


def test_what_fits_the_reference_is_understood():
    sent = msgspec.json.encode(at_the_limit())

    assert msgspec.json.decode(sent, type=PayloadIn) == at_the_limit()
    draft = check_draft(msgspec.json.decode(sent), raw=sent)
    assert (draft.terms.submit, draft.expire_min) == (False, members.LONGEST_EXPIRE_MIN)


def test_what_does_not_fit_the_reference_is_refused():
    sent = msgspec.json.encode(at_the_limit(1))

    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(sent, type=PayloadIn)
    with pytest.raises((TooLong, MemberInvalid)):
        check_draft(msgspec.json.decode(sent))


def test_the_reference_states_the_defaults_that_apply():
    draft = check_draft({"txjson": PAYMENT})
    documented = OptionsIn()

    assert (documented.submit, documented.multisign, documented.expire) == (
        draft.terms.submit,
        draft.terms.multisign,
        draft.expire_min,
    )
