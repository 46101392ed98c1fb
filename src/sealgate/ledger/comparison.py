"""Is what was signed what was asked for? The central rule of acceptance, for the server and for our own wallet.

Field by field, by encoding: `12` and `"12"`, an X-address and a classic one, hex of either case are the same.
Source: spec/wallet-api.md 3.5, 5, 6.2, 10.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from sealgate.ledger.codec import encode, expand_x_addresses
from sealgate.ledger.definitions import Definitions, load_definitions
from sealgate.ledger.errors import CodecError, LedgerError
from sealgate.ledger.pseudo import CHANNEL_AUTHORIZE, COMMON_FIELDS, SIGN_IN, SIGN_IN_MARKER

Kind = Literal["added_by_wallet", "replaced_by_wallet", "not_signed", "not_allowed_addition", "changed", "missing"]

# What a wallet fills in where the template leaves it out (wallet-api 10.2). Flags and TicketSequence: never.
AUTOFILL_FIELDS: Final = frozenset({"Account", "Fee", "Sequence", "LastLedgerSequence", "NetworkID"})
# Left to the user, or known only to the wallet.
AUTOFILL_BY_TYPE: Final[Mapping[str, frozenset[str]]] = {
    "Payment": frozenset({"Amount"}),
    "CheckCash": frozenset({"Amount"}),
    "PaymentChannelCreate": frozenset({"PublicKey"}),
}
PATHFINDING_FIELDS: Final = frozenset({"SendMax", "Paths"})
# The signature itself; `verify_blob` judges these.
SIGNATURE_FIELDS: Final = frozenset({"SigningPubKey", "TxnSignature"})
# A smaller LastLedgerSequence counts from the current ledger.
FIRST_ABSOLUTE_LEDGER: Final = 32_570
# Types for which `Account` is no hint.
_ACCOUNT_IS_FIXED: Final = frozenset({"Import"})

_ALLOWED: Final = frozenset({"added_by_wallet", "replaced_by_wallet", "not_signed"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which the signed object is not the template.

    Attributes:
        kind: Allowed are `added_by_wallet` (autofill), `replaced_by_wallet` (a hint, a relative value, a path found)
            and `not_signed` (a member the network does not know). Refused are `not_allowed_addition`, `changed` and
            `missing`.
        requested, signed: The two values as JSON, None where the field is absent.
    """

    kind: Kind
    field: str
    requested: Any = None
    signed: Any = None

    @property
    def is_allowed(self) -> bool:
        """Whether a wallet may do this."""
        return self.kind in _ALLOWED


def refused(found: Iterable[Difference]) -> list[Difference]:
    """Return the differences that make a signature unacceptable."""
    return [difference for difference in found if not difference.is_allowed]


def differences(
    request_json: Mapping[str, Any],
    signed_json: Mapping[str, Any],
    *,
    pathfinding: bool = False,
    multisign: bool = False,
    transaction_type: str | None = None,
    definitions: Definitions | None = None,
) -> list[Difference]:
    """Compare a template with what came back decoded; an empty list, or allowed differences only, is agreement.

    Args:
        request_json: The template; a SignIn's with or without `TransactionType`.
        signed_json: What `decode` made of the blob.
        transaction_type: The payload's type, if the template does not say.

    Raises:
        LedgerError: the type is `PaymentChannelAuthorize`, of which no object is signed.
        UnencodableField: the template has an X-address that contradicts its tag field.
    """
    definitions = definitions or load_definitions()
    requested = {name: value for name, value in expand_x_addresses(request_json).items() if value is not None}
    marker = requested.pop(SIGN_IN_MARKER, None)
    type_name = str(requested.get("TransactionType") or transaction_type or (SIGN_IN if marker is True else ""))
    if type_name == CHANNEL_AUTHORIZE:
        raise LedgerError("a claim's signature covers no object")
    if type_name == SIGN_IN:
        requested = {name: value for name, value in requested.items() if name in COMMON_FIELDS}
    elif type_name:
        requested["TransactionType"] = type_name
    return _Comparison(requested, signed_json, type_name, pathfinding, multisign, definitions).run()


class _Comparison:
    def __init__(
        self,
        requested: Mapping[str, Any],
        signed: Mapping[str, Any],
        type_name: str,
        pathfinding: bool,
        multisign: bool,
        definitions: Definitions,
    ) -> None:
        self.requested = requested
        self.signed = signed
        self.type_name = type_name
        self.has_path = pathfinding and type_name == "Payment"
        self.multisign = multisign
        self.definitions = definitions

    def run(self) -> list[Difference]:
        found = []
        for name, value in self.requested.items():
            if name in SIGNATURE_FIELDS:
                continue
            kind = self._kind_of_requested(name, value)
            if kind is not None:
                found.append(Difference(kind, name, value, self.signed.get(name)))
        for name, value in self.signed.items():
            if name in SIGNATURE_FIELDS or name in self.requested or (name == "Signers" and self.multisign):
                continue
            kind = "added_by_wallet" if self._may_add(name) else "not_allowed_addition"
            found.append(Difference(kind, name, None, value))
        return found

    def _kind_of_requested(self, name: str, value: Any) -> Kind | None:
        if name not in self.definitions.fields:
            return "not_signed"
        if name not in self.signed:
            return "replaced_by_wallet" if self._may_leave_out(name) else "missing"
        if name == "TransactionType" and isinstance(value, str) and value not in self.definitions.transaction_types:
            # Its code is unknown to us; what we can tell is that it is none of the types we know.
            return None if isinstance(self.signed[name], int) else "changed"
        if name == "Signers" and self.multisign:
            return None if self._keeps_signers(value) else "changed"
        if self._is_same(name, value, self.signed[name]):
            return None
        return "replaced_by_wallet" if self._may_replace(name, value) else "changed"

    def _may_add(self, name: str) -> bool:
        if self.multisign:
            return False
        if self.type_name == SIGN_IN:
            return name == "Account"
        if name in AUTOFILL_FIELDS or (self.has_path and name in PATHFINDING_FIELDS):
            return True
        if name not in AUTOFILL_BY_TYPE.get(self.type_name, ()):
            return False
        if name == "PublicKey":
            return self._is_same(name, self.signed.get("SigningPubKey"), self.signed[name])
        # A check is cashed for an amount or for at least one, never both.
        return not (self.type_name == "CheckCash" and "DeliverMin" in self.requested)

    def _may_replace(self, name: str, value: Any) -> bool:
        if self.multisign:
            return False
        if name == "Account":
            return self.type_name not in _ACCOUNT_IS_FIXED
        if self.type_name == SIGN_IN:
            return False
        if name == "LastLedgerSequence":
            return _number(value) < FIRST_ABSOLUTE_LEDGER and _number(self.signed[name]) > _number(value)
        return self.has_path and name in PATHFINDING_FIELDS

    def _may_leave_out(self, name: str) -> bool:
        # From native asset to native asset there is no path and nothing to limit.
        return self.has_path and name in PATHFINDING_FIELDS and not isinstance(self.signed.get("Amount"), dict)

    def _keeps_signers(self, requested: Any) -> bool:
        signed = self.signed["Signers"]
        if not isinstance(requested, list) or not isinstance(signed, list):
            return False
        kept = {self._bytes_of("Signers", [entry]) for entry in signed}
        return all(self._bytes_of("Signers", [entry]) in kept - {None} for entry in requested)

    def _is_same(self, name: str, requested: Any, signed: Any) -> bool:
        wanted = self._bytes_of(name, requested)
        return wanted is not None and wanted == self._bytes_of(name, signed)

    def _bytes_of(self, name: str, value: Any) -> bytes | None:
        try:
            return encode({name: value}, definitions=self.definitions, ignore_unknown=True)
        except CodecError:
            return None


def _number(value: Any) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else FIRST_ABSOLUTE_LEDGER
