"""Every transaction gets a result, whatever is in it, and every result has a number and words."""

import re
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import sealgate.devtools.ledger
from sealgate.devtools.ledger.apply import TYPES
from sealgate.devtools.ledger.errors import InvalidTransaction
from sealgate.devtools.ledger.results import WORDS, number_of
from sealgate.ledger.definitions import load_definitions
from sealgate.ledger.errors import CodecError
from tests.unit.devtools.ledger.world import World, usd

WORLD = World()
ISSUER = WORLD.issuer()
HOLDER = WORLD.holder(ISSUER, holds="100")
FOLDER = Path(sealgate.devtools.ledger.__file__).parent

addresses = st.sampled_from([ISSUER.address, HOLDER.address, WORLD.genesis.address, "rrrrrrrrrrrrrrrrrrrrrhoLvTp"])
numbers = st.sampled_from([0, 1, 2, 15, 250, 65_535]) | st.integers(0, 2**32 - 1)
amounts = (
    st.integers(0, 10**17).map(str)
    | st.decimals("-10", "1000", places=3).map(lambda value: usd(ISSUER, str(value)))
    | st.decimals("-10", "1000", places=3).map(lambda value: usd(HOLDER, str(value)))
    | st.integers(0, 2**63 - 1).map(lambda value: {"value": str(value), "mpt_issuance_id": "00" * 24})
)
signer_entries = st.lists(
    st.builds(lambda account, weight: {"SignerEntry": {"Account": account, "SignerWeight": weight}}, addresses, numbers)
    | addresses.map(lambda account: {"SignerEntry": {"Account": account}})
    | st.just({"Memo": {"MemoData": "00"}}),
    max_size=3,
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "AccountTxnID": st.sampled_from(["0" * 64, "F" * 64]),
    "Amount": amounts,
    "Authorize": addresses,
    "ClearFlag": numbers,
    "DeliverMin": amounts,
    "Destination": addresses,
    "Domain": st.binary(max_size=300).map(bytes.hex),
    "EmailHash": st.just("00" * 16),
    "Fee": amounts | st.just("12"),
    "Flags": st.sampled_from([0, 0x10000, 0x20000, 0x40000, 0x80000000, 0x100000, 0x30000]) | numbers,
    "LastLedgerSequence": numbers,
    "LimitAmount": amounts,
    "MessageKey": st.binary(max_size=33).map(bytes.hex),
    "NetworkID": numbers,
    "Paths": addresses.map(lambda account: [[{"account": account}]]),
    "QualityIn": numbers,
    "RegularKey": addresses,
    "SendMax": amounts,
    "Sequence": numbers,
    "SetFlag": numbers,
    "SignerEntries": signer_entries,
    "SignerQuorum": numbers,
    "TickSize": st.integers(0, 255),
    "TicketCount": numbers,
    "TicketSequence": numbers,
    "TransferRate": numbers,
    "Unauthorize": addresses,
    "WalletLocator": st.just("00" * 32),
}


@given(st.data())
def test_whatever_is_signed_gets_a_result(data):
    kind = data.draw(st.sampled_from([*TYPES, "OfferCancel"]))
    allowed = load_definitions().formats[kind]
    names = data.draw(st.sets(st.sampled_from(sorted(FIELDS.keys() & allowed)), max_size=6))
    names |= {name for name, is_needed in load_definitions().layouts[kind].items() if is_needed and name in FIELDS}
    fields = {name: data.draw(FIELDS[name], label=name) for name in sorted(names)}

    try:
        outcome = WORLD.sends(HOLDER, kind, **fields)
    except (CodecError, InvalidTransaction):
        # Values that no wallet could encode, or fields that its type needs.
        return

    assert outcome.message
    assert (outcome.meta is None) == (outcome.code[:3] not in {"tes", "tec"})
    assert number_of(outcome.code) is not None


def test_every_result_that_the_code_names_has_a_number_and_words():
    named = {code for path in FOLDER.rglob("*.py") for code in re.findall(r'"(te[a-z][A-Z][A-Z_]+)"', path.read_text())}

    assert named - {"tefALREADY"} <= WORDS.keys()
    assert all(number_of(code) is not None for code in named | WORDS.keys())
    assert WORDS.keys() <= named
