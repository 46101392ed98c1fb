"""The life of a payload, as a table of cases."""

from datetime import timedelta

import msgspec
import pytest

from sealgate.base.ids import new_uuid
from sealgate.payloads.model import (
    CancelReason,
    Environment,
    Outcome,
    State,
    cancel_reason,
    is_expired,
    is_expired_for_wallets,
    state_of,
)
from tests.conftest import NOON
from tests.payloads import a_payload

DEADLINE = NOON + timedelta(minutes=5)
LAST_MOMENT = DEADLINE - timedelta(milliseconds=1)
BEFORE = NOON + timedelta(minutes=1)


def outcome(signed: bool) -> Outcome:
    return Outcome(signed=signed, reference=new_uuid(), holder_uuid=new_uuid(), device_uuid=new_uuid(), origintype="QR")


def payload(**changes):
    made = a_payload(options={"expire": 5})
    return msgspec.structs.replace(made, **changes)


OPENED = {"opened_at": BEFORE, "opened_by_deeplink": False}
SIGNED = OPENED | {"resolved_at": BEFORE, "outcome": outcome(signed=True)}
REJECTED = OPENED | {"resolved_at": BEFORE, "outcome": outcome(signed=False)}
CANCELLED = {"cancelled_at": BEFORE}


class TestWhereItStands:
    @pytest.mark.parametrize(
        ("changes", "now", "state"),
        [
            ({}, NOON, State.CREATED),
            ({}, LAST_MOMENT, State.CREATED),
            ({}, DEADLINE, State.EXPIRED),
            (OPENED, LAST_MOMENT, State.OPENED),
            (OPENED, DEADLINE + timedelta(days=9), State.OPENED),
            (SIGNED, LAST_MOMENT, State.SIGNED),
            (SIGNED, DEADLINE, State.SIGNED),
            (REJECTED, DEADLINE, State.REJECTED),
            (CANCELLED, LAST_MOMENT, State.CANCELLED),
            (CANCELLED, DEADLINE, State.CANCELLED),
        ],
    )
    def test_follows_from_what_happened_and_the_clock(self, changes, now, state):
        assert state_of(payload(**changes), now) is state


class TestExpired:
    @pytest.mark.parametrize(
        ("changes", "now", "for_developers", "for_wallets"),
        [
            ({}, LAST_MOMENT, False, False),
            ({}, DEADLINE, True, True),
            (OPENED, DEADLINE, True, False),
            (SIGNED, LAST_MOMENT, False, False),
            (SIGNED, DEADLINE, True, False),
            (CANCELLED, BEFORE, True, True),
        ],
    )
    def test_means_open_before(self, changes, now, for_developers, for_wallets):
        it = payload(**changes)

        assert (is_expired(it, now), is_expired_for_wallets(it, now)) == (for_developers, for_wallets)


class TestCancelling:
    @pytest.mark.parametrize(
        ("changes", "now", "reason"),
        [
            ({}, LAST_MOMENT, CancelReason.OK),
            ({}, DEADLINE, CancelReason.ALREADY_EXPIRED),
            (CANCELLED, LAST_MOMENT, CancelReason.ALREADY_CANCELLED),
            (CANCELLED, DEADLINE, CancelReason.ALREADY_CANCELLED),
            (SIGNED, DEADLINE, CancelReason.ALREADY_RESOLVED),
            (REJECTED, BEFORE, CancelReason.ALREADY_RESOLVED),
            (OPENED, LAST_MOMENT, CancelReason.ALREADY_OPENED),
            (OPENED, DEADLINE, CancelReason.ALREADY_EXPIRED),
        ],
    )
    def test_names_the_first_reason_that_fits(self, changes, now, reason):
        assert cancel_reason(payload(**changes), now) is reason


class TestEnvironment:
    @pytest.mark.parametrize(
        ("nodetype", "networkid"), [("MAINNET", 0), ("xahau", 21337), ("CUSTOM", None), (None, None), ("", None)]
    )
    def test_knows_the_id_of_a_network_we_know(self, nodetype, networkid):
        assert Environment(nodetype=nodetype).networkid == networkid
