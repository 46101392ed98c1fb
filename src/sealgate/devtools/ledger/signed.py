"""A blob that was handed in, taken apart, with its signatures checked. Whose key may sign is for the ledger to say."""

from dataclasses import dataclass
from typing import Any, Final

from sealgate.devtools.ledger.errors import InvalidTransaction
from sealgate.ledger.addresses import address_of_public_key, encode_account_id
from sealgate.ledger.codec import MULTI_SIGNING_PREFIX, SINGLE_SIGNING_PREFIX, decode
from sealgate.ledger.crypto import verify
from sealgate.ledger.definitions import load_definitions
from sealgate.ledger.errors import LedgerError, SignatureRefused, UndecodableBlob
from sealgate.ledger.signatures import MAX_SIGNERS, transaction_hash
from sealgate.ledger.walker import ACCOUNT, SIGNERS, SIGNING_PUB_KEY, TXN_SIGNATURE, WalkedBlob, walk

MAX_BLOB_BYTES: Final = 8 * 1024
"""Enough for 32 signers and a kilobyte of memos; more would hold up everybody else."""


@dataclass(frozen=True, slots=True)
class Signer:
    """One signature: the account it speaks for, and the address of the key that made it."""

    account: str
    key_address: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A transaction whose every signature is valid.

    Attributes:
        tx: Its JSON form.
        key_address: Address of the key of a single signature, None where several signed.
        signers: All of several, in the order of their account ids.
    """

    blob: bytes
    tx: dict[str, Any]
    txid: str
    key_address: str | None
    signers: tuple[Signer, ...] = ()


def read_signed(blob: bytes) -> Signed:
    """Take a blob apart and check its signatures.

    Raises:
        InvalidTransaction: not canonical, not a transaction, a field its type does not have or one it lacks, not
            signed, or by a signature of something else.
    """
    if len(blob) > MAX_BLOB_BYTES:
        raise InvalidTransaction(f"The sandbox ledger reads transactions of up to {MAX_BLOB_BYTES} bytes.")
    try:
        walked = walk(blob)
        tx = decode(blob)
    except UndecodableBlob as problem:
        raise InvalidTransaction(f"The blob cannot be read: {problem}") from None
    except SignatureRefused as problem:
        raise InvalidTransaction(f"The blob cannot be read: {problem.reason}") from None
    _check_fields(tx)
    try:
        key_address, signers = _check_signatures(walked)
    except SignatureRefused as problem:
        raise InvalidTransaction(f"fails local checks: Invalid signature: {problem.reason}.") from None
    except LedgerError as problem:
        raise InvalidTransaction(f"fails local checks: {problem}") from None
    return Signed(blob, tx, transaction_hash(blob), key_address, signers)


def _check_fields(tx: dict[str, Any]) -> None:
    if "TransactionType" not in tx:
        raise InvalidTransaction("Field 'TransactionType' is required but missing.")
    for name in ("Account", "Fee", "Sequence", "SigningPubKey"):
        if name not in tx:
            raise InvalidTransaction(f"Field '{name}' is required but missing.")
    definitions = load_definitions()
    kind = tx["TransactionType"]
    for name, is_required in definitions.layouts.get(kind, {}).items():
        if is_required and name not in tx:
            raise InvalidTransaction(f"Field '{name}' is required but missing.")
    allowed = definitions.formats.get(kind)
    for name in tx if allowed else ():
        if allowed and name not in allowed:
            raise InvalidTransaction(f"Field '{name}' found in disallowed location.")


def _check_signatures(walked: WalkedBlob) -> tuple[str | None, tuple[Signer, ...]]:
    public_key, signature = walked.value(SIGNING_PUB_KEY), walked.value(TXN_SIGNATURE)
    fields = walked.signing_fields()
    if public_key:
        if walked.has(SIGNERS):
            raise InvalidTransaction("fails local checks: Cannot both single- and multi-sign.")
        if not signature:
            raise InvalidTransaction("fails local checks: Invalid signature: there is none.")
        verify(SINGLE_SIGNING_PREFIX + fields, signature, public_key)
        return address_of_public_key(public_key), ()
    if signature or not walked.has(SIGNERS):
        raise InvalidTransaction("fails local checks: Empty SigningPubKey.")
    return None, _several(walked, fields)


def _several(walked: WalkedBlob, fields: bytes) -> tuple[Signer, ...]:
    entries = walked.signers()
    if not 1 <= len(entries) <= MAX_SIGNERS:
        raise InvalidTransaction("fails local checks: Invalid Signers array size.")
    account_id, previous, signers = walked.value(ACCOUNT), b"", []
    for entry in entries:
        if entry.account_id == account_id:
            raise InvalidTransaction("fails local checks: Invalid multisigner.")
        if len(entry.account_id) != 20 or entry.account_id <= previous:
            raise InvalidTransaction("fails local checks: Unsorted Signers array.")
        previous = entry.account_id
        verify(MULTI_SIGNING_PREFIX + fields + entry.account_id, entry.signature, entry.public_key)
        signers.append(Signer(encode_account_id(entry.account_id), address_of_public_key(entry.public_key)))
    return tuple(signers)
