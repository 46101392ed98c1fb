"""Signatures of several on both engines: kept once, and of two last signers at once one outcome by both."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from msgspec.structs import replace

from sealgate.base.errors import SealgateError
from sealgate.base.ids import new_uuid
from sealgate.holders.model import Device
from sealgate.infra.tx import Tx
from sealgate.ledger.keys import KeyPair, generate_seed, key_pair_from_seed
from sealgate.ledger.signatures import verify_blob
from sealgate.payloads import service
from sealgate.payloads.acceptance import check_signature
from sealgate.payloads.model import CheckedSignature, Payload, RejectReport, SignerList, SignReport
from tests.conftest import NOON
from tests.payloads import PAYMENT, SHOP, a_draft, a_signature, a_wallet, an_app, stored

BOARD_PAYS = {**PAYMENT, "Account": SHOP, "Fee": "60", "Sequence": 7}
KEYS = [key_pair_from_seed(generate_seed()) for _ in range(6)]
WEIGHTS = {key.address: 1 for key in KEYS}


class Board:
    """A request that several sign, opened by a wallet for each of them."""

    def __init__(self, tx: Tx) -> None:
        self.payload: Payload = stored(tx, an_app(), a_draft(BOARD_PAYS, options={"multisign": True}))
        self.devices = [a_wallet(tx) for _ in KEYS]
        service.open_payload(tx, self.payload.uuid, device=self.devices[0], origin="QR", now=NOON)

    def signature(self, key: KeyPair, quorum: int) -> tuple[SignReport, CheckedSignature]:
        report = a_signature(self.payload, key)
        listed = SignerList(network="MAINNET", quorum=quorum, weights=WEIGHTS)
        return report, replace(check_signature(self.payload, report), signer_list=listed)

    def signs(self, tx: Tx, number: int, *, quorum: int = 2, device: Device | None = None) -> Payload:
        report, verified = self.signature(KEYS[number], quorum)
        return service.sign_payload(
            tx,
            self.payload.uuid,
            device=device or self.devices[number],
            report=report,
            verified=verified,
            now=NOON,
            reference=new_uuid(),
        )


def at_once(database: Any, *deeds: Any) -> list[str]:
    """Do each deed in a transaction of its own, as nearly at once as can be, and hold it open for a moment."""
    ready = threading.Barrier(len(deeds))

    def run(deed: Any) -> str:
        ready.wait()
        try:
            with database.begin() as tx:
                done = deed(tx)
                time.sleep(0.05)
                return "settled" if done.outcome is not None else "waits"
        except SealgateError as refusal:
            return type(refusal).__name__

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(run, deeds))


@pytest.fixture
def board(database):
    with database.begin() as tx:
        return Board(tx)


def signers_of(database: Any, board: Board) -> set[str]:
    with database.begin() as tx:
        found = service.find_payload(tx, board.payload.uuid)
    assert found is not None
    assert found.outcome is not None
    return set(verify_blob(bytes.fromhex(found.outcome.hex or "")).signers)


def test_two_last_signers_at_once_leave_one_outcome_by_both(database, board):
    done = at_once(database, *(lambda tx, n=number: board.signs(tx, n) for number in (0, 1)))

    assert sorted(done) == ["settled", "waits"]
    assert signers_of(database, board) == {KEYS[0].address, KEYS[1].address}


def test_six_at_once_leave_one_outcome_by_as_many_as_it_takes(database, board):
    done = at_once(database, *(lambda tx, n=number: board.signs(tx, n, quorum=3) for number in range(6)))

    assert sorted(done) == ["PayloadResolved"] * 3 + ["settled"] + ["waits"] * 2
    assert len(signers_of(database, board)) == 3


def test_one_signer_at_once_on_six_devices_counts_once(database, board):
    deeds = [lambda tx, d=device: board.signs(tx, 0, device=d) for device in board.devices]

    assert sorted(at_once(database, *deeds)) == ["SignedBefore"] * 5 + ["waits"]


def test_the_last_signature_and_a_refusal_at_once_leave_one_outcome(database, board):
    with database.begin() as tx:
        board.signs(tx, 0)

    def declines(tx: Tx) -> Payload:
        return service.reject_payload(
            tx, board.payload.uuid, device=board.devices[2], reject=RejectReport(), now=NOON, reference=new_uuid()
        )

    done = at_once(database, lambda tx: board.signs(tx, 1), declines)

    assert sorted(done) == ["PayloadResolved", "settled"]
