"""What is to be signed: the transaction template in a request, checked and put into its stored form. Pure.

Source: platform-api 4.5; design 4.19 for transaction types.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from sealgate.ledger.codec import decode
from sealgate.ledger.definitions import NETWORKS, Definitions, load_definitions
from sealgate.ledger.errors import LedgerError, UnencodableField
from sealgate.ledger.networks import find_network
from sealgate.ledger.pseudo import PSEUDO_TYPES, SIGN_IN_MARKER
from sealgate.ledger.transactions import (
    channel_claim,
    check_template,
    is_well_formed_type,
    normalise_template,
    template_warnings,
)
from sealgate.payloads.challenge import is_challenge
from sealgate.payloads.errors import BlobUndecodable, NothingToSign, TemplateUnencodable, TypeRefused
from sealgate.payloads.model import CHANNEL_AUTHORIZE, SIGN_IN

MAX_CAUTIONS = 20
MAX_SHOWN_NAME = 64

_BLOB = re.compile(r"[0-9A-F]{10,}")


class Caution(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that was let through although it may be a mistake: why, and where as a JSON pointer."""

    message: str
    pointer: str = ""


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction template that can be stored.

    Attributes:
        json: As the developer will see it, members in their order.
        cautions: What was let through although it may be a mistake.
    """

    tx_type: str
    json: dict[str, Any]
    cautions: tuple[Caution, ...] = ()

    @property
    def destination(self) -> str:
        """The transaction's `Destination`, empty where it has none."""
        value = self.json.get("Destination")
        return value if isinstance(value, str) else ""

    @property
    def destination_tag(self) -> int | None:
        """The transaction's `DestinationTag`, None where it has none."""
        value = self.json.get("DestinationTag")
        if isinstance(value, str) and len(value) <= 10 and value.isascii() and value.isdigit():
            return int(value)
        return value if isinstance(value, int) and not isinstance(value, bool) else None


def template_of_blob(blob: str, *, network: object) -> Template:
    """Return the template in an unsigned or partly signed transaction, given as upper-case hex.

    Args:
        network: The `force_network` option, whatever it is: it says whose definitions to read by.

    Raises:
        NothingToSign: not upper-case hex of at least 10 characters.
        BlobUndecodable: not one canonical transaction.
        TypeRefused: it has no usable type.
    """
    if not _BLOB.fullmatch(blob):
        raise NothingToSign(pointer="/txblob")
    if len(blob) % 2:
        raise BlobUndecodable(message="The txblob has an odd number of hex digits.", pointer="/txblob")
    raw, reason = bytes.fromhex(blob), ""
    for definitions in _readers(network):
        try:
            tx_json = decode(raw, definitions=definitions)
        except LedgerError as problem:
            reason = reason or str(problem)
        else:
            _check_type(tx_json.get("TransactionType"), "/txblob")
            return Template(tx_type=tx_json["TransactionType"], json=tx_json)
    raise BlobUndecodable(message=f"The txblob cannot be decoded: {reason}.", pointer="/txblob")


def template_of_json(tx_json: dict[str, Any], *, network: object) -> Template:
    """Return the checked template of a transaction in JSON.

    Raises:
        TypeRefused: the type is missing or is no name of a type. An unknown one passes with a caution.
        TemplateUnencodable: a known field has a value that the binary format does not allow, or a transaction of a
            known type has a field that no network here knows: it would be left out of what is signed.
    """
    tx_type = tx_json.get("TransactionType")
    _check_type(tx_type, "/txjson/TransactionType")
    assert isinstance(tx_type, str)
    definitions = definitions_for(tx_type, network)
    ready = normalise_template(tx_json, definitions)
    try:
        report = check_template(ready, definitions)
        if tx_type == CHANNEL_AUTHORIZE:
            channel_claim(ready)
    except UnencodableField as problem:
        raise TemplateUnencodable(
            message=f"The transaction cannot be encoded: {problem.reason}.", pointer=f"/txjson{problem.pointer}"
        ) from None
    if tx_type in definitions.transaction_types:
        _check_names(report.unknown_fields)
    if tx_type == SIGN_IN:
        _check_memos(ready.get("Memos", []))
        _check_xapp_names(ready)
        ready[SIGN_IN_MARKER] = True
    cautions = [
        Caution(warning.text, f"/txjson{warning.pointer}") for warning in template_warnings(ready, definitions, report)
    ]
    return Template(tx_type=tx_type, json=ready, cautions=tuple(cautions[:MAX_CAUTIONS]))


def definitions_for(tx_type: str, network: object) -> Definitions:
    """Return whose definitions to read a transaction by: those of the forced network, else of the one with its type."""
    named = find_network(network) if isinstance(network, str) else None
    if named is not None:
        return load_definitions(named.definitions)
    ours = load_definitions()
    if tx_type in ours.transaction_types or tx_type in PSEUDO_TYPES:
        return ours
    others = load_definitions("xahau")
    return others if tx_type in others.transaction_types else ours


def _readers(network: object) -> Iterator[Definitions]:
    named = find_network(network) if isinstance(network, str) else None
    if named is not None:
        yield load_definitions(named.definitions)
    else:
        yield load_definitions()
        yield load_definitions("xahau")


def _check_type(name: object, pointer: str) -> None:
    if name is None:
        raise TypeRefused(message="The TransactionType is missing.", pointer=pointer)
    if not is_well_formed_type(name):
        raise TypeRefused(message="The TransactionType is no name of a transaction type.", pointer=pointer)


def _check_names(pointers: tuple[str, ...]) -> None:
    """Refuse members unknown everywhere: they are mistyped. One that another network knows passes with a caution."""
    for pointer in pointers:
        name = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        if not any(name in load_definitions(network).fields for network in NETWORKS):
            shown = name if len(name) <= MAX_SHOWN_NAME else f"{name[:MAX_SHOWN_NAME]}…"
            raise TemplateUnencodable(
                message=f"The transaction cannot be encoded: there is no field {shown!r}.",
                hint="Check its spelling; names begin with a capital letter, as in DestinationTag.",
                pointer=f"/txjson{pointer}",
            )


def _check_xapp_names(template: dict[str, Any]) -> None:
    """Refuse what would make wallets take a SignIn for the event of an xApp, which needs a permission."""
    for name in template:
        if name.lower().startswith("xapp"):
            raise TemplateUnencodable(
                message="A SignIn must not name an xApp: wallets would open it instead of asking for a signature.",
                hint="POST platform/xapp/event tells somebody something, where the app may.",
                pointer=f"/txjson/{name.replace('~', '~0').replace('/', '~1')}",
            )


def _check_memos(memos: list[Any]) -> None:
    for position, entry in enumerate(memos):
        if is_challenge(entry):
            raise TemplateUnencodable(
                message="A memo has the type that this server keeps for its own challenge.",
                hint="Leave it out: the server adds a challenge to every SignIn.",
                pointer=f"/txjson/Memos/{position}",
            )
