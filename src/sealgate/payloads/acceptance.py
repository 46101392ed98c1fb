"""Does a signature answer the request? Everything that can be told without the database, before anything is stored.

Pure computation (wallet-api 3.5, 6.5; design 4.6), so it runs at the edge, in a thread for large blobs. Whether the
payload is still open is decided by the database alone, afterwards.
"""

import re
from typing import Any

import msgspec

from sealgate.ledger.codec import decode
from sealgate.ledger.comparison import Kind
from sealgate.ledger.definitions import Definitions
from sealgate.ledger.errors import ForeignKey, LedgerError, NotCanonical, SignatureRefused
from sealgate.ledger.networks import DEFAULT_NETWORK, find_network
from sealgate.ledger.signatures import Signature, VerifiedBlob, verify_blob, verify_claim, verify_signatures
from sealgate.ledger.transactions import channel_claim, differences, refused
from sealgate.ledger.walker import MAX_BLOB_BYTES
from sealgate.payloads.challenge import answers_challenge
from sealgate.payloads.errors import (
    BlobMissing,
    ChallengeMissing,
    MultisignerInvalid,
    NetworkRefused,
    NotForSigning,
    PublicKeyMismatch,
    SignatureInvalid,
    SignedBlobUndecodable,
    SignerKeyForeign,
    SignerNotAllowed,
    TransactionDiffers,
    TxidMismatch,
    TxidMissing,
    TypeInSignIn,
)
from sealgate.payloads.model import (
    CHANNEL_AUTHORIZE,
    SIGN_IN,
    CheckedSignature,
    Departure,
    Payload,
    SignReport,
    Terms,
    UsedKey,
)
from sealgate.payloads.template import definitions_for

_HASH = re.compile(r"[0-9A-Fa-f]{64}")
_KEY = re.compile(r"[0-9A-Fa-f]{66}")
_DEEDS: dict[Kind, str] = {"changed": "was changed", "missing": "is missing", "not_allowed_addition": "was added"}


def check_signature(payload: Payload, report: SignReport, *, foreign_keys: bool = False) -> CheckedSignature:
    """Return the signature in a wallet's report, if it is valid and is an answer to this very payload.

    Args:
        foreign_keys: Let keys pass that are not the account's own: the caller asks the ledger whether they may sign
            (`signer_rights`). Without it they are refused: nobody here can know.

    Raises:
        SignatureRefusal: one of its kinds, each with its own cause and cure; nothing is stored by it.
    """
    terms = payload.terms
    if terms.xapp is not None:
        raise NotForSigning
    _check_network(terms, report)
    blob = _bytes_of(report.signed_blob)
    if terms.tx_type == CHANNEL_AUTHORIZE:
        return _check_claim(terms, report, blob)
    verified = _verified(blob, foreign_keys)
    _check_txid(report, verified)
    # By whose definitions to read is the request's matter: a wallet could else claim a network that knows less fields.
    definitions = definitions_for(terms.tx_type, terms.force_network)
    signed = _decoded(blob, definitions)
    mine = _check_signer(terms, report, verified)
    _check_key(report, mine)
    if terms.tx_type == SIGN_IN:
        _check_sign_in(payload, verified, signed)
    departures = _check_content(terms, signed, definitions)
    last_ledger = signed.get("LastLedgerSequence")
    return CheckedSignature(
        hex=blob.hex().upper(),
        txid=verified.txid,
        account=verified.account,
        signer=mine.key_address,
        signer_pubkey=mine.public_key.hex().upper(),
        used_keys=tuple(UsedKey(one.account, one.key_address) for one in verified.signatures),
        multisign_account=mine.account if terms.multisign else "",
        network=None if terms.is_pseudo else network_of(terms, report),
        last_ledger=last_ledger if isinstance(last_ledger, int) else None,
        differences=departures,
    )


def network_of(terms: Terms, report: SignReport) -> str | None:
    """Return the key of the network: the forced one, else the wallet's own, and mainnet where it does not say."""
    network = find_network(terms.force_network or report.environment.nodetype or DEFAULT_NETWORK)
    return None if network is None else network.key


def _check_network(terms: Terms, report: SignReport) -> None:
    nodetype = report.environment.nodetype
    if terms.force_network is not None and (nodetype or "").strip().upper() != terms.force_network:
        raise NetworkRefused(
            message=f"The request must be signed on {terms.force_network}.", pointer="/environment/nodetype"
        )


def _bytes_of(text: str) -> bytes:
    if not text or len(text) > 2 * MAX_BLOB_BYTES or not text.isascii() or not text.isalnum():
        raise BlobMissing(pointer="/signed_blob")
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise BlobMissing(pointer="/signed_blob") from None


def _verified(blob: bytes, foreign_keys: bool) -> VerifiedBlob:
    try:
        return verify_signatures(blob) if foreign_keys else verify_blob(blob)
    except NotCanonical as problem:
        raise SignedBlobUndecodable(
            message=f"The signed blob is not canonical: {problem.reason}.", pointer="/signed_blob"
        ) from None
    except ForeignKey as problem:
        raise SignerKeyForeign(
            message=f"The blob is {problem.reason}.", detail=problem.code, pointer="/signed_blob"
        ) from None
    except SignatureRefused as problem:
        raise SignatureInvalid(
            message=f"The signature is not accepted: {problem.reason}.", detail=problem.code, pointer="/signed_blob"
        ) from None


def _check_txid(report: SignReport, verified: VerifiedBlob) -> None:
    if report.tx_id is None or not _HASH.fullmatch(report.tx_id):
        raise TxidMissing(pointer="/tx_id")
    if report.tx_id.upper() != verified.txid:
        raise TxidMismatch(message=f"tx_id is not the hash of the signed blob, {verified.txid}.", pointer="/tx_id")


def _decoded(blob: bytes, definitions: Definitions) -> dict[str, Any]:
    try:
        return decode(blob, definitions=definitions)
    except LedgerError as problem:
        raise SignedBlobUndecodable(
            message=f"The signed blob cannot be decoded: {problem}.", pointer="/signed_blob"
        ) from None


def _check_signer(terms: Terms, report: SignReport, verified: VerifiedBlob) -> Signature:
    """Return the signature of whoever answered: one of the signers of a multi-signature, else the only one."""
    if terms.multisign != verified.is_multisign:
        wanted = "a multi-signature" if terms.multisign else "a single signature"
        raise MultisignerInvalid(message=f"The request asks for {wanted}.", pointer="/signed_blob")
    if terms.multisign:
        named = next((one for one in verified.signatures if one.account == report.multisigned), None)
        if named is None:
            raise MultisignerInvalid(pointer="/multisigned")
        mine = named
    elif report.multisigned:
        raise MultisignerInvalid(message="The request asks for a single signature.", pointer="/multisigned")
    else:
        mine = verified.signatures[0]
    _check_allowed(terms, mine.account)
    return mine


def _check_allowed(terms: Terms, signer: str) -> None:
    if terms.signers is not None and signer not in terms.signers:
        raise SignerNotAllowed(message=f"{signer} may not sign this request.", pointer="/signed_blob")


def _check_key(report: SignReport, mine: Signature) -> None:
    """Check that the key that signed is the reported one."""
    if report.signpubkey is not None and report.signpubkey.upper() != mine.public_key.hex().upper():
        raise PublicKeyMismatch(pointer="/signpubkey")


def _check_sign_in(payload: Payload, verified: VerifiedBlob, signed: dict[str, Any]) -> None:
    # With a type it would be a transaction that somebody could submit.
    if verified.has_transaction_type:
        raise TypeInSignIn(pointer="/signed_blob")
    if not answers_challenge(signed, payload):
        raise ChallengeMissing(detail=f"payload={payload.uuid}", pointer="/signed_blob")


def _check_content(terms: Terms, signed: dict[str, Any], definitions: Definitions) -> tuple[Departure, ...]:
    """Return in what the signed transaction is not the request, where that is allowed."""
    try:
        everything = differences(
            msgspec.json.decode(terms.request_json),
            signed,
            pathfinding=terms.pathfinding,
            multisign=terms.multisign,
            transaction_type=terms.tx_type,
            definitions=definitions,
        )
        found = refused(everything)
    except LedgerError as problem:
        raise TransactionDiffers(message=f"The request cannot be compared: {problem}.") from None
    if found:
        named = ", ".join(f"{one.field} {_DEEDS[one.kind]}" for one in found[:5])
        raise TransactionDiffers(
            message=f"The signed transaction differs from the one that was asked for: {named}.", pointer="/signed_blob"
        )
    departures = tuple(
        Departure(field=one.field, how=one.kind, requested=one.requested, signed=one.signed) for one in everything
    )
    network = find_network(terms.force_network) if terms.force_network else None
    if network is None or terms.tx_type == SIGN_IN:
        return departures
    # Without its id a transaction for one network is good on others. Multi-signers add nothing, so they may lack it.
    given = signed.get("NetworkID")
    may_lack_it = terms.multisign or not network.needs_network_id
    if given != network.network_id and not (given is None and may_lack_it):
        raise NetworkRefused(
            message=f"NetworkID must be that of {network.key}, {network.network_id}.", pointer="/signed_blob"
        )
    return departures


def _check_claim(terms: Terms, report: SignReport, signature: bytes) -> CheckedSignature:
    """Check the signature of a payment channel claim: no blob, no hash, and the key stands in the report alone."""
    if report.multisigned:
        raise MultisignerInvalid(message="A claim cannot be multi-signed.", pointer="/multisigned")
    key = report.signpubkey or ""
    if not _KEY.fullmatch(key):
        raise PublicKeyMismatch(message="signpubkey is missing or is no public key.", pointer="/signpubkey")
    channel, drops = channel_claim(msgspec.json.decode(terms.request_json))
    try:
        account = verify_claim(bytes.fromhex(key), channel, drops, signature)
    except SignatureRefused as problem:
        raise SignatureInvalid(
            message=f"The signature is not accepted: {problem.reason}.", detail=problem.code, pointer="/signed_blob"
        ) from None
    _check_allowed(terms, account)
    return CheckedSignature(hex=signature.hex().upper(), account=account, signer=account, signer_pubkey=key.upper())
