"""AccountSet. Source: xrpl.org "AccountSet"."""

from typing import Any, Final

from sealgate.devtools.ledger.entries import (
    DEFAULT_RIPPLE,
    DEPOSIT_AUTH,
    DISABLE_MASTER,
    DISALLOW_INCOMING_TRUSTLINE,
    DISALLOW_XRP,
    GLOBAL_FREEZE,
    NO_FREEZE,
    REQUIRE_AUTH,
    REQUIRE_DEST_TAG,
    Entry,
    signers_index,
)
from sealgate.devtools.ledger.errors import Failed
from sealgate.devtools.ledger.work import Work, has_flag, not_supported
from sealgate.ledger.crypto import check_public_key
from sealgate.ledger.errors import BadPublicKey
from sealgate.ledger.flags import ACCOUNT_FLAGS

_BITS: Final = {
    "asfRequireDest": REQUIRE_DEST_TAG,
    "asfRequireAuth": REQUIRE_AUTH,
    "asfDisallowXRP": DISALLOW_XRP,
    "asfDisableMaster": DISABLE_MASTER,
    "asfNoFreeze": NO_FREEZE,
    "asfGlobalFreeze": GLOBAL_FREEZE,
    "asfDefaultRipple": DEFAULT_RIPPLE,
    "asfDepositAuth": DEPOSIT_AUTH,
    "asfDisallowIncomingNFTokenOffer": 0x4000000,
    "asfDisallowIncomingCheck": 0x8000000,
    "asfDisallowIncomingPayChan": 0x10000000,
    "asfDisallowIncomingTrustline": DISALLOW_INCOMING_TRUSTLINE,
}
_TRACKS: Final = "asfAccountTxnID"
_OLD_WAYS: Final = (
    ("tfRequireDestTag", "tfOptionalDestTag", "asfRequireDest"),
    ("tfRequireAuth", "tfOptionalAuth", "asfRequireAuth"),
    ("tfDisallowXRP", "tfAllowXRP", "asfDisallowXRP"),
)
"""Flags of the transaction that do what SetFlag and ClearFlag do."""

_NAMES: Final = {number: name for name, number in ACCOUNT_FLAGS.items()}
_LONGEST_DOMAIN: Final = 256
_UNIT_RATE: Final = 1_000_000_000


def check(tx: dict[str, Any]) -> None:
    """Check the transaction alone."""
    not_supported(tx, "NFTokenMinter", "WalletSize")
    to_set, to_clear = _asked(tx)
    for name in to_set | to_clear:
        if name not in _BITS and name != _TRACKS:
            raise Failed("temDISABLED", f"The sandbox ledger does not support {name}.")
    if to_set & to_clear:
        raise Failed("temINVALID_FLAG")
    if tx.get("TransferRate", 0) and not _UNIT_RATE <= tx["TransferRate"] <= 2 * _UNIT_RATE:
        raise Failed("temBAD_TRANSFER_RATE")
    if tx.get("TickSize", 0) and not 3 <= tx["TickSize"] <= 15:
        raise Failed("temBAD_TICK_SIZE")
    if len(tx.get("Domain", "")) > 2 * _LONGEST_DOMAIN:
        raise Failed("telBAD_DOMAIN")
    if tx.get("MessageKey"):
        try:
            check_public_key(bytes.fromhex(tx["MessageKey"]))
        except BadPublicKey:
            raise Failed("telBAD_PUBLIC_KEY") from None


def apply(work: Work) -> None:
    """Change flags and fields of the account."""
    root = work.root()
    to_set, to_clear = _asked(work.tx)
    _check_flags(work, root, to_set)
    for name in to_set - {_TRACKS}:
        root["Flags"] |= _BITS[name]
    for name in to_clear - {_TRACKS, "asfNoFreeze"}:
        # Who gave up freezing cannot lift a global freeze either.
        if name != "asfGlobalFreeze" or not root["Flags"] & NO_FREEZE:
            root["Flags"] &= ~_BITS[name]
    if _TRACKS in to_set:
        root.setdefault("AccountTxnID", "0" * 64)
    if _TRACKS in to_clear:
        root.pop("AccountTxnID", None)
    _set_fields(work.tx, root)


def _asked(tx: dict[str, Any]) -> tuple[set[str], set[str]]:
    to_set = {_NAMES.get(tx[name], f"flag {tx[name]}") for name in ("SetFlag",) if tx.get(name)}
    to_clear = {_NAMES.get(tx[name], f"flag {tx[name]}") for name in ("ClearFlag",) if tx.get(name)}
    for setting, clearing, name in _OLD_WAYS:
        if has_flag(tx, setting):
            to_set.add(name)
        if has_flag(tx, clearing):
            to_clear.add(name)
    return to_set, to_clear


def _check_flags(work: Work, root: Entry, to_set: set[str]) -> None:
    if (
        "asfRequireAuth" in to_set
        and not root["Flags"] & REQUIRE_AUTH
        and any(True for _ in work.view.state.owned_by(work.account))
    ):
        raise Failed("tecOWNERS")
    if "asfDisableMaster" in to_set:
        if not work.is_by_master:
            raise Failed("tecNEED_MASTER_KEY")
        if "RegularKey" not in root and work.view.find(signers_index(work.account)) is None:
            raise Failed("tecNO_ALTERNATIVE_KEY")
    if "asfNoFreeze" in to_set and not work.is_by_master and not root["Flags"] & DISABLE_MASTER:
        raise Failed("tecNEED_MASTER_KEY")


def _set_fields(tx: dict[str, Any], root: Entry) -> None:
    """Set the fields that are named; their neutral values take them away."""
    for name in ("Domain", "EmailHash", "MessageKey", "TickSize", "TransferRate", "WalletLocator"):
        if name not in tx:
            continue
        value = tx[name]
        is_neutral = not value or (isinstance(value, str) and name != "Domain" and not value.strip("0"))
        if is_neutral or (name, value) in {("TickSize", 15), ("TransferRate", _UNIT_RATE)}:
            root.pop(name, None)
        else:
            root[name] = value
