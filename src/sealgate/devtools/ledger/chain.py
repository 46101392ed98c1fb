"""The chain of ledgers, with the state of the latest one and the transactions of all.

Every transaction that counts closes a ledger of its own, so what is validated is always what is current. A ledger's
hash covers its header as on the network; in place of the root of a tree of entries it covers the changes so far.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sealgate.base.clock import to_unix_s
from sealgate.devtools.ledger.engine import Outcome, apply
from sealgate.devtools.ledger.entries import GENESIS, NO_ISSUER, account_index, new_account
from sealgate.devtools.ledger.signed import Signed
from sealgate.devtools.ledger.state import State
from sealgate.ledger.addresses import is_classic_address
from sealgate.ledger.comparison import FIRST_ABSOLUTE_LEDGER
from sealgate.ledger.crypto import sha512_half

TOTAL_DROPS: Final = 100_000_000_000 * 1_000_000
FIRST_INDEX: Final = FIRST_ABSOLUTE_LEDGER
"""Lower numbers would be taken for distances where wallets read `LastLedgerSequence`."""
KEPT_LEDGERS: Final = 10_000
KEPT_TRANSACTIONS: Final = 20_000

RIPPLE_EPOCH_S: Final = 946_684_800
_ZEROS: Final = bytes(32)
_HEADER_PREFIX: Final = b"LWR\x00"


@dataclass(frozen=True, slots=True)
class Header:
    """One closed ledger. Hashes are 64 upper-case hex digits, times seconds since 2000."""

    index: int
    hash: str
    parent_hash: str
    account_hash: str
    transaction_hash: str
    total_drops: int
    close_time: int
    parent_close_time: int
    txid: str | None = None


@dataclass(frozen=True, slots=True)
class Validated:
    """A transaction that is in a ledger."""

    signed: Signed
    outcome: Outcome
    meta: dict[str, Any]
    header: Header


class Chain:
    """The ledger of one sandbox.

    Attributes:
        closed: The latest ledger that is closed, and with that validated.
        changed_index: Index of the latest ledger with a transaction: the state of those since is the same.
        by_account: Hashes of the transactions that concern an account, oldest first.
    """

    def __init__(self, now: datetime) -> None:
        self.state = State()
        genesis = new_account(GENESIS, TOTAL_DROPS, 1)
        self.state.put(account_index(GENESIS), genesis)
        self.headers: OrderedDict[int, Header] = OrderedDict()
        self.transactions: OrderedDict[str, Validated] = OrderedDict()
        self.by_account: dict[str, list[str]] = {}
        self.total_drops = TOTAL_DROPS
        self.changed_index = FIRST_INDEX
        self._account_hash = sha512_half(GENESIS.encode()).hex().upper()
        self.closed = self._add(FIRST_INDEX, _ZEROS.hex(), _seconds(now), _seconds(now), None)

    @property
    def open_index(self) -> int:
        """Index of the ledger that the next transaction will be in."""
        return self.closed.index + 1

    @property
    def first_index(self) -> int:
        """Index of the oldest ledger that is kept."""
        return next(iter(self.headers))

    def submit(self, signed: Signed, now: datetime) -> tuple[Outcome, Validated | None]:
        """Apply a transaction and close the ledger it is in; without a ledger where it does not count."""
        if signed.txid in self.transactions:
            known = self.transactions[signed.txid]
            return Outcome("tefALREADY", "The ledger has this transaction already."), known
        outcome = apply(signed, self.state, ledger_index=self.open_index)
        if outcome.meta is None:
            return outcome, None
        self.total_drops -= outcome.fee
        self._account_hash = sha512_half(bytes.fromhex(self._account_hash + signed.txid)).hex().upper()
        self.changed_index = self.open_index
        record = Validated(signed, outcome, outcome.meta, self.close(now, signed.txid))
        self._remember(record)
        return outcome, record

    def close(self, now: datetime, txid: str | None = None) -> Header:
        """Close the open ledger; without a transaction it is an empty one."""
        last = self.closed
        self.closed = self._add(last.index + 1, last.hash, max(_seconds(now), last.close_time), last.close_time, txid)
        if len(self.headers) > KEPT_LEDGERS:
            self.headers.popitem(last=False)
        return self.closed

    def _add(self, index: int, parent_hash: str, close_time: int, parent_time: int, txid: str | None) -> Header:
        transaction_hash = sha512_half(bytes.fromhex(txid)).hex().upper() if txid else _ZEROS.hex()
        body = (
            _HEADER_PREFIX
            + index.to_bytes(4, "big")
            + self.total_drops.to_bytes(8, "big")
            + bytes.fromhex(parent_hash + transaction_hash + self._account_hash)
            + parent_time.to_bytes(4, "big")
            + close_time.to_bytes(4, "big")
            + b"\x01\x00"
        )
        header = Header(
            index,
            sha512_half(body).hex().upper(),
            parent_hash,
            self._account_hash,
            transaction_hash,
            self.total_drops,
            close_time,
            parent_time,
            txid,
        )
        self.headers[index] = header
        return header

    def _remember(self, record: Validated) -> None:
        txid = record.signed.txid
        self.transactions[txid] = record
        for account in touched_accounts(record):
            self.by_account.setdefault(account, []).append(txid)
        if len(self.transactions) > KEPT_TRANSACTIONS:
            gone, old = self.transactions.popitem(last=False)
            for account in touched_accounts(old):
                self.by_account[account].remove(gone)


def touched_accounts(record: Validated) -> set[str]:
    """Return the accounts that a transaction concerns: sender, destination, owners of what it changed."""
    found = {str(record.signed.tx["Account"])}
    _collect(record.meta["AffectedNodes"], found)
    if "Destination" in record.signed.tx:
        found.add(record.signed.tx["Destination"])
    return found


def _collect(value: Any, found: set[str]) -> None:
    if isinstance(value, dict):
        for inner in value.values():
            _collect(inner, found)
    elif isinstance(value, list):
        for inner in value:
            _collect(inner, found)
    elif isinstance(value, str) and value != NO_ISSUER and is_classic_address(value):
        found.add(value)


def _seconds(now: datetime) -> int:
    return to_unix_s(now) - RIPPLE_EPOCH_S
