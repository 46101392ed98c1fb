"""The ledger's canonical binary format: JSON to bytes. `decode` is the way back.

Agrees byte for byte with xrpl-py wherever both accept a value. Stricter on purpose: no booleans as numbers, no blanks
in hex, no empty address, nothing that would not survive the way back. More lenient: numbers for drops, currency codes
in hex of either case, numeric texts for small whole numbers, because wallets and SDKs send them.

Source: xrpl.org "Serialization Format".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sealgate.ledger.addresses import decode_account_id
from sealgate.ledger.decoder import decode
from sealgate.ledger.definitions import Definitions, load_definitions
from sealgate.ledger.encoders import SHORTEST_X_ADDRESS, TAG_OF, Entry, Run, plan_for, split_x_address, write_object
from sealgate.ledger.errors import CodecError, InvalidAddress, UnencodableField
from sealgate.ledger.pseudo import CHANNEL_AUTHORIZE, PSEUDO_TYPES, SIGN_IN, SIGN_IN_MARKER
from sealgate.ledger.walker import MAX_BLOB_BYTES

__all__ = [
    "MULTI_SIGNING_PREFIX",
    "SINGLE_SIGNING_PREFIX",
    "TemplateReport",
    "check_template",
    "decode",
    "encode",
    "encode_field",
    "encode_for_multisigning",
    "encode_for_signing",
    "expand_x_addresses",
]

SINGLE_SIGNING_PREFIX: Final = b"STX\x00"
MULTI_SIGNING_PREFIX: Final = b"SMT\x00"


def expand_x_addresses(tx_json: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy in which `Account` and `Destination` are classic addresses and their tags stand in tag fields.

    Raises:
        CodecError: a tag differs from the tag field.
    """
    expanded = dict(tx_json)
    for name in TAG_OF:
        text = expanded.get(name)
        if isinstance(text, str) and len(text) >= SHORTEST_X_ADDRESS:
            try:
                address, tags = split_x_address(name, text, tx_json)
            except CodecError as problem:
                raise problem.under(name) from None
            except InvalidAddress as problem:
                raise UnencodableField(str(problem), name) from None
            expanded |= {name: address, **tags}
    return expanded


def _encode(run: Run, tx_json: Mapping[str, Any], entries: Mapping[str, Entry]) -> bytes:
    try:
        blob = write_object(tx_json, run, entries)
    except TypeError:
        raise UnencodableField("a transaction is an object") from None
    except UnencodableField:
        raise
    except CodecError as problem:
        raise UnencodableField(problem.reason, *problem.path) from None
    if len(blob) > MAX_BLOB_BYTES:
        raise UnencodableField(f"longer than {MAX_BLOB_BYTES} bytes")
    return blob


def encode(
    tx_json: Mapping[str, Any], *, definitions: Definitions | None = None, ignore_unknown: bool = False
) -> bytes:
    """Return the canonical bytes of a transaction or another object, signatures included.

    A member that is None counts as absent. An object without `TransactionType` (a SignIn) encodes like any other.

    Args:
        definitions: The network's; XRPL's by default.
        ignore_unknown: Leave out fields the network does not know, instead of refusing them.

    Raises:
        UnencodableField: a value does not fit its field, or a field is unknown (`UnknownField`), or the transaction
            type is (`UnknownTransactionType`), or the whole is longer than 64 KiB.
    """
    plan = plan_for(definitions)
    return _encode(Run(plan, [] if ignore_unknown else None), tx_json, plan.entries)


@dataclass(frozen=True, slots=True)
class TemplateReport:
    """What a trial encoding of a transaction template found.

    Attributes:
        transaction_type: As written in the template; "" if it has none.
        is_unknown_type: Well formed, but not in the network's definitions.
        unknown_fields: JSON pointers of the members the network does not know.
        size: Bytes of the known fields, encoded.
    """

    transaction_type: str
    is_unknown_type: bool
    unknown_fields: tuple[str, ...]
    size: int


def check_template(tx_json: Mapping[str, Any], definitions: Definitions | None = None) -> TemplateReport:
    """Encode every known field of a template on trial; missing fields are no matter (the wallet fills them).

    A transaction type the network does not know is reported, not refused (design 4.19), and so are unknown fields. The
    pseudo types and the marker `SignIn` pass.

    Raises:
        UnencodableField: the value of a known field does not fit; `pointer` and `reason` say which and why.
    """
    plan = plan_for(definitions)
    type_name = tx_json.get("TransactionType")
    is_name = isinstance(type_name, str)
    is_pseudo = is_name and type_name in PSEUDO_TYPES
    is_unknown = is_name and not is_pseudo and type_name not in (definitions or load_definitions()).transaction_types
    left_out = {SIGN_IN_MARKER} if type_name in (None, SIGN_IN) else set()
    if is_pseudo or is_unknown:
        left_out.add("TransactionType")
    fields = {name: value for name, value in tx_json.items() if name not in left_out} if left_out else tx_json
    if type_name == CHANNEL_AUTHORIZE and isinstance(fields.get("Amount"), Mapping):
        raise UnencodableField("a claim is for a whole number of drops", "Amount")
    unknown: list[tuple[str | int, ...]] = []
    blob = _encode(Run(plan, unknown), fields, plan.entries)
    pointers = tuple(CodecError("", *path).pointer for path in unknown)
    return TemplateReport(type_name if is_name else "", is_unknown, pointers, len(blob))  # type: ignore[arg-type]


def encode_for_signing(tx_json: Mapping[str, Any], *, definitions: Definitions | None = None) -> bytes:
    """Return what a single signature covers: `STX`, a zero byte, and the signing fields.

    Raises:
        UnencodableField: as for `encode`.
    """
    plan = plan_for(definitions)
    return SINGLE_SIGNING_PREFIX + _encode(Run(plan, None), tx_json, plan.signing)


def encode_for_multisigning(
    tx_json: Mapping[str, Any], account: str, *, definitions: Definitions | None = None
) -> bytes:
    """Return what one of several signatures covers: `SMT`, a zero byte, the signing fields, the signer's account id.

    The caller sets `SigningPubKey` to the empty text.

    Raises:
        UnencodableField: as for `encode`.
        InvalidAddress: the signer's address is none.
    """
    plan = plan_for(definitions)
    fields = _encode(Run(plan, None), tx_json, plan.signing)
    return MULTI_SIGNING_PREFIX + fields + decode_account_id(account)


def encode_field(name: str, value: Any, *, definitions: Definitions | None = None) -> bytes:
    """Return the bytes of one field, so that two ways of writing the same value compare equal.

    Raises:
        UnencodableField: the value does not fit, or the field is unknown.
    """
    plan = plan_for(definitions)
    return _encode(Run(plan, None), {name: value}, plan.entries)
