"""Commands about accounts and what they own."""

from typing import Any, Final

from sealgate.devtools.ledger import entries, lines
from sealgate.devtools.ledger.commands.reading import read_account, read_limit, read_state_at
from sealgate.devtools.ledger.entries import Entry, account_index, signers_index
from sealgate.devtools.ledger.errors import CommandRefused
from sealgate.devtools.ledger.node import Asked
from sealgate.devtools.ledger.quantities import write_value

_FLAGS: Final = {
    "defaultRipple": entries.DEFAULT_RIPPLE,
    "depositAuth": entries.DEPOSIT_AUTH,
    "disableMasterKey": entries.DISABLE_MASTER,
    "disallowIncomingCheck": 0x8000000,
    "disallowIncomingNFTokenOffer": 0x4000000,
    "disallowIncomingPayChan": 0x10000000,
    "disallowIncomingTrustline": entries.DISALLOW_INCOMING_TRUSTLINE,
    "disallowIncomingXRP": entries.DISALLOW_XRP,
    "globalFreeze": entries.GLOBAL_FREEZE,
    "noFreeze": entries.NO_FREEZE,
    "passwordSpent": entries.PASSWORD_SPENT,
    "requireAuthorization": entries.REQUIRE_AUTH,
    "requireDestinationTag": entries.REQUIRE_DEST_TAG,
}
_TYPES: Final = {
    "deposit_preauth": "DepositPreauth",
    "signer_list": "SignerList",
    "state": "RippleState",
    "ticket": "Ticket",
}
_BLOCKERS: Final = frozenset({"RippleState"})
"""Objects with which an account cannot be deleted."""


def account_info(asked: Asked) -> dict[str, Any]:
    """Tell an account's root, and its list of signers where that is asked for."""
    account = read_account(asked.params)
    place = read_state_at(asked)
    root = _root(asked, account)
    data: dict[str, Any] = root | {"index": account_index(account)}
    told: dict[str, Any] = {
        "account_data": data,
        "account_flags": {name: bool(root["Flags"] & bit) for name, bit in _FLAGS.items()},
        **place,
    }
    if asked.params.get("signer_lists"):
        index = signers_index(account)
        found = asked.chain.state.entries.get(index)
        lists = [] if found is None else [found | {"index": index}]
        # It moved from one version of the API to the next.
        (told if asked.api_version > 1 else data)["signer_lists"] = lists
    if asked.params.get("queue") and not place["validated"]:
        told["queue_data"] = {"txn_count": 0}
    return told


def account_lines(asked: Asked) -> dict[str, Any]:
    """Tell an account's trust lines, as it sees them."""
    account = read_account(asked.params)
    peer = read_account(asked.params, "peer") if asked.params.get("peer") is not None else None
    place = read_state_at(asked)
    _root(asked, account)
    owned = [
        (index, entry)
        for index, entry in asked.chain.state.owned_by(account)
        if entry["LedgerEntryType"] == "RippleState" and _is_own(entry, account)
    ]
    chosen, paging = _page(asked, [row for row in owned if peer is None or lines.peer_of(row[1], account) == peer])
    return {"account": account, "lines": [_line(entry, account) for _, entry in chosen], **place, **paging}


def account_objects(asked: Asked) -> dict[str, Any]:
    """Tell what an account owns."""
    account = read_account(asked.params)
    kind = asked.params.get("type")
    if kind is not None and not isinstance(kind, str):
        raise CommandRefused("invalidParams", "Invalid field 'type'.")
    place = read_state_at(asked)
    _root(asked, account)
    owned = [
        (index, entry)
        for index, entry in asked.chain.state.owned_by(account)
        if (kind is None or entry["LedgerEntryType"] == _TYPES.get(kind))
        and (not asked.params.get("deletion_blockers_only") or entry["LedgerEntryType"] in _BLOCKERS)
    ]
    chosen, paging = _page(asked, owned)
    return {
        "account": account,
        "account_objects": [entry | {"index": index} for index, entry in chosen],
        **place,
        **paging,
    }


def _root(asked: Asked, account: str) -> Entry:
    root = asked.chain.state.account(account)
    if root is None:
        raise CommandRefused("actNotFound")
    return root


def _is_own(line: Entry, account: str) -> bool:
    """Return whether a side has anything to do with the line: nodes leave out those at their defaults."""
    return lines.has(line, account, lines.RESERVE) or lines.balance_of(line, account) != 0


def _line(line: Entry, account: str) -> dict[str, Any]:
    peer = lines.peer_of(line, account)
    told: dict[str, Any] = {
        "account": peer,
        "balance": write_value(lines.balance_of(line, account)),
        "currency": line["Balance"]["currency"],
        "limit": lines.limit_entry(line, account)["value"],
        "limit_peer": lines.limit_entry(line, peer)["value"],
        "no_ripple": lines.has(line, account, lines.NO_RIPPLE),
        "no_ripple_peer": lines.has(line, peer, lines.NO_RIPPLE),
        "quality_in": 0,
        "quality_out": 0,
    }
    for name, side, flag in (
        ("authorized", account, lines.AUTH),
        ("peer_authorized", peer, lines.AUTH),
        ("freeze", account, lines.FREEZE),
        ("freeze_peer", peer, lines.FREEZE),
    ):
        if lines.has(line, side, flag):
            told[name] = True
    return told


def _page(asked: Asked, rows: list[tuple[str, Entry]]) -> tuple[list[tuple[str, Entry]], dict[str, Any]]:
    """Return the rows behind the marker, and the members that tell how to go on."""
    limit, marker = read_limit(asked.params), asked.params.get("marker")
    start = 0
    if marker is not None:
        places = [index for index, _ in rows]
        if marker not in places:
            raise CommandRefused("invalidParams", "Invalid field 'marker'.")
        start = places.index(marker) + 1
    chosen = rows[start : start + limit]
    more = {"marker": chosen[-1][0]} if start + limit < len(rows) else {}
    return chosen, {"limit": limit, **more}
