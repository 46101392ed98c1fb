"""Transaction types and what a wallet does with a template; the one module other slices need for both.

Source: spec/wallet-api.md 6.2, 6.3, 10.2; spec/platform-api.md 4.5; design 4.19.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sealgate.ledger.amounts import drops_of, encode_drops
from sealgate.ledger.codec import TemplateReport, check_template, encode_field
from sealgate.ledger.comparison import (
    AUTOFILL_BY_TYPE,
    AUTOFILL_FIELDS,
    FIRST_ABSOLUTE_LEDGER,
    PATHFINDING_FIELDS,
    SIGNATURE_FIELDS,
    Difference,
    differences,
    refused,
)
from sealgate.ledger.definitions import Definitions, load_definitions
from sealgate.ledger.errors import CodecError, UnencodableField
from sealgate.ledger.pseudo import CHANNEL_AUTHORIZE, COMMON_FIELDS, PSEUDO_TYPES, SIGN_IN, SIGN_IN_MARKER
from sealgate.ledger.templates import TemplateWarning, normalise_template, template_warnings

__all__ = [
    "AUTOFILL_BY_TYPE",
    "AUTOFILL_FIELDS",
    "CHANNEL_AUTHORIZE",
    "COMMON_FIELDS",
    "FIRST_ABSOLUTE_LEDGER",
    "PATHFINDING_FIELDS",
    "PSEUDO_TYPES",
    "SIGNATURE_FIELDS",
    "SIGN_IN",
    "SIGN_IN_MARKER",
    "Difference",
    "TemplateReport",
    "TemplateWarning",
    "channel_claim",
    "check_template",
    "differences",
    "is_well_formed_type",
    "normalise_template",
    "refused",
    "signable_template",
    "template_warnings",
]

_TYPE_NAME: Final = re.compile(r"[A-Z][A-Za-z0-9]{1,63}", re.ASCII)


def is_well_formed_type(name: object) -> bool:
    """Return whether this could name a transaction type, known or not (design 4.19)."""
    return isinstance(name, str) and _TYPE_NAME.fullmatch(name) is not None


def signable_template(
    transaction_type: str, request_json: Mapping[str, Any], definitions: Definitions | None = None
) -> dict[str, Any]:
    """Return what a wallet signs from, before it fills anything in.

    Of a SignIn only the common fields, and never a `TransactionType`: with one it would be a transaction. Of any other
    type the fields that its network knows.

    Raises:
        UnencodableField: the request is a SignIn and names another type, or the reverse.
    """
    named = request_json.get("TransactionType")
    if named not in (None, transaction_type):
        raise UnencodableField(f"the request is a {transaction_type}, but asks for another type", "TransactionType")
    fields = (definitions or load_definitions()).fields
    known = {name: value for name, value in request_json.items() if name in fields and value is not None}
    if transaction_type == SIGN_IN:
        return {name: value for name, value in known.items() if name in COMMON_FIELDS}
    if transaction_type == CHANNEL_AUTHORIZE:
        return {name: known[name] for name in ("Channel", "Amount") if name in known}
    return {"TransactionType": transaction_type, **known}


def channel_claim(request_json: Mapping[str, Any]) -> tuple[bytes, int]:
    """Return the channel (32 bytes) and the drops that a `PaymentChannelAuthorize` request asks to sign.

    Raises:
        UnencodableField: one of them is missing or malformed.
    """
    for name in ("Channel", "Amount"):
        if request_json.get(name) is None:
            raise UnencodableField("a claim needs it", name)
    channel = encode_field("Channel", request_json["Channel"])
    try:
        amount = encode_drops(request_json["Amount"])
    except CodecError as problem:
        raise UnencodableField(problem.reason, "Amount") from None
    return channel[-32:], drops_of(amount)
