"""Which of the three answers a body is."""

from typing import Any

import msgspec
import pytest

from sealgate.payloads.errors import BlobMissing
from sealgate.payloads.model import DispatchReport, Environment, RejectReport, SignReport
from sealgate.wallet.errors import AnswerUnclear
from sealgate.wallet.reports import AnswerIn, read_report

DISPATCHED = {"to": "wss://node.example", "nodetype": "MAINNET", "result": "tesSUCCESS"}


def read(**body: Any) -> SignReport | RejectReport | DispatchReport:
    """Read a body as it came over the wire."""
    return read_report(msgspec.convert(body, AnswerIn))


class TestReadReport:
    def test_reads_a_signature(self):
        report = read(
            signed_blob="AB",
            tx_id="CD",
            signmethod="PIN",
            signpubkey="ED",
            multisigned="",
            environment={"nodeuri": "wss://node.example", "nodetype": "MAINNET"},
            permission={"push": True, "days": 365},
            origintype="QR",
        )

        assert report == SignReport(
            signed_blob="AB",
            tx_id="CD",
            signmethod="PIN",
            signpubkey="ED",
            environment=Environment(nodeuri="wss://node.example", nodetype="MAINNET"),
            origintype="QR",
        )

    def test_reads_a_signature_with_the_submission_beside_it(self):
        report = read(signed_blob="AB", dispatched=DISPATCHED)

        assert isinstance(report, SignReport)
        assert report.dispatched == DispatchReport(**DISPATCHED)

    def test_reads_a_submission_alone(self):
        assert read(dispatched=DISPATCHED, origintype="QR") == DispatchReport(**DISPATCHED)

    def test_reads_a_rejection(self):
        assert read(reject=True, reject_initiator="APP", reject_reason="too dear", origintype="QR") == RejectReport(
            initiator="APP", reason="too dear", origintype="QR"
        )

    @pytest.mark.parametrize("more", [{"signed_blob": "AB"}, {"dispatched": DISPATCHED}])
    def test_refuses_two_answers_at_once(self, more):
        with pytest.raises(AnswerUnclear):
            read(reject=True, **more)

    @pytest.mark.parametrize("body", [{}, {"reject": False}, {"tx_id": "AB"}, {"signed_blob": None}])
    def test_asks_for_the_signature_where_there_is_no_answer(self, body):
        with pytest.raises(BlobMissing):
            read(**body)


class TestAnswerIn:
    @pytest.mark.parametrize(
        "body",
        [
            {"signed_blob": 1},
            {"signed_blob": "AB", "signmethod": "TELEPATHY"},
            {"signed_blob": "AB", "origintype": "qr"},
            {"signed_blob": "AB", "tx_id": "A" * 129},
            {"signed_blob": "AB", "signpubkey": "A" * 131},
            {"signed_blob": "AB", "multisigned": "r" * 65},
            {"signed_blob": "AB", "environment": {"nodeuri": "w" * 257}},
            {"signed_blob": "AB", "environment": {"networkid": 0}},
            {"signed_blob": "AB", "surprise": 1},
            {"reject": "yes"},
            {"reject": True, "reject_initiator": "NOBODY"},
            {"reject": True, "reject_reason": "x" * 1001},
            {"dispatched": {"to": "wss://node.example"}},
            {"dispatched": DISPATCHED | {"result": ""}},
            {"dispatched": DISPATCHED | {"more": 1}},
        ],
    )
    def test_refuses_what_is_not_documented(self, body):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(body, AnswerIn)
