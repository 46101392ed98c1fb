"""Entries of the ledger: where each of them is, and the bits in their `Flags`. Source: xrpl.org "Ledger Object IDs"."""

from typing import Any, Final

from sealgate.ledger.addresses import decode_account_id
from sealgate.ledger.crypto import sha512_half
from sealgate.ledger.currencies import encode_currency

Entry = dict[str, Any]

GENESIS: Final = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
NO_ISSUER: Final = "rrrrrrrrrrrrrrrrrrrrBZbvji"
"""Stands in a trust line's balance, which has two sides and no issuer."""

PASSWORD_SPENT: Final = 0x10000
REQUIRE_DEST_TAG: Final = 0x20000
REQUIRE_AUTH: Final = 0x40000
DISALLOW_XRP: Final = 0x80000
DISABLE_MASTER: Final = 0x100000
NO_FREEZE: Final = 0x200000
GLOBAL_FREEZE: Final = 0x400000
DEFAULT_RIPPLE: Final = 0x800000
DEPOSIT_AUTH: Final = 0x1000000
DISALLOW_INCOMING_TRUSTLINE: Final = 0x20000000

ONE_OWNER_COUNT: Final = 0x10000
"""Of a signer list: it counts as one object, however many sign."""


def account_index(account: str) -> str:
    """Return where an account's root is."""
    return _index("a", decode_account_id(account))


def line_index(one: str, other: str, currency: str) -> str:
    """Return where the trust line of two accounts in a currency is."""
    low, high = sorted((decode_account_id(one), decode_account_id(other)))
    return _index("r", low, high, encode_currency(currency))


def signers_index(account: str) -> str:
    """Return where an account's list of signers is."""
    return _index("S", decode_account_id(account), bytes(4))


def ticket_index(account: str, sequence: int) -> str:
    """Return where a ticket is."""
    return _index("T", decode_account_id(account), sequence.to_bytes(4, "big"))


def preauthorization_index(owner: str, authorized: str) -> str:
    """Return where the leave of one account to pay to another is."""
    return _index("p", decode_account_id(owner), decode_account_id(authorized))


def _index(space: str, *parts: bytes) -> str:
    return sha512_half(b"\0" + space.encode() + b"".join(parts)).hex().upper()


def owners_of(entry: Entry) -> tuple[str, ...]:
    """Return the accounts among whose objects an entry is."""
    kind = entry["LedgerEntryType"]
    if kind == "AccountRoot":
        return ()
    if kind == "RippleState":
        return entry["LowLimit"]["issuer"], entry["HighLimit"]["issuer"]
    return (entry["Owner"] if kind == "SignerList" else entry["Account"],)


def new_account(account: str, drops: int, sequence: int) -> Entry:
    """Return the root of a new account."""
    return {
        "Account": account,
        "Balance": str(drops),
        "Flags": 0,
        "LedgerEntryType": "AccountRoot",
        "OwnerCount": 0,
        "Sequence": sequence,
    }
