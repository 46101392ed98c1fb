"""Trust lines, each seen from one of its two sides. Source: xrpl.org "RippleState".

The entry has a low and a high side, by account id, and a balance in the eyes of the low one. Here a side is an account:
what it holds of the other's is positive, what it owes negative.
"""

from decimal import Decimal
from typing import Any, Final

from sealgate.devtools.ledger.entries import DEFAULT_RIPPLE, NO_ISSUER, Entry, line_index
from sealgate.devtools.ledger.quantities import ZERO, read_value, subtract, write_value
from sealgate.devtools.ledger.state import View

# As they are for the low side; the high side's are one bit further.
RESERVE: Final = 0x10000
AUTH: Final = 0x40000
NO_RIPPLE: Final = 0x100000
FREEZE: Final = 0x400000


def is_high(line: Entry, account: str) -> bool:
    """Return whether this side is the high one."""
    return bool(line["HighLimit"]["issuer"] == account)


def peer_of(line: Entry, account: str) -> str:
    """Return the account on the other side."""
    return str(line["LowLimit" if is_high(line, account) else "HighLimit"]["issuer"])


def bit(line: Entry, account: str, flag: int) -> int:
    """Return the bit of a flag on one side."""
    return flag << 1 if is_high(line, account) else flag


def has(line: Entry, account: str, flag: int) -> bool:
    """Return whether one side has a flag."""
    return bool(line["Flags"] & bit(line, account, flag))


def balance_of(line: Entry, account: str) -> Decimal:
    """Return what one side holds of the other's; negative what it owes."""
    balance = read_value(line["Balance"]["value"])
    return -balance if is_high(line, account) else balance


def limit_of(line: Entry, account: str) -> Decimal:
    """Return how much one side is ready to hold of the other's."""
    return read_value(limit_entry(line, account)["value"])


def limit_entry(line: Entry, account: str) -> dict[str, Any]:
    """Return the limit of one side as the entry has it."""
    return dict(line["HighLimit" if is_high(line, account) else "LowLimit"])


def new_line(account: str, peer: str, currency: str, *, account_is_high: bool) -> Entry:
    """Return a trust line without limits."""
    low, high = (peer, account) if account_is_high else (account, peer)
    return {
        "Balance": {"currency": currency, "issuer": NO_ISSUER, "value": "0"},
        "Flags": 0,
        "HighLimit": {"currency": currency, "issuer": high, "value": "0"},
        "HighNode": "0",
        "LedgerEntryType": "RippleState",
        "LowLimit": {"currency": currency, "issuer": low, "value": "0"},
        "LowNode": "0",
    }


def ripples_by_default(view: View, account: str) -> bool:
    """Return whether new lines to an account let others' payments through."""
    root = view.account(account)
    return root is not None and bool(root["Flags"] & DEFAULT_RIPPLE)


def is_in_use(view: View, line: Entry, account: str) -> bool:
    """Return whether one side has anything but its defaults, so that it holds a reserve for the line."""
    return (
        has(line, account, NO_RIPPLE) == ripples_by_default(view, account)
        or has(line, account, FREEZE)
        or limit_of(line, account) != ZERO
        or balance_of(line, account) > ZERO
    )


def hold_reserve(view: View, line: Entry, account: str, *, wanted: bool) -> bool:
    """Let a side hold a reserve for the line, or not; return whether it does now and did not before."""
    if has(line, account, RESERVE) == wanted:
        return False
    line["Flags"] ^= bit(line, account, RESERVE)
    view.add_owned(account, 1 if wanted else -1)
    return wanted


def move(view: View, sender: str, receiver: str, currency: str, value: Decimal) -> None:
    """Move a value along a line: what the sender holds is given back first, then it owes.

    A line that is empty then, and that neither side has set up, goes.
    """
    index = line_index(sender, receiver, currency)
    line = view.change(index)
    before = balance_of(line, sender)
    after = subtract(before, value)
    stored = -after if is_high(line, sender) else after
    line["Balance"] = line["Balance"] | {"value": write_value(stored)}
    if before > ZERO >= after and has(line, sender, RESERVE) and not is_in_use(view, line, sender):
        hold_reserve(view, line, sender, wanted=False)
        if not after and not has(line, receiver, RESERVE):
            view.erase(index)
