"""TrustSet. Source: xrpl.org "TrustSet"."""

from typing import Any

from sealgate.devtools.ledger.entries import (
    DISALLOW_INCOMING_TRUSTLINE,
    NO_FREEZE,
    REQUIRE_AUTH,
    Entry,
    line_index,
)
from sealgate.devtools.ledger.errors import Failed
from sealgate.devtools.ledger.lines import (
    AUTH,
    FREEZE,
    NO_RIPPLE,
    balance_of,
    bit,
    hold_reserve,
    is_high,
    is_in_use,
    new_line,
    ripples_by_default,
)
from sealgate.devtools.ledger.quantities import ZERO, is_issued, read_value
from sealgate.devtools.ledger.work import Work, has_flag, not_supported, reserve_for
from sealgate.ledger.addresses import decode_account_id

FREE_LINES = 2
"""An account's first objects may be lines for which it needs no reserve, so that it can be given some to begin with."""


def check(tx: dict[str, Any]) -> None:
    """Check the transaction alone."""
    not_supported(tx, "QualityIn", "QualityOut", "tfSetDeepFreeze", "tfClearDeepFreeze")
    limit = tx.get("LimitAmount")
    if not is_issued(limit):
        raise Failed("temBAD_LIMIT")
    assert limit is not None
    if "mpt_issuance_id" in limit:
        raise Failed("temDISABLED", "The sandbox ledger does not support multi-purpose tokens.")
    if read_value(limit["value"]) < ZERO:
        raise Failed("temBAD_LIMIT")
    if limit["issuer"] == tx["Account"]:
        raise Failed("temDST_IS_SRC")
    for one, other in (("tfSetNoRipple", "tfClearNoRipple"), ("tfSetFreeze", "tfClearFreeze")):
        if has_flag(tx, one) and has_flag(tx, other):
            raise Failed("temINVALID_FLAG")


def apply(work: Work) -> None:
    """Set up one side of a trust line."""
    tx, view = work.tx, work.view
    limit, root = tx["LimitAmount"], work.root()
    peer = view.account(limit["issuer"])
    if has_flag(tx, "tfSetfAuth") and not root["Flags"] & REQUIRE_AUTH:
        raise Failed("tefNO_AUTH_REQUIRED")
    if has_flag(tx, "tfSetFreeze") and root["Flags"] & NO_FREEZE:
        raise Failed("tecNO_PERMISSION")
    if peer is None:
        raise Failed("tecNO_DST")
    index = line_index(work.account, limit["issuer"], limit["currency"])
    needed = 0 if root["OwnerCount"] < FREE_LINES else reserve_for(root["OwnerCount"] + 1)
    if view.find(index) is None:
        _create(work, index, peer, needed)
    else:
        _modify(work, index, needed)


def _create(work: Work, index: str, peer: Entry, needed: int) -> None:
    tx, view, limit = work.tx, work.view, work.tx["LimitAmount"]
    if peer["Flags"] & DISALLOW_INCOMING_TRUSTLINE:
        raise Failed("tecNO_PERMISSION")
    if read_value(limit["value"]) == ZERO and not has_flag(tx, "tfSetfAuth"):
        raise Failed("tecNO_LINE_REDUNDANT")
    if work.prior_drops < needed:
        raise Failed("tecNO_LINE_INSUF_RESERVE")
    stands_high = decode_account_id(work.account) > decode_account_id(peer["Account"])
    line = new_line(work.account, peer["Account"], limit["currency"], account_is_high=stands_high)
    if not ripples_by_default(view, peer["Account"]):
        line["Flags"] |= bit(line, peer["Account"], NO_RIPPLE)
    _set_side(work, line)
    hold_reserve(view, line, work.account, wanted=True)
    view.put(index, line)


def _modify(work: Work, index: str, needed: int) -> None:
    view = work.view
    line = view.change(index)
    _set_side(work, line)
    is_more = False
    for account in (line["LowLimit"]["issuer"], line["HighLimit"]["issuer"]):
        is_new = hold_reserve(view, line, account, wanted=is_in_use(view, line, account))
        is_more = is_more or (is_new and account == work.account)
    is_unused = not any(is_in_use(view, line, line[side]["issuer"]) for side in ("LowLimit", "HighLimit"))
    if is_unused and read_value(line["Balance"]["value"]) == ZERO:
        view.erase(index)
    elif is_more and work.prior_drops < needed:
        raise Failed("tecINSUF_RESERVE_LINE")


def _set_side(work: Work, line: Entry) -> None:
    """Set limit and flags of the sender's side."""
    tx, account = work.tx, work.account
    side = "HighLimit" if is_high(line, account) else "LowLimit"
    line[side] = line[side] | {"value": tx["LimitAmount"]["value"]}
    if has_flag(tx, "tfSetNoRipple"):
        if balance_of(line, account) < ZERO:
            raise Failed("tecNO_PERMISSION")
        line["Flags"] |= bit(line, account, NO_RIPPLE)
    if has_flag(tx, "tfClearNoRipple"):
        line["Flags"] &= ~bit(line, account, NO_RIPPLE)
    if has_flag(tx, "tfSetFreeze"):
        line["Flags"] |= bit(line, account, FREEZE)
    if has_flag(tx, "tfClearFreeze"):
        line["Flags"] &= ~bit(line, account, FREEZE)
    if has_flag(tx, "tfSetfAuth"):
        line["Flags"] |= bit(line, account, AUTH)
